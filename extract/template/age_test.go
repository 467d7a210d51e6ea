package template

import (
	"bytes"
	"testing"
)

// crawl has a learner count pages as a crawler does, and gives the newest
// template and how many were made.
type crawl struct {
	Learner
	newest *Template
	made   int
	own    int // lines given out
}

// add counts a page with a story of five lines of its own and lines of the site
// that stand in it; those that the newest template has are cut.
func (c *crawl) add(site ...Block) {
	var p []Line
	for range 5 {
		c.own++
		p = append(p, Line{Block: hash(1_000_000 + c.own), Place: 1, Home: 3, Weight: 200, Story: true})
	}
	for _, b := range site {
		p = append(p, Line{Block: b, Place: 1, Home: 3, Weight: 60, Story: true, Own: c.cuts(b)})
	}
	c.Add(p)
	if c.Ripe() {
		c.newest = c.Template()
		c.made++
	}
}

// cuts is the rule of package extract for a line of some length.
func (c *crawl) cuts(b Block) bool { return c.newest.On(b) > 0 && c.newest.On(b)*8 >= c.newest.Pages() }

// TestRedesign: a line that is new on a site is cut after 20 pages, however
// large the site is, and one that is on no page any more is forgotten.
func TestRedesign(t *testing.T) {
	before, after, rare := hash(1), hash(2), hash(3)
	for _, pages := range []int{40, 1000, 1011, 1023, 1024, 1030, 5000} {
		var c crawl
		for n := range pages {
			if n%7 == 0 {
				c.add(before, rare)
			} else {
				c.add(before)
			}
		}
		if !c.cuts(before) || !c.cuts(rare) || c.cuts(after) {
			t.Errorf("of %d pages: cut %t, %t, %t; want the line on all, that on one in seven, and not that on none",
				pages, c.cuts(before), c.cuts(rare), c.cuts(after))
		}
		seen := 0
		for ; !c.cuts(after) && seen < 1000; seen++ {
			c.add(after)
		}
		if seen > 20 {
			t.Errorf("after %d pages: a new line is cut after %d more, want 20 at most", pages, seen)
		}
		if !c.cuts(before) {
			t.Errorf("after %d pages: the line of before is forgotten after %d without it", pages, seen)
		}
		gone := seen
		for ; c.cuts(before) && gone < 10_000; gone++ {
			c.add(after)
		}
		if most := min(12*pages, 2100); gone > most {
			t.Errorf("after %d pages: a line that vanished is forgotten after %d more, want %d at most", pages, gone, most)
		}
	}
}

// TestKindsOfPages: what stands on one kind of pages only is not forgotten
// while those of another kind are crawled, one kind after the other.
func TestKindsOfPages(t *testing.T) {
	both, first, second := hash(1), hash(2), hash(3)
	var c crawl
	for round := range 6 {
		for range 300 {
			c.add(both, first)
		}
		for range 100 {
			c.add(both, second)
		}
		if !c.cuts(both) || !c.cuts(first) || round > 0 && !c.cuts(second) {
			t.Errorf("round %d: cut %t, %t, %t; want all", round, c.cuts(both), c.cuts(first), c.cuts(second))
		}
	}
}

// TestPlaceChanges: a place where menus stood on a thousand pages, and then
// stories, is one of stories soon, and their home is known.
func TestPlaceChanges(t *testing.T) {
	var l Learner
	const menu, story, late = 1, 2, 3
	own := 0
	add := func(at, home Place, site Place) {
		var p []Line
		for range 4 {
			own++
			p = append(p, Line{Block: hash(own), Place: at, Home: home, Weight: 200, Story: true})
		}
		for i := range 10 {
			p = append(p, Line{Block: hash(-1 - i), Place: site, Home: site, Weight: 20})
		}
		l.Add(p)
	}
	for range 1000 {
		add(story, story, menu)
	}
	if home, _, _ := l.Template().Story(); home != story || !l.Template().At(menu).Repeats(4) {
		t.Fatalf("the home of stories is %d, want %d; the menu repeats: %t", home, story, l.Template().At(menu).Repeats(4))
	}
	for n := 1; ; n++ {
		add(menu, late, story)
		home, _, _ := l.Template().Story()
		if home == late && !l.Template().At(menu).Repeats(4) {
			break
		}
		if n == placeSpan {
			t.Fatalf("after %d pages the home of stories is %d, want %d; their place repeats: %t", n, home, late, l.Template().At(menu).Repeats(4))
		}
	}
}

// TestFewTemplates: a site whose boxes change all the time, each on some thirty
// pages in a row, has no more than a template for sixteen pages; one that does
// not change has none but those due.
func TestFewTemplates(t *testing.T) {
	const pages = 6000
	var changing, still crawl
	for n := range pages {
		changing.add(hash(1), hash(100+n/32), hash(10_000+(n+16)/32))
		still.add(hash(1))
	}
	if changing.made > pages/16+20 || changing.made < pages/40 {
		t.Errorf("%d templates of %d pages of a site that changes", changing.made, pages)
	}
	if want := 24; still.made > want {
		t.Errorf("%d templates of %d pages of a site that does not change, want %d at most", still.made, pages, want)
	}
	if most := 80; len(changing.blocks) > most {
		t.Errorf("%d blocks are remembered, want %d at most", len(changing.blocks), most)
	}
}

