package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stet/extract/template"
)

// A tree is the page's body as one slice in document order. The descendants
// of item i are the items i+1 to items[i].end-1, so every walk is a loop, a
// subtree is a range, and nothing recurses however deep the page is. Stages
// mark items; the parsed nodes themselves are never changed.
type tree struct {
	items    []item
	why      *reasons // nil unless the document is to explain itself
	marks    *marks   // likewise
	story    int32    // the item chosen to hold the story
	teased   int32    // weight of the teasers cut before the container was chosen
	host     string   // of the page
	lone     bool     // a teaser that leads to its page twice was seen
	title    string   // the title of the page, as read from its metadata
	authors  []string // likewise
	prompt   string   // what the page says where it asks to be paid for
	steps    int      // items looked at by what looks into boxes, see scan
	siteName string
	hostName string // the first part of its host, letters and digits only
	p        *phrases
	site     *template.Template // what the site's pages repeat, nil if unknown
	runs     []run              // the lines of the page before anything was cut
	opening  int                // the run of the story's first paragraph, -1 if unknown
	paths    []uint64           // of each block, the hash of the elements from the body down
	parts    []int32            // the elements that the site has this story in, as far as known
	captions map[string]bool    // class values that name captions
	names    map[string]string  // rules of the class and id values seen
	ruling   *ruling            // what the site rule says; nil if there is none
	pages    *pager             // links to other pages of the article
}

// An item is one element or one piece of text.
type item struct {
	node       *html.Node
	parent     int32 // -1 for the root
	end        int32 // one past the last descendant
	tag        atom.Atom
	form       form
	state      state
	inLink     bool  // inside an a element
	teaser     bool  // cut as a box of links
	caption    bool  // text of a caption
	data, cell bool  // part, or a cell, of a table of data
	spared     uint8 // as a part of what a site rule names
	// The counts below hold for what is still live under the item.
	weight   int32 // length of the text in Latin characters, see weigh
	linked   int32 // part of weight inside links
	own      int32 // part of weight in no block below this one
	ownLink  int32 // part of own inside links
	marks    int32 // commas and sentence ends
	prose    int32 // weight in blocks that read like paragraphs
	links    int32 // number of a elements
	images   int32
	controls int32 // buttons and input fields
}

type form uint8

const (
	formText   form = iota
	formBlock       // starts a line of its own
	formInline      // runs with the text around it
	formBreak       // br
	formImage       // img
)

type state uint8

const (
	live state = iota
	cut        // taken away, with everything below
	kept       // chosen as part of the story
)

// proseWeight is the least weight of a block that reads like a paragraph.
// Readability's 25 characters let menu entries through; 80 is its own limit
// for a paragraph beside the container.
const proseWeight = 80

// newTree lists what can be seen of the page's body.
func newTree(doc *html.Node) *tree {
	t := &tree{}
	root := bodyOf(doc)
	if root == nil {
		return t
	}
	nodes := 0 // to make room for at once: growing would copy a megabyte
	for n := root; n != nil; n = following(n, root) {
		nodes++
	}
	t.items = make([]item, 0, nodes)
	t.list(root)
	t.count()
	return t
}

// bodyOf finds the body element, or the whole document if there is none.
func bodyOf(doc *html.Node) *html.Node {
	for n := doc.FirstChild; n != nil; n = n.NextSibling {
		if n.DataAtom != atom.Html {
			continue
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.Body || c.DataAtom == atom.Frameset {
				return c
			}
		}
	}
	return doc
}

// list fills items in document order.
func (t *tree) list(root *html.Node) {
	parent := int32(-1)
	n := root
	for {
		if t.enter(n, parent) && n.FirstChild != nil {
			parent = int32(len(t.items) - 1)
			n = n.FirstChild
			continue
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
			t.items[parent].end = int32(len(t.items))
			parent = t.items[parent].parent
		}
		if n == root {
			break
		}
		n = n.NextSibling
	}
	if len(t.items) > 0 {
		t.items[0].end = int32(len(t.items))
	}
}

