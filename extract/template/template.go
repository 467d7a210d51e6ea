// Package template learns what the pages of one site have in common: the lines
// they repeat (menus, promotions inside the story, donation sentences, labels),
// the places where only such lines stand, and the place where the story stands.
//
// A [Block] is one line of text where it stands in the tree of the page, a
// [Place] an element of the tree; both are known by their hashes alone.
//
// It counts, and says what was counted. It does not read pages (package extract
// makes the lines, and decides what is cut), keep anything on a disk, or look at
// a clock.
//
// Start with a [Learner], and take its [Template].
package template

import "fmt"

// Block is the hash of a line of text together with where it stands.
type Block uint64

// Place is the hash of where an element stands in the tree, and of its name.
type Place uint64

// Line is one line of a page's text.
type Line struct {
	Block  Block // where it stands
	Text   Block // wherever it stands; 0 for a line so short that it returns by chance
	Place  Place // the element the line is in
	Home   Place // the element that holds this line and its neighbours
	Part   int32 // which element of the page that is: Home may be that of several
	Weight int32 // length; a Chinese character counts two
	Story  bool  // kept as part of the story, or cut as the site's own
	Own    bool  // cut as the site's own
}

// Least is on how many pages a block must stand to be part of a template: two
// articles may quote the same words.
const Least = 3

// Template is what the pages of a site repeat, as learnt from so many of them.
// It never changes and may be used by many goroutines. The nil Template has
// seen no page.
type Template struct {
	pages  int
	blocks map[Block]int // how many pages each stands on, Least at the least
	places map[Place]PlaceCount
	story  Place // 0 if it is not known
}

// PlaceCount is what was counted of one place.
type PlaceCount struct {
	Pages int // pages that have it
	Lines int // lines in it
	Own   int // of them those that had been on another page
	Story int // of them those kept as part of a story, and on no other page
	Votes int // pages whose story stands in it for the most part
	Split int // of them those on which it stands in several such elements
}

// Repeats says that hardly anything but the site's own lines stands in a place.
// How many of these it takes to outweigh a line of a story is for the caller.
func (c PlaceCount) Repeats(outweigh int) bool {
	return c.Lines >= 6 && c.Own*2 >= c.Lines && c.Story*outweigh < c.Own
}

// half is half of each count, as when the other half is forgotten.
func (c PlaceCount) half() PlaceCount {
	return PlaceCount{c.Pages / 2, c.Lines / 2, c.Own / 2, c.Story / 2, c.Votes / 2, c.Split / 2}
}

// Pages is how many pages it was learnt from.
func (t *Template) Pages() int {
	if t == nil {
		return 0
	}
	return t.pages
}

// Blocks is how many blocks these pages repeat.
func (t *Template) Blocks() int {
	if t == nil {
		return 0
	}
	return len(t.blocks)
}

// On is on how many of these pages a block stands, 0 if on fewer than Least.
func (t *Template) On(b Block) int {
	if t == nil {
		return 0
	}
	return t.blocks[b]
}

// At is what was counted of a place, nothing if it is on fewer than Least
// pages.
func (t *Template) At(p Place) PlaceCount {
	if t == nil {
		return PlaceCount{}
	}
	return t.places[p]
}

// Story is the place of the element that holds the story on most of the pages;
// split says that on most of them the story stands in several such elements.
func (t *Template) Story() (p Place, split, ok bool) {
	if t == nil || t.story == 0 {
		return 0, false, false
	}
	c := t.places[t.story]
	return t.story, c.Split*2 > c.Votes, true
}

// MarshalBinary gives the form in which the template is kept. The same
// template gives the same bytes.
func (t *Template) MarshalBinary() ([]byte, error) {
	w := newWriter(templateForm, t.Pages())
	if t == nil {
		t = &Template{}
	}
	w.hash(uint64(t.story))
	writeMap(w, t.blocks, func(n int) { w.numbers(n) })
	writeMap(w, t.places, w.place)
	return w.out, nil
}

// UnmarshalBinary reads what MarshalBinary gave.
func (t *Template) UnmarshalBinary(b []byte) error {
	r := newReader(b, templateForm)
	out := Template{pages: r.number(), story: Place(r.hash())}
	out.blocks = readMap[Block](r, r.number)
	out.places = readMap[Place](r, r.place)
	if !r.done() {
		return errForm
	}
	*t = out
	return nil
}

// Read reads the template of a site from what MarshalBinary gave; an error
// names the site.
func Read(site string, kept []byte) (*Template, error) {
	t := new(Template)
	if err := t.UnmarshalBinary(kept); err != nil {
		return nil, fmt.Errorf("template of %s: %w", site, err)
	}
	return t, nil
}
