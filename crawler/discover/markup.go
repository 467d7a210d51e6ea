package discover

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"stet/crawler/weburl"
)

// markup reads XML as it is found: it gives tags and texts in order and never
// fails. What is no tag is text; what is no entity stands as it is written;
// entities that the file defines itself are not replaced, or ten of them could
// stand for gigabytes.
//
// encoding/xml ends at the first control character, undeclared entity or
// foreign encoding, also when it is not strict.
type markup struct {
	*source
	enc  encoding.Encoding // declared; of texts that are not UTF-8
	skip bool              // texts are not wanted
	text []byte
}

// token is a tag or a text.
type token struct {
	kind  tokenKind
	name  string // of a tag, lower case, without its prefix
	attrs []attr // of a start tag
	empty bool   // the tag ends itself
	text  []byte // of a text, as it stands; valid until the next token
	cdata bool   // its entities are none
}

type attr struct{ name, value string } // name lower case, with its prefix

type tokenKind int

const (
	ended tokenKind = iota
	startTag
	endTag
	textRun
)

func newMarkup(s *source) *markup { return &markup{source: s} }

// next gives the next token; the last is of the kind ended.
func (m *markup) next() token {
	for {
		head, _ := m.Peek(2)
		switch {
		case len(head) == 0:
			return token{}
		case head[0] != '<':
			m.readText()
			return token{kind: textRun, text: m.text}
		case len(head) > 1 && (head[1] == '!' || head[1] == '?'):
			if t, ok := m.declaration(); ok {
				return t
			}
		case len(head) > 1 && (head[1] == '/' || isNameStart(head[1])):
			if t, ok := m.tag(); ok {
				return t
			}
			fallthrough
		default: // a "<" that begins nothing, or was cut off
			if len(head) == 1 {
				return token{}
			}
			_, _ = m.Discard(1) // it was seen
			m.text = append(m.text[:0], '<')
			return token{kind: textRun, text: m.text}
		}
	}
}

func isNameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf
}

// readText takes what stands before the next "<".
func (m *markup) readText() {
	m.text = m.text[:0]
	for {
		b := m.buffered()
		i := bytes.IndexByte(b, '<')
		n := i
		if i < 0 {
			n = len(b)
		}
		if !m.skip && len(m.text) <= maxText {
			m.text = append(m.text, b[:min(n, maxText+1-len(m.text))]...) // one more, to be seen to be too long
		}
		_, _ = m.Discard(n) // they were seen
		if i >= 0 || len(b) == 0 {
			return
		}
	}
}

// buffered is what can be looked at without another read, or after one.
func (m *markup) buffered() []byte {
	if m.Buffered() == 0 {
		_, _ = m.Peek(1) // at the end nothing is buffered
	}
	b, _ := m.Peek(m.Buffered())
	return b
}

// declaration passes over a comment, a processing instruction or a document
// type; of a CDATA section it gives the text.
func (m *markup) declaration() (token, bool) {
	head, _ := m.Peek(9)
	switch {
	case bytes.HasPrefix(head, []byte("<![CDATA[")):
		_, _ = m.Discard(9)
		m.text = m.upTo("]]>", m.text[:0], maxText+1)
		return token{kind: textRun, text: m.text, cdata: true}, true
	case bytes.HasPrefix(head, []byte("<!--")):
		_, _ = m.Discard(4)
		m.upTo("-->", nil, 0)
	case head[1] == '?':
		_, _ = m.Discard(2)
		m.instruction(m.upTo("?>", m.text[:0], 256))
	default:
		m.doctype()
	}
	return token{}, false
}

// upTo passes over what stands before a delimiter, and the delimiter; the first
// bytes of it are appended to dst, as many as there is room for.
func (m *markup) upTo(delim string, dst []byte, room int) []byte {
	for {
		b := m.buffered()
		if len(b) < len(delim) {
			b, _ = m.Peek(len(delim)) // fewer only at the end
		}
		i := bytes.Index(b, []byte(delim))
		n := i
		if i < 0 {
			n = max(len(b)-len(delim)+1, 0) // the delimiter may begin in its last bytes
			if len(b) < len(delim) {
				n = len(b)
			}
		}
		if room > len(dst) {
			dst = append(dst, b[:min(n, room-len(dst))]...)
		}
		_, _ = m.Discard(n)
		if i >= 0 {
			_, _ = m.Discard(len(delim))
			return dst
		}
		if len(b) < len(delim) {
			return dst
		}
	}
}

// instruction reads the encoding of an XML declaration.
func (m *markup) instruction(b []byte) {
	if len(b) < 4 || !strings.EqualFold(string(b[:3]), "xml") {
		return
	}
	for _, a := range attributes(b[3:], nil) {
		if a.name != "encoding" {
			continue
		}
		m.enc = charset(a.value)
		if e, err := htmlindex.Get(a.value); err == nil {
			if name, _ := htmlindex.Name(e); name == "iso-2022-jp" { // its letters are bytes of ASCII, "<" among them
				m.through(e)
			}
		}
	}
}

// doctype passes over a document type with what it declares.
func (m *markup) doctype() {
	var quote byte
	depth := 0
	for {
		b := m.buffered()
		if len(b) == 0 {
			return
		}
		for i, c := range b {
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				if depth > 0 { // an apostrophe elsewhere is a mistake
					quote = c
				}
			case c == '[':
				depth++
			case c == ']':
				depth--
			case c == '>' && depth <= 0:
				_, _ = m.Discard(i + 1)
				return
			}
		}
		_, _ = m.Discard(len(b))
	}
}

