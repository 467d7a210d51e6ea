package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// A box that asks the reader for something is at most this heavy; more if it
// has buttons or fields, or asks in several ways.
const (
	boxWeight      = 500
	heavyBoxWeight = 1500
)

// asks cuts the boxes of the kept part that ask the reader for something: to
// subscribe, to donate, to download, to accept, to log in. A phrase alone cuts
// nothing: it must stand in a small box that has little else in it, and the
// box must have buttons, fields or links, or ask more than once. An ordinary
// paragraph of a story about a newsletter stands in no such box.
func (t *tree) asks() {
	prose := t.items[0].prose
	for i := int32(0); i < int32(len(t.items)) && !t.spent(); {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if it.state == kept && it.form == formBlock && it.own > 0 && it.own <= boxWeight {
			if phrase := t.boxPhrase(i); phrase != "" {
				if t.holdsOpening(i) {
					t.askingRuns(i)
					i++
					continue
				}
				if box := t.askingBox(i, prose); box >= 0 {
					t.cut(box, "asks", "phrase: "+phrase)
					i = t.items[box].end
					continue
				}
			}
		}
		i++
	}
}

// boxPhrase is the phrase by which block i asks, in no quotation marks, or "".
func (t *tree) boxPhrase(i int32) string {
	text := t.text(i, 1500)
	phrase := t.p.box.in(plainLine(text))
	if phrase != "" && strings.ContainsAny(text, "“„\"«「『") {
		phrase = t.p.box.in(plainLine(t.outsideQuotes(text)))
	}
	return phrase
}

// askingRuns cuts the lines that ask from the block in which the story begins:
// lines parted by breaks share one block.
func (t *tree) askingRuns(block int32) {
	for n := range t.runs {
		r := &t.runs[n]
		if r.block != block || n == t.opening || r.weight > 160 || !t.liveRun(r) {
			continue
		}
		text := t.outsideQuotes(t.runText(r, 600))
		if phrase := t.p.box.in(plainLine(text)); phrase != "" {
			t.cutRun(r, "asks", "phrase: "+phrase)
		}
	}
}

// askingBox is the largest box around i that asks, or -1.
func (t *tree) askingBox(i, prose int32) int32 {
	for box := t.boxAround(i); ; {
		if t.isAsking(box, i, prose) && !t.holdsOpening(box) && t.mayGo(box, i) {
			return box
		}
		if box == i {
			return -1
		}
		for child := box + 1; ; child = t.items[child].end {
			if t.items[child].end > i {
				box = child
				break
			}
		}
	}
}

// mayGo tells whether a box may be cut for what its block i asks: it has fields,
// or begins with a heading or with a line that asks. Otherwise its first line
// may be the story's.
func (t *tree) mayGo(box, i int32) bool {
	if box == i || t.items[box].controls > 0 || t.headlined(box) {
		return true
	}
	first := t.firstText(box)
	if first < 0 || first == t.firstText(i) {
		return true
	}
	line, _, _ := t.lineAt(first)
	return t.p.box.in(plainLine(line)) != ""
}

// boxAround is the largest element around i with hardly more in it than i:
// its heading, its button, another sentence or two.
func (t *tree) boxAround(i int32) int32 {
	box := i
	for up := t.items[box].parent; up > 0; up = t.items[up].parent {
		u, b := &t.items[up], &t.items[box]
		more := u.weight - b.weight
		if u.tag == atom.Body || u.tag == atom.Article || u.tag == atom.Main || u.weight > heavyBoxWeight {
			break
		}
		if more > 120 && more > b.weight && !t.asksThroughout(up) {
			break
		}
		box = up
	}
	return box
}

// asksThroughout tells whether most paragraphs of an element ask for something.
func (t *tree) asksThroughout(i int32) bool {
	asking, other := int32(0), int32(0)
	for j, end := i, t.scan(i); j < end; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formBlock && it.own > 0 {
			if t.p.box.in(plainLine(ownText(t, j))) != "" {
				asking += it.own
			} else if it.own >= 40 {
				other += it.own
			}
		}
		j++
	}
	return asking > other
}

// ownText is the text of block i without that of the blocks in it.
func ownText(t *tree, i int32) string {
	if t.items[i].own == t.items[i].weight {
		return t.text(i, 1500)
	}
	var b strings.Builder
	for j := i + 1; j < t.items[i].end; {
		it := &t.items[j]
		t.steps++
		if it.state == cut || it.form == formBlock {
			j = it.end
			continue
		}
		if it.form == formText {
			b.WriteString(it.node.Data)
		}
		j++
	}
	t.steps += b.Len() * stepsPerByte
	return b.String()
}

// isAsking tells whether a box with a phrase in its block i is one that asks.
func (t *tree) isAsking(box, i, prose int32) bool {
	b := &t.items[box]
	phrases := t.countAsks(box)
	most := b.prose*5 > prose*2 && b.prose > 0
	if most && !t.beside(box) && (phrases < 3 || b.weight > 300) || t.hasTitle(box) {
		return false
	}
	alone := b.tag == atom.P || heading(b.tag) || b.tag == atom.Li || b.tag == atom.Td || b.tag == atom.Blockquote
	switch {
	case alone && b.links > 0 && b.weight <= 400 && t.emphasised(box):
		return true
	case alone:
		return b.weight <= 300 && (b.linked*2 >= b.weight || phrases >= 2 && t.p.box.leads(plainLine(t.text(i, 600))))
	case b.controls > 0:
		return b.weight <= heavyBoxWeight
	case phrases >= 3:
		return b.weight <= heavyBoxWeight
	case phrases >= 2, b.linked*5 >= b.weight, b.images > 0 && b.links > 0:
		return b.weight <= boxWeight*3/2
	}
	return b.weight <= 160
}

// emphasised tells whether all text of a paragraph is set apart, as editors
// set what is theirs and not the story's: in italics or bold.
func (t *tree) emphasised(i int32) bool {
	for j, end := i+1, t.scan(i); j < end; {
		it := &t.items[j]
		switch it.tag {
		case atom.B, atom.Strong, atom.I, atom.Em:
			return it.weight > 0 && it.weight+2 >= t.items[i].weight
		}
		if it.form == formText && it.weight > 0 {
			return false
		}
		j++
	}
	return false
}

// beside tells whether the item stands in an element for what is beside the
// story.
func (t *tree) beside(i int32) bool {
	for ; i >= 0; i = t.items[i].parent {
		switch t.items[i].tag {
		case atom.Aside, atom.Footer, atom.Nav, atom.Dialog:
			return true
		}
	}
	return false
}

// hasTitle tells whether a headline of the page stands in the element.
func (t *tree) hasTitle(i int32) bool {
	for j, end := i, t.scan(i); j < end; j++ {
		if t.items[j].tag == atom.H1 {
			return true
		}
	}
	return false
}

// countAsks counts the blocks of an element that have a phrase in them.
func (t *tree) countAsks(i int32) int {
	n := 0
	for j, end := i, t.scan(i); j < end; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formBlock && it.own > 0 {
			n += t.p.box.count(plainLine(ownText(t, j)))
		}
		j++
	}
	return n
}
