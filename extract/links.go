package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"stet/crawler/weburl"
)

// maxLinkText is how many characters of a link's text are kept.
const maxLinkText = 500

// maxLinkNodes is how many nodes within a link are searched for its text.
const maxLinkNodes = 2000

// maxLinks bounds what one page can yield.
const maxLinks = 200_000

// Links lists the links of a page in document order, their URLs absolute
// against base (see [BaseURL]): of a, area and frame elements, and with
// [PlaceHead] those of link elements that name a document (feeds,
// translations, next page, …) and of a meta refresh. Style sheets, icons and
// the like are no links. Left out are URLs that cannot be resolved and those
// that name no resource but carry one or a script (javascript:, data:, …).
// Whether a link stands in the article's text is not known here: the place of
// all others is [PlaceElsewhere].
func Links(doc *html.Node, base string) []Link {
	links, _ := collectLinks(doc, newResolver(base, ""))
	return links
}

// BaseURL is the URL that relative links of a page are resolved against: that
// of the first base element with an href, if it is an http or https URL, else
// the page's own.
func BaseURL(doc *html.Node, pageURL string) string { return baseURL(doc, pageURL) }

// collectLinks is Links; nodes[i] is the element that links[i] was found at.
func collectLinks(doc *html.Node, r *resolver) (links []Link, nodes []*html.Node) {
	var text foldedText
	for n := doc; n != nil; n = nextNode(n, doc) {
		if n.Type != html.ElementNode || len(links) >= maxLinks {
			continue
		}
		ref, rel, place := linkAt(n)
		if place == "" {
			continue
		}
		abs := r.resolve(ref)
		if abs == "" {
			continue
		}
		l := Link{URL: abs, Rel: foldRel(rel), Place: place}
		switch n.DataAtom {
		case atom.A:
			l.Text = text.of(n)
		case atom.Area:
			l.Text = text.fold(attr(n, "alt"))
		case atom.Link:
			l.Text = text.fold(attr(n, "title"))
		}
		links, nodes = append(links, l), append(nodes, n)
	}
	return links, nodes
}

// linkAt reads the reference of an element that may be a link; an empty place
// means that it is none.
func linkAt(n *html.Node) (ref, rel string, place Place) {
	switch n.DataAtom {
	case atom.A, atom.Area:
		place = PlaceElsewhere
	case atom.Link:
		place = PlaceHead
	case atom.Frame:
		return attr(n, "src"), "", placeIf(attr(n, "src") != "", PlaceElsewhere)
	case atom.Meta:
		if !strings.EqualFold(attr(n, "http-equiv"), "refresh") || inNoscript(n) {
			return "", "", ""
		}
		delay, to, ok := parseRefresh(attr(n, "content"))
		return to, "", placeIf(ok && to != "" && delay <= maxRefreshDelay, PlaceHead)
	default:
		return "", "", ""
	}
	found := false
	for i := range n.Attr {
		switch a := &n.Attr[i]; {
		case a.Namespace != "":
		case a.Key == "href":
			ref, found = a.Val, true
		case a.Key == "rel":
			rel = a.Val
		}
	}
	if !found || (place == PlaceHead && !namesDocument(rel)) {
		return "", "", ""
	}
	return ref, rel, place
}

func placeIf(ok bool, p Place) Place {
	if ok {
		return p
	}
	return ""
}

// namesDocument says whether a link element of that rel points to a document
// (https://html.spec.whatwg.org/#linkTypes and the registered extensions that
// sites of news use) and not to something the page itself is made of.
func namesDocument(rel string) bool {
	for word := range strings.FieldsSeq(rel) {
		switch strings.ToLower(word) {
		case "alternate", "canonical", "next", "prev", "previous", "first", "last", "start", "up", "index",
			"contents", "archives", "author", "license", "shortlink", "amphtml", "help", "bookmark", "me":
			return !hasWord(rel, "stylesheet")
		}
	}
	return false
}

// hasWord says whether a space-separated list has the word, in any case.
func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func foldRel(rel string) string {
	if rel == "" {
		return ""
	}
	return strings.ToLower(strings.Join(strings.Fields(rel), " "))
}

// resolver makes references absolute; a page repeats many of them.
type resolver struct {
	base weburl.URL
	page encoding.Encoding // the page's, nil for UTF-8
	seen map[string]string
}

// newResolver resolves against base; charset is the page's encoding, in which
// servers expect the queries of its links, "" for UTF-8.
func newResolver(base, charset string) *resolver {
	u, err := weburl.Parse(base)
	if err != nil {
		u = weburl.URL{} // absolute references still resolve
	}
	r := &resolver{base: u}
	if !strings.EqualFold(charset, "utf-8") {
		r.page, _ = htmlindex.Get(charset) // nil: queries are UTF-8
	}
	return r
}

