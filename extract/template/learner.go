package template

import (
	"maps"
	"slices"
)

// Learner counts the lines of one site's pages. Its zero value has seen none.
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
// a larger share of the pages is not forgotten. Places are forgotten alike.
type Learner struct {
	pages  int
	once   [1 << onceBits]uint16 // marks of blocks seen once, by the head of their hash
	blocks map[Block]count
	places map[Place]placeCount
}

// onceBits is the size of that table: 8 KB. A mark is 16 other bits of the
// hash: one new block in 65,536 is believed to have been seen before, which is
// still one page too few to be cut.
const onceBits = 12

// count is how often a block was seen since it is remembered, and how many
// windows had passed before.
type count struct{ pages, missed int }

type placeCount struct {
	PlaceCount
	missed int
}

// window is how many pages pass between two rounds of forgetting. Package
// extract cuts what stands on one page in twenty at the least: twice as often
// as what may be forgotten.
const window = 40

// Add counts the lines of one page; a block that stands there twice counts
// once. It does not count a copy: a page whose story has next to nothing that
// was not on another page (the same story under another address, a page that
// comes again with another date). A thousand copies would make a story the
// site's own. It says whether it has counted the page.
func (l *Learner) Add(page []Line) bool {
	if l.blocks == nil {
		l.blocks, l.places = map[Block]count{}, map[Place]placeCount{}
	}
	if l.copied(page) {
		return false
	}
	repeated := l.addBlocks(page)
	l.addPlaces(page, repeated)
	l.pages++
	if l.pages%window == 0 {
		l.forget()
	}
	return true
}

// news is the weight of the shortest story: what has less that is new tells
// nothing.
const news = 40

// copied says whether a page is a copy of others.
func (l *Learner) copied(page []Line) bool {
	weight, fresh := 0, 0
	for i := range page {
		if !page[i].Story {
			continue
		}
		weight += int(page[i].Weight)
		if !l.knows(page[i].Block) {
			fresh += int(page[i].Weight)
		}
	}
	return weight > 0 && fresh < news
}

// knows says whether a block was on a page before, as far as is remembered.
func (l *Learner) knows(b Block) bool {
	if _, counted := l.blocks[b]; counted {
		return true
	}
	slot, mark := onceSlot(b)
	return l.once[slot] == mark
}

// addBlocks counts the blocks of a page, and gives those that had been on
// another page.
func (l *Learner) addBlocks(page []Line) map[Block]bool {
	all := make([]Block, 0, 2*len(page))
	for i := range page {
		all = append(all, page[i].Block)
		if page[i].Story && page[i].Text != 0 {
			all = append(all, page[i].Text)
		}
	}
	slices.Sort(all)
	repeated := map[Block]bool{}
	for _, b := range slices.Compact(all) {
		c, counted := l.blocks[b]
		switch {
		case counted:
			c.pages++
		case l.seenOnce(b):
			c = count{pages: 2, missed: l.passed()}
		default:
			continue
		}
		l.blocks[b] = c
		repeated[b] = true
	}
	return repeated
}

// seenOnce says whether a block was seen before, and if not notes that it is
// now.
func (l *Learner) seenOnce(b Block) bool {
	slot, mark := onceSlot(b)
	if l.once[slot] == mark {
		l.once[slot] = 0
		return true
	}
	l.once[slot] = mark
	return false
}

// onceSlot is where a block is noted, and how.
func onceSlot(b Block) (slot int, mark uint16) {
	return int(b >> (64 - onceBits)), uint16(b) | 1 // 0 is an empty slot
}

