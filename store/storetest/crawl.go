package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"stet/store"
)

func testEmpty(f *fixture) {
	equal(f, "entries", len(f.entries(store.Filter{Kind: "any"})), 0)
	if _, err := f.st.Entry(f.ctx, "https://a.example/"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("entry of an unknown URL: got %v, want ErrNotFound", err)
	}
	if _, err := f.st.Links(f.ctx, "https://a.example/"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("links of an unknown URL: got %v, want ErrNotFound", err)
	}
	if _, err := f.st.Body(f.ctx, "https://a.example/"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("body of an unknown URL: got %v, want ErrNotFound", err)
	}
	if _, err := f.st.Trace(f.ctx, "https://a.example/", "https://a.example/"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("trace of an unknown URL: got %v, want ErrNotFound", err)
	}
	runs, err := f.st.Runs(f.ctx, 10)
	f.must(err)
	equal(f, "runs", len(runs), 0)
	hits, err := f.st.Search(f.ctx, store.Query{Text: "word"})
	f.must(err)
	equal(f, "hits", len(hits), 0)
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "articles, captures", [2]int{s.Articles, s.Captures}, [2]int{})
	f.healthy()
}

func testBegin(f *fixture) {
	c := f.begin("news")
	r := c.Run()
	if r.ID == 0 || r.Job != "news" || r.Round != 1 || r.State != store.RunRunning || !r.StartedAt.Equal(f.now) || r.MadeBy != "test/1" {
		f.Errorf("run is %+v", r)
	}
	equal(f, "resumed", c.Resumed(), false)

	_, err := f.st.Begin(f.ctx, store.BeginCrawl{Job: "other", Now: f.now})
	var held *store.HeldError
	if !errors.As(err, &held) {
		f.Fatalf("second crawl: got %v, want a HeldError", err)
	}
	if held.Owner == "" || !held.Until.After(f.now) {
		f.Errorf("held by %q until %v, want a name and a time after %v", held.Owner, held.Until, f.now)
	}
	f.finish(c)
	f.finish(f.begin("other"))
	f.healthy()
}

func testResume(f *fixture) {
	c := f.begin("news")
	equal(f, "new", f.enqueue(c, target("a.example", "/1"), target("a.example", "/2")), 2)
	l := f.claim(c, 1)[0].Lease
	f.record(c, f.fetched(l, f.due(c, l)[0], "one"))
	f.must(c.Finish(f.ctx, f.now, store.RunInterrupted, "stopped"))

	c = f.begin("news")
	equal(f, "resumed", c.Resumed(), true)
	equal(f, "round", c.Run().Round, 1)
	equal(f, "enqueued again", f.enqueue(c, target("a.example", "/1"), target("a.example", "/2")), 0)
	f.now = f.now.Add(time.Minute)
	l = f.claim(c, 1)[0].Lease
	ts := f.due(c, l)
	equal(f, "due", urls(ts), []string{"https://a.example/2"})
	f.record(c, f.fetched(l, ts[0], "two"))
	f.finish(c)

	c = f.begin("news")
	equal(f, "resumed", c.Resumed(), false)
	equal(f, "round", c.Run().Round, 2)
	equal(f, "claimed", len(f.claim(c, 1)), 0)
	f.finish(c)
	f.healthy()
}

// testDiedAtTheEnd: the process died after the last page, before it could say
// so, or was stopped then. The round is not begun anew.
func testDiedAtTheEnd(f *fixture) {
	c := f.begin("news")
	f.keep(c, target("a.example", "/1"), "Title", "text")
	f.now = f.now.Add(time.Hour)
	c = f.begin("news")
	equal(f, "resumed", c.Resumed(), true)
	equal(f, "round", c.Run().Round, 1)
	equal(f, "enqueued again", f.enqueue(c, target("a.example", "/1")), 0)
	f.must(c.Finish(f.ctx, f.now, store.RunInterrupted, "stopped"))
	f.finish(f.begin("other"))
	c = f.begin("news")
	equal(f, "resumed once more", c.Resumed(), true)
	equal(f, "round then", c.Run().Round, 1)
	f.finish(c)
	c = f.begin("news")
	equal(f, "resumed", c.Resumed(), false)
	equal(f, "round", c.Run().Round, 2)
	f.finish(c)
}

