package extract

import (
	"strings"
	"testing"

	"stet/crawler/weburl"
)

const pagedStory = `<p>The mill has stood by the river for two hundred years, and nobody in the valley, not even the miller, knows who built it.</p><p>It grinds twice a week, on the days when the sluice is open, and on the others it is silent and the herons fish from its roof.</p>`

// pagedPage is an article with page links below it.
func pagedPage(title, head, below string) string {
	return `<html lang="en"><head><title>` + title + `</title>` + head + `</head><body><main><h1>` + title + `</h1><div class="text">` + pagedStory + `</div>` + below + `</main></body></html>`
}

// TestNextPage: what is a next page, and what only looks like one.
func TestNextPage(t *testing.T) {
	const dated = `<meta property="article:published_time" content="2024-05-31T08:00:00Z">`
	x := New(Config{})
	for _, c := range []struct {
		name, url, title, head, below string
		next                          string // relative to url
		number, count                 int
	}{
		{"rel=next in the head", "https://a.example/mill", "The mill", `<link rel="next" href="/mill/2">`, ``, "/mill/2", 1, 0},
		{"number", "https://a.example/mill/", "The mill", ``, `<p>1 <a href="/mill/2/">2</a> <a href="/mill/3/">3</a></p>`, "/mill/2/", 1, 3},
		{"number in brackets", "https://a.example/mill.html", "The mill", ``, `<p>[1] <a href="mill_2.html">[2]</a></p>`, "mill_2.html", 1, 2},
		{"folder and file", "https://a.example/mill.html", "The mill", ``, `<p>1 <a href="mill/2.html">2</a></p>`, "mill/2.html", 1, 2},
		{"index", "https://a.example/mill/", "The mill", ``, `<p>1 <a href="index_2.html">2</a></p>`, "/mill/index_2.html", 1, 2},
		{"page word in the path", "https://a.example/mill", "The mill", dated, `<p><a href="/mill/page/2">Next</a></p>`, "/mill/page/2", 1, 0},
		{"page word and number", "https://a.example/mill", "Die Mühle", ``, `<p><a href="/mill/seite-2">Weiter</a></p>`, "/mill/seite-2", 1, 0},
		{"query beside another", "https://a.example/show.asp?id=7&utm_source=x", "The mill", ``, `<p><a href="?id=7&amp;Page=2">Next &raquo;</a></p>`, "?id=7&Page=2", 1, 0},
		{"another scheme and www", "http://a.example/mill", "The mill", ``, `<p><a href="https://www.a.example/mill/2">2</a></p>`, "https://www.a.example/mill/2", 1, 2},
		{"page 2 of 5", "https://a.example/mill/2", "The mill", ``, `<p>Page 2 of 5 <a href="/mill">Previous</a> <a href="/mill/3">Next</a></p>`, "/mill/3", 2, 5},
		{"the last page", "https://a.example/mill/3", "The mill", ``, `<p><a href="/mill">1</a> <a href="/mill/2">2</a> 3</p>`, "", 3, 3},
		{"the last page leads to the first", "https://a.example/mill/2", "The mill", ``, `<p><a href="/mill">1</a> 2 <a rel="next" href="/mill">Next</a></p>`, "", 2, 2},
		{"number in the address of page 1", "https://a.example/mill_1.html", "The mill", ``, `<p>1 <a href="mill_2.html">2</a></p>`, "mill_2.html", 1, 2},
		{"from 0, with 0", "http://a.example/mill_0.shtml", "The mill", ``, `<p>1 <a href="mill_1.shtml">2</a> <a href="mill_1.shtml">Next page</a></p>`, "mill_1.shtml", 1, 2},
		{"from 0, page 2", "http://a.example/mill_1.shtml", "The mill", ``, `<p><a href="mill.shtml">1</a> 2 <a href="mill_2.shtml">3</a></p>`, "mill_2.shtml", 2, 3},
		{"no first page, but the title", "http://a.example/2024/7_3.html", "水磨坊（3）", ``, `<p><a href="7_2.html">上一页</a> <a href="7_4.html">下一页</a></p>`, "7_4.html", 3, 0},
		{"Chinese count", "http://a.example/7_2.html", "水磨坊", ``, `<p>本文共4页，当前第2页 <a href="7.html">上一页</a> <a href="7_3.html">下一页</a></p>`, "7_3.html", 2, 4},
		{"Russian", "https://a.example/melnica?page=1", "Мельница", ``, `<p>1 <a href="?page=2">Следующая</a> <a href="?page=2">2</a></p>`, "?page=2", 1, 2},
		{"French", "https://a.example/moulin", "Le moulin", ``, `<p><a href="/moulin?page=2">Page suivante</a></p>`, "/moulin?page=2", 1, 0},
		{"Spanish", "https://a.example/molino", "El molino", ``, `<p><a href="/molino/2">Siguiente ›</a></p>`, "/molino/2", 1, 0},
		{"picture", "https://a.example/mill", "The mill", ``, `<p><a href="/mill/2"><img src="n.gif" alt="next page"></a></p>`, "/mill/2", 1, 0},
		{"label for the blind", "https://a.example/mill.html", "The mill", ``, `<p><a href="mill-2.html" aria-label="Page 2"><svg></svg></a></p>`, "mill-2.html", 1, 2},
		{"canonical", "https://a.example/?go=mill", "The mill", `<link rel="canonical" href="https://a.example/mill">`, `<p><a href="/mill/2">2</a></p>`, "/mill/2", 1, 2},

		{"next post", "https://a.example/mill/", "The mill", `<link rel="next" href="/ferry/">`, `<p><a rel="next" href="/ferry/">Next</a></p>`, "", 0, 0},
		{"next post of the same title", "https://a.example/mill/", "The mill", `<link rel="next" href="/mill-2/">`, `<p><a rel="next" href="/mill-2/">Next &raquo;</a></p>`, "", 0, 0},
		{"next post of the same title, a file", "https://a.example/2024/mill.html", "The mill", ``, `<p><a rel="next" href="/2024/mill_2.html">Newer post</a></p>`, "", 0, 0},
		{"next number", "https://a.example/news/12", "The mill", `<link rel="next" href="/news/13">`, `<p><a href="/news/11">Previous</a> <a href="/news/13">Next</a></p>`, "", 0, 0},
		{"next number, said to be a page", "https://a.example/news/12.html", "The mill", ``, `<p><a href="11.html">Previous page</a> <a href="13.html">Next page</a></p>`, "", 0, 0},
		{"next post by its id", "https://a.example/blog/?p=12", "The mill", `<link rel="next" href="/blog/?p=13">`, `<p><a rel="next" href="/blog/?p=13">Next</a></p>`, "", 0, 0},
		{"the root of a site", "https://a.example/", "The mill", `<link rel="next" href="/page/2/">`, `<p><a href="/page/2/">2</a></p>`, "", 0, 0},
		{"comments by their address", "https://a.example/mill/", "The mill", ``, `<p><a href="/mill/comment-page-2/#comments">Next page</a></p>`, "", 0, 0},
		{"comments by a parameter", "https://a.example/mill/", "The mill", ``, `<p><a href="/mill/?cpage=2">2</a></p>`, "", 0, 0},
		{"comments by their box", "https://a.example/mill/", "The mill", `<link rel="next" href="/mill/?page=2">`, `<div class="comments-area"><p>Well said.</p><a href="/mill/?page=2">2</a></div>`, "", 0, 0},
		{"comments by the fragment", "https://a.example/mill/", "The mill", ``, `<p><a href="/mill/?page=2#comments">2</a></p>`, "", 0, 0},
		{"a calendar", "https://a.example/2024/05/", "The mill", ``, `<p><a href="/2024/05/2/">2</a></p>`, "", 0, 0},
		{"a day with a zero", "https://a.example/mill/", "The mill", ``, `<p><a href="/mill/02/">02</a></p>`, "", 0, 0},
		{"another host", "https://a.example/mill", "The mill", ``, `<p><a href="https://b.example/mill/2">2</a></p>`, "", 0, 0},
		{"another parameter", "https://a.example/show?id=7", "The mill", ``, `<p><a href="/show?id=8&amp;page=2">2</a></p>`, "", 0, 0},
		{"a lost parameter", "https://a.example/show?id=7", "The mill", ``, `<p><a href="/show?page=2">2</a></p>`, "", 0, 0},
		{"page 3 after page 1", "https://a.example/mill", "The mill", ``, `<p><a href="/mill/3">3</a></p>`, "", 0, 0},
		{"a number that says another", "https://a.example/mill", "The mill", ``, `<p><a href="/mill/2">17</a></p>`, "", 0, 0},
		{"words of something else", "https://a.example/mill", "The mill", ``, `<p><a href="/mill/2">The ferry</a></p>`, "", 0, 0},
		{"a gallery", "https://a.example/mill", "The mill", ``, `<div class="photo-gallery"><a href="/mill/2">Next</a></div>`, "", 0, 0},
		{"beside the story", "https://a.example/mill", "The mill", ``, `<aside><a href="/mill/2">Next</a></aside>`, "", 0, 0},
		{"a thread", "https://a.example/threads/mill.7/", "The mill", ``, `<p><a href="/threads/mill.7/page-2">2</a></p>`, "", 0, 0},
		{"a list of fifty pages", "https://a.example/mill", "The mill", ``, `<p>1 <a href="?page=2">2</a> <a href="?page=50">50</a></p>`, "", 0, 0},
		{"an article of fifty pages", "https://a.example/mill", "The mill", dated, `<p>1 <a href="?page=2">2</a> <a href="?page=50">50</a></p>`, "?page=2", 1, 50},
		{"more than a hundred", "https://a.example/mill?page=100", "The mill", dated, `<p><a href="/mill">1</a> <a href="?page=101">101</a></p>`, "", 100, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := x.Extract(Page{URL: c.url, Body: []byte(pagedPage(c.title, c.head, c.below))})
			want := ""
			if c.next != "" {
				want, _ = weburl.Resolve(c.url, c.next)
			}
			if d.Kind != KindArticle || d.NextPage != want || d.PageNumber != c.number || d.PageCount != c.count {
				t.Errorf("got %s, next %q, page %d of %d; want article, %q, %d of %d", d.Kind, d.NextPage, d.PageNumber, d.PageCount, want, c.number, c.count)
			}
		})
	}
}

