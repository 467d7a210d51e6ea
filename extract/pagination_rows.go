package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// trimPages drops the rows of page links ("Pages: 1 2 3 Next", 上一页 1 2
// 下一页), each of which may be spread over several lines, and the lines that
// are nothing but links to other pages of the article.
func (t *tree) trimPages(lines []storyLine) {
	for i := 0; i < len(lines); {
		row, j := t.pageRow(lines, i)
		if j == i {
			if t.leadsOn(&lines[i]) {
				t.drop(&lines[i], "link to a page of the article")
			}
			i++
			continue
		}
		if row.is() {
			if n, m := row.states(); n > 0 && t.pages != nil {
				t.pages.saysNumber, t.pages.saysCount = n, m
			}
			for k := i; k < j; k++ {
				t.drop(&lines[k], "row of pages")
			}
		}
		i = j
	}
}

// rowLine is the longest line read as part of a row of pages, by its weight.
const rowLine = 200

// A pageRow is a run of lines in which every word belongs to rows of pages.
type pageRow struct {
	pagerLine
	linked bool // some of it in links to elsewhere than this page
}

// pageRow reads the row that begins with line i; end is i if there is none.
func (t *tree) pageRow(lines []storyLine, i int) (row pageRow, end int) {
	for end = i; end < len(lines); end++ {
		l := &lines[end]
		if l.gone || l.caption || l.pre || l.weight > rowLine || t.items[l.block].data || t.items[l.block].cell {
			return row, end
		}
		p, ok := readPager(l.text)
		if !ok {
			return row, end
		}
		row.numbers = append(row.numbers, p.numbers...)
		row.says |= p.says
		row.linked = row.linked || l.linked > 0 && !t.linksHere(l)
	}
	return row, end
}

// linksHere tells whether a line's first link leads to a place on this page,
// as the numbers of footnotes do.
func (t *tree) linksHere(l *storyLine) bool {
	for i := l.from; i < l.to; i++ {
		if a := t.linkOf(i); a >= 0 {
			return strings.HasPrefix(attr(t.items[a].node, "href"), "#")
		}
	}
	return false
}

// linkOf is the a element that item i stands in, or -1.
func (t *tree) linkOf(i int32) int32 {
	if !t.items[i].inLink {
		return -1
	}
	for ; i >= 0; i = t.items[i].parent {
		if t.items[i].tag == atom.A {
			return i
		}
	}
	return -1
}

// is tells a row of pages from a list of numbers.
func (r pageRow) is() bool {
	ways := r.says & (sayNext | sayPrev)
	switch {
	case r.linked:
		return ways != 0 || len(r.numbers) >= 2 || len(r.numbers) == 1 && r.says&sayPage != 0
	case ways == sayNext|sayPrev, ways != 0 && r.says&sayPage != 0:
		return true
	}
	n, _ := r.states()
	return n > 0 && r.says&sayPage != 0 && (r.says&sayOf != 0 || len(r.numbers) == 2)
}

// leadsOn tells whether a line is little but links to other pages of the
// article: "Next page: what the council says".
func (t *tree) leadsOn(l *storyLine) bool {
	if t.pages == nil || len(t.pages.nodes) == 0 || l.gone || l.linked == 0 || l.linked*5 < l.weight*3 {
		return false
	}
	for i := l.from; i < l.to; i++ {
		if a := t.linkOf(i); a >= 0 && t.items[i].weight > 0 && !t.pages.nodes[t.items[a].node] {
			return false
		}
	}
	return true
}

// rolls tells whether the story is a run of several: headings that lead to
// other pages, as the lists of blogs have that show their posts whole.
func (t *tree) rolls(lines []storyLine) bool {
	heads := 0
	title := squash(t.title)
	for i := range lines {
		l := &lines[i]
		if heading(t.items[l.block].tag) && l.weight >= 10 && l.linked*10 >= l.weight*8 && !sameTitle(title, squash(l.text)) {
			heads++
		}
	}
	return heads >= 2
}
