// Package template learns what the pages of one site repeat: menus, promotions
// inside the story, donation sentences, labels. A block is one line of text with
// its place in the tree of the page, known by its hash alone; what stands on
// enough of a site's pages belongs to the site and not to a story.
//
// It counts, and says how often a block was seen. It does not read pages
// (package extract makes the blocks, and decides what is cut), keep anything on
// a disk, or look at a clock.
//
// Start with a [Learner], and ask it for a [Template].
package template

// Block is the hash of a line of text together with its place in the tree.
type Block uint64

// Template is what the pages of a site repeat, as learnt from so many of them.
// It never changes and may be used by many goroutines. The nil Template has
// seen no page.
type Template struct {
	pages  int
	counts map[Block]int
}

// Pages is how many pages it was learnt from.
func (t *Template) Pages() int {
	if t == nil {
		return 0
	}
	return t.pages
}

// On is on how many of these pages a block stands.
func (t *Template) On(b Block) int {
	if t == nil {
		return 0
	}
	return t.counts[b]
}
