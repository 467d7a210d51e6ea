package extract

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// The paragraphs of a story are made alike: the same element of the same class
// in the same place. What the site sets among and below them in another make is
// its own, unless it is what stories are also made of: headings, quotations,
// lists, tables, pictures. So the make says where a story ends, and how much is
// asked of a line before it is cut.

// makeOf names how a block is made: its element and class, and those of the
// two around it. Where none of them has a class, which element it is counts, if
// whole is set.
func (t *tree) makeOf(block int32, whole bool) string {
	var b strings.Builder
	classes := 0
	for n := 0; block >= 0 && n < 3; n++ {
		it := &t.items[block]
		b.WriteString(it.node.Data)
		b.WriteByte('.')
		class := attr(it.node, "class")
		if n < 2 || classes == 0 {
			b.WriteString(class)
		}
		b.WriteByte('<')
		if class != "" {
			classes++
		}
		block = it.parent
		for block >= 0 && t.items[block].form != formBlock {
			block = t.items[block].parent
		}
	}
	at := block
	for n := 0; classes == 0 && block >= 0 && n < 2; n++ {
		class := attr(t.items[block].node, "class")
		b.WriteString(t.items[block].node.Data)
		b.WriteByte('.')
		b.WriteString(class)
		if class != "" {
			classes++
		}
		block = t.items[block].parent
	}
	if whole && classes == 0 {
		b.WriteString(strconv.Itoa(int(at)))
	}
	return b.String()
}

// makeOfLine is the make of a line. Where lines are parted by breaks they share
// a block, and their size, colour and class are part of their make.
func (t *tree) makeOfLine(l *storyLine) string {
	of := t.makeOf(l.block, true)
	if t.items[l.block].own <= l.weight {
		return of
	}
	for at := t.items[l.from].parent; at > l.block && t.items[at].form == formInline; at = t.items[at].parent {
		it := &t.items[at]
		if it.end < l.to {
			continue
		}
		switch it.tag {
		case atom.Font, atom.Span, atom.Small, atom.Big:
			of += " " + it.node.Data
			for _, key := range [...]string{"class", "size", "color", "style"} {
				of += "." + attr(it.node, key)
			}
		}
	}
	return of
}

// A body is what is known of the lines of a story.
type body struct {
	t        *tree
	lines    []storyLine
	makes    []string // of each line
	voices   []voice
	heard    []*said // what was heard already
	apart    []bool  // set apart: in italics, bold, small or another colour
	own      map[string]int32
	topic    map[string]int
	personal bool // the story itself says we or you
	distant  bool // it never does
	first    int
	speakers map[string]int // labels before a colon, as in interviews
	last     int
	twice    []bool // said word for word elsewhere on the page
	closed   int32  // the item at which the site closes the story
	box      int32  // the smallest element around the story's paragraphs
}

// cutOwnVoice drops the lines in which the site speaks for itself, and what
// stands below the story.
func (t *tree) cutOwnVoice(lines []storyLine) {
	b := t.body(lines)
	if b == nil {
		return
	}
	b.cutAbove()
	b.cutInside()
	b.cutBelow()
}

func (t *tree) body(lines []storyLine) *body {
	b := &body{t: t, lines: lines, own: map[string]int32{}}
	b.first = firstSolid(lines)
	if b.first >= len(lines) || lines[b.first].gone {
		return nil
	}
	b.makes = make([]string, len(lines))
	b.voices = make([]voice, len(lines))
	b.heard = make([]*said, len(lines))
	b.apart = make([]bool, len(lines))
	b.findSpeakers()
	b.findTopic()
	aparts, all := int32(0), int32(0)
	for i := b.first; i < len(lines); i++ {
		l := &lines[i]
		if l.caption || l.pre {
			continue
		}
		if b.makes[i] == "" {
			b.makes[i] = t.makeOfLine(l)
		}
		if l.gone {
			continue
		}
		if l.weight <= askWeight {
			h := b.heard[i]
			if h == nil {
				h = &said{}
				*h = t.hearLine(l)
			}
			b.voices[i] = h.voice(b.topic)
		}
		b.apart[i] = t.apart(l)
		if l.solid() {
			all += l.weight
			if b.apart[i] {
				aparts += l.weight
			}
		}
	}
	if aparts*3 > all {
		clear(b.apart)
	}
	b.closed = b.closing()
	b.findTwice()
	b.findMakes()
	return b
}

// cutGreeting drops what the site says to the reader above the story, in
// another make than the paragraph that follows.
func (t *tree) cutGreeting(lines []storyLine) {
	var greeting []int
	for i := range lines {
		l := &lines[i]
		if l.gone || l.caption || !l.solid() {
			continue
		}
		h := t.hearLine(l)
		v := h.voice(nil)
		if l.weight <= 200 && v.speaks() && v.marks() >= 3 && (v.service > 0 || v.marks() > 3) && len(greeting) < 3 {
			greeting = append(greeting, i)
			continue
		}
		for _, g := range greeting {
			if t.makeOfLine(&lines[g]) != t.makeOfLine(l) {
				t.drop(&lines[g], "the site's own voice, above the story")
			}
		}
		return
	}
}

