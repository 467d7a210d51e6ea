package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxPages is how many pages one article can have: what claims more is a
// trap, or the archive of a list.
const MaxPages = 100

// maxPageRefs bounds the links of one page that are looked at as page links.
const maxPageRefs = 400

// The marks by which a link says that it leads to the next page. A wrong join
// destroys an article, so how much is asked depends on how surely the address
// alone speaks of pages.
const (
	markNone = iota
	markNext // "next", an arrow: the next page or the next article
	markRel  // rel=next, which blogs give to the next post
	markPage // "next page", or its number
)

// A pageRef is a link of this page to what may be another of the same article.
type pageRef struct {
	relation
	link    int
	says    pagerWord
	display int // the number that is its text, 0 if none
	rel     bool
	arrow   bool
	away    bool // in the comments, a gallery, a list of other articles
}

// A pager is what one page says of the pages of its article.
type pager struct {
	own   address
	title string
	links []Link
	refs  []pageRef
	nodes map[*html.Node]bool // the a elements of refs that are not away
	story map[*html.Node]bool // the elements around the story

	saysNumber, saysCount int // "page 2 of 5" as a line of its own
}

// findPages looks for links to other pages of the same article: on the same
// host, the same address but for a page number. Nothing else is believed. The
// canonical address is asked if the page's own has no such links.
func (t *tree) findPages(pageURL, canonical string, links []Link, nodes []*html.Node) *pager {
	p := &pager{title: t.title, links: links, story: map[*html.Node]bool{}}
	for i := t.story; len(t.items) > 0 && i >= 0; i = t.items[i].parent {
		p.story[t.items[i].node] = true
	}
	for _, u := range []string{pageURL, canonical} {
		own, ok := addressOf(u)
		if !ok || forumAddress(own.plain) {
			continue
		}
		p.own = own
		p.collect(nodes)
		if len(p.refs) > 0 {
			break
		}
	}
	return p
}

// forumAddress tells the address of a thread: its pages are not those of an
// article.
func forumAddress(s string) bool {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '/' || r == '?' }) {
		switch part, _, _ = strings.Cut(part, "."); strings.ToLower(part) {
		case "forum", "forums", "thread", "threads", "topic", "topics", "board", "viewtopic", "showthread", "viewthread", "forumdisplay":
			return true
		}
	}
	return false
}

func (p *pager) collect(nodes []*html.Node) {
	prefix := p.own.prefix()
	if strings.IndexByte(prefix, '/') < 0 {
		return // the root of a site, where everything on it would have to be looked at
	}
	var rels []relation
	for i := range p.links {
		if len(p.refs) >= maxPageRefs {
			return
		}
		l := &p.links[i]
		if !strings.HasPrefix(bareURL(l.URL), prefix) {
			continue
		}
		to, ok := addressOf(l.URL)
		if !ok || to.plain == p.own.plain {
			continue
		}
		rels = p.own.relations(&to, rels[:0])
		for _, r := range rels {
			p.add(i, r, nodes[i])
		}
	}
}

func (p *pager) add(i int, r relation, n *html.Node) {
	l := &p.links[i]
	ref := pageRef{relation: r, link: i, rel: hasWord(l.Rel, "next"), away: fragmentAway(l.URL) || p.awayFromStory(n)}
	if n.DataAtom == atom.A || n.DataAtom == atom.Area {
		if !ref.away && p.saysCount == 0 {
			p.readCount(n)
		}
		ref.read(l.Text)
		if ref.says == 0 && ref.display == 0 {
			ref.read(attr(n, "aria-label"))
		}
		if ref.says == 0 && ref.display == 0 {
			ref.read(attr(n, "title"))
		}
		if !ref.away {
			if p.nodes == nil {
				p.nodes = map[*html.Node]bool{}
			}
			p.nodes[n] = true
		}
	}
	p.refs = append(p.refs, ref)
}

// fragmentAway tells a link to a place in the comments.
func fragmentAway(u string) bool {
	_, fragment, _ := strings.Cut(strings.ToLower(u), "#")
	return strings.Contains(fragment, "comment") || strings.Contains(fragment, "respond") || strings.Contains(fragment, "reply") || strings.Contains(fragment, "disqus")
}

// readCount looks for "page 2 of 5" around a page link.
func (p *pager) readCount(n *html.Node) {
	var text foldedText
	for i := 0; i < 3 && n.Parent != nil && !p.story[n.Parent]; i++ {
		n = n.Parent
		said := text.of(n)
		if len(said) > 200 {
			return
		}
		if line, ok := readPager(said); ok {
			if number, count := line.states(); number > 0 && line.says&(sayPage|sayOf) == sayPage|sayOf {
				p.saysNumber, p.saysCount = number, count
				return
			}
		}
	}
}

