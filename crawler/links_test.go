package crawler_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"stet/crawler"
	"stet/crawler/crawltest"
	"stet/crawler/weburl"
	"stet/store"
)

// wantRefused looks for the first refusal of a URL that is no target.
func wantRefused(t *testing.T, s *crawltest.Server, a store.Store, url, on, via, reason string) {
	t.Helper()
	tr := trace(t, s, a, url)
	if tr.TargetID != 0 || len(tr.Refused) != 1 {
		t.Errorf("%s: got target %d with %+v, want it refused once and no target", url, tr.TargetID, tr.Refused)
		return
	}
	r := tr.Refused[0]
	if r.FoundOn != s.URL(on) || r.Via != via || r.Reason != reason || r.FoundAt.IsZero() {
		t.Errorf("%s: got %+v, want it refused on %s (%s): %s", url, r, on, via, reason)
	}
	var cfg crawler.Config
	if err := json.Unmarshal([]byte(r.JobConfig), &cfg); err != nil || crawler.JobName(cfg) != r.Job {
		t.Errorf("%s: refused by job %q, whose configuration %q is not its own (%v)", url, r.Job, r.JobConfig, err)
	}
}

// Whatever was found and not followed is known, also where it stood on a page
// that is no article.
func TestWhatIsNotFollowed(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/ --
<title>Front</title><link rel=alternate href="/feed"><link rel=alternate href="/en/"><link rel=stylesheet href="/style.css">
<link rel=canonical href="http://c.test/front"><meta http-equiv=refresh content="5; url=http://d.test/">
<ul><li><a href="http://b.test/?utm_source=a#part">Elsewhere</a><li><a href="/tag/x">Tag</a><li><a href="/deep">Deep</a>
<li><a href="/en/">English</a><li><a href="/out">Out</a><li><a href="/page?print=1&utm_source=x">Printed</a><li><a href="/page?print=1">Page</a>
<li><a href="mailto:x@a.test">Mail</a><li><a href="ftp://a.test/">Files</a></ul>
-- GET http://a.test/en/ --
en
-- GET http://a.test/page?print=1 --
page
-- GET http://a.test/deep --
<a href="/deeper">deeper</a> <a href="/">front</a> <a href="http://b.test/">again</a>
-- GET http://a.test/out [status 302] --
> Location: http://e.test/landing
`)
	a := open(t)
	cfg := quick(s, "http://a.test/")
	depth := 1
	cfg.Depth, cfg.Exclude = &depth, []string{"/tag/", "utm_source=x"}
	run(t, a, cfg)
	const front, outside = "http://a.test/", "outside the scope (host)"
	wantRefused(t, s, a, "http://b.test/", front, "link", outside)
	wantRefused(t, s, a, "http://c.test/front", front, "canonical", outside)
	wantRefused(t, s, a, "http://d.test/", front, "refresh", outside)
	wantRefused(t, s, a, "http://a.test/feed", front, "link element", "of the link elements only next, prev and canonical are followed")
	wantRefused(t, s, a, "http://a.test/tag/x", front, "link", "excluded by /tag/")
	wantRefused(t, s, a, "http://a.test/deeper", "http://a.test/deep", "link", "deeper than depth 1")
	wantRefused(t, s, a, "http://e.test/landing", "http://a.test/out", "redirect", outside)
	// What was followed somewhere on the page was not refused by it.
	for _, u := range []string{"http://a.test/en/", "http://a.test/page?print=1", front} {
		wantState(t, s, a, u, store.StateFetched, "")
		if tr := trace(t, s, a, u); len(tr.Refused) != 0 {
			t.Errorf("%s: got %+v, want no refusal of a page that was followed", u, tr.Refused)
		}
	}
	for _, u := range []string{"mailto:x@a.test", "ftp://a.test/", s.URL("http://a.test/style.css")} {
		if _, err := a.Trace(context.Background(), weburl.Key(u), u); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s, which is no page: got %v, want ErrNotFound", u, err)
		}
	}

	// A later round follows what its job lets it: the target comes first then.
	cfg.Job, cfg.Exclude = "wider", nil
	run(t, a, cfg)
	wantState(t, s, a, "http://a.test/tag/x", store.StateGone, "404")
	if tr := trace(t, s, a, "http://a.test/tag/x"); len(tr.Refused) != 1 || tr.Job != "wider" || tr.Refused[0].Job == "wider" {
		t.Errorf("a page followed by a second job: got job %s, refused %+v, want the refusal of the first job", tr.Job, tr.Refused)
	}
	if tr := trace(t, s, a, "http://b.test/"); len(tr.Refused) != 2 {
		t.Errorf("a page that two jobs refused: got %+v, want both", tr.Refused)
	}
}

// With the scope of single pages nothing is followed, and all of it is known.
func TestScopePageRefusesLinks(t *testing.T) {
	s := crawltest.Start(t, `
-- GET http://a.test/1 --
<a href="/2">two</a> <a href="/3">three</a>
-- GET http://a.test/2 --
<a href="/1">one</a>
`)
	a := open(t)
	cfg := quick(s, "http://a.test/1", "http://a.test/2")
	cfg.Scope = crawler.ScopePage
	run(t, a, cfg)
	wantRefused(t, s, a, "http://a.test/3", "http://a.test/1", "link", "outside the scope (page)")
	if n := len(s.OfHost("a.test")); n != 3 { // robots.txt
		t.Errorf("requests: got %d, want 3", n)
	}
	if tr := trace(t, s, a, "http://a.test/2"); len(tr.Refused) != 0 {
		t.Errorf("a seed that another links to: got %+v, want no refusal", tr.Refused)
	}
}

// The redirect that is one too many is known, too.
func TestLastRedirectIsRefused(t *testing.T) {
	var file strings.Builder
	for _, c := range "abcdefghijklmnopqrstuvwxyz" {
		file.WriteString("-- GET http://a.test/" + string(c) + " [status 302] --\n> Location: /" + string(c+1) + "\n")
	}
	s := crawltest.Start(t, file.String())
	a := open(t)
	run(t, a, quick(s, "http://a.test/a"))
	wantRefused(t, s, a, "http://a.test/v", "http://a.test/u", "redirect", "more than 20 redirects in a row")
}