// testTakeOver: a crawl whose lease has ended loses the archive, and nothing
// it still writes is kept.
func testTakeOver(f *fixture) {
	old := f.begin("news")
	l, t := f.one(old, target("a.example", "/1"))
	late := f.fetched(l, t, "late")
	f.must(old.Record(f.ctx, late))
	f.must(old.Flush(f.ctx))

	f.enqueue(old, target("a.example", "/2"))
	f.now = f.now.Add(time.Hour)
	c := f.begin("news")
	equal(f, "resumed", c.Resumed(), true)
	runs, err := f.st.Runs(f.ctx, 2)
	f.must(err)
	equal(f, "states", []store.RunState{runs[0].State, runs[1].State}, []store.RunState{store.RunRunning, store.RunInterrupted})

	again := f.fetched(l, t, "too late")
	again.Found = []store.NewTarget{target("b.example", "/never")}
	err = errors.Join(old.Record(f.ctx, again), old.Flush(f.ctx))
	if !errors.Is(err, store.ErrStale) {
		f.Errorf("record by the old crawl: got %v, want ErrStale", err)
	}
	for what, err := range map[string]error{
		"renew":   old.Renew(f.ctx, f.now),
		"finish":  old.Finish(f.ctx, f.now, store.RunFinished, ""),
		"record":  old.Record(f.ctx, f.fetched(l, t, "x")),
		"enqueue": second(old.Enqueue(f.ctx, []store.NewTarget{target("b.example", "/x")})),
	} {
		if !errors.Is(err, store.ErrStale) {
			f.Errorf("%s by the old crawl: got %v, want ErrStale", what, err)
		}
	}
	body, err := f.st.Body(f.ctx, "https://a.example/1")
	f.must(err)
	equal(f, "body", string(body.Body), "late")
	if _, err := f.st.Trace(f.ctx, "https://b.example/never", "https://b.example/never"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("a target found too late: got %v, want ErrNotFound", err)
	}

	// The old host lease is void: the new crawl has the host at once.
	hs := f.claim(c, 5)
	equal(f, "claimed", names(hs), []string{"a.example"})
	if err := c.Record(f.ctx, f.fetched(l, t, "with the old lease")); !errors.Is(err, store.ErrStale) {
		f.Errorf("record with the old crawl's lease: got %v, want ErrStale", err)
	}
	f.finish(c)
	f.healthy()
}

func second[A any](_ A, err error) error { return err }

func testRenew(f *fixture) {
	c, err := f.st.Begin(f.ctx, store.BeginCrawl{Job: "news", Now: f.now, TTL: time.Minute})
	f.must(err)
	f.now = f.now.Add(50 * time.Second)
	f.must(c.Renew(f.ctx, f.now))
	_, err = f.st.Begin(f.ctx, store.BeginCrawl{Job: "news", Now: f.now.Add(50 * time.Second)})
	var held *store.HeldError
	if !errors.As(err, &held) {
		f.Errorf("begin within the renewed lease: got %v, want a HeldError", err)
	}
	f.finish(c)
}

func testFinish(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	f.must(c.Record(f.ctx, f.fetched(l, t, "one"))) // not flushed: Finish sees to it
	f.now = f.now.Add(time.Minute)
	f.must(c.Finish(f.ctx, f.now, store.RunLimited, "100 pages"))
	f.must(c.Finish(f.ctx, f.now, store.RunFailed, "again"))
	if err := c.Record(f.ctx, f.fetched(l, t, "two")); err == nil {
		f.Error("record after the end: got no error")
	}
	if _, err := c.Enqueue(f.ctx, []store.NewTarget{target("a.example", "/2")}); err == nil {
		f.Error("enqueue after the end: got no error")
	}
	runs, err := f.st.Runs(f.ctx, 0)
	f.must(err)
	r := runs[0]
	if r.State != store.RunLimited || r.Reason != "100 pages" || !r.FinishedAt.Equal(f.now) || r.Counts.Pages != 1 {
		f.Errorf("run is %+v, want limited by 100 pages at %v with 1 page", r, f.now)
	}
	equal(f, "the crawl's own run", c.Run().State, store.RunLimited)
}

func testCloseOpen(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	f.must(c.Record(f.ctx, f.fetched(l, t, "one")))
	f.must(f.st.Close())
	if err := c.Flush(f.ctx); err == nil {
		f.Error("flush after the archive was closed: got no error")
	}
}

