package extract

import (
	"fmt"
	"strings"
	"testing"

	"stet/extract/template"
)

// carried is a paragraph about a thing, like no other.
func carried(thing string) string {
	return "In the spring the " + thing + " was carried up the hill by those who had built it, and the whole village watched from the road below."
}

// things are what the pages of a test site are about.
var things = strings.Fields("anvil barrel candle drum engine ferry gate hammer ink jar kettle ladder mirror needle oven pump quilt rope saddle table")

// learnt is what is learnt of n pages, each made from a thing.
func learnt(t *testing.T, n int, page func(thing string) string) *template.Template {
	t.Helper()
	var l template.Learner
	x := New(Config{})
	for i := range n {
		d := x.Extract(Page{URL: fmt.Sprintf("https://a.example/%d", i), Body: []byte(page(things[i]))})
		if d.Article == nil {
			t.Fatalf("page %d is no article but %s: %s", i, d.Kind, d.Reason)
		}
		l.Add(d.Lines)
	}
	return l.Template()
}

func textWith(tpl *template.Template, page string) string {
	d := New(Config{}).Extract(Page{URL: "https://a.example/x", Body: []byte(page), Template: tpl})
	if d.Article == nil {
		return string(d.Kind)
	}
	return d.Article.Text
}

const (
	towerLine = "The clock of the tower by the harbour is wound each evening by the last one who leaves, and so it was on this day too."
	shortLine = "Wound by hand"
	// speech is something that several articles quote.
	speech = "Whoever takes a stone from this wall shall bring back two, and whoever brings none shall carry water until the summer is over."
)

// villagePage is a story of two paragraphs with whatever stands between and after
// them.
func villagePage(thing, between, after string) string {
	return "<!DOCTYPE html><html lang=en><title>The " + thing + "</title><body><div><h1>The " + thing + "</h1><div><p>" +
		carried(thing) + "</p>" + between + "<p>" + strings.ReplaceAll(carried("second "+thing), "watched", "waved") + "</p>" + after + "</div></div></body></html>"
}

// TestRepeats: a line is cut when it stands on enough pages, and the more it
// looks like a part of stories the more that takes.
func TestRepeats(t *testing.T) {
	for _, c := range []struct {
		name    string
		line    string
		on, of  int
		cut     bool
		between string
	}{
		{"a paragraph on three of three", towerLine, 3, 3, true, "<p>%s</p>"},
		{"on two of three: two articles may say the same", towerLine, 2, 3, false, "<p>%s</p>"},
		{"on three of twenty", towerLine, 3, 20, true, "<p>%s</p>"},
		{"a quotation on three of twenty", speech, 3, 20, false, "<blockquote><p>%s</p></blockquote>"},
		{"a quotation on all pages", speech, 6, 6, true, "<blockquote><p>%s</p></blockquote>"},
		{"a heading on three of twelve", shortLine, 3, 12, false, "<h2>%s</h2>"},
		{"a heading on all pages", shortLine, 8, 8, true, "<h2>%s</h2>"},
		{"where the text is from, on all pages", "（来源：港口日报）", 8, 8, false, "<p>%s</p>"},
	} {
		between := fmt.Sprintf(c.between, c.line)
		n := 0
		tpl := learnt(t, c.of, func(thing string) string {
			if n++; n <= c.on {
				return villagePage(thing, between, "")
			}
			return villagePage(thing, "", "")
		})
		got := textWith(tpl, villagePage(things[0], between, ""))
		if strings.Contains(got, c.line) == c.cut {
			t.Errorf("%s: cut %v, want %v: %s", c.name, !c.cut, c.cut, got)
		}
		if !strings.Contains(got, carried(things[0])) {
			t.Errorf("%s: the story is lost: %s", c.name, got)
		}
	}
}

// TestCopies: a story at several addresses is no template of its site.
func TestCopies(t *testing.T) {
	page := villagePage("anvil", "", "")
	var l template.Learner
	x := New(Config{})
	for i := range 5 {
		l.Add(x.Extract(Page{URL: fmt.Sprintf("https://a.example/%d", i), Body: []byte(page)}).Lines)
	}
	if got := textWith(l.Template(), page); !strings.Contains(got, carried("anvil")) || !strings.Contains(got, "second anvil") {
		t.Errorf("a story that the site has five times: got %q", got)
	}
}

// TestSiteStory: where the stories of a site stand is where a brief stands,
// whatever is longer on its page.
func TestSiteStory(t *testing.T) {
	page := func(thing, story, remarks string) string {
		return "<!DOCTYPE html><html lang=en><title>The " + thing + "</title><body><div class=wrap><h1>The " + thing + "</h1><div class=slab>" + story +
			"</div><div class=yard>" + remarks + "</div></div></body></html>"
	}
	remark := func(thing string) string { return "<div><p>" + carried("old "+thing+" of my aunt") + "</p></div>" }
	tpl := learnt(t, 8, func(thing string) string {
		return page(thing, "<p>"+carried(thing)+"</p><p>"+strings.ReplaceAll(carried("second "+thing), "watched", "waved")+"</p><p>"+strings.ReplaceAll(carried("third "+thing), "watched", "slept")+"</p>", remark(thing))
	})
	brief := page("zither", "<p>"+carried("zither")+"</p>", strings.Repeat(remark("yoke"), 1)+remark("wheel")+remark("vase")+remark("urn")+remark("tile"))
	got := textWith(tpl, brief)
	if !strings.Contains(got, carried("zither")) || strings.Contains(got, "of my aunt") {
		t.Errorf("a brief with remarks of others: got %q, want its one paragraph", got)
	}
}

// TestDigits: numbers do not tell lines of words apart, but lines of numbers.
func TestDigits(t *testing.T) {
	hash := func(s string) uint64 {
		var h lineHash
		h.add(s)
		return h.sum(7)
	}
	if hash("12 comments") != hash("134 Comments ") {
		t.Error("the number of comments tells a line apart")
	}
	if hash("2018") == hash("2019") || hash("comments") == hash("comment") {
		t.Error("different lines have the same hash")
	}
}
