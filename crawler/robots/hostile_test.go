package robots

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are files made to cost time or memory. Each is parsed and asked in
// well under a second on any machine; the limits below are for slow ones under
// the race detector.
func hostile() map[string][]byte {
	agents := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "User-agent: a%s\n", strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i)))
		}
		return b.String()
	}
	var nested strings.Builder
	nested.WriteString("User-agent: *\n")
	for i := range 1000 {
		nested.WriteString("Disallow: /" + strings.Repeat("a", i) + "\n")
	}
	return map[string][]byte{
		"10 MB of one rule":         bytes.Repeat([]byte("User-agent: *\nDisallow: /a\n"), 10<<20/27),
		"a million rules":           []byte("User-agent: *\n" + strings.Repeat("Disallow: /*a*b\n", 1e6)),
		"10 MB of NUL":              make([]byte, 10<<20),
		"one line":                  bytes.Repeat([]byte("a"), 10<<20),
		"line ends":                 bytes.Repeat([]byte("\r\n"), 5<<20),
		"agents and rules":          []byte(agents(12000) + strings.Repeat("Allow:/b\n", 20000)),
		"agents and delays":         []byte(agents(12000) + strings.Repeat("Crawl-delay: 1\n", 15000) + "Disallow: /"),
		"groups of one agent":       bytes.Repeat([]byte("User-agent:*\nAllow:/*x\n"), 20000),
		"stars":                     []byte("User-agent: *\nDisallow: /" + strings.Repeat("*", 16000) + "b$\n" + "Disallow: " + strings.Repeat("*a", 8000) + "$"),
		"many patterns that almost": []byte("User-agent: *\n" + strings.Repeat("Disallow: "+strings.Repeat("*a", 100)+"*b$\n", 2000)),
		"each a beginning of all":   []byte(nested.String()),
		"URLs in queries":           []byte("User-agent: *\n" + strings.Repeat("Disallow: /?"+strings.Repeat("://%3a%2f%2f", 1000)+"\n", 40)),
	}
}

func TestHostileFiles(t *testing.T) {
	long := "/" + strings.Repeat("a", 8000)
	for name, body := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			f := Parse(body)
			runtime.GC()
			runtime.ReadMemStats(&after)
			if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 32<<20 {
				t.Errorf("%d bytes of robots.txt keep %d bytes of memory", len(body), kept)
			}
			for range 10 {
				f.Allowed("stet", long)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("parsed and asked 10 times in %v", took)
			}
			runtime.KeepAlive(f)
		})
	}
}

// TestBackwardMatching holds that a pattern of n stars on a path of n letters
// is not tried in all ways.
func TestBackwardMatching(t *testing.T) {
	f := Parse([]byte("User-agent: *\nDisallow: /" + strings.Repeat("*a", 4000) + "*b"))
	path := "/" + strings.Repeat("a", 50000)
	start := time.Now()
	if !f.Allowed("stet", path+"c") || f.Allowed("stet", path+"b") {
		t.Error("the path with b is closed, the one with c is not")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("matched in %v", took)
	}
}

func BenchmarkAllowed(b *testing.B) {
	var big strings.Builder
	big.WriteString("User-agent: *\n")
	for i := range 5000 {
		fmt.Fprintf(&big, "Disallow: /shop/item-%d/\n", i)
		if i%20 == 0 {
			fmt.Fprintf(&big, "Disallow: /*?filter-%d=\n", i)
		}
	}
	for _, c := range []struct{ name, rules string }{
		{"wordpress", "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /*?s=\nDisallow: /search/\nCrawl-delay: 1\nSitemap: https://h/s.xml"},
		{"5250 rules", big.String()},
	} {
		f := Parse([]byte(c.rules))
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Allowed("stet/1.0 (+https://example.org/bot)", "https://www.example.org/2024/05/17/a-fairly-long-slug-of-an-article/")
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for name, body := range map[string][]byte{
		"small":         []byte("User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /*?s=\nSitemap: https://h/s.xml\n"),
		"500 KiB rules": hostile()["a million rules"],
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(body)
			}
		})
	}
}
