package siterule

import (
	"strings"

	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

// A page is a parsed page while one rule is read on it. What was stripped from
// it is out of sight of every later expression, but still in the tree.
type page struct {
	root  *html.Node
	gone  map[*html.Node]bool
	order map[*html.Node]int32 // in document order, made when first needed
	steps int                  // that may still be taken, over all expressions
}

// Steps bound the time of a page: the library that evaluates expressions can
// not be told to stop, but it looks at the page through navigators only, and
// these count. All goes well with some 20 steps an element and expression.
// The numbers are those of the largest page that is parsed (300,000 elements):
// an expression there takes 20 to 60 ns a step.
const (
	pageSteps       = 48_000_000
	expressionSteps = 12_000_000
)

// overrun is what a navigator panics with when the steps are used up.
type overrun struct{}

func (p *page) spend(n int) {
	if p.steps -= n; p.steps < 0 {
		panic(overrun{})
	}
}

// visible are the nodes of which expressions know.
func (p *page) visible(n *html.Node) bool {
	switch n.Type {
	case html.ElementNode, html.TextNode, html.CommentNode, html.DocumentNode:
		return len(p.gone) == 0 || !p.gone[n]
	}
	return false
}

func (p *page) forward(n *html.Node) *html.Node {
	for ; n != nil; n = n.NextSibling {
		if p.spend(1); p.visible(n) {
			break
		}
	}
	return n
}

func (p *page) back(n *html.Node) *html.Node {
	for ; n != nil; n = n.PrevSibling {
		if p.spend(1); p.visible(n) {
			break
		}
	}
	return n
}

// next is the visible node after n in document order, within top.
func (p *page) next(n, top *html.Node) *html.Node {
	if c := p.forward(n.FirstChild); c != nil {
		return c
	}
	for n != top && n != nil {
		if s := p.forward(n.NextSibling); s != nil {
			return s
		}
		n = n.Parent
	}
	return nil
}

// number gives the place of a node in document order.
func (p *page) number(n *html.Node) int32 {
	if p.order == nil {
		p.order = make(map[*html.Node]int32, 4096)
		for m := p.root; m != nil; m = p.next(m, p.root) {
			p.order[m] = int32(len(p.order))
		}
	}
	return p.order[n]
}

// A ref is a node, or one of its attributes.
type ref struct {
	node *html.Node
	attr int // -1 for the node itself
}

// value is the text of a node as XPath has it.
func (p *page) value(r ref) string {
	if r.attr >= 0 {
		return r.node.Attr[r.attr].Val
	}
	switch r.node.Type {
	case html.TextNode, html.CommentNode:
		return r.node.Data
	}
	var b strings.Builder
	for n := r.node; n != nil; n = p.next(n, r.node) {
		if n.Type == html.TextNode {
			p.spend(len(n.Data) / 64)
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// A navigator shows a page to the library.
type navigator struct {
	*page
	ref
}

var _ xpath.NodeNavigator = (*navigator)(nil)

func (n *navigator) NodeType() xpath.NodeType {
	if n.attr >= 0 {
		return xpath.AttributeNode
	}
	switch n.node.Type {
	case html.TextNode:
		return xpath.TextNode
	case html.CommentNode:
		return xpath.CommentNode
	case html.ElementNode:
		return xpath.ElementNode
	}
	return xpath.RootNode
}

func (n *navigator) LocalName() string {
	if n.attr >= 0 {
		return n.node.Attr[n.attr].Key
	}
	if n.node.Type == html.ElementNode {
		return n.node.Data
	}
	return ""
}

func (n *navigator) Prefix() string { return "" }
func (n *navigator) Value() string  { return n.value(n.ref) }
func (n *navigator) String() string { return n.Value() }

func (n *navigator) Copy() xpath.NodeNavigator {
	n.spend(1)
	c := *n
	return &c
}

func (n *navigator) MoveToRoot() { n.ref = ref{n.root, -1} }

func (n *navigator) MoveToParent() bool {
	n.spend(1)
	if n.attr >= 0 {
		n.attr = -1
		return true
	}
	return n.moveTo(n.node.Parent)
}

func (n *navigator) MoveToNextAttribute() bool {
	n.spend(1)
	if n.node.Type != html.ElementNode || n.attr+1 >= len(n.node.Attr) {
		return false
	}
	n.attr++
	return true
}

func (n *navigator) MoveToChild() bool    { return n.attr < 0 && n.moveTo(n.forward(n.node.FirstChild)) }
func (n *navigator) MoveToNext() bool     { return n.attr < 0 && n.moveTo(n.forward(n.node.NextSibling)) }
func (n *navigator) MoveToPrevious() bool { return n.attr < 0 && n.moveTo(n.back(n.node.PrevSibling)) }

func (n *navigator) MoveToFirst() bool {
	moved := false
	for n.MoveToPrevious() {
		moved = true
	}
	return moved
}

func (n *navigator) MoveTo(other xpath.NodeNavigator) bool {
	n.spend(1)
	o, ok := other.(*navigator)
	if !ok || o.page != n.page {
		return false
	}
	n.ref = o.ref
	return true
}

func (n *navigator) moveTo(to *html.Node) bool {
	if to == nil {
		return false
	}
	n.node = to
	return true
}
