package demosite

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"

	"stet/extract"
)

// served is the site on loopback for one test.
func served(t *testing.T) *Site {
	t.Helper()
	s := New()
	ctx, cancel := context.WithCancel(context.Background())
	wait, err := s.Serve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); wait() })
	return s
}

// get asks a URL without following redirects; headers are "Name: value".
func get(t *testing.T, target string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest("GET", target, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	tr := &http.Transport{DisableCompression: true}
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// decoded gives a page as UTF-8.
func decoded(t *testing.T, charset string, body []byte) string {
	t.Helper()
	e, err := htmlindex.Get(charset)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// visible is the text of a page, white space folded, and its links.
func visible(t *testing.T, page string) (string, []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var links []string
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && !slices.Contains([]string{"script", "style", "noscript"}, n.Parent.Data) {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && !slices.Contains([]string{"a", "strong", "em", "code", "span", "b"}, n.Data) {
			b.WriteString("\n")
		}
		if n.Type == html.ElementNode && n.Data == "a" {
			for _, a := range n.Attr {
				if a.Key == "href" {
					links = append(links, a.Val)
				}
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), links
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestEveryPageIsAsTheTruthSays(t *testing.T) {
	s := served(t)
	for _, a := range s.Truth() {
		res, body := get(t, a.URL)
		if res.StatusCode != a.Status {
			t.Errorf("%s: got status %d, want %d", a.URL, res.StatusCode, a.Status)
		}
		if a.Location != "" {
			to, err := res.Location()
			if err != nil || to.String() != a.Location {
				t.Errorf("%s: got location %v, %v, want %s", a.URL, to, err, a.Location)
			}
			continue
		}
		if a.Kind == "" || a.Kind == extract.KindBinary {
			continue
		}
		checkPage(t, a, res, body)
	}
}

func checkPage(t *testing.T, a Article, res *http.Response, body []byte) {
	page := decoded(t, a.Charset, body)
	text, links := visible(t, page)
	at := 0
	for _, line := range a.Text {
		i := strings.Index(text[at:], fold(line))
		if i < 0 {
			t.Errorf("%s: the line %q is not on the page, or not in order", a.URL, line)
			continue
		}
		at += i
	}
	all := strings.Join(a.Text, "\n")
	for _, w := range a.Without {
		if !strings.Contains(text, fold(w)) {
			t.Errorf("%s: %q must not be kept, but is not on the page either", a.URL, w)
		}
		if strings.Contains(all, w) {
			t.Errorf("%s: %q must not be kept, but stands in the story", a.URL, w)
		}
	}
	for _, l := range a.Links {
		if !slices.Contains(links, l.URL) && !slices.Contains(links, strings.TrimPrefix(l.URL, "http://"+res.Request.URL.Host)) {
			t.Errorf("%s: the link %s is not on the page", a.URL, l.URL)
		}
		if !strings.Contains(all, l.Text) {
			t.Errorf("%s: the text of the link %q does not stand in the story", a.URL, l.Text)
		}
	}
	if a.Kind != extract.KindArticle {
		return
	}
	if n := len(body); n < 15_000 || n > 60_000 {
		t.Errorf("%s: %d bytes, want 15 to 60 KB", a.URL, n)
	}
	if len(a.Without) < 20 || len(a.Text) == 0 || a.Title == "" || a.Published == "" {
		t.Errorf("%s: the truth has %d sentences to cut, %d to keep, title %q, day %q", a.URL, len(a.Without), len(a.Text), a.Title, a.Published)
	}
	if !strings.Contains(text, fold(a.Title)) {
		t.Errorf("%s: the title %q is not on the page", a.URL, a.Title)
	}
}

func TestWhatTheSiteOffers(t *testing.T) {
	s := New()
	var kinds, layouts, langs, charsets = map[extract.Kind]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	parts, closed, duplicates, noindex := 0, 0, 0, 0
	for _, a := range s.Truth() {
		kinds[a.Kind]++
		if a.Kind == extract.KindArticle {
			layouts[a.Layout]++
			langs[a.Language]++
			charsets[a.Charset]++
		}
		if a.Next != "" {
			parts++
		}
		if a.Closed {
			closed++
		}
		if a.Canonical != "" {
			duplicates++
		}
		if a.NoIndex && a.Kind == extract.KindArticle {
			noindex++
		}
	}
	for _, k := range []extract.Kind{extract.KindHome, extract.KindSoft404, extract.KindLogin, extract.KindShell, extract.KindBinary} {
		if kinds[k] < 2 {
			t.Errorf("pages of kind %s: got %d, want one in each edition", k, kinds[k])
		}
	}
	for _, l := range []string{"modern", "soup", "table", "block"} {
		if layouts[l] < 4 {
			t.Errorf("articles in layout %s: got %d, want at least 4", l, layouts[l])
		}
	}
	if langs["en"] < 14 || langs["zh-Hans"] < 7 || langs["zh-Hant"] < 3 {
		t.Errorf("languages: got %v", langs)
	}
	if charsets["gbk"] < 2 || charsets["big5"] < 1 || charsets["windows-1252"] < 1 {
		t.Errorf("charsets: got %v", charsets)
	}
	if parts != 2 || closed != 4 || duplicates != 1 || noindex != 1 {
		t.Errorf("got %d pages with a next one, %d closed, %d duplicates, %d noindex; want 2, 4, 1, 1", parts, closed, duplicates, noindex)
	}
	for _, a := range s.Articles() {
		if a.Kind != extract.KindArticle || a.Closed || a.Canonical != "" {
			t.Errorf("Articles: %s is none that must be kept", a.URL)
		}
	}
}

// Whoever follows the links of both front pages finds every page that is not
// closed, and no dead link but those that are meant to be dead.
func TestLinksReachEverything(t *testing.T) {
	s := served(t)
	truth := map[string]Article{}
	for _, a := range s.Truth() {
		truth[a.URL] = a
	}
	seen := map[string]bool{}
	queue := []string{s.Origin(English) + "/", s.Origin(Chinese) + "/"}
	dead := map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		a, known := truth[at]
		res, body := get(t, at)
		if res.StatusCode >= 400 && !known {
			dead[at] = true
		}
		var refs []string
		switch {
		case res.Header.Get("Location") != "":
			refs = []string{res.Header.Get("Location")}
		case strings.HasPrefix(res.Header.Get("Content-Type"), "text/html"):
			charset := "utf-8"
			if known {
				charset = a.Charset
			}
			_, refs = visible(t, decoded(t, charset, body))
		}
		base, _ := url.Parse(at)
		for _, ref := range refs {
			u, err := base.Parse(ref)
			if err != nil || !strings.HasPrefix(u.Scheme, "http") {
				continue
			}
			u.Fragment = ""
			u.RawQuery = pageQuery(u.RawQuery)
			ours := strings.HasPrefix(u.String(), s.Origin(English)+"/") || strings.HasPrefix(u.String(), s.Origin(Chinese)+"/")
			if !ours && !strings.HasSuffix(u.Hostname(), ".example") {
				t.Errorf("%s links to %s, which is not ours and not .example", at, u)
			}
			if ours {
				queue = append(queue, u.String())
			}
		}
	}
	for u, a := range truth {
		isFile := a.Kind == "" && a.Location == "" && !a.Closed
		if !seen[u] && !isFile {
			t.Errorf("no link leads to %s (%s)", u, a.Kind)
		}
	}
	for u := range dead {
		t.Errorf("a link leads to %s, which does not exist", u)
	}
}

func TestConditionalAndCoded(t *testing.T) {
	s := served(t)
	for _, a := range s.Articles() {
		res, plain := get(t, a.URL)
		tag, at := res.Header.Get("ETag"), res.Header.Get("Last-Modified")
		if tag == "" || at == "" {
			t.Errorf("%s: ETag %q, Last-Modified %q", a.URL, tag, at)
		}
		if res, body := get(t, a.URL, "If-None-Match: "+tag); res.StatusCode != 304 || len(body) != 0 {
			t.Errorf("%s with its ETag: got %d", a.URL, res.StatusCode)
		}
		if res, _ := get(t, a.URL, "If-Modified-Since: "+at); res.StatusCode != 304 {
			t.Errorf("%s with its day: got %d", a.URL, res.StatusCode)
		}
		res, coded := get(t, a.URL, "Accept-Encoding: gzip, br")
		var r io.Reader = bytes.NewReader(coded)
		switch res.Header.Get("Content-Encoding") {
		case "gzip":
			var err error
			if r, err = gzip.NewReader(r); err != nil {
				t.Fatal(err)
			}
		case "br":
			r = brotli.NewReader(r)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s in %q: %d bytes, %v, want %d", a.URL, res.Header.Get("Content-Encoding"), len(got), err, len(plain))
		}
	}
	for coding, path := range map[string]string{"gzip": "/2024/04/22/how-we-keep-a-copy/", "br": "/2023/12/21/six-keepers-six-lights/"} {
		if res, _ := get(t, s.Origin(English)+path, "Accept-Encoding: gzip, br"); res.Header.Get("Content-Encoding") != coding {
			t.Errorf("%s: got coding %q, want %s", path, res.Header.Get("Content-Encoding"), coding)
		}
	}
}

func TestEpoch(t *testing.T) {
	s := New()
	before := map[string]Article{}
	for _, a := range s.Truth() {
		before[a.URL] = a
	}
	s.SetEpoch(1)
	if s.Epoch() != 1 {
		t.Fatalf("Epoch: got %d, want 1", s.Epoch())
	}
	revised, gone := 0, 0
	for _, a := range s.Truth() {
		old := before[a.URL]
		switch {
		case a.Status != old.Status:
			gone++
			if a.Status != 410 || a.Kind != extract.KindError {
				t.Errorf("%s: got %d %s, want 410", a.URL, a.Status, a.Kind)
			}
		case !slices.Equal(a.Text, old.Text):
			revised++
			if a.Modified == old.Modified {
				t.Errorf("%s: revised, but still modified %q", a.URL, a.Modified)
			}
		}
	}
	if revised != 3 || gone != 1 {
		t.Errorf("from epoch 0 to 1: got %d revised and %d gone, want 3 and 1", revised, gone)
	}
	for _, lists := range [][]byte{sitemap(s, English), feed(s, English)} {
		if bytes.Contains(lists, []byte("id=2422")) {
			t.Errorf("the withdrawn report is still listed: %s", lists)
		}
	}
	s.SetEpoch(9)
	s.SetEpoch(-1)
	if s.Epoch() != 0 {
		t.Errorf("SetEpoch(-1): got %d, want 0", s.Epoch())
	}
}

func TestFiles(t *testing.T) {
	s := served(t)
	for _, o := range []string{s.Origin(English), s.Origin(Chinese)} {
		for _, path := range []string{"/sitemap.xml", "/sitemap-reports.xml", "/feed/"} {
			res, body := get(t, o+path)
			if res.StatusCode != 200 {
				t.Errorf("%s%s: got %d", o, path, res.StatusCode)
			}
			d := xml.NewDecoder(bytes.NewReader(body))
			for {
				_, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Errorf("%s%s: %v", o, path, err)
					break
				}
			}
		}
		if _, body := get(t, o+"/robots.txt"); !bytes.Contains(body, []byte("Disallow: /private/\n")) || !bytes.Contains(body, []byte("Sitemap: "+o+"/sitemap.xml")) {
			t.Errorf("%s/robots.txt: got %s", o, body)
		}
		if res, body := get(t, o+"/files/report.pdf"); !bytes.HasPrefix(body, []byte("%PDF-1.4")) || res.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%s/files/report.pdf: got %q", o, res.Header.Get("Content-Type"))
		}
		if _, body := get(t, o+"/media/pier.png"); true {
			if _, err := png.Decode(bytes.NewReader(body)); err != nil {
				t.Errorf("%s/media/pier.png: %v", o, err)
			}
		}
	}
}

func TestOddRequests(t *testing.T) {
	s := served(t)
	o := s.Origin(English)
	for _, c := range []struct {
		path   string
		status int
		same   string // the page it must be equal to
	}{
		{"/2024/03/11/ferry-to-outer-tern/?utm_source=x&fbclid=1", 200, "/2024/03/11/ferry-to-outer-tern/"},
		{"/news/show.php?id=2217&utm_medium=y", 200, "/news/show.php?id=2217"},
		{"/news/show.php?id=99999", 200, "/news/show.php?id=1"},
		{"/archive/?m=2010-4", 200, "/archive/"},
		{"/print/water-meters/", 200, "/2023/11/14/water-meters/"},
		{"/no/such/page/", 404, "/2019/11/05/harbour-fair/"},
		{"/private/notes/", 200, ""},
	} {
		res, body := get(t, o+c.path)
		if res.StatusCode != c.status {
			t.Errorf("%s: got %d, want %d", c.path, res.StatusCode, c.status)
		}
		if c.same == "" {
			continue
		}
		if _, want := get(t, o+c.same); c.status == 200 && !bytes.Equal(body, want) {
			t.Errorf("%s: not the page of %s", c.path, c.same)
		}
	}
	rec := httptest.NewRecorder()
	s.Handler(English).ServeHTTP(rec, httptest.NewRequest("POST", "/", nil))
	if rec.Code != 405 || rec.Header().Get("Allow") == "" {
		t.Errorf("POST /: got %d, want 405", rec.Code)
	}
	rec = httptest.NewRecorder()
	s.Handler(English).ServeHTTP(rec, httptest.NewRequest("HEAD", "/no/such", nil))
	if rec.Code != 404 || rec.Body.Len() != 0 {
		t.Errorf("HEAD /no/such: got %d and %d bytes, want 404 and none", rec.Code, rec.Body.Len())
	}
}

func TestDaysAreDays(t *testing.T) {
	s := New()
	for _, e := range []Edition{English, Chinese} {
		for _, a := range s.articles[e] {
			for _, at := range []string{a.head["published"], a.modified(0), a.modified(1)} {
				_, err := time.Parse(time.RFC3339, at)
				if len(at) == len(time.DateOnly) {
					_, err = time.Parse(time.DateOnly, at)
				}
				if at != "" && err != nil {
					t.Errorf("%s: %v", a.name, err)
				}
			}
		}
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct{ line, plain, html string }{
		{"a [b](/c) d", "a b d", `a <a href="/c">b</a> d`},
		{"[b](http://x.example/?a=1&b)", "b", `<a href="http://x.example/?a=1&amp;b" target="_blank" rel="noopener">b</a>`},
		{"**a** *b* `c<`", "a b c<", "<strong>a</strong> <em>b</em> <code>c&lt;</code>"},
		{"2 * 3 [sic] ` **", "2 * 3 [sic] ` **", "2 * 3 [sic] ` **"},
		{"", "", ""},
	} {
		if got := plainText(c.line); got != c.plain {
			t.Errorf("plainText(%q): got %q, want %q", c.line, got, c.plain)
		}
		if got := inline(c.line); got != c.html {
			t.Errorf("inline(%q): got %q, want %q", c.line, got, c.html)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	good := "title: T\npublished: 2024-01-01\nlayout: modern\npath: /x/\nsection: S\n\ntext\n"
	for name, text := range map[string]string{
		"no text":    "title: T",
		"no colon":   "title\n\ntext",
		"no section": strings.Replace(good, "section: S\n", "", 1),
	} {
		if _, err := parseArticle("x", text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, fsys := range []fstest.MapFS{
		{},
		{"words/en.json": {Data: []byte("{")}},
	} {
		if _, err := load(fsys); err == nil {
			t.Errorf("load: no error")
		}
	}
}

func FuzzParseArticle(f *testing.F) {
	f.Add("title: T\npublished: 2024-01-01\nlayout: modern\npath: /x/\nsection: S\n\n@only 1\n## h\n\n| a | b |\n| c |\n\n1. x\n2. y\n\n@page\n\n!img a | b | c\n\n[a](b) **c")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseArticle("x", text)
		if err != nil {
			return
		}
		for _, p := range a.pages {
			for _, b := range p {
				for _, l := range b.lines {
					if plain := plainText(l); utf8.ValidString(l) && !utf8.ValidString(plain) {
						t.Errorf("plainText(%q): got %q", l, plain)
					}
					inline(l)
				}
			}
		}
	})
}
