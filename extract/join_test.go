package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// joinedWant is what the pages of one folder under testdata/joined are to
// give: URLs, Present and Absent are written by hand, the rest by -update.
type joinedWant struct {
	URLs    []string   `json:"urls"`
	Present []string   `json:"present"`
	Absent  []string   `json:"absent"`
	Pages   []wantPage `json:"pages"`
	Joined  int        `json:"joined"`
	Reason  string     `json:"reason,omitempty"`
	Title   string     `json:"title,omitempty"`
	Authors []string   `json:"authors,omitempty"`
	Dates   []string   `json:"dates,omitempty"` // published, modified
	Text    []string   `json:"text,omitempty"`
	HTML    string     `json:"html,omitempty"`
	Links   []string   `json:"links,omitempty"` // of the story
	Images  []Image    `json:"images,omitempty"`
	Words   int        `json:"words,omitempty"`
}

type wantPage struct {
	Kind   Kind   `json:"kind"`
	Number int    `json:"number,omitempty"`
	Count  int    `json:"count,omitempty"`
	Next   string `json:"next,omitempty"`
	First  string `json:"first,omitempty"`
	Single string `json:"single,omitempty"`
}

// TestJoined extracts the pages of every folder under testdata/joined (1.html,
// 2.html, …) and joins them.
func TestJoined(t *testing.T) {
	dirs, err := filepath.Glob("testdata/joined/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no folders under testdata/joined: %v", err)
	}
	x := New(Config{Explain: true})
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { checkJoined(t, x, dir) })
	}
}

func checkJoined(t *testing.T, x *Extractor, dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want joinedWant
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	got := joinedWant{URLs: want.URLs, Present: want.Present, Absent: want.Absent}
	var docs []*Document
	for i, u := range want.URLs {
		source, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.html", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		d := x.Extract(Page{URL: u, Body: source})
		docs = append(docs, d)
		got.Pages = append(got.Pages, wantPage{d.Kind, d.PageNumber, d.PageCount, d.NextPage, d.FirstPage, d.SinglePage})
	}
	j := Join(docs)
	got.Joined, got.Reason = j.Pages, j.Reason
	if a := j.Document.Article; a != nil {
		got.Title, got.Authors, got.Dates = a.Title, a.Authors, []string{a.PublishedAt, a.ModifiedAt}
		got.Text, got.HTML, got.Images, got.Words = strings.Split(a.Text, "\n"), a.HTML, a.Images, a.WordCount
		for _, s := range want.Present {
			if strings.Count(a.Text, s) != 1 {
				t.Errorf("%q stands %d times in the text, want once", s, strings.Count(a.Text, s))
			}
		}
		for _, s := range want.Absent {
			if strings.Contains(a.Text, s) || strings.Contains(a.HTML, s) {
				t.Errorf("left in the text or the HTML: %q", s)
			}
		}
	}
	for _, l := range j.Document.Links {
		if l.Place == PlaceBody {
			got.Links = append(got.Links, l.URL)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join(dir, "want.json"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != string(data) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), data)
	}
}

// partDoc makes the document of one page.
func partDoc(url string, number int, lines ...string) *Document {
	a := &Article{URL: url, Title: "The mill and the wheel", Text: strings.Join(lines, "\n"), Quality: 0.5}
	a.WordCount = countWords(a.Text)
	a.HTML = paragraphs(a.Text)
	return &Document{URL: url, Kind: KindArticle, Title: a.Title, PageNumber: number, NextPage: "https://a.example/mill/" + strconv.Itoa(number+1), Article: a}
}

