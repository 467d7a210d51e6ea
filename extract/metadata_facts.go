package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// facts is everything on a page that may bear metadata, gathered in one walk
// over the tree: what the head states, and the visible text with the places
// ("spans") of headings, dates and names in it.
type facts struct {
	metas    []metaTag
	ld       []jsonValue
	ldBytes  int
	htmlLang string
	title    string // of the title element
	heads    []headLink
	spans    []span
	lines    []line
	// text is the visible text: white space folded, a line per block, and
	// edge where an inline element begins or ends.
	text []byte
}

// edge marks the border of an inline element: no space, but a place where a
// name may end.
const edge = '\x1f'

// metaTag is a meta element: key is its property, name or itemprop in lower
// case.
type metaTag struct{ key, content string }

// headLink is a link element, or a link with a rel that speaks of the page.
type headLink struct{ rel, href, lang string }

// zone says where on the page something stands.
type zone uint16

const (
	zoneNav zone = 1 << iota
	zoneFooter
	zoneAside
	zoneComment
	zoneRelated
	zoneCaption
	zoneHidden
	zoneLink
	zoneHeading
	zoneQuote
	zoneBio
	zoneTitleLine // in a heading of the first order
)

// zoneOutside are the parts of a page that do not speak of its article.
const zoneOutside = zoneNav | zoneFooter | zoneAside | zoneComment | zoneRelated

// span is an element that may hold a piece of metadata, and its text.
type span struct {
	kind       spanKind
	tag        atom.Atom
	start, end int // in facts.text
	zone       zone
	article    int    // the article element it stands in, 0 for none
	prop       string // itemprop
	value      string // content or datetime attribute
	class      classFlags
	home       bool // a link in it leads to the front page
}

type spanKind uint8

const (
	spanHeading spanKind = 1 << iota // h1, h2
	spanTime                         // time element
	spanAuthor                       // class, id or rel speak of an author
	spanDate                         // class or id speak of a date
	spanProp                         // itemprop
	spanRelAuthor
	spanAuthorLink // a link to an author's page
)

// line is a block's line of the visible text.
type line struct {
	start, end int
	zone       zone
	article    int
}

// Bounds against pages made to be slow.
const (
	factsMaxText  = 512 << 10
	factsMaxSpans = 4000
	factsMaxMetas = 1000
	factsMaxLines = 8000
)

// factWalk is the state of the walk.
type factWalk struct {
	*facts
	stack    []factFrame
	space    bool
	lineFrom int
	lineZone zone // of the line's text; zoneLink if all of it is in links
	articles int
}

type factFrame struct {
	zone    zone
	article int
	span    int // index in spans, -1 for none
	block   bool
	inline  bool
}

// gatherFacts walks the tree. It keeps strings of the tree, nothing else.
func gatherFacts(doc *html.Node) *facts {
	w := factWalk{facts: &facts{}}
	w.text = make([]byte, 0, 16<<10)
	w.stack = append(w.stack, factFrame{span: -1})
	for n := doc.FirstChild; n != nil; {
		if w.enter(n) && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		w.leave()
		for n.NextSibling == nil {
			n = n.Parent
			if n == nil || n == doc {
				w.endLine()
				return w.facts
			}
			w.leave()
		}
		n = n.NextSibling
	}
	return w.facts
}

// enter says whether to look at what n holds. Every enter is followed by a
// leave.
func (w *factWalk) enter(n *html.Node) bool {
	top := w.stack[len(w.stack)-1]
	f := factFrame{zone: top.zone, article: top.article, span: -1}
	switch n.Type {
	case html.TextNode:
		if len(w.text) < factsMaxText {
			first, before := w.lineFrom == len(w.text), len(w.text)
			w.addText(n.Data)
			switch {
			case first:
				w.lineZone = top.zone
			case len(w.text) > before && top.zone&zoneLink == 0:
				w.lineZone &^= zoneLink
			}
		}
	case html.ElementNode:
		descend := w.element(n, &f)
		w.stack = append(w.stack, f)
		return descend
	}
	w.stack = append(w.stack, f)
	return false
}

func (w *factWalk) leave() {
	f := w.stack[len(w.stack)-1]
	switch {
	case f.block:
		w.endLine()
	case f.inline:
		w.markEdge()
	}
	w.stack = w.stack[:len(w.stack)-1]
	if f.span >= 0 {
		w.spans[f.span].end = len(w.text)
	}
}

