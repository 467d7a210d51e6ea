package storetest

import (
	"errors"
	"fmt"
	"time"

	"stet/store"
)

// testTemplates: what was learnt of a site is seen at once and kept; a template
// once made stays beside later ones.
func testTemplates(f *fixture) {
	c := f.begin("news")
	none, err := c.Template(f.ctx, "a.example")
	f.must(err)
	equal(f, "a site nothing is known of", none, store.SiteTemplate{Site: "a.example"})
	f.must(c.SaveTemplate(f.ctx, store.SiteTemplate{Site: "a.example", MadeAt: f.now, Pages: 3, Learner: []byte("l3"), TemplatePages: 3, Template: []byte("t3")}))
	f.must(c.SaveTemplate(f.ctx, store.SiteTemplate{Site: "a.example", MadeAt: f.now, Pages: 5, Learner: []byte("l5"), TemplatePages: 5, Template: []byte("t5")}))
	f.must(c.SaveTemplate(f.ctx, store.SiteTemplate{Site: "a.example", Pages: 6, Learner: []byte("l6")}))
	want := store.SiteTemplate{Site: "a.example", MadeAt: f.now, Pages: 6, Learner: []byte("l6"), TemplatePages: 5, Template: []byte("t5")}
	got, err := c.Template(f.ctx, "a.example")
	f.must(err)
	equal(f, "before the commit", got, want)
	f.must(c.Flush(f.ctx))
	got, err = c.Template(f.ctx, "a.example")
	f.must(err)
	equal(f, "after it", got, want)
	f.finish(c)
	all, err := f.st.Templates(f.ctx)
	f.must(err)
	want.Learner = nil
	equal(f, "of all sites", all, []store.SiteTemplate{want})
	for _, c := range []struct {
		pages, want int
		blocks      string
	}{{0, 5, "t5"}, {5, 5, "t5"}, {3, 3, "t3"}} {
		got, err := f.st.Template(f.ctx, "a.example", c.pages)
		f.must(err)
		equal(f, fmt.Sprintf("the template of %d pages", c.pages), []any{got.TemplatePages, string(got.Template)}, []any{c.want, c.blocks})
	}
	for _, pages := range []int{0, 4} {
		site := "a.example"
		if pages == 0 {
			site = "b.example"
		}
		if _, err := f.st.Template(f.ctx, site, pages); !errors.Is(err, store.ErrNotFound) {
			f.Errorf("the template of %d pages of %s: got %v, want ErrNotFound", pages, site, err)
		}
	}
}

// testReread: articles that an early template cleaned are found, and read anew:
// a revision only where the text differs, never counted as one the site
// published.
func testReread(f *fixture) {
	c := f.begin("news")
	for i := range 3 {
		f.keep(c, target("a.example", fmt.Sprintf("/%d", i)), fmt.Sprintf("story %d", i), "a promotion\nthe text")
		f.now = f.now.Add(time.Minute)
	}
	published := c.Run().Counts.Articles
	us, err := c.Unsettled(f.ctx, 0, 0, 10)
	f.must(err)
	equal(f, "articles to be cleaned again while no template is known", len(us), 0)
	f.must(c.SaveTemplate(f.ctx, store.SiteTemplate{Site: "a.example", MadeAt: f.now, Pages: 3, Learner: []byte("l"), TemplatePages: 3, Template: []byte("t")}))
	f.must(c.Flush(f.ctx))
	us, err = c.Unsettled(f.ctx, 0, 0, 2)
	f.must(err)
	equal(f, "at most", len(us), 2)
	more, err := c.Unsettled(f.ctx, 0, us[1].TargetID, 2)
	f.must(err)
	equal(f, "after these", len(more), 1)
	other, err := c.Unsettled(f.ctx, 3, 0, 2)
	f.must(err)
	equal(f, "cleaned by another template", len(other), 0)
	some, err := c.UnsettledOf(f.ctx, []int64{us[1].TargetID, 1 << 40})
	f.must(err)
	if len(some) != 1 || some[0].TargetID != us[1].TargetID {
		f.Errorf("of one target: got %+v", some)
	}
	us = append(us, more...)

	f.must(c.Settle(f.ctx, []int64{us[2].TargetID}, 3))
	f.must(c.Flush(f.ctx))
	rest, err := c.Unsettled(f.ctx, 0, 0, 10)
	f.must(err)
	equal(f, "but for the one that the template does not change", len(rest), 2)
	f.must(c.SaveTemplate(f.ctx, store.SiteTemplate{Site: "a.example", MadeAt: f.now, Pages: 5, Learner: []byte("l"), TemplatePages: 5, Template: []byte("t")}))
	f.must(c.Flush(f.ctx))
	rest, err = c.Unsettled(f.ctx, 0, 0, 10)
	f.must(err)
	equal(f, "by a newer template", len(rest), 3)
	for _, u := range rest {
		equal(f, "cleaned by the template of pages", u.TemplatePages, 0)
	}

	for i, u := range us {
		equal(f, "site", u.Site, "a.example")
		if len(u.Capture.Body) == 0 || u.Capture.Status != 200 {
			f.Errorf("the capture of %s came without its bytes: %+v", u.Key, u.Capture)
		}
		r := store.Reread{TargetID: u.TargetID, CaptureID: u.Capture.ID, TemplatePages: 5}
		v := &store.Visit{Target: store.Target{URL: u.Capture.URL}}
		switch i {
		case 0: // nothing was repeated on it
			r.Document = article(v, "story 0", "a promotion\nthe text")
		case 1:
			r.Document = article(v, "story 1", "the text")
		}
		f.must(c.Reread(f.ctx, r))
	}
	f.must(c.Flush(f.ctx))
	us, err = c.Unsettled(f.ctx, 0, 0, 10)
	f.must(err)
	equal(f, "left to be cleaned again", len(us), 0)
	equal(f, "articles published", c.Run().Counts.Articles, published)
	f.finish(c)
	for i, want := range []string{"a promotion\nthe text", "the text", "a promotion\nthe text"} {
		t := target("a.example", fmt.Sprintf("/%d", i))
		e, err := f.st.Entry(f.ctx, t.Key)
		f.must(err)
		equal(f, "text", e.Text, want)
		revision := 1
		if i == 1 {
			revision = 2
		}
		equal(f, "revision", e.Revision, revision)
	}
	f.healthy()
}

