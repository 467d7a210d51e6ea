package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"stet/crawler"
	"stet/crawler/crawltest"
	"stet/store"
)

// watchedCrawl tells of each article that was read anew and handed over.
type watchedCrawl struct {
	store.Crawl
	reread func(store.Crawl, store.Reread)
}

type watched struct {
	store.Store
	reread func(store.Crawl, store.Reread)
}

func (w watched) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	k, err := w.Store.Begin(ctx, b)
	return watchedCrawl{k, w.reread}, err
}

func (w watchedCrawl) Reread(ctx context.Context, r store.Reread) error {
	err := w.Crawl.Reread(ctx, r)
	w.reread(w.Crawl, r)
	return err
}

// TestKilledWhileSettling: a process that is killed while it cleans the first
// pages again loses nothing, and the next run goes on from there, without asking
// for a page. The child is the test binary, and kills itself.
func TestKilledWhileSettling(t *testing.T) {
	if seed := os.Getenv("STET_SETTLE_SEED"); seed != "" {
		dieSettling(t, seed)
		return
	}
	for _, at := range []int{1, 2} {
		for _, flushed := range []bool{false, true} {
			const n = 11
			s := crawltest.Start(t, lampSite(n))
			path := filepath.Join(t.TempDir(), "archive.db")
			child := exec.Command(os.Args[0], "-test.run=^TestKilledWhileSettling$")
			child.Env = append(os.Environ(), "STET_SETTLE_SEED="+s.URL("http://a.test/"), "STET_SETTLE_ARCHIVE="+path,
				"STET_SETTLE_AT="+strconv.Itoa(at), "STET_SETTLE_FLUSH="+strconv.FormatBool(flushed))
			if out, err := child.CombinedOutput(); err == nil || child.ProcessState.Exited() {
				t.Fatalf("at %d: the child was to be killed: %v\n%s", at, err, out)
			}
			a := openAt(t, path)
			wholesome(t, a)
			with, all := promoted(t, a)
			if with == 0 || all != n || flushed && with > 3-at { // the first three were read without a template
				t.Errorf("at %d: of %d articles %d hold the promotion", at, all, with)
			}
			s.Forget()
			sum := run(t, a, quick(s, "http://a.test/"))
			if with, all := promoted(t, a); with != 0 || all != n {
				t.Errorf("at %d: then %d of %d articles hold the promotion, want none of %d", at, with, all, n)
			}
			if got := s.URLs(); len(got) > 0 || sum.Run.State != store.RunFinished || sum.Run.Round != 1 {
				t.Errorf("at %d: the next run was %s in round %d and asked for %q, want it finished and nothing asked", at, sum.Run.State, sum.Run.Round, got)
			}
			wholesome(t, a)
		}
	}
}

// dieSettling crawls until it is killed.
func dieSettling(t *testing.T, seed string) {
	at, err := strconv.Atoi(os.Getenv("STET_SETTLE_AT"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	zero := crawler.Duration(0)
	_, err = crawler.Run(t.Context(), watched{openAt(t, os.Getenv("STET_SETTLE_ARCHIVE")), func(c store.Crawl, _ store.Reread) {
		mu.Lock()
		defer mu.Unlock()
		if at--; at > 0 {
			return
		}
		if os.Getenv("STET_SETTLE_FLUSH") == "true" {
			if err := c.Flush(context.Background()); err != nil {
				t.Error(err)
			}
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		t.Error("still alive", err)
		select {}
	}}, crawler.Config{Seeds: []string{seed}, Delay: &zero, AllowNetwork: []string{"127.0.0.0/8"}})
	t.Errorf("the crawl came to its end: %v", err)
}

// TestSettledUnread: pages whose stories are what they would be are not read
// anew, and are left alone for good; the one that a template changes is.
func TestSettledUnread(t *testing.T) {
	for _, n := range []int{10, 30} {
		var b strings.Builder
		b.WriteString("-- GET http://a.test/ --\n<title>Front</title><ul>")
		for i := range n {
			fmt.Fprintf(&b, `<li><a href="/%d">Story %d</a>`, i, i)
		}
		const menu = "<nav><ul><li><a href=/a>Fields</a><li><a href=/b>Weather of the valley</a></ul></nav>"
		for i := range n {
			text := story("harvest of field " + spelled(i))
			if i == 1 || i > 3 && i < 8 {
				text = strings.Replace(text, "</p><p>", "</p><p>"+promotion+"</p><p>", 1)
			}
			fmt.Fprintf(&b, "\n-- GET http://a.test/%d --\n%s", i, strings.Replace(text, "<article>", menu+"<article>", 1))
		}
		s := crawltest.Start(t, b.String())
		a := open(t)
		var mu sync.Mutex
		read := 0
		st := watched{a, func(store.Crawl, store.Reread) { mu.Lock(); read++; mu.Unlock() }}
		cfg := quick(s, "http://a.test/")
		run(t, st, cfg)
		if with, all := promoted(t, a); with != 0 || all != n {
			t.Errorf("%d stories: %d of %d articles hold the promotion", n, with, all)
		}
		if read == 0 || read > 5 {
			t.Errorf("%d stories: %d were read anew, want those with the promotion alone", n, read)
		}
		for e := range 2 {
			read = 0
			run(t, st, cfg)
			if read != 0 {
				t.Errorf("%d stories, round %d: %d were read anew, want none", n, e+2, read)
			}
		}
		wholesome(t, a)
	}
}

// TestRedesignedSite: a box that a site of some size puts into its stories one
// day is cut from all that have it, also from those that came before it was
// known, and from no other.
func TestRedesignedSite(t *testing.T) {
	const before, after = 150, 24
	var b strings.Builder
	front := func(from, to int) {
		b.WriteString("<title>Front</title><ul>")
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, `<li><a href="/%d">Story %d</a>`, i, i)
		}
	}
	b.WriteString("-- GET http://a.test/ --\n")
	front(0, before)
	b.WriteString("\n-- GET http://a.test/new/ --\n")
	front(before, before+after)
	for i := range before + after {
		text := story("harvest of field " + spelled(i))
		if i >= before {
			text = strings.Replace(text, "</p><p>", "</p><p>"+promotion+"</p><p>", 1)
		}
		fmt.Fprintf(&b, "\n-- GET http://a.test/%d --\n%s", i, text)
	}
	s := crawltest.Start(t, b.String())
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	run(t, a, quick(s, "http://a.test/new/")) // another job, and the same lesson
	if with, all := promoted(t, a); with != 0 || all != before+after {
		t.Errorf("%d of %d articles hold the promotion, want none", with, all)
	}
	wholesome(t, a)
}

// TestJobsShareLessons: what one job learnt of a site another goes on with,
// also on another host of the site.
func TestJobsShareLessons(t *testing.T) {
	host := func(from, to int) string {
		mux := http.NewServeMux()
		mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
			for i := from; i < to; i++ {
				fmt.Fprintf(w, `<p><a href="/%d">Story %d</a>`, i, i)
			}
		})
		for i := from; i < to; i++ {
			mux.HandleFunc(fmt.Sprintf("/%d", i), func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, strings.Replace(story("harvest of field "+spelled(i)), "</p><p>", "</p><p>"+promotion+"</p><p>", 1))
			})
		}
		srv := httptest.NewServer(mux) // a port of 127.0.0.1: the site is the same
		t.Cleanup(srv.Close)
		return srv.URL + "/"
	}
	zero := crawler.Duration(0)
	cfg := crawler.Config{Delay: &zero, AllowNetwork: []string{"127.0.0.0/8"}}
	a := open(t)
	for i, seeds := range [][]string{{host(0, 2)}, {host(2, 3), host(3, 4)}, {host(4, 6)}} {
		cfg.Seeds = seeds
		run(t, a, cfg)
		with, all := promoted(t, a)
		if want := 2; i == 0 && with != want {
			t.Errorf("after two stories %d of %d articles hold the promotion, want both", with, all)
		}
		if i > 0 && with != 0 || all != 2*(i+1) {
			t.Errorf("after job %d %d of %d articles hold the promotion, want none of %d", i+1, with, all, 2*(i+1))
		}
	}
	ts, err := a.Templates(t.Context())
	if err != nil || len(ts) != 1 || ts[0].Pages != 6 {
		t.Errorf("templates %+v, %v, want one learnt of 6 pages", ts, err)
	}
}

