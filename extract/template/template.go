// Package template learns what the pages of one site repeat: menus, promotions
// inside the story, donation sentences, labels. A [Block] is one line of text
// with its place in the tree of the page, known by its hash alone; what stands
// on enough of a site's pages belongs to the site and not to a story.
//
// It counts, and says how often a block was seen. It does not read pages
// (package extract makes the blocks, and decides what is cut), keep anything on
// a disk, or look at a clock.
//
// Start with a [Learner], and take its [Template].
package template

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// Block is the hash of a line of text together with its place in the tree.
type Block uint64

// Least is on how many pages a block must stand to be part of a template: two
// articles may quote the same words.
const Least = 3

// Template is what the pages of a site repeat, as learnt from so many of them.
// It never changes and may be used by many goroutines. The nil Template has
// seen no page.
type Template struct {
	pages  int
	blocks map[Block]int // how many pages each stands on, Least at the least
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

// The form in which templates and learners are kept: a byte that names it, the
// number of pages, then for each block, in the order of the hashes, the hash
// (eight bytes, big-endian) and its counts. Numbers are unsigned varints
// (encoding/binary).
const (
	templateForm = 1
	learnerForm  = 2
)

var errForm = errors.New("not what a template is kept as")

// MarshalBinary gives the form in which the template is kept. The same
// template gives the same bytes.
func (t *Template) MarshalBinary() ([]byte, error) {
	b := binary.AppendUvarint([]byte{templateForm}, uint64(t.Pages()))
	for _, k := range slices.Sorted(maps.Keys(t.blocks)) {
		b = binary.BigEndian.AppendUint64(b, uint64(k))
		b = binary.AppendUvarint(b, uint64(t.blocks[k]))
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary gave.
func (t *Template) UnmarshalBinary(b []byte) error {
	r, err := newReader(b, templateForm)
	if err != nil {
		return err
	}
	out := Template{pages: r.number(), blocks: map[Block]int{}}
	for r.more() {
		k := r.block()
		out.blocks[k] = r.number()
	}
	if r.failed {
		return errForm
	}
	*t = out
	return nil
}

// reader reads the kept form; failed is set where it ends too early or a
// number is too large.
type reader struct {
	rest   []byte
	failed bool
}

func newReader(b []byte, form byte) (*reader, error) {
	if len(b) == 0 || b[0] != form {
		return nil, errForm
	}
	return &reader{rest: b[1:]}, nil
}

func (r *reader) more() bool { return !r.failed && len(r.rest) > 0 }

func (r *reader) number() int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > 1<<31-1 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *reader) block() Block {
	if len(r.rest) < 8 {
		r.failed = true
		return 0
	}
	b := Block(binary.BigEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return b
}
