package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"stet/extract"
)

// margin is the column in which the terminal says why a block is there or not.
const margin = 24

// printReport prints a report for reading.
func printReport(c *console, r *report) error {
	p := reportPrinter{c: c, s: c.style()}
	if c.outTerminal {
		p.width = c.width()
	}
	p.summary(r)
	for _, run := range r.runs() {
		for i, b := range run.Blocks {
			p.block(b, i == 0)
		}
	}
	_, err := c.out.WriteString(p.b.String())
	return err
}

type reportPrinter struct {
	c     *console
	s     style
	width int // 0 for no limit
	b     strings.Builder
}

// line prints a name and what belongs to it, wrapped.
func (p *reportPrinter) line(name, text string) {
	width := 0
	if p.width > 0 {
		width = max(p.width-10, 30)
	}
	for i, l := range wrap(clean(text), width) {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(&p.b, "%s%s\n", p.s.bold(fmt.Sprintf("%-10s", name)), l)
	}
}

func (p *reportPrinter) summary(r *report) {
	if r.URL != "" {
		fmt.Fprintln(&p.b, clean(r.URL))
	}
	p.line("Kind", joined([]string{r.Kind, r.Reason}, ": "))
	p.line("Bytes", joined([]string{size(int64(r.Bytes)), r.Charset, captured(r), cutShort(r)}, ", "))
	p.line("Kept", fmt.Sprintf("%s of %s, in %s of %s", count(r.KeptChars), counted(r.Chars, "character"), count(r.KeptBlocks), counted(len(r.Blocks), "block")))
	for i, t := range r.Stages {
		name := "Cut"
		if i > 0 {
			name = ""
		}
		p.line(name, fmt.Sprintf("%s by %s, which %s", counted(t.Chars, "character"), t.Stage, t.Does))
	}
	if note := unlikeArchive(r); note != "" {
		p.line("Note", note)
	}
	for i, f := range saidFields(r) {
		name := "Fields"
		if i > 0 {
			name = ""
		}
		p.line(name, fmt.Sprintf("%s: %s (%s)", f.Name, f.Value, f.Source))
	}
	p.b.WriteByte('\n')
}

func captured(r *report) string {
	if r.capturedFor == "" {
		return ""
	}
	return "kept " + r.capturedFor
}

func cutShort(r *report) string {
	if r.Truncated == "" {
		return ""
	}
	return "cut short (" + r.Truncated + "): the crawl made no article of it"
}

// unlikeArchive says why the archive's article reads otherwise, "" if it does
// not.
func unlikeArchive(r *report) string {
	switch {
	case r.PartOf != "":
		return "this is a later page of an article; the whole is at " + r.PartOf
	case r.AsArchived == nil || *r.AsArchived:
		return ""
	case r.Pages > 1:
		return fmt.Sprintf("the article in the archive goes on: it was joined from %d pages, and this is the first", r.Pages)
	}
	return "the article in the archive reads otherwise: it was made by another version of stet, or by other site rules"
}

// saidFields are the fields that have a value.
func saidFields(r *report) []field {
	var said []field
	for _, f := range r.Fields {
		if f.Value != "" {
			said = append(said, f)
		}
	}
	return said
}

// block prints one block, with the reason at the margin if it is the first it
// stands for.
func (p *reportPrinter) block(b block, first bool) {
	note, mark := p.note(b, first), "  "
	if !b.Kept {
		mark = "- "
	}
	width := 0
	if p.width > 0 {
		width = max(p.width-margin-2, 20)
	}
	var lines []string
	for l := range strings.SplitSeq(cleanText(b.Text), "\n") {
		lines = append(lines, wrap(l, width)...)
	}
	notes := []string{""}
	if note != "" {
		notes = wrap(note, margin-2)
	}
	for i := range max(len(lines), len(notes)) {
		var text, at string
		if i < len(lines) {
			text = lines[i]
		}
		if i < len(notes) {
			at = cut(notes[i], margin-1)
		}
		at += strings.Repeat(" ", max(margin-uniseg.StringWidth(at), 0))
		switch {
		case b.Kept:
			text = mark + text
			at = p.s.dim(at)
		default:
			if i < len(lines) {
				text = p.s.dim(mark) + p.s.struck(text)
			}
			at = p.s.red(at)
		}
		p.b.WriteString(strings.TrimRight(at+text, " ") + "\n")
	}
}

