package crawler_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"stet/crawler/crawltest"
	"stet/store"
)

// promotion is a paragraph of the site inside its stories, in words that no
// rule knows.
const promotion = "The lamp on our mast burns day and night because of you, and a coin in the tin by the door buys an hour of its oil."

// lampSite is a site of n stories that all hold the promotion, each linked
// from the front page.
func lampSite(n int) string {
	var b strings.Builder
	b.WriteString("-- GET http://a.test/ --\n<title>Front</title><ul>")
	for i := range n {
		fmt.Fprintf(&b, `<li><a href="/%d">Story %d</a>`, i, i)
	}
	for i := range n {
		text := strings.Replace(story(fmt.Sprintf("harvest of field %s", spelled(i))), "</p><p>", "</p><p>"+promotion+"</p><p>", 1)
		fmt.Fprintf(&b, "\n-- GET http://a.test/%d --\n%s", i, text)
	}
	return b.String()
}

// spelled is a number in letters: digits do not tell lines apart.
func spelled(n int) string {
	return strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(n))
}

// promoted counts the articles that hold the promotion, and all.
func promoted(t *testing.T, a store.Store) (with, all int) {
	t.Helper()
	for e, err := range a.Entries(context.Background(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all++
		if strings.Contains(e.Text, promotion) {
			with++
		}
		if !strings.Contains(e.Text, "the eldest of them wrote down") {
			t.Errorf("%s lost its story: %q", e.URL, e.Text)
		}
	}
	return with, all
}

// TestLearn: what the stories of a site repeat is cut, also from those that
// came before it was known, and nothing is asked for twice for it.
func TestLearn(t *testing.T) {
	for _, n := range []int{3, 4, 40} {
		s := crawltest.Start(t, lampSite(n))
		a := open(t)
		sum := run(t, a, quick(s, "http://a.test/"))
		if with, all := promoted(t, a); with != 0 || all != n {
			t.Errorf("%d stories: %d of %d articles hold the promotion, want none", n, with, all)
		}
		if sum.Run.Counts.Articles != n || sum.Run.Counts.Visits != n+1 {
			t.Errorf("%d stories: %d articles and %d visits counted, want %d and %d", n, sum.Run.Counts.Articles, sum.Run.Counts.Visits, n, n+1)
		}
		first := trace(t, s, a, "http://a.test/0")
		if len(first.Revisions) != 2 || len(first.Visits) != 1 {
			t.Errorf("%d stories: the first has %d revisions of %d visits, want 2 of 1", n, len(first.Revisions), len(first.Visits))
		}
		wholesome(t, a)
	}
}

// TestLearnTooFew: two stories may say the same.
func TestLearnTooFew(t *testing.T) {
	s := crawltest.Start(t, lampSite(2))
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	if with, all := promoted(t, a); with != 2 || all != 2 {
		t.Errorf("%d of %d articles hold what both say, want both", with, all)
	}
}

// TestNoLearn: each page by itself.
func TestNoLearn(t *testing.T) {
	s := crawltest.Start(t, lampSite(5))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.NoLearn = true
	run(t, a, cfg)
	if with, all := promoted(t, a); with != all || all != 5 {
		t.Errorf("%d of %d articles hold the promotion, want all", with, all)
	}
	if ts, err := a.Templates(context.Background()); err != nil || len(ts) != 0 {
		t.Errorf("templates %v, %v, want none", ts, err)
	}
}

// TestLearnGoesOn: a run that was stopped hands on what it learnt.
func TestLearnGoesOn(t *testing.T) {
	s := crawltest.Start(t, lampSite(6))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Limit = 3 // the front page and two stories
	run(t, a, cfg)
	if with, all := promoted(t, a); with != 2 || all != 2 {
		t.Fatalf("after two stories %d of %d hold the promotion, want both", with, all)
	}
	cfg.Limit = 0
	run(t, a, cfg)
	if with, all := promoted(t, a); with != 0 || all != 6 {
		t.Errorf("%d of %d articles hold the promotion, want none", with, all)
	}
}

func wholesome(t *testing.T, a store.Store) {
	t.Helper()
	fs, err := a.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		if !f.OK {
			t.Errorf("%s: %s", f.Check, f.Detail)
		}
	}
}