// TestSinglePage: links to the whole article on one page.
func TestSinglePage(t *testing.T) {
	x := New(Config{})
	for _, c := range []struct{ url, below, want string }{
		{"https://a.example/mill", `<p>1 <a href="/mill/2">2</a> <a href="/mill/all">View all</a></p>`, "https://a.example/mill/all"},
		{"https://a.example/mill", `<p>1 <a href="/mill?page=2">2</a> <a href="/mill?print=1">Print view</a></p>`, "https://a.example/mill?print=1"},
		{"https://a.example/7.html", `<p>1 <a href="7_2.html">2</a> <a href="7_all.html">在本页阅读全文</a></p>`, "https://a.example/7_all.html"},
		{"https://a.example/news/a-mill-by-the-river,0,7174451.story", `<p>1 <a href="?page=2">2</a> <a href="a-mill-by-the-river,0,3057338,full.story">single page</a></p>`, "https://a.example/news/a-mill-by-the-river,0,3057338,full.story"},

		{"https://a.example/mill", `<p><a href="/mill/all">View all</a></p>`, ""},                                 // it has no pages
		{"https://a.example/mill", `<p>1 <a href="/mill/2">2</a> <a href="/news/all">View all</a></p>`, ""},       // of another list
		{"https://a.example/mill", `<p>1 <a href="/mill/2">2</a> <a href="/mill/comments">View all</a></p>`, ""},  // of its comments
		{"https://a.example/mill", `<p>1 <a href="/mill/2">2</a> <a href="/mill?reply=all">View all</a></p>`, ""}, // a value alone
		{"https://a.example/mill", `<p>1 <a href="/mill/2">2</a> <a href="/mill/all">All photographs</a></p>`, ""},
	} {
		d := x.Extract(Page{URL: c.url, Body: []byte(pagedPage("The mill", "", c.below))})
		if d.SinglePage != c.want {
			t.Errorf("%s with %s: got %q, want %q", c.url, c.below, d.SinglePage, c.want)
		}
	}
}

