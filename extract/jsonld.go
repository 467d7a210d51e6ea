package extract

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON-LD as found on pages is often not JSON: comments or CDATA around it,
// raw line ends in strings, commas before closing brackets, cut off in the
// middle. The reader here takes all of that, copies nothing it need not copy,
// and is bounded in bytes, depth and number of values.
const (
	jsonMaxBytes = 1 << 20
	jsonMaxDepth = 48
	jsonMaxNodes = 20_000
)

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonString
	jsonNumber // text holds it as written
	jsonBool   // text is "true" or "false"
	jsonArray
	jsonObject
)

// jsonValue is a value; for objects items[i] belongs to keys[i].
type jsonValue struct {
	kind  jsonKind
	text  string
	keys  []string
	items []jsonValue
}

// get is the first value under key, null if there is none.
func (v *jsonValue) get(key string) *jsonValue {
	if v.kind == jsonObject {
		for i, k := range v.keys {
			if k == key {
				return &v.items[i]
			}
		}
	}
	return &jsonNothing
}

var jsonNothing jsonValue

// str is the string, or the number as text, or the first of a list of them, or
// what an object gives as its value or name; else "".
func (v *jsonValue) str() string {
	for range 4 {
		switch v.kind {
		case jsonString, jsonNumber:
			return v.text
		case jsonArray:
			if len(v.items) == 0 {
				return ""
			}
			v = &v.items[0]
		case jsonObject:
			inner := v.get("@value")
			if inner.kind == jsonNull {
				inner = v.get("name")
			}
			v = inner
		default:
			return ""
		}
	}
	return ""
}

// strings are all strings of a list, or the one string.
func (v *jsonValue) strings() []string {
	if v.kind != jsonArray {
		if s := v.str(); s != "" {
			return []string{s}
		}
		return nil
	}
	var list []string
	for i := range v.items {
		if s := v.items[i].str(); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// list is the items of an array, or the value itself as the only one; nothing
// for null.
func (v *jsonValue) list() []jsonValue {
	switch v.kind {
	case jsonArray:
		return v.items
	case jsonNull:
		return nil
	}
	return []jsonValue{*v}
}

// parseJSON reads the first value in s, as far as it goes.
func parseJSON(s string) jsonValue {
	if len(s) > jsonMaxBytes {
		s = s[:jsonMaxBytes]
	}
	p := jsonParser{s: s}
	p.skipWrapping()
	return p.value(0)
}

type jsonParser struct {
	s     string
	i     int
	nodes int
}

// skipWrapping passes what stands before the first bracket: comments, CDATA.
func (p *jsonParser) skipWrapping() {
	n := strings.IndexAny(p.s, "{[")
	if n < 0 {
		p.i = len(p.s)
		return
	}
	if c := strings.Index(p.s[:min(len(p.s), n+9)], "<![CDATA["); c >= 0 && c <= n {
		after := c + len("<![CDATA[")
		m := strings.IndexAny(p.s[after:], "{[")
		if m < 0 {
			p.i = len(p.s)
			return
		}
		n = after + m
	}
	p.i = n
}

// space passes white space, control characters and comments.
func (p *jsonParser) space() {
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c <= ' ':
			p.i++
		case c == 0xC2 && strings.HasPrefix(p.s[p.i:], "\u00A0"):
			p.i += 2
		case c == 0xEF && strings.HasPrefix(p.s[p.i:], "\uFEFF"):
			p.i += 3
		case c == '/' && strings.HasPrefix(p.s[p.i:], "/*"):
			p.skipPast("*/")
		case c == '/' && strings.HasPrefix(p.s[p.i:], "//"):
			p.skipPast("\n")
		default:
			return
		}
	}
}

func (p *jsonParser) skipPast(end string) {
	n := strings.Index(p.s[p.i:], end)
	if n < 0 {
		p.i = len(p.s)
		return
	}
	p.i += n + len(end)
}

func (p *jsonParser) value(depth int) jsonValue {
	p.space()
	if p.i >= len(p.s) || p.nodes >= jsonMaxNodes {
		p.i = len(p.s)
		return jsonValue{}
	}
	p.nodes++
	switch c := p.s[p.i]; c {
	case '{', '[':
		if depth >= jsonMaxDepth {
			p.skipNested()
			return jsonValue{}
		}
		if c == '{' {
			return p.object(depth)
		}
		return p.array(depth)
	case '"':
		return jsonValue{kind: jsonString, text: p.string()}
	}
	return p.bare()
}

