package storetest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"stet/extract"
	"stet/store"
)

// full is an article with every field.
func full(v *store.Visit) *extract.Document {
	return &extract.Document{
		URL: v.Target.URL, Kind: extract.KindArticle, Reason: "long text", Charset: "GBK", Title: "中文 title", Language: "zh-Hans",
		Links: []extract.Link{
			{URL: "https://a.example/menu?a=1&b=<2>", Text: "Menu", Place: extract.PlaceElsewhere},
			{URL: "https://b.example/source#part", Text: "the source", Rel: "nofollow", Place: extract.PlaceBody},
			{URL: "https://a.example/feed", Place: extract.PlaceHead},
			{URL: "https://b.example/source#part", Place: extract.PlaceBody},
		},
		Article: &extract.Article{
			URL: v.Target.URL, CanonicalURL: "https://a.example/canonical", Title: "中文 title", Authors: []string{"甲", "B. \"B\" Two"},
			PublishedAt: "2026-11-20T08:00:00+08:00", ModifiedAt: "2026-11-21", SiteName: "A", Language: "zh-Hans",
			Description: "about", Section: "politics", Tags: []string{"one", "two & three"}, Image: "https://a.example/i.png",
			License: "https://creativecommons.org/licenses/by/4.0/", Text: "first line\nsecond <line>", HTML: "<p>first line</p><p>second &lt;line&gt;</p>",
			WordCount: 4, Quality: 0.75, Sources: map[string]string{"title": "json-ld", "language": "detected"},
			Images:    []extract.Image{{URL: "https://a.example/i.png", Alt: "an <image>"}, {URL: "https://a.example/j.png", Caption: "图"}},
			Paywalled: "metered", Translations: map[string]string{"en": "https://a.example/en/story", "x-default": "https://a.example/"},
			Signals: &extract.Signals{Kept: 0.5, Told: 1, Scripts: map[string]float64{"Hani": 1}, Confidence: 0.75},
		},
	}
}

func testArticle(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/story"))
	v := f.fetched(l, t, "<html>the whole page</html>")
	v.Document = full(v)
	want := *v.Document.Article
	v.ETag, v.LastModified = `W/"1"`, "Mon, 23 Nov 2026 00:00:00 GMT"
	v.Found = []store.NewTarget{target("b.example", "/source"), target("a.example", "/menu")}
	f.record(c, v)

	e, err := f.st.Entry(f.ctx, t.Key)
	f.must(err)
	equal(f, "article", e.Article, want)
	equal(f, "kind, status, revision, extractor", []any{e.Kind, e.Status, e.Revision, e.Extractor}, []any{"article", 200, 1, extract.Version})
	equal(f, "digests", []string{e.ContentDigest, e.TextDigest}, []string{digest("<html>the whole page</html>"), digest(want.Text)})
	if !e.CapturedAt.Equal(f.now) || e.TargetID != t.ID {
		f.Errorf("captured at %v of target %d, want %v of %d", e.CapturedAt, e.TargetID, f.now, t.ID)
	}
	equal(f, "entries", len(f.entries(store.Filter{})), 1)
	equal(f, "the streamed entry", f.entries(store.Filter{})[0].Article, want)

	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "body", string(b.Body), "<html>the whole page</html>")
	equal(f, "capture", []any{b.URL, b.Status, b.Method, b.Proto, b.RemoteAddr, b.MediaType, b.Digest, b.Truncated, b.Broken, b.Encoded},
		[]any{t.URL, 200, "GET", "HTTP/2.0", "192.0.2.7:443", "text/html", digest("<html>the whole page</html>"), "", "", false})
	equal(f, "headers", []any{b.RequestHeader, b.ResponseHeader}, []any{v.Capture.RequestHeader, v.Capture.ResponseHeader})
	if b.ID == 0 || !b.CapturedAt.Equal(f.now) {
		f.Errorf("capture %d at %v, want one at %v", b.ID, b.CapturedAt, f.now)
	}
	equal(f, "what the visit was told", []any{v.Capture.Digest, len(v.Capture.Body), v.State}, []any{b.Digest, 0, store.StateFetched})

	// What it found waits to be visited; itself it does not.
	n, _, err := c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting", n, 2)
	f.now = f.now.Add(time.Second)
	equal(f, "due on the same host", urls(f.due(c, l)), []string{"https://a.example/menu"})
	trace, err := f.st.Trace(f.ctx, "https://b.example/source", "https://b.example/source")
	f.must(err)
	equal(f, "found on", trace.FoundOn, t.URL)
	f.healthy()
}

