package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// stubWeight is the least weight of prose that a page's own markup must hold
// for it to be believed against the body embedded in its metadata.
const stubWeight = 600

// A story is what was kept of a page, and its measures.
type story struct {
	text     string
	title    string
	weight   int32 // of its lines
	linked   int32 // of it in links
	prose    int32 // in solid lines
	lines    int
	page     int32 // weight of what is live on the whole page
	embedded bool  // the text comes from the metadata
}

func (s *story) measure(t *tree, lines []storyLine) {
	for i := range lines {
		l := &lines[i]
		if l.gone || l.caption {
			continue
		}
		s.lines++
		s.weight += l.weight
		s.linked += l.linked
		if l.solid() {
			s.prose += l.weight
		}
	}
	if len(t.items) > 0 {
		s.page = t.items[0].weight
	}
}

// excerptWeight is the weight of prose below which the markup of a page that is
// not free may hold no more than the beginning.
const excerptWeight = 3000

// takeEmbedded takes the body embedded in the page's data where the page shows
// a stub, or an excerpt of what must be paid for.
func (s *story) takeEmbedded(root *html.Node, m metadata) {
	body := m.ArticleBody
	switch {
	case s.prose < stubWeight:
		if body == "" {
			body = embeddedBody(root, m.Title)
		}
		s.takeBody(body)
	case s.prose < excerptWeight && (m.Paywalled == accessLocked || m.Paywalled == accessMetered):
		if len(body) < len(s.text) {
			body = embeddedBody(root, m.Title)
		}
		s.takeWhole(body)
	}
}

// takeWhole takes the embedded body instead of an excerpt, if it begins alike
// and is at least twice as long.
func (s *story) takeWhole(body string) {
	text := plainBody(body)
	w, _ := weigh(text)
	if w < 2*s.weight {
		return
	}
	whole := squash(text)
	for line := range strings.Lines(s.text) {
		if begins := squash(line); len(begins) >= 60 && strings.Contains(whole, begins[:60]) {
			s.takeBody(body)
			return
		}
	}
}

// takeBody takes the body embedded in the page's data instead of a stub, if it
// is at least half as long again, and more than the stub's own words.
func (s *story) takeBody(body string) {
	text := plainBody(body)
	w, marks := weigh(text)
	if text == "" || w < 2*least || marks < 3 || w*2 < 3*s.weight {
		return
	}
	s.text, s.weight, s.prose, s.linked, s.lines, s.embedded = text, w, w, 0, strings.Count(text, "\n")+1, true
}

func isWeb(u string) bool {
	return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")
}
