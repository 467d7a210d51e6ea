package frontier_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"stet/crawler/frontier"
	"stet/store"
	"stet/store/sqlite"
)

// house is a frontier over an archive of its own, with a clock that only the
// test moves.
type house struct {
	t       *testing.T
	archive *sqlite.Archive
	crawl   store.Crawl
	*frontier.Frontier
	now     time.Time
	visited map[string]int
	news    chan []*store.Visit
}

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func build(t *testing.T, cfg frontier.Config, urls ...string) *house {
	t.Helper()
	a, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "a.db"), sqlite.Options{MadeBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h := &house{t: t, archive: a, now: start, visited: map[string]int{}, news: make(chan []*store.Visit, 1000)}
	h.crawl, err = a.Begin(context.Background(), store.BeginCrawl{Job: "j", Config: "{}", Now: h.now, TTL: time.Hour,
		Committed: func(vs []*store.Visit) { h.news <- vs }})
	if err != nil {
		t.Fatal(err)
	}
	h.enqueue(urls...)
	h.Frontier = frontier.New(cfg)
	return h
}

func (h *house) enqueue(urls ...string) {
	h.t.Helper()
	if _, err := h.crawl.Enqueue(context.Background(), targets(urls...)); err != nil {
		h.t.Fatal(err)
	}
}

// targets reads "host/path".
func targets(urls ...string) []store.NewTarget {
	var out []store.NewTarget
	for _, u := range urls {
		host := u[:1]
		out = append(out, store.NewTarget{URL: "http://" + u, Key: "http://" + u, Host: host, Site: host, Via: "seed"})
	}
	return out
}

