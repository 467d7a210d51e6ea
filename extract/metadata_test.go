package extract

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestReadTitle(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"h1 and a site's name", `<title>The bridge is open | Example News</title><h1>The bridge is open</h1>`, "The bridge is open"},
		{"OpenGraph without h1", `<title>x</title><meta property="og:site_name" content="Example News"><meta property="og:title" content="The bridge is open - Example News"><p>a`, "The bridge is open"},
		{"the title element alone", `<title>The bridge is open » Section | Example</title>`, "The bridge is open"},
		{"a host as the site's name", `<title>The bridge is open – a.example</title>`, "The bridge is open"},
		{"Chinese parts", `<title>大桥昨天通车_社会_新闻频道_某某网</title>`, "大桥昨天通车"},
		{"kicker in the h1", `<meta property="og:title" content="The bridge is open"><h1><span>Politics</span> | The bridge is open</h1>`, "The bridge is open"},
		{"the logo is an h1", `<title>The bridge is open - Our Town</title><h1><a href="/">Our Town</a></h1><h2>The bridge is open</h2>`, "The bridge is open"},
		{"several h1", `<title>The bridge is open</title><meta property="og:title" content="The bridge is open"><h1>Menu</h1><h1>The bridge is open</h1><h1>More</h1>`, "The bridge is open"},
		{"entities twice, soft hyphens", `<h1>Bridge &amp;amp; ri&shy;ver</h1>`, "Bridge & river"},
		{"cut off", `<title>The long bridge over the river is…</title><meta property="og:title" content="The long bridge over the river is open">`, "The long bridge over the river is open"},
		{"a title with a colon", `<title>Bridge: it is open</title><h1>Bridge: it is open</h1>`, "Bridge: it is open"},
		{"only the site's name", `<meta property="og:site_name" content="Example News"><title>Example News</title>`, ""},
		{"the h1 in a breadcrumb", `<meta property="og:title" content="Bridge open: what drivers must know"><nav class=breadcrumb><a href=/>Home</a><h1>Bridge open: what drivers must know</h1></nav><script type="application/ld+json">{"@type":"NewsArticle","headline":"The long wait is over"}</script><h2>The long wait is over</h2>`, "The long wait is over"},
		{"a kicker under the breadcrumb", `<meta property="og:title" content="The long wait is over"><ul class=breadcrumbs><li><h1>Bridge open: what drivers must know</h1></ul><h2><span>Town</span> <span>The long wait is over</span></h2>`, "The long wait is over"},
		{"breadcrumb and heading say the same", `<meta property="og:title" content="Town: The long wait is over"><ul class=breadcrumbs><li><h1>Town: The long wait is over</h1></ul><h2><span>Town</span>: <span>The long wait is over</span></h2>`, "Town: The long wait is over"},
		{"the h1 names the section", `<title>Our Town - News - The long wait is over</title><h1>News | Entry</h1><h2>The long wait is over</h2><h2>Why so long?</h2>`, "The long wait is over"},
		{"a subtitle in the title element", `<title>The wait is over - Cars may cross the bridge again from Monday - Our Town</title><meta property="og:title" content="The wait is over"><h1>The wait is over</h1><h2>Cars may cross the bridge again from Monday</h2>`, "The wait is over"},
		{"a forum's topic", `<title>Which bridge is older - Our Town Community Forum</title><h2>Which bridge is older</h2>`, "Which bridge is older"},
		{"the date within the h1", `<meta property="og:title" content="The bridge is open"><h1><span>The bridge is open</span><br><span>31.05.2024</span> • <span>Town</span></h1>`, "The bridge is open"},
		{"nothing between kicker and title", `<meta property="og:title" content="The river - The bridge is open"><h1><span>The river</span><span>The bridge is open</span></h1>`, "The river - The bridge is open"},
		{"a newsletter's h1", `<title>Bridges for all | Example | Read now!</title><meta property="og:title" content="Bridges for all | Example | Read now!"><h1>My favourite bridges of the year</h1><div class=newsletter><h1>Get our news!</h1></div><div class=newsletter><h1>Get our news!</h1></div>`, "My favourite bridges of the year"},
		{"nothing after a dash", `<title>The bridge is open -</title>`, "The bridge is open"},
		{"ruby", `<html lang=ja><h1><ruby>橋<rt>はし</rt></ruby>が<ruby>開<rt>ひら</rt></ruby>きました</h1>`, "橋が開きました"},
		{"nothing", `<p>x`, ""},
	} {
		if m := readMetadata(parseHTML(t, c.page), Page{URL: "https://www.a.example/x"}, "https://www.a.example/x"); m.Title != c.want {
			t.Errorf("%s: got %q from %s, want %q", c.name, m.Title, m.Sources["title"], c.want)
		}
	}
}