// findTopic counts how often the words of what sites offer stand in the story
// and its title: often, and they are what the story is about. It also finds out
// whether the story itself says "we" or "you".
func (b *body) findTopic() {
	b.topic = map[string]int{}
	const topical = wordService | wordThing
	title := b.t.hear(b.t.title)
	for _, m := range title.marks {
		if m.class&topical != 0 {
			b.topic[m.word] += topicLines
		}
	}
	weight := map[string]int32{}
	all := int32(0)
	for i := b.first; i < len(b.lines); i++ {
		if l := &b.lines[i]; !l.gone && !l.caption && l.solid() {
			b.makes[i] = b.t.makeOfLine(l)
			weight[b.makes[i]] += l.weight
			all += l.weight
		}
	}
	of := b.makes[b.first]
	if weight[of]*4 < all {
		for m, w := range weight {
			if w >= longMake && w > weight[of] {
				of = m
			}
		}
	}
	plain, heard, spoken, asides := 0, 0, 0, 0
	for i := b.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.gone || l.caption || l.weight < 20 || b.t.makeOfLine(l) != of {
			continue
		}
		if !l.solid() {
			if b.inTalk(l.text) {
				plain++
			}
			continue
		}
		h := b.t.hearLine(l)
		b.heard[i] = &h
		v := h.voice(nil)
		n := 2
		if v.persons() > 0 && !b.inTalk(l.text) {
			n = 1
			heard++
			if l.weight <= asideWeight && b.t.apart(l) {
				asides++
			}
			if v.service+v.things == 0 && !v.named {
				spoken++
			}
		} else {
			plain++
		}
		for k, m := range h.marks {
			if m.class&topical != 0 && !slices.ContainsFunc(h.marks[:k], func(o mark) bool { return o.word == m.word }) {
				b.topic[m.word] += n
			}
		}
	}
	b.distant = plain >= 3 && (heard-asides)*10 <= plain
	b.personal = spoken >= 2 && spoken*3 > plain || heard >= 4 && heard > plain
}

// findMakes finds the makes of the story's paragraphs: that of the first, and
// all in which there is a fifth of the solid text.
func (b *body) findMakes() {
	type sum struct {
		lines, asking int
		weight, whole int32
		longest       int32
	}
	sums := map[string]*sum{}
	all, whole := int32(0), int32(0)
	inside := "" // the make of the first paragraph behind a lead
	for i := b.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.from >= b.closed {
			break
		}
		if l.caption || !l.solid() {
			continue
		}
		if inside == "" && b.lines[b.first].block < b.t.story && l.block >= b.t.story && !l.gone {
			inside = b.makes[i]
		}
		m := sums[b.makes[i]]
		if m == nil {
			m = &sum{}
			sums[b.makes[i]] = m
		}
		if !l.gone {
			m.whole += l.weight
			whole += l.weight
			if !b.teased(i) && !b.foreign(i) {
				m.longest = max(m.longest, l.weight)
			}
		}
		if l.gone || b.teased(i) || b.foreign(i) || !b.personal && b.voices[i].persons() > 0 || b.makes[i] != b.makes[b.first] && l.weight <= 600 && b.t.p.tail.in(l.plainText()) != "" {
			m.asking++
			continue
		}
		m.lines++
		m.weight += l.weight
		all += l.weight
	}
	for m, w := range sums {
		if m == b.makes[b.first] || m == inside || w.weight*5 >= all && w.lines >= 2 && w.lines >= 3*w.asking || w.longest >= longLine || w.whole >= longMake && w.whole*2 >= whole {
			b.own[m] = max(w.weight, 1)
		}
	}
	b.last = b.first
	for i := b.first; i < len(b.lines) && b.lines[i].from < b.closed; i++ {
		l := &b.lines[i]
		if !l.gone && !l.caption && b.own[b.makes[i]] > 0 && (l.solid() || l.weight >= 20 && endsSentence(l.text)) && !b.asks(i) {
			b.last = i
		}
	}
	b.box = b.t.spanning(b.lines[b.first].from, b.lines[b.last].to)
	for b.t.items[b.box].form != formBlock && b.box > 0 {
		b.box = b.t.items[b.box].parent
	}
}

// longMake is a weight that the boxes beside a story never have together in
// one make.
const longMake = 2000

// askWeight is the most that a line weighs in which a site speaks for itself.
const askWeight = 400

// longLine is a weight that a line of such a box never has.
const longLine = 360

// findSpeakers counts the labels at the heads of lines.
func (b *body) findSpeakers() {
	b.speakers = map[string]int{}
	for i := b.first; i < len(b.lines); i++ {
		if l := &b.lines[i]; !l.gone && !l.caption {
			if label := speaker(l.text); label != "" {
				b.speakers[label]++
			}
		}
	}
}

