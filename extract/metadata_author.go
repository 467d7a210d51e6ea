package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// authorKeys are the keys under which head elements name authors.
var authorKeys = []string{
	"parsely-author", "sailthru.author", "citation_author", "citation_authors", "dc.creator", "dcterms.creator", "author", "article:author",
	"article.author", "article:author_name", "article:author:name", "authors", "byl", "byline", "article_author", "dc.creator.personalname", "rnews:author", "cxenseparse:author",
	"article-author", "page.author", "og:author", "og:article:author", "dc.contributor", "shareaholic:article_author_name", "news:author", "creator",
}

// readAuthors takes the first source that names somebody: JSON-LD, meta
// elements, microdata and rel=author, elements marked as bylines, at last text
// that looks like a byline. Names of the site stand back behind names of
// persons from the sources after.
func (r *metaReader) readAuthors(m *metadata) {
	var second []string // names of the site or of a desk
	secondSource := ""
	for _, find := range [...]func() ([]string, string){r.ldAuthors, r.metaAuthors, r.propAuthors, r.markedAuthors, r.textAuthors} {
		names, source := find()
		persons := r.persons(names)
		if len(persons) > 0 {
			m.Authors, m.Sources["authors"] = persons, source
			return
		}
		if len(second) == 0 && len(names) > 0 {
			second, secondSource = names, source
		}
	}
	if len(second) > 0 {
		m.Authors, m.Sources["authors"] = second, secondSource
	}
}

// persons leaves out the site itself and its desk.
func (r *metaReader) persons(names []string) []string {
	var list []string
	for _, n := range names {
		if !r.isDesk(n) {
			list = append(list, n)
		}
	}
	return list
}

func (r *metaReader) isDesk(name string) bool {
	key := bareText(name)
	for _, site := range r.siteKeys {
		if key == site || len(site) > 4 && strings.Contains(key, site) || len(key) > 4 && strings.Contains(site, key) {
			return true
		}
	}
	return isDeskName(name)
}

// isDeskName finds names that stand for nobody in particular.
func isDeskName(name string) bool {
	low := " " + strings.ToLower(name) + " "
	for _, w := range [...]string{"redaktion", "redaction", "redacción", "redazione", "redactie", "redakcja", "редакция", "editorial", "editor ", "editors ", " staff ", " team ", "admin", "webmaster", "news desk", "newsroom", "編集部", "编辑部", "本报", " desk ", "agentur", "agencies", "agência", "agencia", "presse", " press ", " online ", "unknown", "anonym", "gast", "guest", "author", "autor ", "none", "null", "undefined", " user ", "root", "super ", "test ", ".com", ".de ", ".org", ".net", ".ch ", ".at "} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func (r *metaReader) ldAuthors() ([]string, string) {
	var names []string
	found := r.ld.authors(r.ld.article)
	if len(found) == 0 && r.ld.article == nil {
		found = r.ld.authors(r.ld.webPage)
	}
	for _, a := range found {
		if a.organization {
			if n := tidy(a.name); n != "" && len(n) < 60 && !strings.Contains(n, "://") {
				names = append(names, n)
			}
			continue
		}
		names = append(names, cleanAuthors(a.name, trustStated)...)
	}
	return unique(names), "json-ld"
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !containsFold(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (r *metaReader) metaAuthors() ([]string, string) {
	for _, key := range authorKeys {
		var names []string
		for i := range r.facts.metas {
			if r.facts.metas[i].key == key {
				names = append(names, cleanAuthors(r.facts.metas[i].content, trustStated)...)
			}
		}
		if names = unique(names); len(r.persons(names)) > 0 {
			return names, metaSource(key)
		}
	}
	return nil, ""
}

// inPlace says whether a span may speak of the page's author.
func (r *metaReader) inPlace(s *span) bool {
	return s.zone&(zoneNav|zoneComment|zoneRelated|zoneCaption|zoneHidden|zoneQuote)&^r.titleZone == 0 && r.sameArticle(s.article)
}

// propAuthors reads itemprop=author (the name within, if it is marked) and
// rel=author.
func (r *metaReader) propAuthors() ([]string, string) {
	f := r.facts
	var names []string
	for i := range f.spans {
		s := &f.spans[i]
		if s.prop != "author" || !r.inPlace(s) {
			continue
		}
		names = append(names, r.spanNames(r.innerName(i))...)
	}
	if len(names) > 0 {
		return unique(names), "microdata"
	}
	for i := range f.spans {
		s := &f.spans[i]
		if s.kind&spanRelAuthor != 0 && r.inPlace(s) && (r.near(s.start) || s.article > 0 || len(names) > 0) {
			names = append(names, cleanAuthors(r.facts.nameText(s), trustMarked)...)
		}
	}
	return unique(names), "html"
}

// innerName is the name that stands marked within an author's span.
func (r *metaReader) innerName(i int) *span {
	f := r.facts
	outer := &f.spans[i]
	for k := i + 1; k < len(f.spans) && f.spans[k].start < outer.end; k++ {
		if s := &f.spans[k]; s.prop == "name" {
			return s
		}
	}
	return outer
}

func (r *metaReader) spanNames(s *span) []string {
	if s.end <= s.start || s.value != "" && s.end-s.start > 80 {
		return cleanAuthors(s.value, trustStated)
	}
	return cleanAuthors(r.facts.nameText(s), trustMarked)
}

// nameText is the text of a span with edges kept: names may part there.
func (f *facts) nameText(s *span) string {
	return string(f.text[s.start:min(s.end, len(f.text))])
}

// markedAuthors reads elements whose class speaks of a byline or an author.
func (r *metaReader) markedAuthors() ([]string, string) {
	f := r.facts
	var names []string
	for i := range f.spans {
		s := &f.spans[i]
		n := s.end - s.start
		if s.kind&spanAuthor == 0 || n < 3 || n > 300 || !r.inPlace(s) || !r.near(s.start) {
			continue
		}
		if r.holdsAuthorSpan(i) {
			continue // a wrapper: what it holds is more exact
		}
		found := cleanAuthors(f.nameText(s), trustMarked)
		if len(found) == 0 {
			continue
		}
		names = append(names, found...)
	}
	if names = unique(names); len(names) > 8 {
		return nil, ""
	}
	return names, "html"
}

// holdsAuthorSpan says whether a span holds another one that names somebody.
func (r *metaReader) holdsAuthorSpan(i int) bool {
	f := r.facts
	outer := &f.spans[i]
	for k := i + 1; k < len(f.spans) && f.spans[k].start < outer.end; k++ {
		s := &f.spans[k]
		if s.kind&spanAuthor != 0 && s.end <= outer.end && s.end-s.start >= 3 && s.end-s.start < 120 && len(cleanAuthors(f.nameText(s), trustMarked)) > 0 {
			return true
		}
	}
	return false
}

// textAuthors looks for a line that begins with "By", "Von", "作者：" … around
// the title.
func (r *metaReader) textAuthors() ([]string, string) {
	f := r.facts
	for i := range f.lines {
		l := &f.lines[i]
		n := l.end - l.start
		if n < 5 || n > 120 || r.foreign(l.zone) || l.zone&(zoneTitleLine|zoneHeading) != 0 || !r.near(l.start) || !r.sameArticle(l.article) {
			continue
		}
		text := string(f.text[l.start:l.end])
		label := labelLength(strings.TrimLeft(strings.ReplaceAll(text, string(edge), ""), " "))
		if label == 0 {
			continue
		}
		if names := cleanAuthors(text, trustText); len(names) > 0 && len(names) < 6 {
			return names, "html"
		}
	}
	return nil, ""
}

var _ = atom.A
