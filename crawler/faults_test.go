package crawler_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stet/crawler"
	"stet/crawler/crawltest"
	"stet/store"
	"stet/store/sqlite"
)

// failing is an archive in which one step of a crawl fails from its n-th time
// on.
type failing struct {
	store.Store
	step string
	n    int64
}

type failingCrawl struct {
	store.Crawl
	step string
	left atomic.Int64
}

var errDisk = errors.New("the disk is on fire")

func (f failing) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	if f.step == "begin" {
		return nil, errDisk
	}
	c, err := f.Store.Begin(ctx, b)
	fc := &failingCrawl{Crawl: c, step: f.step}
	fc.left.Store(f.n)
	return fc, err
}

func (f *failingCrawl) fails(step string) error {
	if step == f.step && f.left.Add(-1) < 0 {
		return errDisk
	}
	return nil
}

func (f *failingCrawl) Roots(ctx context.Context) ([]string, error) {
	if err := f.fails("roots"); err != nil {
		return nil, err
	}
	return f.Crawl.Roots(ctx)
}

func (f *failingCrawl) Enqueue(ctx context.Context, ts []store.NewTarget) (int, error) {
	if err := f.fails("enqueue"); err != nil {
		return 0, err
	}
	return f.Crawl.Enqueue(ctx, ts)
}

func (f *failingCrawl) ClaimHosts(ctx context.Context, now time.Time, horizon time.Duration, limit int) ([]store.Host, error) {
	if err := f.fails("claim"); err != nil {
		return nil, err
	}
	return f.Crawl.ClaimHosts(ctx, now, horizon, limit)
}

func (f *failingCrawl) Due(ctx context.Context, l store.Lease, now time.Time, limit int) ([]store.Target, error) {
	if err := f.fails("due"); err != nil {
		return nil, err
	}
	return f.Crawl.Due(ctx, l, now, limit)
}

func (f *failingCrawl) Release(ctx context.Context, l store.Lease, next time.Time) error {
	if err := f.fails("release"); err != nil {
		return err
	}
	return f.Crawl.Release(ctx, l, next)
}

func (f *failingCrawl) Record(ctx context.Context, v *store.Visit) error {
	if err := f.fails("record"); err != nil {
		return err
	}
	return f.Crawl.Record(ctx, v)
}

func (f *failingCrawl) Flush(ctx context.Context) error {
	if err := f.fails("flush"); err != nil {
		return err
	}
	return f.Crawl.Flush(ctx)
}

func (f *failingCrawl) Robots(ctx context.Context, origin string) (store.Robots, error) {
	if err := f.fails("robots"); err != nil {
		return store.Robots{}, err
	}
	return f.Crawl.Robots(ctx, origin)
}

func (f *failingCrawl) SaveRobots(ctx context.Context, l store.Lease, r store.Robots) error {
	if err := f.fails("save robots"); err != nil {
		return err
	}
	return f.Crawl.SaveRobots(ctx, l, r)
}

func (f *failingCrawl) Waiting(ctx context.Context) (int, time.Time, error) {
	if err := f.fails("waiting"); err != nil {
		return 0, time.Time{}, err
	}
	return f.Crawl.Waiting(ctx)
}

func (f *failingCrawl) Finish(ctx context.Context, now time.Time, state store.RunState, reason string) error {
	err := f.Crawl.Finish(ctx, now, state, reason)
	return errors.Join(f.fails("finish"), err)
}

