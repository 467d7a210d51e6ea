package extract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"stet/crawler/weburl"
)

// A Joined is what came of joining the pages of one article.
type Joined struct {
	// Document is the article of all pages that were joined, with the address
	// and the metadata of the first. If it is not the whole article, its
	// NextPage is the page that comes next.
	Document *Document
	// Pages is how many of the given documents it is made of: always the
	// first ones.
	Pages int
	// Reason says why the document after them was left out, empty if none was.
	Reason string
}

// Join makes one document of the documents of an article's pages, which stand
// in the order in which they follow one another (see [Document.NextPage]). It
// ends before a page that turns out not to be one of the same article: it is
// none, has another title or canonical address, another number than the next,
// or repeats what stands before it. What sites repeat at the head and the foot
// of each page (headline, lead, picture, author's note) is taken once.
//
// The documents are not changed; one of a single page is returned as it is.
func Join(pages []*Document) Joined {
	if len(pages) == 0 {
		return Joined{}
	}
	if pages[0].Article == nil {
		return Joined{pages[0], 1, fmt.Sprintf("%s is no article: %s", pages[0].URL, pages[0].Reason)}
	}
	j := joiner{first: pages[0], seen: map[string]bool{}}
	j.add(pages[0])
	reason := ""
	for _, d := range pages[1:] {
		if reason = j.refuses(d); reason != "" {
			break
		}
		if reason = j.add(d); reason != "" {
			break
		}
	}
	if len(j.parts) == 1 {
		return Joined{pages[0], 1, reason}
	}
	return Joined{j.document(), len(j.parts), reason}
}

// A joiner is the pages joined so far.
type joiner struct {
	first *Document
	parts []*part
	seen  map[string]bool // keys of the addresses
}

// A part is one page of an article, as blocks.
type part struct {
	doc    *Document
	blocks []block
	cut    int // blocks left out, because an earlier page has them
}

// refuses is the reason why a document is not the next page, "" if it is.
func (j *joiner) refuses(d *Document) string {
	last := j.parts[len(j.parts)-1].doc
	switch {
	case len(j.parts) >= MaxPages:
		return fmt.Sprintf("more than %d pages", MaxPages)
	case j.seen[weburl.Key(d.URL)]:
		return "the pages lead back to " + d.URL
	case d.Article == nil:
		return fmt.Sprintf("%s is no article: %s: %s", d.URL, d.Kind, d.Reason)
	case last.NextPage == "" && (last.PageNumber == 0 || d.PageNumber != last.PageNumber+1):
		return last.URL + " names no next page"
	case last.PageNumber > 0 && d.PageNumber > 0 && d.PageNumber != last.PageNumber+1:
		return fmt.Sprintf("%s is page %d, after page %d", d.URL, d.PageNumber, last.PageNumber)
	case !j.sameTitle(d):
		return fmt.Sprintf("%s has another title: %q", d.URL, d.Title)
	case !j.sameCanonical(d):
		return fmt.Sprintf("%s has another canonical address: %s", d.URL, d.Canonical)
	case j.otherDay(d):
		return fmt.Sprintf("%s was published on another day: %s", d.URL, d.Article.PublishedAt)
	}
	return ""
}

// sameTitle tells whether a page has the first one's title, but for a page
// part and a heading of its own behind it ("Review: the mill | Page 2 | The
// wheel"). A page without a title has no other.
func (j *joiner) sameTitle(d *Document) bool {
	a, _ := withoutPage(j.first.Title)
	b, _ := withoutPage(d.Title)
	first, other := squash(a), squash(b)
	if first == "" || other == "" || sameTitle(first, other) || other == squash(j.first.Article.SiteName) {
		return true
	}
	short, long := first, other
	if len(short) > len(long) {
		short, long = long, short
	}
	same := commonPrefix(short, long)
	return same >= 12 && same*10 >= len(short)*8
}

func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// sameCanonical tells whether a page calls itself canonical, or a page of the
// same article.
func (j *joiner) sameCanonical(d *Document) bool {
	if d.Canonical == "" {
		return true
	}
	key := pagesKey(d.Canonical)
	for _, u := range []string{d.URL, j.first.URL, j.first.Canonical, j.first.SinglePage, d.SinglePage} {
		if u != "" && pagesKey(u) == key {
			return true
		}
	}
	canonical, ok := addressOf(d.Canonical)
	first, ok2 := addressOf(j.first.URL)
	return ok && ok2 && len(first.relations(&canonical, nil)) > 0
}

// pagesKey compares addresses of pages without scheme, www. and the slash at
// the end.
func pagesKey(u string) string { return strings.TrimRight(bareURL(weburl.Key(u)), "/") }

