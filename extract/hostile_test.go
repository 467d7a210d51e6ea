//go:build unix

package extract

import (
	"bytes"
	"math/rand"
	"strings"
	"syscall"
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
		"many paragraphs": {KindOther, page(func(b *bytes.Buffer) { b.WriteString(strings.Repeat("<p>word</p>\n", 1_000_000)) })},
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

// TestHostile checks that every hostile page ends in time and as its kind.
func TestHostile(t *testing.T) {
	x := New(Config{Explain: true})
	for name, c := range hostilePages() {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("long")
			}
			body := c.body()
			start := cpuTime(t)
			d := x.Extract(Page{URL: "http://example.org/a", Body: body})
			took := cpuTime(t) - start
			t.Logf("%d bytes: %s, %s, in %v", len(body), d.Kind, d.Reason, took.Round(time.Millisecond))
			if c.kind != "" && d.Kind != c.kind {
				t.Errorf("%s: got kind %s (%s), want %s", name, d.Kind, d.Reason, c.kind)
			}
			if d.Reason == "" {
				t.Errorf("%s: no reason", name)
			}
			if limit := slowdown * 5 * time.Second; took > limit {
				t.Errorf("%s: took %v, want at most %v", name, took, limit)
			}
		})
	}
}

// cpuTime is what this process has used: the clock on the wall depends on who
// else is at work.
func cpuTime(t *testing.T) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
