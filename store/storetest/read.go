package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
)

// corpus fills an archive with articles of two sites.
func (f *fixture) corpus(c store.Crawl) {
	f.Helper()
	for _, p := range []struct{ host, site, path, title, language, published, text string }{
		{"www.a.example", "a.example", "/1", "One", "en", "2026-11-01", "the quick brown fox"},
		{"www.a.example", "a.example", "/2", "Two", "zh-Hans", "2026-11-02T08:00:00+08:00", "习近平在北京讲话"},
		{"blog.a.example", "a.example", "/3", "Three", "zh", "", "人民网"},
		{"b.example", "b.example", "/4", "Four", "EN-GB", "2026-11-04T23:59:59Z", "a slow brown bear"},
	} {
		nt := target(p.host, p.path)
		nt.Site = p.site
		l, t := f.one(c, nt)
		v := f.fetched(l, t, p.title)
		v.Document = article(v, p.title, p.text)
		v.Document.Article.Language, v.Document.Article.PublishedAt = p.language, p.published
		f.record(c, v)
		f.now = f.now.Add(time.Minute)
		f.release(c, l)
	}
	l, t := f.claimOf(c, "b.example")
	v := f.fetched(l, t, "list")
	v.Document = &extract.Document{Kind: extract.KindList, Title: "List", URL: t.URL}
	f.record(c, v)
}

func testFilter(f *fixture) {
	c := f.begin("news")
	f.corpus(c)
	for _, x := range []struct {
		filter store.Filter
		want   []string
	}{
		{store.Filter{}, []string{"One", "Two", "Three", "Four"}},
		{store.Filter{Kind: "article"}, []string{"One", "Two", "Three", "Four"}},
		{store.Filter{Kind: "any"}, []string{"One", "Two", "Three", "Four", "List"}},
		{store.Filter{Kind: "list"}, []string{"List"}},
		{store.Filter{Kind: "login"}, []string{}},
		{store.Filter{Kind: "forum"}, []string{}},
		{store.Filter{Site: "a.example"}, []string{"One", "Two", "Three"}},
		{store.Filter{Site: "blog.a.example"}, []string{"Three"}},
		{store.Filter{Site: "none.example"}, []string{}},
		{store.Filter{Site: "b.example", Kind: "any"}, []string{"Four", "List"}},
		{store.Filter{Language: "zh"}, []string{"Two", "Three"}},
		{store.Filter{Language: "zh-hans"}, []string{"Two"}},
		{store.Filter{Language: "en"}, []string{"One", "Four"}},
		{store.Filter{Language: "e"}, []string{}},
		{store.Filter{After: "2026-11-02"}, []string{"Two", "Four"}},
		{store.Filter{Before: "2026-11-02"}, []string{"One"}},
		{store.Filter{After: "2026-11-02", Before: "2026-11-04"}, []string{"Two"}},
		{store.Filter{After: "2026-11-02", Kind: "any"}, []string{"Two", "Four"}},
		{store.Filter{Limit: 2}, []string{"One", "Two"}},
		{store.Filter{Limit: 1, Language: "zh", Site: "a.example"}, []string{"Two"}},
		{store.Filter{Site: "' OR 1=1 --"}, []string{}},
	} {
		equal(f, fmt.Sprintf("%+v", x.filter), f.titles(x.filter), x.want)
	}
}

