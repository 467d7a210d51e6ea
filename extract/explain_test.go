package extract

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"stet/extract/charset"
)

// readAt is what a reader sees of the bytes at a span, white space left out.
func readAt(t testing.TB, body []byte, encoding string, s Span) string {
	text := charset.DecodeAs(body[s.Start:s.End], encoding)
	nodes, err := html.ParseFragment(strings.NewReader(string(text)), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	root := &html.Node{Type: html.DocumentNode}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return squeezed(newTree(root).text(0, 1<<30))
}

func squeezed(s string) string {
	out, _ := squeeze(nil, nil, s, 0)
	return string(out)
}

// tally counts kept lines: all, those with a place, and those that read there
// as they do in the article.
type tally struct{ lines, placed, same int }

// checkBlocks checks that a document's blocks are its article, and counts.
func checkBlocks(t testing.TB, name string, d *Document, body []byte, n *tally) {
	if d.Article == nil {
		return
	}
	lines := map[int]string{}
	last := 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if !b.Kept && (b.Stage == "" || b.Rule == "" || b.Line != 0) {
			t.Errorf("%s: block %d is cut by stage %q, rule %q, line %d", name, i, b.Stage, b.Rule, b.Line)
		}
		if !b.Kept && (b.Reason() == b.Stage+": "+b.Rule || StageWords(b.Stage) == "") {
			t.Errorf("%s: stage %q, rule %q has no words in reasons.go", name, b.Stage, b.Rule)
		}
		if b.Line > 0 {
			lines[b.Line] += b.Text
			last = max(last, b.Line)
		}
		if b.Kept && b.Tag != "script" {
			n.lines++
		}
		if b.Raw.Known() != b.Decoded.Known() {
			t.Errorf("%s: block %d stands at %v of the text and %v of the bytes", name, i, b.Decoded, b.Raw)
		}
		if !b.Raw.Known() {
			if b.Kept && b.Tag != "script" { // text of the page's data has no place in its markup
				t.Logf("%s: no place for %q", name, clip(b.Text, 60))
			}
			continue
		}
		got, want := readAt(t, body, d.Charset, b.Raw), squeezed(b.Text)
		got, want = strings.ReplaceAll(got, "|", ""), strings.ReplaceAll(want, "|", "") // between cells
		if b.Kept {
			n.placed++
			if got == want {
				n.same++
			}
		}
		if got != want {
			t.Logf("%s: %v reads %q, want %q", name, b.Raw, clip(got, 200), clip(want, 200))
		}
	}
	text := ""
	for i := 1; i <= last; i++ {
		text += lines[i]
	}
	if got, want := squeezed(text), squeezed(d.Article.Text); got != want {
		t.Errorf("%s: the kept blocks read\n%s\nwant the article\n%s", name, got, want)
	}
}

func (n tally) check(t *testing.T, share int) {
	t.Helper()
	t.Logf("%d kept lines, %d with a place (%.2f %%), %d read the same there (%.2f %%)", n.lines, n.placed, 100*float64(n.placed)/float64(n.lines), n.same, 100*float64(n.same)/float64(n.placed))
	if n.lines == 0 || n.placed*1000 < n.lines*share || n.same*1000 < n.placed*share {
		t.Errorf("of %d kept lines %d have a place and %d read the same there, want %d of 1000", n.lines, n.placed, n.same, share)
	}
}