// TestScriptPages: page links that only a script would write.
func TestScriptPages(t *testing.T) {
	x := New(Config{})
	for _, c := range []struct {
		url, call, next string
		number, count   int
	}{
		{"http://a.example/zx/t20240531_7.html", `createPageHTML(3, 0, "t20240531_7", "html");`, "http://a.example/zx/t20240531_7_1.html", 1, 3},
		{"http://a.example/zx/t20240531_7_2.html", `createPageHTML(3,2,'t20240531_7','html')`, "", 3, 3},
		{"http://a.example/zx/t20240531_7.html", `createPageHTML(1, 0, "t20240531_7", "html");`, "", 0, 0},
		{"http://a.example/zx/t20240531_7.html", `createPageHTML(3, 0, "t20240531_8", "html");`, "", 0, 0},
		{"http://a.example/zx/", `createPageHTML(30, 0, "index", "html");`, "", 0, 0},
		{"http://a.example/zx/t20240531_7.html", `function createPageHTML(count, now, name, ext){}`, "", 0, 0},
	} {
		d := x.Extract(Page{URL: c.url, Body: []byte(pagedPage("The mill", "", "<script>"+c.call+"</script>"))})
		if d.NextPage != c.next || d.PageNumber != c.number || d.PageCount != c.count {
			t.Errorf("%s with %s: got %q, page %d of %d; want %q, %d of %d", c.url, c.call, d.NextPage, d.PageNumber, d.PageCount, c.next, c.number, c.count)
		}
	}
}