// testKinds: every page with a text is exported and found unless a kind is
// asked for. A page whose newest capture is of a kind without text keeps the
// text that it had.
func testKinds(f *fixture) {
	c := f.begin("news")
	for i, kind := range []extract.Kind{extract.KindArticle, extract.KindForum, extract.KindLiveBlog, extract.KindDocumentation, extract.KindPaywall} {
		l, t := f.one(c, target("a.example", fmt.Sprintf("/%d", i)))
		v := f.fetched(l, t, string(kind))
		v.Document = article(v, string(kind), "a text of its own")
		v.Document.Kind = kind
		if !kind.HasText() {
			v.Document.Article = nil
		}
		f.record(c, v)
		f.now = f.now.Add(time.Minute)
		f.release(c, l)
	}
	for _, x := range []struct {
		kind        string
		want, found []string
	}{
		{"", []string{"article", "forum", "live-blog", "documentation"}, nil},
		{"any", []string{"article", "forum", "live-blog", "documentation", "paywall"}, []string{"article", "forum", "live-blog", "documentation"}},
		{"article", []string{"article"}, nil},
		{"forum", []string{"forum"}, nil},
		{"live-blog", []string{"live-blog"}, nil},
		{"documentation", []string{"documentation"}, nil},
		{"paywall", []string{"paywall"}, []string{}},
	} {
		if x.found == nil {
			x.found = x.want
		}
		equal(f, "kind "+x.kind, f.titles(store.Filter{Kind: x.kind}), x.want)
		found := f.found("text", store.Filter{Kind: x.kind})
		slices.Sort(found)
		slices.Sort(x.found)
		equal(f, "found of kind "+x.kind, found, x.found)
		for _, e := range f.entries(store.Filter{Kind: x.kind}) {
			equal(f, "kind of "+e.URL, e.Kind, e.Title)
		}
	}
}

// testEntriesWhileWriting: a slow reader sees each page once, in order, and
// neither side waits for the other.
func testEntriesWhileWriting(f *fixture) {
	c := f.begin("news")
	var ts []store.NewTarget
	for i := range 300 {
		ts = append(ts, target("a.example", fmt.Sprintf("/%d", i)))
	}
	f.enqueue(c, ts...)
	l := f.claim(c, 1)[0].Lease
	due := f.due(c, l)
	keep := func(t store.Target) {
		v := f.fetched(l, t, t.URL)
		v.Document = article(v, t.URL, "text of "+t.URL)
		f.must(c.Record(f.ctx, v))
	}
	for _, t := range due[:200] {
		keep(t)
	}
	f.must(c.Flush(f.ctx))
	n, last := 0, int64(0)
	for e, err := range f.st.Entries(f.ctx, store.Filter{}) {
		f.must(err)
		if e.TargetID <= last {
			f.Fatalf("entry %d after %d", e.TargetID, last)
		}
		if last = e.TargetID; n < 100 {
			keep(due[200+n])
			f.must(c.Flush(f.ctx))
		}
		n++
	}
	equal(f, "entries", n, 300)
	n = 0
	for range f.st.Entries(f.ctx, store.Filter{}) {
		if n++; n == 10 {
			break
		}
	}
	f.healthy()
}

func testLinks(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/story"))
	v := f.fetched(l, t, "x")
	v.Document = full(v)
	want := v.Document.Links
	f.record(c, v)
	links, err := f.st.Links(f.ctx, t.Key)
	f.must(err)
	equal(f, "links", links, want)

	// The newest revision's, if there are none of it then none.
	c, l, t = f.revisit(c, target("a.example", "/story"))
	v = f.fetched(l, t, "y")
	v.Document = article(v, "Without", "links")
	f.record(c, v)
	links, err = f.st.Links(f.ctx, t.Key)
	f.must(err)
	equal(f, "links of the newest revision", len(links), 0)
	f.finish(c)
}

