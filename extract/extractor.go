package extract

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stet/extract/charset"
	"stet/extract/siterule"
)

// ErrNotArticle is what FromHTML returns, wrapped with the kind and the
// reason, for a page that is not an article.
var ErrNotArticle = errors.New("not an article")

// Config tells an Extractor how to work. Its zero value is good.
type Config struct {
	// Explain fills Document.Blocks: what was kept, what was cut by which
	// rule, and where it stands in the bytes. The page is parsed twice for it.
	Explain bool
	// Rules are the site rules to be followed; nil for none.
	Rules *siterule.Rules
}

// An Extractor turns pages into documents. It holds no state of any page and
// is safe for use by many goroutines.
type Extractor struct {
	config  Config
	phrases *phrases
}

// New makes an Extractor.
func New(c Config) *Extractor {
	return &Extractor{config: c, phrases: readPhrases(phraseFiles)}
}

// FromHTML extracts the article of one page. The error of a page that is not
// an article wraps ErrNotArticle. To extract many pages make one Extractor.
func FromHTML(url string, body []byte) (*Article, error) {
	d := New(Config{}).Extract(Page{URL: url, Body: body})
	if d.Article == nil {
		return nil, fmt.Errorf("extract %s: %w: %s: %s", url, ErrNotArticle, d.Kind, d.Reason)
	}
	return d.Article, nil
}

// Extract reads one page. It never fails: what is not an article gets a kind
// and a reason.
func (x *Extractor) Extract(p Page) *Document {
	d := &Document{URL: p.URL}
	contentType := p.Header.Get("Content-Type")
	if kind, reason := format(p.Body, contentType); kind != "" {
		d.Kind, d.Reason = kind, reason
		return d
	}
	body, clipped := clipBytes(p.Body)
	text, encoding := charset.Decode(body, contentType)
	text, grown := clipBytes(text)
	d.Charset = encoding
	rule := x.ruleFor(p, text)
	src := source{text: rule.Replace(text, maxBytes), scripting: true}
	src.replaced = rule != nil && !bytes.Equal(src.text, text)
	root, flat, err := parse(src.text)
	if err != nil {
		d.Kind, d.Reason = KindOther, err.Error()
		return d
	}
	x.read(d, p, root, src, rule)
	if d.Article == nil && d.Kind != KindError && saysWithoutScripts(root) {
		x.readWithoutScripts(d, p, src, rule)
	}
	if d.Kind == KindArticle {
		scriptPages(d, src.text)
	}
	d.note(flat)
	d.note(cmp.Or(clipped, grown))
	return d
}

// note adds to the reason, unless it is empty.
func (d *Document) note(why string) {
	if d.Reason != "" && why != "" {
		d.Reason += "; "
	}
	d.Reason += why
}

// Decode turns the bytes of a page into UTF-8 and names their encoding, see
// [charset.Decode].
func Decode(body []byte, contentType string) (text []byte, encoding string) {
	return charset.Decode(body, contentType)
}

// readWithoutScripts reads a page without a story again as a browser without
// scripts shows it, and takes that if there is a story in it.
func (x *Extractor) readWithoutScripts(d *Document, p Page, src source, rule *siterule.Rule) {
	src.scripting = false
	root, err := html.ParseWithOptions(bytes.NewReader(src.text), html.ParseOptionEnableScripting(false))
	if err != nil {
		return // too deep for the parser: what is known stands
	}
	again := &Document{URL: d.URL, Charset: d.Charset}
	x.read(again, p, root, src, rule)
	if again.Article != nil {
		*d = *again
		d.note("the story stands in noscript")
	}
}

// saysWithoutScripts tells whether a noscript element holds as much markup as
// a story.
func saysWithoutScripts(root *html.Node) bool {
	for n := root; n != nil; n = following(n, root) {
		if n.DataAtom == atom.Noscript && n.FirstChild != nil && len(n.FirstChild.Data) >= stubWeight {
			return true
		}
	}
	return false
}

