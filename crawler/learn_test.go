package crawler_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
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

// TestLearnPageByPage: a site that is visited a page a run is learnt all the
// same.
func TestLearnPageByPage(t *testing.T) {
	s := crawltest.Start(t, lampSite(6))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Limit = 1
	for range 7 {
		run(t, a, cfg)
	}
	if with, all := promoted(t, a); with != 0 || all != 6 {
		t.Errorf("%d of %d articles hold the promotion, want none", with, all)
	}
}

// TestLearnOnce: pages that differ a little each time they are asked for keep
// their stories, however often that is and however few they are.
func TestLearnOnce(t *testing.T) {
	const rounds = 8
	var b strings.Builder
	b.WriteString("-- GET http://a.test/ --\n<title>Front</title><ul><li><a href=/0>0</a><li><a href=/1>1</a><li><a href=/2>2</a><li><a href=/3>3</a>")
	for i := range 4 {
		for r := range rounds {
			news := fmt.Sprintf("<p>%s was the watchword of the day, as all who came to the hall were told at its door.</p></article>", spelled(1000*r+i))
			fmt.Fprintf(&b, "\n-- GET http://a.test/%d --\n%s", i, strings.Replace(story("harvest of field "+spelled(i)), "</article>", news, 1))
		}
	}
	s := crawltest.Start(t, b.String())
	a := open(t)
	for range rounds {
		run(t, a, quick(s, "http://a.test/"))
	}
	for _, e := range entriesOf(t, a, store.Filter{}) {
		if e.Revision != rounds || !strings.Contains(e.Text, "met in the hall") || !strings.Contains(e.Text, "wrote down") {
			t.Errorf("%s, revision %d: %q, want the whole story, revision %d", e.URL, e.Revision, e.Text, rounds)
		}
	}
}

// TestCopies: a story that a site has under many addresses stays whole, also
// where each copy names another number.
func TestCopies(t *testing.T) {
	const n = 200
	for _, last := range []string{"", "<p>%d readers asked for this page since the morning bell, and the clerk wrote that down in the book.</p>"} {
		var b strings.Builder
		b.WriteString("-- GET http://a.test/ --\n<title>Front</title><ul>")
		for i := range n {
			fmt.Fprintf(&b, `<li><a href="/%d">Story %d</a>`, i, i)
		}
		for i := range n {
			more := last
			if more != "" {
				more = fmt.Sprintf(more, i)
			}
			fmt.Fprintf(&b, "\n-- GET http://a.test/%d --\n%s", i, strings.Replace(story("harvest"), "</article>", more+"</article>", 1))
		}
		s := crawltest.Start(t, b.String())
		a := open(t)
		run(t, a, quick(s, "http://a.test/"))
		for _, e := range entriesOf(t, a, store.Filter{}) {
			if !strings.Contains(e.Text, "met in the hall") || !strings.Contains(e.Text, "wrote down what") {
				t.Fatalf("a copy is not whole: %s, revision %d: %q", e.URL, e.Revision, e.Text)
			}
		}
	}
}

// TestNoLearnLater: what was learnt before is not used either.
func TestNoLearnLater(t *testing.T) {
	late := strings.Replace(story("the eldest of them wrote down"), "</p><p>", "</p><p>"+promotion+"</p><p>", 1)
	s := crawltest.Start(t, lampSite(6)+"\n-- GET http://a.test/late --\n"+late)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	cfg := quick(s, "http://a.test/late")
	cfg.NoLearn = true
	run(t, a, cfg)
	if with, all := promoted(t, a); with != 1 || all != 7 {
		t.Errorf("%d of %d articles hold the promotion, want the one that is read by itself", with, all)
	}
}

// countingCrawl holds what is learnt against what is recorded.
type countingCrawl struct {
	store.Crawl
	t        *testing.T
	mu       sync.Mutex
	recorded int
}

type counting struct {
	store.Store
	t *testing.T
}

func (c counting) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	k, err := c.Store.Begin(ctx, b)
	return &countingCrawl{Crawl: k, t: c.t}, err
}

func (c *countingCrawl) Record(ctx context.Context, v *store.Visit) error {
	article := v.Document != nil && v.Document.Article != nil
	err := c.Crawl.Record(ctx, v)
	c.mu.Lock()
	defer c.mu.Unlock()
	if article && err == nil {
		c.recorded++
	}
	return err
}

func (c *countingCrawl) SaveTemplate(ctx context.Context, st store.SiteTemplate) error {
	c.mu.Lock()
	if st.Pages > c.recorded {
		c.t.Errorf("learnt from %d articles, %d of them recorded: a crash would have the others learnt twice", st.Pages, c.recorded)
	}
	c.mu.Unlock()
	return c.Crawl.SaveTemplate(ctx, st)
}

// TestLearnAfterRecord: no page is learnt from that the archive may not have.
func TestLearnAfterRecord(t *testing.T) {
	s := crawltest.Start(t, lampSite(30))
	run(t, counting{open(t), t}, quick(s, "http://a.test/"))
}

// stoppingCrawl is stopped by the user when it begins to clean articles again.
type stoppingCrawl struct {
	store.Crawl
	stop func()
}

type stopping struct {
	store.Store
	stop func()
}

func (s stopping) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	k, err := s.Store.Begin(ctx, b)
	return stoppingCrawl{k, s.stop}, err
}

func (s stoppingCrawl) Unsettled(ctx context.Context, pages int, after int64, limit int) ([]store.Unsettled, error) {
	s.stop()
	return s.Crawl.Unsettled(ctx, pages, after, limit)
}

// TestStoppedWhileCleaning: Ctrl-C ends the reading anew too, and the next run
// does what is left without asking for a page; the one after it asks for all.
func TestStoppedWhileCleaning(t *testing.T) {
	s := crawltest.Start(t, lampSite(6))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	stop := make(chan struct{})
	cfg.Stop = stop
	sum := run(t, stopping{a, sync.OnceFunc(func() { close(stop) })}, cfg)
	if sum.Run.State != store.RunInterrupted {
		t.Errorf("the run is %s (%s), want interrupted", sum.Run.State, sum.Run.Reason)
	}
	if with, all := promoted(t, a); with == 0 || all != 6 {
		t.Errorf("%d of %d articles hold the promotion: nothing was left to clean", with, all)
	}
	cfg.Stop = nil
	s.Forget()
	run(t, a, cfg)
	if with, all := promoted(t, a); with != 0 || all != 6 || len(s.URLs()) > 0 {
		t.Errorf("%d of %d articles hold the promotion, want none; asked for %q", with, all, s.URLs())
	}
	run(t, a, cfg)
	if got := s.URLs(); len(got) != 7 {
		t.Errorf("the round after asked for %q, want all 7 pages", got)
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
