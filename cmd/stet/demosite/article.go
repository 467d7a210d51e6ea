package demosite

import (
	"fmt"
	"path"
	"strings"
)

// article is one report, as written in article/<edition>/<name>.txt.
//
// The file begins with "key: value" lines (title, authors, published,
// modified, section, tags, lang, layout, path, …) up to the first empty line.
// Blocks follow, parted by empty lines:
//
//	## heading
//	- item          (or "1. item"; lines of one block are one list)
//	> quotation
//	| a | b |       (the first row holds the headings)
//	    code        (four spaces)
//	!img file | alternative text | caption
//	@box NAME       a box of the site inside the story: not part of it
//	@page           the report goes on on a page of its own
//	@only N         the next block is there only in that epoch
//	anything else   a paragraph
//
// and in them [text](URL), **strong**, *emphasis* and `code`.
type article struct {
	name    string
	head    map[string]string
	authors []string
	tags    []string
	pages   [][]block
}

// block is one block of a story.
type block struct {
	kind  string // p, h2, ul, ol, quote, table, pre, img, box
	lines []string
	epoch int // -1: in every epoch
}

func parseArticle(name, text string) (*article, error) {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return nil, fmt.Errorf("%s: no text", name)
	}
	a := &article{name: name, head: map[string]string{}}
	for line := range strings.Lines(head) {
		k, v, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%s: line %q of the head has no colon", name, line)
		}
		a.head[k] = strings.TrimSpace(v)
	}
	for _, k := range []string{"title", "published", "layout", "path", "section"} {
		if a.head[k] == "" {
			return nil, fmt.Errorf("%s: no %s", name, k)
		}
	}
	a.authors = list(a.head["authors"], ";")
	a.tags = list(a.head["tags"], ",")
	a.pages = parseBlocks(body)
	return a, nil
}

func parseBlocks(text string) [][]block {
	pages := [][]block{nil}
	only := -1
	for part := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if n, rest, ok := only1(part); ok {
			only, part = n, rest
		}
		if part == "@page" {
			pages = append(pages, nil)
			continue
		}
		b := parseBlock(part)
		b.epoch, only = only, -1
		last := len(pages) - 1
		pages[last] = append(pages[last], b)
	}
	return pages
}

// only1 reads a leading "@only N" line.
func only1(part string) (epoch int, rest string, ok bool) {
	line, rest, _ := strings.Cut(part, "\n")
	_, err := fmt.Sscanf(line, "@only %d", &epoch)
	return epoch, rest, err == nil
}

func parseBlock(part string) block {
	lines := strings.Split(part, "\n")
	cut := func(kind, prefix string) block {
		out := make([]string, len(lines))
		for i, l := range lines {
			out[i] = strings.TrimPrefix(l, prefix)
		}
		return block{kind: kind, lines: out}
	}
	switch {
	case strings.HasPrefix(part, "## "):
		return cut("h2", "## ")
	case strings.HasPrefix(part, "- "):
		return cut("ul", "- ")
	case strings.HasPrefix(part, "1. "):
		b := cut("ol", "")
		for i, l := range lines {
			_, b.lines[i], _ = strings.Cut(l, ". ")
		}
		return b
	case strings.HasPrefix(part, "> "):
		return cut("quote", "> ")
	case strings.HasPrefix(part, "| "):
		return cut("table", "")
	case strings.HasPrefix(part, "    "):
		return cut("pre", "    ")
	case strings.HasPrefix(part, "!img "):
		return cut("img", "!img ")
	case strings.HasPrefix(part, "@box "):
		return cut("box", "@box ")
	}
	return block{kind: "p", lines: []string{strings.Join(lines, " ")}}
}

// list splits a list of the head.
func list(s, sep string) []string {
	var out []string
	for v := range strings.SplitSeq(s, sep) {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// cells parts one row of a table.
func cells(row string) []string { return list(strings.Trim(row, "| "), "|") }

// path is where the n-th page of the report (from 0) stands in an edition.
func (a *article) path(n int) string {
	if n == 0 {
		return a.head["path"]
	}
	return path.Join(a.head["path"], fmt.Sprint(n+1)) + "/"
}

// day is the day of publication.
func (a *article) day() string { return a.head["published"][:len("2006-01-02")] }

// modified is when the report was last changed, as of an epoch; empty if never.
func (a *article) modified(epoch int) string {
	if m := a.head["modified-1"]; m != "" && epoch > 0 {
		return m
	}
	return a.head["modified"]
}

// gone says whether the report has been withdrawn by that epoch.
func (a *article) gone(epoch int) bool { return a.head["gone"] != "" && epoch > 0 }

func (a *article) lang() string {
	if l := a.head["lang"]; l != "" {
		return l
	}
	return "en"
}
