package demosite

import (
	"net/url"
	"slices"
	"strings"

	"stet/extract"
)

// Article is the ground truth of one URL: a report, or another page and its
// kind.
type Article struct {
	Edition Edition
	URL     string // absolute, as served
	Path    string // the same without the origin
	Status  int
	// Kind is what the page is; empty for what is no page of its own
	// (redirects, feeds, pictures).
	Kind extract.Kind
	// Location is where a redirect points, absolute.
	Location string
	// Canonical is set on a duplicate: the URL of the page it repeats.
	Canonical string
	// Closed says that robots.txt closes it.
	Closed bool
	// NoIndex says that the page asks not to be indexed.
	NoIndex bool
	// Listed says that the site's own lists, feed and map name it.
	Listed bool

	Layout string // modern, soup, table, block
	// Machine says that the page states its metadata for machines; otherwise
	// title, byline and day are only to be read.
	Machine     bool
	Charset     string // WHATWG name
	Title       string
	Authors     []string
	Published   string // the day, YYYY-MM-DD
	Modified    string // as stated by machine, or empty
	Language    string // en, zh-Hans, zh-Hant
	Section     string
	Tags        []string
	Translation string // absolute; empty if there is none
	Next        string // the next page of the same report, absolute

	// Text holds the report's lines in order: paragraphs, headings, list
	// items, quotations, table cells, lines of code. Each must be kept as it
	// is. Captions may be kept with them or with the pictures.
	Text     []string
	Captions []string
	Links    []Link // of the report's own text, in order
	// Without holds sentences of the boxes around and inside the report.
	// None of them may be kept.
	Without []string
}

// Link is a link of a report's own text.
type Link struct{ URL, Text string }

// Truth gives every URL of the site in the present epoch, those of the English
// edition first, each edition in order of path.
func (s *Site) Truth() []Article {
	var all []Article
	for _, e := range []Edition{English, Chinese} {
		m := s.pages(e)
		for _, key := range slices.Sorted(keys(m)) {
			all = append(all, s.truth(m[key]))
		}
	}
	return all
}

// Articles gives the truth of the reports alone: every page that an archive
// should hold as an article, duplicates and pages closed by robots.txt left out.
func (s *Site) Articles() []Article {
	return slices.DeleteFunc(s.Truth(), func(a Article) bool {
		return a.Kind != extract.KindArticle || a.Closed || a.Canonical != ""
	})
}

func (s *Site) truth(p *page) Article {
	t := Article{
		Edition: p.edition, Path: p.path, URL: s.abs(p.edition, p.path),
		Status: p.status, Kind: p.kind, Closed: p.closed, NoIndex: p.noindex,
		Layout: p.layout, Charset: p.charset, Language: p.lang, Title: p.title,
	}
	if p.location != "" {
		t.Location = s.abs(p.edition, p.location)
	}
	if p.canonical != "" && p.canonical != p.path {
		t.Canonical = s.abs(p.edition, p.canonical)
	}
	if p.kind == "" {
		return t
	}
	v := s.view(p)
	if p.tmpl != "" {
		v.render() // notes what must not be kept
	}
	if a := p.article; a != nil && p.kind == extract.KindArticle {
		t.Machine = p.layout == "modern" || p.layout == "block"
		t.Authors, t.Published, t.Section, t.Tags = a.authors, a.day(), a.head["section"], a.tags
		t.Listed = a.listed()
		if t.Machine {
			t.Modified = a.modified(v.epoch)
		}
		if a.head["translation"] != "" {
			t.Translation = s.abs(p.edition.other(), a.head["translation"])
		}
		if p.part+1 < len(a.pages) {
			t.Next = s.abs(p.edition, a.path(p.part+1))
		}
		s.truthOfBlocks(&t, a.blocks(p.part, v.epoch))
	}
	whole := strings.Join(append(slices.Clone(t.Text), t.Captions...), "\n")
	for _, w := range v.without {
		if !strings.Contains(whole, w) && !slices.Contains(t.Without, w) {
			t.Without = append(t.Without, w)
		}
	}
	return t
}

func (s *Site) truthOfBlocks(t *Article, blocks []block) {
	for _, b := range blocks {
		switch b.kind {
		case "box":
		case "img":
			t.Captions = append(t.Captions, list(b.lines[0], "|")[2])
		case "table":
			for _, row := range b.lines {
				t.Text = append(t.Text, cells(row)...)
			}
		case "pre":
			t.Text = append(t.Text, b.lines...)
		default:
			for _, line := range b.lines {
				t.Text = append(t.Text, plainText(line))
				t.Links = append(t.Links, s.links(t.Edition, line)...)
			}
		}
	}
}

func (s *Site) links(e Edition, line string) []Link {
	var out []Link
	for _, sp := range spans(line) {
		if sp.kind == "a" {
			out = append(out, Link{URL: s.abs(e, sp.href), Text: sp.text})
		}
	}
	return out
}

// abs makes a path of an edition absolute; absolute URLs stay as they are.
func (s *Site) abs(e Edition, ref string) string {
	if u, err := url.Parse(ref); err == nil && u.IsAbs() {
		return ref
	}
	return s.Origin(e) + ref
}

// blocks gives the blocks of one page of the report as of an epoch.
func (a *article) blocks(part, epoch int) []block {
	return slices.DeleteFunc(slices.Clone(a.pages[part]), func(b block) bool {
		return b.epoch >= 0 && b.epoch != epoch
	})
}

func (a *article) listed() bool { return a.head["listed"] != "no" }
