package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// boxes cuts the small boxes of the kept part that lead away from the story:
// lists of links, teasers of other stories, advertisements.
func (t *tree) boxes() {
	prose := int32(0)
	for i := range t.items {
		if it := &t.items[i]; it.state == kept && it.form == formBlock && it.own >= proseWeight {
			prose += it.own
		}
	}
	for i := int32(0); i < int32(len(t.items)) && !t.spent(); {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if it.state == kept && it.form == formBlock {
			if rule := t.boxRule(i, prose); rule != "" {
				t.cut(i, "boxes", rule)
				it.teaser = true
				i = it.end
				continue
			}
		}
		i++
	}
}

func (t *tree) boxRule(i, prose int32) string {
	it := &t.items[i]
	switch it.tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Td, atom.Th, atom.Tr, atom.Tbody, atom.Body:
		return ""
	}
	switch {
	case it.links >= 2 && it.linked*10 >= it.weight*6 && it.prose == 0:
		return "links"
	case it.links >= 2 && it.images > 0 && it.weight <= 600 && it.prose*4 < prose && t.oneTarget(i):
		return "one target"
	case it.weight <= 600 && it.links > 0 && it.prose*3 < prose && t.isTeaser(i):
		return "teaser"
	}
	return ""
}

// oneTarget tells whether a picture and a text under i lead to the same place
// outside the page, and nothing leads elsewhere: an advertisement.
func (t *tree) oneTarget(i int32) bool {
	target, picture, text := "", false, false
	for j, end := i, t.scan(i); j < end; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.tag == atom.Figure {
			return false
		}
		if it.tag == atom.A {
			href := attr(it.node, "href")
			if !isWeb(href) || target != "" && href != target {
				return false
			}
			target = href
			picture = picture || it.images > 0
			text = text || it.weight > 0
		}
		j++
	}
	return picture && text
}

// isTeaser tells whether i is the box of another story: its only heading is a
// link to another page, and it stands beside a box of the same make.
func (t *tree) isTeaser(i int32) bool {
	head := int32(-1)
	for j, end := i+1, t.scan(i); j < end; j++ {
		it := &t.items[j]
		if heading(it.tag) && it.weight > 0 {
			if head >= 0 {
				return false
			}
			head = j
		}
	}
	if head < 0 || t.items[head].weight < 10 || t.items[head].linked*10 < t.items[head].weight*8 {
		return false
	}
	if sameTitle(squash(t.title), squash(t.text(head, 400))) || strings.HasPrefix(t.href(head), "#") {
		return false
	}
	p := t.items[i].parent
	alike := 0
	for j := p + 1; j < t.items[p].end; j = t.items[j].end {
		t.steps++
		if t.items[j].tag == t.items[i].tag && attr(t.items[j].node, "class") == attr(t.items[i].node, "class") && t.items[j].weight > 0 {
			alike++
		}
	}
	return alike >= 2
}

// href is the target of the first link under i.
func (t *tree) href(i int32) string {
	for j := i; j < t.items[i].end; j++ {
		if t.items[j].tag == atom.A {
			return attr(t.items[j].node, "href")
		}
	}
	for j := t.items[i].parent; j >= 0; j = t.items[j].parent {
		if t.items[j].tag == atom.A {
			return attr(t.items[j].node, "href")
		}
	}
	return ""
}