// TestWholePosts: a blog shows its posts whole on the front page (the newest),
// in the archives of months and tags, and on pages of their own, with a word
// more there. They are no boilerplate, whatever is found first.
func TestWholePosts(t *testing.T) {
	for _, posts := range []int{1, 2, 3, 4, 5, 8, 12, 30} {
		name := func(i int) string { return "harvest of field " + spelled(i) }
		body := func(i int) string {
			return strings.Replace(story(name(i)), "<!DOCTYPE html><title>"+name(i)+"</title>", "", 1)
		}
		const menu = "<nav><ul><li><a href=/>Home</a><li><a href=/tag/even/>Even</a><li><a href=/tag/field/>Fields</a></ul></nav>"
		var b strings.Builder
		list := func(path string, has func(i int) bool) {
			fmt.Fprintf(&b, "-- GET http://a.test/%s --\n<!DOCTYPE html><title>The field book</title>%s<main>", path, menu)
			for i := range posts {
				if has(i) {
					linked := fmt.Sprintf(`<h2><a href="/2024/%d/%d/">%s</a></h2>`, i/4, i, name(i))
					b.WriteString(strings.Replace(body(i), "<h1>"+name(i)+"</h1>", linked, 1) + fmt.Sprintf(`<a href="/2024/%d/">that month</a>`, i/4))
				}
			}
			b.WriteString("</main>\n")
		}
		list("", func(i int) bool { return i < 3 })
		list("tag/even/", func(i int) bool { return i%2 == 0 })
		list("tag/field/", func(i int) bool { return i%3 < 2 })
		for month := range (posts + 3) / 4 {
			list(fmt.Sprintf("2024/%d/", month), func(i int) bool { return i/4 == month })
		}
		for i := range posts {
			more := "<p>One thing has been asked since this was written: the width of field " + spelled(i) + ", which nobody has measured.</p></article>"
			fmt.Fprintf(&b, "-- GET http://a.test/2024/%d/%d/ --\n<!DOCTYPE html><title>The %s</title>%s<main>%s</main>\n",
				i/4, i, name(i), menu, strings.Replace(body(i), "</article>", more, 1))
		}
		s := crawltest.Start(t, b.String())
		a := open(t)
		for range 2 {
			run(t, a, quick(s, "http://a.test/"))
		}
		for i := range posts {
			e, err := a.Entry(t.Context(), s.URL(fmt.Sprintf("http://a.test/2024/%d/%d/", i/4, i)))
			if err != nil || !strings.Contains(e.Text, "met in the hall to talk about the "+name(i)+",") ||
				!strings.Contains(e.Text, "wrote down what had been said of the "+name(i)+".") {
				t.Errorf("%d posts: post %d is not whole: %v %q", posts, i, err, e.Text)
			}
		}
		wholesome(t, a)
	}
}