func (w *factWalk) element(n *html.Node, f *factFrame) bool {
	switch n.DataAtom {
	case atom.Html:
		w.htmlLang = attr(n, "lang")
		if w.htmlLang == "" {
			w.htmlLang = attr(n, "xml:lang")
		}
		return true
	case atom.Head:
		return true
	case atom.Meta:
		w.meta(n)
		return false
	case atom.Title:
		if w.title == "" && n.Namespace == "" && n.FirstChild != nil {
			w.title = n.FirstChild.Data
		}
		return false
	case atom.Link:
		w.headLink(n)
		return false
	case atom.Script:
		w.script(n)
		return false
	case atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Select, atom.Textarea, atom.Svg, atom.Math, atom.Option,
		atom.Rt, atom.Rp: // how a word is read stands beside it in ruby text
		return false
	}
	w.visible(n, f)
	return true
}

func (w *factWalk) meta(n *html.Node) {
	if len(w.metas) >= factsMaxMetas {
		return
	}
	var content string
	var keys [3]string
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "content":
			content = a.Val
		case "property":
			keys[0] = a.Val
		case "name":
			keys[1] = a.Val
		case "itemprop":
			keys[2] = a.Val
		case "http-equiv":
			if strings.EqualFold(a.Val, "content-language") {
				keys[1] = "http-equiv:content-language"
			}
		}
	}
	if content = strings.TrimSpace(content); content == "" {
		return
	}
	if keys[2] != "" && keys[0]+keys[1] == "" {
		w.propMeta(strings.ToLower(keys[2]), content)
	}
	for _, key := range keys[:2] {
		if key != "" {
			w.metas = append(w.metas, metaTag{strings.ToLower(strings.TrimSpace(key)), content})
		}
	}
}

// propMeta is a meta element of microdata: it belongs to where it stands.
func (w *factWalk) propMeta(prop, content string) {
	if len(w.spans) < factsMaxSpans {
		top := w.stack[len(w.stack)-1]
		w.spans = append(w.spans, span{kind: spanProp, prop: prop, value: content, start: len(w.text), end: len(w.text), zone: top.zone, article: top.article})
	}
}

func (w *factWalk) headLink(n *html.Node) {
	var l headLink
	prop := ""
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "rel":
			l.rel = strings.ToLower(a.Val)
		case "href":
			l.href = a.Val
		case "hreflang":
			l.lang = a.Val
		case "itemprop":
			prop = strings.ToLower(a.Val)
		}
	}
	switch l.rel {
	case "canonical", "license", "image_src", "author", "shortlink", "alternate":
		if len(w.heads) < factsMaxMetas {
			w.heads = append(w.heads, l)
		}
	case "":
		if prop != "" && l.href != "" {
			w.propMeta(prop, l.href)
		}
	default:
		if l.lang != "" && hasWord(l.rel, "alternate") && len(w.heads) < factsMaxMetas {
			w.heads = append(w.heads, l)
		}
	}
}

func (w *factWalk) script(n *html.Node) {
	if n.FirstChild == nil || w.ldBytes >= 2*jsonMaxBytes {
		return
	}
	kind := strings.ToLower(attr(n, "type"))
	if !strings.Contains(kind, "ld+json") {
		return
	}
	w.ldBytes += len(n.FirstChild.Data)
	w.ld = append(w.ld, parseJSON(n.FirstChild.Data))
}

