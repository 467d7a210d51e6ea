//go:build unix

package extract

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostilePages are pages made to break extractors. The kind is what must come
// out; "" means that any kind is right as long as it ends.
func hostilePages() map[string]struct {
	kind Kind
	body func() []byte
} {
	story := strings.Repeat("<p>The council met on Tuesday, and after three hours it agreed, by nine votes to four, to rebuild the old mill.</p>", 8)
	text := func(s string) func() []byte { return func() []byte { return []byte(s) } }
	page := func(f func(b *bytes.Buffer)) func() []byte {
		return func() []byte {
			var b bytes.Buffer
			b.WriteString("<html><head><title>T</title></head><body>")
			f(&b)
			b.WriteString("</body></html>")
			return b.Bytes()
		}
	}
	random := func() []byte {
		b := make([]byte, 2<<20)
		rand.New(rand.NewSource(1)).Read(b)
		return b
	}
	return map[string]struct {
		kind Kind
		body func() []byte
	}{
		"nested divs": {KindArticle, page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<div>", 100_000) + "<h1>T</h1>" + story + strings.Repeat("</div>", 100_000))
		})},
		"nested inline": {KindArticle, page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<b><a href=x><font>", 50_000) + story)
		})},
		"nested tables":   {KindArticle, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<table><tr><td>", 20_000) + story) })},
		"nested lists":    {KindArticle, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<ul><li>", 20_000) + story) })},
		"many paragraphs": {KindArticle, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<p>word</p>\n", 1_000_000)) })},
		"some paragraphs": {KindArticle, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<p>"+story[3:90]+"</p>\n", 60_000)) })},
		"many attributes": {KindArticle, page(func(b *bytes.Buffer) { b.WriteString("<div"); manyAttributes(b); b.WriteString(">" + story + "</div>") })},
		"one paragraph": {KindArticle, page(func(b *bytes.Buffer) {
			b.WriteString("<p>" + strings.Repeat("All the news that is fit, and more. ", 20<<20/36) + "</p>")
		})},
		"random bytes": {KindBinary, random},
		"open script":  {"", text("<html><title>T</title><script>var x = '<p>" + story)},
		"open comment": {"", text("<html><title>T</title><!-- " + story)},
		"open title":   {"", text("<html><title>T " + story)},
		"many links":   {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<a href=/x>a link to page</a>\n", 120_000)) })},
		"long class": {"", page(func(b *bytes.Buffer) {
			b.WriteString("<div class='" + strings.Repeat("a-b ", 1<<20) + "'>" + story + "</div>")
		})},
		"wide and deep": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat(strings.Repeat("<div>", 400)+"x"+strings.Repeat("</div>", 400), 500))
		})},
		"linked headings": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<h2><a href=/x>A heading, a link</a></h2>", 50_000))
		})},
		"asking boxes": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<div><p>Subscribe to our newsletter</p></div>", 50_000))
		})},
		"asking nest": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<div>subscribe to our newsletter <b>now</b>", 400) + story)
		})},
		"reopened fonts": {"", page(func(b *bytes.Buffer) {
			b.WriteString("<p>")
			for i := range 300 {
				b.WriteString("<font size=" + strings.Repeat("1", i) + ">")
			}
			b.WriteString(strings.Repeat("</p><p>"+story[3:90], 100_000))
		})},
		"reopened fonts in a div": {"", page(func(b *bytes.Buffer) {
			for i := range 300 {
				b.WriteString("<b id=" + strings.Repeat("1", i) + ">")
			}
			b.WriteString(strings.Repeat("<div>x</b></div>", 100_000))
		})},
		"many bodies": {"", page(func(b *bytes.Buffer) {
			for i := range 100_000 {
				b.WriteString("<body a" + strings.Repeat("b", i%50) + string(rune('a'+i%26)) + strconv.Itoa(i) + "=1>")
			}
			b.WriteString(story)
		})},
		"huge paragraph": {KindArticle, page(func(b *bytes.Buffer) {
			b.WriteString("<p>" + strings.Repeat("All the news that is fit, and more. ", 64<<20/36) + "</p>")
		})},
		"huge Chinese GBK": {KindArticle, func() []byte {
			return append([]byte("<html><head><meta charset=gbk><title>T</title></head><body><p>"), bytes.Repeat([]byte("\xd6\xd0\xb9\xfa\xa3\xac\xd6\xd0\xb9\xfa\xa1\xa3"), 64<<20/12)...)
		}},
		"huge paragraphs": {KindArticle, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<p>"+story[3:90]+"</p>\n", 64<<20/95)) })},
		"huge words":      {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<p>word</p>", 64<<20/11)) })},
		"huge brackets":   {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<", 64<<20)) })},
		"huge entities":   {"", page(func(b *bytes.Buffer) { b.WriteString("<p>" + strings.Repeat("&amp;", 64<<20/5)) })},
		"huge links":      {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<a href=/x>a link to page</a>\n", 64<<20/30)) })},
		"huge bold":       {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<b>", 64<<20/3) + story) })},
		"huge script": {"", page(func(b *bytes.Buffer) {
			b.WriteString("<script>" + strings.Repeat("var a = '<b>';\n", 64<<20/15) + "</script>" + story)
		})},
		"huge comment": {"", page(func(b *bytes.Buffer) { b.WriteString("<!--" + strings.Repeat("note <b> ", 64<<20/9) + "-->" + story) })},
		"huge JSON": {"", page(func(b *bytes.Buffer) {
			b.WriteString(`<script type="application/ld+json">{"@graph":[` + strings.Repeat(`{"@type":"NewsArticle","headline":"T"},`, 64<<20/40) + `]}</script>` + story)
		})},
		"huge nested JSON": {"", page(func(b *bytes.Buffer) {
			b.WriteString(`<script type="application/ld+json">` + strings.Repeat(`[`, 8<<20) + `</script>` + story)
		})},
		"huge attribute": {"", page(func(b *bytes.Buffer) {
			b.WriteString(`<div class="` + strings.Repeat("ab ", 64<<20/3) + `">` + story + "</div>")
		})},
		"huge UTF-16":     {"", func() []byte { return bytes.Repeat([]byte("<\x00p\x00>\x00a\x00 \x00"), 64<<20/10) }},
		"huge table":      {"", page(func(b *bytes.Buffer) { b.WriteString("<table>" + strings.Repeat("<tr><td>a cell<td>7", 100_000)) })},
		"text in a table": {"", page(func(b *bytes.Buffer) { b.WriteString("<table>" + strings.Repeat("x<tr>", 100_000)) })},
		"adoption":        {"", page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<a><b><p></a></b>word", 50_000)) })},
		"nested asking": {"", page(func(b *bytes.Buffer) {
			b.WriteString("<article class=a>" + story)
			b.WriteString(strings.Repeat("<div>", 400) + strings.Repeat("<i></i>", 170_000) + "<h1>T</h1>" + strings.Repeat("<p>subscribe to our newsletter</p><p>rain.</p>", 30) + strings.Repeat("</div>", 400))
			b.WriteString(story + "</article>")
		})},
		"nested headings": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<div>", 400) + strings.Repeat("<i></i>", 200_000) + "<h2><a href=/1>A heading and link</a></h2>" + strings.Repeat("</div>", 400) + strings.Repeat("<h2><a href=/1>A heading and link</a></h2>", 20_000) + story)
		})},
		"closing lines": {"", page(func(b *bytes.Buffer) {
			b.WriteString(story + strings.Repeat("<p>Tags: a, b</p>"+strings.Repeat("<p>"+story[3:90]+".</p>", 3), 12_000))
		})},
		"many dialogs": {"", page(func(b *bytes.Buffer) {
			b.WriteString(strings.Repeat("<div role=dialog><p>"+story[3:90]+"</p></div>", 30_000))
		})},
		"nul and bad utf8": {"", text("<html><body>" + story + "\x00\xff\xfe\xed\xa0\x80\xc0\x80 \u202e" + story)},
	}
}

func manyAttributes(b *bytes.Buffer) {
	for i := range 1_000_000 {
		b.WriteString(" a")
		b.WriteString(string(rune('a' + i%26)))
		for n := i; n > 0; n /= 10 {
			b.WriteByte(byte('0' + n%10))
		}
		b.WriteString("=1")
	}
}

// What one page may take.
const (
	pageTime   = 5 * time.Second // of CPU
	pageMemory = 300             // MB at its peak, the page itself included
)

// TestHostile checks that every hostile page ends in time and as its kind,
// each in a process of its own so that its peak of memory is its own.
func TestHostile(t *testing.T) {
	if path := os.Getenv("STET_HOSTILE_PAGE"); path != "" {
		extractAlone(t, path)
		return
	}
	if testing.Short() {
		t.Skip("long")
	}
	for name, c := range hostilePages() {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "huge") && os.Getenv("STET_LONG") == "" {
				t.Skip("64 MB; set STET_LONG=1 to run it")
			}
			path := filepath.Join(t.TempDir(), "page")
			if err := os.WriteFile(path, c.body(), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestHostile$", "-test.v")
			cmd.Env = append(os.Environ(), "STET_HOSTILE_PAGE="+path)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%.2000s", name, err, out)
			}
			var kind, reason string
			peak := 0
			for line := range strings.Lines(string(out)) {
				if rest, ok := strings.CutPrefix(line, "answer: "); ok {
					kind, reason, _ = strings.Cut(strings.TrimSpace(rest), ": ")
				}
				fmt.Sscanf(line, "VmHWM: %d kB", &peak)
			}
			peak >>= 10
			took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			t.Logf("%s, %s: %v, %d MB", kind, reason, took.Round(time.Millisecond), peak)
			if c.kind != "" && Kind(kind) != c.kind {
				t.Errorf("%s: got kind %s (%s), want %s", name, kind, reason, c.kind)
			}
			if reason == "" {
				t.Errorf("%s: no reason", name)
			}
			if limit := slowdown * pageTime; took > limit {
				t.Errorf("%s: took %v, want at most %v", name, took, limit)
			}
			if slowdown == 1 && peak > pageMemory {
				t.Errorf("%s: took %d MB, want at most %d", name, peak, pageMemory)
			}
		})
	}
}

// extractAlone is the process of one hostile page.
func extractAlone(t *testing.T, path string) {
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := New(Config{}).Extract(Page{URL: "http://example.org/a", Body: body})
	// The peak of resident memory that rusage tells is at least that of the
	// process that started this one.
	status, _ := os.ReadFile("/proc/self/status") // absent but on Linux: no peak is told
	fmt.Printf("\nanswer: %s: %s\n%s", d.Kind, d.Reason, status)
}
