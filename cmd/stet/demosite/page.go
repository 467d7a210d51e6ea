package demosite

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stet/extract"
)

// page is one URL of an edition.
type page struct {
	edition Edition
	path    string // percent-encoded, with the query
	status  int
	kind    extract.Kind
	layout  string
	lang    string
	title   string
	tmpl    string // the middle of the page: article, list, home, plain, login, …

	charset  string // how the page is encoded
	declared string // where that is said: header, meta, none
	coding   string // gzip or br, if the client accepts it

	article    *article
	part       int
	items      []*article // of a list
	paragraphs []string   // keys of words, of a plain page
	prev, next string     // of a list in several pages

	canonical string
	location  string
	closed    bool
	noindex   bool
	media     string // with body: what is not made from a template
	body      func(s *Site, e Edition) []byte
}

// perList is how many reports stand on one page of a list.
const perList = 6

// builder gathers the pages of one edition.
type builder struct {
	edition Edition
	epoch   int
	pages   map[string]*page
}

// build makes all pages of an edition as of an epoch.
func (s *Site) build(e Edition, epoch int) map[string]*page {
	b := &builder{edition: e, epoch: epoch, pages: map[string]*page{}}
	var listed []*article
	for _, a := range s.articles[e] {
		b.report(a)
		if a.gone(epoch) {
			continue
		}
		b.collect(sectionPath(a.head["section"]), a.head["section"], a)
		if a.listed() {
			listed = append(listed, a)
		}
	}
	b.lists(s, listed)
	b.odd(s)
	b.files()
	return b.pages
}

func (b *builder) add(p *page) *page {
	p.edition = b.edition
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if p.lang == "" {
		p.lang = b.edition.lang()
	}
	if p.layout == "" {
		p.layout = b.layout()
	}
	if p.charset == "" {
		p.charset, p.declared = "utf-8", "header"
	}
	b.pages[p.path] = p
	return p
}

// layout is that of the edition's own pages.
func (b *builder) layout() string { return [...]string{"block", "modern"}[b.edition] }

func (b *builder) report(a *article) {
	charset, declared, _ := strings.Cut(a.head["charset"], " ")
	if charset == "" {
		charset, declared = "utf-8", "meta"
	}
	for part := range a.pages {
		p := page{
			path: a.path(part), article: a, part: part, title: a.head["title"], tmpl: "article",
			kind: extract.KindArticle, layout: a.head["layout"], lang: a.lang(),
			charset: charset, declared: declared, coding: a.head["encoding"],
			canonical: a.path(part), noindex: a.head["noindex"] != "",
		}
		if a.gone(b.epoch) {
			p.status, p.kind, p.tmpl, p.paragraphs = http.StatusGone, extract.KindError, "plain", []string{"gone_1"}
		}
		b.add(&p)
		if d := a.head["duplicate"]; d != "" && part == 0 {
			copied := p
			copied.path = d
			b.add(&copied)
		}
	}
}

// lists adds the front page and the pages that only list reports.
func (b *builder) lists(s *Site, all []*article) {
	w := s.words[b.edition.lang()]
	b.series("/", "page/", w["site"], all).kind = extract.KindHome
	b.pages["/"].tmpl = "home"
	for _, a := range all {
		for _, t := range a.tags {
			b.collect(tagPath(t), t, a)
		}
		for _, who := range a.authors {
			b.collect(authorPath(who), who, a)
		}
	}
	old := func(path, layout, title string) {
		items := slices.DeleteFunc(slices.Clone(all), func(a *article) bool { return a.head["layout"] != layout })
		b.add(&page{path: path, kind: extract.KindList, layout: layout, title: title, tmpl: "list", items: items})
	}
	old("/archive/", "table", w["archive"])
	old("/news/", "soup", w["recent_head"])
	if b.edition == Chinese {
		b.pages["/news/"].charset = "gbk"
		b.pages["/archive/"].charset, b.pages["/archive/"].declared = "gbk", "meta"
	}
}

