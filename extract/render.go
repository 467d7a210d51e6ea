package extract

import (
	"html"
	"strings"

	nodes "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// rendered is the story as HTML, and what was found in it.
type rendered struct {
	html   string
	images []Image
	links  []*nodes.Node // the a elements with text of the story in them
}

// render writes the kept part of the tree as HTML of the allow list. It is
// written from the tree, never copied: an element or attribute that is not
// named here cannot come through.
func (t *tree) render(resolve func(string) string, href func(*nodes.Node) string) rendered {
	r := renderer{t: t, resolve: resolve, href: href}
	r.walk()
	return rendered{html: r.b.String(), images: r.images, links: r.linked}
}

// A renderer opens elements only when something to show stands in them, so
// nothing empty is written. Inline elements are closed at the border of every
// block and opened again in the next: no block ever stands in an inline.
type renderer struct {
	t       *tree
	resolve func(string) string
	href    func(*nodes.Node) string
	b       strings.Builder
	stack   []element
	auto    bool // a paragraph of our own is open
	space   bool // white space is owed
	breaks  int  // line breaks are owed
	content bool // the paragraph under way has content
	images  []Image
	linked  []*nodes.Node
}

// An element is one the walk is in.
type element struct {
	end    int32
	name   string // as written; "" if not written
	open   string // the start tag
	node   *nodes.Node
	inline bool
	block  bool // ends a line even if not written
	opened bool
	kept   bool
	figure bool
}

func (r *renderer) walk() {
	items := r.t.items
	for i := int32(0); i < int32(len(items)); {
		r.leaveUntil(i)
		it := &items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		switch it.form {
		case formText:
			r.text(it)
		case formBreak:
			r.breaks++
			r.space = true
		case formImage:
			r.image(it)
		default:
			r.enter(i)
		}
		i++
	}
	r.leaveUntil(int32(len(items)))
}

func (r *renderer) leaveUntil(i int32) {
	for n := len(r.stack); n > 0 && r.stack[n-1].end <= i; n = len(r.stack) {
		e := &r.stack[n-1]
		if e.block {
			r.endLine()
		}
		if e.opened {
			r.close(e)
			if !e.inline {
				r.content, r.breaks = false, 0
			}
		}
		r.stack = r.stack[:n-1]
	}
}

func (r *renderer) close(e *element) {
	r.b.WriteString("</")
	r.b.WriteString(e.name)
	r.b.WriteByte('>')
	e.opened = false
}

// endLine closes the inline elements and the paragraph of our own.
func (r *renderer) endLine() {
	for j := len(r.stack) - 1; j >= 0; j-- {
		if e := &r.stack[j]; e.inline && e.opened {
			r.close(e)
		}
	}
	r.space, r.breaks = false, 0
	switch {
	case r.auto:
		r.b.WriteString("</p>")
		r.auto = false
		r.content = false
	case r.content:
		r.breaks = 1 // two blocks in one list item or cell
	}
}

func (r *renderer) enter(i int32) {
	it := &r.t.items[i]
	e := element{end: it.end, node: it.node, block: it.form == formBlock, inline: it.form == formInline}
	if n := len(r.stack); n > 0 {
		e.kept = r.stack[n-1].kept
	}
	if e.block {
		r.endLine()
		e.kept = it.state == kept
		if it.cell {
			e.block = true
		}
	}
	r.name(i, &e)
	if it.tag == atom.Hr && e.kept && r.b.Len() > 0 {
		r.b.WriteString("<hr>")
	}
	r.stack = append(r.stack, e)
}

// name decides what is written for the element.
func (r *renderer) name(i int32, e *element) {
	it := &r.t.items[i]
	switch it.tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if it.own < it.weight {
			return // it has blocks in it, which these may not
		}
		e.name = it.node.Data
	case atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Pre:
		e.name = it.node.Data
	case atom.Li:
		if r.parent() == "ul" || r.parent() == "ol" {
			e.name = "li"
		}
	case atom.Dt, atom.Dd:
		if r.parent() == "dl" {
			e.name = it.node.Data
		}
	case atom.Table:
		if it.data {
			e.name = "table"
		}
	case atom.Thead, atom.Tbody, atom.Tr, atom.Td, atom.Th, atom.Caption:
		if it.data {
			e.name = it.node.Data
			if it.cell {
				e.block, e.inline, e.kept = true, false, r.top().kept
				r.endLine()
			}
		}
	case atom.Tfoot:
		if it.data {
			e.name = "tbody"
		}
	case atom.Figure:
		if it.images > 0 {
			e.name, e.figure = "figure", true
		}
	case atom.Figcaption:
		if r.parent() == "figure" {
			e.name = "figcaption"
		}
	case atom.Em, atom.Strong, atom.I, atom.B, atom.Sub, atom.Sup, atom.Q, atom.Code:
		e.name = it.node.Data
	case atom.Tt, atom.Kbd, atom.Samp:
		e.name = "code"
	case atom.A:
		if u := r.href(it.node); u != "" {
			e.name = "a"
			e.open = `<a href="` + html.EscapeString(u) + `"` + attributes(it.node, "title") + `>`
			return
		}
	}
	if e.name == "" {
		return
	}
	e.open = "<" + e.name + attributes(it.node, "lang", "dir", "colspan", "rowspan") + ">"
}

