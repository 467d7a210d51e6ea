package template

import (
	"bytes"
	"encoding"
	"fmt"
	"testing"
)

// page is a page with a line of its own and lines of the site.
func page(own int, site ...Block) []Line {
	p := []Line{{Block: hash(1000 + own), Place: 1, Home: 3, Weight: 500, Story: true}}
	for _, b := range site {
		p = append(p, Line{Block: b, Place: 2, Home: 3, Weight: 20})
	}
	return p
}

// hash spreads a number over 64 bits (the finisher of SplitMix64, Steele and
// others, "Fast Splittable Pseudorandom Number Generators", 2014).
func hash(n int) Block {
	x := uint64(n) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return Block(x ^ x>>31)
}

// TestTemplate: what stands on three pages is part of the template, with its
// count; twice on a page counts once.
func TestTemplate(t *testing.T) {
	var l Learner
	a, b := hash(7), hash(8)
	l.Add(page(1, a, a, b))
	l.Add(page(2, a, b))
	if got := l.Template().On(a); got != 0 {
		t.Errorf("on two pages: got %d, want 0: two articles may quote the same words", got)
	}
	l.Add(page(3, a))
	tpl := l.Template()
	if tpl.Pages() != 3 || tpl.On(a) != 3 || tpl.On(b) != 0 || tpl.On(hash(1001)) != 0 || tpl.Blocks() != 1 {
		t.Errorf("got %d pages, 7 on %d, 8 on %d; want 3, 3, 0", tpl.Pages(), tpl.On(a), tpl.On(b))
	}
	if none := (*Template)(nil); none.Pages() != 0 || none.On(a) != 0 || none.Blocks() != 0 {
		t.Error("the nil template has seen something")
	}
}

// TestBounded: on a site of 100,000 pages, each with fifty lines of its own,
// a hundred lines are counted, and what stands on one page
// in twenty is counted nearly right.
func TestBounded(t *testing.T) {
	var l Learner
	most := 0
	const pages = 100_000
	frequent, rare := hash(-1), hash(-2)
	for n := range pages {
		var own []Block
		for i := range 50 {
			own = append(own, hash(n*50+i))
		}
		own = append(own, frequent)
		if n%20 == 0 {
			own = append(own, rare)
		}
		l.Add(page(1<<40+n, own...))
		most = max(most, len(l.blocks))
	}
	if limit := 100; most > limit {
		t.Errorf("%d blocks in memory, want at most %d", most, limit)
	}
	tpl := l.Template()
	// One page in 65,536 is taken for a copy: its one line for one seen before.
	if got := tpl.On(frequent); got != tpl.Pages() || got < pages-10 {
		t.Errorf("on every page: got %d of %d, want all of nearly %d", got, tpl.Pages(), pages)
	}
	if got := tpl.On(rare); got > pages/20 || got < pages/20-pages/window {
		t.Errorf("on one page in twenty: got %d, want %d at most and %d at least", got, pages/20, pages/20-pages/window)
	}
}

// TestCopy: a page whose story was on another page is not counted, nor is one
// with next to nothing new; a short story that is new is.
func TestCopy(t *testing.T) {
	var l Learner
	menu := hash(7)
	for range 3 {
		l.Add(page(1, menu))
		l.Add(append(page(1, menu), Line{Block: hash(2000), Weight: 30, Story: true}))
	}
	if l.Pages() != 1 {
		t.Errorf("of copies %d pages were counted, want 1", l.Pages())
	}
	if !l.Add(append(page(1, menu), Line{Block: hash(2001), Weight: 50, Story: true})) || l.Pages() != 2 {
		t.Error("a page with a line of its own was not counted")
	}
}

// TestKeptBetween: a learner that is kept and read back after each page learns
// what one learns that is not; the form before is read too.
func TestKeptBetween(t *testing.T) {
	var whole, parted Learner
	for n := range 90 {
		p := page(n, hash(7), hash(100+n%9), hash(5000+n))
		whole.Add(p)
		parted.Add(p)
		b := must(parted.MarshalBinary())
		parted = Learner{}
		if err := parted.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(must(whole.MarshalBinary()), must(parted.MarshalBinary())) {
		t.Error("kept after each page, a learner learnt something else")
	}
}

func TestRipe(t *testing.T) {
	var l Learner
	var got []int
	for range 150 {
		l.Add(nil)
		if l.Ripe() {
			got = append(got, l.Pages())
		}
	}
	if want := "[3 5 8 12 18 27 41 62 93 140]"; fmt.Sprint(got) != want {
		t.Errorf("got templates after %v pages, want %s", got, want)
	}
}

func TestKept(t *testing.T) {
	var l, again Learner
	for n := range 50 {
		l.Add(page(n, 7, hash(n%2)))
	}
	roundTrip(t, &l, &again)
	l.Add(page(99, 7))
	again.Add(page(99, 7))
	if a, b := l.Template(), again.Template(); a.On(7) != b.On(7) || a.Blocks() != b.Blocks() || a.Pages() != b.Pages() {
		t.Errorf("a learner that was kept goes on with %d on %d, want %d on %d", b.On(7), b.Pages(), a.On(7), a.Pages())
	}
	var tpl Template
	roundTrip(t, l.Template(), &tpl)
	if tpl.On(7) != l.Template().On(7) || tpl.Pages() != 51 {
		t.Errorf("got %d on %d", tpl.On(7), tpl.Pages())
	}
}

func roundTrip(t *testing.T, from encoding.BinaryMarshaler, to interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}) {
	t.Helper()
	b, err := from.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := to.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if c, _ := to.MarshalBinary(); !bytes.Equal(b, c) {
		t.Errorf("kept as %x, then as %x", b, c)
	}
}

// FuzzUnmarshal: whatever stands in the archive, reading it ends with an error
// or a value that is kept and read alike.
func FuzzUnmarshal(f *testing.F) {
	var l Learner
	l.Add(page(1, 2))
	for _, m := range []encoding.BinaryMarshaler{&l, l.Template()} {
		b, _ := m.MarshalBinary()
		f.Add(b)
	}
	f.Add([]byte{})
	f.Add([]byte{learnerForm, 0xff})
	f.Add([]byte{learnerForm1, 0, 0, 0})
	f.Add(before(9, true))
	f.Add(before(5000, false))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l Learner
		if l.UnmarshalBinary(b) == nil {
			l.Add(page(1))
			roundTrip(t, &l, new(Learner))
		}
		var tpl Template
		if tpl.UnmarshalBinary(b) == nil {
			roundTrip(t, &tpl, new(Template))
		}
	})
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
