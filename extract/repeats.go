package extract

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

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
	on       int // how many of the site's known pages have it
}

// listRuns lists the lines of the page with their hashes.
func (t *tree) listRuns() []run {
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
	t.site, t.runs = site, t.listRuns()
	blocks := make([]template.Block, len(t.runs))
	for i := range t.runs {
		blocks[i] = t.runs[i].hash
	}
	return blocks
}

// cutRepeats cuts the lines that the pages of the site repeat.
func (t *tree) cutRepeats() {
	pages := t.site.Pages()
	if pages < template.Least {
		return
	}
	var repeated []*run
	for i := range t.runs {
		r := &t.runs[i]
		r.on = t.site.On(r.hash)
		if r.on > 0 && t.isSiteOwn(r, pages) {
			repeated = append(repeated, r)
		}
	}
	for _, r := range t.spareStory(repeated) {
		t.cutRun(r, "template", fmt.Sprintf("site: on %d of %d pages", r.on, pages))
	}
}

// isSiteOwn says whether a line stands on enough of the site's pages to be the
// site's. The more a line looks like part of a story, the more pages that
// takes: a background paragraph returns in one article out of a hundred, the
// heading "Conclusion" in one out of five; a promotion that takes turns with
// others stands on one page in ten.
func (t *tree) isSiteOwn(r *run, pages int) bool {
	switch {
	case t.isOrigin(r):
		return false
	case r.linked*2 >= r.weight:
		return r.on*20 >= pages
	case r.weight >= proseWeight:
		return r.on*20 >= pages
	case t.holdsData(r.block):
		return r.on*2 >= pages
	}
	return r.on*4 >= pages
}

// isOrigin tells a line that says where the text is from: it is part of what
// was published, however often it returns.
func (t *tree) isOrigin(r *run) bool {
	l := storyLine{text: t.runText(r, 400), weight: r.weight, linked: r.linked}
	return t.namesOrigin(&l)
}

// holdsData tells the blocks whose short lines return by chance: headings and
// the cells of tables.
func (t *tree) holdsData(block int32) bool {
	switch tag := t.items[block].tag; tag {
	case atom.Td, atom.Th, atom.Dt, atom.Dd:
		return true
	default:
		return heading(tag)
	}
}

// spareStory gives those of the repeated lines that may be cut with a story
// left. Where none would be, the page is one of several copies of a story, and
// its paragraphs stand on fewer pages than the site's own: those on the fewest
// are spared until there is one.
func (t *tree) spareStory(repeated []*run) []*run {
	left := int32(0)
	for i := range t.runs {
		if t.runs[i].proseLike() {
			left += t.runs[i].weight
		}
	}
	lost := int32(0)
	for _, r := range repeated {
		if r.proseLike() {
			lost += r.weight
		}
	}
	for left-lost < least && lost > 0 {
		fewest := 0
		for _, r := range repeated {
			if r.proseLike() && (fewest == 0 || r.on < fewest) {
				fewest = r.on
			}
		}
		some := repeated[:0]
		for _, r := range repeated {
			if r.proseLike() && r.on == fewest {
				lost -= r.weight
				continue
			}
			some = append(some, r)
		}
		repeated = some
	}
	return repeated
}

func (r *run) proseLike() bool { return r.weight >= proseWeight && r.linked*2 < r.weight }

// cutRun cuts a line.
func (t *tree) cutRun(r *run, stage, rule string) {
	if t.cuts != nil {
		text := t.runText(r, 1<<30)
		*t.cuts = append(*t.cuts, Cut{Stage: stage, Rule: rule, Path: t.path(r.block), Text: clip(text, 200), Chars: utf8.RuneCountInString(text)})
	}
	remembered := t.cuts
	t.cuts = nil
	for i := r.from; i < r.to; i++ {
		if t.items[i].form == formText {
			t.cut(i, stage, rule)
		}
	}
	t.cuts = remembered
}

// runText is the text of a line with white space folded, at most about limit
// bytes.
func (t *tree) runText(r *run, limit int) string {
	var b strings.Builder
	space := false
	for i := r.from; i < r.to; i++ {
		if t.items[i].form == formText {
			space = foldInto(&b, t.items[i].node.Data, space, limit)
		}
	}
	return b.String()
}