// enter appends n and tells whether to look at what is inside it. Everything
// that is entered and has children is left again by list.
func (t *tree) enter(n *html.Node, parent int32) bool {
	at := int32(len(t.items))
	switch n.Type {
	case html.TextNode:
		if n.Data != "" {
			t.items = append(t.items, item{node: n, parent: parent, end: at + 1, inLink: t.linkAt(parent)})
		}
		return false
	case html.ElementNode, html.DocumentNode:
	default:
		return false
	}
	f, skip, control := formOf(n)
	if control && parent >= 0 {
		t.items[parent].controls++
	}
	if skip {
		return false
	}
	t.items = append(t.items, item{node: n, parent: parent, end: at + 1, tag: n.DataAtom, form: f, inLink: t.linkAt(parent)})
	return true
}

// linkAt tells whether what stands in item i is part of a link.
func (t *tree) linkAt(i int32) bool {
	return i >= 0 && (t.items[i].inLink || t.items[i].tag == atom.A && hasAttr(t.items[i].node, "href"))
}

// formOf says how an element stands on the page; skip means that nothing in
// it is text a reader sees.
func formOf(n *html.Node) (f form, skip, control bool) {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Svg, atom.Math, atom.Head,
		atom.Object, atom.Embed, atom.Canvas, atom.Audio, atom.Video, atom.Map,
		atom.Datalist, atom.Link, atom.Meta, atom.Title, atom.Frameset, atom.Noframes,
		atom.Iframe, atom.Rt, atom.Rp, atom.Progress, atom.Meter, atom.Param, atom.Track, atom.Source, atom.Area:
		return formInline, true, false
	case atom.Noscript:
		return formBlock, n.FirstChild == nil || n.FirstChild.Type == html.TextNode && n.FirstChild.NextSibling == nil, false
	case atom.Button, atom.Select, atom.Textarea, atom.Input, atom.Option:
		return formInline, true, !isHiddenInput(n)
	case atom.Br, atom.Wbr:
		if n.DataAtom == atom.Wbr {
			return formInline, true, false
		}
		return formBreak, false, false
	case atom.Img:
		return formImage, false, false
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite,
		atom.Code, atom.Data, atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins,
		atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Q, atom.Rb, atom.Ruby,
		atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub,
		atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Picture:
		return formInline, false, false
	}
	return formBlock, false, false
}

func isHiddenInput(n *html.Node) bool {
	return n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "hidden")
}

// count fills the numbers of every item, bottom up.
func (t *tree) count() {
	for i := len(t.items) - 1; i >= 0; i-- {
		it := &t.items[i]
		switch it.form {
		case formText:
			it.weight, it.marks = weigh(it.node.Data)
			it.own = it.weight
			if it.inLink {
				it.linked, it.ownLink = it.weight, it.weight
			}
		case formImage:
			it.images = 1
		case formBlock:
			if it.own >= proseWeight && it.ownLink*2 < it.own {
				it.prose += it.own
			}
		}
		if it.tag == atom.A {
			it.links++
		}
		if it.parent >= 0 {
			t.items[it.parent].add(it, 1)
		}
	}
}

// add adds (or, with sign -1, takes away) the numbers of a child.
func (p *item) add(c *item, sign int32) {
	p.weight += sign * c.weight
	p.linked += sign * c.linked
	p.marks += sign * c.marks
	p.prose += sign * c.prose
	p.links += sign * c.links
	p.images += sign * c.images
	p.controls += sign * c.controls
	if c.form != formBlock {
		p.own += sign * c.own
		p.ownLink += sign * c.ownLink
	}
}

// cut takes item i away, with everything below it, and takes its numbers from
// those of its ancestors.
func (t *tree) cut(i int32, stage, rule string) {
	it := &t.items[i]
	if it.state == cut || it.spared == spareFully || it.spared == spareShown && rule != "hidden" {
		return
	}
	if t.why != nil {
		t.why.note(i, it.end, i, stage, rule)
	}
	it.state = cut
	for p := it.parent; p >= 0; p = t.items[p].parent {
		a := &t.items[p]
		a.weight -= it.weight
		a.linked -= it.linked
		a.marks -= it.marks
		a.prose -= it.prose
		a.links -= it.links
		a.images -= it.images
		a.controls -= it.controls
	}
}