func TestReadDates(t *testing.T) {
	story := "<p>" + strings.Repeat("The council met on the bank of the river and talked about the bridge. ", 6) + "</p>"
	for _, c := range []struct{ name, page, url, want, source, modified string }{
		{"meta", `<meta property="article:published_time" content="2024-05-31T08:00:00+02:00"><meta property="article:modified_time" content="2024-06-01T08:00:00+02:00">`, "", "2024-05-31T08:00:00+02:00", "opengraph", "2024-06-01T08:00:00+02:00"},
		{"one instant, the local zone kept", `<meta property="article:published_time" content="2024-05-30T22:30:00Z"><meta name=date.published content="2024-05-31T00:30:00+02:00">`, "", "2024-05-31T00:30:00+02:00", "meta", ""},
		{"microdata", `<h1>The bridge is open</h1><span itemprop=datePublished content="2024-05-31">x</span>`, "", "2024-05-31", "microdata", ""},
		{"time element", `<h1>The bridge is open</h1><time datetime="2024-05-31T08:00">May 31</time>` + story, "", "2024-05-31T08:00:00", "html", ""},
		{"class", `<html lang=de><h1>Die Brücke ist offen</h1><span class=entry-date>31. Mai 2024</span>` + story, "", "2024-05-31", "html", ""},
		{"line", `<html lang=de><h1>Die Brücke ist offen</h1><p>Von Eva Weiß | 31. Mai 2024, 08:00 Uhr</p>` + story, "", "2024-05-31T08:00:00", "html", ""},
		{"shown in local time", `<meta property="article:published_time" content="2024-06-01T01:00:00Z"><h1>The bridge is open</h1><p>May 31, 2024 9:00 pm</p>` + story, "", "2024-05-31T21:00:00-04:00", "opengraph", ""},
		{"the stated instant on the page's clock, in a caption's corner", `<html lang=pt><meta property="article:published_time" content="2024-06-01T00:44:52Z"><h1>A ponte está aberta</h1><figcaption>31/05/2024 21:44</figcaption>` + story, "", "2024-05-31T21:44:52-03:00", "opengraph", ""},
		{"another time, in a caption", `<html lang=pt><meta property="article:published_time" content="2024-06-01T00:44:52Z"><h1>A ponte está aberta</h1><figcaption>31/05/2024 21:40</figcaption>` + story, "", "2024-06-01T00:44:52Z", "opengraph", ""},
		{"the day of the visit above the page", `<html lang=de><meta name=date content="2024-05-31T08:00:00+02:00"><p>Mittwoch, 12.06.2024</p><p>` + strings.Repeat("Ein Menü mit vielen Rubriken. ", 6) + `</p><h1>Die Brücke ist offen</h1>` + story, "", "2024-05-31T08:00:00+02:00", "meta", ""},
		{"a part of the title", `<html lang=de><title>Die Brücke ist offen | Stadt | 31.05.2024</title><h1>Die Brücke ist offen</h1>` + story, "", "2024-05-31", "html", ""},
		{"a title with a day in it", `<html lang=de><title>Programm am 31. Mai 2024</title><h1>Programm am 31. Mai 2024</h1>` + story, "", "", "", ""},
		{"a member since", `<html lang=de><h1>Die Brücke ist offen</h1><p>Registriert: 18.09.2008, 05:56</p><p>Beitrag von <b>r23</b> » 21.01.2009, 05:42</p>` + story, "", "2009-01-21T05:42:00", "html", ""},
		{"within the heading", `<html lang=de><h1><span>Die Brücke ist offen</span><br>31.05.2024 • Stadt, Presse</h1>` + story, "", "2024-05-31", "html", ""},
		{"a byline in a box called teaser", `<html lang=de><h1>Die Brücke ist offen</h1><div class=teaser><p>Von Eva Weiß am 31. Mai 2024</p></div>` + story, "", "2024-05-31", "html", ""},
		{"teasers under the title", `<html lang=de><h1>Die Brücke ist offen</h1><div class=teaser><p>Fähre gesperrt 30. Mai 2024</p></div>` + story, "", "", "", ""},
		{"Java's", `<meta name=date.published content="Fri May 31 15:28:56 CEST 2024"><h1>The bridge is open</h1>` + story, "", "2024-05-31T15:28:56+02:00", "meta", ""},
		{"changed, then published, in one line", `<h1>The bridge is open</h1><p>Updated: June 1, 2024, 9:00 am | Published: May 31, 2024, 8:00 am</p>` + story, "", "2024-05-31T08:00:00", "html", "2024-06-01T09:00:00"},
		{"two days named far from the title", `<h1>The bridge is open</h1>` + strings.Repeat(story, 4) + `<p><time datetime="2024-05-30">x</time> and <time datetime="2024-05-31">y</time></p>`, "", "", "", ""},
		{"one day named far from the title", `<h1>The bridge is open</h1>` + strings.Repeat(story, 4) + `<p>This page is of <time datetime="2024-05-31">May</time></p>`, "", "2024-05-31", "html", ""},
		{"updated only", `<html lang=de><h1>Die Brücke ist offen</h1><p>Aktualisiert am 31. Mai 2024</p>` + story, "", "2024-05-31", "html", "2024-05-31"},
		{"the address", `<h1>The bridge is open</h1>` + story, "https://a.example/2024/05/31/bridge", "2024-05-31", "url", ""},
		{"after the fetch", `<meta property="article:published_time" content="2025-05-31">`, "", "", "", ""},
		{"comments, teasers, rights", `<h1>The bridge is open</h1>` + story + `<div class=comments><time datetime="2024-05-01">x</time></div><div class=related>May 2, 2024</div><footer>© May 3, 2024</footer>`, "", "", "", ""},
		{"nothing", `<p>x`, "", "", "", ""},
	} {
		url := c.url
		if url == "" {
			url = "https://a.example/bridge"
		}
		m := readMetadata(parseHTML(t, c.page), Page{URL: url, FetchedAt: "2024-12-31"}, url)
		if m.PublishedAt != c.want || m.Sources["published_at"] != c.source || m.ModifiedAt != c.modified {
			t.Errorf("%s: got %q from %q, modified %q; want %q from %q, modified %q", c.name, m.PublishedAt, m.Sources["published_at"], m.ModifiedAt, c.want, c.source, c.modified)
		}
	}
}

