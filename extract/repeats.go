package extract

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"stet/extract/template"
)

// A run is one line of the page before anything is cut: a run of text in one
// block, up to the next block or line break.
type run struct {
	from, to int32          // the items of the run
	block    int32          // the block it stands in
	home     int32          // the block around it and its neighbours
	hash     template.Block // of the line where it stands
	text     template.Block // of the line alone, 0 if it is short
	weight   int32
	linked   int32
	on       int  // how many of the site's known pages have it
	own      bool // it was cut as the site's own
}

// telling is the weight from which a line says so much that it does not return
// by chance.
const telling = 40

// maxRuns is the number of lines from which a page is nothing to learn from, and
// would take too much memory.
const maxRuns = 50_000

// listRuns lists the lines of the page with their hashes.
func (t *tree) listRuns() []run {
	if len(t.items) == 0 {
		return nil
	}
	t.paths = make([]uint64, len(t.items))
	out := make([]run, 0, len(t.items)/4)
	var h lineHash
	cur := run{from: -1}
	flush := func() {
		if cur.from >= 0 && h.letters+h.digits > 0 && len(out) <= maxRuns {
			cur.hash = template.Block(h.sum(t.paths[cur.block]))
			if cur.weight >= telling {
				cur.text = template.Block(h.sum(0))
			}
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
				parent = t.paths[t.blockOf(it.parent)]
			}
			t.paths[i] = mix(parent, it.node.Data)
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
	if len(out) > maxRuns {
		return nil
	}
	t.findHomes(out)
	return out
}

// findHomes finds for each line the element that holds it and its neighbours:
// the block itself where lines are parted by breaks, or else the block around
// it, past those that only group (lists, quotations).
func (t *tree) findHomes(runs []run) {
	for i := range runs {
		r := &runs[i]
		r.home = r.block
		if i > 0 && runs[i-1].block == r.block || i+1 < len(runs) && runs[i+1].block == r.block {
			continue
		}
		for r.home > 0 {
			r.home = t.blockOf(t.items[r.home].parent)
			if !groups(t.items[r.home].tag) {
				break
			}
		}
	}
}

// groups tells the elements that only group lines of a story.
func groups(tag atom.Atom) bool {
	switch tag {
	case atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Li, atom.Figure, atom.Table, atom.Tbody, atom.Tr:
		return true
	}
	return false
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
// digits. Beside letters every number is a 0, so that "9 comments" and
// "1,234 comments" are the same line.
type lineHash struct {
	words, numbers  uint64
	letters, digits int
	inNumber        bool
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
			if !h.inNumber {
				h.words, h.inNumber = (h.words^'0')*fnvPrime, true
			}
		}
		i++
	}
}

func (h *lineHash) letter(r uint64) {
	h.letters++
	h.inNumber = false
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

// learn is what a template.Learner is told of the page when its story is known.
func (t *tree) learn() []template.Line {
	lines := make([]template.Line, len(t.runs))
	for i := range t.runs {
		r := &t.runs[i]
		lines[i] = template.Line{Block: r.hash, Text: r.text, Place: t.place(r.block), Home: t.place(r.home), Part: r.home, Weight: r.weight, Story: r.own || t.keptRun(r), Own: r.own}
	}
	return lines
}

// keptRun tells whether a line is part of the story as it was read.
func (t *tree) keptRun(r *run) bool {
	if t.items[r.block].state != kept {
		return false
	}
	for i := r.from; i < r.to; i++ {
		if it := &t.items[i]; it.form == formText && it.state != cut && !it.caption {
			return true
		}
	}
	return false
}

// numbered tells the names that systems give to one page: "post-1277", "p_12",
// "88". A hash such as "_ca6bb" is that of a style, the same on all pages.
func numbered(name string) bool {
	stem := strings.TrimRight(name, "0123456789")
	return len(stem) < len(name) && (stem == "" || strings.HasSuffix(stem, "-") || strings.HasSuffix(stem, "_"))
}

// place is where element i stands: the elements above it by their names alone,
// since their classes change from page to page, then its own name and classes
// without those of one page alone. On a page laid out as a table rows and cells are
// told by their numbers.
func (t *tree) place(i int32) template.Place {
	h := t.paths[i]
	n := t.items[i].node
	for _, key := range [...]string{"id", "class"} {
		for name := range strings.FieldsSeq(attr(n, key)) {
			if !numbered(name) {
				h = mix(h, name)
			}
		}
		h = mix(h, "")
	}
	for ; i > 0; i = t.items[i].parent {
		if tag := t.items[i].tag; tag == atom.Td || tag == atom.Tr {
			h = (h ^ t.number(i)) * fnvPrime
		}
	}
	return template.Place(h)
}

// number is how many elements like item i stand before it in its parent.
func (t *tree) number(i int32) uint64 {
	n := uint64(1)
	for before := t.items[i].node.PrevSibling; before != nil; before = before.PrevSibling {
		if before.DataAtom == t.items[i].tag {
			n++
		}
	}
	return n
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
		r.on = max(t.site.On(r.hash), t.site.On(r.text))
		if r.on > 0 && t.isSiteOwn(r, pages) || r.on == 0 && t.atSitePlace(r) {
			repeated = append(repeated, r)
		}
	}
	for _, r := range t.spareStory(t.sparePassages(repeated, pages)) {
		r.own = true
		rule := fmt.Sprintf("site: on %d of %d pages", r.on, pages)
		if r.on == 0 {
			rule = "site: a place of repeated lines"
		}
		t.cutRun(r, "template", rule)
	}
	t.parts = t.siteStory()
	for _, part := range t.parts {
		for i := part; i >= 0; i = t.items[i].parent {
			t.items[i].spared = spareFully
		}
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
	case t.quoted(r.block):
		return r.on*2 >= pages
	case r.weight >= telling:
		return r.on*8 >= pages
	case t.holdsData(r.block):
		return r.on*2 >= pages
	}
	return r.on*4 >= pages
}

