package proof

import (
	"path/filepath"
	"testing"
	"time"
)

// TestMemory watches the peak of a long crawl and of one whose first page
// holds some 119,000 links.
func TestMemory(t *testing.T) {
	long(t)
	t.Run("pages", func(t *testing.T) {
		w := startWorld(t, "-hosts", "20", "-pages", "1000", "-hostile=false")
		db := filepath.Join(t.TempDir(), "archive.db")
		e := run(t, 15*time.Minute, stet(t), append(w.crawlArgs(db, "0"), "--limit", "24000")...)
		a := openArchive(t, db)
		pages := a.count(`SELECT count(*) FROM capture`)
		r := newReport(t, "memory: a crawl of %d pages in %.0f s (%.0f a second, %.2f ms CPU each)", pages, e.took.Seconds(),
			float64(pages)/e.took.Seconds(), 1000*e.cpu.Seconds()/float64(max(pages, 1)))
		if e.code != 0 || pages < 23000 {
			t.Errorf("stet crawl: exit status %d and %d pages, want 0 and about 24,000: %s", e.code, pages, e.tail())
		}
		r.check("memory.pages_mb", float64(e.peak))
	})
	t.Run("links", func(t *testing.T) {
		w := startWorld(t, "-hosts", "1", "-pages", "1")
		trap := w.traps()["links-5mb"]
		db := filepath.Join(t.TempDir(), "archive.db")
		e := run(t, 5*time.Minute, stet(t), "crawl", "--delay", "0", "--allow-network", "127.0.0.0/8", "--limit", "5000",
			"--archive", db, "--quiet", trap.origin+trap.start)
		found := openArchive(t, db).count(`SELECT count(*) FROM target`)
		r := newReport(t, "memory: one page with %d links, 5,000 pages fetched in %.0f s", found-1, e.took.Seconds())
		if e.code != 0 || found < 100000 {
			t.Errorf("stet crawl: exit status %d and %d targets, want 0 and more than 100,000: %s", e.code, found, e.tail())
		}
		r.check("memory.links_mb", float64(e.peak))
	})
}