func testTrace(f *fixture) {
	c := f.begin("news")
	seed := target("a.example", "/")
	seed.Depth, seed.Via = 0, "seed"
	l, t := f.one(c, seed)
	v := f.fetched(l, t, "x")
	v.Document = full(v)
	v.Found = []store.NewTarget{target("a.example", "/menu?a=1&b=<2>")}
	f.record(c, v)
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "trace", []any{trace.URL, trace.TargetID, trace.State, trace.Via, trace.Depth, trace.FoundOn, trace.Job, trace.JobConfig},
		[]any{t.URL, t.ID, store.StateFetched, "seed", 0, "", "news", `{"seeds":[]}`})
	if !trace.FoundAt.Equal(Day) || !trace.DueAt.IsZero() || trace.Robots != nil {
		f.Errorf("found at %v, due at %v, robots %v", trace.FoundAt, trace.DueAt, trace.Robots)
	}
	w := trace.Visits[0]
	equal(f, "visit", []any{w.Run, w.Took, w.Status, w.State, w.Bytes, w.MediaType, w.Kind, w.KindWhy},
		[]any{c.Run().ID, 120 * time.Millisecond, 200, store.StateFetched, int64(1), "text/html", "article", "long text"})
	if !w.Started.Equal(Day) || !trace.Revisions[0].CapturedAt.Equal(Day) {
		f.Errorf("visit at %v, revision of %v", w.Started, trace.Revisions[0].CapturedAt)
	}

	found, err := f.st.Trace(f.ctx, "https://a.example/menu?a=1&b=<2>", "https://a.example/menu?a=1&b=<2>")
	f.must(err)
	equal(f, "linked by, from outside the text", found.LinkedBy, []string{t.URL})
	equal(f, "found on", []any{found.FoundOn, found.State, found.DueAt.IsZero()}, []any{t.URL, store.StateDiscovered, false})

	outside, err := f.st.Trace(f.ctx, "https://b.example/source", "https://b.example/source#part")
	f.must(err)
	equal(f, "a URL that is no target", []any{outside.TargetID, outside.URL, outside.LinkedBy}, []any{int64(0), "https://b.example/source#part", []string{t.URL}})
	if _, err := f.st.Trace(f.ctx, "https://b.example/", "https://b.example/"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("a URL that nobody knows: got %v, want ErrNotFound", err)
	}
}

// refused is a link that was not followed.
func refused(url, reason string) store.Refusal {
	return store.Refusal{URL: url, Key: url, Via: "link", Reason: reason}
}

// notFollowed visits a page that finds links and follows none of them.
func (f *fixture) notFollowed(c store.Crawl, page store.NewTarget, rs ...store.Refusal) {
	f.Helper()
	l, t := f.one(c, page)
	v := f.fetched(l, t, page.URL)
	v.Refused = rs
	f.record(c, v)
	f.release(c, l)
	f.now = f.now.Add(time.Minute)
}

// refusals are those of a URL, a line for each.
func (f *fixture) refusals(url string) []string {
	f.Helper()
	trace, err := f.st.Trace(f.ctx, url, url)
	f.must(err)
	all := []string{}
	for _, r := range trace.Refused {
		all = append(all, fmt.Sprintf("%s: %s on %s (%s, depth %d): %s", r.Job, r.FoundAt.Format(time.TimeOnly), r.FoundOn, r.Via, r.Depth, r.Reason))
		if r.JobConfig != `{"seeds":[]}` {
			f.Errorf("configuration of the job that refused %s: got %q", url, r.JobConfig)
		}
	}
	return all
}

