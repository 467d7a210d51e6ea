package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// choose decides which part of the tree is the story: readability's answer,
// corrected by what the page itself says of its parts, and filled up with the
// blocks that readability leaves out for being short.
func (t *tree) choose() {
	if len(t.items) == 0 || t.chooseRuled() {
		return
	}
	if len(t.parts) > 0 {
		t.keepStory(t.parts)
		return
	}
	c := t.foregone()
	if c < 0 {
		c = t.asked()
	}
	if t.items[c].prose*3 < t.items[0].prose || t.items[c].prose == 0 {
		c = t.dense()
	}
	c = t.narrow(c)
	t.keepStory([]int32{t.column(c)})
}

// keepStory keeps what is under the given items, and the lead above them.
func (t *tree) keepStory(parts []int32) {
	t.keepOnly(parts)
	t.lead(t.story)
	t.asks()
	t.boxes()
	t.tables()
}

// asked is the container that readability finds, grown, or the part that the
// page calls the body of the article.
func (t *tree) asked() int32 {
	t.readable()
	c := t.grow(t.container())
	if e := t.stated(c, t.saysBody, 3); e >= 0 {
		return e
	}
	if e := t.stated(c, t.namedBody, 6); e >= 0 {
		return e
	}
	return c
}

// container is the smallest item that holds nearly all of what readability
// kept, or the root.
func (t *tree) container() int32 {
	held := make([]int32, len(t.items))
	for i := int32(len(t.items)) - 1; i > 0; i-- {
		it := &t.items[i]
		if it.state == kept {
			held[i] += it.own
		}
		if it.parent >= 0 {
			held[it.parent] += held[i]
		}
	}
	if held[0] == 0 {
		return 0
	}
	c := int32(0)
	for i := int32(1); i < int32(len(t.items)); {
		if held[i]*10 >= held[0]*9 {
			c = i
			i++
			continue
		}
		i = t.items[i].end
		if i >= t.items[c].end {
			break
		}
	}
	return c
}

// grow widens the container to its parent as long as the parent's other
// children are of the same make and hold paragraphs too: stories are cut into
// sections by advertising. A headline of their own marks them as other
// stories.
func (t *tree) grow(c int32) int32 {
	for {
		p := t.items[c].parent
		if p <= 0 {
			return c
		}
		pi, ci := &t.items[p], &t.items[c]
		gain := pi.prose - ci.prose
		if gain > 0 && t.alike(p, c) {
			c = p
			continue
		}
		if pi.prose == ci.prose && pi.weight-ci.weight < 20 {
			c = p
			continue
		}
		return c
	}
}

// alike tells whether most of the paragraphs beside c under p stand in
// elements of c's make, none of them with a headline.
func (t *tree) alike(p, c int32) bool {
	same, other := int32(0), int32(0)
	class := attr(t.items[c].node, "class")
	for i := p + 1; i < t.items[p].end; i = t.items[i].end {
		it := &t.items[i]
		if i == c || it.state == cut {
			continue
		}
		if it.tag == t.items[c].tag && attr(it.node, "class") == class && !t.otherStory(i) {
			same += it.prose
		} else {
			other += it.prose
		}
	}
	return same > other
}

// otherStory tells whether there is a headline under i that is not the
// page's title.
func (t *tree) otherStory(i int32) bool {
	title := squash(t.title)
	first := t.firstHeadline()
	for j := i; j < t.items[i].end; {
		if t.items[j].state == cut {
			j = t.items[j].end
			continue
		}
		if t.items[j].tag == atom.H1 && j != first && !sameTitle(title, squash(t.text(j, 400))) {
			return true
		}
		j++
	}
	return false
}

// firstHeadline is the first live h1 of the page, or -1.
func (t *tree) firstHeadline() int32 {
	for i := int32(0); i < int32(len(t.items)); i++ {
		it := &t.items[i]
		switch {
		case it.state == cut:
			i = it.end - 1
		case it.tag == atom.H1 && it.weight > 0:
			return i
		}
	}
	return -1
}

// foregone is the part that stated takes whatever readability answers: one
// with so many of the page's paragraphs that no other container outweighs it.
// Readability takes a quarter of all time, and half of that is saved here.
// It is -1 where readability must be asked.
func (t *tree) foregone() int32 {
	page := t.items[0].prose
	if page == 0 {
		return 0 // choose goes by density
	}
	if best, _ := t.largest(t.saysBody); best >= 0 {
		if t.items[best].prose*2 >= page {
			return best
		}
		return -1
	}
	if best, all := t.largest(t.namedBody); best >= 0 {
		if p := t.items[best].prose; p*10 >= all*9 && p*10 >= page*6 {
			return best
		}
	}
	return -1
}

