package storetest

import (
	"fmt"
	"strings"
	"time"

	"stet/extract"
	"stet/store"
)

// found gives the titles of the hits of a query, best first.
func (f *fixture) found(text string, filter store.Filter) []string {
	f.Helper()
	hits, err := f.st.Search(f.ctx, store.Query{Text: text, Filter: filter})
	if err != nil {
		f.Fatalf("search %q: %v", text, err)
	}
	titles := []string{}
	for _, h := range hits {
		titles = append(titles, h.Entry.Title)
	}
	return titles
}

// library keeps articles to be searched, one per title and text.
func (f *fixture) library(c store.Crawl, texts ...[2]string) {
	f.Helper()
	for i, x := range texts {
		f.keep(c, target("a.example", fmt.Sprintf("/%d", i)), x[0], x[1])
		f.now = f.now.Add(time.Minute)
	}
}

func testSearch(f *fixture) {
	c := f.begin("news")
	f.library(c,
		[2]string{"Congress", "The party met.\nNothing else was said about trees."},
		[2]string{"Weather", "The party congress was moved because of rain. Café Zoë stayed open."},
		[2]string{"Congo", "A river, a party and its congo drums; the congress of the party."},
	)
	for _, x := range []struct {
		query string
		want  []string
	}{
		{"trees", []string{"Congress"}},
		{"TREES", []string{"Congress"}},
		{"congress", []string{"Congress", "Weather", "Congo"}}, // the title counts most
		{"party rain", []string{"Weather"}},
		{`"party congress"`, []string{"Weather"}},
		{`“party congress”`, []string{"Weather"}},
		{`"congress of the party" congo`, []string{"Congo"}},
		{"riv*", []string{"Congo"}},
		{`"congress of the pa"*`, []string{"Congo"}},
		{"riv", []string{}},
		{"cafe", []string{"Weather"}},
		{"zoe", []string{"Weather"}},
		{"café-zoë", []string{"Weather"}},
		{"nothing-of-this", []string{}},
		{"party -rain", []string{"Weather"}}, // no operators: a minus means nothing
		{"trees AND", []string{}},            // nor has AND a meaning: it is not in the text
		{"", []string{}},
		{"   ", []string{}},
		{`"" ! ? *`, []string{}},
		{"trees !!! ???", []string{"Congress"}}, // a word without letters says nothing
	} {
		equal(f, "search "+x.query, f.found(x.query, store.Filter{}), x.want)
	}
	hits, err := f.st.Search(f.ctx, store.Query{Text: `congo "the party"`})
	f.must(err)
	h := hits[0]
	equal(f, "title", h.Title, "\x01Congo\x02")
	equal(f, "snippet", h.Snippet, "A river, a party and its \x01congo\x02 drums; the congress of \x01the party\x02.")
	equal(f, "entry", h.Entry.URL, "https://a.example/2")
	if h.Score <= 0 {
		f.Errorf("score is %v, want more than 0", h.Score)
	}
	hits, err = f.st.Search(f.ctx, store.Query{Text: "party", Limit: 2})
	f.must(err)
	equal(f, "limit", len(hits), 2)
	for i := 1; i < len(hits); i++ {
		if hits[i].Score > hits[i-1].Score {
			f.Errorf("hit %d has score %v after %v", i, hits[i].Score, hits[i-1].Score)
		}
	}
	equal(f, "filter", f.found("party", store.Filter{Site: "b.example"}), []string{})
	equal(f, "other kinds are not searched", f.found("party", store.Filter{Kind: "list"}), []string{})
	equal(f, "any kind", len(f.found("party", store.Filter{Kind: "any"})), 3)

	long := strings.Repeat("filler and more of it. ", 5000) + "the needle here " + strings.Repeat("and after. ", 5000)
	f.keep(c, target("a.example", "/long"), "Long", long)
	hits, err = f.st.Search(f.ctx, store.Query{Text: "needle"})
	f.must(err)
	if s := hits[0].Snippet; !strings.Contains(s, "the \x01needle\x02 here") || len(s) > 400 || !strings.HasPrefix(s, "…") || !strings.HasSuffix(s, "…") {
		f.Errorf("snippet of a long text: %q", s)
	}
	f.healthy()
}