func (p *reportPrinter) note(b block, first bool) string {
	switch {
	case b.Caption:
		return "caption"
	case b.Kept:
		return fmt.Sprintf("line %d", b.Line)
	case first:
		return clean(b.Stage + ": " + b.Rule)
	}
	return ""
}

// around is how many characters stand before and after what --find found.
const around = 60

// foundRecord is a find as --json prints it.
type foundRecord struct {
	Number int  `json:"number"` // of the block, from 1
	Kept   bool `json:"kept"`
	Line   int  `json:"line,omitempty"`
	extract.Found
	Path   string `json:"path"`
	Why    string `json:"why"`
	Before string `json:"before"` // what stands there, decoded, and around it
	There  string `json:"there"`
	After  string `json:"after"`
}

// tellFound prints where a text stands.
func (x *explaining) tellFound(d *extract.Document, p extract.Page) error {
	text, _ := extract.Decode(p.Body, p.Header.Get("Content-Type"))
	records := []foundRecord{}
	for _, f := range d.Find(x.find) {
		b := &d.Blocks[f.Block]
		r := foundRecord{Number: f.Block + 1, Kept: b.Kept, Line: b.Line, Found: f, Path: b.Path, Why: b.Reason()}
		if f.Decoded.Known() {
			r.There = string(text[f.Decoded.Start:f.Decoded.End])
			r.Before = lastRunes(string(text[:f.Decoded.Start]), around)
			r.After = firstRunes(string(text[f.Decoded.End:]), around)
		}
		records = append(records, r)
	}
	if x.json {
		if err := jsonLines(x.c.foreign()).Encode(map[string]any{"url": p.URL, "bytes": len(p.Body), "charset": d.Charset, "text": x.find, "found": records}); err != nil {
			return err
		}
	}
	if len(records) == 0 {
		return hinted(errors.New("the page shows no such text"), "white space does not count, everything else does; what stands in buttons, forms and scripts is not seen")
	}
	if !x.json {
		return printFound(x.c, records, d, len(p.Body))
	}
	return nil
}

func printFound(c *console, records []foundRecord, d *extract.Document, size int) error {
	s := c.style()
	for i, r := range records {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		what := "cut: " + r.Why
		if r.Kept {
			what = r.Why
			if r.Line > 0 {
				what = fmt.Sprintf("kept, in line %d of the article", r.Line)
			}
		}
		fmt.Fprintln(c.out, s.bold(clean(what)))
		fmt.Fprintf(c.out, "  block  %s of %s\n", count(r.Number), count(len(d.Blocks)))
		fmt.Fprintf(c.out, "  path   %s\n", clean(r.Path))
		if !r.Raw.Known() {
			fmt.Fprintln(c.out, "  bytes  no place known: "+noPlace)
			continue
		}
		fmt.Fprintf(c.out, "  bytes  %d to %d of %d (%s)\n", r.Raw.Start, r.Raw.End, size, d.Charset)
		there := foldMarks(plainOf(r.Before) + "\x01" + plainOf(r.There) + "\x02" + plainOf(r.After))
		fmt.Fprintf(c.out, "  there  %s\n", marked(s, there))
	}
	return nil
}

// noPlace is why a block may have no place.
const noPlace = "the parser put it together from several, or it comes from the page's data"

// plainOf drops what foldMarks would take for a mark.
func plainOf(s string) string { return strings.NewReplacer("\x01", "", "\x02", "").Replace(s) }

// lastRunes gives at most the last n characters of s.
func lastRunes(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, w := utf8.DecodeLastRuneInString(s[:i])
		i -= w
	}
	return s[i:]
}
