package crawler_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stet/crawler/crawltest"
	"stet/crawler/weburl"
	"stet/extract/siterule"
	"stet/store"
)

// part is one page of a long story, with the links to the others.
func part(n int, words, links string) string {
	return "<!DOCTYPE html><title>The long road</title><article><h1>The long road</h1><p>" +
		strings.Repeat("The people of the valley walked "+words+", and told each other what they had seen there. ", 6) +
		"</p><p>" + strings.Repeat("Whoever had walked "+words+" sat down at the wall, and the eldest wrote it down. ", 6) +
		`</p><nav class="pages">` + links + "</nav></article>"
}

// TestJoin: the pages of one article become one, and the later ones none of
// their own; nothing is asked for twice.
func TestJoin(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<title>Front</title><ul><li><a href="/2024/road/">The long road</a></ul>
-- GET http://a.test/2024/road/ --
`+part(1, "uphill", `<span>1</span> <a href="/2024/road/2/">2</a> <a href="/2024/road/3/">3</a> <a rel="next" href="/2024/road/2/">Next page</a>`)+`
-- GET http://a.test/2024/road/2/ --
`+part(2, "along the ridge", `<a href="/2024/road/">1</a> <span>2</span> <a href="/2024/road/3/">3</a> <a rel="next" href="/2024/road/3/">Next page</a>`)+`
-- GET http://a.test/2024/road/3/ --
`+part(3, "down to the sea", `<a href="/2024/road/">1</a> <a href="/2024/road/2/">2</a> <span>3</span>`)+`
`)
	a := open(t)
	sum := run(t, a, quick(s, "http://a.test/"))
	if sum.Run.Counts.Visits != 4 {
		t.Errorf("%d visits, want 4", sum.Run.Counts.Visits)
	}
	wantTitles(t, a, "The long road")
	e, err := a.Entry(context.Background(), weburl.Key(s.URL("http://a.test/2024/road/")))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, words := range []string{"uphill", "along the ridge", "down to the sea"} {
		i := strings.Index(e.Text, "walked "+words)
		if i < at {
			t.Errorf("%q stands at %d, want after %d: %s", words, i, at, e.Text)
		}
		at = i
	}
	if strings.Contains(e.Text, "Next page") {
		t.Errorf("the links between the pages are in the text: %s", e.Text)
	}
	wholesome(t, a)

	// A second round finds nothing new, and joins nothing again.
	again := run(t, a, quick(s, "http://a.test/"))
	if again.Run.Counts.Articles != 0 {
		t.Errorf("%d new articles in a round without changes", again.Run.Counts.Articles)
	}
	if tr := trace(t, s, a, "http://a.test/2024/road/"); len(tr.Revisions) != 2 {
		t.Errorf("%d revisions, want the first page alone and the joined article", len(tr.Revisions))
	}
	wantTitles(t, a, "The long road")
	if n := len(entriesOf(t, a, store.Filter{Kind: "any"})); n != 4 {
		t.Errorf("%d pages of any kind, want 4", n)
	}
}

func entriesOf(t *testing.T, a store.Store, f store.Filter) []store.Entry {
	t.Helper()
	var all []store.Entry
	for e, err := range a.Entries(context.Background(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// road is the site of a story on several pages; what is not given of a page is
// as in the round before.
type road struct{ rounds [4][]string } // by page, the front first

func newRoad(pages int) *road {
	r := &road{}
	r.rounds[0] = []string{`<title>Front</title><ul><li><a href="/2024/road/">The long road</a></ul>`}
	for n := 1; n <= pages; n++ {
		r.rounds[n] = []string{roadPage(n, pages, "")}
	}
	return r
}

var walked = []string{"", "uphill", "along the ridge", "down to the sea"}

func roadURL(n int) string {
	if n == 1 {
		return "/2024/road/"
	}
	return "/2024/road/" + spelledDigit(n) + "/"
}

func spelledDigit(n int) string { return string(rune('0' + n)) }

// roadPage is page n of so many, with more in its words.
func roadPage(n, of int, more string) string {
	links := ""
	for i := 1; i <= of && of > 1; i++ {
		if i == n {
			links += "<span>" + spelledDigit(i) + "</span> "
		} else {
			links += `<a href="` + roadURL(i) + `">` + spelledDigit(i) + "</a> "
		}
	}
	if n < of {
		links += `<a rel="next" href="` + roadURL(n+1) + `">Next page</a>`
	}
	return part(n, walked[n]+more, links)
}

// then sets what a page answers in the next round.
func (r *road) then(page int, answer string) { r.rounds[page] = append(r.rounds[page], answer) }

func (r *road) start(t *testing.T) *crawltest.Server {
	var b strings.Builder
	for n, answers := range r.rounds {
		for _, a := range answers {
			url := "/"
			if n > 0 {
				url = roadURL(n)
			}
			option := ""
			if a == "gone" {
				option = " [status 404]"
			}
			b.WriteString("\n-- GET http://a.test" + url + option + " --\n" + a)
		}
	}
	return crawltest.Start(t, b.String())
}

// wantRoad: the articles kept are these, by the words of their pages.
func wantRoad(t *testing.T, a store.Store, want ...string) {
	t.Helper()
	var got []string
	for _, e := range entriesOf(t, a, store.Filter{}) {
		var has []string
		for _, w := range walked[1:] {
			if strings.Contains(e.Text, "walked "+w) {
				has = append(has, w)
			}
		}
		got = append(got, strings.Join(has, ", "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("articles %q, want %q", got, want)
	}
	wholesome(t, a)
}

// TestJoinUnchanged: other bytes around the same text are no revision, be it
// the first page or a later one.
func TestJoinUnchanged(t *testing.T) {
	r := newRoad(2)
	for i := range 3 {
		r.then(1, "<!-- "+spelledDigit(i)+" -->"+roadPage(1, 2, ""))
		r.then(2, "<!-- "+spelledDigit(i)+" -->"+roadPage(2, 2, ""))
	}
	s := r.start(t)
	a := open(t)
	for round := range 4 {
		sum := run(t, a, quick(s, "http://a.test/"))
		wantRoad(t, a, "uphill, along the ridge")
		if round > 0 && sum.Run.Counts.Articles != 0 {
			t.Errorf("round %d: %d new articles, want none", round, sum.Run.Counts.Articles)
		}
	}
	if n := len(trace(t, s, a, "http://a.test/2024/road/").Revisions); n != 2 {
		t.Errorf("%d revisions of the first page, want it alone and joined", n)
	}
}

// TestJoinAnew: a page that changes is joined anew, one that is gone stays.
func TestJoinAnew(t *testing.T) {
	r := newRoad(3)
	r.then(2, roadPage(2, 3, " in the rain"))
	r.then(2, "gone")
	r.then(3, roadPage(3, 3, ""))
	r.then(3, "gone")
	s := r.start(t)
	a := open(t)
	for range 3 {
		run(t, a, quick(s, "http://a.test/"))
		wantRoad(t, a, "uphill, along the ridge, down to the sea")
	}
	tr := trace(t, s, a, "http://a.test/2024/road/")
	if len(tr.Revisions) != 3 || len(tr.Parts) != 3 {
		t.Errorf("%d revisions of %q, want the first page alone, the joined article, and that with the rain", len(tr.Revisions), tr.Parts)
	}
	if got := trace(t, s, a, "http://a.test/2024/road/3/").PartOf; got != s.URL("http://a.test/2024/road/") {
		t.Errorf("the last page is part of %q, want the first", got)
	}
}

// TestJoinEnds: pages that are part of an article no more are their own again.
func TestJoinEnds(t *testing.T) {
	r := newRoad(3)
	r.then(1, roadPage(1, 1, "")) // names no next page
	s := r.start(t)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill, along the ridge, down to the sea")
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill", "along the ridge", "down to the sea")

	r = newRoad(3)
	r.then(2, strings.ReplaceAll(roadPage(2, 3, ""), "The long road", "Quite another tale")) // another article
	s = r.start(t)
	a = open(t)
	for _, want := range [][]string{{"uphill, along the ridge, down to the sea"}, {"uphill", "along the ridge", "down to the sea"}} {
		run(t, a, quick(s, "http://a.test/"))
		wantRoad(t, a, want...)
	}
	for range 2 {
		run(t, a, quick(s, "http://a.test/"))
	}
	if n := len(trace(t, s, a, "http://a.test/2024/road/").Revisions); n != 3 {
		t.Errorf("%d revisions of the first page, want 3: what cannot be joined is not tried for ever", n)
	}
}

// TestJoinLater: a page that came late is joined when it is there.
func TestJoinLater(t *testing.T) {
	r := newRoad(3)
	r.rounds[3] = []string{"gone", roadPage(3, 3, "")}
	s := r.start(t)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill, along the ridge")
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill, along the ridge, down to the sea")
}

// TestJoinRedirected: the next page may stand where its address redirects to.
func TestJoinRedirected(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<title>Front</title><ul><li><a href="/2024/road/">The long road</a></ul>
-- GET http://a.test/2024/road/ --
`+strings.ReplaceAll(roadPage(1, 2, ""), "/road/2/", "/road/2")+`
-- GET http://a.test/2024/road/2 [status 301] --
> Location: /2024/road/2/
-- GET http://a.test/2024/road/2/ --
`+roadPage(2, 2, "")+`
`)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill, along the ridge")
}