// testNotFollowed: a link that was not followed is known by its key, with the
// first reason of each job, also when it is a target later.
func testNotFollowed(f *fixture) {
	c := f.begin("news")
	spelt := refused("https://b.example/x?utm_source=a&b=<1>", "outside the scope (host)")
	spelt.Key = "https://b.example/x?b=<1>"
	to := store.Refusal{URL: "https://b.example/to", Via: "redirect", Reason: "excluded by \x00/to"}
	f.notFollowed(c, target("a.example", "/1"), spelt, refused("https://a.example/deep", "deeper than depth 1"), to, spelt)

	trace, err := f.st.Trace(f.ctx, spelt.Key, spelt.Key)
	f.must(err)
	equal(f, "never a target", []any{trace.TargetID, trace.URL, trace.State, trace.LinkedBy}, []any{int64(0), spelt.URL, store.State(""), []string(nil)})
	first := "news: 12:00:00 on https://a.example/1 (link, depth 2): outside the scope (host)"
	equal(f, "refused", f.refusals(spelt.Key), []string{first})
	equal(f, "a redirect, cleaned", f.refusals(to.URL), []string{"news: 12:00:00 on https://a.example/1 (redirect, depth 1): excluded by \uFFFD/to"})
	if _, err := f.st.Trace(f.ctx, "https://b.example/x", "https://b.example/x"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("another key: got %v, want ErrNotFound", err)
	}

	// The first time stays, whatever a later page says.
	spelt.Reason = "excluded by x"
	f.notFollowed(c, target("a.example", "/2"), spelt)
	equal(f, "refused again", f.refusals(spelt.Key), []string{first})

	// It becomes a target: that comes first, and the refusal stays known.
	f.enqueue(c, target("a.example", "/deep"))
	trace, err = f.st.Trace(f.ctx, "https://a.example/deep", "https://a.example/deep")
	f.must(err)
	equal(f, "a target now", []any{trace.TargetID != 0, trace.State, trace.Reason, trace.Job}, []any{true, store.StateDiscovered, "", "news"})
	deep := "news: 12:00:00 on https://a.example/1 (link, depth 2): deeper than depth 1"
	equal(f, "refused before", f.refusals("https://a.example/deep"), []string{deep})
	l, t := f.one(c, target("a.example", "/deep"))
	v := f.fetched(l, t, "deep")
	v.Refused = []store.Refusal{refused(t.URL, "excluded by itself"), refused("https://a.example/1", "deeper than depth 1")}
	f.record(c, v)
	equal(f, "a target, refused by itself", f.refusals("https://a.example/deep"), []string{deep})

	// Another job decides for itself.
	f.finish(f.done(c, l))
	c = f.begin("other")
	spelt.Reason = "excluded by x"
	f.notFollowed(c, target("c.example", "/1"), spelt)
	equal(f, "refused by two jobs", f.refusals(spelt.Key), []string{first,
		"other: 12:02:00 on https://c.example/1 (link, depth 2): excluded by x"})
	f.finish(c)
	f.healthy()
}

// testManyNotFollowed: the same links on every page, in every round, are kept
// once.
func testManyNotFollowed(f *fixture) {
	var rs []store.Refusal
	for i := range 2000 {
		rs = append(rs, refused(fmt.Sprintf("https://b.example/%d", i%1500), "outside the scope (host)"))
	}
	for range 2 {
		c := f.begin("news")
		for p := range 3 {
			f.notFollowed(c, target("a.example", fmt.Sprintf("/%d", p)), rs...)
		}
		f.finish(c)
	}
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "not followed", s.Refused, map[string]int{"outside the scope (host)": 1500})
	equal(f, "targets", s.Targets, map[store.State]int{store.StateUnchanged: 3})
	equal(f, "the last of them", f.refusals("https://b.example/1499"), []string{"news: 12:00:00 on https://a.example/0 (link, depth 2): outside the scope (host)"})
	f.healthy()
}

func testStats(f *fixture) {
	c := f.begin("news")
	f.corpus(c)
	l, t := f.claimOf(c, "c.example")
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, State: store.StateFailed, Class: "timeout", Fetched: true})
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "targets", s.Targets, map[store.State]int{store.StateFetched: 5, store.StateFailed: 1})
	equal(f, "kinds", s.Kinds, map[string]int{"article": 4, "list": 1})
	equal(f, "languages", s.Languages, map[string]int{"EN-GB": 1, "en": 1, "zh": 1, "zh-Hans": 1})
	equal(f, "reasons", s.Reasons, map[string]int{"timeout": 1})
	equal(f, "sites", s.Sites, []store.SiteCount{{Site: "a.example", Pages: 3, Articles: 3}, {Site: "b.example", Pages: 2, Articles: 1}})
	equal(f, "figures", []any{s.SitesTotal, s.Articles, s.Revisions, s.Captures, s.Words, s.BodyBytes}, []any{3, 4, 4, 5, int64(8), int64(len("OneTwoThreeFourlist"))})
	if s.Stored <= 0 || s.FileBytes <= s.Stored || !s.First.Equal(Day) || !s.Last.After(s.First) {
		f.Errorf("stored %d of a file of %d, from %v to %v", s.Stored, s.FileBytes, s.First, s.Last)
	}
}