func TestReadRest(t *testing.T) {
	doc := parseHTML(t, `<html lang="en-GB"><head><title>The bridge is open</title>
<link rel=canonical href="/bridge"><link rel=alternate hreflang=de href="/de/bruecke"><link rel=license href="https://creativecommons.org/licenses/by/4.0/">
<meta property="og:site_name" content="Example News"><meta property="og:description" content="What  happened &amp;amp; why."><meta property="og:image" content="/i.jpg">
<meta property="article:section" content="Town"><meta property="article:tag" content="bridge"><meta property="article:tag" content="river, town"><meta property="og:type" content="article">
<script type="application/ld+json">{"@type":"WebPage","isAccessibleForFree":"False"}</script></head><body><h1>The bridge is open</h1></body></html>`)
	before := render(t, doc)
	m := readMetadata(doc, Page{URL: "https://a.example/bridge?utm=1"}, "https://a.example/bridge?utm=1")
	want := metadata{
		Title: "The bridge is open", SiteName: "Example News", Language: "en", Description: "What happened & why.", Section: "Town",
		Tags: []string{"bridge", "river", "town"}, Image: "https://a.example/i.jpg", License: "https://creativecommons.org/licenses/by/4.0/",
		CanonicalURL: "https://a.example/bridge", PageType: "article", Paywalled: "locked",
		Translations: map[string]string{"de": "https://a.example/de/bruecke"}, Sources: m.Sources,
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got  %+v\nwant %+v", m, want)
	}
	if m.Sources["canonical_url"] != "html" || m.Sources["tags"] != "opengraph" || m.Sources["language"] != "html" {
		t.Errorf("sources: %v", m.Sources)
	}
	if render(t, doc) != before {
		t.Error("reading the metadata changed the tree")
	}
}

