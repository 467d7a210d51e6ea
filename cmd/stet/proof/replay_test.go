package proof

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"stet/crawler/weburl"
)

var (
	sampleFile = flag.String("sample", "", "TestReplay writes 20 random articles to this file, for reading")
	sampleSeed = flag.Uint64("sample-seed", 1, "which 20")
)

// TestReplay crawls real pages of many hosts through a proxy that serves them
// at their own addresses.
func TestReplay(t *testing.T) {
	long(t)
	dir := shared(t, "eval")
	program := build(t, "replay", dir, "replay.go")
	pages := replayPages(t, filepath.Join(dir, "dev"))
	seeds := filepath.Join(t.TempDir(), "seeds.txt")
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	proxy := exec.Command(program, "-data", filepath.Join(dir, "dev"), "-seeds", seeds, "-listen", address)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { proxy.Process.Kill(); proxy.Wait() }()
	dialable(t, address)
	db := filepath.Join(t.TempDir(), "archive.db")
	e := run(t, 10*time.Minute, stet(t), "crawl", "--proxy", "http://"+address, "--seed-file", seeds, "--depth", "1", "--delay", "0", "--archive", db, "--quiet")
	a := openArchive(t, db)
	r := newReport(t, "real pages through a proxy: %d pages in %.1f s, %d MB", len(pages), e.took.Seconds(), e.peak)
	if e.code != 0 && e.code != 3 {
		t.Errorf("stet crawl: exit status %d, want 0 or 3: %s", e.code, e.tail())
	}
	missing := unstored(t, a, pages)
	r.line("  %d articles", a.count(`SELECT count(*) FROM articles`))
	a.each(func(scan func(...any)) {
		var kind string
		var n int
		scan(&kind, &n)
		r.line("    %-12s %5d captures", kind, n)
	}, `SELECT coalesce(kind, 'none'), count(*) FROM capture GROUP BY 1 ORDER BY 2 DESC`)
	r.check("replay.missing", float64(len(missing)))
	r.check("replay.panics", float64(count(e.panicked())))
	for _, u := range missing[:min(10, len(missing))] {
		r.line("  not stored: %s", u)
	}
	if *sampleFile != "" {
		writeSample(t, a, *sampleFile)
	}
}

// replayPages reads which pages the proxy serves: their addresses, by key. It
// knows internationalised host names only as they are written, not as they are
// asked for (xn--…): those cannot be reached.
func replayPages(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "index.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no index.jsonl in %s: %v", dir, err)
	}
	pages := map[string]string{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(bufio.NewReader(f)); d.More(); {
			var p struct{ URL string }
			if err := d.Decode(&p); err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(p.URL)
			if err == nil && isASCII(u.Host) && u.Host != "" {
				u.Scheme, u.Fragment = "http", ""
				pages[pageKey(t, u.String())] = u.String()
			}
		}
		f.Close()
	}
	return pages
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func pageKey(t *testing.T, address string) string {
	t.Helper()
	u, err := weburl.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return u.Key()
}

func dialable(t *testing.T, address string) {
	t.Helper()
	for range 1000 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nobody listens at %s", address)
}

// unstored gives the pages without a capture.
func unstored(t *testing.T, a archive, pages map[string]string) []string {
	left := maps.Clone(pages)
	a.each(func(scan func(...any)) {
		var u string
		scan(&u)
		delete(left, pageKey(t, u))
	}, `SELECT url FROM capture WHERE payload_id IS NOT NULL AND status = 200`)
	return slices.Sorted(maps.Values(left))
}

// writeSample writes 20 random articles for a person to read.
func writeSample(t *testing.T, a archive, file string) {
	t.Helper()
	all := a.articles()
	urls := slices.Sorted(maps.Keys(all))
	dice := rand.New(rand.NewPCG(*sampleSeed, 0))
	dice.Shuffle(len(urls), func(i, j int) { urls[i], urls[j] = urls[j], urls[i] })
	var b strings.Builder
	for _, u := range urls[:min(20, len(urls))] {
		x := all[u]
		fmt.Fprintf(&b, "==== %s\ntitle:   %s\nauthors: %s\ndate:    %s\n\n%s\n\n", u, x.title, strings.Join(x.authors, "; "), x.date, x.text)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
