package crawler_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stet/crawler"
	"stet/crawler/crawltest"
	"stet/crawler/weburl"
	"stet/store"
	"stet/store/sqlite"
)

// story is the text of an article long enough to be one.
func story(name string) string {
	return "<!DOCTYPE html><title>" + name + "</title><article><h1>" + name + "</h1><p>" +
		strings.Repeat("The people of the valley met in the hall to talk about the "+name+", as they do each year. ", 4) +
		"</p><p>" + strings.Repeat("When the talk was over, the eldest of them wrote down what had been said of the "+name+". ", 4) +
		"</p></article>"
}

// open opens an archive of the test's own.
func open(t *testing.T) *sqlite.Archive {
	t.Helper()
	a, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "archive.db"), sqlite.Options{MadeBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close the archive: %v", err)
		}
	})
	return a
}

// quick is a configuration for loopback: no delay, and nobody waits long.
func quick(s *crawltest.Server, seeds ...string) crawler.Config {
	zero := crawler.Duration(0)
	cfg := crawler.Config{Delay: &zero, MaxWait: crawler.Duration(20 * time.Second), AllowNetwork: []string{"127.0.0.0/8"}}
	for _, u := range seeds {
		cfg.Seeds = append(cfg.Seeds, s.URL(u))
	}
	return cfg
}

func run(t *testing.T, a store.Store, cfg crawler.Config) crawler.Summary {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sum, err := crawler.Run(ctx, a, cfg)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return sum
}

// trace is what the archive says of a URL of the site file.
func trace(t *testing.T, s *crawltest.Server, a store.Store, url string) store.Trace {
	t.Helper()
	u := s.URL(url)
	tr, err := a.Trace(context.Background(), weburl.Key(u), u)
	if err != nil {
		t.Fatalf("trace of %s: %v", url, err)
	}
	return tr
}

func wantState(t *testing.T, s *crawltest.Server, a store.Store, url string, state store.State, reason string) {
	t.Helper()
	tr := trace(t, s, a, url)
	if tr.State != state || !strings.Contains(tr.Reason, reason) {
		t.Errorf("%s: got %s (%s), want %s (… %s …)", url, tr.State, tr.Reason, state, reason)
	}
}

// titles are those of all articles kept, sorted.
func titles(t *testing.T, a store.Store) []string {
	t.Helper()
	var out []string
	for e, err := range a.Entries(context.Background(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Title)
	}
	slices.Sort(out)
	return out
}

func wantTitles(t *testing.T, a store.Store, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := titles(t, a); !slices.Equal(got, want) {
		t.Errorf("articles kept: got %q, want %q", got, want)
	}
}