func testSearchChinese(f *fixture) {
	c := f.begin("news")
	f.library(c,
		[2]string{"讲话", "习近平在北京人民大会堂发表讲话，谈到改革开放。"},
		[2]string{"民人", "民人不是词。平近习也不是。"},
		[2]string{"東京", "東京の大学で学生がデモを行った。ＡＢＣテレビ"},
		[2]string{"서울", "서울에서 시위가 있었다."},
		[2]string{"Mixed", "The 2023年 plan of 中国 was Ｎｅｗ. 𫟼𬬻"},
	)
	for _, x := range []struct {
		query string
		want  []string
	}{
		{"人民", []string{"讲话"}},
		{"民", []string{"民人", "讲话"}},
		{"习近平", []string{"讲话"}},
		{"习近平 改革", []string{"讲话"}},
		{"北京　讲话", []string{"讲话"}}, // an ideographic space
		{"「改革开放」", []string{"讲话"}},
		{"改革不开放", []string{}},
		{"大学", []string{"東京"}},
		{"テレビ", []string{"東京"}},
		{"abc", []string{"東京"}},
		{"서울", []string{"서울"}},
		{"시위", []string{"서울"}},
		{"2023年", []string{"Mixed"}},
		{"中国 new", []string{"Mixed"}},
		{"𬬻", []string{"Mixed"}}, // younger than many tables of characters
		{"改革*", []string{"讲话"}},
	} {
		equal(f, "search "+x.query, f.found(x.query, store.Filter{}), x.want)
	}
	hits, err := f.st.Search(f.ctx, store.Query{Text: "人民 讲话"})
	f.must(err)
	equal(f, "snippet", hits[0].Snippet, "习近平在北京\x01人民\x02大会堂发表\x01讲话\x02，谈到改革开放。")
	equal(f, "title", hits[0].Title, "\x01讲话\x02")
}

func testSearchAnything(f *fixture) {
	c := f.begin("news")
	f.library(c, [2]string{"Title", "some words and 一些 字 \x01 \x02 here"})
	for _, q := range []string{
		`"`, `""`, `"""`, `"a`, `a"`, `a"b`, "*", "**", "a**", "*a", "(", ")", "(a", "a)", "a AND", "OR", "NOT a", "NEAR(a b, 3)",
		"title:some", "title : some", "{title text}: some", "^some", "some + words", "-", "--", "a-b", "a:b", "'", "\\", ";", "\x00", "a\x00b", "\xff\xfe",
		"😀", "some 😀", "👨‍👩‍👧", "\u0301", "e\u0301", "\u200b", "ﬁ", "ß", "İ", "“", "「", "”", "a“b”c", strings.Repeat("a ", 10000), strings.Repeat(`"`, 5000),
		strings.Repeat("字", 5000), strings.Repeat("(", 5000), "\x01\x02", "%", "_", "some\nwords", "\"some\nwords\"", "rank", "search",
	} {
		if _, err := f.st.Search(f.ctx, store.Query{Text: q}); err != nil {
			f.Errorf("search %q: %v", q[:min(len(q), 40)], err)
		}
	}
	hits, err := f.st.Search(f.ctx, store.Query{Text: "here"})
	f.must(err)
	equal(f, "marks in the text are no marks", hits[0].Snippet, "some words and 一些 字 \x01here\x02")
}

func testSearchRevisions(f *fixture) {
	page := target("a.example", "/1")
	c := f.begin("news")
	f.keep(c, page, "Title", "the old word 旧")
	equal(f, "old", f.found("old", store.Filter{}), []string{"Title"})
	for i, text := range []string{"the new word 新", "the newest word 新", "the new word 新"} {
		var l store.Lease
		var t store.Target
		c, l, t = f.revisit(c, page)
		v := f.fetched(l, t, fmt.Sprint("body ", i))
		v.Document = article(v, "Title", text)
		v.Document.Article.Authors = []string{"作者"}
		v.Document.Article.Images = []extract.Image{{URL: "https://a.example/i"}}
		f.record(c, v)
		if i == 1 {
			continue // two revisions at once for the next search
		}
		equal(f, "the old is gone", f.found("old", store.Filter{}), []string{})
		equal(f, "the old character is gone", f.found("旧", store.Filter{}), []string{})
		equal(f, "the new is there", f.found("新 new", store.Filter{}), []string{"Title"})
		equal(f, "the one between is gone", f.found("newest", store.Filter{}), []string{})
		f.healthy()
	}
	hits, err := f.st.Search(f.ctx, store.Query{Text: "new"})
	f.must(err)
	equal(f, "entry", []any{hits[0].Entry.Revision, len(hits[0].Entry.Images)}, []any{4, 1})
	equal(f, "author", f.found("作者", store.Filter{}), []string{"Title"})
	f.finish(c)
}
