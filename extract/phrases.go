package extract

import (
	"bufio"
	"embed"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed phrases/*.txt
var phraseFiles embed.FS

// phrases are what sites of any language write around a story. All languages
// are looked for at once: a page's language is often misstated, and no phrase
// of one language means anything in another.
type phrases struct {
	whole    map[string]bool
	start    phraseIndex
	head     phraseIndex
	box      phraseIndex
	notice   phraseIndex
	tail     phraseIndex
	credit   phraseIndex
	head1    phraseIndex     // headings of boxes beside the story, begun
	heads    map[string]bool // and whole
	button   map[string]bool
	origin   phraseIndex
	crumb    phraseIndex // how the way to a page begins
	below    phraseIndex // notes that the story goes on below something
	others   phraseIndex // how a sentence about others begins
	language phraseIndex // names of languages in themselves
	reply    map[string]bool
	share    map[string]bool   // where pages are shared, and how
	talk     phraseIndex       // words for what readers write below a story
	voice    phraseIndex       // marks of the site's own voice
	voiceOf  map[string]uint16 // and their classes
	closing  phraseIndex       // how the line begins that stands below a story
	wall     phraseIndex       // what is said where the rest must be paid for
}

// A phraseIndex finds phrases by their first two characters.
type phraseIndex struct {
	of map[[2]rune][]string
	// begins holds how phrases in ASCII begin, by the last five bits of their
	// first three characters: it spares the look into the map for nearly all
	// words.
	begins [1 << 15]bool
}

func (x *phraseIndex) add(p string) {
	if x.of == nil {
		x.of = map[[2]rune][]string{}
	}
	k := firstTwo(p)
	x.of[k] = append(x.of[k], p)
	switch {
	case len(p) < 2 || p[0] >= utf8.RuneSelf || p[1] >= utf8.RuneSelf:
	case len(p) > 2 && p[2] < utf8.RuneSelf:
		x.begins[beginning(p[0], p[1], p[2])] = true
	default: // whatever follows
		for c := range byte(32) {
			x.begins[beginning(p[0], p[1], c)] = true
		}
	}
}

func beginning(a, b, c byte) int { return int(a&31)<<10 | int(b&31)<<5 | int(c&31) }

// may tells whether a phrase may begin as s does.
func (x *phraseIndex) may(s string) bool {
	return len(s) < 3 || s[0]|s[1]|s[2] >= utf8.RuneSelf || x.begins[beginning(s[0], s[1], s[2])]
}

// at is the longest phrase that s begins with, "" if there is none. A phrase
// that ends in a letter of a spaced script must end a word of s.
func (x *phraseIndex) at(s string) string {
	if !x.may(s) {
		return ""
	}
	best := ""
	k := firstTwo(s)
	for _, p := range x.of[k] {
		if len(p) > len(best) && strings.HasPrefix(s, p) && wordBreak(p, s[len(p):]) {
			best = p
		}
	}
	if best == "" && wide(k[0]) {
		k[1] = utf8.RuneError // a phrase of one character
		for _, p := range x.of[k] {
			return p
		}
	}
	return best
}

// in is the first phrase that stands anywhere in s, at the start of a word.
func (x *phraseIndex) in(s string) string {
	start := true
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if letter && (start || wide(r)) {
			if p := x.at(s[i:]); p != "" {
				return p
			}
		}
		start = !letter
	}
	return ""
}

// leads tells whether one of s's sentences begins with a phrase.
func (x *phraseIndex) leads(s string) bool {
	for s != "" {
		if x.at(s) != "" {
			return true
		}
		i := strings.IndexAny(s, ".!?。！？")
		if i < 0 {
			return false
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		s = plainLine(s[i+n:])
	}
	return false
}

// count is the number of different phrases in s, to three.
func (x *phraseIndex) count(s string) int {
	seen := map[string]bool{}
	for len(seen) < 3 {
		p := x.in(s)
		if p == "" {
			break
		}
		seen[p] = true
		_, s, _ = strings.Cut(s, p)
	}
	return len(seen)
}

func firstTwo(s string) (k [2]rune) {
	n := 0
	k[0], n = utf8.DecodeRuneInString(s)
	k[1], _ = utf8.DecodeRuneInString(s[n:])
	return k
}

func wordBreak(phrase, rest string) bool {
	last, _ := utf8.DecodeLastRuneInString(phrase)
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || wide(last) || !unicode.IsLetter(last) || !unicode.IsLetter(next)
}

// readPhrases reads the embedded files. They are part of the program, so what
// is wrong with them is found by the tests, not here.
func readPhrases(files fs.FS) *phrases {
	p := &phrases{whole: map[string]bool{}, heads: map[string]bool{}, button: map[string]bool{}, reply: map[string]bool{}, share: map[string]bool{}, voiceOf: map[string]uint16{}}
	names, _ := fs.Glob(files, "phrases/*.txt")
	for _, name := range names {
		f, err := files.Open(name)
		if err != nil {
			continue
		}
		p.read(bufio.NewScanner(f))
		f.Close() // read only
	}
	p.inheritVoice()
	return p
}

func (p *phrases) read(lines *bufio.Scanner) {
	indexes := map[string]*phraseIndex{
		"start": &p.start, "head": &p.head, "box": &p.box, "notice": &p.notice, "tail": &p.tail, "others": &p.others,
		"credit": &p.credit, "origin": &p.origin, "crumb": &p.crumb, "below": &p.below,
		"language": &p.language, "talk": &p.talk, "closing": &p.closing, "wall": &p.wall,
	}
	section := ""
	for lines.Scan() {
		text := strings.TrimLeft(lines.Text(), " \t")
		switch {
		case strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#"):
		case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
			section = strings.Trim(text, "[]")
		case section == "whole":
			p.whole[bareLine(text)] = true
		case section == "heading" && strings.HasSuffix(text, "*"):
			p.head1.add(strings.TrimSpace(strings.TrimSuffix(text, "*")))
		case section == "heading":
			p.heads[bareHeading(text)] = true
		case section == "button":
			p.button[bareLine(text)] = true
		case section == "reply":
			p.reply[bareLine(text)] = true
		case section == "share":
			p.share[bareLine(text)] = true
		case voiceSections[section] != 0:
			p.addVoice(strings.TrimSpace(text), voiceSections[section])
		case indexes[section] != nil:
			indexes[section].add(strings.TrimSpace(text))
		}
	}
}

// voiceSections are the sections of marks, see voice.
var voiceSections = map[string]uint16{"self": wordSelf, "reader": wordReader, "urge": wordUrge, "service": wordService, "thing": wordThing, "report": wordReport, "guest": wordReader | wordPolite, "site": wordSelf | wordSite, "audience": wordReader | wordAudience}

// addVoice adds a mark; a thing of a spaced script also in the plural.
func (p *phrases) addVoice(word string, class uint16) {
	if p.voiceOf[word] == 0 {
		p.voice.add(word)
	}
	p.voiceOf[word] |= class
	last, _ := utf8.DecodeLastRuneInString(word)
	if class&(wordService|wordThing) != 0 && last < utf8.RuneSelf && last != 's' && p.voiceOf[word+"s"] == 0 {
		p.voice.add(word + "s")
		p.voiceOf[word+"s"] = class
	}
}

// inheritVoice gives a mark of several words the marks of the persons in it:
// "get our" urges, and is of us; "如果您" urges, and is said to you.
func (p *phrases) inheritVoice() {
	persons := map[string]uint16{} // of scripts without spaces
	for word, class := range p.voiceOf {
		if r, _ := utf8.DecodeRuneInString(word); wide(r) && class&(wordSelf|wordReader) != 0 {
			persons[word] = class & (wordSelf | wordReader | wordPolite)
		}
	}
	for phrase, class := range p.voiceOf {
		for _, word := range strings.Fields(phrase) {
			class |= p.voiceOf[word] & (wordSelf | wordReader)
		}
		if r, _ := utf8.DecodeRuneInString(phrase); wide(r) {
			for word, of := range persons {
				if len(word) < len(phrase) && strings.Contains(phrase, word) {
					class |= of
				}
			}
		}
		p.voiceOf[phrase] = class
	}
}

// headOfBox is the phrase by which a line is the heading of a box beside the
// story, "" if it is none: the whole line but for numbers, or the beginning of
// one with at most 24 characters more that is no sentence.
func (p *phrases) headOfBox(line string) string {
	if len(line) > 100 {
		return ""
	}
	bare := bareHeading(line)
	if p.heads[bare] {
		return bare
	}
	if phrase := p.head1.at(bare); phrase != "" && len(bare) <= len(phrase)+24 && !endsSentence(line) {
		return phrase
	}
	return ""
}

// bareHeading is bareLine without the numbers of "3 comments" and
// "Comments (3)".
func bareHeading(s string) string {
	return strings.ToLower(strings.TrimFunc(strings.ReplaceAll(s, "’", "'"), func(r rune) bool { return !unicode.IsLetter(r) }))
}

// bareLine is a line in lower case without the ornaments around it.
func bareLine(s string) string {
	s = strings.ToLower(strings.TrimFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}))
	return strings.ReplaceAll(s, "’", "'")
}

// plainLine is a line in lower case without ornaments in front, apostrophes
// and spaces made plain.
func plainLine(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '©' && r != '(' && r != '（' && r != '@' && r != '【' && r != '*'
	})
	s = strings.ToLower(s)
	s = strings.ReplaceAll(s, "’", "'")
	return strings.ReplaceAll(s, "\u00a0", " ")
}