// otherDay tells whether both pages state for machines when they were
// published, and not the same day.
func (j *joiner) otherDay(d *Document) bool {
	a, b := j.first.Article, d.Article
	stated := func(a *Article) bool {
		s := a.Sources["published_at"]
		return len(a.PublishedAt) >= 10 && (s == "json-ld" || s == "opengraph")
	}
	if !stated(a) || !stated(b) {
		return false
	}
	x, err1 := time.Parse("2006-01-02", a.PublishedAt[:10])
	y, err2 := time.Parse("2006-01-02", b.PublishedAt[:10])
	// A day apart may be one instant in two zones.
	return err1 == nil && err2 == nil && x.Sub(y).Abs() > 24*time.Hour
}

// add takes a page; the reason why not is one that only its text shows.
func (j *joiner) add(d *Document) string {
	p := &part{doc: d, blocks: blocksOf(d.Article)}
	if len(j.parts) > 0 {
		if reason := j.repeats(p); reason != "" {
			return reason
		}
		j.trimHead(p)
		j.trimFoot(p)
	}
	j.parts = append(j.parts, p)
	j.seen[weburl.Key(d.URL)] = true
	return ""
}

// repeats tells whether a page is the same page again, or the whole article on
// one page: four fifths of one text stand in the other.
func (j *joiner) repeats(p *part) string {
	have := map[string]bool{}
	for _, q := range j.parts {
		for line := range strings.SplitSeq(q.doc.Article.Text, "\n") {
			have[squash(line)] = true
		}
	}
	again := map[string]bool{}
	for line := range strings.SplitSeq(p.doc.Article.Text, "\n") {
		again[squash(line)] = true
	}
	if mostIn(p.doc.Article.Text, have) {
		return p.doc.URL + " repeats what stands before it"
	}
	if mostIn(j.parts[len(j.parts)-1].doc.Article.Text, again) {
		return p.doc.URL + " holds the page before it"
	}
	return ""
}

// mostIn tells whether four fifths of a text are lines that are there. What is
// not has to be little, or the text long: a short last page may be little more
// than the headline and the lead again.
func mostIn(text string, lines map[string]bool) bool {
	all, in := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		s := squash(line)
		all += len(s)
		if lines[s] {
			in += len(s)
		}
	}
	return in*5 >= all*4 && (all-in < 60 || all >= 2000)
}

// headBlocks is how many blocks at the head of a page are compared with the
// pages before it.
const headBlocks = 12

// trimHead drops from the head of a page what stood on the pages before: the
// headline, "continued", the lead, the picture, the last paragraph again.
func (j *joiner) trimHead(p *part) {
	known := map[string]bool{}
	images := map[string]bool{}
	for _, q := range j.parts {
		for k, b := range q.blocks {
			for _, line := range b.lines {
				if k < headBlocks || k >= len(q.blocks)-2 {
					known[squash(line)] = true
				}
			}
			for _, src := range b.images {
				images[src] = true
			}
		}
	}
	description := squash(j.first.Article.Description)
	said := func(line string) bool {
		s := squash(line)
		return s == "" || known[s] || continued(line) || j.titleAgain(line) || len(s) >= 40 && description != "" && (s == description || strings.HasPrefix(description, s))
	}
	shown := func(src string) bool { return images[src] }
	n := 0
	for n < min(len(p.blocks), headBlocks) {
		b := &p.blocks[n]
		if len(b.lines)+len(b.images) == 0 || !all(b.lines, said) || !all(b.images, shown) {
			break
		}
		n++
	}
	p.drop(0, n)
}

// titleAgain tells whether a line is the article's title.
func (j *joiner) titleAgain(line string) bool {
	title, _ := withoutPage(j.first.Title)
	line, _ = withoutPage(line)
	return sameTitle(squash(title), squash(line))
}

// trimFoot drops from the foot of the page before what stands at the foot of
// this one too: it belongs below the whole.
func (j *joiner) trimFoot(p *part) {
	q := j.parts[len(j.parts)-1]
	n := 0
	for n < len(p.blocks)-1 && n < len(q.blocks)-1 {
		a, b := &p.blocks[len(p.blocks)-1-n], &q.blocks[len(q.blocks)-1-n]
		if len(a.lines) == 0 || !slices.Equal(a.lines, b.lines) {
			break
		}
		n++
	}
	q.drop(len(q.blocks)-n, len(q.blocks))
}

func all(list []string, is func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !is(s) })
}

// drop takes away blocks from one index to another.
func (p *part) drop(from, to int) {
	p.cut += to - from
	p.blocks = slices.Delete(p.blocks, from, to)
}

// continuedWords are what a page says of itself at its head.
var continuedWords = []string{"continued", "continued from page", "continued from previous page", "(continued)", "contd", "cont'd", "fortsetzung", "fortsetzung von seite", "suite", "suite de la page", "continuación", "viene de la página", "continua", "continuação", "продолжение", "接上页", "接上頁", "上接", "续", "續", "承接上页", "前ページからの続き", "前のページからの続き", "続き"}