func testEnqueue(f *fixture) {
	c := f.begin("news")
	a := target("a.example", "/1")
	equal(f, "new", f.enqueue(c, a), 1)
	equal(f, "again", f.enqueue(c, a), 0)
	other := a
	other.URL = "https://a.example/1?utm_source=x" // another spelling, the same key
	equal(f, "another spelling", f.enqueue(c, other), 0)
	b := target("b.example", "/")
	equal(f, "twice in one call", f.enqueue(c, b, b, a), 1)
	equal(f, "nothing", f.enqueue(c), 0)
	spelled := target("a.example", "/2")
	spelled.URL += "#part"
	f.enqueue(c, spelled)
	l := f.claim(c, 1)[0].Lease
	ts := f.due(c, l)
	equal(f, "due", urls(ts), []string{"https://a.example/1", "https://a.example/2#part"})
	equal(f, "keys", []string{ts[0].Key, ts[1].Key}, []string{"https://a.example/1", "https://a.example/2"})
	f.healthy()
}

func testEnqueueNewRound(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	f.record(c, f.fetched(l, t, "one"))
	f.finish(c)

	f.now = f.now.Add(24 * time.Hour)
	c = f.begin("news")
	again := target("a.example", "/1")
	again.Depth, again.Hops = 3, 1
	equal(f, "due again", f.enqueue(c, again), 1)
	equal(f, "once", f.enqueue(c, again), 0)
	hs := f.claim(c, 1)
	equal(f, "claimed", names(hs), []string{"a.example"})
	got := f.due(c, hs[0].Lease)[0]
	equal(f, "id, depth, hops, attempts", []int{int(got.ID), got.Depth, got.Hops, got.Attempts}, []int{int(t.ID), 3, 1, 0})
	equal(f, "last digest", got.LastDigest, digest("one"))
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "state of history", trace.State, store.StateFetched)
	f.healthy()
}

// testEnqueueOtherJob: a URL is one target, whichever job it belongs to. The
// job that finds it last visits it.
func testEnqueueOtherJob(f *fixture) {
	c := f.begin("one")
	f.enqueue(c, target("a.example", "/1"), target("a.example", "/2"))
	f.must(c.Finish(f.ctx, f.now, store.RunInterrupted, ""))
	c = f.begin("two")
	equal(f, "new to the other job", f.enqueue(c, target("a.example", "/1")), 1)
	l := f.claim(c, 1)[0].Lease
	equal(f, "due in the other job", urls(f.due(c, l)), []string{"https://a.example/1"})
	f.record(c, f.fetched(l, f.due(c, l)[0], "x"))
	f.finish(c)
	c = f.begin("one")
	f.now = f.now.Add(time.Minute)
	equal(f, "resumed", c.Resumed(), true)
	equal(f, "left in the first job", urls(f.due(c, f.claim(c, 1)[0].Lease)), []string{"https://a.example/2"})
	f.healthy()
}

func testEnqueueMany(f *fixture) {
	c := f.begin("news")
	var ts []store.NewTarget
	for i := range 12_000 {
		ts = append(ts, target(fmt.Sprintf("h%d.example", i%100), fmt.Sprintf("/%d", i)))
	}
	equal(f, "new", f.enqueue(c, ts...), len(ts))
	equal(f, "again", f.enqueue(c, ts...), 0)
	n, _, err := c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting", n, len(ts))
	hs := f.claim(c, 1000)
	equal(f, "hosts", len(hs), 100)
	for _, h := range hs {
		equal(f, "pending of "+h.Name, h.Pending, 120)
	}
	f.healthy()
}

func testClaim(f *fixture) {
	c := f.begin("news")
	for i, host := range []string{"c.example", "a.example", "b.example:8080"} {
		f.now = Day.Add(time.Duration(i) * time.Second)
		f.must(c.Renew(f.ctx, f.now)) // tells the time
		f.enqueue(c, target(host, "/1"), target(host, "/2"))
	}
	hs := f.claim(c, 2)
	equal(f, "the longest ready first", names(hs), []string{"c.example", "a.example"})
	if hs[0].Lease == hs[1].Lease || hs[0].Lease.HostID == 0 {
		f.Errorf("leases %v and %v", hs[0].Lease, hs[1].Lease)
	}
	equal(f, "pending", hs[0].Pending, 2)
	equal(f, "those not leased", names(f.claim(c, 5)), []string{"b.example:8080"})
	equal(f, "all leased", len(f.claim(c, 5)), 0)

	v := f.fetched(hs[0].Lease, f.due(c, hs[0].Lease)[0], "x")
	v.NextAllowedAt, v.Delay = f.now.Add(10*time.Second), 3*time.Second
	f.record(c, v)
	f.release(c, hs[0].Lease)
	equal(f, "before its time", len(f.claim(c, 5)), 0)
	soon, err := c.ClaimHosts(f.ctx, f.now.Add(8*time.Second), 2*time.Second, 5)
	f.must(err)
	equal(f, "within the horizon", names(soon), []string{"c.example"})
	equal(f, "delay", soon[0].Delay, 3*time.Second)
	if want := f.now.Add(10 * time.Second); !soon[0].NextAllowedAt.Equal(want) {
		f.Errorf("next allowed at %v, want %v", soon[0].NextAllowedAt, want)
	}
	equal(f, "pending", soon[0].Pending, 1)
	f.healthy()
}

