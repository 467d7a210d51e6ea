package proof

import (
	"context"
	"os/exec"
	"testing"
	"time"
)

// sites are generated sites that are served by this process or a child.
type sites struct {
	seeds string // a file
	w     *worldServer
}

// serveSites serves five sites of a hundred articles each.
func serveSites(t testing.TB) *sites {
	t.Helper()
	w := startWorld(t, "-hosts", "5", "-pages", "100", "-hostile=false")
	return &sites{seeds: w.seeds(), w: w}
}

// measure runs one crawl and counts the pages it was answered.
func (s *sites) measure(t testing.TB, crawl func(context.Context) *exec.Cmd) cost {
	t.Helper()
	s.w.hits()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	e := wait(ctx, t, crawl(ctx))
	if e.code != 0 {
		t.Fatalf("exit status %d, want 0: %s", e.code, e.tail())
	}
	pages := 0
	for _, h := range s.w.hits() {
		pages += count(h.status == 200 && h.target != "/robots.txt")
	}
	return cost{pages: pages, cpu: e.cpu, wall: e.took}
}