// read fills the document from the parsed page.
func (x *Extractor) read(d *Document, p Page, root *html.Node, src source, rule *siterule.Rule) {
	base := baseURL(root, p.URL)
	urls := newResolver(base, d.Charset)
	links, linkNodes := collectLinks(root, urls)
	ruled := newRuling(rule, root)
	f := gatherFacts(root)
	if rule != nil && rule.SkipJSONLD {
		f.ld = nil
	}
	m := readFacts(f, p, base)
	if ruled != nil {
		ruled.metadata(&m, p)
		ruled.links(d, urls)
	}
	d.Links, d.Title, d.Language, d.Canonical = links, m.Title, m.Language, m.CanonicalURL
	d.Directives = readDirectives(root, p)
	d.Refresh = metaRefresh(root, urls)

	t := newTree(root)
	t.title, t.authors = m.Title, m.Authors
	t.p, t.host, t.ruling = x.phrases, originHost(base), ruled
	t.nameSite(root, m.SiteName)
	if x.config.Explain {
		t.why = &reasons{of: make([]int32, len(t.items))}
	}
	t.site, t.runs = p.Template, t.listRuns()
	before := t.whole()
	for _, s := range stages {
		s.run(t)
	}
	t.pages = t.findPages(p.URL, m.CanonicalURL, links, linkNodes)
	lines := t.lines()
	t.trim(lines)
	s := story{text: joinLines(lines), title: m.Title}
	s.measure(t, lines)
	if ruled.open() {
		s.takeEmbedded(root, m)
	}
	d.Lines = t.learn()
	d.Kind, d.Reason = judge(p, m, t, before, &s, lines)
	if t.spent() {
		d.note(fmt.Sprintf("over budget: not all boxes were judged (%d steps)", t.steps))
	}
	if d.Kind == KindArticle && !t.rolls(lines) {
		t.pages.decide(d, m.statedArticle())
	}
	if d.Kind.HasText() {
		d.Article = x.article(p, m, t, &s, urls, links, linkNodes)
		d.Language = d.Article.Language
		d.Article.Signals = s.signals(t, before, lines, m.Description, d.Language)
		d.Article.Quality = d.Article.Signals.Confidence
	}
	ruled.reason(d)
	if x.config.Explain {
		t.marks = markTexts(root, src)
		d.explain(t, lines, &s)
		if !src.replaced {
			d.place(p.Body, t.marks)
		}
		if d.Article != nil {
			d.Claims = claims(root, p, base, d.Article)
		}
	}
}

// languageSample is how many characters of a story are looked at for its
// language: more tells no more and takes a twelfth of a crawl.
const languageSample = 2000

// article puts the article together.
func (x *Extractor) article(p Page, m metadata, t *tree, s *story, urls *resolver, links []Link, linkNodes []*html.Node) *Article {
	a := &Article{
		URL: p.URL, CanonicalURL: m.CanonicalURL, Title: m.Title, Authors: m.Authors,
		PublishedAt: m.PublishedAt, ModifiedAt: m.ModifiedAt, SiteName: m.SiteName,
		Description: m.Description, Section: m.Section, Tags: m.Tags, Image: m.Image,
		License: m.License, Paywalled: m.Paywalled, Translations: m.Translations, Sources: m.Sources,
		Text: s.text, WordCount: countWords(s.text),
	}
	a.Language = m.language(clip(s.text, languageSample))
	if s.embedded {
		a.HTML = paragraphs(s.text)
		return a
	}
	at := make(map[*html.Node]int, len(linkNodes))
	for i, n := range linkNodes {
		at[n] = i
	}
	r := t.render(urls.resolveHTTP, func(n *html.Node) string {
		if i, ok := at[n]; ok && isWeb(links[i].URL) {
			return links[i].URL
		}
		return ""
	})
	a.HTML, a.Images = r.html, r.images
	for _, n := range r.links {
		if i, ok := at[n]; ok {
			links[i].Place = PlaceBody
		}
	}
	return a
}

// paragraphs is plain text as HTML.
func paragraphs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString("<p>")
		b.WriteString(html.EscapeString(line))
		b.WriteString("</p>")
	}
	return b.String()
}

// countWords counts runs of letters and digits; a character of Chinese or
// Japanese is a word of its own, as is usual where no spaces part words.
func countWords(s string) int {
	n := 0
	in := false
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case r|0x20 >= 'a' && r|0x20 <= 'z', r >= '0' && r <= '9':
				if !in {
					n++
				}
				in = true
			case r != '\'' && r != '-':
				in = false
			}
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			n++
			in = false
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r):
			if !in {
				n++
			}
			in = true
		case r == '’':
			// inside a word
		default:
			in = false
		}
	}
	return n
}

// originHost is the host of an absolute URL, with its port, "" if it has none.
func originHost(u string) string {
	_, rest, ok := strings.Cut(u, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}