func TestCrawl(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt --
User-agent: *
Disallow: /private/
-- GET http://a.test/ --
<title>Front</title><ul><li><a href="/one">One</a><li><a href="/two#more">Two</a><li><a href="/two">Two</a>
<li><a href="/private/x">Private</a><li><a href="http://b.test/">Elsewhere</a><li><a href="/none">Nothing</a>
<li><a href="/was">Was</a><li><a href="/forbidden">No</a><li><a href="mailto:x@a.test">Mail</a></ul>
-- GET http://a.test/one --
`+story("harvest")+`
-- GET http://a.test/two --
`+story("bridge")+`<a href="/three?utm_source=two">three</a>
-- GET http://a.test/three?utm_source=two --
`+story("flood")+`
-- GET http://a.test/was [status 410] --
gone
-- GET http://a.test/forbidden [status 403] --
no
-- GET http://a.test/private/x --
`+story("secret")+`
-- GET http://b.test/ --
`+story("elsewhere")+`
`)
	a := open(t)
	sum := run(t, a, quick(s, "http://a.test/"))
	if sum.Run.State != store.RunFinished || sum.Left != 0 || sum.Resumed {
		t.Errorf("summary: got %+v, want a finished first run with nothing left", sum)
	}
	wantTitles(t, a, "harvest", "bridge", "flood")
	wantState(t, s, a, "http://a.test/private/x", store.StateExcluded, "robots.txt line 2: Disallow: /private/")
	wantState(t, s, a, "http://a.test/none", store.StateGone, "404")
	wantState(t, s, a, "http://a.test/was", store.StateGone, "410")
	wantState(t, s, a, "http://a.test/forbidden", store.StateFailed, "403")
	wantState(t, s, a, "http://a.test/", store.StateFetched, "")
	if n := len(s.OfHost("b.test")); n != 0 {
		t.Errorf("requests to a host out of scope: got %d, want 0", n)
	}
	if n := s.MaxConcurrent("a.test"); n != 1 {
		t.Errorf("requests at once to one host: got %d, want 1", n)
	}
	urls := s.URLs()
	for _, u := range urls {
		if n := len(s.Of(u)); n != 1 {
			t.Errorf("requests for %s: got %d, want 1", u, n)
		}
	}
	if urls[0] != "http://a.test/robots.txt" {
		t.Errorf("first request: got %s, want robots.txt", urls[0])
	}
	if sum.Failures != 1 {
		t.Errorf("failures: got %d, want 1 (the 403)", sum.Failures)
	}
}

func TestRedirects(t *testing.T) {
	var file strings.Builder
	fmt.Fprintf(&file, `
-- GET http://a.test/ [status 301] --
> Location: http://www.test/
-- GET http://www.test/ --
<a href="/to">to</a> <a href="/loop">loop</a> <a href="/self">self</a> <a href="/away">away</a>
<a href="/chain/0">chain</a> <a href="/nowhere">nowhere</a> <a href="/odd">odd</a>
-- GET http://www.test/to [status 302] --
> Location: new
-- GET http://www.test/new --
%s
-- GET http://www.test/loop [status 302] --
> Location: /pool
-- GET http://www.test/pool [status 302] --
> Location: /loop
-- GET http://www.test/self [status 302] --
> Location: /self
-- GET http://www.test/away [status 302] --
> Location: http://other.test/
-- GET http://www.test/nowhere [status 302] --
nothing
-- GET http://www.test/odd [status 302] --
> Location: javascript:alert(1)
-- GET http://other.test/ --
%s
`, story("moved"), story("other"))
	for i := range 30 {
		fmt.Fprintf(&file, "-- GET http://www.test/chain/%d [status 302] --\n> Location: /chain/%d\n", i, i+1)
	}
	s := crawltest.Start(t, file.String())
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantTitles(t, a, "moved")
	wantState(t, s, a, "http://a.test/", store.StateRedirected, s.URL("http://www.test/"))
	wantState(t, s, a, "http://www.test/to", store.StateRedirected, "/new")
	wantState(t, s, a, "http://www.test/loop", store.StateRedirected, "/pool")
	wantState(t, s, a, "http://www.test/pool", store.StateRedirected, "/loop")
	wantState(t, s, a, "http://www.test/self", store.StateRedirected, "itself")
	wantState(t, s, a, "http://www.test/away", store.StateRedirected, "outside the scope")
	wantState(t, s, a, "http://www.test/nowhere", store.StateFailed, "without a Location")
	wantState(t, s, a, "http://www.test/odd", store.StateFailed, "no http URL")
	wantState(t, s, a, "http://www.test/chain/20", store.StateFailed, "more than 20 redirects")
	if n := len(s.OfHost("other.test")); n != 0 {
		t.Errorf("requests to where a link redirects out of scope: got %d, want 0", n)
	}
}

func TestRetries(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/busy">busy</a> <a href="/down">down</a> <a href="/cut">cut</a>
-- GET http://a.test/busy [status 503] --
> Retry-After: 1
-- GET http://a.test/busy --
`+story("patience")+`
-- GET http://a.test/down [status 500] --
-- GET http://a.test/cut [raw] --
HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<article><p>only the beginning of it
-- GET http://a.test/cut --
`+story("whole")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	one := 1
	cfg.Retries = &one
	sum := run(t, a, cfg)
	wantTitles(t, a, "patience", "whole")
	wantState(t, s, a, "http://a.test/down", store.StateFailed, "answered 500; given up after 2 tries")
	busy := s.Of("http://a.test/busy")
	if len(busy) != 2 || busy[1].At.Sub(busy[0].At) < 900*time.Millisecond {
		t.Errorf("visits of a page that asked for a second's rest: got %+v, want two, a second apart", busy)
	}
	if n := len(trace(t, s, a, "http://a.test/cut").Visits); n != 2 {
		t.Errorf("visits of the page that was cut off at first: got %d, want 2", n)
	}
	if sum.Failures != 1 {
		t.Errorf("failures: got %d, want 1", sum.Failures)
	}
}

