package extract

import (
	"net/url"
	"strconv"
	"strings"

	readability "github.com/go-shiori/go-readability"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxSkeleton is how many elements readability is asked to judge. It walks
// the subtree of every candidate several times, so a page of a million
// paragraphs goes to the fallback instead.
const maxSkeleton = 30_000

// readable asks readability which parts of the tree are the story and marks
// them kept. It reports whether there were any.
//
// Readability is not given the page but a skeleton of it: the live blocks and
// links, each with its number in the tree as an attribute, and instead of each
// text a stand-in of its weight with as many commas. So its limits in
// characters and its count of commas hold for every script, it has no inline
// markup to walk through, and its answer is a set of our own items.
func (t *tree) readable() bool {
	doc, n := t.skeleton()
	if n == 0 || n > maxSkeleton {
		return false
	}
	parser := readability.NewParser()
	parser.DisableJSONLD = true
	article, err := parser.ParseDocument(doc, &url.URL{})
	if err != nil || article.Node == nil {
		return false
	}
	return t.mark(article.Node) > 0
}

// skeleton builds the document for readability and counts its elements.
func (t *tree) skeleton() (doc *html.Node, n int) {
	doc = &html.Node{Type: html.DocumentNode}
	root := &html.Node{Type: html.ElementNode, Data: "html", DataAtom: atom.Html}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	doc.AppendChild(root)
	root.AppendChild(body)
	at := make([]*html.Node, len(t.items)) // where the children of an item go
	for i := int32(0); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.state == cut || it.weight == 0 && it.images == 0 && it.form != formBreak {
			i = it.end
			continue
		}
		parent := body
		if it.parent >= 0 {
			parent = at[it.parent]
		}
		switch {
		case it.form == formText:
			if it.weight > 0 {
				addStandIn(parent, it)
			}
		case i == 0, it.form == formInline && it.tag != atom.A:
			at[i] = parent
		default:
			at[i] = bone(it, i)
			parent.AppendChild(at[i])
			n++
		}
		i++
	}
	return doc, n
}

// bone is the element that stands for item i.
func bone(it *item, i int32) *html.Node {
	name := it.node.Data
	if it.tag == 0 {
		name = "div" // an element of the site's own making
	}
	switch it.tag {
	case atom.Center, atom.Details, atom.Form, atom.Fieldset:
		name = "div"
	}
	e := &html.Node{Type: html.ElementNode, Data: name, DataAtom: it.tag}
	e.Attr = append(e.Attr, html.Attribute{Key: "n" + strconv.Itoa(int(i))})
	for _, a := range it.node.Attr {
		switch a.Key {
		case "class", "id", "href":
			e.Attr = append(e.Attr, a)
		}
	}
	return e
}

// maxStandIn bounds one stand-in: a text of more letters is no more a story for
// it, and readability copies it a dozen times.
const maxStandIn = 1 << 16

const (
	standInLetters = 1 << 14
	standInCommas  = 1 << 11
)

// standIn is letters followed by commas: any slice across the border is a
// text of a wanted length with a wanted number of commas.
var standIn = strings.Repeat("x", standInLetters) + strings.Repeat(",", standInCommas)

// addStandIn appends texts to parent that weigh as much as the item's.
func addStandIn(parent *html.Node, it *item) {
	weight := min(int(it.weight), maxStandIn)
	marks := min(int(it.marks), weight)
	if weight < 100 && marks > 0 && endsSentence(it.node.Data) {
		// A short paragraph beside the container is taken by
		// readability if it ends in a full stop.
		text := standIn[standInLetters-(weight-marks):standInLetters+marks-1] + "."
		parent.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		return
	}
	for weight > 0 {
		m := min(marks, standInCommas)
		l := min(weight-m, standInLetters)
		parent.AppendChild(&html.Node{Type: html.TextNode, Data: standIn[standInLetters-l : standInLetters+m]})
		weight -= l + m
		marks -= m
	}
}

func endsSentence(s string) bool {
	s = strings.TrimSpace(s)
	for _, end := range []string{".", "。", "!", "?", "！", "？", "”", "\""} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// mark marks the items whose stand-ins are in the answer and returns the
// weight of their own text.
func (t *tree) mark(answer *html.Node) int {
	weight := 0
	for n := answer; n != nil; n = following(n, answer) {
		for _, a := range n.Attr {
			if i, ok := itemNumber(a.Key); ok && int(i) < len(t.items) {
				t.items[i].state = kept
				weight += int(t.items[i].own)
			}
		}
	}
	return weight
}

func itemNumber(key string) (int32, bool) {
	if len(key) < 2 || key[0] != 'n' {
		return 0, false
	}
	i, err := strconv.ParseInt(key[1:], 10, 32)
	return int32(i), err == nil
}

// following is the node after n in document order within root.
func following(n, root *html.Node) *html.Node {
	if n.FirstChild != nil {
		return n.FirstChild
	}
	for n != root {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}