// TestJoinByRule: a site rule may name the next page where nothing else does.
func TestJoinByRule(t *testing.T) {
	const onward = `<a class="onward" href="/b">And then they went to where the sea was</a>`
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<title>Front</title><ul><li><a href="/a">The long road</a></ul>
-- GET http://a.test/a --
`+part(1, "uphill", onward)+`
-- GET http://a.test/b --
`+part(2, "along the ridge", "")+`
`)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantRoad(t, a, "uphill", "along the ridge")

	u, err := weburl.Parse(s.URL("http://a.test/"))
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ := strings.Cut(u.Host(), ":")
	rules, problems, err := siterule.Load(fstest.MapFS{host + ".txt": {Data: []byte("next_page_link: //a[@class='onward']\n")}})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	a = open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Extract.Rules = rules
	run(t, a, cfg)
	wantRoad(t, a, "uphill, along the ridge")
}

// TestJoinCircle: of pages that each name the other as the next one stays an
// article.
func TestJoinCircle(t *testing.T) {
	next := func(n int) string { return `<a rel="next" href="/2024/road/` + spelledDigit(n) + `/">Next page</a>` }
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<title>Front</title><ul><li><a href="/2024/road/4/">The long road</a><li><a href="/2024/road/5/">The long road</a></ul>
-- GET http://a.test/2024/road/4/ --
`+part(1, "uphill", next(5))+`
-- GET http://a.test/2024/road/5/ --
`+part(2, "along the ridge", next(4))+`
`)
	a := open(t)
	for range 2 {
		run(t, a, quick(s, "http://a.test/"))
		if n := len(entriesOf(t, a, store.Filter{})); n == 0 {
			t.Error("no article is left of two pages that name each other as the next")
		}
		wholesome(t, a)
	}
}
