package extract

import (
	"bytes"
	"fmt"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Budgets of one page. A node of the parsed tree and its item take about 200
// bytes, so the largest tree takes about 120 MB before it is collected.
const (
	maxElements = 300_000
	maxTagSpace = 20_000   // white space in one tag, about the number of its attributes
	maxBytes    = 64 << 20 // of decoded text
)

// parse parses a page once. A page too deep for the parser is parsed again
// without its structure; note says so. A page over budget is an error.
func parse(text []byte) (doc *html.Node, note string, err error) {
	if len(text) > maxBytes {
		return nil, "", fmt.Errorf("over budget: %d bytes", len(text))
	}
	tags, widest := survey(text)
	if tags > maxElements {
		return nil, "", fmt.Errorf("over budget: %d elements", tags)
	}
	if widest > maxTagSpace {
		text, note = flatten(text), fmt.Sprintf("read without its structure: a tag of about %d attributes", widest)
	}
	doc, err = html.Parse(bytes.NewReader(text))
	if err == nil {
		return doc, note, nil
	}
	// x/net/html gives up at 512 open elements.
	note = "read without its structure: " + err.Error()
	doc, err = html.Parse(bytes.NewReader(flatten(text)))
	if err != nil {
		return nil, "", fmt.Errorf("parse: %w", err)
	}
	return doc, note, nil
}

// survey counts start tags, and the white space in the one with most of it.
func survey(text []byte) (tags, widest int) {
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 || i+1 >= len(text) {
			return tags, widest
		}
		text = text[i+1:]
		if c := text[0] | 0x20; c < 'a' || c > 'z' {
			continue
		}
		tags++
		end := bytes.IndexByte(text, '>')
		if end < 0 {
			end = len(text)
		}
		if end > maxTagSpace {
			n := 0
			for _, c := range text[:end] {
				if c == ' ' || c == '\n' || c == '\t' {
					n++
				}
			}
			widest = max(widest, n)
		}
	}
}

// flatten writes a page again with only the elements that cannot nest and the
// metadata: paragraphs, headings, list items as paragraphs, links, images.
// It is for pages that no parser takes; what it loses is the container.
func flatten(text []byte) []byte {
	f := flattener{}
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
		if end > maxTagSpace && bytes.Count(text[i:i+end], []byte{' '})+bytes.Count(text[i:i+end], []byte{'\n'}) > maxTagSpace {
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
	block string // open p or heading
	link  bool
	skip  bool
}

func (f *flattener) start(tag atom.Atom, z *html.Tokenizer) {
	raw := z.Raw()
	switch tag {
	case atom.Script:
		f.end()
		f.out.Write(raw)
	case atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Textarea, atom.Select:
		f.skip = true
	case atom.Title, atom.Meta, atom.Link, atom.Base, atom.Html, atom.Br, atom.Img, atom.Time:
		f.out.Write(raw)
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		f.end()
		f.out.Write(raw)
		f.block = tag.String()
	case atom.Div, atom.Li, atom.Td, atom.Th, atom.Section, atom.Article, atom.Blockquote, atom.Dd, atom.Dt, atom.Pre, atom.Tr, atom.Figcaption, atom.Body:
		f.end()
	case atom.A:
		if f.link {
			f.out.WriteString("</a>")
		}
		f.out.Write(raw)
		f.link = true
	}
}

func (f *flattener) endTag(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Title, atom.Time:
		f.out.WriteString("</" + tag.String() + ">")
	case atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Textarea, atom.Select:
		f.skip = false
	case atom.A:
		if f.link {
			f.out.WriteString("</a>")
			f.link = false
		}
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Div, atom.Li, atom.Td:
		f.end()
	}
}

// end closes the link and the block under way. The next text gets a paragraph
// of its own.
func (f *flattener) end() {
	if f.link {
		f.out.WriteString("</a>")
		f.link = false
	}
	if f.block != "" {
		f.out.WriteString("</" + f.block + ">")
	} else {
		f.out.WriteString("<br>")
	}
	f.block = ""
}
