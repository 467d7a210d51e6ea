package siterule

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// Findings are what a rule found on a page. What is empty was not found, or
// not asked for.
type Findings struct {
	Title, Date Text
	Authors     []Text
	// Body are the nodes that hold the story, in order, none within another.
	Body []*html.Node
	// BodyBy names the expression that found the body, "example.org.txt:3".
	BodyBy string
	// Stripped are the nodes that are no part of the story.
	Stripped []Stripped
	// SinglePage and NextPage are addresses as the page writes them.
	SinglePage, NextPage string
	// Advert says that the page is an advertisement in the form of a story.
	Advert bool
	// GivenUp are the expressions that could not be evaluated on this page.
	GivenUp []Problem
}

// Text is a text and whether it was found by a rule that does not know the
// site.
type Text struct {
	Value   string
	Generic bool
}

// Stripped is one node and which line names it.
type Stripped struct {
	Node *html.Node
	By   string // "example.org.txt:4: strip"
}

// Replace replaces in the source of a page what the rule wants replaced,
// before it is parsed. A replacement that would make it longer than limit
// bytes is left out.
func (r *Rule) Replace(source []byte, limit int) []byte {
	if r == nil {
		return source
	}
	for _, x := range r.replace {
		n := bytes.Count(source, []byte(x.find))
		if n == 0 || len(source)+n*(len(x.replace)-len(x.find)) > limit {
			continue
		}
		source = bytes.ReplaceAll(source, []byte(x.find), []byte(x.replace))
	}
	return source
}

// Read finds on a page what the rule names. The page is not changed. The order
// is that of the other readers of the format: links and metadata on the whole
// page, then the body on what was not stripped.
func (r *Rule) Read(root *html.Node) Findings {
	var f Findings
	if r == nil {
		return f
	}
	v := reading{page: &page{root: root, gone: map[*html.Node]bool{}, steps: pageSteps}, found: &f}
	f.NextPage, f.SinglePage = v.link(r.next), v.link(r.single)
	for _, e := range r.advert {
		f.Advert = f.Advert || truth(v.eval(e))
	}
	f.Title = first(v.texts(r.title))
	f.Authors = v.texts(r.author)
	f.Date = first(v.texts(r.date))
	v.strip(r)
	v.body(r.body)
	return f
}

// reading is one page while one rule is read on it.
type reading struct {
	*page
	found *Findings
}

func (v *reading) eval(e *expression) any {
	x, err := e.evaluate(v.page)
	if err != nil {
		v.found.GivenUp = append(v.found.GivenUp, Problem{e.file, e.line, e.text, err.Error()})
	}
	return x
}

func truth(v any) bool {
	switch v := v.(type) {
	case []ref:
		return len(v) > 0
	case string:
		return v != ""
	case bool:
		return v
	}
	return false
}

// texts are what the first expression gives that gives a text.
func (v *reading) texts(list []*expression) []Text {
	for _, e := range list {
		var texts []Text
		for _, s := range v.strings(v.eval(e)) {
			if s = strings.Join(strings.Fields(s), " "); s != "" {
				texts = append(texts, Text{s, e.generic})
			}
		}
		if len(texts) > 0 {
			return texts
		}
	}
	return nil
}

func first(list []Text) Text {
	if len(list) == 0 {
		return Text{}
	}
	return list[0]
}

// maxTexts is how many nodes are asked for their text: of more, an expression
// for a title or a name has gone wrong.
const maxTexts = 50

func (v *reading) strings(x any) []string {
	switch x := x.(type) {
	case string:
		return []string{x}
	case float64:
		return []string{fmt.Sprint(x)}
	case []ref:
		var all []string
		for _, n := range x[:min(len(x), maxTexts)] {
			s, err := v.textOf(n)
			if err != nil {
				break
			}
			all = append(all, s)
		}
		return all
	}
	return nil
}

