package discover

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
)

// Sitemap is a site map, or an index of site maps. An index has Sitemaps, all
// others have URLs; a file that has both is taken at its word.
type Sitemap struct {
	Kind     SitemapKind
	URLs     []Entry
	Sitemaps []Entry // of an index: only Loc and LastMod
	// Truncated says that there was more: beyond MaxBytes or MaxItems.
	Truncated bool
	// Broken says why the file ended before its end, "" if it did not.
	Broken string
}

// SitemapKind says what kind of site map a file is.
type SitemapKind string

// The kinds of site map.
const (
	KindURLSet SitemapKind = "urlset"
	KindIndex  SitemapKind = "sitemapindex"
	KindText   SitemapKind = "text" // one address a line
	KindFeed   SitemapKind = "feed" // RSS or Atom
)

// Entry is one address of a site map.
type Entry struct {
	Loc        string    // as written, without white space around it
	LastMod    time.Time // zero if absent or no date
	ChangeFreq string    // always, hourly, daily, weekly, monthly, yearly, never, or ""
	Priority   float64   // 0 to 1; 0.5 if absent
	// Alternates are the page in other languages (xhtml:link).
	Alternates []Alternate
	// Title and Published are those of a news article, or of a feed's.
	Title     string
	Published time.Time
}

// Alternate is the same page in another language.
type Alternate struct{ Lang, URL string }

// ParseSitemap reads a site map of any kind: XML, an index, text, RSS or Atom,
// each also packed (gzip). An error is ErrNotSitemap, or that of r if nothing
// could be read.
func ParseSitemap(r io.Reader) (*Sitemap, error) {
	s := open(r)
	if textual(s) {
		return finishSitemap(parseText(s), s)
	}
	p := &sitemapParser{markup: newMarkup(s), m: &Sitemap{}}
	p.parse()
	return finishSitemap(p.m, s)
}

func finishSitemap(m *Sitemap, s *source) (*Sitemap, error) {
	m.Truncated = m.Truncated || s.truncated()
	if s.err != nil {
		m.Broken = s.err.Error()
	}
	switch {
	case m.Kind != "":
		return m, nil
	case s.err != nil:
		return nil, s.err
	}
	return nil, ErrNotSitemap
}

// textual says whether a file is a list of addresses. A file of markup may
// begin with the warnings of a server.
func textual(s *source) bool {
	head, _ := s.Peek(4096) // fewer only at the end
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) == 0 || text[0] == '<' {
		return false
	}
	for _, tag := range []string{"<?xml", "<urlset", "<sitemapindex", "<rss", "<feed"} {
		if bytes.Contains(text, []byte(tag)) {
			return false
		}
	}
	return true
}

// parseText reads one address a line. What is no address is passed over.
func parseText(s *source) *Sitemap {
	m := &Sitemap{}
	for {
		line, err := s.ReadSlice('\n')
		for one := range bytes.SplitSeq(line, []byte{'\r'}) {
			loc := address(string(one))
			if !isHTTP(loc) || len(loc) > maxText {
				continue
			}
			if m.Kind = KindText; m.full() {
				return m
			}
			m.URLs = append(m.URLs, Entry{Loc: loc, Priority: 0.5})
		}
		if err == io.EOF {
			return m
		}
	}
}

func isHTTP(s string) bool {
	return len(s) > 8 && (strings.EqualFold(s[:7], "http://") || strings.EqualFold(s[:8], "https://"))
}

// full says whether there is no more room, and if so notes it.
func (m *Sitemap) full() bool {
	m.Truncated = m.Truncated || len(m.URLs)+len(m.Sitemaps) >= MaxItems
	return m.Truncated
}

// sitemapParser reads the XML of a site map. It goes by the names of the tags,
// whatever their case and name space, and by where they stand: the loc of an
// image is none of the page.
type sitemapParser struct {
	*markup
	m     *Sitemap
	entry Entry
	open  bool     // within url or sitemap
	index bool     // it is sitemap
	field string   // of the entry, that is being read
	value []byte   // of it
	ext   []string // open tags within the entry that are no fields of it
}

func (p *sitemapParser) parse() {
	p.skip = true
	for !p.m.Truncated {
		switch t := p.next(); t.kind {
		case ended:
			p.flush()
			return
		case textRun:
			p.take(t)
		case startTag:
			if done := p.start(t); done {
				return
			}
			if t.empty {
				p.end(t.name)
			}
		case endTag:
			p.end(t.name)
		}
	}
}

