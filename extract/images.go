package extract

import (
	"html"
	"strconv"
	"strings"

	nodes "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// image writes an img of the story, if it has an address and is no icon.
func (r *renderer) image(it *item) {
	if !r.top().kept || r.misplaced() {
		return
	}
	n := it.node
	if small(n) {
		return
	}
	src := r.source(n)
	if src == "" {
		return
	}
	alt := clip(strings.Join(strings.Fields(attr(n, "alt")), " "), 500)
	r.open(true)
	r.b.WriteString(`<img src="`)
	r.b.WriteString(html.EscapeString(src))
	r.b.WriteString(`" alt="`)
	r.b.WriteString(html.EscapeString(alt))
	r.b.WriteByte('"')
	r.b.WriteString(attributes(n, "title"))
	r.b.WriteByte('>')
	r.content = true
	for i := range r.images {
		if r.images[i].URL == src {
			return
		}
	}
	r.images = append(r.images, Image{URL: src, Alt: alt})
}

// small tells icons and counting pixels: 32 pixels is the largest common size
// of an icon in text.
func small(n *nodes.Node) bool {
	for _, key := range []string{"width", "height"} {
		if v, err := strconv.Atoi(strings.TrimSuffix(attr(n, key), "px")); err == nil && v <= 32 {
			return true
		}
	}
	return false
}

// lazy are the attributes in which scripts find the address of a picture that
// is loaded when the reader comes near, best first.
var lazy = []string{"data-src", "data-original", "data-lazy-src", "data-orig-file", "data-full-src", "data-hi-res-src", "data-url", "data-image", "data-srcset", "data-lazy-srcset"}

// source is the absolute address of an image, "" if it has none.
func (r *renderer) source(n *nodes.Node) string {
	for _, key := range lazy {
		v := attr(n, key)
		if v == "" {
			continue
		}
		if strings.HasSuffix(key, "srcset") {
			v = largest(v)
		}
		if u := r.resolve(v); u != "" {
			return u
		}
	}
	if u := r.resolve(attr(n, "src")); u != "" && !placeholder(u) {
		return u
	}
	if u := r.resolve(largest(attr(n, "srcset"))); u != "" {
		return u
	}
	if p := n.Parent; p != nil && p.DataAtom == atom.Picture {
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom != atom.Source {
				continue
			}
			if u := r.resolve(largest(attr(c, "srcset") + attr(c, "data-srcset"))); u != "" {
				return u
			}
		}
	}
	return r.noscript(n)
}

// noscript looks for the picture in a noscript element beside the image.
func (r *renderer) noscript(n *nodes.Node) string {
	for c := n.NextSibling; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Noscript && c.FirstChild != nil {
			z := nodes.NewTokenizer(strings.NewReader(c.FirstChild.Data))
			for z.Next() != nodes.ErrorToken {
				if tok := z.Token(); tok.DataAtom == atom.Img {
					for _, a := range tok.Attr {
						if a.Key == "src" {
							return r.resolve(a.Val)
						}
					}
				}
			}
			return ""
		}
		if c.Type == nodes.ElementNode {
			return ""
		}
	}
	return ""
}

func placeholder(u string) bool {
	u = strings.ToLower(u)
	for _, s := range []string{"placeholder", "blank.", "spacer.", "1x1", "pixel.", "transparent.", "lazyload", "/loading."} {
		if strings.Contains(u, s) {
			return true
		}
	}
	return false
}

// largest is the address of the widest or densest candidate of a srcset
// (HTML, "srcset attributes").
func largest(srcset string) string {
	best, size := "", -1.0
	for rest := srcset; ; {
		rest = strings.TrimLeft(rest, " \t\r\n,")
		if rest == "" {
			return best
		}
		end := strings.IndexAny(rest, " \t\r\n")
		if end < 0 {
			end = len(rest)
		}
		u := rest[:end]
		rest = rest[end:]
		desc := ""
		if !strings.HasSuffix(u, ",") {
			desc, rest, _ = strings.Cut(rest, ",")
			desc = strings.TrimSpace(desc)
		}
		v := 1.0
		if len(desc) > 1 {
			if f, err := strconv.ParseFloat(desc[:len(desc)-1], 64); err == nil {
				v = f
			}
		}
		if v > size {
			best, size = strings.TrimRight(u, ","), v
		}
	}
}
