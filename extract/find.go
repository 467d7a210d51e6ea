package extract

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"stet/extract/charset"
)

// origin is where the blocks of a document came from.
type origin struct {
	body    []byte
	charset string
	marks   *marks
}

// place finds where each block stands, in the decoded text and in the body.
func (d *Document) place(body []byte, m *marks) {
	d.origin = &origin{body, d.Charset, m}
	m.place(d.Blocks)
	spans := make([]*Span, 0, len(d.Blocks))
	for i := range d.Blocks {
		b := &d.Blocks[i]
		b.Raw = b.Decoded
		spans = append(spans, &b.Raw)
	}
	d.origin.toRaw(spans)
}

// toRaw turns spans of the decoded text into spans of the body.
func (o *origin) toRaw(spans []*Span) {
	at := make([]int, 0, 2*len(spans))
	for _, s := range spans {
		at = append(at, s.Start, s.End)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	raw := charset.Offsets(o.body, o.charset, o.marks.src.text, at)
	look := func(offset int) int {
		i, _ := slices.BinarySearch(at, offset)
		return raw[i]
	}
	for _, s := range spans {
		*s = Span{look(s.Start), look(s.End)}
		if s.Start < 0 || s.End < 0 {
			*s = Nowhere
		}
	}
}

// Found is where a text that was looked for stands, or the part of it that one
// block holds.
type Found struct {
	Block int    `json:"block"` // its number in Document.Blocks
	Text  string `json:"text"`
	// Decoded and Raw are as those of a Block.
	Decoded Span `json:"decoded"`
	Raw     Span `json:"raw"`
}

// Find says where a text stands on the page, be it kept or cut. White space
// does not count, and the text may go over several blocks as long as all are
// kept or all are cut. It finds every place, in the order of the page, kept
// ones first. It needs Config.Explain.
func (d *Document) Find(text string) []Found {
	want, _ := squeeze(nil, nil, text, 0)
	if len(want) == 0 || d.origin == nil {
		return nil
	}
	found := append(d.find(want, true), d.find(want, false)...)
	spans := make([]*Span, len(found))
	for i := range found {
		found[i].Raw = found[i].Decoded
		spans[i] = &found[i].Raw
	}
	d.origin.toRaw(spans)
	return found
}

// squeeze appends s without white space and invisible characters to out, and
// to at, for each byte, where it comes from: base and its place in s.
func squeeze(out []byte, at []int64, s string, base int64) ([]byte, []int64) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) && !invisible(r) {
			for j := range n {
				out = append(out, s[i+j])
				at = append(at, base|int64(i+j))
			}
		}
		i += n
	}
	return out, at
}

// find looks in the blocks that were kept, or in those that were cut. The
// number of a block is in the upper half of what squeeze is told to add.
func (d *Document) find(want []byte, kept bool) []Found {
	var all []byte
	var at []int64
	for i := range d.Blocks {
		if d.Blocks[i].Kept == kept {
			all, at = squeeze(all, at, d.Blocks[i].Text, int64(i)<<32)
		}
	}
	var found []Found
	for from := 0; ; {
		n := bytes.Index(all[from:], want)
		if n < 0 {
			return found
		}
		from += n
		found = append(found, d.parts(at[from:from+len(want)])...)
		from += len(want)
	}
}

// parts gives what each block has of a find.
func (d *Document) parts(at []int64) []Found {
	var found []Found
	for len(at) > 0 {
		block := at[0] >> 32
		n := 0
		for n < len(at) && at[n]>>32 == block {
			n++
		}
		found = append(found, d.part(int(block), int(at[0]&0xFFFFFFFF), int(at[n-1]&0xFFFFFFFF)+1))
		at = at[n:]
	}
	return found
}

// part is the text from one byte of a block's text to another.
func (d *Document) part(block, from, to int) Found {
	b := &d.Blocks[block]
	f := Found{Block: block, Text: b.Text[from:to], Decoded: Nowhere, Raw: Nowhere}
	if !b.Decoded.Known() {
		return f
	}
	d.origin.marks.align(b, func(p placed) {
		if p.to <= from || p.from >= to {
			return
		}
		if !f.Decoded.Known() {
			f.Decoded.Start = p.span.Start
		}
		f.Decoded.End = p.span.End
	})
	return f
}