// TestJoinEnds checks what ends the joining, and that it says why.
func TestJoinEnds(t *testing.T) {
	one := partDoc("https://a.example/mill", 1, "The mill has stood by the river for two hundred years.", "Nobody knows who built it.")
	two := partDoc("https://a.example/mill/2", 2, "The wheel was made in the next valley.", "It turns to this day.")
	other := func(change func(*Document)) *Document {
		d := partDoc("https://a.example/mill/2", 2, "The wheel was made in the next valley.", "It turns to this day.")
		change(d)
		return d
	}
	for _, c := range []struct {
		name  string
		pages []*Document
		want  int
		why   string
	}{
		{"nothing", nil, 0, ""},
		{"one", []*Document{one}, 1, ""},
		{"two", []*Document{one, two}, 2, ""},
		{"no article first", []*Document{{URL: "https://a.example/", Kind: KindList}, two}, 1, "no article"},
		{"no article", []*Document{one, {URL: "https://a.example/mill/2", Kind: KindLogin}}, 1, "no article"},
		{"the same address", []*Document{one, two, one}, 2, "lead back"},
		{"a fragment", []*Document{one, other(func(d *Document) { d.URL = "https://a.example/mill#2" })}, 1, "lead back"},
		{"not named as the next", []*Document{other(func(d *Document) { d.NextPage, d.PageNumber = "", 0 }), other(func(d *Document) { d.URL = "https://a.example/mill-2" })}, 1, "no next page"},
		{"page 3 after page 1", []*Document{one, other(func(d *Document) { d.PageNumber = 3 })}, 1, "is page 3, after page 1"},
		{"an unknown number", []*Document{one, other(func(d *Document) { d.PageNumber = 0 })}, 2, ""},
		{"another title", []*Document{one, other(func(d *Document) { d.Title = "A ferry sails again" })}, 1, "another title"},
		{"the title with a page part", []*Document{one, other(func(d *Document) { d.Title = "The mill and the wheel (page 2 of 2)" })}, 2, ""},
		{"only a page part", []*Document{one, other(func(d *Document) { d.Title = "Page 2" })}, 2, ""},
		{"canonical is page 1", []*Document{one, other(func(d *Document) { d.Canonical = "http://www.a.example/mill/" })}, 2, ""},
		{"canonical is itself", []*Document{one, other(func(d *Document) { d.Canonical = d.URL })}, 2, ""},
		{"another canonical", []*Document{one, other(func(d *Document) { d.Canonical = "https://a.example/ferry" })}, 1, "another canonical"},
		{"page 1 again", []*Document{one, other(func(d *Document) { d.Article = one.Article })}, 1, "repeats"},
		{"a short page under the lead again", []*Document{
			partDoc("https://a.example/mill", 1, strings.Repeat("The mill has stood by the river for two hundred years. ", 8)+"It stands.", "Nobody knows who built it, and the parish register, which begins in the year of the great flood, has no word about it.", "It grinds twice a week, on the days when the sluice is open, and on the others the herons fish from its roof."),
			partDoc("https://a.example/mill/2", 2, strings.Repeat("The mill has stood by the river for two hundred years. ", 8)+"It stands.", "The wheel was made in the next valley, by a man who had never seen a river, and it turns to this day.")}, 2, ""},
		{"everything on one page", []*Document{one, other(func(d *Document) {
			d.Article.Text = one.Article.Text + "\n" + d.Article.Text
			d.Article.HTML = paragraphs(d.Article.Text)
		})}, 1, "holds the page before"},
		{"another day", []*Document{
			other(func(d *Document) {
				d.URL, d.PageNumber, d.Article.PublishedAt, d.Article.Sources = "https://a.example/mill", 1, "2024-05-31", map[string]string{"published_at": "json-ld"}
				d.Article.Text, d.Article.HTML = one.Article.Text, one.Article.HTML
			}),
			other(func(d *Document) {
				d.Article.PublishedAt, d.Article.Sources = "2024-06-07", map[string]string{"published_at": "json-ld"}
			})}, 1, "another day"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Join(c.pages)
			if got.Pages != c.want || !strings.Contains(got.Reason, c.why) || (got.Reason == "") != (c.why == "") {
				t.Errorf("got %d pages, reason %q; want %d, %q", got.Pages, got.Reason, c.want, c.why)
			}
		})
	}
	if one.Article.Text != "The mill has stood by the river for two hundred years.\nNobody knows who built it." || one.PageCount != 0 {
		t.Error("Join changed a document it was given")
	}
}

// TestJoinMany checks the bound on the number of pages, and that the next page
// is still named.
func TestJoinMany(t *testing.T) {
	var pages []*Document
	for i := range MaxPages + 20 {
		d := partDoc(fmt.Sprintf("https://a.example/mill/%d", i+1), i+1, fmt.Sprintf("What page %d says stands on no other page, which is number %d.", i+1, i))
		d.NextPage = fmt.Sprintf("https://a.example/mill/%d", i+2)
		pages = append(pages, d)
	}
	got := Join(pages)
	if got.Pages != MaxPages || got.Reason == "" || got.Document.NextPage != "https://a.example/mill/101" {
		t.Errorf("got %d pages, reason %q, next %q; want %d", got.Pages, got.Reason, got.Document.NextPage, MaxPages)
	}
	if n := strings.Count(got.Document.Article.Text, "\n") + 1; n != MaxPages {
		t.Errorf("got %d lines, want %d", n, MaxPages)
	}
}

// TestJoinFills checks what is taken from later pages.
func TestJoinFills(t *testing.T) {
	one := partDoc("https://a.example/mill", 1, "The mill has stood by the river for two hundred years.")
	two := partDoc("https://a.example/mill/2", 2, "The wheel was made in the next valley.")
	one.Article.ModifiedAt, two.Article.ModifiedAt = "2024-05-31T23:00:00-05:00", "2024-06-01T08:00:00+02:00"
	two.Article.Authors, two.Article.Sources = []string{"Ines Tarrow"}, map[string]string{"authors": "html"}
	one.Article.Quality, two.Article.Quality = 0.9, 0.4
	one.Links = []Link{{URL: "https://a.example/", Place: PlaceElsewhere}, {URL: "https://b.example/1", Place: PlaceBody}}
	two.Links = []Link{{URL: "https://a.example/", Place: PlaceElsewhere}, {URL: "https://b.example/1", Place: PlaceBody}, {URL: "https://a.example/x", Place: PlaceElsewhere}}
	two.Directives.NoArchive = true
	d := Join([]*Document{one, two}).Document
	a := d.Article
	if want := two.Article.ModifiedAt; a.ModifiedAt != want { // 06:00 UTC; the first is 04:00 UTC
		t.Errorf("modified: got %s, want %s", a.ModifiedAt, want)
	}
	if !slices.Equal(a.Authors, []string{"Ines Tarrow"}) || a.Sources["authors"] != "html" || !d.Directives.NoArchive {
		t.Errorf("got authors %q from %q, directives %+v", a.Authors, a.Sources["authors"], d.Directives)
	}
	if a.WordCount != 19 || a.Quality != 0.69 { // (11 · 0.9 + 8 · 0.4) / 19
		t.Errorf("got %d words, quality %v; want 19, 0.69", a.WordCount, a.Quality)
	}
	var urls []string
	for _, l := range d.Links {
		urls = append(urls, string(l.Place)+" "+l.URL)
	}
	want := []string{"elsewhere https://a.example/", "body https://b.example/1", "body https://b.example/1", "elsewhere https://a.example/x"}
	if !slices.Equal(urls, want) {
		t.Errorf("links: got %q, want %q", urls, want)
	}
}
