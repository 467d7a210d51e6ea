package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// leadNames are words of class names for the paragraph between headline and
// story.
var leadNames = map[string]bool{
	"lead": true, "lede": true, "leadin": true, "intro": true, "introduction": true, "summary": true,
	"standfirst": true, "dek": true, "deck": true, "abstract": true, "subtitle": true, "subheadline": true,
	"subhead": true, "subheading": true, "excerpt": true, "vorspann": true, "teaser": true, "chapo": true, "entradilla": true,
	"sommario": true, "ingress": true, "kicker": true, "description": true, "synopsis": true, "perex": true,
}

// lead keeps the paragraphs that stand between the headline and the story's
// container c: many sites set the first paragraph apart from the others.
func (t *tree) lead(c int32) {
	head := t.titleBefore(c)
	from := head
	if head < 0 {
		from = 0
	}
	n := 0
	for i := from + 1; i < c && n < 3; {
		it := &t.items[i]
		switch {
		case it.state == cut:
			i = it.end
			continue
		case it.form == formBlock && it.own > 0 && it.state != kept && t.isLead(it, i, head >= 0):
			it.state = kept
			n++
			if it.own == it.weight {
				i = it.end
				continue
			}
		}
		i++
	}
}

// titleBefore is the last heading before c that is the page's title, else the
// only h1 before c, or -1.
func (t *tree) titleBefore(c int32) int32 {
	title := squash(t.title)
	only, n := int32(-1), 0
	for i := c - 1; i > 0; i-- {
		it := &t.items[i]
		if it.tag != atom.H1 && it.tag != atom.H2 || it.weight == 0 || t.isCut(i) {
			continue
		}
		head := squash(t.text(i, 400))
		if sameTitle(title, head) || it.tag == atom.H1 && len(head) >= 8 && strings.Contains(title, head) {
			return i
		}
		if it.tag == atom.H1 {
			only = i
			n++
		}
	}
	if n == 1 {
		return only
	}
	return -1
}

// isCut tells whether i or an element around it was cut.
func (t *tree) isCut(i int32) bool {
	for ; i >= 0; i = t.items[i].parent {
		if t.items[i].state == cut {
			return true
		}
	}
	return false
}

// isLead judges a block before the story. Below the headline it must read
// like a sentence; elsewhere it must also be named a lead.
func (t *tree) isLead(it *item, i int32, below bool) bool {
	if it.own < 50 || it.own > 1200 || it.ownLink*4 > it.own || it.tag == atom.Li || it.tag == atom.Td || it.controls > 0 || t.captionAt(i) {
		return false
	}
	text := ownText(t, i)
	if it.own < 100 && dated(text) {
		return false
	}
	plain := plainLine(text)
	if t.p.start.at(plain) != "" || t.p.notice.at(plain) != "" || t.p.box.in(plain) != "" || t.p.head.at(plain) != "" && it.own < 100 {
		return false
	}
	named := t.namedLead(i)
	if !below {
		return named && it.marks > 0
	}
	return named || endsSentence(text) && it.own >= 60 || heading(it.tag) && it.own >= 60
}

// namedLead tells whether the block or one of the two around it is named a
// lead.
func (t *tree) namedLead(i int32) bool {
	for n := 0; i > 0 && n < 3; i, n = t.items[i].parent, n+1 {
		if namedBy(attr(t.items[i].node, "class")+" "+attr(t.items[i].node, "itemprop"), leadNames) {
			return true
		}
	}
	return false
}
