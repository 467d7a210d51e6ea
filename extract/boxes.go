package extract

import "golang.org/x/net/html/atom"

// boxes cuts the small boxes of the kept part that are made of links, and the
// headings left over above them.
func (t *tree) boxes() {
	for i := int32(0); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		if it.state == kept && it.form == formBlock && t.linkBox(it) {
			t.cut(i, "boxes", "links")
			it.teaser = true
			i = it.end
			continue
		}
		i++
	}
}

// linkBox tells whether a block is a list of links: at least two, most of the
// text in them, and no paragraph of its own.
func (t *tree) linkBox(it *item) bool {
	switch it.tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Td, atom.Th, atom.Tr, atom.Tbody:
		return false
	}
	return it.links >= 2 && it.linked*10 >= it.weight*6 && it.prose == 0
}