// before is a learner as it was kept before learners aged.
func before(pages int, table bool) []byte {
	w := newWriter(learnerForm1, pages)
	if table {
		w.out[0] = learnerForm2
	}
	writeMap(w, map[Block]int{hash(7): pages, hash(8): pages / 2}, func(n int) { w.numbers(n, 0) })
	writeMap(w, map[Place]PlaceCount{3: {Pages: pages, Lines: 4 * pages, Story: 3 * pages, Own: pages, Votes: pages}}, func(c PlaceCount) {
		w.place(c)
		w.numbers(0)
	})
	if table {
		w.marks(make([]uint16, 1<<onceBits))
	}
	return w.out
}

// TestBefore: what was kept before learners aged is read, and goes on from
// there.
func TestBefore(t *testing.T) {
	for _, table := range []bool{false, true} {
		for _, pages := range []int{2, 50, 5000} {
			l := crawl{}
			if err := l.UnmarshalBinary(before(pages, table)); err != nil {
				t.Fatal(err)
			}
			if l.long >= longSpan || l.placed >= placeSpan {
				t.Errorf("%d pages: counts of %d and %d, want them aged", pages, l.long, l.placed)
			}
			for range 100 {
				l.add(hash(7))
			}
			tpl := l.Template()
			if home, _, ok := tpl.Story(); !ok || home != 3 {
				t.Errorf("%d pages: the home of stories is %d, %t; want 3", pages, home, ok)
			}
			if tpl.Pages() != pages+100 || tpl.On(hash(7)) != pages+100 {
				t.Errorf("%d pages: 7 on %d of %d, want all of %d", pages, tpl.On(hash(7)), tpl.Pages(), pages+100)
			}
			if on := tpl.On(hash(8)); on > (pages+100)*pages/2/(min(pages, 512)+100)+1 || on < pages/4 && pages > 50 {
				t.Errorf("%d pages: 8 on %d of %d", pages, on, tpl.Pages())
			}
		}
	}
}

// TestExcerpt: a page is to be read again where a template has more of its
// story, or less, or looks for it elsewhere.
func TestExcerpt(t *testing.T) {
	plain := []Line{
		{Block: hash(1), Text: hash(2), Place: 1, Home: 3, Part: 5, Weight: 400, Story: true},
		{Block: hash(3), Text: hash(4), Place: 2, Home: 4, Weight: 90, Story: true, Own: true},
		{Block: hash(5), Place: 6, Home: 7, Weight: 20},
	}
	all := map[Block]int{hash(3): 9}
	for _, c := range []struct {
		name string
		t    Template
		want bool
	}{
		{"nothing more is known", Template{pages: 9, blocks: all}, false},
		{"a line of a menu", Template{pages: 9, blocks: map[Block]int{hash(3): 9, hash(5): 9}}, false},
		{"a line of the story", Template{pages: 9, blocks: map[Block]int{hash(3): 9, hash(1): 3}}, true},
		{"its text elsewhere", Template{pages: 9, blocks: map[Block]int{hash(3): 9, hash(2): 3}}, true},
		{"a line was cut in error", Template{pages: 9}, true},
		{"a line was cut, whose text is known", Template{pages: 9, blocks: map[Block]int{hash(4): 9}}, false},
		{"its place", Template{pages: 9, blocks: all, places: map[Place]PlaceCount{1: {Lines: 20, Own: 19, Story: 1}}}, true},
		{"the home of stories", Template{pages: 9, blocks: all, story: 3}, false},
		{"another home", Template{pages: 9, blocks: all, story: 4}, true},
	} {
		if got := c.t.Changes(NewExcerpt(plain)); got != c.want {
			t.Errorf("%s: changes %t, want %t", c.name, got, c.want)
		}
	}
	if (*Template)(nil).Changes(NewExcerpt(nil)) {
		t.Error("the nil template changes an empty page")
	}
}

// TestAgedAlike: a learner that was kept and read back in between ages as one
// that was not.
func TestAgedAlike(t *testing.T) {
	var whole, parted crawl
	for n := range 1100 {
		site := []Block{hash(7), hash(100 + n/30)}
		whole.add(site...)
		parted.add(site...)
		if n%10 == 0 {
			b := must(parted.MarshalBinary())
			parted.Learner = Learner{}
			if err := parted.UnmarshalBinary(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(must(whole.MarshalBinary()), must(parted.MarshalBinary())) || whole.made != parted.made {
		t.Errorf("kept in between, a learner learnt something else: %d templates and %d", whole.made, parted.made)
	}
}