// speaker is the label in front of what somebody says, "" if there is none.
func speaker(s string) string {
	head := s[:min(len(s), 43)]
	i := strings.IndexByte(head, ':')
	if wide := strings.Index(head, "："); wide >= 0 && (i < 0 || wide < i) {
		i = wide
	}
	if i <= 0 || i > 40 || strings.ContainsAny(s[:i], ".。,，") {
		return ""
	}
	return s[:i]
}

// inTalk tells what somebody says: a line that begins with a quotation, or
// with a label that stands before other lines as well.
func (b *body) inTalk(s string) bool {
	if startsSpeech(s) {
		return true
	}
	label := speaker(s)
	return label != "" && b.speakers[label] >= 2
}

// apart tells whether all of a line, and nothing else, is in one inline element
// that changes how it looks.
func (t *tree) apart(l *storyLine) bool {
	if l.weight == 0 {
		return false
	}
	i := t.items[l.from].parent
	for i > l.block && t.items[i].form == formInline {
		it := &t.items[i]
		switch it.tag {
		case atom.B, atom.Strong, atom.I, atom.Em, atom.Small, atom.Font, atom.Big, atom.U, atom.Mark, atom.Span:
			if it.end >= l.to && it.weight+2 >= l.weight && it.weight <= l.weight+2 {
				if it.tag != atom.Span || attr(it.node, "style") != "" || attr(it.node, "class") != "" {
					return true
				}
			}
		}
		i = it.parent
	}
	return false
}

// cutAbove drops the short lines of another make above the story that count or
// list something: how long it takes to read, how often it was read.
func (b *body) cutAbove() {
	for i := 0; i < b.first; i++ {
		l := &b.lines[i]
		if l.gone || l.caption || l.pre || l.weight > 70 || endsSentence(l.text) || dated(l.text) || b.t.namesOrigin(l) || heading(b.t.items[l.block].tag) || b.t.within(l, atom.Li) || b.t.items[l.block].data {
			continue
		}
		if strings.ContainsAny(l.text, "0123456789·|/｜") && b.t.makeOfLine(l) != b.makes[b.first] {
			b.t.drop(l, "figures above the story")
		}
	}
}

// cutInside drops lines of the site's own between the paragraphs, those of
// another make with the box they stand in.
func (b *body) cutInside() {
	for i := b.first; i <= b.last; i++ {
		l := &b.lines[i]
		if l.gone || l.caption || l.pre {
			continue
		}
		if b.own[b.makes[i]] > 0 {
			if b.asks(i) {
				b.t.drop(l, "the site's own voice")
			} else if b.teased(i) && i > b.first && (l.linked*3 >= l.weight || l.linked == 0) {
				b.t.drop(l, "beginning of another story")
			}
			continue
		}
		if b.storyPart(l) {
			continue
		}
		if b.foreign(i) || b.teased(i) || b.module(i) || b.remains(i) || b.wrapped(i) {
			b.dropBox(i)
		}
	}
}

// cutBelow drops what stands below the last paragraph. Where there is much
// solid text below in which the site does not speak, the story is in pieces.
func (b *body) cutBelow() {
	rest, n := int32(0), 0
	for i := b.last + 1; i < len(b.lines) && b.lines[i].from < b.closed; i++ {
		if l := &b.lines[i]; !l.gone && !l.caption && l.solid() && !b.foreign(i) && !b.teased(i) {
			rest += l.weight
			n++
		}
	}
	goesOn := n >= 4 && rest >= restWeight
	lower := false // something that is not the story's stood below it
	for i := b.last + 1; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.caption || l.pre || b.t.namesOrigin(l) || b.t.items[l.block].data {
			continue
		}
		if l.gone {
			lower = true
			continue
		}
		if l.from >= b.closed {
			b.t.drop(l, "below the line that closes the story")
			continue
		}
		rule := ""
		inside := l.block >= b.box && l.block < b.t.items[b.box].end
		marks := b.voices[i].marks()
		set := marks > 1 || marks > 0 && l.weight <= 120 || b.apart[i] || l.linked > 0 || l.weight <= 100 && dated(l.text)
		switch {
		case b.own[b.makes[i]] > 0 && b.asks(i), b.own[b.makes[i]] == 0 && (b.foreign(i) || b.teased(i)):
			rule = "the site's own voice, below the story"
		case goesOn:
		case inside && b.storyPart(l):
		case !inside && (lower || set || b.closed < endless && b.own[b.makes[i]] == 0 && b.titled(i)):
			rule = "below the story"
		case inside && b.own[b.makes[i]] == 0 && l.weight <= 300 && (set || lower && !l.solid()):
			rule = "another make, below the story"
		}
		if rule != "" {
			b.t.drop(l, rule)
			lower = true
		}
	}
}

// restWeight is the least weight of text below a story's last paragraph that
// is taken for a part of it.
const restWeight = 800