// serve carries out the frontier's orders until it has none.
func (h *house) serve() {
	h.t.Helper()
	ctx := context.Background()
	for orders := h.Orders(h.now); len(orders) > 0; orders = h.Orders(h.now) {
		for _, o := range orders {
			var err error
			switch o.Do {
			case frontier.Claim:
				var hs []store.Host
				hs, err = h.crawl.ClaimHosts(ctx, h.now, frontier.Horizon, o.Limit)
				h.Claimed(hs, len(hs) == o.Limit)
			case frontier.Refill:
				var ts []store.Target
				ts, err = h.crawl.Due(ctx, o.Lease, h.now, o.Limit)
				h.Refilled(o, ts)
			case frontier.Release:
				err = h.crawl.Release(ctx, o.Lease, o.Next)
			}
			if err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

func (h *house) next() (frontier.Turn, bool, time.Time) {
	h.t.Helper()
	h.serve()
	turn, ok, again := h.Next(h.now)
	if h.serve(); !ok {
		turn, ok, again = h.Next(h.now)
	}
	return turn, ok, again
}

func (h *house) want(url string) frontier.Turn {
	h.t.Helper()
	turn, ok, again := h.next()
	if !ok || turn.Target.URL != "http://"+url {
		h.t.Fatalf("next turn at +%v: got %q (ok %v, again %v), want %s", h.now.Sub(start), turn.Target.URL, ok, again, url)
	}
	return turn
}

func (h *house) wantNone() time.Time {
	h.t.Helper()
	turn, ok, again := h.next()
	if ok {
		h.t.Fatalf("next turn at +%v: got %s, want none", h.now.Sub(start), turn.Target.URL)
	}
	return again
}

// done records a visit and ends the turn; the host rests for a while.
func (h *house) done(turn frontier.Turn, rest time.Duration, found ...string) {
	h.t.Helper()
	h.visited[turn.Target.URL]++
	v := &store.Visit{Lease: turn.Lease, Target: turn.Target, Started: h.now, Fetched: true, Status: 200,
		State: store.StateFetched, NextAllowedAt: h.now.Add(rest), Delay: rest, Found: targets(found...)}
	if err := h.crawl.Record(context.Background(), v); err != nil {
		h.t.Fatal(err)
	}
	h.Done(turn, h.now.Add(rest), rest)
}

func (h *house) commit() {
	h.t.Helper()
	if err := h.crawl.Flush(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	for {
		select {
		case vs := <-h.news:
			h.Committed(vs)
		default:
			h.serve()
			return
		}
	}
}

func (h *house) pass(d time.Duration) { h.now = h.now.Add(d) }

func TestHostsTakeTurns(t *testing.T) {
	h := build(t, frontier.Config{}, "a/1", "a/2", "b/1", "b/2")
	a1 := h.want("a/1")
	b1 := h.want("b/1")
	if again := h.wantNone(); !again.IsZero() {
		t.Errorf("both hosts are being asked: got a time %v, want none", again)
	}
	// a answers at once, b is slow: a goes on, at its own pace.
	h.done(a1, time.Second)
	if again := h.wantNone(); !again.Equal(start.Add(time.Second)) {
		t.Errorf("when to ask again: got %v, want when a has rested", again)
	}
	h.pass(time.Second)
	h.want("a/2")
	h.done(b1, time.Second)
	h.pass(time.Second)
	h.want("b/2")
	h.wantNone()
}

func TestNothingIsVisitedTwiceBeforeTheCommit(t *testing.T) {
	var urls []string
	for i := range 100 {
		urls = append(urls, fmt.Sprintf("a/%d", i))
	}
	h := build(t, frontier.Config{Batch: 7}, urls...)
	for range 100 {
		turn, ok, _ := h.next()
		if !ok {
			break
		}
		h.done(turn, 0)
	}
	for {
		turn, ok, _ := h.next()
		if !ok {
			break
		}
		h.done(turn, 0)
	}
	if len(h.visited) != 100 {
		t.Errorf("targets visited: got %d, want 100", len(h.visited))
	}
	for u, n := range h.visited {
		if n != 1 {
			t.Errorf("visits of %s: got %d, want 1", u, n)
		}
	}
}

func TestWhatIsFoundIsVisitedAfterTheCommit(t *testing.T) {
	h := build(t, frontier.Config{}, "a/1")
	h.done(h.want("a/1"), 0, "a/2", "b/1")
	h.wantNone()
	if n := h.Uncommitted(); n != 1 {
		t.Errorf("uncommitted: got %d, want 1", n)
	}
	h.commit()
	if n := h.Uncommitted(); n != 0 {
		t.Errorf("uncommitted after a commit: got %d, want 0", n)
	}
	h.pass(time.Second)
	got := map[string]bool{}
	for range 2 {
		turn, ok, _ := h.next()
		if ok {
			got[turn.Target.URL] = true
		}
	}
	if !got["http://a/2"] || !got["http://b/1"] {
		t.Errorf("after the commit: got %v, want a/2 and b/1", got)
	}
}

func TestPutBackComesFirst(t *testing.T) {
	h := build(t, frontier.Config{}, "a/1", "a/2")
	turn := h.want("a/1")
	h.PutBack(turn, h.now.Add(time.Second), time.Second)
	h.wantNone()
	h.pass(time.Second)
	h.want("a/1")
	if h.Busy() != 1 || h.Uncommitted() != 0 {
		t.Errorf("busy, uncommitted: got %d, %d, want 1, 0", h.Busy(), h.Uncommitted())
	}
}

func TestHostsThatRestLongMakeRoom(t *testing.T) {
	h := build(t, frontier.Config{Hosts: 1}, "a/1", "a/2", "b/1")
	h.done(h.want("a/1"), time.Minute)
	h.commit()
	h.wantNone()
	h.Trim(h.now)
	h.serve()
	h.commit()
	h.pass(time.Second)
	h.done(h.want("b/1"), 0)
	h.commit()
	h.pass(time.Second)
	h.wantNone()
	h.pass(time.Minute)
	h.commit()
	h.want("a/2")
}

func TestWhatWasClaimedAtACrashIsDueAgain(t *testing.T) {
	h := build(t, frontier.Config{}, "a/1", "a/2")
	h.done(h.want("a/1"), 0)
	h.commit()
	h.want("a/2") // and never recorded
	if err := h.crawl.Finish(context.Background(), h.now, store.RunInterrupted, "crash"); err != nil {
		t.Fatal(err)
	}
	c, err := h.archive.Begin(context.Background(), store.BeginCrawl{Job: "j", Config: "{}", Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	again := &house{t: t, crawl: c, Frontier: frontier.New(frontier.Config{}), now: h.now.Add(time.Second)}
	again.want("a/2")
	again.wantNone()
}

func TestARetryIsNotGivenEarly(t *testing.T) {
	h := build(t, frontier.Config{}, "a/1")
	turn := h.want("a/1")
	v := &store.Visit{Lease: turn.Lease, Target: turn.Target, Started: h.now, Fetched: true, Status: 503,
		State: store.StateDiscovered, RetryAt: h.now.Add(10 * time.Second), NextAllowedAt: h.now}
	if err := h.crawl.Record(context.Background(), v); err != nil {
		t.Fatal(err)
	}
	h.Done(turn, h.now, 0)
	h.commit()
	for range 9 {
		h.wantNone()
		h.commit() // a host that was given back may be leased again then
		h.pass(time.Second)
	}
	h.wantNone()
	h.pass(time.Second)
	again := h.want("a/1")
	if again.Target.Attempts != 1 {
		t.Errorf("attempts of a target tried once: got %d, want 1", again.Target.Attempts)
	}
}
