package proof

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// cost is what a crawl took.
type cost struct {
	pages int
	cpu   time.Duration // user and system
	wall  time.Duration
}

func (c cost) perPage() float64 { return 1000 * c.cpu.Seconds() / float64(max(1, c.pages)) }
func (c cost) rate() float64    { return float64(c.pages) / c.wall.Seconds() }

// BenchmarkHandWritten and BenchmarkWholePipeline crawl the same generated
// sites, each in a process of its own; the sites are served by this one.
func BenchmarkHandWritten(b *testing.B) { benchmark(b, costHandwritten) }

// BenchmarkWholePipeline is stet as a user runs it.
func BenchmarkWholePipeline(b *testing.B) { benchmark(b, costStet) }

// BenchmarkAgainstHandWritten runs both in turn and reports the ratios.
func BenchmarkAgainstHandWritten(b *testing.B) {
	s := serveSites(b)
	var ours, theirs cost
	for b.Loop() {
		ours.add(costStet(b, s))
		theirs.add(costHandwritten(b, s))
	}
	b.ReportMetric(ours.perPage()/theirs.perPage(), "cpu-ratio")
	b.ReportMetric(ours.rate()/theirs.rate(), "speed-ratio")
}

func benchmark(b *testing.B, crawl func(testing.TB, *sites) cost) {
	s := serveSites(b)
	var sum cost
	for b.Loop() {
		sum.add(crawl(b, s))
	}
	b.ReportMetric(sum.perPage(), "cpu-ms/page")
	b.ReportMetric(sum.rate(), "pages/s")
}

func (c *cost) add(o cost) { c.pages += o.pages; c.cpu += o.cpu; c.wall += o.wall }

// TestCost compares both in pairs, so that other work on the machine slows
// them alike, and takes the median of the ratios.
func TestCost(t *testing.T) {
	long(t)
	s := serveSites(t)
	const pairs = 3
	var cpu, speed []float64
	r := newReport(t, "cost: %d pairs of crawls of the same sites, each in its own process", pairs)
	for range pairs {
		ours, theirs := costStet(t, s), costHandwritten(t, s)
		cpu, speed = append(cpu, ours.perPage()/theirs.perPage()), append(speed, ours.rate()/theirs.rate())
		r.line("  stet %d pages, %.2f ms CPU a page, %.0f pages/s; by hand %d pages, %.2f ms, %.0f pages/s",
			ours.pages, ours.perPage(), ours.rate(), theirs.pages, theirs.perPage(), theirs.rate())
	}
	slices.Sort(cpu)
	slices.Sort(speed)
	r.check("cost.cpu", cpu[pairs/2])
	r.check("cost.speed", speed[pairs/2])
}

func costStet(t testing.TB, s *sites) cost {
	t.Helper()
	db := filepath.Join(t.TempDir(), "archive.db")
	return s.measure(t, func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, stet(t), "crawl", "--delay", "0", "--allow-network", "127.0.0.0/8", "--seed-file", s.seeds, "--archive", db, "--quiet")
	})
}

func costHandwritten(t testing.TB, s *sites) cost {
	t.Helper()
	db := filepath.Join(t.TempDir(), "by-hand.db")
	return s.measure(t, func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0], s.seeds, db)
		cmd.Env = append(os.Environ(), "STET_PROOF_CHILD=handwritten")
		return cmd
	})
}