func testDue(f *fixture) {
	c := f.begin("news")
	add := func(path string, priority int) {
		nt := target("a.example", path)
		nt.Priority = priority
		f.enqueue(c, nt)
		f.now = f.now.Add(time.Second)
		f.must(c.Renew(f.ctx, f.now))
	}
	add("/late", 5)
	add("/first", 0)
	add("/second", 0)
	add("/urgent", -5)
	f.enqueue(c, target("b.example", "/other"))
	l := f.claim(c, 1)[0].Lease
	equal(f, "by priority, then age", urls(f.due(c, l)), []string{"https://a.example/urgent", "https://a.example/first", "https://a.example/second", "https://a.example/late"})
	some, err := c.Due(f.ctx, l, f.now, 2)
	f.must(err)
	equal(f, "two at most", urls(some), []string{"https://a.example/urgent", "https://a.example/first"})
	early, err := c.Due(f.ctx, l, Day, 10)
	f.must(err)
	equal(f, "at an earlier time", urls(early), []string{"https://a.example/late"})
}

func testRelease(f *fixture) {
	c := f.begin("news")
	f.enqueue(c, target("a.example", "/1"), target("a.example", "/2"))
	l := f.claim(c, 1)[0].Lease
	f.due(c, l)
	f.must(c.Release(f.ctx, l, f.now.Add(time.Minute)))
	f.must(c.Flush(f.ctx))
	equal(f, "before next", len(f.claim(c, 1)), 0)
	f.now = f.now.Add(time.Minute)
	hs := f.claim(c, 1)
	equal(f, "claimed again", names(hs), []string{"a.example"})
	if !hs[0].NextAllowedAt.Equal(f.now) {
		f.Errorf("next allowed at %v, want %v", hs[0].NextAllowedAt, f.now)
	}
	if hs[0].Lease.Epoch == l.Epoch {
		f.Error("the second lease has the epoch of the first")
	}
	equal(f, "due as before", len(f.due(c, hs[0].Lease)), 2)

	// An earlier time does not take back a later one.
	v := f.fetched(hs[0].Lease, f.due(c, hs[0].Lease)[0], "x")
	v.NextAllowedAt = f.now.Add(time.Hour)
	f.record(c, v)
	f.must(c.Release(f.ctx, hs[0].Lease, f.now))
	f.must(c.Flush(f.ctx))
	f.now = f.now.Add(30 * time.Minute)
	equal(f, "before the later time", len(f.claim(c, 1)), 0)
	f.now = f.now.Add(30 * time.Minute)
	hs = f.claim(c, 1)
	equal(f, "at the later time", len(hs), 1)

	// A host whose targets are all due later is not ready before them.
	v = f.fetched(hs[0].Lease, f.due(c, hs[0].Lease)[0], "x")
	v.RetryAt, v.NextAllowedAt = f.now.Add(5*time.Hour), f.now.Add(time.Second)
	f.record(c, v)
	f.release(c, hs[0].Lease)
	f.now = f.now.Add(4 * time.Hour)
	equal(f, "before its first target is due", len(f.claim(c, 1)), 0)
	f.now = f.now.Add(time.Hour)
	equal(f, "when its first target is due", len(f.claim(c, 1)), 1)
	f.healthy()
}

func testStaleLease(f *fixture) {
	c := f.begin("news")
	f.enqueue(c, target("b.example", "/"))
	l, t := f.claimOf(c, "a.example")
	f.must(c.Release(f.ctx, l, f.now))
	for what, err := range map[string]error{
		"due":                    second(c.Due(f.ctx, l, f.now, 1)),
		"record":                 c.Record(f.ctx, f.fetched(l, t, "x")),
		"save robots":            c.SaveRobots(f.ctx, l, store.Robots{Origin: "https://a.example", FetchedAt: f.now, ExpiresAt: f.now, Verdict: "rules"}),
		"release":                c.Release(f.ctx, l, f.now),
		"of a host never leased": c.Record(f.ctx, f.fetched(store.Lease{HostID: 77, Epoch: 1}, t, "x")),
	} {
		if !errors.Is(err, store.ErrStale) {
			f.Errorf("%s with a lease given back: got %v, want ErrStale", what, err)
		}
	}
	f.must(c.Flush(f.ctx)) // the crawl goes on
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "state", trace.State, store.StateDiscovered)
}

