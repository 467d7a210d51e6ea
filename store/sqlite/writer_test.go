package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stet/store"
)

// stocked is an archive with a crawl, and a host's targets ready to be
// visited.
func stocked(t *testing.T, pages int) (*Archive, *crawl, store.Lease, []store.Target) {
	t.Helper()
	a, c := openBench(t, Options{})
	var ts []store.NewTarget
	for n := range pages {
		ts = append(ts, newTarget("a.example", n))
	}
	if _, err := c.Enqueue(t.Context(), ts); err != nil {
		t.Fatal(err)
	}
	l := lead(t, c)
	due, err := c.Due(t.Context(), l, day, pages)
	if err != nil || len(due) != pages {
		t.Fatal(len(due), err)
	}
	return a, c.(*crawl), l, due
}

func plain(l store.Lease, t store.Target, body string) *store.Visit {
	return &store.Visit{Lease: l, Target: t, Started: day, Status: 200, State: store.StateFetched, Fetched: true, Capture: answer(t.URL, []byte(body))}
}

// TestBackPressure: while the writer is held up Record lets in what the queue
// takes, then waits, and gives up with its context. Nothing is lost.
func TestBackPressure(t *testing.T) {
	a, c, l, due := stocked(t, 400)
	a.writer.mu.Lock()
	n := 0
	var err error
	for n < len(due) {
		if err = recordSoon(t, c, plain(l, due[n], "x")); err != nil {
			break
		}
		n++
	}
	if !errors.Is(err, context.DeadlineExceeded) || n > 2*groupPages+1 || n < groupPages {
		t.Errorf("%d visits were let in, then %v, want at most %d, then the context's error", n, err, 2*groupPages+1)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Enqueue(ctx, []store.NewTarget{newTarget("b.example", 1)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("enqueue while the writer is held up: got %v", err)
	}
	a.writer.mu.Unlock()
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := a.Stats(t.Context())
	if err != nil || s.Captures != n {
		t.Errorf("%d captures, %v, want the %d let in", s.Captures, err, n)
	}
}

// recordSoon is Record for a queue that may be full: each visit has two seconds
// of its own, many times what one takes on a busy machine.
func recordSoon(t *testing.T, c *crawl, v *store.Visit) error {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	return c.Record(ctx, v)
}

// TestQueueBytes: large bodies fill the queue before their number does, and
// one larger than all of it still passes.
func TestQueueBytes(t *testing.T) {
	a, c, l, due := stocked(t, 20)
	a.writer.mu.Lock()
	big := make([]byte, 3<<20)
	n := 0
	for ; n < 10; n++ {
		fillRandom(big, n)
		if err := recordSoon(t, c, plain(l, due[n], string(big))); err != nil {
			break
		}
	}
	a.writer.mu.Unlock()
	if n != 2 {
		t.Errorf("%d bodies of 3 MiB were let into a queue of 8 MiB, want 2", n)
	}
	huge := make([]byte, 12<<20)
	fillRandom(huge, 77)
	if err := errors.Join(c.Record(t.Context(), plain(l, due[10], string(huge))), c.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	if b, err := a.Body(t.Context(), due[10].Key); err != nil || string(b.Body) != string(huge) {
		t.Errorf("a body larger than the queue: %d bytes, %v", len(b.Body), err)
	}
}

// TestGather: a group that is full by number or by size does not wait for
// more; nor does one that somebody waits for.
func TestGather(t *testing.T) {
	queue := make(chan item, 2*groupPages)
	for _, c := range []struct {
		name string
		in   item
		n    int
		want int
	}{
		{"small items", item{bytes: 1}, groupPages + 1, groupPages},
		{"large items", item{bytes: groupBytes / 4}, 5, 4},
		{"an item as large as the queue", item{bytes: queueBytes}, 2, 1},
		{"somebody waits", item{done: make(chan error)}, 2, 1},
		{"the last", item{last: true}, 2, 1},
	} {
		for range c.n {
			queue <- c.in
		}
		if got := len(gather(queue, time.Hour)); got != c.want {
			t.Errorf("%s: a group of %d, want %d", c.name, got, c.want)
		}
		for len(queue) > 0 {
			<-queue
		}
	}
}

// TestReleaseGivenUp: a release that was not taken leaves the lease as it was.
func TestReleaseGivenUp(t *testing.T) {
	_, c, l, due := stocked(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Release(ctx, l, day); err == nil {
		return // it was taken before the context was looked at
	}
	if err := errors.Join(c.Record(t.Context(), plain(l, due[0], "x")), c.Release(t.Context(), l, day), c.Flush(t.Context())); err != nil {
		t.Errorf("after a release that was given up: %v", err)
	}
}

// TestBusy: another program that writes for longer than we wait is named.
func TestBusy(t *testing.T) {
	a, c, _, _ := stocked(t, 1)
	other, err := sql.Open("sqlite", a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.writer.conn.ExecContext(t.Context(), "PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	if err := c.Renew(t.Context(), day); err == nil || !strings.Contains(err.Error(), "another program is writing to the archive") {
		t.Errorf("got %v, want that another program is writing", err)
	}
}

// TestLogInUse: while another program reads an old state the writer does not
// wait for it at every commit.
func TestLogInUse(t *testing.T) {
	a, c, l, due := stocked(t, 2)
	other, err := sql.Open("sqlite", a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	reading, err := other.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reading.QueryRow("SELECT count(*) FROM target").Scan(&n); err != nil {
		t.Fatal(err)
	}
	a.writer.mu.Lock()
	a.writer.trimAt = 1
	a.writer.mu.Unlock()
	for i := range due {
		if err := errors.Join(c.Record(t.Context(), plain(l, due[i], fmt.Sprint(i))), c.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		a.writer.mu.Lock()
		if a.writer.trimAt < walStep {
			t.Errorf("after a commit beside a reader the log is tried again from %d bytes, want more than %d", a.writer.trimAt, walStep)
		}
		a.writer.mu.Unlock()
	}
	if err := reading.Rollback(); err != nil {
		t.Fatal(err)
	}
	a.writer.mu.Lock()
	a.writer.trimAt = 1
	a.writer.mu.Unlock()
	if err := c.Renew(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	a.writer.mu.Lock()
	defer a.writer.mu.Unlock()
	if a.writer.trimAt != walLimit || a.logBytes() != 0 {
		t.Errorf("when the reader has gone the log has %d bytes, want none", a.logBytes())
	}
}

// TestIndexRule: an index made by another rule is made anew.
func TestIndexRule(t *testing.T) {
	a, _, _, _ := stockedArticles(t, 120)
	if hits, err := a.Search(t.Context(), store.Query{Text: "page", Limit: 500}); err != nil || len(hits) != 120 {
		t.Fatalf("%d hits, %v, want 120", len(hits), err)
	}
	if err := a.writer.write(func(t tx) error { return t.exec(`UPDATE archive SET search_rule = 99`) }); err != nil {
		t.Fatal(err)
	}
	if n, err := a.Index(t.Context(), 70); err != nil || n != 70 {
		t.Errorf("indexed %d anew, %v, want 70", n, err)
	}
	if hits, err := a.Search(t.Context(), store.Query{Text: "page", Limit: 500}); err != nil || len(hits) != 120 {
		t.Errorf("%d hits, %v, want 120", len(hits), err)
	}
	wholesome(t, a)
}

// TestIndexAtOnce: several may index at once; each article is added once.
func TestIndexAtOnce(t *testing.T) {
	a, _, _, _ := stockedArticles(t, 300)
	b, err := Open(t.Context(), a.path, Options{}) // as another process would
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var wg sync.WaitGroup
	var total atomic.Int64
	for i := range 4 {
		wg.Go(func() {
			n, err := []*Archive{a, b}[i%2].Index(t.Context(), 0)
			if err != nil {
				t.Error(err)
			}
			total.Add(int64(n))
		})
	}
	wg.Wait()
	if total.Load() != 300 {
		t.Errorf("indexed %d, want 300", total.Load())
	}
	wholesome(t, a)
}

func stockedArticles(t *testing.T, n int) (*Archive, *crawl, store.Lease, []store.Target) {
	t.Helper()
	a, c, l, due := stocked(t, n)
	for i, target := range due {
		_, d := page("a.example", i)
		v := plain(l, target, target.URL)
		v.Document = d
		if err := c.Record(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, c, l, due
}

// TestLargePage: a page with 50,000 links is one transaction like any other.
func TestLargePage(t *testing.T) {
	a, c, l, due := stocked(t, 1)
	v := plain(l, due[0], "x")
	_, v.Document = page("a.example", 1)
	v.Document.Links = nil
	for n := range 50_000 {
		nt := newTarget("a.example", 1000+n)
		v.Found = append(v.Found, nt)
	}
	if err := errors.Join(c.Record(t.Context(), v), c.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	if n, _, err := c.Waiting(t.Context()); err != nil || n != 50_000 {
		t.Errorf("%d waiting, %v, want 50,000", n, err)
	}
	wholesome(t, a)
}