// start takes in a start tag. It says whether something else has read the rest.
func (p *sitemapParser) start(t token) (done bool) {
	switch t.name {
	case "urlset", "sitemapindex":
		if p.m.Kind == "" {
			p.m.Kind = SitemapKind(t.name)
		}
	case "rss", "feed", "rdf":
		if p.m.Kind == "" {
			p.feed(t)
			return true
		}
	case "html":
		return p.m.Kind == "" // a page, often of an error
	case "url", "sitemap":
		p.flush()
		p.open, p.index, p.entry = true, t.name == "sitemap", Entry{Priority: 0.5}
	default:
		if p.open {
			p.within(t)
		}
	}
	return false
}

// within takes in a tag of an entry.
func (p *sitemapParser) within(t token) {
	switch t.name {
	case "loc", "lastmod", "changefreq", "priority":
		if len(p.ext) == 0 {
			p.endField()
			p.begin(t.name)
			return
		}
	case "publication_date", "title":
		if n := len(p.ext); n > 0 && p.ext[n-1] == "news" {
			p.begin(t.name)
			return
		}
	case "link":
		if href := address(t.get("href")); href != "" && strings.Contains(strings.ToLower(t.get("rel")), "alternate") && len(p.entry.Alternates) < 200 {
			p.entry.Alternates = append(p.entry.Alternates, Alternate{strings.ToLower(t.get("hreflang")), href})
		}
		return // its end tag, if it has one, is of no matter
	}
	if !t.empty && len(p.ext) < 32 {
		p.ext = append(p.ext, t.name)
	}
}

// begin reads a field from here on.
func (p *sitemapParser) begin(name string) {
	p.field, p.value, p.skip = name, p.value[:0], false
}

func (p *sitemapParser) take(t token) {
	if p.field == "" || len(p.value) > maxText {
		return
	}
	// What is decoded apart is put together: an address may be partly CDATA.
	p.value = append(p.value, decode(t.text, t.cdata, p.enc)...)
}

func (p *sitemapParser) end(name string) {
	switch {
	case name == p.field:
		p.endField()
		return
	case (name == "url" || name == "sitemap") && p.open, name == "urlset", name == "sitemapindex":
		p.flush()
		return
	}
	for i := len(p.ext) - 1; i >= 0; i-- {
		if p.ext[i] == name {
			p.endField()
			p.ext = p.ext[:i]
			return
		}
	}
}

// endField keeps the field that was read.
func (p *sitemapParser) endField() {
	if p.field == "" {
		return
	}
	e := &p.entry
	switch value := string(p.value); p.field {
	case "loc":
		if e.Loc != "" { // two in one entry are two
			p.keep()
			e.Alternates = nil
		}
		e.Loc = address(value)
	case "lastmod":
		e.LastMod = parseDate(value)
	case "publication_date":
		e.Published = parseDate(value)
	case "title":
		e.Title = words(value)
	case "changefreq":
		e.ChangeFreq = frequency(value)
	case "priority":
		e.Priority = priority(value)
	}
	p.field, p.skip = "", true
}

func frequency(s string) string {
	switch s = strings.ToLower(words(s)); s {
	case "always", "hourly", "daily", "weekly", "monthly", "yearly", "never":
		return s
	}
	return ""
}

func priority(s string) float64 {
	f, err := strconv.ParseFloat(strings.Replace(words(s), ",", ".", 1), 64)
	if err != nil || f != f {
		return 0.5
	}
	return min(max(f, 0), 1)
}

// flush ends an entry, also one that was not closed.
func (p *sitemapParser) flush() {
	if !p.open {
		return
	}
	p.endField()
	p.keep()
	p.open, p.ext = false, p.ext[:0]
}

func (p *sitemapParser) keep() {
	switch {
	case p.entry.Loc == "" || len(p.entry.Loc) > maxText || p.m.full():
	case p.index:
		p.kindOf(KindIndex)
		p.m.Sitemaps = append(p.m.Sitemaps, p.entry)
	default:
		p.kindOf(KindURLSet)
		p.m.URLs = append(p.m.URLs, p.entry)
	}
}

// kindOf is for files that lost their first tag.
func (p *sitemapParser) kindOf(k SitemapKind) {
	if p.m.Kind == "" {
		p.m.Kind = k
	}
}

// feed reads RSS or Atom as a site map.
func (p *sitemapParser) feed(root token) {
	f := parseXMLFeed(p.markup, root)
	p.m.Kind, p.m.Truncated = KindFeed, f.Truncated
	for _, it := range f.Items {
		if it.URL == "" {
			continue
		}
		p.m.URLs = append(p.m.URLs, Entry{Loc: it.URL, LastMod: it.Changed(), Priority: 0.5, Title: it.Title, Published: it.Published})
	}
}