// textOf is value, which may run out of steps.
func (v *reading) textOf(n ref) (s string, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(overrun); !ok {
				panic(p)
			}
			err = fmt.Errorf("given up")
		}
	}()
	return v.value(n), nil
}

// link is the address that the first link gives whose condition holds.
func (v *reading) link(list []link) string {
	for _, l := range list {
		if l.when != nil && !truth(v.eval(l.when)) {
			continue
		}
		switch x := v.eval(l.at).(type) {
		case string:
			if s := strings.TrimSpace(x); s != "" {
				return s
			}
		case []ref:
			if s := v.address(x); s != "" {
				return s
			}
		}
	}
	return ""
}

// address is the first address among nodes: an attribute, or an element's href.
func (v *reading) address(nodes []ref) string {
	for _, n := range nodes {
		switch {
		case n.attr >= 0:
			if s := strings.TrimSpace(n.node.Attr[n.attr].Val); s != "" {
				return s
			}
		case n.node.Type == html.ElementNode:
			if s := strings.TrimSpace(attribute(n.node, "href")); s != "" {
				return s
			}
		}
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

// strip finds what is no part of the story, and puts it out of sight of what
// is evaluated later.
func (v *reading) strip(r *Rule) {
	for _, e := range r.strip {
		nodes, _ := v.eval(e).([]ref)
		for _, n := range nodes {
			if n.attr < 0 && n.node != v.root { // attributes are no text
				v.drop(n.node, e.where()+": strip")
			}
		}
	}
	if len(r.names) == 0 && len(r.images) == 0 {
		return
	}
	// An element dropped by name takes what is in it along; nothing more is
	// looked for in there.
	for n := v.root; n != nil; n = v.after(n) {
		if n.Type != html.ElementNode || v.gone[n] {
			continue
		}
		if t := named(r.names, n); t != nil {
			v.drop(n, t.where()+": strip_id_or_class")
		} else if t := sourced(r.images, n); t != nil {
			v.drop(n, t.where()+": strip_image_src")
		}
	}
}

func (v *reading) drop(n *html.Node, by string) {
	if !v.gone[n] {
		v.gone[n] = true
		v.found.Stripped = append(v.found.Stripped, Stripped{n, by})
	}
}

// after is the node after n in document order, without what is gone.
func (v *reading) after(n *html.Node) *html.Node {
	if n.FirstChild != nil && !v.gone[n] {
		return n.FirstChild
	}
	for n != nil && n != v.root {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

func named(names []text, n *html.Node) *text {
	if len(names) == 0 {
		return nil
	}
	class, id := attribute(n, "class"), attribute(n, "id")
	if class == "" && id == "" {
		return nil
	}
	for i := range names {
		if t := &names[i]; t.value != "" && (strings.Contains(class, t.value) || strings.Contains(id, t.value)) {
			return t
		}
	}
	return nil
}

func sourced(images []text, n *html.Node) *text {
	if len(images) == 0 || n.Data != "img" {
		return nil
	}
	src := attribute(n, "src")
	for i := range images {
		if t := &images[i]; t.value != "" && strings.Contains(src, t.value) {
			return t
		}
	}
	return nil
}

// body finds the story by the first expression that finds nodes.
func (v *reading) body(list []*expression) {
	for _, e := range list {
		nodes, _ := v.eval(e).([]ref)
		for _, n := range nodes {
			if n.attr < 0 && !within(n.node, v.found.Body) {
				v.found.Body = append(v.found.Body, n.node)
			}
		}
		if len(v.found.Body) > 0 {
			v.found.BodyBy = e.where()
			return
		}
	}
}

// within tells whether n is in one of the nodes. They are in document order
// and none is within another, so it can only be the last.
func within(n *html.Node, nodes []*html.Node) bool {
	if len(nodes) == 0 {
		return false
	}
	last := nodes[len(nodes)-1]
	for ; n != nil; n = n.Parent {
		if n == last {
			return true
		}
	}
	return false
}
