package proof

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet/crawler/crawltest"
)

// sites are generated sites that this process serves.
type sites struct {
	press *crawltest.Press
	seeds string // a file
}

// serveSites serves ten sites of two hundred articles each.
func serveSites(t testing.TB) *sites {
	t.Helper()
	s := &sites{press: crawltest.Generate(1, 10, 200), seeds: filepath.Join(t.TempDir(), "seeds.txt")}
	seeds := strings.Join(s.press.Start(t), "\n") + "\n"
	if err := os.WriteFile(s.seeds, []byte(seeds), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// pages is how many pages there are: articles and lists.
func (s *sites) pages() int {
	return s.press.Hosts() * (s.press.Pages() + s.press.Listings())
}

// measure runs one crawl of all pages.
func (s *sites) measure(t testing.TB, crawl func(context.Context) *exec.Cmd) cost {
	t.Helper()
	before := s.press.Requests()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	e := wait(ctx, t, crawl(ctx))
	asked := int(s.press.Requests() - before)
	if e.code != 0 || asked < s.pages() {
		t.Fatalf("exit status %d after %d requests, want 0 and %d: %s", e.code, asked, s.pages(), e.tail())
	}
	return cost{pages: s.pages(), cpu: e.cpu, wall: e.took}
}