func testOtherPages(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/"))
	v := f.fetched(l, t, "list")
	v.Document = &extract.Document{URL: t.URL, Kind: extract.KindList, Reason: "mostly links", Title: "Front"}
	f.record(c, v)
	f.release(c, l)
	l, t2 := f.claimOf(c, "b.example")
	pdf := f.fetched(l, t2, "%PDF")
	pdf.Capture.MediaType = "application/pdf"
	f.record(c, pdf) // no document at all

	equal(f, "articles", f.titles(store.Filter{}), []string{})
	equal(f, "lists", f.titles(store.Filter{Kind: "list"}), []string{"Front"})
	equal(f, "any", len(f.entries(store.Filter{Kind: "any"})), 2)
	e, err := f.st.Entry(f.ctx, t.Key)
	f.must(err)
	equal(f, "entry", []any{e.URL, e.Kind, e.Title, e.Text, e.Revision, e.ContentDigest}, []any{t.URL, "list", "Front", "", 0, digest("list")})
	if _, err := f.st.Links(f.ctx, t.Key); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("links of a page that is no article: got %v, want ErrNotFound", err)
	}
	b, err := f.st.Body(f.ctx, t2.Key)
	f.must(err)
	equal(f, "body", string(b.Body), "%PDF")
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "kind in the trace", []string{trace.Visits[0].Kind, trace.Visits[0].KindWhy}, []string{"list", "mostly links"})

	// Excluded: nothing was sent, nothing is kept but the decision.
	f.enqueue(c, target("b.example", "/private"))
	f.now = f.now.Add(time.Second)
	t3 := f.due(c, l)[0]
	f.record(c, &store.Visit{Lease: l, Target: t3, Started: f.now, State: store.StateExcluded, Reason: "robots.txt line 2: Disallow: /private", Class: "robots"})
	trace, err = f.st.Trace(f.ctx, t3.Key, t3.URL)
	f.must(err)
	equal(f, "excluded", []any{trace.State, trace.Reason, len(trace.Visits), trace.DueAt.IsZero()}, []any{store.StateExcluded, "robots.txt line 2: Disallow: /private", 0, true})
	if _, err := f.st.Body(f.ctx, t3.Key); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("body of an excluded URL: got %v, want ErrNotFound", err)
	}
	if _, err := f.st.Entry(f.ctx, t3.Key); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("entry of an excluded URL: got %v, want ErrNotFound", err)
	}
	f.healthy()
}

func testRetry(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	try := func(postponed bool) {
		v := &store.Visit{Lease: l, Target: t, Started: f.now, Took: time.Second, Status: 503, State: store.StateFailed, Reason: "status 503",
			Class: "http-503", Fetched: true, RetryAt: f.now.Add(time.Minute), Postponed: postponed}
		f.record(c, v)
		equal(f, "due before its time", len(f.due(c, l)), 0)
		f.now = f.now.Add(time.Minute)
		ts := f.due(c, l)
		if len(ts) != 1 {
			f.Fatalf("%d targets due at the time of the next try, want 1", len(ts))
		}
		t = ts[0]
	}
	try(false)
	equal(f, "attempts", t.Attempts, 1)
	try(true)
	equal(f, "attempts after it was postponed", t.Attempts, 1)
	try(false)
	equal(f, "attempts", t.Attempts, 2)
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "trace", []any{trace.State, trace.Attempts, len(trace.Visits), trace.Visits[0].Status, trace.DueAt.Equal(f.now)}, []any{store.StateDiscovered, 2, 3, 503, true})

	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, State: store.StateFailed, Reason: "timeout", Class: "timeout", Fetched: true})
	n, _, err := c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting after it was given up", n, 0)
	f.healthy()
}

