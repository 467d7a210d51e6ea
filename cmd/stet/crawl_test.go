package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"stet/crawler"
	"stet/extract"
	"stet/store"
)

// loaded parses a command line of crawl.
func loaded(t *testing.T, stdin string, args ...string) (*settings, error) {
	t.Helper()
	s, cmd := new(settings), &cobra.Command{Use: "crawl"}
	s.bind(cmd)
	if err := cmd.ParseFlags(args); err != nil {
		return s, err
	}
	return s, s.load(cmd.Flags(), cmd.Flags().Args(), strings.NewReader(stdin))
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettings(t *testing.T) {
	job := written(t, "news.toml", `
# a job with every kind of key
seeds     = ["https://a.example/", "b.example/x"]
seed-file = ""
scope     = "prefix"
exclude   = ["/tag/", "[?]print="]
depth     = 3
delay     = "2s"
time-limit = 90
size-limit = "500MB"
page-size  = 1000
retries    = 0
ignore-robots = true
archive   = "news.db"
log       = "/var/log/news.log"
`)
	s, err := loaded(t, "", "--job-file", job, "--depth", "1", "--exclude", "/x/", "--delay=500ms")
	if err != nil {
		t.Fatal(err)
	}
	one, none, half := 1, 0, crawler.Duration(500*time.Millisecond)
	want := crawler.Config{
		Seeds: []string{"https://a.example/", "https://b.example/x"}, Scope: crawler.ScopePrefix,
		Exclude: []string{"/x/"}, Depth: &one, Delay: &half, Time: crawler.Duration(90 * time.Second),
		Size: 500e6, PageSize: 1000, Retries: &none, IgnoreRobots: true,
	}
	if !reflect.DeepEqual(s.Config, want) {
		t.Errorf("got  %+v\nwant %+v", s.Config, want)
	}
	if got, want := s.Archive, filepath.Join(filepath.Dir(job), "news.db"); got != want {
		t.Errorf("archive: got %s, want %s beside the job file", got, want)
	}
	if got, want := s.LogFile, "/var/log/news.log"; got != want {
		t.Errorf("log: got %s, want %s", got, want)
	}
}

func TestSettingsFlagsWin(t *testing.T) {
	job := written(t, "j.toml", `seeds = ["https://job.example/"]
archive = "job.db"
include = ["/a/", "/b/"]
quiet = true`)
	s, err := loaded(t, "", "--job-file", job, "--archive", "flag.db", "--quiet=false", "https://arg.example/")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Seeds, []string{"https://arg.example/"}; !reflect.DeepEqual(got, want) {
		t.Errorf("seeds: got %q, want %q", got, want)
	}
	if s.Archive != "flag.db" || s.Quiet || len(s.Include) != 2 {
		t.Errorf("got archive %q, quiet %v, include %q, want flag.db, false, two from the job", s.Archive, s.Quiet, s.Include)
	}
}

func TestSettingsDefaults(t *testing.T) {
	s, err := loaded(t, "", "example.org")
	if err != nil {
		t.Fatal(err)
	}
	want := crawler.Config{Seeds: []string{"https://example.org/"}, Scope: crawler.ScopeHost}
	if !reflect.DeepEqual(s.Config, want) || s.Archive != "archive.db" {
		t.Errorf("got  %+v, %s\nwant %+v, archive.db", s.Config, s.Archive, want)
	}
}

func TestSeedFile(t *testing.T) {
	const list = "\ufeffhttps://a.example/1#top\n\n# a comment\n  b.example/2 \t# another\r\n"
	want := []string{"https://c.example/", "https://a.example/1", "https://b.example/2"}
	for name, args := range map[string][]string{
		"file":           {"--seed-file", written(t, "seeds.txt", list), "c.example"},
		"standard input": {"--seed-file", "-", "c.example"},
	} {
		s, err := loaded(t, list, args...)
		if err != nil || !reflect.DeepEqual(s.Seeds, want) {
			t.Errorf("%s: got %q, %v, want %q", name, s.Seeds, err, want)
		}
	}
}

// Every mistake is one line that names the flag or the place, and status 2.
func TestSettingsRefused(t *testing.T) {
	toml := func(text string) []string { return []string{"--job-file", written(t, "j.toml", text)} }
	seeds := func(text string) []string { return []string{"--seed-file", written(t, "s.txt", text)} }
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no seed", nil, "needs a URL"},
		{"scheme", []string{"ftp://a.example/"}, "ftp://a.example/"},
		{"no host", []string{"https://"}, "https://"},
		{"scope", []string{"a.example", "--scope", "planet"}, "planet"},
		{"include", []string{"a.example", "--include", "("}, "include"},
		{"exclude", []string{"a.example", "--exclude", "[z-a]"}, "exclude"},
		{"depth", []string{"a.example", "--depth", "-1"}, "depth"},
		{"limit", []string{"a.example", "--limit", "-1"}, "--limit"},
		{"workers", []string{"a.example", "--workers", "-3"}, "--workers"},
		{"retries", []string{"a.example", "--retries", "-3"}, "--retries"},
		{"delay", []string{"a.example", "--delay", "-1s"}, "negative"},
		{"delay in words", []string{"a.example", "--delay", "soon"}, `"soon" is not a duration`},
		{"size", []string{"a.example", "--size-limit", "big"}, `"big" is not a size`},
		{"header", []string{"a.example", "--header", "no colon"}, "--header"},
		{"header name", []string{"a.example", "--header", "a b: c"}, "--header"},
		{"header with a line end", []string{"a.example", "--header", "A: b\r\nC: d"}, "--header"},
		{"user agent", []string{"a.example", "--user-agent", "a\nb"}, "--user-agent"},
		{"proxy", []string{"a.example", "--proxy", "127.0.0.1:9050"}, "--proxy"},
		{"proxy scheme", []string{"a.example", "--proxy", "ftp://a:1"}, "--proxy"},
		{"network", []string{"a.example", "--allow-network", "10/8"}, "--allow-network"},
		{"archive", []string{"a.example", "--archive", ""}, "--archive"},
		{"no seed file", []string{"--seed-file", "/nowhere/seeds.txt"}, "/nowhere/seeds.txt: no such file"},
		{"empty seed file", seeds("# nothing\n"), "holds no URL"},
		{"bad line", seeds("https://a.example/\nftp://b.example/\n"), "s.txt:2:"},
		{"no job file", []string{"--job-file", "/nowhere/job.toml"}, "/nowhere/job.toml: no such file"},
		{"unknown key", toml("seeds = [\"a.example\"]\n\nsedes = 1\n"), `j.toml:3: unknown key "sedes"`},
		{"unknown table", toml("seeds = [\"a.example\"]\n[limits]\nlimit = 1\n"), "j.toml:"},
		{"unknown dotted key", toml("seeds = [\"a.example\"]\nlimits.pages = 1\n"), "j.toml:2: unknown key"},
		{"not TOML", toml("seeds = [\n\"a.example\"\nscope host\n"), "j.toml:3:"},
		{"wrong type", toml("seeds = \"a.example\"\n"), "seeds"},
		{"wrong value", toml("seeds = [\"a.example\"]\ndelay = \"soon\"\n"), `"soon" is not a duration`},
		{"wrong scope", toml("seeds = [\"a.example\"]\nscope = \"planet\"\n"), "planet"},
	} {
		_, err := loaded(t, "", tt.args...)
		if err == nil {
			t.Errorf("%s: %q was accepted", tt.name, tt.args)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || strings.Contains(clean(err.Error()), "%!") {
			t.Errorf("%s: got %q, want it to name %q", tt.name, err, tt.want)
		}
		if f := new(fault); errors.As(err, &f) && f.status != misused {
			t.Errorf("%s: status %d, want %d", tt.name, f.status, misused)
		}
	}
}

func TestAllowNetworkTakesOneAddress(t *testing.T) {
	s, err := loaded(t, "", "a.example", "--allow-network", "10.0.0.1", "--allow-network", "fd00::/8")
	if want := []string{"10.0.0.1/32", "fd00::/8"}; err != nil || !reflect.DeepEqual(s.AllowNetwork, want) {
		t.Errorf("got %q, %v, want %q", s.AllowNetwork, err, want)
	}
}

// terminal is a console on a terminal of 80 columns.
func terminal(out, errs io.Writer) *console {
	return &console{
		in: strings.NewReader(""), out: bufio.NewWriter(out), err: errs, outTerminal: true, errTerminal: true,
		width: func() int { return 80 }, getenv: func(string) string { return "" },
	}
}

func visit(url string, state store.State, class string) *store.Visit {
	return &store.Visit{Target: store.Target{URL: url}, State: state, Class: class}
}

func TestDisplayDraws(t *testing.T) {
	var errs bytes.Buffer
	lost := newLosses()
	s := &settings{Config: crawler.Config{Seeds: []string{"https://a.example/\x1b[2J" + strings.Repeat("long/", 20)}}, Archive: "archive.db"}
	d := newDisplay(terminal(io.Discard, &errs), s, lost)
	d.begin()
	p := crawler.Progress{Elapsed: 3 * time.Second, Rate: 12.34, HostsBusy: 1, Hosts: 2, Queue: 1234}
	p.Run.Counts = store.Counts{Pages: 5, Articles: 4, Bytes: 1 << 20}
	d.progress(p)
	if got := errs.String(); strings.Contains(got, "\x1b") {
		t.Errorf("the first drawing moves the cursor: %q", got)
	}
	for l := range strings.SplitSeq(errs.String(), "\n") {
		if len([]rune(l)) >= 80 {
			t.Errorf("line as wide as the terminal: %q", l)
		}
	}
	errs.Reset()
	lost.add(visit("https://a.example/gone", store.StateGone, "http-404"))
	p.Waiting = "until 12:00:00"
	d.progress(p)
	const want = "\x1b[3F\x1b[J" + "0:00:03  https://a.example/long/long/long/long/long/long/long/long/long/long/l…\n" +
		"  kept      5 pages, 4 articles, 1.0 MB\n" +
		"  now       12.3 pages a second, 1 of 2 hosts busy, 1,234 to visit\n" +
		"  not kept  1 answered 404 Not Found\n  waiting until 12:00:00\n"
	if got := errs.String(); got != want {
		t.Errorf("second drawing:\ngot  %q\nwant %q", got, want)
	}
	errs.Reset()
	d.say("once more to stop")
	if got := errs.String(); !strings.HasPrefix(got, "\x1b[5F\x1b[Jstet: once more to stop\n0:00:03") {
		t.Errorf("a line above what is drawn: got %q", got)
	}
	errs.Reset()
	d.c.width = func() int { return 40 } // the five lines take 2 + 1 + 2 + 1 + 1 rows
	d.say("narrower")
	if got := errs.String(); !strings.HasPrefix(got, "\x1b[7F\x1b[J") {
		t.Errorf("in a terminal made narrower: got %q, want seven rows erased", got)
	}
	d.c.width = func() int { return 80 }
	errs.Reset()
	d.end()
	d.end()
	if got, want := errs.String(), "\x1b[5F\x1b[J"; got != want {
		t.Errorf("end: got %q, want %q", got, want)
	}
}

func TestDisplayLines(t *testing.T) {
	var errs bytes.Buffer
	c := terminal(io.Discard, &errs)
	c.errTerminal = false
	d := newDisplay(c, &settings{Config: crawler.Config{Seeds: []string{"https://a.example/", "https://b.example/"}}, Archive: "x.db"}, newLosses())
	d.begin()
	for s := 1; s <= 11; s++ {
		d.progress(crawler.Progress{Elapsed: time.Duration(s) * time.Second})
	}
	d.end()
	const want = "stet: crawling https://a.example/ and 1 more seed into x.db; Ctrl-C ends it, the same command resumes\n" +
		"stet: 0:00:05  0 pages, 0 articles, 0.0/s, 0 hosts busy, 0 to visit, 0 B\n" +
		"stet: 0:00:10  0 pages, 0 articles, 0.0/s, 0 hosts busy, 0 to visit, 0 B\n"
	if got := errs.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDisplayQuiet(t *testing.T) {
	var errs bytes.Buffer
	for name, s := range map[string]*settings{
		"--quiet":                  {Config: crawler.Config{Seeds: []string{"x"}}, Quiet: true},
		"--json on the terminal":   {Config: crawler.Config{Seeds: []string{"x"}}, JSON: true},
		"--json, --quiet together": {Config: crawler.Config{Seeds: []string{"x"}}, JSON: true, Quiet: true},
	} {
		d := newDisplay(terminal(io.Discard, &errs), s, newLosses())
		d.begin()
		d.progress(crawler.Progress{Elapsed: time.Minute})
		d.say("x")
		d.end()
		if errs.Len() > 0 {
			t.Errorf("%s: got %q, want nothing", name, errs.String())
		}
	}
}

func TestTell(t *testing.T) {
	lost := newLosses()
	for range 12 {
		lost.add(visit("https://a.example/private/x y", store.StateExcluded, "robots"))
	}
	lost.add(visit("https://a.example/gone", store.StateGone, "http-404"))
	lost.add(visit("https://a.example/odd", store.StateFailed, ""))
	lost.add(visit("https://a.example/later", store.StateDiscovered, "http-503")) // still to be visited
	sum := crawler.Summary{Elapsed: 72 * time.Second, Left: 1, NextDue: time.Unix(200, 0)}
	sum.Run = store.Run{State: store.RunLimited, Reason: "the limit of 50 pages is reached", FinishedAt: time.Unix(100, 0)}
	sum.Run.Counts = store.Counts{Pages: 1, Articles: 1234, Bytes: 5e6, States: map[store.State]int{
		store.StateUnchanged: 3, store.StateRedirected: 1,
	}}
	var b strings.Builder
	tell(&b, telling{sum, "my news.db", lost, "", "stet crawl a.example --limit 50"})
	const want = `Ended: the limit of 50 pages is reached.

Kept 1 page in my news.db, among them 1,234 new articles.
3 pages had not changed.
1 address led elsewhere.
It took 1 min 12 s and 5.0 MB.

Not kept: 14 pages
       12  closed by robots.txt
        1  failed
        1  answered 404 Not Found

Still to visit: 1 page, the first in 1 min 40 s.

Next:
  stet list --archive 'my news.db'                             the articles
  stet export --output articles.jsonl --archive 'my news.db'   all of them, as a dataset
  stet why https://a.example/odd --archive 'my news.db'        why that page was not kept
  stet crawl a.example --limit 50                              goes on where this ended
`
	if got := b.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A second round in which nothing changed has kept what the first one did.
func TestTellUnchanged(t *testing.T) {
	sum := crawler.Summary{Elapsed: time.Second}
	sum.Run = store.Run{State: store.RunFinished, Counts: store.Counts{States: map[store.State]int{store.StateUnchanged: 15}}}
	lost := newLosses()
	lost.add(visit("https://a.example/gone", store.StateGone, "http-404"))
	var b strings.Builder
	tell(&b, telling{sum, "archive.db", lost, "", "stet crawl a.example"})
	for _, want := range []string{"No page was new.\n15 pages had not changed.\n", "stet list ", "looks for what changed"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got:\n%s\nwant in it %q", b.String(), want)
		}
	}
}

// The page to ask about is one that failed; without failures the most frequent
// loss gives it.
func TestWorst(t *testing.T) {
	lost := newLosses()
	if got := lost.worst(); got != "" {
		t.Errorf("nothing lost: got %q", got)
	}
	lost.add(visit("https://a.example/gone", store.StateGone, "http-404"))
	if got := lost.worst(); got != "https://a.example/gone" {
		t.Errorf("one page gone: got %q", got)
	}
	lost.add(visit("https://a.example/", store.StateFailed, "dns-nxdomain"))
	if got := lost.worst(); got != "https://a.example/" {
		t.Errorf("one page gone, one failed: got %q", got)
	}
}

// A site that answers nothing on https, typed without a scheme.
func TestTellNothingKept(t *testing.T) {
	var b strings.Builder
	sum := crawler.Summary{Resumed: true, Run: store.Run{State: store.RunFinished}}
	tell(&b, telling{sum, "archive.db", newLosses(), "a.example:8080", "stet crawl a.example:8080"})
	for _, want := range []string{"This run went on with an earlier one.\n", "No page was kept.\n", "  stet crawl http://a.example:8080   if the site has no https\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("got %q, want %q in it", b.String(), want)
		}
	}
}

func TestEnding(t *testing.T) {
	for state, want := range map[store.RunState]string{
		store.RunFinished: "Done: nothing is left to visit.", store.RunInterrupted: "Stopped. What was kept is safe.",
		store.RunLimited: "Ended by a limit.", store.RunFailed: "Ended: failed.",
	} {
		if got := ending(crawler.Summary{Run: store.Run{State: state}}); got != want {
			t.Errorf("%s: got %q, want %q", state, got, want)
		}
	}
}

// The exit status and what is printed, for each way a crawl ends.
func TestEnded(t *testing.T) {
	disk := errors.New("disk gone")
	for _, tt := range []struct {
		name   string
		state  store.RunState
		fails  int
		err    error // of Run
		print  error // of printing pages
		status int
	}{
		{"done", store.RunFinished, 0, nil, nil, done},
		{"limit", store.RunLimited, 0, nil, nil, done},
		{"some failed", store.RunFinished, 2, nil, nil, partly},
		{"Ctrl-C", store.RunInterrupted, 2, nil, nil, interrupted},
		{"nobody reads", store.RunInterrupted, 0, nil, syscall.EPIPE, interrupted},
		{"output full", store.RunInterrupted, 0, nil, syscall.ENOSPC, full},
		{"disk", store.RunFailed, 0, disk, nil, failed},
		{"disk full", store.RunFailed, 0, store.ErrFull, nil, full},
		{"held", "", 0, &store.HeldError{Owner: "other"}, nil, held},
	} {
		var out bytes.Buffer
		c := terminal(&out, io.Discard)
		sum := crawler.Summary{Run: store.Run{State: tt.state}, Failures: tt.fails}
		err := ended(c, &settings{Archive: "archive.db"}, sum, &pages{lost: newLosses(), err: tt.print}, "again", tt.err)
		if got := statusOf(err); got != tt.status {
			t.Errorf("%s: status %d (%v), want %d", tt.name, got, err, tt.status)
		}
		if err := c.out.Flush(); err != nil {
			t.Fatal(err)
		}
		if told := out.Len() > 0; told != (tt.err == nil) {
			t.Errorf("%s: summary printed: %v, want %v", tt.name, told, tt.err == nil)
		}
	}
}

func TestPageRecord(t *testing.T) {
	v := visit("https://a.example/1", store.StateFetched, "")
	v.Status, v.Bytes, v.Took = 200, 321, 1500*time.Millisecond
	v.Capture = &store.Capture{Digest: "abc"}
	v.Document = &extract.Document{Kind: extract.KindArticle, Title: "page title", Article: &extract.Article{Title: "title", WordCount: 7}}
	want := page{URL: "https://a.example/1", State: "fetched", Status: 200, Kind: "article", Title: "title", Bytes: 321, TookMS: 1500, Words: 7, Digest: "abc"}
	if got := newPage(v); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// brokenPipe is what a reader that went away leaves.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestPagesEndSoftlyWhenNobodyReads(t *testing.T) {
	c := terminal(brokenPipe{}, io.Discard)
	softened := 0
	p := newPages(c, true, newLosses(), func() { softened++ })
	for range 3 {
		p.add(visit("https://a.example/", store.StateFetched, ""))
	}
	if !errors.Is(p.err, syscall.EPIPE) || softened != 1 {
		t.Errorf("got %v, softened %d times, want EPIPE and once", p.err, softened)
	}
}
