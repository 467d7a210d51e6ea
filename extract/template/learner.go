package template

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Learner counts the blocks of one site's pages. Its zero value has seen none.
// It is not safe for use by several goroutines.
//
// Every story brings lines that no other page has, so memory is bounded in two
// ways, however large the site is. A block that was seen once is only noted in a
// table of fixed size, where later ones take its place (after some seventy pages
// of sixty such lines). Those seen twice are counted, and forgotten again by
// lossy counting (Manku and Motwani, "Approximate Frequency Counts over Data
// Streams", VLDB 2002): after every window of pages those go that were seen no
// more often than windows have passed since they were first counted. So a block
// is counted too seldom by at most one in a window of pages, and what stands on
// a larger share of the pages is not forgotten.
type Learner struct {
	pages  int
	once   [1 << onceBits]uint16 // marks of blocks seen once, by the head of their hash
	blocks map[Block]count
}

// onceBits is the size of that table: 8 KB. A mark is 16 other bits of the
// hash: one new block in 65,536 is believed to have been seen before, which is
// still one page too few to be cut.
const onceBits = 12

// count is how often a block was seen since it is remembered, and how many
// windows had passed before.
type count struct{ pages, missed int32 }

// window is how many pages pass between two rounds of forgetting. Package
// extract cuts what stands on one page in twenty at the least: twice as often
// as what may be forgotten.
const window = 40

// Add counts the blocks of one page; a block that stands there twice counts
// once.
func (l *Learner) Add(page []Block) {
	if l.blocks == nil {
		l.blocks = map[Block]count{}
	}
	passed := int32(l.pages / window)
	l.pages++
	page = slices.Clone(page)
	slices.Sort(page)
	for _, b := range slices.Compact(page) {
		c, counted := l.blocks[b]
		switch {
		case counted:
			c.pages++
		case l.seenOnce(b):
			c = count{pages: 2, missed: passed}
		default:
			continue
		}
		l.blocks[b] = c
	}
	if l.pages%window == 0 {
		l.forget()
	}
}

// seenOnce says whether a block was seen before, and if not notes that it is
// now.
func (l *Learner) seenOnce(b Block) bool {
	slot, mark := &l.once[b>>(64-onceBits)], uint16(b)|1 // 0 is an empty slot
	if *slot == mark {
		*slot = 0
		return true
	}
	*slot = mark
	return false
}

func (l *Learner) forget() {
	passed := int32(l.pages / window)
	maps.DeleteFunc(l.blocks, func(_ Block, c count) bool { return c.pages+c.missed <= passed })
}

// Pages is how many pages were counted.
func (l *Learner) Pages() int { return l.pages }

// Settled is the generation from which a template changes little: pages that
// were cleaned by an earlier one are worth to be cleaned again.
const Settled = 27

// Ripe says that it is time for a new template: after 3 pages, 5, 8, 12, 18,
// Settled, 41 and so on, half as many more each time. Between these a site's
// pages are all cleaned by the same template, whatever the order in which they
// came.
func (l *Learner) Ripe() bool {
	n := Least
	for n < l.pages {
		n += (n + 1) / 2
	}
	return n == l.pages
}

// Template is what was learnt so far.
func (l *Learner) Template() *Template {
	t := &Template{pages: l.pages, blocks: map[Block]int{}}
	for b, c := range l.blocks {
		if c.pages >= Least {
			t.blocks[b] = int(c.pages)
		}
	}
	return t
}

// MarshalBinary gives the form in which the learner is kept, without what was
// seen once. The same learner gives the same bytes.
func (l *Learner) MarshalBinary() ([]byte, error) {
	b := binary.AppendUvarint([]byte{learnerForm}, uint64(l.pages))
	for _, k := range slices.Sorted(maps.Keys(l.blocks)) {
		b = binary.BigEndian.AppendUint64(b, uint64(k))
		b = binary.AppendUvarint(b, uint64(l.blocks[k].pages))
		b = binary.AppendUvarint(b, uint64(l.blocks[k].missed))
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary gave.
func (l *Learner) UnmarshalBinary(b []byte) error {
	r, err := newReader(b, learnerForm)
	if err != nil {
		return err
	}
	out := Learner{pages: r.number(), blocks: map[Block]count{}}
	for r.more() {
		k := r.block()
		out.blocks[k] = count{pages: int32(r.number()), missed: int32(r.number())}
	}
	if r.failed {
		return errForm
	}
	*l = out
	return nil
}