// revisit makes a page due again in a new round and gives it.
func (f *fixture) revisit(c store.Crawl, nt store.NewTarget) (store.Crawl, store.Lease, store.Target) {
	f.Helper()
	f.finish(c)
	f.now = f.now.Add(24 * time.Hour)
	c = f.begin("news")
	l, t := f.one(c, nt)
	return c, l, t
}

func testUnchanged(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	f.keep(c, page, "Title", "text")
	first, err := f.st.Body(f.ctx, page.Key)
	f.must(err)

	// The same body again.
	c, l, t := f.revisit(c, page)
	v := f.fetched(l, t, "<h1>Title</h1>text")
	f.record(c, v)
	equal(f, "state of the visit", v.State, store.StateUnchanged)

	// "Not modified".
	c, l, t = f.revisit(c, page)
	equal(f, "last digest", t.LastDigest, first.Digest)
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, Status: 304, State: store.StateUnchanged, Fetched: true})

	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "state, visits", []any{trace.State, len(trace.Visits)}, []any{store.StateUnchanged, 3})
	for i, v := range trace.Visits {
		equal(f, "digest of a visit", v.Digest, first.Digest)
		equal(f, "state of a visit", v.State, []store.State{store.StateFetched, store.StateUnchanged, store.StateUnchanged}[i])
	}
	same, err := f.st.Body(f.ctx, page.Key)
	f.must(err)
	equal(f, "capture", same.ID, first.ID)
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "captures, revisions", [2]int{s.Captures, s.Revisions}, [2]int{1, 1})

	// A failure in between keeps what there is, and does not point to it.
	c, l, t = f.revisit(c, page)
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, State: store.StateFailed, Reason: "timeout", Class: "timeout", Fetched: true})
	trace, err = f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "digest of a failed visit", trace.Visits[3].Digest, "")
	equal(f, "articles", f.titles(store.Filter{}), []string{"Title"})

	// The same bytes under another status are another answer.
	c, l, t = f.revisit(c, page)
	gone := f.fetched(l, t, "<h1>Title</h1>text")
	gone.Capture.Status, gone.Status, gone.State = 404, 404, store.StateGone
	f.record(c, gone)
	s, err = f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "captures, bodies", []int{s.Captures, int(s.BodyBytes)}, []int{2, len("<h1>Title</h1>text")})
	equal(f, "the article stays", f.titles(store.Filter{}), []string{"Title"})
	f.finish(c)
	f.healthy()
}

func testRevisions(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	f.keep(c, page, "Title", "text")
	visit := func(body string, change func(*extract.Document)) {
		f.Helper()
		var l store.Lease
		var t store.Target
		c, l, t = f.revisit(c, page)
		v := f.fetched(l, t, body)
		v.Document = article(v, "Title", "text")
		change(v.Document)
		f.record(c, v)
	}
	revision := func(want int) store.Entry {
		f.Helper()
		e, err := f.st.Entry(f.ctx, page.Key)
		f.must(err)
		equal(f, "revision", e.Revision, want)
		return e
	}
	visit("other bytes, the same story", func(d *extract.Document) { d.Article.HTML, d.Article.Quality = "<p>text </p>", .9 })
	e := revision(1)
	if !e.CapturedAt.Equal(Day) || e.ContentDigest == digest("other bytes, the same story") {
		f.Errorf("an article that did not change is now said to be of %v", e.CapturedAt)
	}
	b, err := f.st.Body(f.ctx, page.Key)
	f.must(err)
	equal(f, "newest body", string(b.Body), "other bytes, the same story")

	visit("text changed", func(d *extract.Document) { d.Article.Text = "another text" })
	revision(2)
	visit("title changed", func(d *extract.Document) { d.Article.Text, d.Article.Title = "another text", "Correction" })
	revision(3)
	visit("author came", func(d *extract.Document) {
		d.Article.Text, d.Article.Title, d.Article.Authors = "another text", "Correction", []string{"A"}
	})
	e = revision(4)
	equal(f, "authors", e.Authors, []string{"A"})
	visit("back to the first", func(*extract.Document) {})
	revision(5)
	equal(f, "entries", f.titles(store.Filter{}), []string{"Title"})

	// No article any more: what was one stays one.
	visit("soft 404", func(d *extract.Document) { d.Kind, d.Article = extract.KindSoft404, nil })
	e = revision(5)
	equal(f, "kind", e.Kind, "article")

	trace, err := f.st.Trace(f.ctx, page.Key, page.URL)
	f.must(err)
	var titles []string
	for i, r := range trace.Revisions {
		equal(f, "number", r.Number, i+1)
		titles = append(titles, r.Title)
	}
	equal(f, "titles", titles, []string{"Title", "Title", "Correction", "Correction", "Title"})
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "articles, revisions", [2]int{s.Articles, s.Revisions}, [2]int{1, 5})
	f.finish(c)
	f.healthy()
}

