package extract

import (
	"bytes"

	"golang.org/x/net/html"
)

// Config tells an Extractor how to work. Its zero value is good.
type Config struct {
	// KeepCuts fills Document.Cuts.
	KeepCuts bool
}

// An Extractor turns pages into documents. It is safe for use by many
// goroutines.
type Extractor struct {
	config  Config
	phrases *phrases
}

// New makes an Extractor.
func New(c Config) *Extractor { return &Extractor{config: c, phrases: readPhrases(phraseFiles)} }

// Extract reads one page. It never fails: what is not an article gets a kind
// and a reason.
func (x *Extractor) Extract(p Page) *Document {
	d := &Document{URL: p.URL}
	text, charset := Decode(p.Body, p.Header.Get("Content-Type"))
	d.Charset = charset
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		d.Kind, d.Reason = KindOther, err.Error()
		return d
	}
	base := baseURL(root, p.URL)
	links, at := linksOf(root, base)
	d.Links = links
	m := readMetadata(root, p, base)
	d.Title = m.Title
	t := newTree(root)
	t.title = m.Title
	t.p = x.phrases
	if x.config.KeepCuts {
		t.cuts = &d.Cuts
	}
	for _, s := range stages {
		s.run(t)
	}
	lines := t.lines()
	t.trim(lines)
	_ = at
	d.Kind = KindArticle
	d.Article = &Article{URL: p.URL, Title: m.Title, Text: joinLines(lines)}
	return d
}
