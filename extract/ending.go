package extract

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"stet/extract/template"
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
	if b.twice[i] && v.persons()+v.service > 0 && !b.inTalk(l.text) && i != b.first {
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
	closed := false // something that is not the story's stood below it
	for i := b.last + 1; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.caption || l.pre || b.t.namesOrigin(l) || b.t.items[l.block].data {
			continue
		}
		if l.gone {
			closed = true
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
		case !inside && (closed || set || b.closed < endless && b.own[b.makes[i]] == 0 && b.titled(i)):
			rule = "below the story"
		case inside && b.own[b.makes[i]] == 0 && l.weight <= 300 && (set || closed && !l.solid()):
			rule = "another make, below the story"
		}
		if rule != "" {
			b.t.drop(l, rule)
			closed = true
		}
	}
}

// restWeight is the least weight of text below a story's last paragraph that
// is taken for a part of it.
const restWeight = 800

// findTwice finds the lines that stand on the page twice word for word: a story
// says a thing once, a site asks above and below it. Where much of the story is
// there twice it is the story that is repeated, for another kind of screen.
func (b *body) findTwice() {
	b.twice = make([]bool, len(b.lines))
	count := map[template.Block]int{}
	at := map[int32]template.Block{}
	for i := range b.t.runs {
		if r := &b.t.runs[i]; r.text != 0 {
			count[r.text]++
			at[r.from] = r.text
		}
	}
	twice, all := int32(0), int32(0)
	for i := b.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.gone || l.caption || !l.solid() {
			continue
		}
		all += l.weight
		if count[at[l.from]] > 1 {
			b.twice[i] = true
			twice += l.weight
		}
	}
	if twice*4 > all {
		clear(b.twice)
	}
}