func testSameBody(f *fixture) {
	c := f.begin("news")
	for _, host := range []string{"a.example", "b.example", "c.example"} {
		l, t := f.claimOf(c, host)
		f.must(c.Record(f.ctx, f.fetched(l, t, "the same bytes"))) // all in one group
	}
	f.must(c.Flush(f.ctx))
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "captures, bytes", []int{s.Captures, int(s.BodyBytes)}, []int{3, len("the same bytes")})
	empty, t := f.claimOf(c, "d.example")
	f.record(c, f.fetched(empty, t, ""))
	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "empty body", string(b.Body), "")
	equal(f, "digest of nothing", b.Digest, digest(""))
	f.healthy()
}

// testMoved has a target go on under another spelling of its key.
func testMoved(f *fixture) {
	page := target("a.example", "/1")
	page.URL += "?utm_source=x"
	c := f.begin("news")
	l, t := f.one(c, page)
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, Status: 302, State: store.StateDiscovered, Fetched: true,
		MovedTo: page.Key, RetryAt: f.now, Postponed: true})
	got := f.due(c, l)[0]
	equal(f, "after a move: id, hops, attempts", []int{int(got.ID), got.Hops, got.Attempts}, []int{int(t.ID), 1, 0})
	equal(f, "after a move: URL, key", []string{got.URL, got.Key}, []string{page.Key, page.Key})
	f.record(c, &store.Visit{Lease: l, Target: got, Started: f.now, Status: 302, State: store.StateDiscovered, Fetched: true,
		MovedTo: page.URL, RetryAt: f.now, Postponed: true})
	got = f.due(c, l)[0]
	equal(f, "moved back: URL, key", []string{got.URL, got.Key}, []string{page.URL, page.Key})
	f.record(c, f.fetched(l, got, "one"))
	equal(f, "found again", f.enqueue(c, page), 0)
	f.healthy()
}

// testErrorAnswers: what an error page says of itself is not compared with.
func testErrorAnswers(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	l, t := f.one(c, page)
	v := f.fetched(l, t, "one")
	v.ETag = `"1"`
	f.record(c, v)
	c, l, t = f.revisit(c, page)
	v = f.fetched(l, t, "no such page")
	v.State, v.Status, v.Capture.Status = store.StateGone, 404, 404
	f.record(c, v)
	_, _, t = f.revisit(c, page)
	equal(f, "after an error: tag, digest", []string{t.ETag, t.LastDigest}, []string{"", ""})
}

