package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// trim takes lines away that stand in the story's container and are not the
// story: the title and what names author, date and section above it, captions
// and credits, requests to the reader, and related links and notices below.
func (t *tree) trim(lines []storyLine) {
	t.trimPages(lines)
	t.trimEverywhere(lines)
	t.cutAboveTitle(lines)
	t.cutGreeting(lines)
	t.trimHead(lines)
	t.cutOwnVoice(lines)
	t.trimTail(lines)
}

// solid lines are surely text: long enough, mostly unlinked, and sentences.
func (l *storyLine) solid() bool {
	return l.linked*2 < l.weight && (l.weight >= 140 || l.weight >= 60 && l.marks > 0 && endsSentence(l.text))
}

// trimEverywhere drops lines that are no part of a story wherever they stand.
func (t *tree) trimEverywhere(lines []storyLine) {
	for i := range lines {
		l := &lines[i]
		if l.gone || l.caption || l.pre || t.namesOrigin(l) {
			continue
		}
		if rule := t.noise(l); rule != "" {
			t.drop(l, rule)
		}
	}
}

// namesOrigin tells a line in brackets by which the editors say where a text is
// from or what it was called there: "（原标题：…）", "（来源：…）".
func (t *tree) namesOrigin(l *storyLine) bool {
	if l.weight > 300 || l.linked > 0 {
		return false
	}
	inside, ok := bracketed(l.text)
	return ok && t.p.origin.at(inside) != ""
}

// bracketed is what stands within the round brackets around a line.
func bracketed(s string) (string, bool) {
	for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}, {"（", ")"}, {"(", "）"}, {"【", "】"}} {
		if strings.HasPrefix(s, pair[0]) && strings.HasSuffix(s, pair[1]) {
			return s[len(pair[0]) : len(s)-len(pair[1])], true
		}
	}
	return "", false
}

// noise names the rule by which a line is boilerplate, or "".
func (t *tree) noise(l *storyLine) string {
	if l.weight > 900 {
		return ""
	}
	if l.weight <= 120 {
		said := bareLine(l.text)
		if t.p.whole[said] || t.p.whole[strings.TrimRight(said, " 0123456789")] {
			return "phrase: " + said
		}
	}
	plain := l.plainText()
	if plain == "" {
		return "ornament"
	}
	if p := t.p.start.at(plain); p != "" && (l.linked*2 >= l.weight || l.weight <= 120 && (l.linked > 0 || labels(p) || !endsSentence(l.text))) {
		return "phrase: " + p
	}
	if l.weight <= 110 && !endsSentence(l.text) {
		if p := t.p.credit.in(plain); p != "" {
			return "credit: " + p
		}
	}
	if l.weight <= 90 && !startsSpeech(l.text) && t.p.below.in(plain) != "" && (t.p.below.at(plain) != "" || bareLabel(l.text)) {
		return "the story goes on below"
	}
	if t.waymark(l) {
		return "way to the page"
	}
	if t.tongues(l) {
		return "other languages"
	}
	if t.sharing(l) || l.buttons() {
		return "row of buttons"
	}
	if t.leadsAway(l) || t.labelled(l) {
		return "link to another page of the site"
	}
	if t.linkRow(l) {
		return "row of links"
	}
	if p := t.p.notice.at(plain); p != "" && !startsSpeech(l.text) {
		return "notice: " + p
	}
	return ""
}

// leadsAway tells whether a line is nothing but one link, to another page of
// the same site: a related story set between two paragraphs. A source stands
// on another site, or in a sentence.
func (t *tree) leadsAway(l *storyLine) bool {
	if l.linked*20 < l.weight*19 || l.weight < 25 || endsSentence(l.text) {
		return false
	}
	switch t.items[l.block].tag {
	case atom.Li, atom.Dt, atom.Dd:
		return false
	case atom.Td, atom.Th:
		if t.items[l.block].data {
			return false
		}
	}
	target := ""
	for i := l.from; i >= l.block; i = t.items[i].parent {
		if t.items[i].tag == atom.A {
			target = attr(t.items[i].node, "href")
			break
		}
	}
	if target == "" || strings.HasPrefix(target, "#") {
		return false
	}
	return !isWeb(target) && !strings.HasPrefix(target, "//") || t.host != "" && strings.Contains(target, "://"+t.host+"/")
}