func render(t *testing.T, doc *html.Node) string {
	t.Helper()
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, page, header, want, source string }{
		{"two that agree", `<link rel=canonical href=/a><link rel=canonical href=/a>`, "", "https://a.example/a", "html"},
		{"two that do not", `<link rel=canonical href=/a><link rel=canonical href=/b>`, "", "", ""},
		{"empty", `<link rel=canonical href="">`, "", "", ""},
		{"a script", `<link rel=canonical href="javascript:1">`, "", "", ""},
		{"header", ``, `<https://a.example/z>; rel="next", <https://a.example/c>; rel="canonical"`, "https://a.example/c", "header"},
		{"OpenGraph", `<meta property="og:url" content="https://a.example/o">`, "", "https://a.example/o", "opengraph"},
	} {
		p := Page{URL: "https://a.example/x", Header: http.Header{"Link": {c.header}}}
		m := readMetadata(parseHTML(t, c.page), p, p.URL)
		if m.CanonicalURL != c.want || m.Sources["canonical_url"] != c.source {
			t.Errorf("%s: got %q from %q, want %q from %q", c.name, m.CanonicalURL, m.Sources["canonical_url"], c.want, c.source)
		}
	}
}

func TestArticleBody(t *testing.T) {
	doc := parseHTML(t, `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","articleBody":" All of the text. ","isAccessibleForFree":false,"keywords":"a, b","articleSection":["Town"],"license":"CC BY","image":{"@type":"ImageObject","url":"i.png"},"inLanguage":"de"}</script><h1>The bridge is open</h1>`)
	m := readMetadata(doc, Page{}, "https://a.example/n/")
	if m.ArticleBody != "All of the text." || m.Paywalled != "locked" || m.Section != "Town" || m.License != "CC BY" || m.Image != "https://a.example/n/i.png" || m.Language != "de" || len(m.Tags) != 2 || m.PageType != "newsarticle" {
		t.Errorf("got %+v", m)
	}
}

func FuzzReadMetadata(f *testing.F) {
	f.Add(`<title>A | B</title><h1>A</h1><p>By Ann Smith, May 31, 2024`, "https://a.example/2024/05/31/x")
	f.Add(`<script type="application/ld+json">{"@type":"Article"</script><time datetime=2024>x</time>`, "x")
	f.Fuzz(func(t *testing.T, page, url string) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		m := readMetadata(doc, Page{URL: url, FetchedAt: "2024-12-31"}, url)
		if m.PublishedAt > "2025-01-02" {
			t.Errorf("published %q, after the fetch", m.PublishedAt)
		}
	})
}

func BenchmarkReadMetadata(b *testing.B) {
	var page strings.Builder
	page.WriteString(`<html lang=en><head><title>The bridge is open | Example News</title><meta property="og:title" content="The bridge is open"><meta property="article:published_time" content="2024-05-31T08:00:00Z">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","datePublished":"2024-05-31T08:00:00Z","author":{"@type":"Person","name":"Ann Smith"}}</script></head><body><nav>`)
	for i := range 60 {
		fmt.Fprintf(&page, `<li class="menu-item menu-item-%d"><a href="/section/%d">Section %d</a></li>`, i, i, i)
	}
	page.WriteString(`</nav><main><article class="post entry"><h1 class="entry-title">The bridge is open</h1><p class="byline">By <a rel=author href=/a>Ann Smith</a> <time datetime="2024-05-31T08:00:00Z">May 31, 2024</time></p>`)
	for page.Len() < 45<<10 {
		page.WriteString(`<p class="wp-block-paragraph">The council met on the bank of the <a href="/river">river</a> and talked about the bridge, which is open.</p><div class="box related-item"><a href="/2024/05/30/x"><img src=x.jpg alt="A"><span class="title">Another story</span></a></div>`)
	}
	page.WriteString(`</article></main><script>` + strings.Repeat("var a = 1;", 1500) + `</script></body></html>`)
	doc := parseHTML(b, page.String())
	b.ReportAllocs()
	b.SetBytes(int64(page.Len()))
	for b.Loop() {
		readMetadata(doc, Page{URL: "https://www.a.example/bridge"}, "https://www.a.example/bridge")
	}
}