// What arrives cut or broken is kept as evidence and never as an article.
func TestCutAndBroken(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/cut">cut</a> <a href="/long">long</a> <a href="/broken">broken</a>
-- GET http://a.test/cut [raw] --
HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n`+story("beginning")+`
-- GET http://a.test/long [repeat 200] --
`+story("endless")+`
-- GET http://a.test/broken --
> Content-Encoding: gzip
`+"\x1f\x8b\x08 this is not what it says"+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	none := 0
	cfg.Retries, cfg.PageSize = &none, 50_000
	run(t, a, cfg)
	wantTitles(t, a)
	wantState(t, s, a, "http://a.test/cut", store.StateFailed, "cut off (disconnect)")
	wantState(t, s, a, "http://a.test/long", store.StateFetched, "longer than")
	wantState(t, s, a, "http://a.test/broken", store.StateFailed, "broken")
	for url, truncated := range map[string]string{"http://a.test/cut": "disconnect", "http://a.test/long": "length", "http://a.test/broken": ""} {
		c, err := a.Body(context.Background(), weburl.Key(s.URL(url)))
		if err != nil || len(c.Body) == 0 || c.Truncated != truncated {
			t.Errorf("evidence of %s: got %d bytes, truncated %q, %v; want bytes, %q", url, len(c.Body), c.Truncated, err, truncated)
		}
	}
}

// A run that is stopped finishes what is in flight, and the same command
// visits the rest, nothing twice.
func TestStopAndResume(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/one">1</a> <a href="/two">2</a> <a href="/three">3</a>
-- GET http://a.test/one [hold one] --
`+story("one")+`
-- GET http://a.test/two --
`+story("two")+`
-- GET http://a.test/three --
`+story("three")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	stop := make(chan struct{})
	cfg.Stop = stop
	go func() {
		<-s.Arrived("one")
		close(stop)
		s.Release("one")
	}()
	sum := run(t, a, cfg)
	if sum.Run.State != store.RunInterrupted || sum.Left != 2 {
		t.Errorf("stopped run: got %s with %d left, want interrupted with 2", sum.Run.State, sum.Left)
	}
	wantTitles(t, a, "one")
	cfg.Stop = nil
	sum = run(t, a, cfg)
	if sum.Run.State != store.RunFinished || !sum.Resumed || sum.Run.Round != 1 {
		t.Errorf("resumed run: got %s, resumed %v, round %d; want finished, resumed, round 1", sum.Run.State, sum.Resumed, sum.Run.Round)
	}
	wantTitles(t, a, "one", "two", "three")
	for _, u := range s.URLs() {
		if n := len(s.Of(u)); n != 1 {
			t.Errorf("requests for %s: got %d, want 1", u, n)
		}
	}
}

