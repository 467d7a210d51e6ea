package template

import (
	"encoding/binary"
	"maps"
	"slices"
)

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