// visible reads the attributes of an element of the body.
func (w *factWalk) visible(n *html.Node, f *factFrame) {
	s := span{tag: n.DataAtom}
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "class", "id":
			s.class |= flagsOfNames(a.Val)
		case "itemprop", "property":
			s.kind |= spanProp
			s.prop = propName(a.Val)
		case "content", "datetime":
			if s.value == "" || a.Key == "datetime" {
				s.value = strings.TrimSpace(a.Val)
			}
		case "rel":
			switch {
			case hasWord(a.Val, "author"):
				s.kind |= spanRelAuthor | spanAuthor
			case hasWord(a.Val, "license") && len(w.heads) < factsMaxMetas && f.zone&(zoneCaption|zoneComment|zoneRelated|zoneQuote) == 0:
				w.heads = append(w.heads, headLink{rel: "license", href: attr(n, "href")})
			}
		case "href":
			if n.DataAtom == atom.A && isAuthorRef(a.Val) {
				s.kind |= spanAuthorLink
			}
			if f.zone&zoneFooter != 0 && isCommons(a.Val) && len(w.heads) < factsMaxMetas {
				w.heads = append(w.heads, headLink{rel: relFooterLicense, href: a.Val})
			}
		case "role":
			f.zone |= roleZone(a.Val)
		case "style":
			if strings.Contains(a.Val, "display:none") || strings.Contains(a.Val, "display: none") {
				f.zone |= zoneHidden
			}
		case "hidden":
			f.zone |= zoneHidden
		case "data-testid", "data-qa", "data-test", "data-component":
			s.class |= flagsOfNames(a.Val) & (clsAuthor | clsByline | clsDate | clsModified | clsRelated | clsComment)
		case "data-author", "data-byline":
			if a.Val != "" && s.value == "" {
				s.value = a.Val
			}
		case "itemtype":
			if strings.Contains(a.Val, "Comment") {
				f.zone |= zoneComment
			}
		}
	}
	w.place(n, &s, f)
	w.keep(n, &s, f)
}

// propName drops the vocabulary from the name of a property.
func propName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.LastIndexAny(s, ":/"); i >= 0 {
		s = s[i+1:]
	}
	return s
}

func roleZone(role string) zone {
	switch role {
	case "navigation", "menu", "menubar", "banner":
		return zoneNav
	case "contentinfo":
		return zoneFooter
	case "complementary":
		return zoneAside
	}
	return 0
}

// place derives zone and layout.
func (w *factWalk) place(n *html.Node, s *span, f *factFrame) {
	if z := classZone(s.class); isContainer(n.DataAtom) {
		f.zone |= z
	} else {
		f.zone |= z & (zoneCaption | zoneBio) // a part's name is also given to its pieces
	}
	switch n.DataAtom {
	case atom.Body, atom.Main:
		f.zone = w.stack[len(w.stack)-1].zone // theme classes on the body mean nothing
	case atom.Nav:
		f.zone |= zoneNav
	case atom.Footer:
		f.zone |= zoneFooter
		if f.article > 0 {
			f.zone &^= zoneFooter // an article's own footer
		}
	case atom.Aside:
		f.zone |= zoneAside
	case atom.Figure, atom.Figcaption:
		f.zone |= zoneCaption
	case atom.A:
		if s.kind&(spanAuthor|spanAuthorLink) == 0 && s.class&(clsAuthor|clsByline) == 0 {
			f.zone |= zoneLink
		}
		if f.zone&zoneHeading != 0 && isHomeRef(attr(n, "href")) {
			w.markHome()
		}
	case atom.Blockquote:
		f.zone |= zoneQuote
	case atom.H1, atom.H2:
		s.kind |= spanHeading
		f.zone |= zoneHeading
		if n.DataAtom == atom.H1 {
			f.zone |= zoneTitleLine
		}
	case atom.H3, atom.H4:
		f.zone |= zoneHeading
	case atom.Time:
		s.kind |= spanTime
	case atom.Article:
		if f.article == 0 {
			w.articles++
			f.article = w.articles
		}
		if f.article > 0 {
			f.zone &^= zoneRelated &^ classZone(s.class)
		}
	}
	f.block = isBlockAtom(n.DataAtom)
	f.inline = !f.block
	if f.block {
		w.endLine()
	} else {
		w.markEdge()
	}
}

// isAuthorRef recognises addresses of pages about an author by a segment of
// their path ("/author/…", "/autoren/…").
func isAuthorRef(href string) bool {
	if strings.Contains(href, "author=") {
		return true
	}
	for i := strings.IndexByte(href, '/'); i >= 0 && i+1 < len(href); {
		rest := href[i+1:]
		switch rest[0] {
		case 'a', 'b', 'c', 'j', 'p', 'r', 's', 'w':
			for _, word := range [...]string{"author", "autor", "auteur", "redakteur", "redactor", "reporter", "journalist", "contributor", "writers/", "by/", "byline/", "staff/", "penulis"} {
				if strings.HasPrefix(rest, word) && len(rest) > len(word)+1 {
					return true
				}
			}
		}
		next := strings.IndexByte(rest, '/')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return false
}

// isContainer says whether an element of that name can be a part of the page.
func isContainer(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Section, atom.Ul, atom.Ol, atom.Li, atom.Aside, atom.Nav, atom.Footer, atom.Header, atom.Table, atom.Td, atom.Tr,
		atom.Article, atom.Form, atom.Dl, atom.Figure, atom.Details, atom.Center, 0:
		return true
	}
	return false
}