// TestExplainPages checks for every page under testdata/pages that its blocks
// are its article and stand where they say, in UTF-8 and in every other
// encoding that can write the page.
func TestExplainPages(t *testing.T) {
	encodings := map[string]encoding.Encoding{
		"": nil, "GBK": simplifiedchinese.GBK, "Big5": traditionalchinese.Big5, "Shift_JIS": japanese.ShiftJIS,
		"EUC-JP": japanese.EUCJP, "ISO-2022-JP": japanese.ISO2022JP, "UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	}
	files, err := filepath.Glob("testdata/pages/*/source.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	x := New(Config{Explain: true})
	for name, enc := range encodings {
		t.Run("as "+name, func(t *testing.T) {
			var n tally
			for _, f := range files {
				body, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				header := map[string][]string{}
				if enc != nil {
					if body, err = enc.NewEncoder().Bytes(body); err != nil {
						continue // it has characters that this encoding has not
					}
					header["Content-Type"] = []string{"text/html; charset=" + name}
				}
				d := x.Extract(Page{URL: "https://a.example/1", Header: header, Body: body})
				checkBlocks(t, f, d, body, &n)
			}
			n.check(t, 1000)
		})
	}
}

// TestExplainTurnsNothing checks that a document is the same with and without
// explanation.
func TestExplainTurnsNothing(t *testing.T) {
	files, _ := filepath.Glob("testdata/pages/*/source.html")
	with, without := New(Config{Explain: true}), New(Config{})
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		p := Page{URL: "https://a.example/1", Body: body}
		a, b := with.Extract(p), without.Extract(p)
		if a.Kind != b.Kind || a.Reason != b.Reason || (a.Article == nil) != (b.Article == nil) || !reflect.DeepEqual(a.Article, b.Article) {
			t.Errorf("%s: the article is another when it is explained", f)
		}
	}
}

// TestPlaces places texts that the parser moves, joins, copies around or
// leaves out.
func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct{ page, text, want string }{
		"entities":            {`<p>Tom &amp; Jerry&#39;s &notit; caf&eacute;</p>`, "Tom & Jerry's ¬it; café", `Tom &amp; Jerry&#39;s &notit; caf&eacute;`},
		"no reference":        {`<p>AT&T & Co &bogus; x</p>`, "AT&T & Co &bogus; x", `AT&T & Co &bogus; x`},
		"space reference":     {"<p>&#32;&#10;one&nbsp;two&#32;</p>", "one two", "one&nbsp;two"},
		"white space":         {"<p>\r\n  one\r\n\ttwo \n</p>", "one two", "one\r\n\ttwo"},
		"markup":              {`<p>one <b>two</b> three</p>`, "one two three", `one <b>two</b> three`},
		"comment":             {`<p>one <!-- not this --> two</p>`, "one two", `one <!-- not this --> two`},
		"script inside":       {`<p>one <script>x = "<p>"</script> two</p>`, "one two", `one <script>x = "<p>"</script> two`},
		"soft hyphen":         {`<p>news&shy;paper</p>`, "newspaper", `news&shy;paper`},
		"out of a table":      {`<table>one<tr><td>two</td></tr></table>`, "one", "one"},
		"two out of a table":  {`<table>one<tr><td>two</td></tr>three</table>`, "onethree", ""},
		"in a table":          {`<table>one<tr><td>two</td></tr></table>`, "two", "two"},
		"misnested":           {`<p>one <b>two <i>three</b> four</i> five</p>`, "one two three four five", `one <b>two <i>three</b> four</i> five`},
		"formatting goes on":  {`<p><b>one<p>two</b> three</p>`, "two three", `two</b> three`},
		"never closed":        {`<div><p>one<div>two`, "two", "two"},
		"plaintext":           {`<plaintext>one &amp; <b>two`, "one &amp; <b>two", `one &amp; <b>two`},
		"xmp":                 {`<xmp>one &amp; <b>two</xmp><p>three</p>`, "one &amp; <b>two", `one &amp; <b>two`},
		"after xmp":           {`<xmp>one</xmp><p>three</p>`, "three", "three"},
		"less than":           {`<p>a < b <3</p>`, "a < b <3", `a < b <3`},
		"nul":                 {"<p>a\x00b</p><!-- long enough not to be taken for UTF-16 -->", "a\uFFFDb", "a\x00b"},
		"bad UTF-8":           {"<p>caf\xe9 \xff\xfe \u4e2d\u6587\u65b0\u95fb</p>", "caf\uFFFD \uFFFD\uFFFD \u4e2d\u6587\u65b0\u95fb", "caf\xe9 \xff\xfe \u4e2d\u6587\u65b0\u95fb"},
		"Chinese":             {`<p>他們說：「<b>信</b>&#x4e86;。」</p>`, "他們說：「信了。」", `他們說：「<b>信</b>&#x4e86;。」`},
		"ruby":                {`<p><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>です</p>`, "漢字です", `漢<rt>かん</rt>字<rt>じ</rt></ruby>です`},
		"text after the body": {`<p>one</p></body></html>two`, "two", "two"},
		"pre":                 {"<pre>\n one\n  two\n</pre>", " one\n  two", "one\n  two"},
		"spaces in pre":       {"<pre><b>one</b> <i>two</i>\n\n<b>three</b></pre>", "one two\n\nthree", "one</b> <i>two</i>\n\n<b>three"},
		"select":              {`<p>one <select><option>two</select> three`, "one three", `one <select><option>two</select> three`},
		"svg":                 {`<p>one <svg><title>two</title><style>three</style></svg> four</p>`, "one four", `one <svg><title>two</title><style>three</style></svg> four`},
		"line break":          {`<p>one<br>two</p>`, "two", "two"},
		"part cut":            {`<p>one <span hidden>two</span> three</p>`, "three", "three"},
		"the cut part":        {`<p>one <span hidden>two</span> three</p>`, "two", "two"},
		"byte order mark":     {"\ufeff<p>one</p>", "one", "one"},
		"too deep":            {strings.Repeat("<div>", 600) + "<p>one &amp; <b>two</b></p>", "one & two", `one &amp; <b>two`},
		"broken over tags":    {strings.Repeat("<div>", 600) + "<p>one &am<b>p; two</b></p>", "one & two", ""},
		"frameset":            {`<frameset><noframes>one</noframes></frameset>`, "", ""},
	} {
		body := []byte(c.page)
		d := New(Config{Explain: true}).Extract(Page{URL: "https://a.example/1", Body: body})
		found := c.text == ""
		for _, b := range d.Blocks {
			if b.Text != c.text {
				continue
			}
			found = true
			got := ""
			if b.Raw.Known() {
				got = string(body[b.Raw.Start:b.Raw.End])
			}
			if got != c.want {
				t.Errorf("%s: %q stands at %q, want %q", name, c.text, got, c.want)
			}
		}
		if !found {
			t.Errorf("%s: no block %q in %+v", name, c.text, d.Blocks)
		}
	}
}

