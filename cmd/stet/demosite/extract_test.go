package demosite

import (
	"strings"
	"testing"

	"stet/extract"
)

// TestExtractKeepsTheReports gives every page of the site, alone and without
// what the other pages teach, to the extractor: every line of a report must be
// kept, no sentence of the boxes around and inside it, and every page must be
// told to be what it is.
func TestExtractKeepsTheReports(t *testing.T) {
	s := served(t)
	x := extract.New(extract.Config{Explain: true})
	var lines, lost, sentences, left, pages, wrong int
	for _, a := range s.Truth() {
		if a.Location != "" {
			continue // a redirect
		}
		res, body := get(t, a.URL)
		d := x.Extract(extract.Page{URL: a.URL, Status: res.StatusCode, Header: res.Header, Body: body})
		pages++
		if right := d.Kind == a.Kind || a.Kind == "" && (a.Closed || d.Kind == extract.KindOther || d.Kind == extract.KindBinary); !right {
			wrong++
			t.Errorf("%s (%s): got kind %s (%s), want %s", a.Path, a.Layout, d.Kind, d.Reason, a.Kind)
		}
		if a.Kind != extract.KindArticle || d.Article == nil {
			lines, lost = lines+len(a.Text), lost+len(a.Text)
			continue
		}
		for _, line := range a.Text {
			lines++
			if !holds(d.Article.Text, line) {
				lost++
				t.Errorf("%s (%s): lost %q, by %s", a.Path, a.Layout, line, cutBy(d, line))
			}
		}
		for _, w := range a.Without {
			sentences++
			if holds(d.Article.Text, w) {
				left++
				t.Errorf("%s (%s): kept %q", a.Path, a.Layout, w)
			}
		}
	}
	t.Logf("%d pages, %d of a wrong kind; %d lines, %d lost; %d sentences of boxes, %d left", pages, wrong, lines, lost, sentences, left)
}

func holds(text, line string) bool { return strings.Contains(fold(text), fold(line)) }

// cutBy says which rule took a line away.
func cutBy(d *extract.Document, line string) string {
	for _, c := range d.Cuts() {
		if strings.Contains(c.Text, line) || strings.HasPrefix(line, c.Text) && c.Text != "" {
			return c.Stage + ": " + c.Rule + " at " + c.Path
		}
	}
	return "no rule"
}