func testValidators(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	l, t := f.one(c, page)
	v := f.fetched(l, t, "one")
	v.ETag, v.LastModified = `"1"`, "Mon, 23 Nov 2026 00:00:00 GMT"
	f.record(c, v)
	c, l, t = f.revisit(c, page)
	equal(f, "validators", []string{t.ETag, t.LastModified}, []string{`"1"`, "Mon, 23 Nov 2026 00:00:00 GMT"})
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, Status: 304, State: store.StateUnchanged, Fetched: true, ETag: `"1b"`})
	c, l, t = f.revisit(c, page)
	equal(f, "after a 304", []string{t.ETag, t.LastModified}, []string{`"1b"`, "Mon, 23 Nov 2026 00:00:00 GMT"})
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, State: store.StateFailed, Fetched: true})
	c, l, t = f.revisit(c, page)
	equal(f, "after a failure", t.ETag, `"1b"`)
	f.record(c, f.fetched(l, t, "two"))
	_, _, t = f.revisit(c, page)
	equal(f, "after an answer without any", []string{t.ETag, t.LastModified, t.LastDigest}, []string{"", "", digest("two")})
}

func testRedirect(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/old"))
	to := target("a.example", "/new")
	to.Via, to.Hops, to.Depth = "redirect", 1, 0
	f.record(c, &store.Visit{Lease: l, Target: t, Started: f.now, Status: 301, State: store.StateRedirected, Reason: "to https://a.example/new",
		Fetched: true, Found: []store.NewTarget{to}})
	f.now = f.now.Add(time.Second)
	got := f.due(c, l)
	equal(f, "due", urls(got), []string{"https://a.example/new"})
	equal(f, "hops, via", []any{got[0].Hops, got[0].Via}, []any{1, "redirect"})
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "trace", []any{trace.State, trace.Visits[0].Status, trace.Visits[0].Reason}, []any{store.StateRedirected, 301, "to https://a.example/new"})
}

func testDamagedBodies(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/cut"))
	v := f.fetched(l, t, "half a pa")
	v.Capture.Truncated = "length"
	f.record(c, v)
	f.enqueue(c, target("a.example", "/broken"))
	f.now = f.now.Add(time.Second)
	v2 := f.fetched(l, f.due(c, l)[0], "\x1f\x8bnot gzip")
	v2.Capture.Broken, v2.Capture.Encoded = "gzip: invalid header", true
	f.record(c, v2)
	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "cut", []any{string(b.Body), b.Truncated, b.Broken, b.Encoded}, []any{"half a pa", "length", "", false})
	b, err = f.st.Body(f.ctx, v2.Target.Key)
	f.must(err)
	equal(f, "broken", []any{string(b.Body), b.Truncated, b.Broken, b.Encoded}, []any{"\x1f\x8bnot gzip", "", "gzip: invalid header", true})
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "in the trace", trace.Visits[0].Truncated, "length")

	// The whole page later is another answer even if its bytes were the same.
	c, l, t = f.revisit(f.done(c, l), target("a.example", "/cut"))
	f.record(c, f.fetched(l, t, "half a pa"))
	b, err = f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "whole", b.Truncated, "")
	f.healthy()
}

// done gives back the last lease of a crawl.
func (f *fixture) done(c store.Crawl, l store.Lease) store.Crawl {
	f.Helper()
	f.release(c, l)
	return c
}

// testRecordedTwice: the same target recorded twice out of one lease, as after
// a race, harms nothing.
func testRecordedTwice(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	for _, body := range []string{"one", "one", "two"} {
		v := f.fetched(l, t, body)
		v.Document = article(v, "Title", body)
		f.must(c.Record(f.ctx, v))
	}
	f.must(c.Flush(f.ctx))
	n, _, err := c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting", n, 0)
	again := f.fetched(l, t, "three")
	again.RetryAt = f.now.Add(time.Hour)
	f.record(c, again)
	n, _, err = c.Waiting(f.ctx)
	f.must(err)
	equal(f, "waiting for the next try", n, 1)
	// The body the target is believed to have is not its newest any more.
	back := f.fetched(l, store.Target{ID: t.ID, URL: t.URL, Key: t.Key, LastDigest: digest("never kept")}, "never kept")
	f.record(c, back)
	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "body", string(b.Body), "never kept")
	f.healthy()
}

