package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stet/extract"
)

// hostilePage has markup in every text and attribute that a report shows.
const hostilePage = `<html lang='"><script>alert(1)</script>'><head><title>&lt;script>alert("title")&lt;/script> of the mill &amp; more</title>
<meta property="og:title" content="<script>alert('og')</script> of the mill & more"><meta property="og:site_name" content="&lt;img src=x onerror=alert(2)&gt;">
<link rel="canonical" href="javascript:alert(3)"></head><body>
<div class="newsletter&quot;&gt;&lt;script&gt;alert(4)&lt;/script&gt; newsletter" id='"onmouseover="alert(5)'><p>&lt;/s>&lt;script>alert(6)&lt;/script> subscribe</p></div>
<article><h1>&lt;script>alert("title")&lt;/script> of the mill &amp; more</h1>
<p>The council agreed, by nine votes to four, to &lt;script>alert(7)&lt;/script> the old mill, and said so twice in its minutes of that day.</p>
<p dir="rtl" lang="ar">قال العمدة إن النهر ارتفع في الليل، وإن المدينة السفلى كانت تحت الماء حتى الصباح، ولم يصب أحد بأذى في البيوت القديمة.</p>
<p>A second paragraph, with {{.Title}} and ` + "\u202e\x1b]0;gone\x07\x1b[2J" + ` in it, which is long enough to be read as a paragraph of the story by anybody.</p></article></body></html>`

// TestReportIsSafe looks for anything of a page in its report that is more than
// text.
func TestReportIsSafe(t *testing.T) {
	for _, url := range []string{"https://a.example/mill", `javascript:alert(8)`, `https://a.example/"><script>alert(9)</script>`} {
		p := extract.Page{URL: url, Body: []byte(hostilePage)}
		r := newReport(studied{page: p}, extract.New(extract.Config{Explain: true}).Extract(p))
		var b bytes.Buffer
		if err := r.html(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "&lt;script&gt;alert(7)&lt;/script&gt;") {
			t.Errorf("the story is not in the report as text")
		}
		if strings.ContainsAny(b.String(), "\x1b\u202e") {
			t.Errorf("a control character came through")
		}
		checkReport(t, b.Bytes())
	}
}

// allowedTags are the elements of explain.html and their attributes beside
// class, id, dir, lang and title.
var allowedTags = map[string]string{
	"html": "", "head": "", "meta": "charset http-equiv content name", "title": "", "style": "", "body": "", "header": "", "section": "aria-labelledby",
	"h1": "", "h2": "", "p": "", "a": "href rel", "div": "role aria-label", "span": "style", "i": "", "table": "", "tbody": "", "tr": "", "th": "", "td": "",
	"details": "", "summary": "", "dl": "", "dt": "", "dd": "", "code": "", "bdi": "", "s": "", "br": "", "footer": "",
}

func checkReport(t *testing.T, report []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(report))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		allowed, known := allowedTags[n.Data]
		if !known {
			t.Errorf("element %s in the report", n.Data)
		}
		for _, a := range n.Attr {
			if !strings.Contains(" class id dir lang title "+allowed+" ", " "+a.Key+" ") {
				t.Errorf("attribute %s=%q of %s in the report", a.Key, a.Val, n.Data)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "#b") {
				t.Errorf("a link to %q in the report", a.Val)
			}
		}
	}
}

// FuzzReport checks that no page puts more into its report than text.
func FuzzReport(f *testing.F) {
	f.Add([]byte(hostilePage), "https://a.example/")
	f.Add([]byte("<p>\x00\xff</p>"), "x")
	x := extract.New(extract.Config{Explain: true})
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		p := extract.Page{URL: url, Body: body}
		var b bytes.Buffer
		if err := newReport(studied{page: p}, x.Extract(p)).html(&b); err != nil {
			t.Fatal(err)
		}
		checkReport(t, b.Bytes())
	})
}

// On a terminal, what was cut is struck and dim, unless colours are not
// wanted; what strangers wrote cannot drive it.
func TestExplainOnTerminal(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(page, []byte(hostilePage), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, color := range []bool{true, false} {
		var out, errs bytes.Buffer
		c := terminal(&out, &errs)
		c.color = color
		if status := run(context.Background(), []string{"explain", page}, c); status != done {
			t.Fatalf("status %d: %s", status, errs.String())
		}
		got := out.String()
		if struck := strings.Contains(got, "\x1b[2;9m"); struck != color {
			t.Errorf("colours %v: struck %v in %q", color, struck, got)
		}
		if strings.Contains(got, "\x1b]") || strings.Contains(got, "\x1b[2J") || strings.Contains(got, "\u202e") {
			t.Errorf("colours %v: a control sequence of the page came through: %q", color, got)
		}
		if !strings.Contains(got, "line 1") || !strings.Contains(got, "prune: name:") {
			t.Errorf("colours %v: no reasons in %q", color, got)
		}
	}
}
