package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet/crawler"
	"stet/crawler/crawltest"
	"stet/crawler/weburl"
	"stet/store"
)

// A redirect to another spelling of the same key is followed: the page is
// there and nowhere else.
func TestRedirectToAnotherSpelling(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/?utm_source=mail [status 302] --
> Location: /
-- GET http://a.test/ --
<a href="/story?fbclid=1">story</a> <a href="/sort?b=1&a=2">sort</a> <a href="/wall">wall</a> <a href="/short">short</a>
-- GET http://a.test/story?fbclid=1 [status 301] --
> Location: /story
-- GET http://a.test/story --
`+story("tracked")+`
-- GET http://a.test/sort?b=1&a=2 [status 301] --
> Location: /sort?a=2&b=1#top
-- GET http://a.test/sort?a=2&b=1 --
`+story("sorted")+`
-- GET http://a.test/wall* [status 302] --
> Location: /wall?utm_id=1
-- GET http://a.test/wall?utm_id=1 [status 302] --
> Location: /wall
-- GET http://a.test/short [status 302] --
> Location: /short#part
`)
	a := open(t)
	run(t, a, quick(s, "http://a.test/?utm_source=mail"))
	wantTitles(t, a, "tracked", "sorted")
	wantState(t, s, a, "http://a.test/wall", store.StateFailed, "more than 20 redirects")
	wantState(t, s, a, "http://a.test/short", store.StateRedirected, "itself")
	if got := trace(t, s, a, "http://a.test/sort?a=2&b=1").URL; got != s.URL("http://a.test/sort?a=2&b=1") {
		t.Errorf("URL of a target that moved: got %s, want where it was found at last", got)
	}
	s.Forget()
	run(t, a, quick(s, "http://a.test/?utm_source=mail"))
	for _, r := range s.Requests() {
		if strings.Contains(r.URL, "fbclid") || strings.Contains(r.URL, "utm_source") {
			t.Errorf("second round: got a request for %s, want the spelling the site uses", r.URL)
		}
	}
}

// A Location comes as whatever bytes a server writes.
func TestOddLocations(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/1/x">1</a> <a href="/2/x">2</a> <a href="/3/x">3</a> <a href="/4/x">4</a> <a href="/5/x">5</a>
-- GET http://a.test/1/x [raw] --
HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /gbk/\xd6\xd0?q=\xce\xc4\r\n\r\n
-- GET http://a.test/gbk/%D6%D0?q=%CE%C4 --
`+story("raw gbk")+`
-- GET http://a.test/2/x [raw] --
HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /utf8/\u4e2d\r\n\r\n
-- GET http://a.test/utf8/%E4%B8%AD --
`+story("raw utf-8")+`
-- GET http://a.test/3/x [raw] --
HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /with space/a b \r\n\r\n
-- GET http://a.test/with%20space/a%20b --
`+story("space")+`
-- GET http://a.test/4/x [status 302] --
> Location: ../up/./and/../down#frag
-- GET http://a.test/up/down --
`+story("relative")+`
-- GET http://a.test/5/x [status 302] --
> Location: ?only=query
-- GET http://a.test/5/x?only=query --
`+story("query")+`
`)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantTitles(t, a, "raw gbk", "raw utf-8", "space", "relative", "query")
}