// attributes writes the named attributes that n has.
func attributes(n *nodes.Node, names ...string) string {
	out := ""
	for _, a := range n.Attr {
		for _, name := range names {
			if a.Key != name || a.Val == "" || len(a.Val) > 300 {
				continue
			}
			if (name == "colspan" || name == "rowspan") && (n.DataAtom != atom.Td && n.DataAtom != atom.Th || strings.Trim(a.Val, "0123456789") != "") {
				continue
			}
			if name == "lang" && strings.Trim(a.Val, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" || name == "dir" && a.Val != "ltr" && a.Val != "rtl" && a.Val != "auto" {
				continue
			}
			out += " " + name + `="` + html.EscapeString(a.Val) + `"`
		}
	}
	return out
}

func (r *renderer) top() element {
	if len(r.stack) == 0 {
		return element{}
	}
	return r.stack[len(r.stack)-1]
}

// parent is the name of the innermost written block around.
func (r *renderer) parent() string {
	for j := len(r.stack) - 1; j >= 0; j-- {
		if e := &r.stack[j]; e.name != "" && !e.inline {
			return e.name
		}
	}
	return ""
}

// open opens what is pending, and a paragraph where text may not stand bare.
func (r *renderer) open(image bool) {
	for j := range r.stack {
		if e := &r.stack[j]; !e.inline && e.name != "" && !e.opened {
			r.b.WriteString(e.open)
			e.opened = true
			r.content = false
		}
	}
	if !r.auto && bare(r.parent(), image) {
		r.b.WriteString("<p>")
		r.auto = true
		r.content = false
	}
	if r.breaks > 0 && r.content {
		if r.breaks > 1 && r.auto {
			r.endLine()
			r.b.WriteString("<p>")
			r.auto = true
		} else {
			r.b.WriteString("<br>")
			r.space = false
		}
	}
	r.breaks = 0
	for j := range r.stack {
		if e := &r.stack[j]; e.inline && e.name != "" && !e.opened {
			if r.space && r.content {
				r.b.WriteByte(' ')
			}
			r.space = false
			r.b.WriteString(e.open)
			e.opened = true
		}
	}
}

// bare tells whether text directly in this element needs a paragraph.
func bare(name string, image bool) bool {
	switch name {
	case "", "blockquote":
		return true
	case "figure":
		return !image
	}
	return false
}

// listOnly elements may hold no text of their own.
func (r *renderer) misplaced() bool {
	switch r.parent() {
	case "ul", "ol", "dl", "table", "thead", "tbody", "tr":
		return true
	}
	return false
}

func (r *renderer) text(it *item) {
	top := r.top()
	if !top.kept {
		return
	}
	if r.parent() == "pre" {
		if it.node.Data != "" {
			r.open(false)
			r.escape(it.node.Data)
			r.content = true
		}
		return
	}
	if it.weight == 0 {
		r.space = r.space || strings.ContainsAny(it.node.Data, " \t\r\n\u00a0")
		return
	}
	if r.misplaced() {
		return
	}
	if it.caption && r.parent() != "figcaption" {
		r.caption(it)
		return
	}
	if startsWithSpace(it.node.Data) {
		r.space = true
	}
	r.open(false)
	var b strings.Builder
	if len(it.node.Data) > 1<<16 {
		b.Grow(len(it.node.Data))
	}
	owed := foldInto(&b, it.node.Data, false, 1<<31-1)
	if r.space && r.content {
		r.b.WriteByte(' ')
	}
	r.escape(b.String())
	r.space, r.content = owed, true
	if r.parent() == "figcaption" {
		r.caption(it)
		return
	}
	r.link()
}

// escaper writes what html.EscapeString gives, without a copy in between.
var escaper = strings.NewReplacer("&", "&amp;", "'", "&#39;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

// escape writes a text. One that is long gets the room it takes at once:
// fourteen million brackets make 56 MB, and doubling would take as much again.
func (r *renderer) escape(s string) {
	if len(s) > 1<<16 {
		more := 4 * (strings.Count(s, "<") + strings.Count(s, ">") + strings.Count(s, "&") + strings.Count(s, "'") + strings.Count(s, `"`))
		r.b.Grow(len(s) + more + 1<<10)
	}
	escaper.WriteString(&r.b, s) // a strings.Builder never fails
}

func startsWithSpace(s string) bool {
	return s != "" && (s[0] <= ' ' || strings.HasPrefix(s, "\u00a0") || strings.HasPrefix(s, "\u3000"))
}

// link notes the a element that the text stands in.
func (r *renderer) link() {
	for j := len(r.stack) - 1; j >= 0; j-- {
		if e := &r.stack[j]; e.name == "a" {
			if n := len(r.linked); n == 0 || r.linked[n-1] != e.node {
				r.linked = append(r.linked, e.node)
			}
			return
		}
	}
}

// caption adds text to the caption of the last image.
func (r *renderer) caption(it *item) {
	if len(r.images) == 0 {
		return
	}
	var b strings.Builder
	last := &r.images[len(r.images)-1]
	b.WriteString(last.Caption)
	foldInto(&b, it.node.Data, startsWithSpace(it.node.Data) || last.Caption != "" && !strings.HasSuffix(last.Caption, "("), 2000)
	last.Caption = clip(b.String(), 1000)
}