func testRefused(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	for what, change := range map[string]func(*store.Visit){
		"without an id":           func(v *store.Visit) { v.Target.ID = 0 },
		"claimed":                 func(v *store.Visit) { v.State = store.StateClaimed },
		"no state":                func(v *store.Visit) { v.State = "" },
		"discovered without time": func(v *store.Visit) { v.State = store.StateDiscovered },
		"refusals without a request": func(v *store.Visit) {
			v.Fetched, v.Refused = false, []store.Refusal{refused("https://b.example/", "outside the scope (host)")}
		},
		"article without capture": func(v *store.Visit) { v.Document, v.Capture = article(v, "T", "t"), nil },
	} {
		v := f.fetched(l, t, "x")
		change(v)
		if err := c.Record(f.ctx, v); err == nil {
			f.Errorf("a visit %s: got no error", what)
		}
	}
	f.record(c, f.fetched(l, t, "the crawl goes on"))
	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "body", string(b.Body), "the crawl goes on")

	// A target that is not there takes down its whole group, loudly.
	f.enqueue(c, target("a.example", "/2"))
	f.now = f.now.Add(time.Second)
	good := f.fetched(l, f.due(c, l)[0], "good")
	bad := f.fetched(l, store.Target{ID: 1 << 40, URL: "https://a.example/none", Key: "https://a.example/none"}, "bad")
	f.must(c.Record(f.ctx, good))
	err = errors.Join(c.Record(f.ctx, bad), c.Flush(f.ctx))
	if err == nil {
		f.Fatal("a visit of a target that is not there: got no error")
	}
	for what, again := range map[string]error{"flush": c.Flush(f.ctx), "record": c.Record(f.ctx, f.fetched(l, t, "more")), "renew": c.Renew(f.ctx, f.now)} {
		if again == nil {
			f.Errorf("%s after an error: got none", what)
		}
	}
	if err := c.Finish(f.ctx, f.now, store.RunFailed, "test"); err == nil {
		f.Error("finish after an error: got none")
	}
	if _, err := f.st.Body(f.ctx, good.Target.Key); err == nil && good.State == store.StateFetched {
		// Allowed only if the good one was committed in a group of its own.
		trace, err := f.st.Trace(f.ctx, good.Target.Key, good.Target.URL)
		f.must(err)
		equal(f, "visits of the good one", len(trace.Visits), 1)
	}
	f.healthy()
}

func testCommitted(f *fixture) {
	var got []string
	tell := make(chan []*store.Visit, 100)
	c, err := f.st.Begin(f.ctx, store.BeginCrawl{Job: "news", Now: f.now, Committed: func(vs []*store.Visit) {
		for _, v := range vs {
			// It is in the archive by now.
			if _, err := f.st.Body(f.ctx, v.Target.Key); err != nil {
				f.Errorf("body of %s when told of: %v", v.Target.URL, err)
			}
		}
		tell <- vs
	}})
	f.must(err)
	var ts []store.NewTarget
	for _, p := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		ts = append(ts, target("a.example", "/"+p))
	}
	f.enqueue(c, ts...)
	l := f.claim(c, 1)[0].Lease
	due := f.due(c, l)
	for i, t := range due {
		f.must(c.Record(f.ctx, f.fetched(l, t, t.URL)))
		if i == 9 {
			f.must(c.Flush(f.ctx))
			if len(tell) == 0 {
				f.Error("flush returned before the visits were told of")
			}
		}
	}
	// Without a flush the rest is committed after a while.
	for len(got) < len(due) {
		select {
		case vs := <-tell:
			for _, v := range vs {
				got = append(got, v.Target.URL)
			}
		case <-f.ctx.Done():
			f.Fatal("the test ended first")
		}
	}
	equal(f, "in order", got, urls(due))
	f.finish(c)
}

