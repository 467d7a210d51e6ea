package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cutHeaded cuts, before the container is chosen, the boxes whose own first
// line says that they are beside the story ("Related reports", "3 comments",
// "Most read"), and those that end in a button that asks for something
// ("Donate now"). Whatever the site calls them in its markup, so the reader
// tells them.
func (t *tree) cutHeaded() {
	for i := int32(1); i < int32(len(t.items)) && !t.spent(); {
		it := &t.items[i]
		if it.tag == atom.Form {
			if box := t.formBox(i); box > 0 && !t.isCut(box) {
				t.cut(box, "headed", "form for an address")
				i = t.items[box].end
				continue
			}
		}
		if it.state == cut {
			i = it.end
			continue
		}
		if it.form == formText && it.weight > 1 && it.weight <= 80 {
			if box, rule := t.headedBox(i); box > 0 {
				t.cut(box, "headed", rule)
				t.items[box].teaser = t.items[box].links >= 3
				i = t.items[box].end
				continue
			}
			if box, rule := t.buttonBox(i); box > 0 {
				t.cut(box, "headed", rule)
				i = t.items[i].end
				continue
			}
		}
		i++
	}
}

// lineAt is the line that begins with text item i, white space folded, if it
// is at most 100 bytes; block is the element it stands in.
func (t *tree) lineAt(i int32) (line string, block, end int32) {
	block = t.items[i].parent
	for t.items[block].form != formBlock && t.items[block].parent >= 0 {
		block = t.items[block].parent
	}
	var b strings.Builder
	space := false
	j := i
	for j < t.items[block].end && b.Len() <= 300 {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formBlock || it.form == formBreak {
			break
		}
		if it.form == formText {
			space = foldInto(&b, it.node.Data, space, 400)
		}
		j++
	}
	return b.String(), block, j
}

// headedBox is the box that text item i is the heading of, and the rule, if
// the heading is one of a box beside the story.
func (t *tree) headedBox(i int32) (box int32, rule string) {
	line, block, end := t.lineAt(i)
	phrase := t.p.headOfBox(line)
	if phrase == "" || !t.firstIn(block, i) {
		return 0, ""
	}
	w, _ := weigh(line)
	box = block
	for t.items[box].weight < w+40 {
		up := t.items[box].parent
		if up <= 0 || !t.firstIn(up, i) {
			return 0, ""
		}
		box = up
	}
	if t.items[box].weight <= w || end > t.items[box].end || !t.isBox(box) {
		return 0, ""
	}
	return box, "heading: " + phrase
}

// firstIn tells whether text item i is the first live text of element e.
func (t *tree) firstIn(e, i int32) bool {
	t.steps += int(i - e)
	for j := e; j < i; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formText && it.weight > 0 && strings.TrimFunc(it.node.Data, ornament) != "" {
			return false
		}
		j++
	}
	return true
}

func ornament(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// isBox tells whether an element may be cut as a box: it is not the page, does
// not hold the headline, and holds no more of the page's paragraphs than are
// left outside it.
func (t *tree) isBox(i int32) bool {
	it := &t.items[i]
	switch it.tag {
	case atom.Body, atom.Main, atom.Html, atom.P, atom.H1, atom.Tr, atom.Tbody:
		return false
	}
	if it.prose > 0 {
		rest := t.items[0].prose - it.prose
		if rest < it.prose && (rest < 2*proseWeight || it.prose > 3000) {
			return false
		}
	}
	return !t.holdsOpening(i) && !t.hasHeadline(i)
}

// hasHeadline tells whether the page's title, or its only h1, stands in an
// element as a line of its own.
func (t *tree) hasHeadline(i int32) bool {
	title := squash(t.title)
	for j, end := i, t.scan(i); j < end; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.tag == atom.H1 {
			return true
		}
		if it.form == formBlock && it.own == it.weight && it.own > 0 {
			if it.own <= 400 && it.linked == 0 && sameTitle(title, squash(t.text(j, 400))) {
				return true
			}
			j = it.end
			continue
		}
		j++
	}
	return false
}