// claimOf enqueues a page of a host and leases it.
func (f *fixture) claimOf(c store.Crawl, host string) (store.Lease, store.Target) {
	f.Helper()
	f.enqueue(c, target(host, "/page"))
	f.now = f.now.Add(time.Second) // after the visits before
	hs := f.claim(c, 100)
	i := slices.IndexFunc(hs, func(h store.Host) bool { return h.Name == host })
	if i < 0 {
		f.Fatalf("claimed %v, not %s", names(hs), host)
	}
	return hs[i].Lease, f.due(c, hs[i].Lease)[0]
}

func testRoots(f *fixture) {
	c := f.begin("news")
	seed := target("a.example", "/")
	seed.Depth, seed.Via = 0, "seed"
	f.enqueue(c, seed, target("a.example", "/deeper"))
	l := f.claim(c, 1)[0].Lease
	v := f.fetched(l, f.due(c, l)[0], "")
	moved := target("www.a.example", "/")
	moved.Depth, moved.Hops, moved.Via = 0, 1, "redirect"
	v.State, v.Capture, v.Status, v.Found = store.StateRedirected, nil, 301, []store.NewTarget{moved}
	f.record(c, v)
	roots, err := c.Roots(f.ctx)
	f.must(err)
	equal(f, "roots", roots, []string{"https://a.example/", "https://www.a.example/"})
	f.must(c.Finish(f.ctx, f.now, store.RunInterrupted, ""))
	roots, err = f.begin("other").Roots(f.ctx)
	f.must(err)
	equal(f, "roots of another job", len(roots), 0)
}

func testWaiting(f *fixture) {
	c := f.begin("news")
	n, first, err := c.Waiting(f.ctx)
	f.must(err)
	if n != 0 || !first.IsZero() {
		f.Errorf("nothing enqueued: %d waiting, first at %v", n, first)
	}
	l, t := f.one(c, target("a.example", "/1"))
	v := f.fetched(l, t, "x")
	v.RetryAt = f.now.Add(time.Hour)
	v.Found = []store.NewTarget{target("a.example", "/2"), target("b.example", "/")}
	f.must(c.Record(f.ctx, v)) // not flushed
	n, first, err = c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting", n, 3)
	if first.IsZero() || first.After(f.now.Add(time.Second)) {
		f.Errorf("first at %v, want about %v", first, f.now)
	}
}

func testRobots(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	const origin = "https://a.example"
	if _, err := c.Robots(f.ctx, origin); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("unknown origin: got %v, want ErrNotFound", err)
	}
	old := store.Robots{Origin: origin, FetchedAt: f.now, ExpiresAt: f.now.Add(time.Hour), Status: 503, Verdict: "disallow-all", Reason: "status 503"}
	f.must(c.SaveRobots(f.ctx, l, old))
	r := store.Robots{Origin: origin, FetchedAt: f.now.Add(time.Minute), ExpiresAt: f.now.Add(24 * time.Hour), Status: 200,
		Body: []byte("User-agent: *\nDisallow: /\x00\xff"), Verdict: "rules"}
	f.must(c.SaveRobots(f.ctx, l, r))
	for _, when := range []string{"at once", "when committed"} {
		got, err := c.Robots(f.ctx, origin)
		f.must(err)
		equal(f, "body "+when, string(got.Body), string(r.Body))
		if !got.FetchedAt.Equal(r.FetchedAt) || !got.ExpiresAt.Equal(r.ExpiresAt) || got.Status != 200 || got.Verdict != "rules" || got.Origin != origin {
			f.Errorf("%s: got %+v, want %+v", when, got, r)
		}
		f.must(c.Flush(f.ctx))
	}
	// The URL's trace shows the robots.txt that was in force.
	v := f.fetched(l, t, "x")
	f.record(c, v)
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	if trace.Robots == nil || trace.Robots.Status != 503 {
		f.Errorf("robots at the visit: got %+v, want that of status 503", trace.Robots)
	}
	f.finish(c)
	c = f.begin("news")
	if got, err := c.Robots(f.ctx, origin); err != nil || got.Status != 200 {
		f.Errorf("in the next run: got %+v, %v, want status 200", got, err)
	}
}