func testClean(f *fixture) {
	const bad, good = "a\x00b\xffc\\u0000<&>", "a\uFFFDb\uFFFDc\\u0000<&>"
	c := f.begin(bad)
	nt := target("a.example", "/1")
	l, t := f.one(c, nt)
	v := f.fetched(l, t, "x\x00\xff")
	v.Reason, v.ETag = bad, bad
	v.Capture.MediaType = bad
	v.Capture.ResponseHeader["X-Bad"] = []string{bad}
	v.Document = article(v, bad, bad)
	v.Document.Reason = bad
	v.Document.Article.Authors, v.Document.Article.Sources = []string{bad}, map[string]string{"title": bad}
	v.Document.Article.Images = []extract.Image{{URL: "https://a.example/i", Alt: bad}}
	v.Document.Links = []extract.Link{{URL: "https://b.example/", Text: bad, Place: extract.PlaceBody}, {URL: "https://c.example/", Text: bad, Place: extract.PlaceElsewhere}}
	f.record(c, v)
	e, err := f.st.Entry(f.ctx, t.Key)
	f.must(err)
	equal(f, "entry", []string{e.Title, e.Text, e.Authors[0], e.Sources["title"], e.Images[0].Alt}, []string{good, good, good, good, good})
	equal(f, "digest of the text", e.TextDigest, digest(good))
	links, err := f.st.Links(f.ctx, t.Key)
	f.must(err)
	equal(f, "links", []string{links[0].Text, links[1].Text}, []string{good, good})
	b, err := f.st.Body(f.ctx, t.Key)
	f.must(err)
	equal(f, "capture", []string{b.MediaType, b.ResponseHeader.Get("X-Bad")}, []string{good, good})
	equal(f, "bytes stay as they are", string(b.Body), "x\x00\xff")
	trace, err := f.st.Trace(f.ctx, t.Key, t.URL)
	f.must(err)
	equal(f, "trace", []string{trace.Reason, trace.Job, trace.Visits[0].KindWhy}, []string{good, good, good})
	f.healthy()
}

func testCounts(f *fixture) {
	c := f.begin("news")
	l, t := f.one(c, target("a.example", "/1"))
	f.enqueue(c, target("a.example", "/2"), target("a.example", "/3"))
	v := f.fetched(l, t, "12345")
	v.Document = article(v, "T", "t")
	v.Found = []store.NewTarget{target("a.example", "/2"), target("a.example", "/4")}
	f.must(c.Record(f.ctx, v))
	f.now = f.now.Add(time.Second)
	due := f.due(c, l)
	i := slices.IndexFunc(due, func(t store.Target) bool { return t.URL == "https://a.example/2" })
	f.must(c.Record(f.ctx, &store.Visit{Lease: l, Target: due[i], Started: f.now, Status: 503, State: store.StateFailed, Class: "http-503", Fetched: true, Bytes: 7}))
	i = slices.IndexFunc(due, func(t store.Target) bool { return t.URL == "https://a.example/3" })
	f.must(c.Record(f.ctx, &store.Visit{Lease: l, Target: due[i], Started: f.now, State: store.StateExcluded, Class: "robots"}))
	f.must(c.Flush(f.ctx))
	want := store.Counts{Visits: 2, Pages: 1, Articles: 1, Bytes: 12, Discovered: 4,
		States:  map[store.State]int{store.StateFetched: 1, store.StateFailed: 1, store.StateExcluded: 1},
		Reasons: map[string]int{"http-503": 1, "robots": 1}}
	same := func(what string, got store.Counts) {
		f.Helper()
		if !maps.Equal(got.States, want.States) || !maps.Equal(got.Reasons, want.Reasons) {
			f.Errorf("%s: got %v %v, want %v %v", what, got.States, got.Reasons, want.States, want.Reasons)
		}
		equal(f, what, []any{got.Visits, got.Pages, got.Articles, got.Bytes, got.Discovered}, []any{want.Visits, want.Pages, want.Articles, want.Bytes, want.Discovered})
	}
	same("the crawl's run", c.Run().Counts)
	runs, err := f.st.Runs(f.ctx, 1)
	f.must(err)
	same("the kept run", runs[0].Counts)
}
