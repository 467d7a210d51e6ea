package demosite

import (
	"html"
	"strings"
)

// span is a piece of a line: text, perhaps with a meaning.
type span struct {
	kind string // "", a, strong, em, code
	text string
	href string
}

// spans reads the marks of one line. A mark that is not closed is text.
func spans(line string) []span {
	var out []span
	var plain strings.Builder
	add := func(s span) {
		if plain.Len() > 0 {
			out = append(out, span{text: plain.String()})
			plain.Reset()
		}
		out = append(out, s)
	}
	for line != "" {
		s, rest, ok := mark(line)
		if ok {
			add(s)
			line = rest
			continue
		}
		n := 1
		if i := strings.IndexAny(line[1:], "[*`"); i >= 0 {
			n += i
		} else {
			n = len(line)
		}
		plain.WriteString(line[:n])
		line = line[n:]
	}
	if plain.Len() > 0 {
		out = append(out, span{text: plain.String()})
	}
	return out
}

// mark reads a mark that begins the line.
func mark(line string) (s span, rest string, ok bool) {
	if after, is := strings.CutPrefix(line, "["); is {
		text, more, ok1 := strings.Cut(after, "](")
		href, rest, ok2 := strings.Cut(more, ")")
		return span{kind: "a", text: text, href: href}, rest, ok1 && ok2
	}
	for _, m := range []struct{ sign, kind string }{{"**", "strong"}, {"*", "em"}, {"`", "code"}} {
		if after, is := strings.CutPrefix(line, m.sign); is {
			text, rest, ok := strings.Cut(after, m.sign)
			return span{kind: m.kind, text: text}, rest, ok && text != "" && text[0] != ' '
		}
	}
	return span{}, "", false
}

// plainText gives a line without its marks.
func plainText(line string) string {
	var b strings.Builder
	for _, s := range spans(line) {
		b.WriteString(s.text)
	}
	return b.String()
}

// inline gives a line as HTML.
func inline(line string) string {
	var b strings.Builder
	for _, s := range spans(line) {
		text := html.EscapeString(s.text)
		switch s.kind {
		case "":
			b.WriteString(text)
		case "a":
			b.WriteString(`<a href="` + html.EscapeString(s.href) + `"`)
			if strings.HasPrefix(s.href, "http") {
				b.WriteString(` target="_blank" rel="noopener"`)
			}
			b.WriteString(">" + text + "</a>")
		default:
			b.WriteString("<" + s.kind + ">" + text + "</" + s.kind + ">")
		}
	}
	return b.String()
}