// addPlaces counts the places of a page. The first page tells nothing of what
// is repeated.
func (l *Learner) addPlaces(page []Line, repeated map[Block]bool) {
	here := map[Place]PlaceCount{}
	homes := map[Place]parts{}
	for _, line := range page {
		p := here[line.Place]
		p.Lines++
		switch {
		case repeated[line.Block]:
			p.Own++
		case line.Story:
			p.Story++
			if homes[line.Home] == nil {
				homes[line.Home] = parts{}
			}
			homes[line.Home][line.Part] += int(line.Weight)
		}
		here[line.Place] = p
	}
	if home, ok := heaviest(homes); ok {
		p := here[home]
		p.Votes++
		if homes[home].several() {
			p.Split++
		}
		here[home] = p
	}
	for k, p := range here {
		c, counted := l.places[k]
		if !counted {
			c.missed = l.passed()
		}
		c.Pages++
		c.Lines += p.Lines
		c.Own += p.Own
		c.Story += p.Story
		c.Votes += p.Votes
		c.Split += p.Split
		l.places[k] = c
	}
}

// parts are the elements of one home, with the weight of the story in each.
type parts map[int32]int

func (p parts) weight() int {
	sum := 0
	for _, w := range p {
		sum += w
	}
	return sum
}

// several says that no one part holds nearly all.
func (p parts) several() bool {
	return slices.Max(slices.Collect(maps.Values(p)))*10 < p.weight()*9
}

// heaviest is the home of most of the story, if that is worth a vote: two
// paragraphs at the least.
func heaviest(homes map[Place]parts) (Place, bool) {
	const worth = 300
	best, most := Place(0), worth-1
	for k, p := range homes {
		if w := p.weight(); w > most || w == most && k < best {
			best, most = k, w
		}
	}
	return best, most >= worth
}

// passed is how many windows have passed.
func (l *Learner) passed() int { return l.pages / window }

func (l *Learner) forget() {
	passed := l.passed()
	maps.DeleteFunc(l.blocks, func(_ Block, c count) bool { return c.pages+c.missed <= passed })
	maps.DeleteFunc(l.places, func(_ Place, c placeCount) bool { return c.Pages+c.missed <= passed })
}

// Pages is how many pages were counted.
func (l *Learner) Pages() int { return l.pages }

// Settled is the generation from which a template changes little: pages that
// were cleaned by an earlier one are worth to be cleaned again.
const Settled = 18

// Ripe says that it is time for a new template: after 3 pages, 5, 8, 12,
// Settled, 27 and so on, half as many more each time. Between these a site's
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
	t := &Template{pages: l.pages, blocks: map[Block]int{}, places: map[Place]PlaceCount{}}
	for b, c := range l.blocks {
		if c.pages >= Least {
			t.blocks[b] = c.pages
		}
	}
	votes, most := 0, 0
	for p, c := range l.places {
		votes += c.Votes
		if c.Pages >= Least {
			t.places[p] = c.PlaceCount
		}
		if c.Votes > most || c.Votes == most && p < t.story {
			t.story, most = p, c.Votes
		}
	}
	if most < Least || most*2 <= votes {
		t.story = 0
	}
	return t
}

// MarshalBinary gives the form in which the learner is kept. The same learner
// gives the same bytes.
func (l *Learner) MarshalBinary() ([]byte, error) {
	w := newWriter(learnerForm, l.pages)
	writeMap(w, l.blocks, func(c count) { w.numbers(c.pages, c.missed) })
	writeMap(w, l.places, func(c placeCount) { w.place(c.PlaceCount); w.numbers(c.missed) })
	w.marks(l.once[:])
	return w.out, nil
}

// UnmarshalBinary reads what MarshalBinary gave.
func (l *Learner) UnmarshalBinary(b []byte) error {
	form := byte(learnerForm)
	if len(b) > 0 && b[0] == learnerFormBefore {
		form = learnerFormBefore
	}
	r := newReader(b, form)
	out := Learner{pages: r.number()}
	out.blocks = readMap[Block](r, func() count { return count{pages: r.number(), missed: r.number()} })
	out.places = readMap[Place](r, func() placeCount { return placeCount{PlaceCount: r.place(), missed: r.number()} })
	if form == learnerForm {
		r.marks(out.once[:])
	}
	if !r.done() {
		return errForm
	}
	*l = out
	return nil
}