// TestPageRows: rows of page links leave the text, numbers of the story stay.
func TestPageRows(t *testing.T) {
	x := New(Config{})
	rows := []string{
		`<p>Pages: <span>1</span> <a href="/mill/2">2</a> <a href="/mill/3">3</a></p>`,
		`<p>Page 1 of 3</p>`,
		`<p>第1页 / 共3页</p>`,
		`<p>上一页 1 2 3 下一页</p>`,
		`<div><b>上一页</b> <b>1</b> <a href="/mill/2">2</a> <a href="/mill/2">下一页</a> <a href="/mill/3">末页</a></div>`,
		`<ul><li>1</li><li><a href="/mill/2">2</a></li><li><a href="/mill/2">Next »</a></li></ul>`,
		`<p>« Zurück | Seite 1 von 3 | <a href="/mill/2">Weiter »</a></p>`,
		`<p>Страницы: 1 <a href="/mill/2">2</a> <a href="/mill/2">Следующая</a></p>`,
		`<p><a href="/mill/2">次のページへ</a></p><p>1 | <a href="/mill/2">2</a></p>`,
		`<p><a href="/mill/2">Next page: who built the wheel, and what it cost the valley</a></p>`,
	}
	for _, row := range rows {
		body := `<html><head><title>The mill</title></head><body><main><h1>The mill</h1><div class="text">` + pagedStory + row + `<p>This is the last paragraph of what the miller said to us, and it ends here.</p></div></main></body></html>`
		d := x.Extract(Page{URL: "https://a.example/mill", Body: []byte(body)})
		if d.Article == nil {
			t.Errorf("%s: got %s", row, d.Kind)
			continue
		}
		if n := strings.Count(d.Article.Text, "\n") + 1; n != 3 {
			t.Errorf("%s: got\n%s", row, d.Article.Text)
		}
	}
	for _, c := range []struct{ lines, keep string }{
		{`<p>The next page of the ledger, page 2 of 5, is <a href="/mill/2">torn out</a>, and nobody has said by whom.</p>`, "torn out"},
		{`<table><tr><th>Place</th><th>Lap</th></tr><tr><td>1</td><td><a href="/r/2">2</a></td></tr><tr><td>3</td><td>4</td></tr></table>`, "1 | 2"},
		{`<ol><li>First, open the sluice and wait until the wheel turns.</li><li>Last, close it.</li></ol>`, "Last, close it."},
		{`<p>他翻到下一页，发现第2页和第3页之间少了一张纸，只剩下毛边。</p>`, "少了一张纸"},
		{`<h2>1</h2><p>He opened the sluice, as he did on every day of the week but one.</p><h2>2</h2><p>Then he waited for the wheel, which takes its time in winter.</p>`, "2\nThen he waited"},
	} {
		body := `<html><head><title>The mill</title></head><body><main><h1>The mill</h1><div class="text">` + pagedStory + c.lines + `<p>This is the last paragraph of what the miller said to us, and it ends here.</p></div></main></body></html>`
		d := x.Extract(Page{URL: "https://a.example/mill", Body: []byte(body)})
		if d.Article == nil || !strings.Contains(d.Article.Text, c.keep) {
			t.Errorf("%s: lost %q", c.lines, c.keep)
		}
	}
}