// bare reads numbers and words.
func (p *jsonParser) bare() jsonValue {
	start := p.i
	for p.i < len(p.s) && !strings.ContainsRune(",:{}[]\"", rune(p.s[p.i])) && p.s[p.i] > ' ' {
		p.i++
	}
	word := p.s[start:p.i]
	switch {
	case word == "":
		p.i++ // a stray bracket, colon or comma
		return jsonValue{}
	case word == "true", word == "false":
		return jsonValue{kind: jsonBool, text: word}
	case word[0] == '-' || word[0] >= '0' && word[0] <= '9':
		return jsonValue{kind: jsonNumber, text: word}
	}
	return jsonValue{}
}

func (p *jsonParser) object(depth int) jsonValue {
	v := jsonValue{kind: jsonObject}
	p.i++
	for {
		p.space()
		if p.i >= len(p.s) {
			return v
		}
		switch p.s[p.i] {
		case '}':
			p.i++
			return v
		case '"':
			key := p.string()
			p.space()
			if p.i < len(p.s) && p.s[p.i] == ':' {
				p.i++
				item := p.value(depth + 1)
				v.keys, v.items = append(v.keys, key), append(v.items, item)
			}
		case ']':
			return v // an object that was not closed
		default:
			p.i++ // commas, and whatever stands where a key should
		}
	}
}

func (p *jsonParser) array(depth int) jsonValue {
	v := jsonValue{kind: jsonArray}
	p.i++
	for {
		p.space()
		if p.i >= len(p.s) {
			return v
		}
		switch p.s[p.i] {
		case ']':
			p.i++
			return v
		case ',':
			p.i++
		case '}', ':':
			return v // an array that was not closed
		default:
			v.items = append(v.items, p.value(depth+1))
		}
		if p.nodes >= jsonMaxNodes {
			p.i = len(p.s)
			return v
		}
	}
}

// skipNested passes a value that is nested too deeply.
func (p *jsonParser) skipNested() {
	depth := 0
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			p.string()
			continue
		}
		p.i++
		if depth == 0 {
			return
		}
	}
}

// string reads a quoted string; raw line ends may stand in it. A quote that is
// not followed by what can follow a string is taken as part of it.
func (p *jsonParser) string() string {
	p.i++
	start := p.i
	escaped := false
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case '\\':
			escaped = true
			p.i += 2
			continue
		case '"':
			if p.endsString() {
				raw := p.s[start:p.i]
				p.i++
				return unescapeJSON(raw, escaped)
			}
		}
		p.i++
	}
	p.i = len(p.s)
	return unescapeJSON(p.s[min(start, len(p.s)):], escaped)
}

// endsString looks behind a quote for the next sign that is not space.
func (p *jsonParser) endsString() bool {
	for k := p.i + 1; k < len(p.s) && k < p.i+64; k++ {
		switch c := p.s[k]; {
		case c <= ' ':
		case c == ',' || c == ':' || c == '}' || c == ']' || c == '/':
			return true
		default:
			return c == '"' || c == '<' // a comma left out; a comment's end
		}
	}
	return true
}

func unescapeJSON(s string, escaped bool) string {
	if !escaped {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 >= len(s) {
			out = append(out, s[i])
			i++
			continue
		}
		switch c := s[i+1]; c {
		case 'n', 'r', 't', 'f', 'b':
			out = append(out, ' ')
			if c == 'n' {
				out[len(out)-1] = '\n'
			}
		case 'u':
			r, size := unescapeUnicode(s[i:])
			out = utf8.AppendRune(out, r)
			i += size
			continue
		default:
			out = append(out, c)
		}
		i += 2
	}
	return string(out)
}

// unescapeUnicode reads \uXXXX, two of them for a surrogate pair.
func unescapeUnicode(s string) (rune, int) {
	r, ok := hex4(s)
	if !ok {
		return utf8.RuneError, 2
	}
	if utf16.IsSurrogate(r) {
		if r2, ok := hex4(s[6:]); ok {
			if full := utf16.DecodeRune(r, r2); full != utf8.RuneError {
				return full, 12
			}
		}
		return utf8.RuneError, 6
	}
	return r, 6
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
