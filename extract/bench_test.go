package extract

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// sixtyKB is a page of about 60 KB: a story, and around it what sites put
// there.
func sixtyKB() []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The mill | Valley News</title><style>` + strings.Repeat(".a .b{margin:0 auto;padding:1em}\n", 200) + `</style></head><body><nav>`)
	b.WriteString(strings.Repeat(`<li class="menu-item"><a href="/section/of/the/site">A section</a></li>`, 80))
	b.WriteString(`</nav><main><article><h1>The mill</h1><div class="entry-content">`)
	b.WriteString(strings.Repeat(`<p>`+sentence+` It said so <a href="https://b.example/minutes">in its minutes</a>, <em>twice</em>.</p>`, 60))
	b.WriteString(`</div></article><section class="related">` + teasersHTML(12) + `</section><div id="comments">`)
	b.WriteString(strings.Repeat(`<div class="comment"><b>Reader</b><p>`+sentence+`</p><a href="#reply">Reply</a></div>`, 70))
	b.WriteString(`</div></main><script>` + strings.Repeat("var a = {b: [1, 2, 3]};\n", 500) + `</script></body></html>`)
	return []byte(b.String())
}

// BenchmarkExtract measures everything: decoding, parsing, links, metadata,
// extraction and rendering.
func BenchmarkExtract(b *testing.B) {
	page := Page{URL: "https://a.example/2022/the-mill", Status: 200, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: sixtyKB()}
	x := New(Config{})
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if d := x.Extract(page); d.Kind != KindArticle {
			b.Fatalf("got %s", d.Kind)
		}
	}
}

// TestConcurrent checks that one Extractor gives many goroutines the answers
// it gives one.
func TestConcurrent(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*/source.html")
	if err != nil {
		t.Fatal(err)
	}
	x := New(Config{Explain: true})
	var wg sync.WaitGroup
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want := x.Extract(Page{URL: "https://a.example/1", Body: body})
		for range 4 {
			wg.Go(func() {
				got := x.Extract(Page{URL: "https://a.example/1", Body: body})
				if got.Kind != want.Kind || got.Article != nil && got.Article.Text != want.Article.Text {
					t.Errorf("%s: got another answer", f)
				}
			})
		}
	}
	wg.Wait()
}
