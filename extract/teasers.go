package extract

import "golang.org/x/net/html/atom"

// cutTeasers cuts the teasers of other stories before the container is
// chosen, so that a brief is not drowned in them. It does so only if a
// paragraph of the page's own stands between its title and the first teaser:
// on a page that is a list the teasers are all there is.
func (t *tree) cutTeasers() {
	var boxes []int32
	for i := int32(1); i < int32(len(t.items)) && !t.spent(); {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if heading(it.tag) && it.weight >= 10 && it.linked*10 >= it.weight*8 {
			from, to := t.teaserBox(i)
			if from != i && t.items[from].weight <= 600 && t.isTeaser(from) {
				boxes = append(boxes, from)
				i = to
				continue
			}
		}
		i++
	}
	if len(boxes) < 3 || !t.storyAbove(boxes[0]) {
		return
	}
	for _, i := range boxes {
		t.teased += t.items[i].weight
		t.cut(i, "teasers", "teaser")
		t.items[i].teaser = true
	}
}

// storyAbove tells whether a paragraph stands between the page's title and
// item i.
func (t *tree) storyAbove(i int32) bool {
	head := t.titleBefore(i)
	if head < 0 {
		return false
	}
	for j := t.items[head].end; j < i; {
		it := &t.items[j]
		if it.state == cut {
			j = it.end
			continue
		}
		if it.form == formBlock && it.own >= proseWeight && it.ownLink*4 < it.own && it.tag != atom.Li && endsSentence(ownText(t, j)) {
			return true
		}
		j++
	}
	return false
}