// What a seed redirects to is followed as the seed is, whatever the links are
// to match.
func TestSeedRedirectsBesideInclude(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ [status 301] --
> Location: http://b.test/home
-- GET http://b.test/home --
<a href="/news/1">1</a> <a href="/sport/1">2</a>
-- GET http://b.test/news/1 --
`+story("news")+`
-- GET http://b.test/sport/1 --
`+story("sport")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Include = []string{"/news/"}
	run(t, a, cfg)
	wantTitles(t, a, "news")

	a = open(t)
	cfg.Include, cfg.Exclude = nil, []string{"/home"}
	run(t, a, cfg)
	wantTitles(t, a)
}

// An error page in between, with a tag of its own, does not stand for the page.
func TestErrorBetweenRounds(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/page">page</a> <a href="/long">long</a> <a href="/liar">liar</a>
-- GET http://a.test/page --
> ETag: "page"
`+story("page")+`
-- GET http://a.test/page [status 404] [unconditional] --
> ETag: "error"
not here
-- GET http://a.test/page --
> ETag: "page"
`+story("page")+`
-- GET http://a.test/long [repeat 200] --
> ETag: "long"
`+story("endless")+`
-- GET http://a.test/liar [status 500] --
-- GET http://a.test/liar [status 304] --
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.PageSize = 50_000
	for round, want := range []store.State{store.StateFetched, store.StateGone, store.StateFetched, store.StateUnchanged} {
		run(t, a, cfg)
		wantState(t, s, a, "http://a.test/page", want, "")
		wantTitles(t, a, "page")
		if round == 2 {
			if got := len(s.Of("http://a.test/page")); got != 3 || s.Of("http://a.test/page")[2].Header.Get("If-None-Match") != "" {
				t.Errorf("asked for a page that was gone: got the tag of another answer")
			}
		}
	}
	if n := len(trace(t, s, a, "http://a.test/page").Revisions); n != 1 {
		t.Errorf("revisions of a page that was away for a while: got %d, want 1", n)
	}
	wantState(t, s, a, "http://a.test/long", store.StateUnchanged, "not changed")
	wantState(t, s, a, "http://a.test/liar", store.StateFailed, "nothing of it is kept")
}

// A redirect that leads elsewhere in the next round is followed there, and its
// answer kept.
func TestRedirectThatMoved(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<a href="/now">now</a>
-- GET http://a.test/now [status 302] --
> Location: /monday
-- GET http://a.test/now [status 302] --
> Location: /tuesday
-- GET http://a.test/monday --
`+story("monday")+`
-- GET http://a.test/tuesday --
`+story("tuesday")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	run(t, a, cfg)
	wantTitles(t, a, "monday")
	run(t, a, cfg)
	wantTitles(t, a, "monday", "tuesday")
	c, err := a.Body(context.Background(), weburl.Key(s.URL("http://a.test/now")))
	if err != nil || c.ResponseHeader.Get("Location") != "/tuesday" {
		t.Errorf("newest answer of the redirect: got %v, %v, want that of the second round", c.ResponseHeader, err)
	}
	if n := len(s.Of("http://a.test/monday")); n != 1 {
		t.Errorf("requests for what the redirect left: got %d, want 1", n)
	}
}

// robots.txt is asked for again when it has expired, between two runs, and
// what it says then holds.
func TestRobotsChange(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt --
User-agent: *
Disallow: /b
-- GET http://a.test/robots.txt --
User-agent: *
Disallow: /a
-- GET http://a.test/ --
<a href="/a">a</a> <a href="/b">b</a>
-- GET http://a.test/a --
`+story("apple")+`
-- GET http://a.test/b --
`+story("banana")+`
`)
	path := filepath.Join(t.TempDir(), "archive.db")
	a := openAt(t, path)
	cfg := quick(s, "http://a.test/")
	run(t, a, cfg)
	wantTitles(t, a, "apple")
	run(t, a, cfg)
	wantTitles(t, a, "apple")
	change(t, path, `UPDATE robots SET expires_at = '2020-01-01T00:00:00.000Z'`)
	run(t, a, cfg)
	wantTitles(t, a, "apple", "banana")
	wantState(t, s, a, "http://a.test/a", store.StateExcluded, "robots.txt line 2: Disallow: /a")
	if n := len(s.Of("http://a.test/robots.txt")); n != 2 {
		t.Errorf("requests for robots.txt in three rounds: got %d, want 2", n)
	}
}

// A robots.txt that cannot be had at first closes the host until it can, and
// not before the site said.
func TestRobotsRetryAfter(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt [status 503] --
> Retry-After: 2
-- GET http://a.test/robots.txt --
User-agent: *
Disallow: /no
-- GET http://a.test/ --
`+story("open again")+`
`)
	a := open(t)
	run(t, a, quick(s, "http://a.test/"))
	wantTitles(t, a, "open again")
	asked := s.Of("http://a.test/robots.txt")
	if len(asked) != 2 || asked[1].At.Sub(asked[0].At) < 1900*time.Millisecond {
		t.Errorf("robots.txt that asked for two seconds: got %d requests, want 2, as far apart", len(asked))
	}
}

func TestRobotsRedirects(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/robots.txt [status 301] --
> Location: http://b.test/shared.txt
-- GET http://a.test/ --
<a href="/private">private</a> <a href="http://c.test/">c</a> <a href="http://d.test/">d</a> <a href="http://e.test/">e</a>
-- GET http://a.test/private --
`+story("private")+`
-- GET http://b.test/shared.txt --
User-agent: *
Disallow: /private
-- GET http://c.test/robots.txt [status 302] --
> Location: /robots.txt
-- GET http://c.test/ --
`+story("loop")+`
-- GET http://d.test/robots.txt [status 302] --
> Location: mailto:robots@d.test
-- GET http://d.test/ --
`+story("mail")+`
-- GET http://e.test/robots.txt [status 302] --
> Location: http://[broken
-- GET http://e.test/ --
`+story("broken")+`
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	cfg.Scope = crawler.ScopeAny
	run(t, a, cfg)
	wantTitles(t, a, "loop", "mail", "broken")
	wantState(t, s, a, "http://a.test/private", store.StateExcluded, "Disallow: /private")
	if n := len(s.Of("http://c.test/robots.txt")); n != 6 {
		t.Errorf("robots.txt that redirects to itself: got %d requests, want 6", n)
	}
}