// TestWithoutPage: titles without their page part.
func TestWithoutPage(t *testing.T) {
	for _, c := range []struct {
		title, want string
		number      int
	}{
		{"The mill", "The mill", 0},
		{"The mill (2)", "The mill", 2},
		{"The mill (Page 2 of 5)", "The mill", 2},
		{"The mill - Page 2 - The Valley", "The mill | The Valley", 2},
		{"Page 2: The wheel", "The wheel", 2},
		{"Page 2", "", 2},
		{"水磨坊（２）", "水磨坊", 2},
		{"水磨坊_第2页", "水磨坊", 2},
		{"磨坊（3/5ページ）", "磨坊", 3},
		{"Die Mühle | Seite 2", "Die Mühle", 2},
		{"Page one", "Page one", 0},
		{"The winter of 2 kings", "The winter of 2 kings", 0},
		{"A mill (1850)", "A mill (1850)", 0},
		{"", "", 0},
	} {
		if got, n := withoutPage(c.title); got != c.want || n != c.number {
			t.Errorf("%q: got %q, %d; want %q, %d", c.title, got, n, c.want, c.number)
		}
	}
}

// TestManyPageLinks: a page of nothing but page links ends in time.
func TestManyPageLinks(t *testing.T) {
	var b strings.Builder
	for range 20_000 {
		b.WriteString(`<div><a href="/mill/2">2</a><a href="/mill/3/2/2?page=2&page=3">Next page</a></div>`)
	}
	d := New(Config{}).Extract(Page{URL: "https://a.example/mill", Body: []byte(pagedPage("The mill", "", b.String()))})
	if d.Kind == KindArticle && d.NextPage != "https://a.example/mill/2" {
		t.Errorf("got %q", d.NextPage)
	}
}

// FuzzPages: page links and joins of foreign bytes. What is found has to be on
// the host of the page, and a join has to keep the text of its pages.
func FuzzPages(f *testing.F) {
	f.Add("https://a.example/mill", "The mill (2)", `<p>1 <a href="/mill/2">2</a></p>`)
	f.Add("http://a.example/t_1.shtml", "第2页", `<a href="t_2.shtml">下一页</a><script>createPageHTML(3, 1, "t", "shtml")</script>`)
	f.Add("https://a.example/?page=2&p=3", "", `<a href="?page=all">View all</a><ul><li>1<li>2</ul>`)
	x := New(Config{})
	f.Fuzz(func(t *testing.T, url, title, below string) {
		d := x.Extract(Page{URL: url, Body: []byte(pagedPage(title, "", below))})
		for _, u := range []string{d.NextPage, d.FirstPage, d.SinglePage} {
			if u != "" && !isWeb(u) {
				t.Errorf("not of the web: %q", u)
			}
		}
		if d.PageNumber < 0 || d.PageNumber > 999 || d.PageCount < 0 || d.PageCount > 999 || d.PageCount > 0 && d.PageCount < d.PageNumber {
			t.Errorf("page %d of %d", d.PageNumber, d.PageCount)
		}
		e := x.Extract(Page{URL: url + "/2", Body: []byte(pagedPage(title, "", "<p>Nothing of this stands on the page before, not one word of it, and there are enough of them.</p>"+below))})
		j := Join([]*Document{d, e})
		if j.Pages < 1 || j.Pages > 2 || (j.Pages == 2) != (j.Reason == "") {
			t.Errorf("%d pages joined, reason %q", j.Pages, j.Reason)
		}
		withoutPage(title)
		if d.Article != nil {
			var text, source strings.Builder
			for _, b := range blocksOf(d.Article) {
				text.WriteString(strings.Join(b.lines, "\n") + "\n")
				source.WriteString(b.html)
			}
			if got := strings.TrimSuffix(text.String(), "\n"); squash(got) != squash(d.Article.Text) || source.String() != d.Article.HTML {
				t.Errorf("blocks: got %q and %q, want %q and %q", got, source.String(), d.Article.Text, d.Article.HTML)
			}
		}
	})
}
