package demosite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"text/template"
	"time"
)

// functions are those of the templates besides the methods of view.
var functions = template.FuncMap{
	"seq":  func(n int) []int { return slices.Collect(upTo(n)) },
	"add":  func(a, b int) int { return a + b },
	"mul":  func(a, b int) int { return a * b },
	"hash": hashed,
	"hex":  func(n int) string { return fmt.Sprintf("%06x", (n*2654435)&0xffffff) },
	"year": func(n int) int { return 2009 + n/12 },
	"mon":  func(n int) int { return 1 + n%12 },
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// hashed is a class name as build tools make them.
func hashed(n int) string {
	const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	x := uint64(n+1) * 0x9e3779b97f4a7c15
	out := []byte{letters[x%48]}
	for range 5 {
		x = x>>7 ^ x*31
		out = append(out, letters[x%uint64(len(letters))])
	}
	return string(out)
}

// view is one page on its way through a template. What the templates write
// with X is noted: it must not be kept.
type view struct {
	site  *Site
	page  *page
	epoch int
	words map[string]string
	who   people

	without []string
}

func (s *Site) view(p *page) *view {
	return &view{site: s, page: p, epoch: s.Epoch(), words: s.words[p.lang], who: s.people[p.lang]}
}

// render gives the page as UTF-8.
func (v *view) render() []byte {
	var b bytes.Buffer
	if err := v.site.tmpl.ExecuteTemplate(&b, v.page.layout, v); err != nil {
		panic("demosite: " + err.Error()) // the templates are part of the binary
	}
	return b.Bytes()
}

// W is a word of the site in the page's language.
func (v *view) W(key string) (string, error) {
	w, ok := v.words[key]
	if !ok {
		return "", fmt.Errorf("no word %q", key)
	}
	return html.EscapeString(w), nil
}

// X is W for what must not be kept.
func (v *view) X(key string) (string, error) {
	v.note(v.words[key])
	return v.W(key)
}

// Gone writes a text that must not be kept.
func (v *view) Gone(text string) string {
	v.note(text)
	return html.EscapeString(text)
}

// NotePosted notes the line "Posted in …", whose section is a link.
func (v *view) NotePosted() string {
	v.note(v.words["posted"] + " " + v.page.article.head["section"])
	return ""
}

func (v *view) note(text string) { v.without = append(v.without, text) }

// What the templates ask of the page.

func (v *view) Is(tmpl string) bool    { return v.page.tmpl == tmpl }
func (v *view) Chinese() bool          { return v.page.lang != "en" }
func (v *view) Title() string          { return html.EscapeString(v.page.title) }
func (v *view) A() *article            { return v.page.article }
func (v *view) Charset() string        { return v.page.charset }
func (v *view) MetaCharset() bool      { return v.page.declared == "meta" }
func (v *view) NoIndex() bool          { return v.page.noindex }
func (v *view) Plain() []string        { return v.page.paragraphs }
func (v *view) Prev() string           { return v.page.prev }
func (v *view) Next() string           { return v.page.next }
func (v *view) Abs(path string) string { return v.site.abs(v.page.edition, path) }

// BodyClass is what WordPress would write: it names the kind of page.
func (v *view) BodyClass() string {
	switch {
	case v.page.tmpl == "article":
		return "post-template-default single single-post postid-4100 single-format-standard"
	case v.page.tmpl == "home":
		return "home blog"
	case v.page.tmpl == "plain":
		return "error404"
	case v.page.tmpl == "login":
		return "login"
	case strings.HasPrefix(v.page.path, "/tag/"):
		return "archive tag"
	case strings.HasPrefix(v.page.path, "/author/"):
		return "archive author"
	case strings.HasPrefix(v.page.path, "/page/"):
		return "home blog paged"
	}
	return "archive category"
}

// Lang is the language as an HTML attribute.
func (v *view) Lang() string {
	return map[string]string{"en": "en-GB", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}[v.page.lang]
}

// Self is the canonical address.
func (v *view) Self() string {
	if v.page.canonical != "" {
		return v.Abs(v.page.canonical)
	}
	return v.Abs(v.page.path)
}

// Other is the front page of the other edition; Translation the same report
// there, if there is one.
func (v *view) Other() string { return v.site.abs(v.page.edition.other(), "/") }

func (v *view) Translation() string {
	if v.page.article == nil || v.page.article.head["translation"] == "" {
		return ""
	}
	return v.site.abs(v.page.edition.other(), v.page.article.head["translation"])
}

func (v *view) TranslationLang() string { return [...]string{"zh", "en"}[v.page.edition] }

func (v *view) Head(key string) string { return html.EscapeString(v.page.article.head[key]) }

// Print is the address of the report's copy for printing.
func (v *view) Print() string {
	if d := v.page.article.head["duplicate"]; d != "" {
		return d
	}
	return "javascript:window.print()"
}

// entry is a report as other pages show it.
type entry struct{ Title, URL, Excerpt, Day, Section, Author, Key string }

func (v *view) item(a *article) entry {
	i := entry{Title: a.head["title"], URL: a.head["path"], Day: v.day(a.day()), Section: a.head["section"], Key: a.name}
	if len(a.authors) > 0 {
		i.Author = a.authors[0]
	}
	for _, b := range a.pages[0] {
		if b.kind == "p" && i.Excerpt == "" {
			i.Excerpt = shorten(plainText(b.lines[0]))
		}
	}
	return i
}

// shorten cuts an excerpt as WordPress does: words or, for Chinese,
// characters, and an ellipsis in brackets.
func shorten(s string) string {
	if words := strings.Fields(s); len(words) > 24 {
		return strings.Join(words[:24], " ") + " […]"
	}
	if r := []rune(s); !strings.Contains(s, " ") && len(r) > 50 {
		return string(r[:50]) + "[…]"
	}
	return s
}

// Items are the reports of a list.
func (v *view) Items() []entry {
	var out []entry
	for _, a := range v.page.items {
		out = append(out, v.item(a))
	}
	return out
}

// Related are up to n other reports in the page's language.
func (v *view) Related(n, from int) []entry {
	var out []entry
	all := v.site.articles[v.page.edition]
	start := 0
	if v.page.article != nil {
		start = slices.Index(all, v.page.article)
	}
	for i := range len(all) {
		a := all[(start+from+i)%len(all)]
		if len(out) < n && a != v.page.article && a.lang() == v.page.lang && a.listed() && !a.gone(v.epoch) {
			out = append(out, v.item(a))
		}
	}
	return out
}

// GoneTitle writes the title of another report, which must not be kept.
func (v *view) GoneTitle(i entry) string { return v.Gone(i.Title) }

// named is a link with its name.
type named struct{ Name, URL string }

// Sections is the menu.
func (v *view) Sections() []named {
	var out []named
	for _, a := range v.site.articles[v.page.edition] {
		n := named{a.head["section"], sectionPath(a.head["section"])}
		if a.listed() && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Cloud is the tags of the edition.
func (v *view) Cloud() []named {
	var out []named
	for _, a := range v.site.articles[v.page.edition] {
		for _, t := range a.tags {
			if n := (named{t, tagPath(t)}); !a.gone(v.epoch) && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (v *view) Section() named {
	return named{v.page.article.head["section"], sectionPath(v.page.article.head["section"])}
}

func (v *view) Tags() []named {
	var out []named
	for _, t := range v.page.article.tags {
		out = append(out, named{t, tagPath(t)})
	}
	return out
}

// Authors are the reporters with their pages.
func (v *view) Authors() []named {
	var out []named
	for _, a := range v.page.article.authors {
		out = append(out, named{a, authorPath(a)})
	}
	return out
}

// Byline is the line under the title, as text.
func (v *view) Byline() string {
	names := v.page.article.authors
	if len(names) == 0 {
		return ""
	}
	if v.Chinese() {
		sep := " "
		if strings.HasSuffix(v.words["by"], "：") {
			sep = ""
		}
		return v.Gone(v.words["by"] + sep + strings.Join(names, "、"))
	}
	return v.Gone(v.words["by"] + " " + strings.Join(names, " and "))
}

// Bios are the notes on the reporters.
func (v *view) Bios() []named {
	var out []named
	for _, a := range v.page.article.authors {
		if bio := v.who.Bios[a]; bio != "" {
			out = append(out, named{bio, authorPath(a)})
		}
	}
	return out
}

// comment is a reader's.
type comment struct {
	ID         int
	Name, Text string
	Day        string
}

// Comments are some readers' comments, other ones for each report.
func (v *view) Comments() []comment {
	var out []comment
	n := len(v.page.title)
	all := v.who.Comments
	for i := range 2 + n%3 {
		c := all[(n+i)%len(all)]
		out = append(out, comment{ID: 4000 + n*7 + i, Name: c[0], Text: c[1], Day: v.day(v.page.article.day())})
	}
	return out
}

func (v *view) Popular() []string { return v.who.Popular }

// Published is the day as people read it in this layout.
func (v *view) Published() string { return v.day(v.page.article.day()) }

func (v *view) Changed() string {
	if m := v.page.article.modified(v.epoch); m != "" {
		return v.day(m[:10])
	}
	return ""
}

func (v *view) ChangedISO() string { return v.page.article.modified(v.epoch) }

func (v *view) day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	switch {
	case v.Chinese() && v.page.layout == "soup":
		return t.Format("2006-01-02")
	case v.Chinese():
		return t.Format("2006年1月2日")
	case v.page.layout == "table":
		return t.Format("2 January 2006")
	}
	return t.Format("January 2, 2006")
}

// Minutes is the reading time that some layouts show.
func (v *view) Minutes() int {
	n := 0
	for _, b := range v.page.article.pages[v.page.part] {
		for _, l := range b.lines {
			n += len(l)
		}
	}
	return 1 + n/1200
}

// Parts are the pages of a report in several pages; the present one has no
// address.
func (v *view) Parts() []named {
	a := v.page.article
	if len(a.pages) < 2 {
		return nil
	}
	var out []named
	for i := range a.pages {
		n := named{Name: fmt.Sprint(i + 1)}
		if i != v.page.part {
			n.URL = a.path(i)
		}
		out = append(out, n)
	}
	return out
}

// PrevPart and NextPart are the neighbours of such a page.
func (v *view) PrevPart() string {
	if v.page.article == nil || v.page.part == 0 {
		return ""
	}
	return v.Abs(v.page.article.path(v.page.part - 1))
}

func (v *view) NextPart() string {
	if v.page.article == nil || v.page.part+1 >= len(v.page.article.pages) {
		return ""
	}
	return v.Abs(v.page.article.path(v.page.part + 1))
}

// JSONLD is the report's machine-readable description.
func (v *view) JSONLD() (string, error) {
	a := v.page.article
	type m = map[string]any
	var authors []m
	for _, n := range a.authors {
		authors = append(authors, m{"@type": "Person", "name": n, "url": v.Abs(authorPath(n))})
	}
	d := m{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": a.head["title"],
		"datePublished": a.head["published"], "inLanguage": v.Lang(), "articleSection": a.head["section"],
		"mainEntityOfPage": m{"@type": "WebPage", "@id": v.Self()},
		"publisher": m{
			"@type": "NewsMediaOrganization", "name": v.words["site"], "url": v.Abs("/"),
			"logo": m{"@type": "ImageObject", "url": v.Abs("/media/tower.png")},
		},
		"image": []string{v.Abs("/media/pier.png")},
	}
	if len(authors) > 0 {
		d["author"] = authors
	}
	if c := a.modified(v.epoch); c != "" {
		d["dateModified"] = c
	}
	if a.head["description"] != "" {
		d["description"] = a.head["description"]
	}
	if len(a.tags) > 0 {
		d["keywords"] = a.tags
	}
	b, err := json.Marshal(d)
	return string(b), err
}

// Share is a link to a service that shares the page.
func (v *view) Share(service string) string {
	return "https://" + service + ".example/share?url=" + url.QueryEscape(v.Self())
}

// ReplyTo is the page's address with the number of a comment, as the links
// "Reply" have it.
func (v *view) ReplyTo(id int) string {
	return withQuery(v.Self(), fmt.Sprintf("replytocom=%d", id)) + "#respond"
}

// Tracked is the report's address with parameters that count clicks.
func (i entry) Tracked(source string) string {
	return withQuery(i.URL, "utm_source="+source+"&utm_medium=widget")
}

// withQuery adds parameters to an address, for an attribute.
func withQuery(address, query string) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return html.EscapeString(address + sep + query)
}
