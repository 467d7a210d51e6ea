package template

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// The form in which templates and learners are kept: a byte that names it, the
// number of pages, the blocks, the places; each list as its length and, in the
// order of the hashes, the hash (eight bytes, big-endian) and its counts. Other
// numbers are unsigned varints (encoding/binary). A learner has after its pages
// those that its blocks, its recent blocks and its places are counted of, and
// twice the recent count of a block is odd where the newest template has it. It
// ends with the table of what was seen once: how many slots are taken, and of
// each the slots passed over before it and its mark. The forms before it did not
// age, and the first of them had no table.
const (
	templateForm = 1
	learnerForm1 = 2
	learnerForm2 = 3
	learnerForm  = 4
)

var errForm = errors.New("not what a template is kept as")

// writer writes the kept form.
type writer struct{ out []byte }

func newWriter(form byte, pages int) *writer {
	w := &writer{out: []byte{form}}
	w.numbers(pages)
	return w
}

func (w *writer) hash(h uint64) { w.out = binary.BigEndian.AppendUint64(w.out, h) }

func (w *writer) numbers(ns ...int) {
	for _, n := range ns {
		w.out = binary.AppendUvarint(w.out, uint64(n))
	}
}

func (w *writer) place(p PlaceCount) { w.numbers(p.Pages, p.Lines, p.Own, p.Story, p.Votes, p.Split) }

func writeMap[K ~uint64, V any](w *writer, m map[K]V, value func(V)) {
	w.numbers(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.hash(uint64(k))
		value(m[k])
	}
}

// marks writes a table that is empty for the most part.
func (w *writer) marks(table []uint16) {
	taken := 0
	for _, m := range table {
		if m != 0 {
			taken++
		}
	}
	w.numbers(taken)
	passed := 0
	for _, m := range table {
		if m == 0 {
			passed++
			continue
		}
		w.numbers(passed)
		w.out = binary.BigEndian.AppendUint16(w.out, m)
		passed = 0
	}
}

// reader reads the kept form; failed is set where it ends too early or a
// number is too large.
type reader struct {
	rest   []byte
	failed bool
}

func newReader(b []byte, form byte) *reader {
	if len(b) == 0 || b[0] != form {
		return &reader{failed: true}
	}
	return &reader{rest: b[1:]}
}

// done says whether all was read, and nothing was wrong with it.
func (r *reader) done() bool { return !r.failed && len(r.rest) == 0 }

func (r *reader) number() int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > 1<<31-1 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *reader) hash() uint64 {
	if len(r.rest) < 8 {
		r.failed = true
		return 0
	}
	h := binary.BigEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return h
}

func (r *reader) place() PlaceCount {
	return PlaceCount{Pages: r.number(), Lines: r.number(), Own: r.number(), Story: r.number(), Votes: r.number(), Split: r.number()}
}

func readMap[K ~uint64, V any](r *reader, value func() V) map[K]V {
	m := map[K]V{}
	for n := r.number(); n > 0 && !r.failed; n-- {
		k := K(r.hash())
		m[k] = value()
	}
	return m
}

// marks reads such a table.
func (r *reader) marks(table []uint16) {
	at := 0
	for n := r.number(); n > 0 && !r.failed; n-- {
		at += r.number()
		if r.failed || at >= len(table) || len(r.rest) < 2 {
			r.failed = true
			return
		}
		table[at] = binary.BigEndian.Uint16(r.rest)
		r.rest = r.rest[2:]
		at++
	}
}

// MarshalBinary gives the form in which the learner is kept. The same learner
// gives the same bytes.
func (l *Learner) MarshalBinary() ([]byte, error) {
	w := newWriter(learnerForm, l.pages)
	leak := 0
	if l.leak {
		leak = 1
	}
	w.numbers(l.long, l.recent, l.placed, leak)
	writeMap(w, l.blocks, func(c count) {
		recent := 2 * c.recent
		if c.told {
			recent++
		}
		w.numbers(c.pages, c.missed, recent)
	})
	writeMap(w, l.places, w.place)
	w.marks(l.once[:])
	return w.out, nil
}

// UnmarshalBinary reads what MarshalBinary gave, or gave before learners aged.
func (l *Learner) UnmarshalBinary(b []byte) error {
	form := byte(learnerForm)
	if len(b) > 0 && (b[0] == learnerForm1 || b[0] == learnerForm2) {
		form = b[0]
	}
	r := newReader(b, form)
	out := Learner{pages: r.number()}
	if form == learnerForm {
		r.learner(&out)
	} else {
		r.learnerBefore(&out)
	}
	if form != learnerForm1 {
		r.marks(out.once[:])
	}
	if !r.done() {
		return errForm
	}
	out.age()
	*l = out
	return nil
}

func (r *reader) learner(l *Learner) {
	l.long, l.recent, l.placed, l.leak = r.number(), r.number(), r.number(), r.number() > 0
	l.blocks = readMap[Block](r, func() count {
		c := count{pages: r.number(), missed: r.number()}
		recent := r.number()
		c.recent, c.told = recent/2, recent%2 == 1
		return c
	})
	l.places = readMap[Place](r, r.place)
}

// learnerBefore reads one that did not age: it has been told all it knows, and
// nothing of what is recent.
func (r *reader) learnerBefore(l *Learner) {
	l.long, l.placed = l.pages, l.pages
	l.blocks = readMap[Block](r, func() count { return count{pages: r.number(), missed: r.number()} })
	l.places = readMap[Place](r, func() PlaceCount {
		c := r.place()
		r.number() // windows missed
		return c
	})
}