// resolve returns "" for what is no URL, or none that names a resource.
func (r *resolver) resolve(ref string) string {
	if abs, ok := r.seen[ref]; ok {
		return abs
	}
	abs := ""
	if u, err := r.base.ResolveIn(ref, r.page); err == nil && !carriesItself(u.Scheme()) {
		abs = u.String()
	}
	if r.seen == nil {
		r.seen = make(map[string]string, 64)
	}
	r.seen[ref] = abs
	return abs
}

func carriesItself(scheme string) bool {
	switch scheme {
	case "javascript", "vbscript", "data", "blob", "about":
		return true
	}
	return false
}

// resolveHTTP is resolve for what must be a web address.
func (r *resolver) resolveHTTP(ref string) string {
	if ref = strings.TrimSpace(ref); ref == "" {
		return ""
	}
	abs := r.resolve(ref)
	if strings.HasPrefix(abs, "https://") || strings.HasPrefix(abs, "http://") {
		return abs
	}
	return ""
}

// baseURL follows the standard (https://html.spec.whatwg.org/#document-base-url):
// the first base element with an href counts, wherever it stands, resolved
// against the page's own URL; one that does not resolve, or not to http or
// https, counts for nothing.
func baseURL(doc *html.Node, pageURL string) string {
	for n := doc; n != nil; n = nextNode(n, doc) {
		if n.DataAtom != atom.Base || n.Type != html.ElementNode || n.Namespace != "" {
			continue
		}
		href, ok := attrOK(n, "href")
		if !ok {
			continue
		}
		page, err := weburl.Parse(pageURL)
		if err != nil {
			page = weburl.URL{}
		}
		if u, err := page.Resolve(href); err == nil && u.IsHTTP() {
			return u.String()
		}
		return pageURL
	}
	return pageURL
}

// nextNode is the node after n in document order within root.
func nextNode(n, root *html.Node) *html.Node {
	if n.FirstChild != nil {
		return n.FirstChild
	}
	return afterNode(n, root)
}

// afterNode is the node after n and all it holds.
func afterNode(n, root *html.Node) *html.Node {
	for n != root && n != nil {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

func attr(n *html.Node, key string) string {
	v, _ := attrOK(n, key)
	return v
}

func attrOK(n *html.Node, key string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == key && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}

func inNoscript(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Noscript {
			return true
		}
	}
	return false
}

// foldedText gathers text with white space folded, up to maxLinkText
// characters, in a buffer used again for each link.
type foldedText struct {
	buf   []byte
	space bool
	count int
}

// of is the text of an element; of pictures the alternative text, but only
// where there is no other.
func (t *foldedText) of(n *html.Node) string {
	t.buf, t.space, t.count = t.buf[:0], false, 0
	var image string
	nodes := 0
	for c := n.FirstChild; c != nil && t.count < maxLinkText && nodes < maxLinkNodes; nodes++ {
		skip := false
		switch {
		case c.Type == html.TextNode:
			if c.PrevSibling != nil && isBlockAtom(c.PrevSibling.DataAtom) {
				t.space = true
			}
			t.add(c.Data)
		case c.DataAtom == atom.Script, c.DataAtom == atom.Style, c.DataAtom == atom.Template, c.DataAtom == atom.Noscript:
			skip = true
		case c.DataAtom == atom.Img:
			if image == "" {
				image = attr(c, "alt")
			}
		case c.Type == html.ElementNode && isBlockAtom(c.DataAtom):
			t.space = true
		}
		if skip {
			c = afterNode(c, n)
		} else {
			c = nextNode(c, n)
		}
	}
	if len(t.buf) == 0 {
		t.add(image)
	}
	return string(t.buf)
}

func (t *foldedText) fold(s string) string {
	t.buf, t.space, t.count = t.buf[:0], false, 0
	t.add(s)
	return string(t.buf)
}

func (t *foldedText) add(s string) {
	for i := 0; i < len(s) && t.count < maxLinkText; {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if isSpaceByte(c) || c < ' ' {
				t.space = true
				continue
			}
			t.pad()
			t.buf = append(t.buf, c)
			t.count++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if isWideSpace(r) {
			t.space = true
			continue
		}
		t.pad()
		t.buf = utf8.AppendRune(t.buf, r)
		t.count++
	}
}

// pad writes the space that was seen, unless nothing stands before it.
func (t *foldedText) pad() {
	if t.space && len(t.buf) > 0 && t.count < maxLinkText-1 {
		t.buf = append(t.buf, ' ')
		t.count++
	}
	t.space = false
}

// isWideSpace: no-break space, the spaces of general punctuation, line and
// paragraph separator, the ideographic space, the byte order mark.
func isWideSpace(r rune) bool {
	switch r {
	case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return r >= 0x2000 && r <= 0x200B
}

// isBlockAtom says whether text before and after such an element is apart.
func isBlockAtom(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Br, atom.Dd, atom.Div, atom.Dl, atom.Dt,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Header, atom.Hr, atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Table,
		atom.Td, atom.Th, atom.Tr, atom.Ul:
		return true
	}
	return false
}