// read reads what a link says: "2", "Page 2", "Next page »", "2. Benchmarks",
// "Page 2: Benchmarks".
func (r *pageRef) read(text string) {
	line, ok := readPager(text)
	if !ok {
		head, _, found := strings.Cut(strings.Replace(text, "：", ":", 1), ":")
		if !found {
			return
		}
		if line, ok = readPager(head); !ok || line.says&sayPage == 0 {
			return
		}
	}
	r.says, r.arrow = line.says, line.arrow
	if len(line.numbers) == 1 && line.says&(sayNext|sayPrev|sayEnd) == 0 {
		r.display = line.numbers[0]
	}
}

// awayNames are words of class and id attributes, besides those of
// boilerNames, of parts that have pages of their own.
var awayNames = map[string]bool{
	"calendar": true, "carousel": true, "slider": true, "slideshow": true, "swiper": true, "gallery": true, "album": true,
	"archive": true, "archives": true, "reviews": true, "review": true, "discussion": true, "poll": true, "search": true, "results": true,
}

// awayFromStory tells whether a link stands in a part of the page that has
// pages of its own or leads to other articles. What is around the story too
// is not asked for its name: "has-comments" speaks of the whole page.
func (p *pager) awayFromStory(n *html.Node) bool {
	for ; n != nil && !p.story[n]; n = n.Parent {
		switch n.DataAtom {
		case atom.Aside:
			return true
		case atom.Body, atom.Main, atom.Article, atom.Head:
			return false
		}
		for _, a := range n.Attr {
			if (a.Key == "class" || a.Key == "id") && awayName(a.Val) {
				return true
			}
		}
	}
	return false
}

func awayName(value string) bool {
	var space [12]string
	for _, class := range strings.Fields(clip(value, 400)) {
		words := splitName(class, space[:0])
		switch matchName(class) {
		case "related":
			// "post-nav-links" are the pages of a post in many systems, and
			// in others its neighbours, which the address tells.
			return !slices.Contains(words, "nav") && !slices.Contains(words, "next")
		case "comments", "sidebar", "advertising", "promotion", "widget":
			return true
		}
		for i, w := range words {
			if i == 0 && describing[w] {
				break
			}
			if awayNames[w] {
				return true
			}
		}
	}
	return false
}

// pageRefs are the refs of one family: one stem, one way to write the number.
type pageFamily struct {
	relation // of the first ref; other is not used
	refs     []*pageRef
	zero     bool // numbers in addresses begin with 0
}

// families are the families with the refs in them, those in which this page
// has no number first: its own address is then the stem.
func (p *pager) families() []*pageFamily {
	var all []*pageFamily
	for i := range p.refs {
		r := &p.refs[i]
		j := slices.IndexFunc(all, func(f *pageFamily) bool { return f.stem == r.stem && f.style == r.style && f.own == r.own })
		if j < 0 {
			j = len(all)
			all = append(all, &pageFamily{relation: r.relation})
		}
		all[j].refs = append(all[j].refs, r)
	}
	slices.SortStableFunc(all, func(a, b *pageFamily) int { return min(a.own, 0) - min(b.own, 0) })
	return all
}

// spelled tells whether an address says itself that its number is that of a
// page. "?p=" does not: it is the number of a post as well.
func (f *pageFamily) spelled() bool {
	mark, _, _ := strings.Cut(f.style, ".")
	return f.style != "?p" && strings.ContainsFunc(mark, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '?' })
}

// base finds out whether page 1 is number 0: the link "2" has number 1, or the
// link after this first page has.
func (f *pageFamily) base() {
	if f.own == 0 {
		f.zero = true
		return
	}
	one, two := false, false
	for _, r := range f.refs {
		switch {
		case r.away:
		case r.display >= 2 && r.other == r.display:
			two = true
		case r.display >= 2 && r.other == r.display-1:
			one = true
		case f.own == none && r.other == 1 && r.display != 1 && r.mark(0, true) > markNone:
			one = true
		}
	}
	f.zero = one && !two
}

// number is the page's own, counted from 1.
func (f *pageFamily) number() int { return f.shown(f.own) }

// shown is the number a reader sees of one in an address.
func (f *pageFamily) shown(n int) int {
	switch {
	case n == none:
		return 1
	case f.zero:
		return n + 1
	}
	return n
}

// mark is how surely a link says that it leads to the page after page own.
func (r *pageRef) mark(next int, any bool) int {
	switch {
	case r.away, r.says&sayPrev != 0:
		return markNone
	case r.display > 0:
		if r.display == next || any {
			return markPage
		}
		return markNone
	case r.says&sayNext != 0 && r.says&sayPage != 0:
		return markPage
	case r.rel:
		return markRel
	case r.says&sayNext != 0, r.arrow:
		return markNext
	}
	return markNone
}

