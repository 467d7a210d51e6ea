//go:build unix

package proof

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	readability "github.com/go-shiori/go-readability"
	"golang.org/x/net/html"

	"stet/extract"
)

// timeSets are all sets of real pages, of which every eighth page is taken.
var timeSets = []string{"scrapinghub", "naeb", "fundus", "trafilatura", "zhfin", "big9", "mozilla"}

// handMadePages are those of the extractor's own tests.
func handMadePages(t testing.TB) []realPage {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repo, "extract", "testdata", "pages", "*", "source.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages under extract/testdata/pages: %v", err)
	}
	var pages []realPage
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, realPage{Set: "hand-made", URL: "https://a.example/1", Body: body})
	}
	return pages
}

// readabilityAlone parses the page and takes the article out of it, as the
// best known port of readability does; ours decodes, reads the metadata, the
// links and the kind, extracts and renders.
func readabilityAlone(p *realPage) {
	doc, err := html.Parse(bytes.NewReader(p.Body))
	if err != nil {
		return // too deep for the parser
	}
	u, _ := url.Parse(p.URL)
	_, _ = readability.FromDocument(doc, u) // what it makes of it does not matter here
}

func stetAlone(x *extract.Extractor) func(*realPage) {
	header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	return func(p *realPage) { x.Extract(extract.Page{URL: p.URL, Status: 200, Header: header, Body: p.Body}) }
}

// cpuOf is the CPU that this process uses for all pages, its collector of
// garbage included.
func cpuOf(t testing.TB, pages []realPage, read func(*realPage)) time.Duration {
	t.Helper()
	runtime.GC()
	before := ownCPU(t)
	for i := range pages {
		read(&pages[i])
	}
	runtime.GC()
	return ownCPU(t) - before
}

func ownCPU(t testing.TB) time.Duration {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// timeRatio runs both over the same pages in turn, and gives the ratio of the
// least that each has taken, and what a page took of each then: whatever else
// the machine does can only add to what a round takes.
func timeRatio(t testing.TB, pages []realPage) (ratio float64, ours, theirs time.Duration) {
	t.Helper()
	x := stetAlone(extract.New(extract.Config{}))
	const rounds = 9
	cpuOf(t, pages, x) // what is read once, and the pages into the cache
	for i := range rounds {
		a, b := cpuOf(t, pages, x), cpuOf(t, pages, readabilityAlone)
		if i == 0 {
			ours, theirs = a, b
		}
		ours, theirs = min(ours, a), min(theirs, b)
	}
	n := time.Duration(len(pages))
	return float64(ours) / float64(theirs), ours / n, theirs / n
}

// TestExtractTime holds the CPU of a page against parsing it and readability.
func TestExtractTime(t *testing.T) {
	long(t)
	if raceFlag != nil {
		t.Skip("the race detector slows them unequally")
	}
	r := newReport(t, "CPU of a page, ours with everything, against html.Parse and readability.FromDocument")
	measure := func(name string, pages []realPage) {
		ratio, ours, theirs := timeRatio(t, pages)
		r.line("  %-11s %4d pages: ours %v, theirs %v", name, len(pages), ours.Round(time.Microsecond), theirs.Round(time.Microsecond))
		if name == "all sets" {
			r.check("time.extract", ratio)
		} else {
			r.check("time.extract_made", ratio)
		}
	}
	measure("hand-made", handMadePages(t))
	measure("all sets", realPages(t, timeSets, 8))
}

// BenchmarkAgainstReadability reports the same ratio, over the real pages if
// they are there and the hand-made ones.
func BenchmarkAgainstReadability(b *testing.B) {
	b.Run("hand-made", func(b *testing.B) { benchmarkTime(b, handMadePages(b)) })
	b.Run("all sets", func(b *testing.B) { benchmarkTime(b, realPages(b, timeSets, 8)) })
}

func benchmarkTime(b *testing.B, pages []realPage) {
	x := stetAlone(extract.New(extract.Config{}))
	var ours, theirs time.Duration
	for b.Loop() {
		ours, theirs = ours+cpuOf(b, pages, x), theirs+cpuOf(b, pages, readabilityAlone)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "cpu-ratio")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N*len(pages)), "cpu-us/page")
}