// The next run lets a host rest that was asked just before the end of the last:
// a robots.txt asked for, a page whose answer was not waited for.
func TestRestOverTheEndOfARun(t *testing.T) {
	for _, hard := range []bool{false, true} {
		s := crawltest.Start(t, `
-- GET http://a.test/robots.txt [hold robots] --
User-agent: *
Crawl-delay: 0.5
-- GET http://a.test/ --
`+story("rested")+`
`)
		a := open(t)
		cfg := quick(s, "http://a.test/")
		delay := crawler.Duration(500 * time.Millisecond)
		cfg.Delay = &delay
		ctx, cancel := context.WithCancel(context.Background())
		stop := make(chan struct{})
		cfg.Stop = stop
		go func() {
			<-s.Arrived("robots")
			if hard {
				cancel()
			} else {
				close(stop)
			}
			s.Release("robots")
		}()
		sum, err := crawler.Run(ctx, a, cfg)
		if err != nil || sum.Run.State != store.RunInterrupted || sum.Left != 1 {
			t.Fatalf("hard %v: got %s with %d left, %v, want interrupted with 1", hard, sum.Run.State, sum.Left, err)
		}
		cfg.Stop = nil
		run(t, a, cfg)
		wantTitles(t, a, "rested")
		requests := s.Requests()
		if gap := requests[1].At.Sub(requests[0].At); gap < 450*time.Millisecond {
			t.Errorf("hard %v: got the next request after %v, want half a second of rest", hard, gap)
		}
		cancel()
	}
}

// A run that is stopped before it begins, or while it takes in its seeds, does
// nothing and loses nothing.
func TestStoppedAtTheDoor(t *testing.T) {
	s := crawltest.Start(t, "-- GET http://a.test/ --\n"+story("door"))
	a := open(t)
	cfg := quick(s, "http://a.test/")
	stop := make(chan struct{})
	close(stop)
	cfg.Stop = stop
	sum := run(t, a, cfg)
	if sum.Run.State != store.RunInterrupted || sum.Left != 1 || len(s.Requests()) != 0 {
		t.Errorf("stopped before it began: got %s, %d left, %d requests, want interrupted, 1, 0",
			sum.Run.State, sum.Left, len(s.Requests()))
	}
	cfg.Stop = nil
	ctx, cancel := context.WithCancel(context.Background())
	sum, err := crawler.Run(ctx, cancelling{a, cancel}, cfg)
	if err != nil || sum.Run.State != store.RunInterrupted {
		t.Errorf("cancelled while the seeds are taken in: got %s, %v, want interrupted", sum.Run.State, err)
	}
	run(t, a, cfg)
	wantTitles(t, a, "door")
}

// cancelling is an archive that cancels the run as soon as it has begun.
type cancelling struct {
	store.Store
	cancel context.CancelFunc
}

func (c cancelling) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	defer c.cancel()
	return c.Store.Begin(ctx, b)
}

// The size limit counts what has arrived, not what is already written.
func TestSizeLimitIsNotOvershot(t *testing.T) {
	var file strings.Builder
	file.WriteString("-- GET http://a.test/ --\n")
	for i := range 300 {
		fmt.Fprintf(&file, "<a href=/%d>%d</a>\n", i, i)
	}
	file.WriteString("-- GET http://a.test/* --\n" + story("any"))
	s := crawltest.Start(t, file.String())
	cfg := quick(s, "http://a.test/")
	cfg.Size = 20_000
	sum := run(t, open(t), cfg)
	if got := sum.Run.Counts.Bytes; got < 20_000 || got > 25_000 || sum.Run.State != store.RunLimited {
		t.Errorf("size limit of 20,000: got %d bytes, %s, want at most a page more, limited", got, sum.Run.State)
	}
}