// next is the best link to the next page, nil if none is good enough.
func (f *pageFamily) next(first bool) *pageRef {
	want := f.number() + 1
	var best *pageRef
	level, commentsOnly := markNone, true
	for _, r := range f.refs {
		if f.shown(r.other) != want || r.other == none {
			continue
		}
		if !r.away && r.says|pagerWord(r.display) != 0 {
			commentsOnly = false
		}
		if m := r.mark(want, false); m > level {
			best, level = r, m
		}
	}
	if best == nil || want > MaxPages || level < f.least(first) {
		return nil
	}
	if level == markRel && commentsOnly && slices.ContainsFunc(f.refs, func(r *pageRef) bool { return r.away }) {
		return nil // rel=next of the pages of the comments
	}
	return best
}

// least is the mark that is asked of a link to the next page; first says that
// the page's own number is known to be one of a page.
func (f *pageFamily) least(first bool) int {
	switch {
	case f.spelled():
		return markNext
	case strings.HasPrefix(f.style, "/"): // /mill/ and /mill/2/
		if f.own == none || first {
			return markNext
		}
		return markPage + 1
	case f.own == none || first:
		return markPage // mill.html and mill_2.html may be two articles
	}
	return markPage + 1
}

// first is the link to the first page by which a number in this page's own
// address is known to be a page's, nil if there is none.
func (f *pageFamily) first() *pageRef {
	for _, r := range f.refs {
		if r.away || f.shown(r.other) != 1 {
			continue
		}
		if r.display == 1 || r.says&sayEnd != 0 || r.says&sayPrev != 0 && f.number() == 2 {
			return r
		}
	}
	return nil
}

// maxUnstated is how many pages are believed where the page does not state
// for machines that it is an article. Lists that look like articles have many
// more; longer articles are rare and well marked.
const maxUnstated = 20

// decide fills the document's fields from the family that stands firm.
func (p *pager) decide(d *Document, stated bool) {
	for _, f := range p.families() {
		f.base()
		number := f.number()
		_, titled := withoutPage(p.title)
		first := f.first()
		known := first != nil || number > 1 && (titled == number || p.saysNumber == number)
		if f.own != none && number == 1 {
			// The first page says so in its address: the row has to show it.
			known = slices.ContainsFunc(f.refs, func(r *pageRef) bool { return !r.away && r.display == 2 && f.shown(r.other) == 2 })
		}
		next := f.next(known)
		if next == nil && (number < 2 || !known && !f.spelled() || !f.marked()) {
			continue
		}
		count := p.count(f, number)
		if max(count, number) > maxUnstated && !stated {
			continue
		}
		d.PageNumber, d.PageCount = number, count
		if next != nil && d.NextPage == "" { // what a site rule says stands
			d.NextPage = withoutFragment(p.links[next.link].URL)
		}
		if number > 1 {
			d.FirstPage = p.firstPage(f)
		}
		if d.SinglePage == "" {
			d.SinglePage = p.single(f)
		}
		return
	}
}

// marked tells whether some link of the family says that it is a page link.
func (f *pageFamily) marked() bool {
	return slices.ContainsFunc(f.refs, func(r *pageRef) bool { return !r.away && (r.display > 0 || r.says != 0) })
}

func (p *pager) firstPage(f *pageFamily) string {
	for _, r := range f.refs {
		if f.shown(r.other) == 1 && !r.away {
			return withoutFragment(p.links[r.link].URL)
		}
	}
	return ""
}

// count is how many pages there are, 0 if the page does not say: the highest
// number of a link, or "page 2 of 5".
func (p *pager) count(f *pageFamily, number int) int {
	if p.saysCount > 0 && p.saysNumber == number {
		return p.saysCount
	}
	most := 0
	for _, r := range f.refs {
		if n := f.shown(r.other); !r.away && n <= MaxPages && (r.display == n || r.says&sayEnd != 0) {
			most = max(most, n)
		}
	}
	if most == 0 {
		return 0
	}
	return max(most, number)
}

func withoutFragment(u string) string {
	u, _, _ = strings.Cut(u, "#")
	return u
}

// statedArticle tells whether the page says to machines that it is an article.
func (m *metadata) statedArticle() bool {
	if datedByMachine(*m) {
		return true
	}
	for _, s := range []string{"article", "posting", "report", "review", "recipe"} {
		if strings.Contains(strings.ToLower(m.PageType), s) {
			return true
		}
	}
	return false
}