// A crawl whose archive fails ends with that error; what was committed stays
// and the next run takes it from there, whatever the step at which it failed.
func TestArchiveFails(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/1">1</a> <a href="/2">2</a> <a href="/3">3</a>
-- GET http://a.test/1 --
`+story("one")+`
-- GET http://a.test/2 --
`+story("two")+`
-- GET http://a.test/3 --
`+story("three")+`
`)
	for _, f := range []struct {
		step string
		most int // times it is sure to happen, less one
	}{
		{"begin", 0}, {"roots", 0}, {"enqueue", 0}, {"claim", 0}, {"due", 1}, {"release", 0}, {"record", 3},
		{"flush", 1}, {"robots", 0}, {"save robots", 0}, {"waiting", 1}, {"finish", 0},
	} {
		for n := range f.most + 1 {
			a := open(t)
			cfg := quick(s, "http://a.test/")
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			_, err := crawler.Run(ctx, failing{a, f.step, int64(n)}, cfg)
			cancel()
			if !errors.Is(err, errDisk) {
				t.Errorf("archive that fails at %s after %d times: got %v, want its error", f.step, n, err)
			}
			run(t, a, cfg)
			wantTitles(t, a, "one", "two", "three")
		}
	}
}

// openAt opens the archive at a path once more, as another process would.
func openAt(t *testing.T, path string) *sqlite.Archive {
	t.Helper()
	a, err := sqlite.Open(context.Background(), path, sqlite.Options{MadeBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// A crawl that another process has taken over ends, says so, and writes
// nothing any more.
func TestLeaseIsLost(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ [hold a] --
`+story("too late")+`
`)
	path := filepath.Join(t.TempDir(), "archive.db")
	a, other := openAt(t, path), openAt(t, path)
	cfg := quick(s, "http://a.test/")
	result := make(chan error, 1)
	go func() {
		_, err := crawler.Run(context.Background(), a, cfg)
		result <- err
	}()
	<-s.Arrived("a")
	if _, err := crawler.Run(context.Background(), other, cfg); !errors.As(err, new(*store.HeldError)) {
		t.Errorf("a second run at once: got %v, want a HeldError", err)
	}
	taken, err := other.Begin(context.Background(), store.BeginCrawl{Job: "other", Owner: "another", Now: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	s.Release("a")
	select {
	case err := <-result:
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("run that was taken over: got %v, want ErrStale", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the run that was taken over does not end")
	}
	wantTitles(t, other)
	if err := taken.Finish(context.Background(), time.Now(), store.RunFinished, ""); err != nil {
		t.Errorf("the crawl that took over: got %v, want no error", err)
	}
	run(t, other, cfg)
	wantTitles(t, other, "too late")
}

// A target that a later version wrote and this one cannot read is a failure of
// that page, not of the run.
func TestUnreadableTarget(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/odd">odd</a> <a href="/good">good</a>
-- GET http://a.test/good --
`+story("good")+`
`)
	path := filepath.Join(t.TempDir(), "archive.db")
	a := openAt(t, path)
	cfg := quick(s, "http://a.test/")
	cfg.Limit = 1
	run(t, a, cfg)
	change(t, path, `UPDATE target SET url = 'http://[odd', key = 'http://[odd' WHERE url LIKE '%/odd'`)
	cfg.Limit = 0
	sum := run(t, a, cfg)
	wantTitles(t, a, "good")
	if sum.Run.State != store.RunFinished || sum.Failures != 1 {
		t.Errorf("run with an unreadable target: got %s with %d failures, want finished with 1", sum.Run.State, sum.Failures)
	}
}

// change runs SQL on an archive, as time or another program might.
func change(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// What opens the archive in a text editor shows no password.
func TestSecretsAreNotKept(t *testing.T) {
	s := crawltest.Start(t, "-- GET http://a.test/ --\n"+story("open"))
	a := open(t)
	cfg := quick(s)
	cfg.Seeds = []string{strings.Replace(s.URL("http://a.test/"), "://", "://user:canary@", 1)}
	cfg.Header = []string{"Authorization: Bearer canary"}
	run(t, a, cfg)
	wantTitles(t, a, "open")
	runs, err := a.Runs(context.Background(), 1)
	if err != nil || strings.Contains(runs[0].Config, "canary") || !strings.Contains(runs[0].Config, "Authorization") {
		t.Errorf("configuration kept: got %s, %v, want it without canary", runs[0].Config, err)
	}
}
