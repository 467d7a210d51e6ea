package extract

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A site speaks with a voice of its own: it says "we" and "you", urges, and
// names what it offers or wants. No phrase tells that voice; several weak
// marks in one line do. The story speaks of others, and puts what they urge in
// quotation marks, which are not listened to.
type voice struct {
	self    bool // we, our, this site, the site's name
	reader  bool // you, your, our readers
	urge    bool // a sentence begins with what the reader shall do
	service int  // how many things that sites offer or want are named
	things  int  // how many that stories are about, too
	reports bool // it is said who said it
	polite  bool // the reader is spoken to as one speaks to guests
	named   bool // the site's own name
	asks    bool // there is a question
	calls   bool // the reader is meant, not anybody: "your", or "you" at the beginning or in a question
	site    bool // this article, the editors: a name for what speaks
}

// marks is how many of the marks a line bears.
func (v voice) marks() int {
	n := min(v.service, 3)
	for _, b := range [...]bool{v.self, v.reader, v.urge, v.named, v.polite, v.things > 0, v.things > 1} {
		if b {
			n++
		}
	}
	return n
}

// persons is how many signs there are that somebody speaks to somebody.
func (v voice) persons() int {
	n := 0
	for _, b := range [...]bool{v.self, v.reader, v.urge, v.named, v.polite} {
		if b {
			n++
		}
	}
	return n
}

// speaks tells whether somebody is speaking to somebody, and of the site's own
// affairs, or asking.
func (v voice) speaks() bool {
	return (v.service > 0 || v.things > 0) && (v.self || v.reader || v.urge) || v.polite && (v.self || v.urge) || v.self && v.reader && v.urge
}

// addresses tells whether somebody who says we asks somebody something, or names
// the site, of whatever it is: enough where a line is set apart from a story
// that does neither.
func (v voice) addresses() bool { return v.self && v.reader && (v.asks || v.named) }

// The classes of words that are marks, as bits.
const (
	wordSelf uint16 = 1 << iota
	wordReader
	wordUrge
	wordService
	wordThing
	wordPolite
	wordReport
	wordAudience // readers, who may be spoken of as well
	wordSite     // says we and means the site, as nobody in a story does
)

// A said is a line as far as it may be in the site's voice: the marks in it.
type said struct {
	marks []mark
	named bool // the site's own name is in it
	asks  bool // a question is
}

// A mark is a word that is one, in a line.
type mark struct {
	word   string
	class  uint16
	begins bool // at the beginning of a sentence
}

// hear lists the marks of a line, those in quotation marks left out.
func (t *tree) hear(text string) said {
	s := t.outsideQuotes(text)
	return t.listen(s, plainLine(dropStates(s)))
}

// hearLine is hear for a line of the story.
func (t *tree) hearLine(l *storyLine) said {
	s := t.outsideQuotes(l.text)
	if plain := dropStates(s); plain != l.text {
		return t.listen(s, plainLine(plain))
	}
	return t.listen(s, l.plainText())
}

// listen lists the marks of a line from its plain form s.
func (t *tree) listen(line, s string) said {
	h := said{named: t.namesSite(line), asks: strings.ContainsAny(line, "?？")}
	start, begins := true, true
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		letter := 'a' <= r && r <= 'z' || r >= utf8.RuneSelf && unicode.IsLetter(r) || '0' <= r && r <= '9'
		if letter && (start || wide(r)) {
			if w := t.p.voice.at(s[i:]); w != "" {
				class := t.p.voiceOf[w]
				if class&wordAudience != 0 && counted(s[:i]) {
					class &^= wordReader
				}
				h.marks = append(h.marks, mark{w, class, begins})
				if class&wordReport != 0 && strings.HasSuffix(w, "：") {
					return h // what follows are somebody's words, in no quotation marks
				}
				begins = begins && class&wordUrge == 0 && class&wordReader != 0
				i += len(w)
				start = false
				continue
			}
		}
		switch {
		case letter:
			begins = false
		case r == '.' || r == '!' || r == '?' || r == ':' || r == ';' || r == '(':
			begins = true
		case r >= utf8.RuneSelf && strings.ContainsRune("—–。！？：；，、（", r):
			begins = true
		}
		start = !letter
		i += n
	}
	return h
}

// counted tells whether readers are spoken of behind this text: "38 名读者" are
// not spoken to.
func counted(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune("名位个個的多数數万萬千百外些成有", r)
}