// atSitePlace tells a line that is new but stands where hardly anything but
// the site's own lines stands.
func (t *tree) atSitePlace(r *run) bool {
	c := t.site.At(t.place(r.block))
	story := 4
	if r.proseLike() {
		story = 8
	}
	return c.Repeats(story)
}

// siteStory is the element in which the site has its stories, or several beside
// each other where it parts them; none where they are not on this page.
func (t *tree) siteStory() []int32 {
	story, split, ok := t.site.Story()
	if !ok {
		return nil
	}
	var parts []int32
	weight := int32(0)
	for i := int32(0); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.state == cut || it.weight == 0 {
			i = it.end
			continue
		}
		if it.form == formBlock && t.place(i) == story {
			parts = append(parts, i)
			weight += it.weight
			i = it.end
			continue
		}
		i++
	}
	if weight < least {
		return nil
	}
	largest := slices.MaxFunc(parts, func(a, b int32) int { return int(t.items[a].weight - t.items[b].weight) })
	if split {
		return slices.DeleteFunc(parts, func(i int32) bool { return !t.sameMake(i, largest) })
	}
	for _, i := range parts {
		if i != largest && t.items[i].weight*3 > t.items[largest].weight {
			return nil // one of several such places: which, is not known
		}
	}
	return []int32{largest}
}

// sameMake tells whether two elements are parts of one whole: what is around
// each of them, up to what is around both, is of the same make.
func (t *tree) sameMake(a, b int32) bool {
	for a != b {
		if a < 0 || b < 0 || t.place(a) != t.place(b) {
			return false
		}
		a, b = t.items[a].parent, t.items[b].parent
	}
	return true
}

// isOrigin tells a line that says where the text is from: it is part of what
// was published, however often it returns.
func (t *tree) isOrigin(r *run) bool {
	if r.linked > 0 || r.weight > 300 || !strings.ContainsAny(clip(strings.TrimSpace(t.items[r.from].node.Data), 1), "（(【") {
		return false
	}
	l := storyLine{text: t.runText(r, 400), weight: r.weight}
	return t.namesOrigin(&l)
}

// quoted tells whether a block is part of a quotation: several articles may
// quote the same words.
func (t *tree) quoted(block int32) bool {
	for i := block; i >= 0; i = t.items[i].parent {
		if t.items[i].tag == atom.Blockquote {
			return true
		}
	}
	return false
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

// passage is the weight of paragraphs in a row that are a story.
const passage = 500

// sparePassages gives those of the repeated lines that are no part of a story
// shown whole on several pages, as blogs do: on the front page, on its own, in
// the archive of a month and that of a tag. While a site is small these are not
// few of its pages; but a passage is longer than what a site says of itself on
// some pages only, or most of what the page has.
func (t *tree) sparePassages(repeated []*run, pages int) []*run {
	const views = 4
	left := int32(0)
	for i := range t.runs {
		if t.runs[i].proseLike() {
			left += t.runs[i].weight
		}
	}
	for _, r := range repeated {
		if r.proseLike() {
			left -= r.weight
		}
	}
	viewed := func(r *run) bool {
		return r.on >= template.Least && r.on <= views && r.on*4 < pages*3 && r.linked*2 < r.weight
	}
	rest := repeated[:0]
	for i := 0; i < len(repeated); {
		j, lines, weight := i, 0, int32(0)
		for ; j < len(repeated) && viewed(repeated[j]) && (j == i || t.adjoin(repeated[j-1], repeated[j])); j++ {
			if repeated[j].proseLike() {
				lines++
				weight += repeated[j].weight
			}
		}
		if weight < passage && (lines < 2 || weight < 2*left) {
			j = max(j, i+1)
			rest = append(rest, repeated[i:j]...)
		}
		i = j
	}
	return rest
}

// adjoin tells whether no text stands between two lines.
func (t *tree) adjoin(a, b *run) bool {
	for i := a.to; i < b.from; i++ {
		if t.items[i].form == formText && t.items[i].weight > 0 {
			return false
		}
	}
	return true
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
			if r.proseLike() && r.on*8 <= fewest*9 { // counts of one story differ a little
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
	if t.why != nil {
		t.why.note(r.from, r.to, r.block, stage, rule)
	}
	for i := r.from; i < r.to; i++ {
		if t.items[i].form == formText {
			t.cut(i, stage, rule)
		}
	}
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
