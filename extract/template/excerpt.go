package template

import "slices"

// Excerpt is what is remembered of a page until more is known of its site: the
// lines of its story, and those cut from it.
type Excerpt struct {
	lines []excerptLine
	home  Place // of most of the story, 0 if that is little
}

type excerptLine struct {
	block, text Block
	place       Place
	cut         bool
}

// excerptLines bounds an excerpt (to 16 KB): of a longer story no more than
// these lines are looked at.
const excerptLines = 512

// NewExcerpt takes what is to be remembered of a page.
func NewExcerpt(page []Line) Excerpt {
	var e Excerpt
	homes := homes{}
	for i := range page {
		if line := &page[i]; line.Story && !line.Own {
			homes.add(line)
		}
	}
	e.home, _ = homes.heaviest()
	for i := range page {
		line := &page[i]
		if !line.Story || line.Own && line.Text == 0 && line.Home != e.home { // menus are long, and no story
			continue
		}
		if e.lines = append(e.lines, excerptLine{line.Block, line.Text, line.Place, line.Own}); len(e.lines) == excerptLines {
			break
		}
	}
	e.lines = slices.Clone(e.lines) // many are kept: without room for more
	return e
}

// Changes says whether a template may make another story of a page: whether it
// has a line of the story, lacks one that was cut from it, or looks for the
// story elsewhere. It is asked before a page is read again, which takes some
// thousand times as long. It does not see where the story would be looked for
// with other lines cut than before.
func (t *Template) Changes(e Excerpt) bool {
	if story, _, ok := t.Story(); ok && e.home != 0 && e.home != story {
		return true
	}
	for _, line := range e.lines {
		const outweigh = 4 // the least that package extract asks
		on := max(t.On(line.block), t.On(line.text))
		if cuts := on > 0 || t.At(line.place).Repeats(outweigh); cuts != line.cut {
			return true
		}
	}
	return false
}