// voice is how a line speaks. Words in topic are what the story is about and
// are no marks.
func (h *said) voice(topic map[string]int) voice {
	var v voice
	v.self, v.named, v.asks = h.named, h.named, h.asks
	var seen [3]string
	thing := ""
	for _, m := range h.marks {
		v.self = v.self || m.class&wordSelf != 0
		v.calls = v.calls || m.class&wordReader != 0 && (m.begins || h.asks || m.word != "you" && m.word != "你")
		v.site = v.site || m.class&wordSite != 0
		v.reader = v.reader || m.class&wordReader != 0
		v.urge = v.urge || m.class&wordUrge != 0 && m.begins
		v.reports = v.reports || m.class&wordReport != 0
		v.polite = v.polite || m.class&wordPolite != 0
		if m.class&(wordThing|wordService) == 0 || m.class&wordUrge != 0 && m.begins || topic[m.word] >= topicLines {
			continue
		}
		if m.class&wordThing != 0 && m.word != thing {
			thing = m.word
			v.things++
		}
		if m.class&wordService != 0 && v.service < 3 && seen[0] != m.word && seen[1] != m.word {
			seen[v.service] = m.word
			v.service++
		}
	}
	return v
}

// topicLines is how often a word of this kind must stand in a story for it to
// be what the story is about; a line in which nobody is spoken to counts twice.
const topicLines = 4

// dropStates takes out the "US" that is a country and no pronoun.
func dropStates(s string) string {
	if !strings.Contains(s, "US") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "US ", "states "), "US-", "states-")
}

// quoteEnds are the marks around what others say.
var quoteEnds = map[rune]rune{'“': '”', '„': '“', '"': '"', '«': '»', '「': '」', '『': '』'}

// outsideQuotes is a line without what stands in quotation marks.
func (t *tree) outsideQuotes(s string) string {
	if !strings.ContainsAny(s, "“„\"«「『") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if end, ok := quoteEnds[r]; ok {
			if j := strings.IndexRune(s[i+n:], end); j >= 0 {
				b.WriteString(string(r))
				i += n + j
				continue
			}
			if r == '"' || r == '“' || r == '「' {
				break // speech that goes on in the next paragraph
			}
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// namesSite tells whether a line has the site's name in it.
func (t *tree) namesSite(s string) bool {
	if len(t.siteName) >= 6 && strings.Contains(s, t.siteName) || t.shortName != "" && t.namesShort(s) {
		return true
	}
	return len(t.hostName) >= 8 && strings.Contains(squash(s), t.hostName)
}

// namesShort tells whether a line calls the site by the last word of its name:
// "the Foundation".
func (t *tree) namesShort(s string) bool {
	for _, article := range [...]string{"the ", "The "} {
		if at := strings.Index(s, article+t.shortName); at >= 0 {
			next, _ := utf8.DecodeRuneInString(s[at+len(article)+len(t.shortName):])
			return !unicode.IsLetter(next) || next == utf8.RuneError
		}
	}
	return false
}

// shortened is the last word of a name of several, "" of others: as a name for
// the whole it stands in English with "the" before it.
func shortened(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > 4 {
		return ""
	}
	last := words[len(words)-1]
	if len(last) < 5 || !startsUpper(last) {
		return ""
	}
	return last
}

// nameSite finds out what the site is called: by its metadata, by what its
// title element adds to the page's title, and by its host.
func (t *tree) nameSite(root *html.Node, stated string) {
	t.siteName = stated
	host := strings.TrimPrefix(t.host, "www.")
	host, _, _ = strings.Cut(host, ".")
	t.hostName = squash(host)
	if t.siteName == "" && t.title != "" {
		t.siteName = t.addedName(root)
	}
	if t.siteName == "" || strings.Contains(t.siteName, ".") && !strings.Contains(t.siteName, " ") { // a host's name
		t.siteName = cmp.Or(t.frontName(), t.siteName)
	}
	t.shortName = shortened(t.siteName)
}

// addedName is what the title element adds to the page's title.
func (t *tree) addedName(root *html.Node) string {
	for n := root; n != nil; n = following(n, root) {
		if n.DataAtom == atom.Body {
			break
		}
		if n.DataAtom != atom.Title || n.FirstChild == nil {
			continue
		}
		before, after, ok := strings.Cut(n.FirstChild.Data, t.title)
		if name := strings.TrimFunc(before+after, func(r rune) bool { return ornament(r) }); ok && len(name) <= 60 {
			return name
		}
		break
	}
	return ""
}

// frontName is the text of the page's first link to the front page, if that is
// a name and no word for it.
func (t *tree) frontName() string {
	for i := range t.items {
		it := &t.items[i]
		if it.tag != atom.A || it.weight == 0 {
			continue
		}
		href := attr(it.node, "href")
		if href != "/" && (t.host == "" || !strings.HasSuffix(strings.TrimSuffix(href, "/"), "://"+t.host)) {
			continue
		}
		name := t.text(int32(i), 100)
		if it.weight <= 60 && strings.Contains(name, " ") && !t.p.whole[bareLine(name)] && t.p.crumb.at(plainLine(name)) == "" {
			return name
		}
		break
	}
	return ""
}
