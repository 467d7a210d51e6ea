package extract

import (
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
// affairs.
func (v voice) speaks() bool {
	return (v.service > 0 || v.things > 0) && (v.self || v.reader || v.urge) || v.polite && v.self
}

// The classes of words that are marks, as bits.
const (
	wordSelf uint8 = 1 << iota
	wordReader
	wordUrge
	wordService
	wordThing
	wordPolite
	wordReport
)

// hear listens to a line. Words in topic are what the story is about and are
// no marks.
func (t *tree) hear(text string, topic map[string]int) voice {
	var v voice
	s := t.outsideQuotes(text)
	named := t.namesSite(s)
	s = plainLine(dropStates(s))
	start, begins := true, true
	seen := [4]string{}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if letter && (start || wide(r)) {
			if p := t.p.voice.at(s[i:]); p != "" {
				class := t.p.voiceOf[p]
				v.self = v.self || class&wordSelf != 0
				v.reader = v.reader || class&wordReader != 0
				v.urge = v.urge || class&wordUrge != 0 && begins
				if class&wordService != 0 && topic[p] < topicLines {
					if k := min(v.service, 3); k < 3 && seen[0] != p && seen[1] != p {
						seen[k] = p
						v.service++
					}
				}
				v.reports = v.reports || class&wordReport != 0
				v.polite = v.polite || class&wordPolite != 0
				if class&wordThing != 0 && topic[p] < topicLines {
					v.things++
				}
				begins = begins && class&wordUrge == 0 && class&wordReader != 0
				i += len(p)
				start = false
				continue
			}
		}
		switch {
		case letter:
			begins = false
		case strings.ContainsRune(".!?:;—–(。！？：；，、（\n", r):
			begins = true
		}
		start = !letter
		i += n
	}
	if named {
		v.self, v.named = true, true
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

// words lists the words of a class that stand in a text.
func (p *phrases) words(s string, class uint8, found func(string)) {
	s = plainLine(s)
	start := true
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if letter && (start || wide(r)) {
			if w := p.voice.at(s[i:]); w != "" {
				if p.voiceOf[w]&class != 0 {
					found(w)
				}
				i += len(w)
				start = false
				continue
			}
		}
		start = !letter
		i += n
	}
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
	if len(t.siteName) >= 6 && strings.Contains(s, t.siteName) {
		return true
	}
	return len(t.hostName) >= 8 && strings.Contains(squash(s), t.hostName)
}

// nameSite finds out what the site is called: by its metadata, by what its
// title element adds to the page's title, and by its host.
func (t *tree) nameSite(root *html.Node, stated string) {
	t.siteName = stated
	host := strings.TrimPrefix(t.host, "www.")
	host, _, _ = strings.Cut(host, ".")
	t.hostName = squash(host)
	if stated != "" || t.title == "" {
		return
	}
	for n := root; n != nil; n = following(n, root) {
		if n.DataAtom == atom.Body {
			return
		}
		if n.DataAtom != atom.Title || n.FirstChild == nil {
			continue
		}
		before, after, ok := strings.Cut(n.FirstChild.Data, t.title)
		if name := strings.TrimFunc(before+after, func(r rune) bool { return ornament(r) }); ok && len(name) <= 60 {
			t.siteName = name
		}
		return
	}
}
