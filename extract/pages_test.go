package extract

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stet/extract/siterule"
)

var update = flag.Bool("update", false, "rewrite the wanted answers under testdata/pages")

// A wanted answer: what must and must not be in the text stands for what the
// page tests and is written by hand; the rest is rewritten by -update.
type wanted struct {
	URL   string `json:"url"`
	Kind  Kind   `json:"kind"`
	Title string `json:"title,omitempty"`
	// Authors, PublishedAt and Language are checked where they are given; of
	// PublishedAt as much as is given. Unmet names those we do not get right
	// yet; -update takes out of it what is right.
	Authors     []string `json:"authors,omitempty"`
	PublishedAt string   `json:"published_at,omitempty"`
	Language    string   `json:"language,omitempty"`
	Unmet       []string `json:"unmet,omitempty"`
	// NextPage, SinglePage and BodyRule are those of the Document.
	NextPage   string   `json:"next_page,omitempty"`
	SinglePage string   `json:"single_page,omitempty"`
	BodyRule   string   `json:"body_rule,omitempty"`
	Absent     []string `json:"absent"`
	Present    []string `json:"present"`
	Links      []string `json:"links,omitzero"`
	Text       []string `json:"text,omitempty"`
	Images     []Image  `json:"images,omitempty"`
	Words      int      `json:"words,omitempty"`
}

// TestPages extracts every page under testdata/pages.
func TestPages(t *testing.T) {
	dirs, err := filepath.Glob("testdata/pages/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no pages under testdata/pages: %v", err)
	}
	x := New(Config{Explain: true})
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { checkPage(t, x, dir) })
	}
}

func checkPage(t *testing.T, x *Extractor, dir string) {
	source, err := os.ReadFile(filepath.Join(dir, "source.html"))
	if err != nil {
		t.Fatal(err)
	}
	var w wanted
	data, err := os.ReadFile(filepath.Join(dir, "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &w); err != nil {
		t.Fatal(err)
	}
	if rules := pageRules(t, dir, w.URL); rules != nil {
		x = New(Config{Explain: true, Rules: rules})
	}
	d := x.Extract(Page{URL: w.URL, Body: source})
	if d.Kind != w.Kind {
		t.Fatalf("got kind %s (%s), want %s", d.Kind, d.Reason, w.Kind)
	}
	if d.Article == nil {
		return
	}
	a := d.Article
	if w.BodyRule != d.BodyRule || w.NextPage != "" && w.NextPage != d.NextPage || w.SinglePage != d.SinglePage {
		t.Errorf("body rule %q, next page %q, single page %q; want %q, %q, %q", d.BodyRule, d.NextPage, d.SinglePage, w.BodyRule, w.NextPage, w.SinglePage)
	}
	for _, s := range w.Present {
		if !strings.Contains(a.Text, s) {
			t.Errorf("lost %q; cut by %s", s, cutOf(d, s))
		}
	}
	for _, s := range w.Absent {
		if strings.Contains(a.Text, s) {
			t.Errorf("left in the text: %q", s)
		}
	}
	checkFacts(t, a, w)
	var links []string
	for _, l := range d.Links {
		if l.Place == PlaceBody {
			links = append(links, l.URL)
		}
	}
	if w.Links != nil && !slices.Equal(links, w.Links) && len(links)+len(w.Links) > 0 {
		t.Errorf("links of the story: got %q, want %q", links, w.Links)
	}
	if *update {
		wrong := wrongFacts(a, w)
		w.Unmet = slices.DeleteFunc(w.Unmet, func(name string) bool { return wrong[name] == nil })
		w.Text, w.Images, w.Words = strings.Split(a.Text, "\n"), a.Images, a.WordCount
		writeWanted(t, dir, w, a.HTML)
		return
	}
	if want := strings.Join(w.Text, "\n"); a.Text != want {
		t.Errorf("text: got\n%s\nwant\n%s", a.Text, want)
	}
	if !slices.Equal(a.Images, w.Images) {
		t.Errorf("images: got %v, want %v", a.Images, w.Images)
	}
	if a.WordCount != w.Words {
		t.Errorf("words: got %d, want %d", a.WordCount, w.Words)
	}
	html, err := os.ReadFile(filepath.Join(dir, "want.html"))
	if err != nil {
		t.Fatal(err)
	}
	if got := a.HTML + "\n"; got != string(html) {
		t.Errorf("HTML: got\n%s\nwant\n%s", got, html)
	}
}

// pageRules are the site rules of a page folder that has a rule.txt.
func pageRules(t *testing.T, dir, url string) *siterule.Rules {
	data, err := os.ReadFile(filepath.Join(dir, "rule.txt"))
	if err != nil {
		return nil // most have none
	}
	rules, problems, err := siterule.Load(fstest.MapFS{hostOf(url) + ".txt": {Data: data}})
	for _, r := range rules.All() {
		problems = append(problems, r.Check()...)
	}
	if err != nil || len(problems) > 0 {
		t.Fatalf("rule.txt: %v, %v", err, problems)
	}
	return rules
}

// wrongFacts names the metadata of a that are not as wanted.
func wrongFacts(a *Article, w wanted) map[string]any {
	wrong := map[string]any{}
	if w.Title != "" && a.Title != w.Title {
		wrong["title"] = a.Title
	}
	if w.Authors != nil && !slices.Equal(a.Authors, w.Authors) {
		wrong["authors"] = a.Authors
	}
	if !strings.HasPrefix(a.PublishedAt, w.PublishedAt) {
		wrong["published_at"] = a.PublishedAt
	}
	if w.Language != "" && a.Language != w.Language {
		wrong["language"] = a.Language
	}
	return wrong
}

// checkFacts checks the metadata that is wanted, but for what is unmet.
func checkFacts(t *testing.T, a *Article, w wanted) {
	for name, got := range wrongFacts(a, w) {
		if !slices.Contains(w.Unmet, name) {
			t.Errorf("%s: got %q, want %q", name, got, map[string]any{"title": w.Title, "authors": w.Authors, "published_at": w.PublishedAt, "language": w.Language}[name])
		}
	}
}

// cutOf says which rule took a text away.
func cutOf(d *Document, text string) string {
	for _, c := range d.Cuts() {
		if strings.Contains(c.Text, text) || strings.Contains(text, clip(c.Text, 30)) {
			return c.Stage + ": " + c.Rule + " at " + c.Path
		}
	}
	return "no stage (not chosen)"
}

func writeWanted(t *testing.T, dir string, w wanted, html string) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(w); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "want.json"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "want.html"), []byte(html+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
