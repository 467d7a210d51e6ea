package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// metadata is what a page states about itself. An absent field is empty.
type metadata struct {
	Title       string
	Authors     []string
	PublishedAt string // see Article.PublishedAt
	ModifiedAt  string
	SiteName    string
	// Language is what the page states, as a tag of languageTag; the hint for
	// detectLanguage.
	Language     string
	Description  string
	Section      string
	Tags         []string
	Image        string // absolute
	License      string
	CanonicalURL string // absolute
	// Sources says where a field came from; the keys are the JSON names of
	// Article, the values as in Article.Sources.
	Sources map[string]string
	// ArticleBody is the text JSON-LD gives, for pages whose tree holds a stub.
	ArticleBody string
	// PageType is og:type or JSON-LD's type of the page, in lower case, for
	// telling articles from lists: "newsarticle", "website", "collectionpage".
	PageType     string
	Paywalled    string            // see Article.Paywalled
	Translations map[string]string // see Article.Translations
}

func (m *metadata) set(field *string, name, value, source string) {
	if *field == "" && value != "" {
		*field = value
		m.Sources[name] = source
	}
}

// language is that of the text, with its source: what the page states, unless
// the text says otherwise or more.
func (m *metadata) language(text string) string {
	lang := detectLanguage(text, m.Language)
	switch lang {
	case m.Language:
	case "":
		delete(m.Sources, "language")
	default:
		m.Sources["language"] = "detected"
	}
	return lang
}

// metaReader is the page while its metadata is read.
type metaReader struct {
	facts      *facts
	page       Page
	host       string // without www.
	urls       *resolver
	ld         ldPage
	siteKeys   []string // bare names of the site
	lang       string
	order      dateOrder
	titles     []string // bare titles, for telling the page's own JSON-LD
	title      string
	headline   int  // where in the text the title stands, -1 if nowhere
	body       int  // where the text of the story begins
	navHeading bool // every h1 stands in what calls itself navigation
	titleZone  zone // what the title stands in
	main       int  // the article element it stands in, 0 for none
	shownAt    int  // where the date that people are shown stands
}

// readMetadata reads the whole tree, before anything is cut, in one walk.
func readMetadata(doc *html.Node, p Page, base string) metadata {
	return readFacts(gatherFacts(doc), p, base)
}

func readFacts(f *facts, p Page, base string) metadata {
	r := &metaReader{facts: f, page: p, urls: newResolver(base, "")}
	m := metadata{Sources: map[string]string{}}
	r.prepare()
	r.readSite(&m)
	var source string
	r.title, source = r.findTitle()
	m.set(&m.Title, "title", r.title, source)
	r.locate()
	r.readDates(&m)
	r.readAuthors(&m)
	r.readRest(&m)
	return m
}

// prepare finds what the rest leans on.
func (r *metaReader) prepare() {
	r.host = strings.TrimPrefix(hostOf(r.page.URL), "www.")
	f := r.facts
	r.navHeading = !f.hasPlainH1()
	for _, t := range [...]string{f.meta("og:title"), f.title, f.meta("twitter:title")} {
		if key := bareText(tidy(t)); len(key) > 7 {
			r.titles = append(r.titles, key)
		}
	}
	for i := range f.spans {
		if s := &f.spans[i]; s.kind&spanHeading != 0 && r.fitsTitle(s) && len(r.titles) < 12 {
			if key := bareText(f.spanText(s)); len(key) > 7 {
				r.titles = append(r.titles, key)
			}
		}
	}
	r.ld = readLD(f.ld, r.isThisPage, r.isTitle)
}

// hasPlainH1 says whether some h1 with text stands outside of navigation.
func (f *facts) hasPlainH1() bool {
	for i := range f.spans {
		if s := &f.spans[i]; s.tag == atom.H1 && s.end-s.start > 1 && s.zone&zoneNav == 0 {
			return true
		}
	}
	return false
}

// hostOf is the host of an absolute URL, without port.
func hostOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	host, _, _ := strings.Cut(rest, ":")
	return strings.ToLower(host)
}

// isTitle says whether a text is (the beginning of) a title the page gives.
func (r *metaReader) isTitle(s string) bool {
	key := bareText(tidy(s))
	if len(key) < 8 {
		return false
	}
	for _, t := range r.titles {
		if strings.Contains(t, key) || strings.Contains(key, t) && len(t)*2 > len(key) {
			return true
		}
	}
	return false
}

// isThisPage compares addresses without scheme, www., query and slash.
func (r *metaReader) isThisPage(url string) bool {
	key := pageKey(url)
	if key == "" {
		return false
	}
	return key == pageKey(r.page.URL) || key == pageKey(r.canonicalRef())
}

func pageKey(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	url = strings.TrimPrefix(strings.TrimSuffix(url, "/"), "www.")
	if strings.IndexByte(url, '/') < 0 {
		return "" // a host alone is no page
	}
	return url
}

// canonicalRef is the canonical link as written, if all that are given agree.
func (r *metaReader) canonicalRef() string {
	ref := ""
	for _, l := range r.facts.heads {
		if l.rel != "canonical" || strings.TrimSpace(l.href) == "" {
			continue
		}
		if ref != "" && ref != l.href {
			return ""
		}
		ref = l.href
	}
	return ref
}

// locate finds where in the text the title stands and the story begins.
func (r *metaReader) locate() {
	f := r.facts
	r.headline, r.body = -1, -1
	key := bareText(r.title)
	for i := range f.spans {
		s := &f.spans[i]
		if s.kind&spanHeading == 0 || key == "" || !r.fitsTitle(s) {
			continue
		}
		if h := bareText(f.spanText(s)); h == key || len(h) > 12 && (strings.Contains(h, key) || strings.Contains(key, h)) {
			r.headline, r.titleZone = s.start, s.zone
			break
		}
	}
	if r.headline < 0 && len(key) > 7 {
		r.headline = r.titleLine(key)
	}
	r.main = r.mainArticle()
	for i := range f.lines {
		l := &f.lines[i]
		if l.start > r.headline && !r.outside(l.zone) && l.zone&(zoneCaption|zoneLink|zoneHeading) == 0 && isProse(f.text[l.start:l.end]) {
			r.body = l.start
			break
		}
	}
	if r.body < 0 {
		r.body = len(f.text)
	}
}

// titleLine finds a line that is the title but no heading of the first order,
// best one that is in no outer part of the page.
func (r *metaReader) titleLine(key string) int {
	f := r.facts
	found := -1
	for i := range f.lines {
		l := &f.lines[i]
		n := l.end - l.start
		if n*2 < len(key) || n > 3*len(key)+20 || l.zone&(zoneNav|zoneFooter|zoneComment) != 0 || bareText(f.lineText(l)) != key {
			continue
		}
		if l.zone&zoneOutside == 0 {
			r.titleZone = l.zone
			return l.start
		}
		if found < 0 {
			found, r.titleZone = l.start, l.zone
		}
	}
	return found
}

// isProse says whether a line is long enough to be text of a story: a hundred
// and forty letters, or fifty Chinese characters (150 bytes).
func isProse(b []byte) bool { return len(b) >= 150 }
