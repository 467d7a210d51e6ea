package extract

import (
	"fmt"
	"os"
	"strconv"
	"unicode"
	"unicode/utf8"

	"stet/extract/template"
)

// A run is one line of the page before anything is cut: a run of text in one
// block, up to the next block or line break.
type run struct {
	from, to int32 // the items of the run
	block    int32 // the block it stands in
	hash     template.Block
	weight   int32
	linked   int32
}

// runs lists the lines of the page with their hashes.
func (t *tree) runs() []run {
	if len(t.items) == 0 {
		return nil
	}
	places := make([]uint64, len(t.items)) // of each block: the elements from the body down
	out := make([]run, 0, len(t.items)/4)
	var h lineHash
	cur := run{from: -1}
	flush := func() {
		if cur.from >= 0 && h.letters+h.digits > 0 {
			cur.hash = template.Block(h.sum(places[cur.block]))
			out = append(out, cur)
		}
		cur, h = run{from: -1}, lineHash{}
	}
	block := int32(0)
	for i := int32(0); i < int32(len(t.items)); i++ {
		it := &t.items[i]
		for i >= t.items[block].end {
			flush()
			block = t.blockOf(t.items[block].parent)
		}
		switch it.form {
		case formBlock:
			flush()
			parent := uint64(fnvOffset)
			if it.parent >= 0 {
				parent = places[t.blockOf(it.parent)]
			}
			places[i] = mix(parent, it.node.Data)
			block = i
		case formBreak:
			flush()
		case formText:
			if it.weight == 0 {
				continue
			}
			if cur.from < 0 {
				cur.from, cur.block = i, block
			}
			cur.to = i + 1
			cur.weight += it.weight
			if it.inLink {
				cur.linked += it.weight
			}
			h.add(it.node.Data)
		}
	}
	flush()
	return out
}

// blockOf is the nearest block at or above item i.
func (t *tree) blockOf(i int32) int32 {
	for i > 0 && t.items[i].form != formBlock {
		i = t.items[i].parent
	}
	return max(i, 0)
}

// FNV-1a, 64 bits (Fowler, Noll, Vo).
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func mix(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return (h ^ '/') * fnvPrime
}

// lineHash hashes what is read of a line: its letters in lower case and its
// digits. Beside letters every digit is a 0, so that "12 comments" and
// "34 comments" are the same line.
type lineHash struct {
	words, numbers  uint64
	letters, digits int
}

func (h *lineHash) add(s string) {
	if h.letters+h.digits == 0 {
		h.words, h.numbers = fnvOffset, fnvOffset
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if unicode.IsLetter(r) {
				h.letter(uint64(unicode.ToLower(r)))
			}
			continue
		case 'a' <= c && c <= 'z':
			h.letter(uint64(c))
		case 'A' <= c && c <= 'Z':
			h.letter(uint64(c | 0x20))
		case '0' <= c && c <= '9':
			h.digits++
			h.numbers = (h.numbers ^ uint64(c)) * fnvPrime
			h.words = (h.words ^ '0') * fnvPrime
		}
		i++
	}
}

func (h *lineHash) letter(r uint64) {
	h.letters++
	h.words = (h.words ^ r) * fnvPrime
}

// sum is the hash of the line at a place.
func (h *lineHash) sum(place uint64) uint64 {
	of := h.words
	if h.letters < 2 {
		of = h.numbers
	}
	return (place ^ of) * fnvPrime
}

// learn notes the lines of the page, and what the site is known to repeat.
func (t *tree) learn(site *template.Template) []template.Block {
	t.site, t.repeats = site, t.runs()
	blocks := make([]template.Block, len(t.repeats))
	for i, r := range t.repeats {
		blocks[i] = r.hash
	}
	return blocks
}

// cutRepeats cuts the lines that the pages of the site repeat.
func (t *tree) cutRepeats() {
	pages := t.site.Pages()
	if pages == 0 {
		return
	}
	for _, r := range t.repeats {
		on := t.site.On(r.hash)
		if on < 3 {
			continue
		}
		if dbg {
			fmt.Fprintf(os.Stderr, "RUN\t%s\t%d\t%d\t%d\t%d\t%s\t%s\n", t.title, on, pages, r.weight, r.linked, t.path(r.block), t.text(r.from, 200))
		}
		if on*share < pages {
			continue
		}
		for i := r.from; i < r.to; i++ {
			if t.items[i].form == formText {
				t.cut(i, "template", fmt.Sprintf("site: on %d of %d pages", on, pages))
			}
		}
	}
}

var dbg = os.Getenv("DBG") != ""
var share, _ = strconv.Atoi(os.Getenv("SHARE"))