// isHomeRef recognises links to a front page.
func isHomeRef(href string) bool {
	href = strings.TrimSpace(href)
	if _, rest, ok := strings.Cut(href, "://"); ok {
		_, path, _ := strings.Cut(rest, "/")
		return path == ""
	}
	switch href {
	case "/", "./", "index.html", "/index.html", "index.php", "/index.php", "../", "..", "home":
		return true
	}
	return false
}

// markHome marks the heading that is open.
func (w *factWalk) markHome() {
	for i := len(w.stack) - 1; i > 0; i-- {
		if k := w.stack[i].span; k >= 0 && w.spans[k].kind&spanHeading != 0 {
			w.spans[k].home = true
			return
		}
	}
}

func classZone(c classFlags) zone {
	var z zone
	if c&clsComment != 0 {
		z |= zoneComment
	}
	if c&clsRelated != 0 && c&(clsAuthor|clsByline) == 0 {
		z |= zoneRelated
	}
	if c&clsNav != 0 {
		z |= zoneNav
	}
	if c&clsFooter != 0 && c&clsStory == 0 {
		z |= zoneFooter
	}
	if c&clsCaption != 0 {
		z |= zoneCaption
	}
	if c&clsBio != 0 {
		z |= zoneBio
	}
	return z
}

// keep opens a span if the element may hold metadata.
func (w *factWalk) keep(n *html.Node, s *span, f *factFrame) {
	if s.class&(clsAuthor|clsByline) != 0 {
		s.kind |= spanAuthor
	}
	if s.class&clsDate != 0 {
		s.kind |= spanDate
	}
	if s.kind == 0 || len(w.spans) >= factsMaxSpans {
		return
	}
	if n.DataAtom == atom.Body || n.DataAtom == atom.Main {
		return
	}
	s.start, s.end = len(w.text), len(w.text)
	s.zone, s.article = f.zone, f.article
	f.span = len(w.spans)
	w.spans = append(w.spans, *s)
}

func (w *factWalk) endLine() {
	w.space = false
	if n := len(w.text); n > 0 && w.text[n-1] == edge {
		w.text = w.text[:n-1]
	}
	if w.lineFrom >= len(w.text) {
		return
	}
	if len(w.lines) < factsMaxLines {
		w.lines = append(w.lines, line{w.lineFrom, len(w.text), w.lineZone, w.stack[len(w.stack)-1].article})
	}
	w.text = append(w.text, '\n')
	w.lineFrom = len(w.text)
}

func (w *factWalk) markEdge() {
	if n := len(w.text); n > w.lineFrom && w.text[n-1] != edge {
		w.text = append(w.text, edge)
	}
}

func (w *factWalk) addText(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if c <= ' ' {
				w.space = true
				continue
			}
			w.pad()
			w.text = append(w.text, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if isWideSpace(r) {
			w.space = true
		} else {
			w.pad()
			w.text = append(w.text, s[i:i+size]...)
		}
		i += size
	}
}

func (w *factWalk) pad() {
	if w.space && len(w.text) > w.lineFrom {
		w.text = append(w.text, ' ')
	}
	w.space = false
}

// meta is the first content under one of the keys, in the order of the keys.
func (f *facts) meta(keys ...string) string {
	for _, key := range keys {
		for i := range f.metas {
			if f.metas[i].key == key {
				return f.metas[i].content
			}
		}
	}
	return ""
}

// spanText is the text of a span without edges.
func (f *facts) spanText(s *span) string { return plainText(f.text[s.start:min(s.end, len(f.text))]) }

func (f *facts) lineText(l *line) string { return plainText(f.text[l.start:l.end]) }

// plainText drops edges and folds line ends.
func plainText(b []byte) string {
	s := string(b)
	if strings.IndexByte(s, edge) >= 0 {
		s = strings.ReplaceAll(s, string(edge), "")
	}
	if strings.IndexByte(s, '\n') >= 0 {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return strings.TrimSpace(s)
}
