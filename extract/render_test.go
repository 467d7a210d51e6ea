package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed is the allow list of the rendered HTML: elements and their
// attributes.
var allowed = map[string]string{
	"p": "lang dir", "h1": "lang dir", "h2": "lang dir", "h3": "lang dir", "h4": "lang dir", "h5": "lang dir", "h6": "lang dir",
	"ul": "lang dir", "ol": "lang dir", "li": "lang dir", "dl": "lang dir", "dt": "lang dir", "dd": "lang dir",
	"blockquote": "lang dir", "q": "lang dir", "pre": "lang dir", "code": "lang dir", "em": "lang dir", "strong": "lang dir", "i": "lang dir", "b": "lang dir", "sub": "lang dir", "sup": "lang dir",
	"table": "lang dir", "thead": "lang dir", "tbody": "lang dir", "tr": "lang dir", "td": "lang dir colspan rowspan", "th": "lang dir colspan rowspan", "caption": "lang dir",
	"figure": "lang dir", "figcaption": "lang dir", "a": "href title", "img": "src alt title", "br": "", "hr": "",
}

// checkAllowed finds what of the HTML is not on the allow list, and links and
// pictures that are not on the web. Parsing and writing it again must change
// nothing: what we write nests as HTML nests.
func checkAllowed(s string) error {
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return checkNesting(s)
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			attrs, ok := allowed[tok.Data]
			if !ok {
				return fmt.Errorf("element %s", tok.Data)
			}
			for _, a := range tok.Attr {
				if !strings.Contains(" "+attrs+" ", " "+a.Key+" ") {
					return fmt.Errorf("attribute %s of %s", a.Key, tok.Data)
				}
				if (a.Key == "href" || a.Key == "src") && !isWeb(a.Val) {
					return fmt.Errorf("%s %q", a.Key, a.Val)
				}
			}
		case html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("a comment or doctype")
		}
	}
}

func checkNesting(s string) error {
	doc, err := html.Parse(strings.NewReader("<body>" + s))
	if err != nil {
		return err
	}
	count := func(s string) (n int) {
		for z := html.NewTokenizer(strings.NewReader(s)); ; {
			switch z.Next() {
			case html.ErrorToken:
				return n
			case html.StartTagToken, html.SelfClosingTagToken:
				n++
			}
		}
	}
	var b strings.Builder
	for c := bodyOf(doc).FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return err
		}
	}
	if got, want := count(b.String()), count(s); got != want {
		return fmt.Errorf("%d elements when parsed again, %d written: %s", got, want, b.String())
	}
	return nil
}

const nasty = `<title>T</title><article><h1>T</h1><p onclick="alert(1)">` + sentence + ` <a href="javascript:alert(2)">link</a> <a href="/y?q=%22%3E%3Cscript%3E">other</a> <img src=x onerror=alert(3)> <svg><script>alert(4)</script></svg></p>
<iframe srcdoc="&lt;script&gt;alert(5)&lt;/script&gt;"></iframe><math><mtext></math><p style="background:url(javascript:alert(6))">` + sentence + `</p><style>p{}</style><object data=x></object>
<p lang="de&quot; onload=&quot;x" title="&lt;script&gt;">` + sentence + `&lt;script&gt;alert(7)&lt;/script&gt;</p><a href="//b.example/x"><div><p>` + sentence + `</p></div></a><ul><li><div>one</div><div>two</div></li></ul><blockquote>quoted, and bare</blockquote><p>` + sentence + `</p></article>`

// TestRenderAllowList checks the HTML of a page of attacks and of every page
// of the tests.
func TestRenderAllowList(t *testing.T) {
	x := New(Config{})
	pages := map[string][]byte{"nasty": []byte(nasty)}
	files, _ := filepath.Glob("testdata/pages/*/source.html")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages[f] = b
	}
	for name, body := range pages {
		d := x.Extract(Page{URL: "https://a.example/dir/1", Body: body})
		if d.Article == nil {
			continue
		}
		if err := checkAllowed(d.Article.HTML); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, d.Article.HTML)
		}
	}
	d := x.Extract(Page{URL: "https://a.example/dir/1", Body: []byte(nasty)})
	for _, want := range []string{`<a href="https://a.example/y?q=%22%3E%3Cscript%3E">other</a>`, `<img src="https://a.example/dir/x" alt="">`, `&lt;script&gt;alert(7)`, `<a href="https://b.example/x">`, `<li>one<br>two</li>`, `<blockquote><p>quoted, and bare</p></blockquote>`} {
		if !strings.Contains(d.Article.HTML, want) {
			t.Errorf("got %s\nwant %s in it", d.Article.HTML, want)
		}
	}
}

// TestImages checks the addresses of pictures: lazy, srcset, picture,
// noscript; icons and placeholders are none.
func TestImages(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<img src="/a.jpg" alt="A">`, "https://a.example/a.jpg"},
		{`<img src="data:image/gif;base64,R0" data-src="/b.jpg">`, "https://a.example/b.jpg"},
		{`<img src="/placeholder.png" srcset="/s.jpg 400w, /l.jpg 1600w, /m.jpg 800w">`, "https://a.example/l.jpg"},
		{`<picture><source srcset="/p1.webp 1x, /p2.webp 2x"><img></picture>`, "https://a.example/p2.webp"},
		{`<img class="lazy"><noscript><img src="/n.jpg"></noscript>`, "https://a.example/n.jpg"},
		{`<img data-srcset="/q.jpg">`, "https://a.example/q.jpg"},
		{`<img src="/icon.png" width="16" height="16">`, ""},
		{`<img src="data:image/png;base64,xx">`, ""},
		{`<img src="javascript:alert(1)">`, ""},
	} {
		body := "<title>T</title><article><h1>T</h1><p>" + sentence + "</p><figure>" + c.in + "<figcaption>What it shows</figcaption></figure><p>" + sentence + "</p></article>"
		d := New(Config{}).Extract(Page{URL: "https://a.example/1", Body: []byte(body)})
		got := ""
		if d.Article != nil && len(d.Article.Images) > 0 {
			got = d.Article.Images[0].URL
			if cap := d.Article.Images[0].Caption; cap != "What it shows" {
				t.Errorf("%s: got caption %q", c.in, cap)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzExtract checks that no page makes Extract panic or write anything that
// is not on the allow list.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(nasty))
	files, _ := filepath.Glob("testdata/pages/*/source.html")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	x := New(Config{Explain: true})
	f.Fuzz(func(t *testing.T, body []byte) {
		d := x.Extract(Page{URL: "https://a.example/1", Body: body})
		if d.Kind == "" {
			t.Fatalf("no kind for %q", body)
		}
		if d.Article == nil {
			return
		}
		if err := checkAllowed(d.Article.HTML); err != nil && !strings.Contains(err.Error(), "when parsed again") {
			t.Errorf("%v in %s", err, d.Article.HTML)
		}
		if d.Article.Quality < 0 || d.Article.Quality > 1 {
			t.Errorf("quality %v", d.Article.Quality)
		}
	})
}
