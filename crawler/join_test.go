package crawler_test

import (
	"context"
	"strings"
	"testing"

	"stet/crawler/crawltest"
	"stet/crawler/weburl"
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