// stated is the part that the page itself calls the body of the article, if
// it can be believed, or -1.
func (t *tree) stated(c int32, says func(*item) bool, share int32) int32 {
	best, all := t.largest(says)
	if best < 0 {
		return -1
	}
	b, ci := &t.items[best], &t.items[c]
	if share > 3 && b.prose*10 < all*9 {
		return -1 // in pieces, or the bodies of several stories
	}
	switch {
	case best <= c && c < b.end: // around readability's
		return best
	case c < best && best < ci.end: // inside
		if b.prose*10 >= ci.prose*share {
			return best
		}
	default: // elsewhere
		if b.prose*2 >= ci.prose {
			return best
		}
	}
	return -1
}

// largest is the live part with most paragraphs of those that say something of
// themselves, -1 if none does, and the weight of the paragraphs of all.
func (t *tree) largest(says func(*item) bool) (best, all int32) {
	best = -1
	for i := int32(1); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.state == cut || it.weight == 0 {
			i = it.end
			continue
		}
		if it.form == formBlock && says(it) {
			all += it.prose
			if best < 0 || it.prose > t.items[best].prose {
				best = i
			}
			i = it.end
			continue
		}
		i++
	}
	return best, all
}

func (t *tree) saysBody(it *item) bool {
	for _, v := range strings.Fields(attr(it.node, "itemprop")) {
		if strings.EqualFold(v, "articleBody") {
			return true
		}
	}
	return false
}

// bodyNames are the class names, words joined by a space, by which many
// systems call the body of an article.
var bodyNames = map[string]bool{
	"article body": true, "article content": true, "article text": true, "articlebody": true, "articlecontent": true,
	"entry content": true, "post content": true, "post body": true, "postbody": true, "story body": true,
	"story content": true, "storybody": true, "news content": true, "news text": true, "news body": true, "body copy": true, "content body": true,
}

// namedBody tells whether the class or id of an item is exactly that of an
// article's body, with nothing before it ("related article body") and at most
// one word after it.
func (t *tree) namedBody(it *item) bool {
	var space [6]string
	for _, key := range []string{"class", "id"} {
		for _, name := range strings.Fields(attr(it.node, key)) {
			w := splitName(name, space[:0])
			switch {
			case len(w) == 1 && bodyNames[w[0]], (len(w) == 2 || len(w) == 3) && bodyNames[w[0]+" "+w[1]]:
				return true
			}
		}
	}
	return false
}

// dense is where most of the page's paragraphs are: from the root down as
// long as one child holds three fifths of what is left.
func (t *tree) dense() int32 {
	c := int32(0)
	for i := int32(1); i < t.items[c].end; {
		it := &t.items[i]
		if it.state != cut && it.form == formBlock && it.prose*5 > t.items[c].prose*3 && it.own < it.weight {
			c = i
			i++
			continue
		}
		i = it.end
	}
	return c
}

// narrow chooses, where several stories stand one below the other, the one
// with the page's title.
func (t *tree) narrow(c int32) int32 {
	title := squash(t.title)
	own, others := int32(-1), 0
	for i := c + 1; i < t.items[c].end; {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if it.tag == atom.Article && it.prose >= 2*proseWeight {
			switch h := t.headline(i); {
			case h == "":
			case own < 0 && sameTitle(title, h):
				own = i
			default:
				others++
			}
			i = it.end
			continue
		}
		i++
	}
	if own >= 0 && others > 0 {
		return own
	}
	return c
}

// column chooses, on a page laid out as a table, the cell with the page's title
// and most of the paragraphs: the cells beside it are other columns.
func (t *tree) column(c int32) int32 {
	if !t.holds(c, atom.Td) {
		return c
	}
	i := t.titleLine(c)
	if i < 0 {
		return c
	}
	for up := t.items[i].parent; up > c; up = t.items[up].parent {
		it := &t.items[up]
		if it.tag == atom.Td && it.prose*2 > t.items[c].prose && it.prose < t.items[c].weight {
			return up
		}
	}
	return c
}

// holds tells whether there is an element of this tag in item i.
func (t *tree) holds(i int32, tag atom.Atom) bool {
	for j := i + 1; j < t.items[i].end; j++ {
		if t.items[j].tag == tag {
			return true
		}
	}
	return false
}

// titleLine is the first text under c whose line is the page's title, or -1.
func (t *tree) titleLine(c int32) int32 {
	title := squash(t.title)
	if len(title) < 6 {
		return -1
	}
	for i := c; i < t.items[c].end; {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if it.form == formText && it.weight > 3 && it.weight <= 300 && !it.inLink {
			if line, _, _ := t.lineAt(i); line != "" && sameTitle(title, squash(line)) {
				return i
			}
		}
		i++
	}
	return -1
}

// headline is the squashed text of the first h1 or h2 under i.
func (t *tree) headline(i int32) string {
	for j := i; j < t.items[i].end; j++ {
		if tag := t.items[j].tag; tag == atom.H1 || tag == atom.H2 {
			return squash(t.text(j, 400))
		}
	}
	return ""
}
