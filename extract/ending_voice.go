package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// Which lines of a story's body are the site's own voice, by what they say and
// how they are set.

// foreign tells whether a line of another make than the story's is the site's.
func (b *body) foreign(i int) bool {
	v := b.voices[i]
	need := 2
	if b.personal {
		need = 4
	}
	if b.lines[i].weight > 250 {
		need++
	}
	if v.reports {
		need++
	}
	if v.self && v.reader && v.urge && !b.personal || b.aside(i) {
		return true
	}
	return (v.speaks() || v.addresses()) && !b.inTalk(b.lines[i].text) && v.marks() >= need && b.lines[i].weight <= askWeight
}

// aside tells whether the reader is spoken to, or the site speaks of itself, in
// a short line that stands alone in its make, in a story that does neither.
func (b *body) aside(i int) bool {
	l, v := &b.lines[i], b.voices[i]
	return b.distant && l.weight <= asideWeight && (v.calls || v.named || v.site) && !v.reports && !b.inTalk(l.text) && b.alone(i)
}

// alone tells whether no line beside line i is made or set as it is, and few
// lines are in its box.
func (b *body) alone(i int) bool {
	if block := b.lines[i].block; !b.apart[i] && b.t.items[block].tag == atom.P && b.t.items[block].parent == b.t.items[b.lines[b.first].block].parent {
		return false
	}
	if b.own[b.makes[i]] == 0 {
		if from, to := b.linesIn(i, b.boxOf(i)); to-from > 3 {
			return false
		}
	}
	for _, step := range [...]int{-1, 1} {
		k := i + step
		for k > b.first && k < len(b.lines) && (b.lines[k].gone || b.lines[k].caption) {
			k += step
		}
		if k >= b.first && k < len(b.lines) && b.makes[k] == b.makes[i] && b.apart[k] == b.apart[i] {
			return false
		}
	}
	return true
}

// asideWeight is the most that such a line weighs.
const asideWeight = 220

// teased tells the beginning of another story: it breaks off, and a link to
// that story stands in it or above it.
func (b *body) teased(i int) bool {
	l := &b.lines[i]
	if !trailsOff(l.text) || startsSpeech(l.text) {
		return false
	}
	if l.linked*8 >= l.weight {
		return true
	}
	if i == 0 || l.weight > 400 {
		return false
	}
	above := &b.lines[i-1]
	return above.linked*10 >= above.weight*8
}

// asks tells whether a line of the story's own make is the site's: the marks
// must be many, fewer if the line is set apart.
func (b *body) asks(i int) bool {
	l, v := &b.lines[i], b.voices[i]
	if i != b.first && b.apart[i] && endsSentence(l.text) && b.aside(i) {
		return true
	}
	if b.twice[i] && !b.inTalk(l.text) {
		return true
	}
	if i == b.first || l.pre || l.weight > askWeight || l.weight < 24 || b.inTalk(l.text) || !v.speaks() && !(b.apart[i] && (v.service > 0 && v.things > 0 || v.addresses())) {
		return false
	}
	if !b.apart[i] && !v.self && b.t.p.tellsOfOthers(l.text) {
		return false
	}
	need := 3
	if b.personal {
		need += 2
		if v.service == 0 {
			need++
		}
	}
	if b.apart[i] || v.named {
		need--
	}
	if l.weight > 250 {
		need++
	}
	if v.reports {
		need++
	}
	if v.persons() < 2 && v.service == 0 && !b.apart[i] && l.weight > 120 || !b.apart[i] && !v.reader && !v.urge && !v.named && v.service == 0 && v.things < 2 {
		return false
	}
	return v.marks() >= need
}

// tellsOfOthers tells whether a line begins with a word for others. In a spaced
// script a space follows: "it's" may be of anything.
func (p *phrases) tellsOfOthers(s string) bool {
	s = plainLine(s)
	word := p.others.at(s)
	last, _ := utf8.DecodeLastRuneInString(word)
	return word != "" && (wide(last) || strings.HasPrefix(s[len(word):], " "))
}
