package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func parseHTML(t testing.TB, s string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestLinks(t *testing.T) {
	doc := parseHTML(t, `<html><head>
<link rel="stylesheet" href="/a.css"><link rel="ALTERNATE" type="application/rss+xml" title="News  feed" href="/feed">
<link rel="alternate stylesheet" href="/b.css"><link rel=icon href=/i.png><link rel=next href="?page=2">
<meta http-equiv=Refresh content="3; url='/moved'">
<noscript><meta http-equiv=refresh content="0; url=/nojs"></noscript></head><body>
<a href="one.html">  The
 <b>first</b>&nbsp; one </a>
<a href="https://other.example/x#frag" rel=" NoFollow  ugc "><img alt="not used"><h3>Title</h3>and more</a>
<a href="/pic"><img src=p.png alt="A picture"></a>
<a name=here>no link</a> <a href="javascript:void(0)">js</a> <a href=" data:text/html,x">d</a>
<a href="mailto:desk@example.org">Mail</a> <a href="">self</a> <a href="#note-1">1</a>
<a href="http://[bad">bad</a>
<map><area href="/map" alt="Part of the map"></map>
<a href="/s"><script>var x = 1</script><style>p{}</style>text</a>
<svg><a xlink:href="/svg"></a></svg>
</body></html>`)
	want := []Link{
		{URL: "https://site.example/feed", Text: "News feed", Rel: "alternate", Place: PlaceHead},
		{URL: "https://site.example/dir/page?page=2", Rel: "next", Place: PlaceHead},
		{URL: "https://site.example/moved", Place: PlaceHead},
		{URL: "https://site.example/dir/one.html", Text: "The first one", Place: PlaceElsewhere},
		{URL: "https://other.example/x#frag", Text: "Title and more", Rel: "nofollow ugc", Place: PlaceElsewhere},
		{URL: "https://site.example/pic", Text: "A picture", Place: PlaceElsewhere},
		{URL: "mailto:desk@example.org", Text: "Mail", Place: PlaceElsewhere},
		{URL: "https://site.example/dir/page", Text: "self", Place: PlaceElsewhere},
		{URL: "https://site.example/dir/page#note-1", Text: "1", Place: PlaceElsewhere},
		{URL: "https://site.example/map", Text: "Part of the map", Place: PlaceElsewhere},
		{URL: "https://site.example/s", Text: "text", Place: PlaceElsewhere},
	}
	got := Links(doc, "https://site.example/dir/page")
	if !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			var g, w Link
			if i < len(got) {
				g = got[i]
			}
			if i < len(want) {
				w = want[i]
			}
			if g != w {
				t.Errorf("link %d: got %+v, want %+v", i, g, w)
			}
		}
	}
	links, nodes := collectLinks(doc, newResolver("https://site.example/", ""))
	if len(links) != len(nodes) || attr(nodes[3], "href") != "one.html" {
		t.Errorf("nodes do not go with links: %d and %d", len(nodes), len(links))
	}
}

func TestLinksFrames(t *testing.T) {
	doc := parseHTML(t, `<html><frameset cols="20%,80%"><frame src="menu.html"><frame></frameset></html>`)
	got := Links(doc, "http://old.example/")
	if len(got) != 1 || got[0].URL != "http://old.example/menu.html" {
		t.Errorf("got %+v", got)
	}
}

func TestLinkTextIsCut(t *testing.T) {
	doc := parseHTML(t, `<a href=/x>`+strings.Repeat("长 ", 600)+`</a>`)
	got := Links(doc, "http://a.example/")[0].Text
	if n := len([]rune(got)); n != maxLinkText && n != maxLinkText-1 {
		t.Errorf("text of %d characters, want at most %d", n, maxLinkText)
	}
}

func TestLinksWithoutBase(t *testing.T) {
	doc := parseHTML(t, `<a href=/x>a</a><a href="https://b.example/y">b</a>`)
	got := Links(doc, "")
	if len(got) != 1 || got[0].URL != "https://b.example/y" {
		t.Errorf("without a base: got %+v, want the absolute one only", got)
	}
}

// Nested link elements (possible through object elements) each look at what
// they hold; the work must stay bounded.
func TestLinksHostile(t *testing.T) {
	doc := parseHTML(t, strings.Repeat("<a href=x><object>", 200)+strings.Repeat("<i></i>", 100_000))
	if got := Links(doc, "http://a.example/"); len(got) != 200 {
		t.Errorf("got %d links, want 200", len(got))
	}
}

func TestBaseURL(t *testing.T) {
	const page = "https://site.example/a/b"
	for _, c := range []struct{ in, want string }{
		{``, page},
		{`<base href="/c/">`, "https://site.example/c/"},
		{`<base target=_top><base href="https://cdn.example/x/">`, "https://cdn.example/x/"},
		{`<base href="/1/"><base href="/2/">`, "https://site.example/1/"},
		{`<body><p>text<base href="late/">`, "https://site.example/a/late/"},
		{`<base href="javascript:1"><base href="/2/">`, page},
		{`<base href="http://[">`, page},
		{`<svg><base href="/svg/"></base></svg>`, page},
	} {
		if got := BaseURL(parseHTML(t, c.in), page); got != c.want {
			t.Errorf("BaseURL(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := BaseURL(parseHTML(t, `<base href="https://b.example/">`), "nonsense"); got != "https://b.example/" {
		t.Errorf("page without a URL: got %q", got)
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`<base href="/x/"><a href="y">z</a>`, "https://a.example/")
	f.Add(`<a href="//b"><img alt=q>`, "x")
	f.Fuzz(func(t *testing.T, page, base string) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		for _, l := range Links(doc, baseURL(doc, base)) {
			if l.URL == "" || !strings.Contains(l.URL, ":") || len([]rune(l.Text)) > maxLinkText || l.Place == "" {
				t.Errorf("page %q, base %q: bad link %+v", page, base, l)
			}
		}
	})
}

func BenchmarkLinks(b *testing.B) {
	var page strings.Builder
	page.WriteString("<html><body>")
	for i := range 120 {
		fmt.Fprintf(&page, `<div class=item><p>Some text before it.</p><li><a href="/2024/05/%02d/a-story-with-words-%d/" class="x">A story about something <b>%d</b></a></li></div>`, i%30+1, i%80, i)
	}
	doc := parseHTML(b, page.String())
	b.ReportAllocs()
	for b.Loop() {
		if n := len(Links(doc, "https://site.example/news/")); n != 120 {
			b.Fatal(n)
		}
	}
}

// On a page that is not UTF-8 the query of a link goes out as the page is
// written, its path as UTF-8.
func TestLinksOfAPageInGBK(t *testing.T) {
	body := []byte("<meta charset=gbk><title>\xd6\xd0</title><meta http-equiv=refresh content='1; url=/to?q=\xd6\xd0'>" +
		"<a href='/\xd6\xd0?q=\xd6\xd0'>\xd6\xd0\xce\xc4</a>")
	d := New(Config{}).Extract(Page{URL: "http://a.example/", Body: body})
	const link, refresh = "http://a.example/%E4%B8%AD?q=%D6%D0", "http://a.example/to?q=%D6%D0"
	if n := len(d.Links); n == 0 || d.Links[n-1].URL != link || d.Refresh != refresh {
		t.Errorf("page in %s: got links %v and refresh %q, want %q and %q", d.Charset, d.Links, d.Refresh, link, refresh)
	}
}
