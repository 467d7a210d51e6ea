package extract

import (
	"strings"
	"unicode/utf8"
)

// A site closes a story by a line of its own: "Posted in", the tags, a word on
// the author, the number of comments. What stands below that line is not the
// story, whatever it is made of, however long it is and whatever it says.

// endless is an item behind all items of a page.
const endless = int32(1) << 30

// closing is the item at which the site closes the story that begins with the
// given line, endless if it does not, or if that was not found out within the
// page's budget.
func (b *body) closing() int32 {
	first := &b.lines[b.first]
	for i := range b.t.runs {
		if b.t.spent() {
			break
		}
		r := &b.t.runs[i]
		if r.from < first.to || r.weight > closingWeight || r.weight > tagsWeight && len(b.t.authors) == 0 {
			continue
		}
		if b.t.closes(r) && !b.resumes(r.from) {
			return r.from
		}
	}
	return endless
}

// A line that closes a story by a word on its author weighs at most
// closingWeight, another at most tagsWeight.
const (
	closingWeight = 400
	tagsWeight    = 200
)

// closes tells a line that stands below stories.
func (t *tree) closes(r *run) bool {
	if !t.mayClose(r) {
		return false
	}
	text := t.runText(r, 1200)
	plain := plainLine(text)
	if p := t.p.closing.at(plain); p != "" {
		return r.weight <= tagsWeight && (labels(p) || r.linked > 0 || !endsSentence(text))
	}
	if endsSentence(text) {
		return t.tellsOfAuthor(text)
	}
	return r.weight <= talkWeight && t.heardTalk(plain)
}

// mayClose tells from how a line begins whether it may be one: most are not.
func (t *tree) mayClose(r *run) bool {
	if r.weight <= talkWeight {
		return true
	}
	for i := r.from; i < r.to; i++ {
		it := &t.items[i]
		if it.form != formText || it.weight == 0 {
			continue
		}
		begins := strings.TrimSpace(it.node.Data)
		if r.weight <= tagsWeight && t.p.closing.at(plainLine(clip(begins, 60))) != "" {
			return true
		}
		for _, name := range t.authors {
			if strings.HasPrefix(begins, name) || strings.HasPrefix(name, begins) {
				return true
			}
		}
		return false
	}
	return false
}

// talkWeight is the most that the heading of what readers wrote weighs.
const talkWeight = 60

// heardTalk tells the heading of what readers wrote: with their number, or
// nothing but the word.
func (t *tree) heardTalk(plain string) bool {
	p := t.p.talk.in(plain)
	return p != "" && (strings.ContainsAny(plain, "0123456789") || len(plain) <= len(p)+2)
}

// tellsOfAuthor tells a paragraph that begins with the name of one of the
// story's authors.
func (t *tree) tellsOfAuthor(text string) bool {
	for _, name := range t.authors {
		rest, ok := strings.CutPrefix(text, name)
		if !ok || len(name) < 6 {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if strings.ContainsRune(" ,，。是曾（(—", next) {
			return true
		}
	}
	return false
}

// resumes tells whether the story goes on below an item: in more of its first
// paragraph's make than stands above, or in paragraphs with nothing between
// them, three or two long ones. Comments and teasers stand below names and
// titles.
func (b *body) resumes(at int32) bool {
	row, inRow := 0, int32(0)
	var own, solid [2]int32 // weights above and below
	b.t.steps += len(b.lines) - b.first
	for i := b.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.caption || l.gone {
			continue
		}
		below := 0
		if l.from >= at {
			below = 1
		}
		if !l.solid() {
			row, inRow = 0, 0
			continue
		}
		solid[below] += l.weight
		if b.makes[i] == b.makes[b.first] {
			own[below] += l.weight
		}
		row += below
		inRow += int32(below) * l.weight
		if row == 3 || row == 2 && inRow > solid[0] && inRow >= resumeWeight {
			return true
		}
	}
	return own[1] > own[0]
}

// resumeWeight is the least weight of two paragraphs with which a story goes on.
const resumeWeight = 400

// titled tells whether a line stands in a box of a few lines, the first of them
// short and no sentence.
func (b *body) titled(at int) bool {
	from, to := b.linesIn(at, b.boxOf(at))
	head := &b.lines[from]
	return to-from > 1 && to-from <= 6 && head.weight <= 80 && !endsSentence(head.text)
}
