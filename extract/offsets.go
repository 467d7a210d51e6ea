package extract

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// The parser keeps no offsets, and where a text ends up in the tree is its
// secret: out of a table, into another paragraph, joined with its neighbours.
// So the page is parsed a second time with the content of each text token
// replaced by the token's number. The tree is the same, as the parser only asks
// of a text whether and where it has white space, and each of its texts tells
// from which tokens it was made. Nothing is searched for, so nothing is found
// in the wrong place; and what a block reads is compared with the bytes at the
// place that comes out, character by character.

// marks are the texts of a page by the text nodes made from them.
type marks struct {
	src    source
	tokens []token
	nodes  map[*html.Node][]int32 // which tokens, in order
}

// source is what the parser was given.
type source struct {
	text      []byte
	scripting bool
	replaced  bool // a site rule has changed it: nothing in it has a place in the bytes
}

// A token is the part of a text between two tags, without the white space at
// its ends.
type token struct {
	start, end int32 // in the decoded text
	raw        bool  // "&amp;" means itself
}

// of gives the tokens a text node was made from; nil for no marks, and for a
// node that could not be told.
func (m *marks) of(n *html.Node) []int32 {
	if m == nil {
		return nil
	}
	return m.nodes[n]
}

// markTexts parses the page again and matches its tree with root. A page that
// is too large once it is numbered, or comes out differently, has no marks
// from there on.
func markTexts(root *html.Node, src source) *marks {
	m := &marks{src: src, nodes: map[*html.Node][]int32{}}
	numbered := m.number()
	var again *html.Node
	var err error
	if src.scripting {
		again, _, err = parse(numbered)
	} else {
		again, err = html.ParseWithOptions(bytes.NewReader(numbered), html.ParseOptionEnableScripting(false))
	}
	if err != nil {
		return m
	}
	a, b := root, again
	for a != nil && b != nil && a.Type == b.Type && (a.Type == html.TextNode || a.Data == b.Data) && (a.FirstChild == nil) == (b.FirstChild == nil) {
		if a.Type == html.TextNode {
			if ids := m.numbers(b.Data); ids != nil {
				m.nodes[a] = ids
			}
		}
		a, b = following(a, root), following(b, again)
	}
	return m
}

// numbers reads the numbers in a text of the second tree; nil if there is
// anything else in it.
func (m *marks) numbers(s string) []int32 {
	var ids []int32
	for _, word := range strings.Fields(s) {
		for word != "" {
			digits, rest, ok := strings.Cut(word, ";")
			id, err := strconv.ParseInt(digits, 10, 32)
			if !ok || err != nil || id < 0 || int(id) >= len(m.tokens) {
				return nil
			}
			ids = append(ids, int32(id))
			word = rest
		}
	}
	return ids
}

// number writes the page with the numbers of its text tokens instead of what
// stands in them. Texts that are never seen (scripts, styles, …) stay.
func (m *marks) number() []byte {
	out := make([]byte, 0, len(m.src.text))
	z := html.NewTokenizer(bytes.NewReader(m.src.text))
	at, inside := 0, textSeen
	for {
		kind := z.Next()
		raw := z.Raw()
		start := at
		at += len(raw)
		if kind == html.ErrorToken {
			// What is left is a tag that the page ends in.
			return append(out, m.src.text[start:]...)
		}
		if kind != html.TextToken || inside == textUnseen {
			out = append(out, raw...)
		} else {
			out = m.numberText(out, raw, start, inside == textRaw)
		}
		inside = textSeen
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			name, _ := z.TagName()
			inside = textAfter(string(name))
			if string(name) == "noscript" && !m.src.scripting {
				z.NextIsNotRawText()
				inside = textSeen
			}
		}
	}
}

type textKind int

const (
	textSeen   textKind = iota
	textRaw             // seen, without character references
	textUnseen          // of an element whose text newTree leaves out
)

// textAfter is the kind of a text right after the start tag of an element.
func textAfter(name string) textKind {
	switch name {
	case "xmp", "plaintext":
		return textRaw
	case "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript":
		return textUnseen
	}
	return textSeen
}