// text is the live text under item i with white space folded, at most about
// limit bytes.
func (t *tree) text(i int32, limit int) string {
	var b strings.Builder
	space := false
	for j := i; j < t.items[i].end && b.Len() < limit; {
		it := &t.items[j]
		if it.state == cut && j != i {
			j = it.end
			continue
		}
		if it.form == formBlock || it.form == formBreak {
			space = true
		}
		if it.form == formText {
			space = foldInto(&b, it.node.Data, space, limit)
		}
		j++
		t.steps++
	}
	t.steps += b.Len() * stepsPerByte
	return b.String()
}

// foldInto writes s with white space folded; space says whether white space
// is owed before the next word, and the result whether it is owed after.
func foldInto(b *strings.Builder, s string, space bool, limit int) bool {
	for len(s) > 0 && b.Len() < limit {
		r, n := utf8.DecodeRuneInString(s)
		if unicode.IsSpace(r) || invisible(r) {
			space = space || unicode.IsSpace(r)
			s = s[n:]
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		end := wordEnd(s)
		b.WriteString(s[:end])
		s = s[end:]
	}
	return space
}

// wordEnd is where the first white space (or invisible character) of s is.
func wordEnd(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c <= ' ' {
			return i
		}
		if c < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) || invisible(r) {
			return i
		}
		i += n
	}
	return len(s)
}

// invisible characters take no room: soft hyphen, zero-width space and
// no-break space, word joiner, object replacement.
func invisible(r rune) bool {
	switch r {
	case 0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFC:
		return true
	}
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\v' || r == 0x7F
}

// weigh measures a text: its length with white space folded, a Chinese,
// Japanese or Korean character counting for two Latin ones, and the number of
// its commas and sentence ends in any script.
func weigh(s string) (weight, marks int32) {
	space := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c <= ' ':
				if !space {
					weight++
				}
				space = true
				continue
			case c == ',' || c == '.' || c == ';' || c == '!' || c == '?':
				marks++
			}
			weight++
			space = false
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case unicode.IsSpace(r):
			if !space {
				weight++
			}
			space = true
			continue
		case invisible(r):
			continue
		case wide(r):
			weight++
			if wideMark(r) {
				marks++
			}
		}
		weight++
		space = false
	}
	if space && weight > 0 {
		weight--
	}
	return weight, marks
}

// wide tells the characters of Chinese, Japanese and Korean, which each hold
// about as much as two Latin letters.
func wide(r rune) bool {
	return r >= 0x2E80 && (r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE4F || r >= 0xFF00 && r <= 0xFFEF || r >= 0x20000)
}

func wideMark(r rune) bool {
	switch r {
	case '，', '、', '。', '；', '！', '？', '：':
		return true
	}
	return false
}

func hasAttr(n *html.Node, key string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return true
		}
	}
	return false
}

// path says where item i stands: the elements from the body down, each with
// its id or first class, the middle left out when it is long.
func (t *tree) path(i int32) string {
	var names []string
	for ; i >= 0; i = t.items[i].parent {
		if n := t.items[i].node; n.Type == html.ElementNode {
			names = append(names, elementName(n))
		}
	}
	if len(names) > 8 {
		names = append(append(names[:6:6], "…"), names[len(names)-1])
	}
	var b strings.Builder
	for j := len(names) - 1; j >= 0; j-- {
		b.WriteString(names[j])
		if j > 0 {
			b.WriteString(" > ")
		}
	}
	return b.String()
}

func elementName(n *html.Node) string {
	if id := attr(n, "id"); id != "" {
		return n.Data + "#" + clip(id, 40)
	}
	if class := strings.Fields(attr(n, "class")); len(class) > 0 {
		return n.Data + "." + clip(class[0], 40)
	}
	return n.Data
}

// clip shortens s to at most n characters.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