// series adds a list in pages and gives its first page.
func (b *builder) series(path, more, title string, all []*article) *page {
	at := func(n int) string {
		if n == 0 {
			return path
		}
		return fmt.Sprintf("%s%s%d/", path, more, n+1)
	}
	n := (len(all) + perList - 1) / perList
	for i := range n {
		p := b.add(&page{
			path: at(i), kind: extract.KindList, title: title, tmpl: "list",
			items: all[i*perList : min(len(all), (i+1)*perList)],
		})
		if i > 0 {
			p.prev = at(i - 1)
		}
		if i+1 < n {
			p.next = at(i + 1)
		}
	}
	return b.pages[path]
}

func (b *builder) collect(path, title string, a *article) {
	p := b.pages[path]
	if p == nil {
		p = b.add(&page{path: path, kind: extract.KindList, title: title, tmpl: "list"})
	}
	p.items = append(p.items, a)
}

// odd adds what a crawler meets besides reports and lists.
func (b *builder) odd(s *Site) {
	w := s.words[b.edition.lang()]
	first := b.pages["/"].items[0].path(0)
	redirect := func(from string, status int, to string) {
		b.add(&page{path: from, status: status, location: to})
	}
	plain := func(path string, status int, kind extract.Kind, title string, paragraphs ...string) *page {
		return b.add(&page{path: path, status: status, kind: kind, tmpl: "plain", title: w[title], paragraphs: paragraphs})
	}
	redirect("/latest", http.StatusFound, first)
	redirect("/r/1", http.StatusMovedPermanently, "/r/2")
	redirect("/r/2", http.StatusFound, "/r/3?from=r2")
	redirect("/r/3?from=r2", http.StatusTemporaryRedirect, b.pages["/"].items[1].path(0))
	redirect("/about", http.StatusPermanentRedirect, [...]string{"/house-rules/", "/"}[b.edition])

	soft := plain("/news/show.php?id=1", http.StatusOK, extract.KindSoft404, "notfound_head", "notfound_1", "notfound_2")
	soft.layout = "soup"
	plain("/2019/11/05/harbour-fair/", http.StatusNotFound, extract.KindError, "notfound_head", "notfound_1", "notfound_2")
	plain("/2020/02/02/withdrawn/", http.StatusGone, extract.KindError, "notfound_head", "gone_1")
	plain("/private/notes/", http.StatusOK, "", "site", "private_1").closed = true
	plain("/search?q=ferry", http.StatusOK, "", "search", "search_1").closed = true
	b.add(&page{path: "/wp-login.php", kind: extract.KindLogin, tmpl: "login", title: w["login_head"], noindex: true})
	b.add(&page{path: "/tides/", kind: extract.KindShell, layout: "shell", tmpl: "shell", title: w["site"]})
}

// files adds what is not HTML.
func (b *builder) files() {
	file := func(path, media string, kind extract.Kind, body func(*Site, Edition) []byte) {
		b.add(&page{path: path, kind: kind, media: media, body: body})
	}
	file("/robots.txt", "text/plain; charset=utf-8", "", robots)
	file("/sitemap.xml", "application/xml", "", sitemapIndex)
	file("/sitemap-reports.xml", "application/xml", "", sitemap)
	file("/feed/", "application/rss+xml; charset=utf-8", "", feed)
	file("/files/report.pdf", "application/pdf", extract.KindBinary, pdf)
	for _, name := range []string{"tower.png", "stairs.png", "lens.png", "pier.png", "tool-a.png", "tool-b.png", "tool-c.png", "spacer.gif"} {
		media := "image/" + name[len(name)-3:]
		file("/media/"+name, media, "", func(*Site, Edition) []byte { return picture(name) })
	}
}

// escapePath spells a path segment as browsers do.
func escapePath(segment string) string {
	return url.PathEscape(strings.ReplaceAll(strings.ToLower(segment), " ", "-"))
}

func sectionPath(name string) string { return "/category/" + escapePath(name) + "/" }
func tagPath(name string) string     { return "/tag/" + escapePath(name) + "/" }
func authorPath(name string) string  { return "/author/" + escapePath(name) + "/" }