// headlined tells whether an element begins with a short line that is no
// sentence, as the boxes around a story do and a brief does not.
func (t *tree) headlined(i int32) bool {
	first := t.firstText(i)
	if first < 0 {
		return false
	}
	line, _, _ := t.lineAt(first)
	w, _ := weigh(line)
	return w <= 80 && !strings.HasSuffix(line, ".") && !strings.HasSuffix(line, "。")
}

// firstText is the first live text under item i, or -1.
func (t *tree) firstText(i int32) int32 {
	for j, end := i, t.scan(i); j < end; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formText && it.weight > 0 {
			return j
		}
		j++
	}
	return -1
}

// formBox is the small box around a form that asks for an address: the form
// itself went with its fields, its heading and its promise stand beside it.
func (t *tree) formBox(i int32) int32 {
	if t.items[i].tag != atom.Form || !asksAddress(t.items[i].node) {
		return -1
	}
	box := t.items[i].parent
	for box > 0 && t.items[box].weight < 10 {
		box = t.items[box].parent
	}
	if box <= 0 || t.items[box].weight > 500 || t.items[box].links > 2 || !t.isBox(box) || !t.headlined(box) {
		return -1
	}
	return box
}

// asksAddress tells whether a form has a field for an e-mail address and no
// place for a comment.
func asksAddress(form *html.Node) bool {
	found := false
	for n := form; n != nil; n = following(n, form) {
		switch {
		case n.DataAtom == atom.Textarea:
			return false
		case n.DataAtom == atom.Input && (strings.EqualFold(attr(n, "type"), "email") || strings.Contains(strings.ToLower(attr(n, "name")), "email")):
			found = true
		}
	}
	return found
}

// A box that ends in a button is at most this heavy, and its button this.
const (
	buttonBoxWeight = 700
	buttonWeight    = 40
)

// buttonBox is the box whose last line, the link at text item i, is a button
// that asks for something.
func (t *tree) buttonBox(i int32) (box int32, rule string) {
	if !t.items[i].inLink {
		return 0, ""
	}
	line, block, end := t.lineAt(i)
	if len(line) > 100 {
		return 0, ""
	}
	said := t.p.button[bareLine(line)]
	if !said && !t.looksPressed(i) {
		return 0, ""
	}
	w, _ := weigh(line)
	box = block
	for box > 0 && t.items[box].weight < w+10 {
		box = t.items[box].parent
	}
	b := &t.items[box]
	if box <= 0 || w > buttonWeight || b.weight > buttonBoxWeight || b.tag == atom.P || b.tag == atom.Li || b.linked*2 > b.weight || !t.isBox(box) {
		return 0, ""
	}
	if b.prose*3 > t.items[0].prose && b.prose > 0 && !t.headlined(box) {
		return 0, ""
	}
	if !said && (b.links > 1 || b.weight > calledWeight || !t.headlined(box)) {
		return 0, ""
	}
	for j := end; j < b.end; j++ {
		if t.items[j].form == formText && t.items[j].weight > 20 && !t.isCut(j) {
			return 0, "" // not the last line
		}
	}
	return box, "button: " + bareLine(line)
}

// calledWeight is the most that a box weighs that is known by its button alone,
// whatever it says: a heading, a sentence or two, and something to press.
const calledWeight = 400

// looksPressed tells whether the link at text item i is made to look like a
// button, by its class, its role or those of the element around it.
func (t *tree) looksPressed(i int32) bool {
	for up, n := t.items[i].parent, 0; up > 0 && n < 3; up, n = t.items[up].parent, n+1 {
		node := t.items[up].node
		if attr(node, "role") == "button" || namedBy(attr(node, "class"), buttonNames) {
			return true
		}
	}
	return false
}

// buttonNames are words of class names for what is made to be pressed.
var buttonNames = map[string]bool{"button": true, "btn": true, "cta": true}
