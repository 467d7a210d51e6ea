package proof

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestPoliteness crawls 30 slow sites with a second between two requests to
// each: never less than that, and hardly more.
func TestPoliteness(t *testing.T) {
	long(t)
	w := startWorld(t, "-hosts", "30", "-pages", "20", "-latency", "100", "-hostile=false")
	db := filepath.Join(t.TempDir(), "archive.db")
	e := run(t, 5*time.Minute, stet(t), w.crawlArgs(db, "1s")...)
	a := w.audit("-delay", "1", "-truth", w.truth())
	r := newReport(t, "politeness: 30 sites x 20 articles, a delay of 1 s")
	if e.code != 0 {
		t.Errorf("stet crawl: exit status %d, want 0: %s", e.code, e.tail())
	}
	ideal, took := said(t, a, `ideal +([\d.]+) s`), said(t, a, `took ([\d.]+) s`)
	_, robots := repeats(w.hits())
	r.check("polite.ideal_share", ideal/took)
	r.check("polite.short_gaps", said(t, a, `delay +(\d+) of`))
	r.check("polite.connections", said(t, a, `at most (\d+) at once`))
	r.check("polite.robots_repeats", float64(robots))
	r.check("polite.missing", said(t, a, `articles +\d+ of (\d+)`)-said(t, a, `articles +(\d+) of`))
	if t.Failed() {
		r.line("%s", a)
	}
}

// said takes a number out of what the audit printed.
func said(t testing.TB, text, pattern string) float64 {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %q in what the audit says:\n%s", pattern, text)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
