package extract

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// The boxes among and below the paragraphs of a story: which lines are one, what
// tells that it is the site's, and cutting it.

// boxOf is the largest element around a line of another make in which there is
// no paragraph of the story.
func (b *body) boxOf(at int) int32 {
	box := b.lines[at].block
	for up := b.t.items[box].parent; up > b.box; up = b.t.items[up].parent {
		if b.t.items[up].weight > heavyBoxWeight || b.holdsStory(at, up) {
			break
		}
		box = up
	}
	return box
}

// module tells whether a line stands in a small box with something to press
// and, in all its lines together, two marks of the site's own voice.
func (b *body) module(at int) bool {
	box := b.boxOf(at)
	it := &b.t.items[box]
	if box == b.lines[at].block || it.weight > boxWeight || it.links+it.controls == 0 || b.personal {
		return false
	}
	marks, n := 0, 0
	from, to := b.linesIn(at, box)
	for i := from; i < to; i++ {
		if !b.lines[i].caption {
			marks += b.voices[i].marks()
			n++
		}
	}
	return n >= 2 && marks >= 2
}

// remains tells a short line that is left of a box of which the most was cut: its
// heading, a button.
func (b *body) remains(at int) bool {
	l := &b.lines[at]
	if l.weight > 80 || endsSentence(l.text) || len(b.t.runs) == 0 || b.t.items[l.from].spared != spareNot {
		return false
	}
	box := b.boxOf(at)
	lost, left := int32(0), int32(0)
	n, _ := slices.BinarySearchFunc(b.t.runs, box, func(r run, at int32) int { return int(r.from - at) })
	for ; n < len(b.t.runs) && b.t.runs[n].from < b.t.items[box].end; n++ {
		if r := &b.t.runs[n]; b.t.liveRun(r) {
			left += r.weight
		} else {
			lost += r.weight
		}
	}
	return lost >= 40 && lost >= 2*left
}

// wrapped tells a short line in a box of its own, within boxes of their own,
// between paragraphs that are not.
func (b *body) wrapped(at int) bool {
	l := &b.lines[at]
	box := b.boxOf(at)
	if l.weight > 160 || l.linked > 0 || box == l.block || b.t.items[l.from].spared != spareNot || b.inTalk(l.text) || !b.alone(at) || !endsSentence(l.text) {
		return false
	}
	if from, to := b.linesIn(at, box); to-from > 1 {
		return false
	}
	return b.t.items[box].parent == b.t.items[b.lines[b.first].block].parent
}

// dropBox drops a line of another make with all lines of the box it stands in:
// alone if it shares its block with the story.
func (b *body) dropBox(at int) {
	from, to := b.linesIn(at, b.boxOf(at))
	if b.holdsStory(at, b.lines[at].block) {
		from, to = at, at+1
	}
	for i := from; i < to; i++ {
		if l := &b.lines[i]; !l.caption {
			b.t.drop(l, "box with the site's own voice")
		}
	}
}

// linesIn is the range of lines in a box around one of them.
func (b *body) linesIn(at int, box int32) (from, to int) {
	from, to = at, at+1
	for from > 0 && b.lines[from-1].from >= box {
		from--
	}
	for to < len(b.lines) && b.lines[to].from < b.t.items[box].end {
		to++
	}
	return from, to
}

// holdsStory tells whether a paragraph of the story stands in the box around a
// line.
func (b *body) holdsStory(at int, box int32) bool {
	from, to := b.linesIn(at, box)
	for i := from; i < to && i <= b.last; i++ {
		l := &b.lines[i]
		if !l.gone && (b.own[b.makes[i]] > 0 || b.storyPart(l) && l.solid()) {
			return true
		}
	}
	return false
}

// storyPart tells the lines of another make that stories have too.
func (b *body) storyPart(l *storyLine) bool {
	for i := l.block; i > b.box; i = b.t.items[i].parent {
		switch b.t.items[i].tag {
		case atom.Table:
			return b.t.items[i].data
		case atom.Blockquote, atom.Ul, atom.Ol, atom.Dl, atom.Pre, atom.Figure:
			return true
		}
		if heading(b.t.items[i].tag) {
			return true
		}
	}
	return false
}