// testParts: a later page that was joined to the first is no article of its
// own any more.
func testParts(f *fixture) {
	c := f.begin("news")
	first, second := target("a.example", "/long"), target("a.example", "/long/2")
	f.keep(c, first, "A long story", "one")
	f.now = f.now.Add(time.Minute)
	f.keep(c, second, "A long story", "two")
	captures := func(key string) store.Capture {
		b, err := f.st.Body(f.ctx, key)
		f.must(err)
		return b
	}
	f.must(c.Flush(f.ctx))
	var parts []store.Part
	for _, t := range []store.NewTarget{first, second} {
		tr, err := f.st.Trace(f.ctx, t.Key, t.URL)
		f.must(err)
		parts = append(parts, store.Part{TargetID: tr.TargetID, CaptureID: captures(t.Key).ID})
	}
	v := &store.Visit{Target: store.Target{URL: first.URL}}
	f.must(c.Reread(f.ctx, store.Reread{TargetID: parts[0].TargetID, CaptureID: parts[0].CaptureID,
		Document: article(v, "A long story", "one\ntwo"), Parts: parts}))
	f.now = f.now.Add(time.Minute)
	f.finish(c)
	es := f.entries(store.Filter{})
	if len(es) != 1 || es[0].Text != "one\ntwo" || es[0].Revision != 2 {
		f.Errorf("entries %+v, want the joined article alone", es)
	}
	s, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "articles of the site", s.Sites[0].Articles, 1)
	equal(f, "languages", s.Languages, map[string]int{es[0].Language: 1})
	runs, err := f.st.Runs(f.ctx, 1)
	f.must(err)
	equal(f, "articles of the run", runs[0].Counts.Articles, 1)
	equal(f, "pages", es[0].Parts, []string{first.URL, second.URL})
	e, err := f.st.Entry(f.ctx, second.Key)
	f.must(err)
	equal(f, "the second page is part of", e.PartOf, first.URL)
	tr, err := f.st.Trace(f.ctx, second.Key, second.URL)
	f.must(err)
	equal(f, "and so its trace says", tr.PartOf, first.URL)
	stats, err := f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "articles counted", stats.Articles, 1)
	f.healthy()

	// Another article on the first page: the second is its own again. What was
	// read anew of the page as it was before comes too late.
	f.now = f.now.Add(time.Hour)
	c = f.begin("news")
	l, t := f.one(c, first)
	again := f.fetched(l, t, "another story")
	again.Document = article(again, "Another story", "three")
	f.record(c, again)
	f.must(c.Reread(f.ctx, store.Reread{TargetID: parts[0].TargetID, CaptureID: parts[0].CaptureID,
		Document: article(v, "A long story", "one, cleaned"), TemplatePages: 3}))
	f.finish(c)
	equal(f, "articles of a page each", f.titles(store.Filter{}), []string{"Another story", "A long story"})
	stats, err = f.st.Stats(f.ctx)
	f.must(err)
	equal(f, "articles counted then", stats.Articles, 2)
	f.healthy()
}

// testSource: what an article was read from stays known when the page is gone.
func testSource(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	f.keep(c, page, "Title", "text")
	c, l, t := f.revisit(c, page)
	gone := f.fetched(l, t, "not here")
	gone.Status, gone.Capture.Status, gone.State = 404, 404, store.StateGone
	f.record(c, gone)
	f.finish(c)
	b, err := f.st.Body(f.ctx, page.Key)
	f.must(err)
	equal(f, "newest answer", string(b.Body), "not here")
	b, err = f.st.Source(f.ctx, page.Key)
	f.must(err)
	if b.Status != 200 || string(b.Body) == "not here" {
		f.Errorf("the source of the article: got %d %q, want what was read", b.Status, b.Body)
	}
	if _, err := f.st.Source(f.ctx, target("a.example", "/2").Key); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("the source of no article: got %v, want ErrNotFound", err)
	}
}