func testContexts(f *fixture) {
	c := f.begin("news")
	f.corpus(c)
	l, t := f.claimOf(c, "c.example")
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	for what, err := range map[string]error{
		"entry":  second(f.st.Entry(ctx, t.Key)),
		"stats":  second(f.st.Stats(ctx)),
		"check":  second(f.st.Check(ctx)),
		"search": second(f.st.Search(ctx, store.Query{Text: "fox"})),
		"claim":  second(c.ClaimHosts(ctx, f.now, 0, 1)),
		"flush":  c.Flush(ctx),
	} {
		if !errors.Is(err, context.Canceled) {
			f.Errorf("%s with a context that has ended: got %v", what, err)
		}
	}
	ctx, cancel = context.WithCancel(f.ctx)
	defer cancel()
	var last error
	n := 0
	for _, last = range f.st.Entries(ctx, store.Filter{Kind: "any"}) {
		cancel()
		n++
	}
	if n > 100 || last != nil && !errors.Is(last, context.Canceled) {
		f.Errorf("entries went on to %d, then %v", n, last)
	}
	// The crawl is as good as before.
	f.record(c, f.fetched(l, t, "x"))
	f.finish(c)
	f.healthy()
}

// testAllAtOnce lets everything run beside everything.
func testAllAtOnce(f *fixture) {
	const hosts, pages = 8, 40
	c := f.begin("news")
	for h := range hosts {
		for p := range pages {
			f.enqueue(c, target(fmt.Sprintf("h%d.example", h), fmt.Sprintf("/%d", p)))
		}
	}
	var crawling, reading sync.WaitGroup
	for _, h := range f.claim(c, hosts) {
		crawling.Go(func() {
			ts, err := c.Due(f.ctx, h.Lease, f.now, pages)
			if err != nil || len(ts) != pages {
				f.Errorf("%d targets due, %v", len(ts), err)
			}
			for i, t := range ts {
				v := f.fetched(h.Lease, t, fmt.Sprintf("body %d", i)) // bodies shared by hosts
				v.Document = article(v, "Title", "words about "+t.URL)
				v.Found = []store.NewTarget{target(h.Name, fmt.Sprintf("/%d", i)), target("new.example", fmt.Sprintf("/%d", i))}
				if err := c.Record(f.ctx, v); err != nil {
					f.Errorf("record: %v", err)
				}
			}
			if err := c.Release(f.ctx, h.Lease, time.Time{}); err != nil {
				f.Errorf("release: %v", err)
			}
		})
	}
	done := make(chan struct{})
	read := func(f func() error, t *testing.T) {
		reading.Go(func() {
			for {
				if err := f(); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	read(func() error {
		for _, err := range f.st.Entries(f.ctx, store.Filter{}) {
			if err != nil {
				return err
			}
		}
		return nil
	}, f.T)
	read(func() error { return second(f.st.Search(f.ctx, store.Query{Text: "words"})) }, f.T)
	read(func() error { return second(f.st.Stats(f.ctx)) }, f.T)
	read(func() error { return c.Renew(f.ctx, f.now) }, f.T)
	read(func() error { c.Run(); return second(f.st.Runs(f.ctx, 1)) }, f.T)
	crawling.Wait()
	f.must(c.Flush(f.ctx))
	close(done)
	reading.Wait()
	equal(f, "articles", len(f.entries(store.Filter{})), hosts*pages)
	counts := c.Run().Counts
	equal(f, "visits, discovered", [2]int{counts.Visits, counts.Discovered}, [2]int{hosts * pages, hosts*pages + pages})
	n, _, err := c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting", n, pages)
	f.finish(c)
	f.healthy()
}
