package extract

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"stet/extract/template"
)

// sitePage is one page of a folder of testdata/sites: nine pages of one invented
// site each, with its story and sentences that are not part of it.
type sitePage struct {
	File    string   `json:"file"`
	URL     string   `json:"url"`
	Text    []string `json:"text"`
	Without []string `json:"without"`
	body    []byte
}

func readSite(t *testing.T, dir string) []sitePage {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	var pages []sitePage
	if err := json.Unmarshal(data, &pages); err != nil {
		t.Fatal(err)
	}
	for i := range pages {
		if pages[i].body, err = os.ReadFile(filepath.Join(dir, pages[i].File)); err != nil {
			t.Fatal(err)
		}
	}
	return pages
}

// judged is how the pages of a site came out.
type judged struct{ left, sentences, lost, lines int }

// judge counts the sentences that were left and the lines that were lost.
func (p sitePage) judge(d *Document) judged {
	bare := func(s string) string { // white space and the marks between cells do not count
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '|' || unicode.IsSpace(r) }), "")
	}
	text := ""
	if d.Article != nil {
		text = bare(d.Article.Text)
	}
	holds := func(s string) bool { return strings.Contains(text, bare(s)) }
	j := judged{sentences: len(p.Without), lines: len(p.Text)}
	for _, s := range p.Without {
		if holds(s) {
			j.left++
		}
	}
	for _, s := range p.Text {
		if !holds(s) {
			j.lost++
		}
	}
	return j
}

func (j *judged) add(o judged) {
	j.left, j.sentences, j.lost, j.lines = j.left+o.left, j.sentences+o.sentences, j.lost+o.lost, j.lines+o.lines
}

// TestSites holds what is left of a site's own sentences, and what is lost of
// its stories, page by page and with the other pages known. The figures only
// go down.
func TestSites(t *testing.T) {
	for _, c := range []struct {
		name                string
		aloneLeft, siteLeft int
		aloneLost, siteLost int
	}{
		{name: "blocks-en", aloneLeft: 1, siteLeft: 1},
		{name: "hashed-en"},
		{name: "split-zh", aloneLeft: 5, siteLeft: 5},
		{name: "table-zh"},
	} {
		pages := readSite(t, filepath.Join("testdata/sites", c.name))
		x := New(Config{})
		var l template.Learner
		var alone, site judged
		for _, p := range pages {
			d := x.Extract(Page{URL: p.URL, Body: p.body})
			alone.add(p.judge(d))
			if d.Article != nil {
				l.Add(d.Lines)
			}
		}
		known := l.Template()
		for _, p := range pages {
			site.add(p.judge(x.Extract(Page{URL: p.URL, Body: p.body, Template: known})))
		}
		t.Logf("%s: alone %+v, with the site %+v", c.name, alone, site)
		if alone.left > c.aloneLeft || site.left > c.siteLeft {
			t.Errorf("%s: of %d sentences of the site %d were left page by page and %d with its pages known, want at most %d and %d",
				c.name, site.sentences, alone.left, site.left, c.aloneLeft, c.siteLeft)
		}
		if alone.lost > c.aloneLost || site.lost > c.siteLost {
			t.Errorf("%s: of %d lines of stories %d were lost page by page and %d with its pages known, want at most %d and %d",
				c.name, site.lines, alone.lost, site.lost, c.aloneLost, c.siteLost)
		}
	}
}