// tag reads a tag; it is none if it does not end within the window, or another
// begins before.
func (m *markup) tag() (token, bool) {
	b := m.buffered()
	n := tagEnd(b)
	if n == further {
		b, _ = m.Peek(window)
		n = tagEnd(b)
	}
	if n == further && len(b) < window { // it was cut off with the file
		_, _ = m.Discard(len(b))
		return token{}, true
	}
	if n < 0 {
		return token{}, false
	}
	t := token{kind: startTag}
	inner := b[1:n]
	if inner[0] == '/' {
		t.kind, inner = endTag, inner[1:]
	} else if k := len(inner); inner[k-1] == '/' {
		t.empty, inner = true, inner[:k-1]
	}
	k := 0
	for k < len(inner) && !isSpace(inner[k]) && inner[k] != '/' {
		k++
	}
	t.name = localName(inner[:k])
	if t.kind == startTag && k < len(inner) {
		t.attrs = attributes(inner[k:], m.enc)
	}
	_, _ = m.Discard(n + 1)
	return t, true
}

// What tagEnd says of a tag that does not end.
const (
	further  = -1 // it may, further on
	unclosed = -2 // another begins before
)

// tagEnd finds the ">" that ends a tag. Since no "<" may stand in a value (XML,
// production 10), a quote before one was not closed, and a ">" behind that quote
// is the end after all: so every byte is looked at once.
func tagEnd(b []byte) int {
	var quote byte
	behind := unclosed
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '<':
			return behind
		case c == '>' && quote == 0:
			return i
		case c == '>' && behind < 0:
			behind = i
		case c == quote:
			quote, behind = 0, unclosed
		case quote == 0 && (c == '"' || c == '\'') && (b[i-1] == '=' || isSpace(b[i-1])):
			quote = c
		}
	}
	return further
}

// localName is a name without its prefix, in lower case.
func localName(b []byte) string {
	if i := bytes.LastIndexByte(b, ':'); i >= 0 {
		b = b[i+1:]
	}
	switch string(b) { // no memory is taken for the names of site maps
	case "url":
		return "url"
	case "loc":
		return "loc"
	case "lastmod":
		return "lastmod"
	case "priority":
		return "priority"
	case "changefreq":
		return "changefreq"
	}
	return strings.ToLower(string(b))
}

// attributes reads name="value" pairs, also without quotes.
func attributes(b []byte, enc encoding.Encoding) []attr {
	var out []attr
	for len(b) > 0 && len(out) < 64 {
		b = bytes.TrimLeft(b, " \t\r\n/")
		n := bytes.IndexAny(b, "= \t\r\n")
		if n < 0 {
			return out
		}
		name := strings.ToLower(string(b[:n]))
		b = bytes.TrimLeft(b[n:], " \t\r\n")
		if len(b) == 0 || b[0] != '=' {
			continue // an attribute without a value
		}
		b = bytes.TrimLeft(b[1:], " \t\r\n")
		var value []byte
		if len(b) > 0 && (b[0] == '"' || b[0] == '\'') {
			end := bytes.IndexByte(b[1:], b[0])
			if end < 0 {
				end = len(b) - 1
			}
			value, b = b[1:1+end], b[min(len(b), end+2):]
		} else {
			end := bytes.IndexAny(b, " \t\r\n")
			if end < 0 {
				end = len(b)
			}
			value, b = b[:end], b[end:]
		}
		out = append(out, attr{name, words(decode(value, false, enc))})
	}
	return out
}

// get is the value of an attribute, under any prefix.
func (t token) get(name string) string {
	for _, a := range t.attrs {
		if a.name == name || strings.HasSuffix(a.name, ":"+name) {
			return a.value
		}
	}
	return ""
}

// decode reads a text: its entities, and its bytes where they are no UTF-8.
func decode(b []byte, cdata bool, enc encoding.Encoding) string {
	s := string(b)
	if enc != nil && !utf8.ValidString(s) {
		if d, err := enc.NewDecoder().String(s); err == nil {
			s = d
		}
	}
	if !cdata && strings.IndexByte(s, '&') >= 0 {
		s = unescape(s)
	}
	return s
}

// unescape replaces what is whole: of HTML's names those that end in a ";".
// "?a=1&copy=2" is an address whose "&" should have been "&amp;".
func unescape(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		s = rest
		n := strings.IndexAny(rest, ";& \t\r\n")
		if n <= 0 || rest[n] != ';' {
			b.WriteByte('&')
			continue
		}
		b.WriteString(html.UnescapeString("&" + rest[:n+1]))
		s = rest[n+1:]
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// words folds the white space of a text.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// address is an address as it was meant: without the white space around it, and
// without line ends within, with which editors wrap it.
func address(s string) string {
	s = strings.Trim(s, " \t\r\n\v\f\u00a0\ufeff\u200b")
	if !strings.ContainsAny(s, "\r\n\t") {
		return weburl.EscapeForeign(s)
	}
	var b strings.Builder
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\r' || r == '\n' || r == '\t' }) {
		b.WriteString(strings.Trim(line, " "))
	}
	return weburl.EscapeForeign(b.String())
}
