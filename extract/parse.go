package extract

import (
	"bytes"
	"fmt"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parse parses a page once. A page over budget, or too deep for the parser, is
// parsed without its structure; note says so.
func parse(text []byte) (doc *html.Node, note string, err error) {
	s := survey(text)
	if why := s.over(); why != "" {
		return parseFlat(text, why, s.group())
	}
	doc, err = html.Parse(bytes.NewReader(text))
	if err != nil { // x/net/html gives up at 512 open elements
		return parseFlat(text, err.Error(), s.group())
	}
	return doc, "", nil
}

// parseFlat parses a page without its structure.
func parseFlat(text []byte, note string, group int) (*html.Node, string, error) {
	doc, err := html.Parse(bytes.NewReader(flatten(text, group)))
	if err != nil {
		// Nothing that flatten writes nests: only a bug of ours ends here.
		return nil, "", fmt.Errorf("parse: %w", err)
	}
	return doc, "read without its structure: " + note, nil
}

// flatten writes a page again with only the elements that cannot nest and the
// metadata: paragraphs, headings, list items as paragraphs, links, images.
// It is for pages that no parser takes; what it loses is the container. Where
// a page has more blocks than the budget allows, that many in a row (group)
// become the lines of one.
func flatten(text []byte, group int) []byte {
	f := flattener{group: group, left: maxFlat}
	z := html.NewTokenizer(bytes.NewReader(dropWide(text)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			f.end()
			return f.out.Bytes()
		case html.TextToken:
			if !f.skip {
				f.out.Write(z.Raw())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			f.start(atom.Lookup(name), z)
		case html.EndTagToken:
			name, _ := z.TagName()
			f.endTag(atom.Lookup(name))
		}
	}
}

// dropWide cuts the attributes off tags that have too many of them.
func dropWide(text []byte) []byte {
	var out []byte
	from := 0
	for i := 0; i < len(text); {
		j := bytes.IndexByte(text[i:], '<')
		if j < 0 {
			break
		}
		i += j + 1
		end := bytes.IndexByte(text[i:], '>')
		if end < 0 {
			end = len(text) - i
		}
		if end > maxTagSpace && spaces(text[i:i+end]) > maxTagSpace {
			name := bytes.IndexAny(text[i:i+end], " \t\r\n/")
			if name < 0 {
				name = end
			}
			out = append(out, text[from:i+name]...)
			from = i + end
		}
		i += end
	}
	if from == 0 {
		return text
	}
	return append(out, text[from:]...)
}

type flattener struct {
	out   bytes.Buffer
	group int
	lines int    // blocks in the group under way
	left  int    // how many more links, pictures and pieces of metadata may follow
	block string // open p, heading or pre
	link  bool
	skip  bool
	html  bool // the html element was written
}

func (f *flattener) start(tag atom.Atom, z *html.Tokenizer) {
	raw := z.Raw()
	switch tag {
	case atom.Script:
		f.end()
		f.write(raw)
	case atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Textarea, atom.Select:
		f.skip = true
	case atom.Html:
		if !f.html {
			f.html = true
			f.write(raw)
		}
	case atom.Title, atom.Meta, atom.Link, atom.Base, atom.Img, atom.Time:
		f.write(raw)
	case atom.Br:
		f.line()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		f.end()
		if f.group == 1 {
			f.out.Write(raw)
			f.block = tag.String()
		}
	case atom.Div, atom.Li, atom.Td, atom.Th, atom.Section, atom.Article, atom.Blockquote, atom.Dd, atom.Dt, atom.Pre, atom.Tr, atom.Figcaption, atom.Body:
		f.end()
	case atom.A:
		if f.link {
			f.out.WriteString("</a>")
		}
		f.link = f.write(raw)
	}
}

// write writes a start tag if there are any left.
func (f *flattener) write(raw []byte) bool {
	f.left--
	if f.left < 0 {
		return false
	}
	f.out.Write(raw)
	return true
}

func (f *flattener) endTag(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Title, atom.Time:
		f.out.WriteString("</" + tag.String() + ">")
	case atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Textarea, atom.Select:
		f.skip = false
	case atom.A:
		f.endLink()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Div, atom.Li, atom.Td:
		f.end()
	}
}

func (f *flattener) endLink() {
	if f.link {
		f.out.WriteString("</a>")
		f.link = false
	}
}

// line ends a line.
func (f *flattener) line() {
	if f.group == 1 {
		f.write([]byte("<br>"))
		return
	}
	f.end()
}

// end closes the link and the block under way. The next text gets a paragraph
// of its own.
func (f *flattener) end() {
	f.endLink()
	switch {
	case f.group > 1:
		if f.lines--; f.lines > 0 {
			f.out.WriteByte('\n')
			return
		}
		if f.block != "" {
			f.out.WriteString("</pre>")
		}
		f.out.WriteString("<pre>")
		f.block, f.lines = "pre", f.group
	case f.block != "":
		f.out.WriteString("</" + f.block + ">")
		f.block = ""
	default:
		f.out.WriteString("<br>")
	}
}

// isLetter and isSpaceByte are those of ASCII, as HTML means them.
func isLetter(c byte) bool { c |= 0x20; return c >= 'a' && c <= 'z' }

func isSpaceByte(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'
}
