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
// a larger share of the pages is not forgotten.
//
// A site is made anew now and then, so what was learnt ages: when a counter has
// seen as many pages as its span, it and all that it is compared with are
// halved. That is exponential decay at the price of integers (Cohen and Strauss,
// "Maintaining time-decaying stream aggregates", PODS 2003; TinyLFU does the
// same and calls it reset: Einziger, Friedman and Manes, ACM Transactions on
// Storage 13(4), 2017). There are three spans: a long one for what stands on few
// of the site's kinds of pages, and comes back when these are crawled; a short
// one for what is new; and one between for places, which are told by what stands
// in them lately.
type Learner struct {
	pages  int                   // all that were counted
	long   int                   // pages that count.pages is a part of
	recent int                   // pages that count.recent is a part of
	placed int                   // pages that the counts of places are of
	leak   bool                  // a story has a line that the newest template should know and does not
	once   [1 << onceBits]uint16 // marks of blocks seen once, by the head of their hash
	blocks map[Block]count
	places map[Place]PlaceCount
}

// The spans. What is on half of the last 16 to 32 pages is known as the site's
// by the 17th page that has it; what stood on all pages and vanished is
// below one page in eight after 1,537, and in no template after 2,050.
const (
	longSpan   = 1024
	placeSpan  = 128
	recentSpan = 32
)

// onceBits is the size of that table: 8 KB. A mark is 16 other bits of the
// hash: one new block in 65,536 is believed to have been seen before, which is
// still one page too few to be cut.
const onceBits = 12

// count is how often a block was seen since it is remembered.
type count struct {
	pages  int
	missed int  // windows that had passed before
	recent int  // on how many of the recent pages
	told   bool // the newest template has it for its share of all or of the recent pages
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
		l.blocks, l.places = map[Block]count{}, map[Place]PlaceCount{}
	}
	if l.copied(page) {
		return false
	}
	repeated := l.addBlocks(page)
	l.addPlaces(page, repeated)
	l.pages++
	l.long++
	l.recent++
	l.placed++
	l.noteLeak(page)
	if l.long%window == 0 {
		l.forget()
	}
	l.age()
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
			c.recent++
		case l.seenOnce(b):
			c = count{pages: 2, recent: min(2, l.recent+1), missed: l.passed()}
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
	homes := homes{}
	for _, line := range page {
		p := here[line.Place]
		p.Lines++
		switch {
		case repeated[line.Block]:
			p.Own++
		case line.Story:
			p.Story++
			homes.add(&line)
		}
		here[line.Place] = p
	}
	if home, ok := homes.heaviest(); ok {
		p := here[home]
		p.Votes++
		if homes[home].several() {
			p.Split++
		}
		here[home] = p
	}
	for k, p := range here {
		c := l.places[k]
		c.Pages++
		c.Lines += p.Lines
		c.Own += p.Own
		c.Story += p.Story
		c.Votes += p.Votes
		c.Split += p.Split
		l.places[k] = c
	}
}

// homes are where the lines of a page's story lie.
type homes map[Place]parts

func (h homes) add(line *Line) {
	if h[line.Home] == nil {
		h[line.Home] = parts{}
	}
	h[line.Home][line.Part] += int(line.Weight)
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
func (h homes) heaviest() (Place, bool) {
	const worth = 300
	best, most := Place(0), worth-1
	for k, p := range h {
		if w := p.weight(); w > most || w == most && k < best {
			best, most = k, w
		}
	}
	return best, most >= worth
}

// passed is how many windows have passed, of the long span.
func (l *Learner) passed() int { return l.long / window }

func (l *Learner) forget() {
	passed := l.passed()
	maps.DeleteFunc(l.blocks, func(_ Block, c count) bool { return c.pages+c.missed <= passed })
}

// age halves what has reached its span.
func (l *Learner) age() {
	for l.recent >= recentSpan {
		l.recent /= 2
		for b, c := range l.blocks {
			c.recent /= 2
			l.blocks[b] = c
		}
	}
	for l.long >= longSpan { // more than once where it was kept in a form that did not age
		l.long /= 2
		for b, c := range l.blocks {
			c.pages, c.missed = c.pages/2, c.missed/2
			l.blocks[b] = c
		}
		l.forget()
	}
	for l.placed >= placeSpan {
		l.placed /= 2
		for p, c := range l.places {
			if c = c.half(); c.Pages == 0 {
				delete(l.places, p)
				continue
			}
			l.places[p] = c
		}
	}
}

// isNew says that a block stands on half of the recent pages. That is more than
// is asked of it later: the recent pages are few, and may all be about one thing.
func (l *Learner) isNew(c count) bool { return l.recent >= recentSpan/2 && c.recent*2 >= l.recent }

// isOld says that a block stands on one page in eight of all.
func (l *Learner) isOld(c count) bool { return c.pages >= Least && c.pages*8 >= l.long }

// noteLeak notes whether the page's story has a line that is new on the site,
// and that the newest template does not know.
func (l *Learner) noteLeak(page []Line) {
	for i := 0; i < len(page) && !l.leak; i++ {
		line := &page[i]
		if !line.Story || line.Own {
			continue
		}
		at, anywhere := l.blocks[line.Block], l.blocks[line.Text]
		l.leak = !at.told && !anywhere.told && (l.isNew(at) || l.isNew(anywhere))
	}
}

// Pages is how many pages were counted.
func (l *Learner) Pages() int { return l.pages }

// Settled is the generation from which a template changes little: pages that
// were cleaned by an earlier one are worth to be cleaned again.
const Settled = 18

// Ripe says that it is time for a new template: after 3 pages, 5, 8, 12,
// Settled, 27 and so on, half as many more each time, and soon after the site
// has changed: when a line stands in its stories that half of its recent pages
// have and the newest template has not. Between these a site's pages are all
// cleaned by the same template, whatever the order in which they came.
func (l *Learner) Ripe() bool {
	const longest, pause = longSpan / 2, 4
	n := Least
	for n < l.pages {
		n += min((n+1)/2, longest)
	}
	return n == l.pages || l.leak && l.pages%pause == 0 && l.pages > Settled
}

// Changed says that the site has changed since the newest template was made, as
// told at Ripe.
func (l *Learner) Changed() bool { return l.leak }

// Template is what was learnt so far. The counts of a block are for all pages:
// where it stands on a larger share of those not yet aged, or of the recent
// ones, as if these were all.
func (l *Learner) Template() *Template {
	l.leak = false
	t := &Template{pages: l.pages, blocks: map[Block]int{}, places: map[Place]PlaceCount{}}
	for b, c := range l.blocks {
		on, of := c.pages, l.long
		if l.isNew(c) && c.recent*of > on*l.recent {
			on, of = c.recent, l.recent
		}
		if on >= Least {
			t.blocks[b] = (on*l.pages + of - 1) / of
		}
		c.told = l.isNew(c) || l.isOld(c)
		l.blocks[b] = c
	}
	votes, most := 0, 0
	for p, c := range l.places {
		votes += c.Votes
		if c.Pages >= Least {
			t.places[p] = c
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
