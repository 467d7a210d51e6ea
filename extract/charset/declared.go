package charset

import (
	"bytes"
	"strings"
)

// headerEncoding reads the charset parameter of a Content-Type header.
func headerEncoding(contentType string) *legacy {
	low := strings.ToLower(contentType)
	for {
		i := strings.Index(low, "charset")
		if i < 0 {
			return nil
		}
		low = low[i+len("charset"):]
		rest := strings.TrimLeft(low, " \t")
		if !strings.HasPrefix(rest, "=") {
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \t")
		return encodingByLabel(labelOf(rest))
	}
}

// labelOf takes the value off the front of s: quoted or up to a delimiter.
func labelOf(s string) string {
	if s == "" {
		return ""
	}
	if q := s[0]; q == '"' || q == '\'' {
		label, _, _ := strings.Cut(s[1:], string(q))
		return label
	}
	end := strings.IndexAny(s, "; \t\r\n\f,")
	if end < 0 {
		return s
	}
	return s[:end]
}

// Limits of the search for a declaration: the standard's prescan, and how far
// a late meta element in the head is looked for.
const (
	prescanLimit  = 1024
	lateMetaLimit = 64 << 10
)

// metaEncoding is what the page declares of itself: the standard's prescan of
// the first 1024 bytes (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding),
// then meta elements further on up to the body, then an XML declaration.
func metaEncoding(body []byte) *legacy {
	p := prescan{b: body[:min(len(body), prescanLimit)]}
	if enc := p.run(); enc != nil {
		return enc
	}
	if len(body) > prescanLimit {
		// From the start again: the limit may have cut a comment or a tag.
		p = prescan{b: body[:min(len(body), lateMetaLimit)], late: true}
		if enc := p.run(); enc != nil {
			return enc
		}
	}
	return xmlEncoding(body)
}

// xmlEncoding is the standard's "get an XML encoding".
func xmlEncoding(b []byte) *legacy {
	if !bytes.HasPrefix(b, []byte("<?xml")) {
		return nil
	}
	decl, _, ok := bytes.Cut(b[:min(len(b), prescanLimit)], []byte(">"))
	if !ok {
		return nil
	}
	_, rest, ok := bytes.Cut(decl, []byte("encoding"))
	if !ok {
		return nil
	}
	rest = trimLow(rest)
	if len(rest) == 0 || rest[0] != '=' {
		return nil
	}
	rest = trimLow(rest[1:])
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return nil
	}
	label, _, ok := bytes.Cut(rest[1:], rest[:1])
	if !ok || bytes.ContainsFunc(label, func(r rune) bool { return r <= ' ' }) {
		return nil
	}
	return selfDeclared(encodingByLabel(string(label)))
}

// trimLow drops leading bytes of 0x20 and below.
func trimLow(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	return b
}

// selfDeclared is the standard's correction of what a page can say of itself
// in bytes that could be read as ASCII.
func selfDeclared(enc *legacy) *legacy {
	switch {
	case enc == nil:
		return nil
	case enc.kind == kindUTF16:
		return encodingByName("UTF-8")
	case enc.name == "x-user-defined":
		return encodingByName("windows-1252")
	}
	return enc
}

// prescan walks markup without parsing it. With late set it skips what scripts
// and style sheets contain and stops at the body, which the standard's first
// look does not do.
type prescan struct {
	b    []byte
	i    int
	late bool
}

func (p *prescan) run() *legacy {
	for p.i < len(p.b) {
		n := bytes.IndexByte(p.b[p.i:], '<')
		if n < 0 {
			return nil
		}
		p.i += n
		rest := p.b[p.i:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest[2:], []byte("-->")) // <!--> is a whole comment
			if end < 0 {
				return nil
			}
			p.i += 2 + end + 3
		case isTag(rest, "meta"):
			p.i += len("<meta")
			if enc := p.meta(); enc != nil {
				return enc
			}
		case len(rest) > 1 && isLetter(rest[1]), len(rest) > 2 && rest[1] == '/' && isLetter(rest[2]):
			if p.late && isTag(rest, "body") {
				return nil
			}
			p.skipTag(rest)
		case len(rest) > 1 && (rest[1] == '!' || rest[1] == '/' || rest[1] == '?'):
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return nil
			}
			p.i += end + 1
		default:
			p.i++
		}
	}
	return nil
}

// isTag says whether b starts the tag of that name.
func isTag(b []byte, name string) bool {
	if len(b) < len(name)+2 || !bytes.EqualFold(b[1:1+len(name)], []byte(name)) {
		return false
	}
	c := b[1+len(name)]
	return isSpaceByte(c) || c == '/' || (c == '>' && name != "meta")
}

func isLetter(c byte) bool { c |= 0x20; return c >= 'a' && c <= 'z' }

func isSpaceByte(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'
}