// linkRow tells whether a line is two links or more with nothing but marks
// between them ("Print | Send", "[Previous] [Next]").
func (t *tree) linkRow(l *storyLine) bool {
	if l.linked == 0 || l.linked*3 < l.weight || l.weight > 300 {
		return false
	}
	switch t.items[l.block].tag {
	case atom.Li, atom.Td, atom.Th, atom.Dt, atom.Dd, atom.Tr:
		return false
	}
	runs, in := 0, false
	for i := l.from; i < l.to; i++ {
		it := &t.items[i]
		if it.form != formText || it.state == cut {
			continue
		}
		bare := strings.TrimFunc(it.node.Data, ornament) == ""
		switch {
		case it.inLink && !bare:
			if !in {
				runs++
			}
			in = true
		case !bare, strings.ContainsAny(it.node.Data, ",:;.、，：；。"):
			return false
		case strings.TrimSpace(it.node.Data) != "":
			in = false
		}
	}
	return runs >= 2
}

// labels tells whether a phrase is a label ("Related:") and not the beginning
// of a sentence.
func labels(phrase string) bool {
	r, _ := utf8.DecodeLastRuneInString(phrase)
	return !unicode.IsLetter(r) || wide(r)
}

// trimHead drops what stands above the story.
func (t *tree) trimHead(lines []storyLine) {
	first := firstSolid(lines)
	title := squash(t.title)
	if first < len(lines) {
		t.cutByline(&lines[first])
	}
	for i := range lines {
		l := &lines[i]
		if l.gone || l.caption || t.namesOrigin(l) {
			continue
		}
		if i < first+3 || i < 12 {
			if sameTitle(title, squash(l.text)) || t.within(l, atom.H1) {
				t.drop(l, "title")
				continue
			}
		}
		if i >= first {
			continue
		}
		if rule := t.headNoise(l); rule != "" {
			t.drop(l, rule)
		}
	}
}

// cutAboveTitle drops what stands above the story's title where the container
// reaches so far up: there must be a paragraph below the title, of another make
// than those above, and no more text above than below.
func (t *tree) cutAboveTitle(lines []storyLine) {
	if len(lines) == 0 || t.titleBefore(lines[0].from) >= 0 {
		return
	}
	at := t.titleAmong(lines)
	if at <= 0 {
		return
	}
	above, below, first := int32(0), int32(0), -1
	for i := range lines {
		l := &lines[i]
		switch {
		case i == at || l.gone || l.caption || !l.solid():
		case i < at:
			above += l.weight
		default:
			if first < 0 {
				first = i
			}
			below += l.weight
		}
	}
	if first < 0 || first > at+6 || above > below {
		return
	}
	story := t.makeOfLine(&lines[first])
	for i := range lines[:at] {
		if l := &lines[i]; l.solid() && !l.gone && t.makeOfLine(l) == story {
			return
		}
	}
	for i := range lines[:at] {
		if !lines[i].caption {
			t.drop(&lines[i], "above the title")
		}
	}
}

// titleAmong is the first line that is the page's title, or -1.
func (t *tree) titleAmong(lines []storyLine) int {
	title := squash(t.title)
	if len(title) < 6 {
		return -1
	}
	for i := range lines {
		if l := &lines[i]; !l.caption && l.weight <= 300 && len(l.text)*10 >= len(title)*7 && l.linked*2 < l.weight && sameTitle(title, squash(l.text)) {
			return i
		}
	}
	return -1
}

// cutByline cuts the name of the reporter, set apart in bold, from the head of
// the first paragraph: "<b>晨报记者 张三</b> 昨日……", "<strong>By Ann Lee</strong>".
func (t *tree) cutByline(l *storyLine) {
	mark := t.items[l.from].parent
	for mark > l.block && t.items[mark].form == formInline && !emphasis(t.items[mark].tag) {
		mark = t.items[mark].parent
	}
	if mark <= l.block || t.items[mark].end >= l.to {
		return
	}
	said := t.text(mark, 200)
	rest, ok := strings.CutPrefix(l.text, said)
	if !ok || !namesReporter(said) {
		return
	}
	if t.why != nil {
		t.why.note(mark, t.items[mark].end, l.block, "trim", "byline")
	}
	for i := mark; i < t.items[mark].end; i++ {
		if t.items[i].form == formText {
			t.items[i].state = cut
		}
	}
	l.text = strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":：|—–-", r) })
	l.from, l.plain = t.items[mark].end, ""
}

func emphasis(tag atom.Atom) bool {
	switch tag {
	case atom.Strong, atom.B, atom.Em, atom.I:
		return true
	}
	return false
}