func (m *marks) numberText(out, text []byte, at int, raw bool) []byte {
	from, to := -1, 0
	lead, tail := len(text), len(text)
	u := unitReader{text: text, raw: raw}
	for u.next() {
		if blank(u.value) {
			continue
		}
		if from < 0 {
			from, lead = u.start, u.start
		}
		to, tail = u.end, u.end
	}
	if from < 0 {
		return append(out, text...)
	}
	m.tokens = append(m.tokens, token{int32(at + from), int32(at + to), raw})
	out = append(out, text[:lead]...)
	out = strconv.AppendInt(out, int64(len(m.tokens)-1), 10)
	out = append(out, ';')
	return append(out, text[tail:]...)
}

// blank tells whether the parser takes all of s for white space.
func blank(s string) bool { return strings.Trim(s, " \t\r\n\f") == "" }

// A unitReader reads a text as it stands in the page, one character or one
// character reference at a time.
type unitReader struct {
	text       []byte
	raw        bool
	start, end int
	value      string // what it means
}

func (u *unitReader) next() bool {
	u.start = u.end
	if u.start >= len(u.text) {
		return false
	}
	rest := u.text[u.start:]
	if rest[0] == '&' && !u.raw {
		if n := referenceLength(rest); n > 1 {
			source := string(rest[:n])
			if value := html.UnescapeString(source); value != source {
				u.end, u.value = u.start+n, value
				return true
			}
		}
	}
	_, n := utf8.DecodeRune(rest)
	u.end, u.value = u.start+n, string(rest[:n])
	return true
}

// referenceLength is how many bytes of b, which begins with &, can belong to
// one character reference.
func referenceLength(b []byte) int {
	n := 1
	if n < len(b) && b[n] == '#' {
		n++
	}
	for n < len(b) && (isLetter(b[n]) || b[n] >= '0' && b[n] <= '9') {
		n++
	}
	if n < len(b) && b[n] == ';' {
		n++
	}
	return n
}

// placed is a part of a block's text and where it stands in the decoded text.
type placed struct {
	from, to int // in Block.Text
	span     Span
}

// align goes through a block's text and through what its tokens mean side by
// side, white space and invisible characters left out, and gives each
// character's place to visit. It reports whether they read the same.
func (m *marks) align(b *Block, visit func(placed)) bool {
	at, seps := 0, b.seps
	skip := func() {
		for at < len(b.Text) {
			if len(seps) > 0 && int(seps[0]) == at {
				seps = seps[1:]
				at++
				continue
			}
			r, n := utf8.DecodeRuneInString(b.Text[at:])
			if !unicode.IsSpace(r) && !invisible(r) {
				return
			}
			at += n
		}
	}
	for _, id := range b.pieces {
		tok := m.tokens[id]
		u := unitReader{text: m.src.text[tok.start:tok.end], raw: tok.raw}
		for u.next() {
			for value := u.value; value != ""; {
				r, n := utf8.DecodeRuneInString(value)
				value = value[n:]
				if unicode.IsSpace(r) || invisible(r) {
					continue
				}
				skip()
				got, size := utf8.DecodeRuneInString(b.Text[at:])
				if size == 0 || got != r {
					return false
				}
				visit(placed{at, at + size, Span{int(tok.start) + u.start, int(tok.start) + u.end}})
				at += size
			}
		}
	}
	skip()
	return at == len(b.Text) && len(b.pieces) > 0
}

// place finds where each block stands in the decoded text.
func (m *marks) place(blocks []Block) {
	owner := make([]int32, len(m.tokens))
	for i := range blocks {
		for _, id := range blocks[i].pieces {
			owner[id] = int32(i + 1)
		}
	}
	for i := range blocks {
		b := &blocks[i]
		if !together(b.pieces, owner, int32(i+1)) {
			continue
		}
		span := Nowhere
		same := m.align(b, func(p placed) {
			if !span.Known() {
				span.Start = p.span.Start
			}
			span.End = p.span.End
		})
		if same {
			b.Decoded = span
		}
	}
}

// together tells whether tokens stand one after the other in the page with
// nothing of another block between them. Where they do not – text that stood
// between the rows of a table, say – there is no one place.
func together(ids, owner []int32, block int32) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			return false
		}
		for between := ids[i-1] + 1; between < ids[i]; between++ {
			if o := owner[between]; o != 0 && o != block {
				return false
			}
		}
	}
	return true
}