// A cancelled run drops what is in flight, and loses nothing.
func TestCancelAndResume(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/one">1</a> <a href="/two">2</a>
-- GET http://a.test/one [hold one] --
`+story("one")+`
-- GET http://a.test/two --
`+story("two")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-s.Arrived("one")
		cancel()
	}()
	sum, err := crawler.Run(ctx, a, cfg)
	if err != nil || sum.Run.State != store.RunInterrupted || sum.Left != 2 {
		t.Errorf("cancelled run: got %s with %d left, %v; want interrupted with 2", sum.Run.State, sum.Left, err)
	}
	s.Release("one")
	sum = run(t, a, cfg)
	if sum.Run.State != store.RunFinished {
		t.Errorf("resumed run: got %s, want finished", sum.Run.State)
	}
	wantTitles(t, a, "one", "two")
}

// A second round asks whether pages have changed and keeps what has.
func TestSecondRound(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
> ETag: "front"
<a href="/same">same</a> <a href="/tagged">tagged</a> <a href="/edited">edited</a> <a href="/removed">removed</a>
-- GET http://a.test/same --
`+story("same")+`
-- GET http://a.test/tagged --
> Last-Modified: Mon, 02 Jan 2023 10:00:00 GMT
`+story("tagged")+`
-- GET http://a.test/edited --
`+story("first draft")+`
-- GET http://a.test/edited --
`+story("second draft")+`
-- GET http://a.test/removed --
`+story("removed")+`
-- GET http://a.test/removed [status 410] --
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	run(t, a, cfg)
	wantTitles(t, a, "same", "tagged", "first draft", "removed")
	sum := run(t, a, cfg)
	if sum.Run.Round != 2 || sum.Resumed || sum.Run.State != store.RunFinished {
		t.Errorf("second round: got %+v, want a finished run of round 2", sum.Run)
	}
	wantState(t, s, a, "http://a.test/", store.StateUnchanged, "has not changed")
	wantState(t, s, a, "http://a.test/tagged", store.StateUnchanged, "has not changed")
	wantState(t, s, a, "http://a.test/same", store.StateUnchanged, "same bytes")
	wantState(t, s, a, "http://a.test/removed", store.StateGone, "410")
	edited := trace(t, s, a, "http://a.test/edited")
	if len(edited.Revisions) != 2 || edited.State != store.StateFetched {
		t.Errorf("edited page: got %s with %d revisions, want fetched with 2", edited.State, len(edited.Revisions))
	}
	if n := len(trace(t, s, a, "http://a.test/same").Revisions); n != 1 {
		t.Errorf("revisions of an unchanged page: got %d, want 1", n)
	}
	// What is gone from the site stays in the archive.
	wantTitles(t, a, "same", "tagged", "second draft", "removed")
}

func TestLimits(t *testing.T) {
	var file strings.Builder
	file.WriteString("-- GET http://a.test/ --\n")
	for i := range 20 {
		fmt.Fprintf(&file, "<a href=/%d>%d</a>\n", i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&file, "-- GET http://a.test/%d --\n<a href=/deep/%d>deep</a>%s\n", i, i, story(fmt.Sprint("story ", i)))
	}
	s := crawltest.Start(t, file.String())
	pages := func() (n int) {
		for _, r := range s.Requests() {
			if !strings.HasSuffix(r.URL, "/robots.txt") {
				n++
			}
		}
		return n
	}

	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Limit = 7
	sum := run(t, a, cfg)
	if pages() != 7 || sum.Run.State != store.RunLimited || !strings.Contains(sum.Run.Reason, "limit of 7 pages") {
		t.Errorf("limit 7: got %d pages, %s (%s), want 7, limited", pages(), sum.Run.State, sum.Run.Reason)
	}
	run(t, a, cfg)
	if pages() != 14 {
		t.Errorf("limit 7, run again: got %d pages in all, want 14", pages())
	}

	s.Forget()
	cfg = quick(s, "http://a.test/")
	depth := 1
	cfg.Depth = &depth
	run(t, open(t), cfg)
	if pages() != 21 {
		t.Errorf("depth 1: got %d pages, want 21", pages())
	}

	s.Forget()
	cfg = quick(s, "http://a.test/")
	cfg.Size = 2000
	sum = run(t, open(t), cfg)
	if sum.Run.State != store.RunLimited || !strings.Contains(sum.Run.Reason, "size limit") || sum.Left == 0 {
		t.Errorf("size limit: got %s (%s), %d left, want limited with some left", sum.Run.State, sum.Run.Reason, sum.Left)
	}

	s.Forget()
	cfg = quick(s, "http://a.test/")
	long := crawler.Duration(time.Hour)
	cfg.Delay, cfg.Time, cfg.MaxWait = &long, crawler.Duration(300*time.Millisecond), 0
	sum = run(t, open(t), cfg)
	if sum.Run.State != store.RunLimited || !strings.Contains(sum.Run.Reason, "time limit") {
		t.Errorf("time limit: got %s (%s), want limited", sum.Run.State, sum.Run.Reason)
	}
}

// Private addresses are refused unless the user typed that very origin.
func TestPrivateAddressesAreRefused(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="http://b.test/">other loopback address</a> <a href="http://169.254.169.254/latest/">metadata</a>
<a href="/ok">ok</a>
-- GET http://a.test/ok --
`+story("ok")+`
-- GET http://b.test/ --
`+story("inside")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Scope, cfg.AllowNetwork = crawler.ScopeAny, nil
	run(t, a, cfg)
	wantTitles(t, a, "ok")
	wantState(t, s, a, "http://b.test/", store.StateExcluded, "address")
	wantState(t, s, a, "http://169.254.169.254/latest/", store.StateExcluded, "address")
	if n := len(s.OfHost("b.test")); n != 0 {
		t.Errorf("requests to a private address nobody typed: got %d, want 0", n)
	}
}

