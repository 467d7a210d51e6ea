package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A block is one top element of the story's HTML with the lines of text that
// stand in it.
type block struct {
	html   string
	lines  []string
	links  []string
	images []string
}

// blocksOf takes an article apart into its blocks. Text and HTML are written
// from the same tree, so each block's letters are those of the next lines;
// where they are not, the rest is one block that is never dropped.
func blocksOf(a *Article) []block {
	var lines []string
	if a.Text != "" {
		lines = strings.Split(a.Text, "\n")
	}
	var blocks []block
	for _, source := range topElements(a.HTML) {
		b := readBlock(source)
		want := b.lines[0]
		b.lines = nil
		got := ""
		for len(got) < len(want) && len(lines) > 0 {
			got += squash(lines[0])
			b.lines = append(b.lines, lines[0])
			lines = lines[1:]
		}
		if got != want {
			return []block{{html: a.HTML, lines: strings.Split(a.Text, "\n"), links: readBlock(a.HTML).links, images: readBlock(a.HTML).images}}
		}
		blocks = append(blocks, b)
	}
	if len(lines) > 0 && len(blocks) > 0 {
		b := &blocks[len(blocks)-1]
		b.lines = append(b.lines, lines...)
	}
	if len(blocks) == 0 {
		blocks = []block{{html: a.HTML, lines: lines}}
	}
	return blocks
}

// topElements cuts the HTML of an article between its top elements.
func topElements(s string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	depth := 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		name := atom.Atom(0)
		b.Write(z.Raw())
		if kind == html.StartTagToken || kind == html.EndTagToken {
			tag, _ := z.TagName()
			name = atom.Lookup(tag)
		}
		switch {
		case name == atom.Img || name == atom.Br || name == atom.Hr:
		case kind == html.StartTagToken:
			depth++
		case kind == html.EndTagToken:
			depth--
		}
		if depth <= 0 && strings.TrimSpace(b.String()) != "" {
			out = append(out, b.String())
			b.Reset()
			depth = 0
		}
	}
	if strings.TrimSpace(b.String()) != "" {
		out = append(out, b.String())
	}
	return out
}

// readBlock reads the links and images of a block; its one line is its text
// without captions, squashed.
func readBlock(source string) block {
	b := block{html: source}
	z := html.NewTokenizer(strings.NewReader(source))
	var text strings.Builder
	caption := false
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			b.lines = []string{squash(text.String())}
			return b
		case html.TextToken:
			if !caption {
				text.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken:
			t := z.Token()
			switch {
			case t.DataAtom == atom.Figcaption:
				caption = kind == html.StartTagToken
			case kind == html.EndTagToken:
			case t.DataAtom == atom.A:
				b.links = append(b.links, tokenAttr(t, "href"))
			case t.DataAtom == atom.Img:
				b.images = append(b.images, tokenAttr(t, "src"))
			}
		}
	}
}

func tokenAttr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