// 300 hosts on one and on many workers: each page once, each host once at a time.
func TestManyHosts(t *testing.T) {
	var file, links strings.Builder
	for i := range 300 {
		fmt.Fprintf(&links, "<a href=http://h%d.test/>%d</a>\n", i, i)
		fmt.Fprintf(&file, "-- GET http://h%d.test/ --\n<a href=/1>1</a><a href=/2>2</a>\n-- GET http://h%d.test/1 --\n1\n-- GET http://h%d.test/2 --\n2\n", i, i, i)
	}
	s := crawltest.Start(t, "-- GET http://a.test/ --\n"+links.String()+file.String())
	for _, workers := range []int{1, 64} {
		s.Forget()
		cfg := quick(s, "http://a.test/")
		cfg.Scope, cfg.Workers = crawler.ScopeAny, workers
		sum := run(t, open(t), cfg)
		if sum.Run.State != store.RunFinished || sum.Run.Counts.Visits != 901 {
			t.Errorf("%d workers: got %s, %d visits, want finished, 901", workers, sum.Run.State, sum.Run.Counts.Visits)
		}
		seen := map[string]int{}
		for _, r := range s.Requests() {
			if seen[r.URL]++; seen[r.URL] == 2 {
				t.Errorf("%d workers: %s was asked for twice", workers, r.URL)
			}
		}
		if workers == 1 && s.MaxConcurrent("") != 1 {
			t.Errorf("one worker: got %d requests at once, want 1", s.MaxConcurrent(""))
		}
		for i := range 20 {
			if n := s.MaxConcurrent(fmt.Sprintf("h%d.test", i)); n > 1 {
				t.Errorf("%d workers: got %d requests at once on h%d.test, want 1", workers, n, i)
			}
		}
	}
}

// Pages without bytes, pages that are no pages, links in every form.
func TestOddPages(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	s := crawltest.Start(t, `
-- GET http://a.test/dir/ --
<base href="http://a.test/other/"><link rel=next href=page2><link rel=canonical href="http://b.test/dir/">
<a href="#top">top</a> <a href="">self</a> <a href="rel">rel</a> <a href="//a.test/slashes">s</a> <a href="http://a.test:1/">port</a>
<a href="/none">204</a> <a href="/empty">empty</a> <a href="/`+long+`">long</a>
<a href="/refresh">refresh</a> <a href="/partial">206</a> <a href="/teapot">418</a> <a href="/choices">300</a>
-- GET http://a.test/other/page2 --
`+story("next")+`
-- GET http://a.test/other/rel --
`+story("relative")+`
-- GET http://a.test/other/ --
other
-- GET http://a.test/slashes --
`+story("slashes")+`
-- GET http://a.test/none [status 204] --
-- GET http://a.test/empty --
-- GET http://a.test/partial [status 206] --
part
-- GET http://a.test/teapot [status 418] --
-- GET http://a.test/choices [status 300] --
> Location: /empty
-- GET http://a.test/refresh --
<meta http-equiv=refresh content="0; url=/refreshed#x">
-- GET http://a.test/refreshed --
`+story("refreshed")+`
`)
	a := open(t)
	sum := run(t, a, quick(s, "http://a.test/dir/"))
	wantTitles(t, a, "next", "relative", "slashes", "refreshed")
	wantState(t, s, a, "http://a.test/none", store.StateFetched, "")
	wantState(t, s, a, "http://a.test/teapot", store.StateFailed, "418")
	wantState(t, s, a, "http://a.test/choices", store.StateFailed, "300")
	wantState(t, s, a, "http://a.test/"+long, store.StateExcluded, "url of")
	if sum.Run.State != store.RunFinished || sum.Left != 0 {
		t.Errorf("run: got %s with %d left, want finished with none", sum.Run.State, sum.Left)
	}
	_, err := a.Trace(context.Background(), weburl.Key(s.URL("http://b.test/dir/")), s.URL("http://b.test/dir/"))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Errorf("canonical URL out of scope: got %v", err)
	}
}

// A robots.txt that redirects to another host waits until nobody asks that.
func TestRobotsOfAnotherHostWaits(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://b.test/ [hold b] --
`+story("slow")+`
-- GET http://a.test/robots.txt [status 301] --
> Location: http://b.test/shared.txt
-- GET http://b.test/shared.txt [hold shared] --
-- GET http://a.test/ --
`+story("shared")+`
`)
	s.Release("shared")
	a := open(t)
	cfg := quick(s, "http://b.test/")
	cfg.Seeds = append(cfg.Seeds, s.URL("http://a.test/"))
	go func() {
		<-s.Arrived("b")
		select {
		case <-s.Arrived("shared"): // too early
		case <-time.After(500 * time.Millisecond):
		}
		s.Release("b")
	}()
	run(t, a, cfg)
	wantTitles(t, a, "slow", "shared")
	if n := s.MaxConcurrent("b.test"); n != 1 {
		t.Errorf("requests at once to a host that another's robots.txt redirects to: got %d, want 1", n)
	}
}
