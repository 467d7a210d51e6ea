package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"stet/extract"
)

// explainPage is the report. What comes from the page goes in as text: the
// package escapes it for the place where it stands.
//
//go:embed explain.html
var explainPage string

// html writes the report as one HTML file that asks for nothing: no script, no
// font, no picture. It is also told to the browser, should anything of the
// page get through after all.
func (r *report) html(w io.Writer) error {
	t, err := template.New("explain").Funcs(template.FuncMap{
		"count": count, "counted": counted, "size": func(n int) string { return size(int64(n)) },
		"clean": clean, "cleanText": cleanText, "where": where, "share": share, "placed": extract.Span.Known,
		"look": look, "place": place, "lastPart": lastPart, "row": func(run blockRun) bool { return run.inRow() },
	}).Parse(explainPage)
	if err != nil {
		return fmt.Errorf("read the report's template: %w", err)
	}
	return t.Execute(w, r.sheet())
}

// sheet is what the template is given.
type sheet struct {
	*report
	Heading, When, Link string
	Runs                []blockRun
	Said                []field
	CutShort, Note      string
	Statements          int
	First               int // the first block of the article, 0 if there is none
	NoPlace             string
}

func (r *report) sheet() sheet {
	s := sheet{report: r, Heading: r.Title, When: r.capturedFor, Runs: r.runs(), Said: r.Fields, CutShort: cutShort(r), Note: unlikeArchive(r), NoPlace: noPlace}
	if s.Heading == "" {
		s.Heading = r.URL
	}
	if strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://") {
		s.Link = r.URL
	}
	for _, f := range r.Fields {
		s.Statements += len(f.Claims)
	}
	for _, b := range r.Blocks {
		if b.Kept {
			s.First = b.Number
			break
		}
	}
	return s
}

// place is the path of what was cut whole, or of the block.
func place(b block) string {
	if b.Box != "" {
		return b.Box
	}
	return b.Path
}

// lastPart is the element a path leads to.
func lastPart(path string) string { return path[strings.LastIndex(path, "> ")+1:] }

// share is a part of a whole in percent, for the width of a bar.
func share(part, whole int) string {
	if whole == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f", 100*float64(part)/float64(whole))
}

// look is the class by which the report sets a kept block: as a heading, a
// list item and so on.
func look(b block) string {
	switch b.Tag {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		return "heading"
	case "li", "dt", "dd":
		return "item"
	case "pre":
		return "pre"
	case "blockquote":
		return "quote"
	}
	if b.Caption {
		return "caption"
	}
	return ""
}

// shortBlock is how many characters a block of a menu has at most.
const shortBlock = 40

// inRow tells whether a run is many short blocks, such as a menu, which are set
// one after the other.
func (r blockRun) inRow() bool {
	return len(r.Blocks) > 3 && r.Chars <= shortBlock*len(r.Blocks)
}