func TestRobotsThatCannotBeHad(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt [status 503] --
-- GET http://a.test/ --
`+story("closed")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.MaxWait = crawler.Duration(100 * time.Millisecond)
	sum := run(t, a, cfg)
	if sum.Run.State != store.RunLimited || sum.Left != 1 || sum.NextDue.IsZero() {
		t.Errorf("robots.txt answers 503: got %s, %d left until %v; want limited, 1 left and when it is due",
			sum.Run.State, sum.Left, sum.NextDue)
	}
	if n := len(s.Of("http://a.test/")); n != 0 {
		t.Errorf("pages fetched while robots.txt answers 503: got %d, want 0", n)
	}
	wantState(t, s, a, "http://a.test/", store.StateDiscovered, "robots.txt answered 503")
	cfg.IgnoreRobots = true
	cfg.Job = "another"
	run(t, a, cfg)
	wantTitles(t, a, "closed")
}

func TestCrawlDelay(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt --
User-agent: stet
Crawl-delay: 0.3
-- GET http://a.test/ --
<a href="/1">1</a> <a href="/2">2</a>
-- GET http://a.test/1 --
`+story("one")+`
-- GET http://a.test/2 --
`+story("two")+`
`)
	run(t, open(t), quick(s, "http://a.test/"))
	if gap := s.ShortestGap("a.test"); gap < 290*time.Millisecond {
		t.Errorf("shortest gap with a crawl delay of 0.3 s: got %v", gap)
	}
}

func TestExtraHeadersStayAtHome(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="http://b.test/">b</a>
-- GET http://b.test/ --
`+story("b")+`
`)
	cfg := quick(s, "http://a.test/")
	cfg.Scope, cfg.Header = crawler.ScopeAny, []string{"Authorization: Bearer canary"}
	run(t, open(t), cfg)
	for _, r := range s.Requests() {
		got := r.Header.Get("Authorization")
		if home := strings.HasPrefix(r.URL, "http://a.test/"); home != (got != "") {
			t.Errorf("Authorization sent to %s: got %q", r.URL, got)
		}
	}
}

func TestPageIsToldOnceItIsSafe(t *testing.T) {
	s := crawltest.Start(t, "-- GET http://a.test/ --\n"+story("safe"))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	var told atomic.Int64
	cfg.Page = func(v *store.Visit) {
		told.Add(1)
		if _, err := a.Entry(context.Background(), v.Target.Key); err != nil {
			t.Errorf("entry of %s when it is told: %v", v.Target.URL, err)
		}
	}
	run(t, a, cfg)
	if told.Load() != 1 {
		t.Errorf("pages told: got %d, want 1", told.Load())
	}
}

func TestBadConfigurations(t *testing.T) {
	for _, c := range []struct {
		cfg  crawler.Config
		want string
	}{
		{crawler.Config{}, "no seed"},
		{crawler.Config{Seeds: []string{"gopher://a.example/"}}, "gopher://a.example/"},
		{crawler.Config{Seeds: []string{"a.example"}, Scope: "moon"}, "moon"},
		{crawler.Config{Seeds: []string{"a.example"}, Header: []string{"nothing"}}, "nothing"},
		{crawler.Config{Seeds: []string{"a.example"}, AllowNetwork: []string{"ten"}}, "ten"},
		{crawler.Config{Seeds: []string{"a.example"}, Proxy: "carrier-pigeon://x"}, "proxy"},
	} {
		_, err := crawler.Run(context.Background(), nil, c.cfg)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("run of %+v: got %v, want an error naming %q", c.cfg, err, c.want)
		}
	}
}