// namesReporter tells a text that is nothing but who reports: with the word for
// it in Chinese, or "By" and a name.
func namesReporter(s string) bool {
	w, marks := weigh(s)
	if w > 80 || marks > 2 || endsSentence(s) {
		return false
	}
	for _, word := range [...]string{"记者", "記者", "通讯员", "通訊員", "/文", "／文", "文/", "文／", "撰文", "撰稿"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	name, ok := strings.CutPrefix(s, "By ")
	return ok && len(strings.Fields(name)) <= 5 && startsUpper(name)
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

func firstSolid(lines []storyLine) int {
	for i := range lines {
		if !lines[i].gone && !lines[i].caption && lines[i].solid() {
			return i
		}
	}
	for i := range lines { // a brief of a few short sentences
		l := &lines[i]
		if !l.gone && !l.caption && l.weight >= 20 && l.linked*2 < l.weight && endsSentence(l.text) && !dated(l.text) {
			return i
		}
	}
	return 0
}

// headNoise judges a line above the first solid one.
func (t *tree) headNoise(l *storyLine) string {
	switch {
	case l.weight > 160:
		return ""
	case l.linked*10 >= l.weight*7:
		return "link"
	case l.weight <= 100 && dated(l.text) && (l.weight <= 40 || !endsSentence(l.text)):
		return "date"
	}
	if p := t.p.head.at(l.plainText()); p != "" && l.weight <= 100 {
		return "phrase: " + p
	}
	if l.weight < 30 && !endsSentence(l.text) && !heading(t.items[l.block].tag) {
		return "short"
	}
	return ""
}

// trimTail drops what stands below the story.
func (t *tree) trimTail(lines []storyLine) {
	for i := len(lines) - 1; i >= 0; i-- {
		l := &lines[i]
		if l.gone || l.caption {
			continue
		}
		if l.pre || t.items[l.block].data {
			return
		}
		if l.solid() {
			p := t.p.tail.in(l.plainText())
			if p == "" || l.weight > 600 || startsSpeech(l.text) {
				return
			}
			t.drop(l, "author note: "+p)
			continue
		}
		rule := t.tailNoise(l)
		if t.namesOrigin(l) {
			continue
		}
		if rule == "" {
			return
		}
		t.drop(l, rule)
	}
}

// startsSpeech tells a line that begins with somebody's words.
func startsSpeech(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("“\"«„「『‘", r)
}

func (t *tree) tailNoise(l *storyLine) string {
	tag := t.items[l.block].tag
	switch {
	case l.linked*2 >= l.weight:
		return "link"
	case heading(tag):
		return "heading of nothing"
	case l.weight <= 100 && dated(l.text) && !endsSentence(l.text):
		return "date"
	case l.weight < 40 && !endsSentence(l.text) && tag != atom.Li && tag != atom.Td && tag != atom.Th:
		return "short"
	}
	if p := t.p.head.at(l.plainText()); p != "" && l.weight <= 80 {
		return "phrase: " + p
	}
	return ""
}

func heading(tag atom.Atom) bool {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// within tells whether the line's block is, or is in, an element of this tag.
func (t *tree) within(l *storyLine, tag atom.Atom) bool {
	for i := l.block; i >= 0; i = t.items[i].parent {
		if t.items[i].tag == tag {
			return true
		}
	}
	return false
}

// squash keeps lower-case letters and digits only.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// sameTitle tells whether a squashed line repeats the squashed title, with
// the name of the site left out or added.
func sameTitle(title, l string) bool {
	if title == "" || l == "" {
		return false
	}
	if title == l {
		return true
	}
	long, short := title, l
	if len(short) > len(long) {
		long, short = short, long
	}
	return len(short)*10 >= len(long)*7 && len(short) >= 12 && strings.Contains(long, short)
}

// dated tells whether a short line names a day or a time of day: a year of
// four digits with another number or a month's name beside it, a day in
// figures (12.05.2021, 5/12/21, 5月12日), or a clock (9:05, 14h52).
func dated(s string) bool {
	var numbers []number
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		n := number{len: j - i}
		for _, c := range []byte(s[i:min(j, i+6)]) {
			n.value = n.value*10 + int(c-'0')
		}
		n.next, _ = utf8.DecodeRuneInString(s[j:])
		numbers = append(numbers, n)
		i = j
	}
	for i, n := range numbers {
		last := i+1 >= len(numbers)
		switch {
		case n.len == 4 && n.value >= 1990 && n.value <= 2099 && len(numbers) > 1:
			return true
		case n.next == '月' || n.next == '時' && !last || n.next == '时' && !last:
			return true
		case !last && n.len <= 2 && n.value < 24 && (n.next == ':' || n.next == 'h' || n.next == '：') && numbers[i+1].len == 2 && numbers[i+1].value < 60:
			return true
		case i+2 < len(numbers) && n.len <= 2 && (n.next == '.' || n.next == '/') && numbers[i+1].next == n.next && numbers[i+1].len <= 2:
			return true
		}
	}
	return false
}

// A number is a run of digits and the character behind it.
type number struct {
	value, len int
	next       rune
}