// TestFind looks for sentences.
func TestFind(t *testing.T) {
	const page = `<title>The mill</title><h1>The mill</h1><article><p>` + sentence + ` Rain &amp; wind
		had <b>the mill</b> for years.</p><p>他們說：「信了。」` + sentence + `</p><p>` + sentence + ` It <span hidden>never</span> closed.</p></article>`
	d := New(Config{Explain: true}).Extract(Page{URL: "https://a.example/1", Body: []byte(page)})
	for _, c := range []struct{ text, want string }{
		{"Rain & wind had the mill", "Rain &amp; wind\n\t\thad <b>the mill"},
		{"Rain &\n  wind", "Rain &amp; wind"},
		{"信了", "信了"},
		{"for years. 他們說", "for years.|他們說"},
		{"It closed", "It|closed"},
		{"never", "never"},
		{"not there", ""},
		{" ", ""},
	} {
		var got []string
		for _, f := range d.Find(c.text) {
			got = append(got, page[f.Raw.Start:f.Raw.End])
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q: found at %q, want %q", c.text, s, c.want)
		}
	}
	if got := New(Config{}).Extract(Page{Body: []byte(page)}).Find("mill"); got != nil {
		t.Errorf("without Explain: got %v", got)
	}
}

// FuzzExplain checks on pages of any kind that blocks stand inside the page, in
// ascending order of their own, and make up the article.
func FuzzExplain(f *testing.F) {
	f.Add([]byte(nasty))
	f.Add([]byte(`<table>one<tr><td>two</table><p>a<b>b<p>c</b>d<pre>` + "\n x"))
	x := New(Config{Explain: true})
	f.Fuzz(func(t *testing.T, body []byte) {
		d := x.Extract(Page{URL: "https://a.example/1", Body: body})
		for i, b := range d.Blocks {
			if b.Raw.Known() && (b.Raw.Start >= b.Raw.End || b.Raw.End > len(body)) {
				t.Errorf("block %d of %q: %v of %d bytes", i, body, b.Raw, len(body))
			}
			if b.Text != "" && b.Raw.Known() {
				if at := d.Find(b.Text); len(at) == 0 {
					t.Errorf("block %d of %q: %q is not found", i, body, b.Text)
				}
			}
		}
		var n tally
		checkBlocks(t, "fuzz", d, body, &n)
	})
}

// TestExplainNoArticle: nothing is kept of a page that is no article, and what
// would have been says why.
func TestExplainNoArticle(t *testing.T) {
	d := New(Config{Explain: true}).Extract(Page{Status: 404, Body: []byte(`<title>Gone</title><nav>Home</nav><p>` + sentence + `</p>`)})
	for _, b := range d.Blocks {
		if b.Kept || b.Line != 0 || b.Reason() == "kept" {
			t.Errorf("kept of an error page: %+v", b)
		}
	}
	if b := d.Blocks[len(d.Blocks)-1]; b.Stage != "kind" || b.Rule != "error" || !b.Raw.Known() {
		t.Errorf("got %+v, want it cut by kind: error, with a place", b)
	}
}
