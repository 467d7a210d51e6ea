package siterule

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"
)

// largest is a page of as many elements as are parsed: paragraphs beside each
// other, or nested in sections.
func largest(tb testing.TB, nested bool) *html.Node {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><body><div id=main class='wrap page'>")
	for i := range 100_000 {
		if nested && i%50 == 0 {
			b.WriteString("</div></div></div><div class=section><div class='in ad'><div>")
		}
		fmt.Fprintf(&b, "<p class='c%d x'>text <b>bold</b> <a href='/%d'>link</a></p>\n", i%7, i)
	}
	return parsePage(tb, b.String())
}

// hard are expressions that a page of this size may not be read with in time,
// and common ones that must. On a quiet machine those that are given up take
// 0.1 to 0.6 s.
var hard = []struct {
	text string
	ends bool
}{
	{"//p", true},
	{"//div[contains(concat(' ', normalize-space(@class), ' '), ' page ')]", true},
	{"//*[contains(@class, 'c3') or contains(@id, 'c3')]", true},
	{"//h1 | //h2 | //p", true},
	{"(//p | //div)[1]", true},
	{"//p[contains(@class, 'x')][1]", true},
	{"//p[not(contains(., 'text'))]", true},
	{"//a[contains(., 'next')]/@href", true},
	{"//*[count(//*) > 5]", false},
	{"//*//*//*//*", false},
	{"//p[count(preceding-sibling::p) = 5000]", false},
	{"//p/following::a[1]", false},
	{"//b/ancestor::*/descendant::a", false},
}

func TestExpressionsEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	for _, nested := range []bool{false, true} {
		doc := largest(t, nested)
		for i, c := range hard {
			if nested == (i%2 == 0) {
				continue // half of them on each page: it takes some seconds
			}
			e := &expression{text: c.text}
			p := &page{root: doc, steps: pageSteps}
			began := time.Now()
			_, err := e.evaluate(p)
			took := time.Since(began)
			t.Logf("nested %t  %-70s %8d steps %6d ms  %v", nested, c.text, pageSteps-p.steps, took.Milliseconds(), err)
			if c.ends && err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			if used := pageSteps - p.steps; used > expressionSteps || !c.ends && used < expressionSteps {
				t.Errorf("%s took %d steps, ends %t", c.text, used, c.ends)
			}
		}
	}
}

// collection is as many rules as the public collection has, of its size.
func collection(n int) fstest.MapFS {
	files := fstest.MapFS{}
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, "# rules for site %d\n\ntitle: //h1[@class='t%d']\ntitle: //meta[@property=\"og:title\"]/@content\n", i, i)
		fmt.Fprintf(&b, "author: //span[contains(@class, 'author%d')]/a\ndate: //time/@datetime\n", i)
		fmt.Fprintf(&b, "body: //div[contains(concat(' ',normalize-space(@class),' '),' body%d ')] | //div[@class='lead']\nbody: (//article)[1]\n", i)
		for j := range 8 {
			fmt.Fprintf(&b, "strip: //div[contains(@class, 'box%d') and not(contains(@class, 'keep'))]/following-sibling::*[%d]\n", j, j+1)
			fmt.Fprintf(&b, "strip_id_or_class: promo%d\n", j)
		}
		fmt.Fprintf(&b, "prune: no\ntidy: no\nfind_string: <noscript>\nreplace_string: <div>\ntest_url: https://site%d.example/a\ntest_contains: some words\n", i)
		files[fmt.Sprintf("site%d.example.txt", i)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return files
}

func BenchmarkLoad2000(b *testing.B) {
	files := collection(2000)
	for b.Loop() {
		rs, problems, err := Load(files)
		if err != nil || len(problems) > 0 || len(rs.All()) != 2000 {
			b.Fatal(err, problems)
		}
	}
}

func BenchmarkCheck2000(b *testing.B) {
	files := collection(2000)
	for b.Loop() {
		rs, _, _ := Load(files)
		for _, r := range rs.All() {
			if problems := r.Check(); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	}
}

// A page of 2,000 elements, read by a rule of 24 expressions and 8 names.
func BenchmarkRead(b *testing.B) {
	var page strings.Builder
	page.WriteString("<html><body><article>")
	for i := range 500 {
		fmt.Fprintf(&page, "<div class='c%d x'><p>text <b>bold</b> <a href='/%d'>link</a></p></div>\n", i%50, i)
	}
	doc := parsePage(b, page.String())
	rs, _, err := Load(collection(1))
	if err != nil {
		b.Fatal(err)
	}
	r := rs.For("site0.example")
	for b.Loop() {
		if f := r.Read(doc); len(f.Body) != 1 {
			b.Fatal(f)
		}
	}
}