// skipTag passes the tag at rest and its attributes; in a late search also the
// text of elements that hold no markup.
func (p *prescan) skipTag(rest []byte) {
	for p.i < len(p.b) && !isSpaceByte(p.b[p.i]) && p.b[p.i] != '>' {
		p.i++
	}
	for {
		if _, _, ok := p.attribute(); !ok {
			break
		}
	}
	if !p.late {
		return
	}
	for _, name := range [...]string{"script", "style", "title", "textarea", "xmp"} {
		if isTag(rest, name) {
			end := indexFold(p.b[p.i:], "</"+name)
			if end < 0 {
				end = len(p.b) - p.i
			}
			p.i += end
			return
		}
	}
}

// indexFold finds an ASCII string without regard to case.
func indexFold(b []byte, s string) int {
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], s[0])
		if n < 0 || i+n+len(s) > len(b) {
			return -1
		}
		i += n
		if bytes.EqualFold(b[i:i+len(s)], []byte(s)) {
			return i
		}
		i++
	}
}

// meta reads the attributes of a meta element.
func (p *prescan) meta() *legacy {
	var enc *legacy
	gotPragma, needPragma, knowNeed := false, false, false
	var seen [8]string
	count := 0
attributes:
	for {
		name, value, ok := p.attribute()
		if !ok {
			break
		}
		for _, s := range seen[:count] {
			if s == name {
				continue attributes
			}
		}
		if count < len(seen) {
			seen[count], count = name, count+1
		}
		switch name {
		case "http-equiv":
			gotPragma = gotPragma || value == "content-type"
		case "content":
			if found := contentCharset(value); found != nil && enc == nil {
				enc, needPragma, knowNeed = found, true, true
			}
		case "charset":
			enc, needPragma, knowNeed = encodingByLabel(value), false, true
		}
	}
	if p.i >= len(p.b) || !knowNeed || (needPragma && !gotPragma) {
		return nil // cut off, or no declaration
	}
	return selfDeclared(enc)
}

// contentCharset is the standard's "extracting a character encoding from a
// meta element". s is in lower case.
func contentCharset(s string) *legacy {
	for {
		i := strings.Index(s, "charset")
		if i < 0 {
			return nil
		}
		s = strings.TrimLeft(s[i+len("charset"):], "\t\n\f\r ")
		if !strings.HasPrefix(s, "=") {
			continue
		}
		s = strings.TrimLeft(s[1:], "\t\n\f\r ")
		if s == "" {
			return nil
		}
		if s[0] == '"' || s[0] == '\'' {
			label, _, ok := strings.Cut(s[1:], s[:1])
			if !ok {
				return nil
			}
			return encodingByLabel(label)
		}
		if end := strings.IndexAny(s, "\t\n\f\r ;"); end >= 0 {
			s = s[:end]
		}
		return encodingByLabel(s)
	}
}

// attribute is the standard's "get an attribute" of the prescan: name and
// value in lower case; ok is false at the end of the tag or of the bytes.
func (p *prescan) attribute() (name, value string, ok bool) {
	for p.i < len(p.b) && (isSpaceByte(p.b[p.i]) || p.b[p.i] == '/') {
		p.i++
	}
	if p.i >= len(p.b) {
		return "", "", false
	}
	if p.b[p.i] == '>' {
		return "", "", false
	}
	start := p.i
	for p.i < len(p.b) {
		c := p.b[p.i]
		if c == '=' && p.i > start || isSpaceByte(c) || c == '/' || c == '>' {
			break
		}
		p.i++
	}
	if p.i >= len(p.b) {
		return "", "", false
	}
	name = strings.ToLower(string(p.b[start:p.i]))
	if p.space(); p.i >= len(p.b) {
		return "", "", false
	}
	if p.b[p.i] != '=' {
		return name, "", true
	}
	p.i++
	if p.space(); p.i >= len(p.b) {
		return "", "", false
	}
	value, ok = p.attributeValue()
	return name, value, ok
}

func (p *prescan) space() {
	for p.i < len(p.b) && isSpaceByte(p.b[p.i]) {
		p.i++
	}
}

func (p *prescan) attributeValue() (string, bool) {
	if q := p.b[p.i]; q == '"' || q == '\'' {
		end := bytes.IndexByte(p.b[p.i+1:], q)
		if end < 0 {
			p.i = len(p.b)
			return "", false
		}
		v := p.b[p.i+1 : p.i+1+end]
		p.i += end + 2
		return strings.ToLower(string(v)), p.i <= len(p.b)
	}
	start := p.i
	for p.i < len(p.b) && !isSpaceByte(p.b[p.i]) && p.b[p.i] != '>' {
		p.i++
	}
	if p.i >= len(p.b) {
		return "", false
	}
	return strings.ToLower(string(p.b[start:p.i])), true
}