// continued tells a line that only says that the article goes on.
func continued(line string) bool {
	if len(line) > 120 {
		return false
	}
	bare := strings.TrimRight(bareLine(line), " 0123456789页頁")
	if p, ok := readPager(line); ok && len(p.numbers) > 0 && p.says&sayPage != 0 {
		return true
	}
	return slices.Contains(continuedWords, strings.TrimFunc(bare, ornament))
}

// document puts the pages together.
func (j *joiner) document() *Document {
	d := *j.first
	a := *j.first.Article
	last := j.parts[len(j.parts)-1].doc
	d.Article, d.NextPage = &a, last.NextPage
	d.Reason = fmt.Sprintf("%d pages joined; %s", len(j.parts), j.first.Reason)
	d.Links, d.Blocks, d.Lines, a.Images = nil, nil, nil, nil
	a.Sources = maps.Clone(a.Sources)
	var text, source []string
	quality, weight := 0.0, 0.0
	for i, p := range j.parts {
		for _, b := range p.blocks {
			text = append(text, b.lines...)
			source = append(source, b.html)
		}
		d.Links = append(d.Links, p.links(i > 0, d.Links)...)
		if i > 0 {
			j.fill(&d, p.doc)
		}
		for _, img := range p.images() {
			if !slices.ContainsFunc(a.Images, func(have Image) bool { return have.URL == img.URL }) {
				a.Images = append(a.Images, img)
			}
		}
		w := float64(max(p.doc.Article.WordCount, 1))
		quality, weight = quality+w*p.doc.Article.Quality, weight+w
		d.PageCount = max(d.PageCount, p.doc.PageCount)
	}
	if title, n := withoutPage(a.Title); n == 1 {
		d.Title, a.Title = title, title
	}
	a.Text, a.HTML = strings.Join(text, "\n"), strings.Join(source, "")
	a.WordCount = countWords(a.Text)
	a.Quality = float64(int(quality/weight*100+0.5)) / 100
	return &d
}

// fill takes from a later page what the article lacks, the latest change, and
// what it asks of robots.
func (j *joiner) fill(d *Document, from *Document) {
	a, b := d.Article, from.Article
	take := func(name string) {
		if s := b.Sources[name]; s != "" {
			if a.Sources == nil {
				a.Sources = map[string]string{}
			}
			a.Sources[name] = s
		}
	}
	if len(a.Authors) == 0 && len(b.Authors) > 0 {
		a.Authors = b.Authors
		take("authors")
	}
	if a.PublishedAt == "" && b.PublishedAt != "" {
		a.PublishedAt = b.PublishedAt
		take("published_at")
	}
	if laterThan(b.ModifiedAt, a.ModifiedAt) {
		a.ModifiedAt = b.ModifiedAt
		take("modified_at")
	}
	d.Directives.NoIndex = d.Directives.NoIndex || from.Directives.NoIndex
	d.Directives.NoFollow = d.Directives.NoFollow || from.Directives.NoFollow
	d.Directives.NoArchive = d.Directives.NoArchive || from.Directives.NoArchive
}

// laterThan compares times as precise as both are; of two that are the same so
// far the more precise counts as later.
func laterThan(a, b string) bool {
	x, err1 := time.Parse(time.RFC3339, a)
	y, err2 := time.Parse(time.RFC3339, b)
	if err1 == nil && err2 == nil {
		return x.After(y)
	}
	n := min(len(a), len(b), len("2006-01-02T15:04:05"))
	if a[:n] == b[:n] {
		return len(a) > len(b)
	}
	return a[:n] > b[:n]
}

// links are a page's links. Of a later page, those that stand around the story
// and were on a page before are left out: the menu is one. Links of blocks
// that were dropped stand in the story no more.
func (p *part) links(later bool, before []Link) []Link {
	if !later && p.cut == 0 {
		return p.doc.Links
	}
	kept := map[string]int{}
	for _, b := range p.blocks {
		for _, u := range b.links {
			kept[u]++
		}
	}
	have := make(map[string]bool, len(before))
	for i := range before {
		have[before[i].URL] = true
	}
	var out []Link
	for _, l := range p.doc.Links {
		if l.Place == PlaceBody && p.cut > 0 {
			if kept[l.URL] == 0 {
				l.Place = PlaceElsewhere
			}
			kept[l.URL]--
		}
		if later && l.Place != PlaceBody && have[l.URL] {
			continue
		}
		out = append(out, l)
	}
	return out
}

// images are the pictures in the blocks that are left.
func (p *part) images() []Image {
	if p.cut == 0 {
		return p.doc.Article.Images
	}
	kept := map[string]bool{}
	for _, b := range p.blocks {
		for _, u := range b.images {
			kept[u] = true
		}
	}
	var out []Image
	for _, img := range p.doc.Article.Images {
		if kept[img.URL] {
			out = append(out, img)
		}
	}
	return out
}
