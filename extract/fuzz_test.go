package extract

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostileTags and hostileTexts are what FuzzHostile builds pages of: elements
// that the parser or a stage treats in a way of its own, and texts that rules
// look for.
var (
	hostileTags  = strings.Split(`div|p|span|i|b|a href=/x|h1|h2|ul|li|table|tr|td|section|article|aside|figure|figcaption|blockquote|form|dl|dd|time|br|img src=/a.jpg|button|input type=password|nav|main|pre|em|font size=1|font size=2|div class=related|div id=comments|div role=dialog|div class="entry content"|div itemprop=articleBody|div style=display:none|div id=root|p class=byline|noscript|select|option|svg|math|template|body x=1|html y=2|frameset|script|style|title|textarea|plaintext`, "|")
	hostileTexts = strings.Split(`x|word |Subscribe to our newsletter|please donate to us, reader.|Related articles|Read more: |The council met on Tuesday, and after three hours it agreed, by nine votes to four, to rebuild the old mill. |Photo: a name|2024-05-03 10:11|By Anna Berg|我们的记者，在北京报道。|相关阅读|打赏 扫码关注 公众号|cookie consent partners|A heading and link to it| |© 2024 All rights reserved|share|10:20|订阅后可阅读全文|&amp;|<|--><!--|]]>|`, "|")
)

// hostilePage writes the page that a program of bytes stands for: pieces put
// together, repeated, nested and left open. It is at most 128 KB long.
func hostilePage(program []byte) []byte {
	var b, unit bytes.Buffer
	for len(program) >= 2 && b.Len() < 1<<17 {
		op, arg := program[0], int(program[1])
		program = program[2:]
		tag := hostileTags[arg%len(hostileTags)]
		name, _, _ := strings.Cut(tag, " ")
		switch op % 6 {
		case 0:
			unit.WriteString("<" + tag + ">")
		case 1:
			unit.WriteString("</" + name + ">")
		case 2:
			unit.WriteString(hostileTexts[arg%len(hostileTexts)])
		case 3:
			unit.WriteString("<" + tag + ">" + hostileTexts[arg%len(hostileTexts)] + "</" + name + ">")
		case 4:
			unit.WriteString("<" + tag + " id=" + tag[:1] + string(rune('0'+arg%10)) + ">")
		default:
			n := 1 << (arg % 15)
			b.Write(bytes.Repeat(unit.Bytes(), min(n, 1+(1<<17-b.Len())/max(1, unit.Len()))))
			unit.Reset()
		}
	}
	b.Write(unit.Bytes())
	return b.Bytes()
}

// FuzzHostile extracts pages of hostile nesting, and the bytes as they are.
// That every page ends is for the fuzzer to see, which gives up on an input
// after ten seconds.
func FuzzHostile(f *testing.F) {
	for name, page := range hostilePages() {
		if body := page.body(); len(body) < 2000 {
			f.Add(body, name)
		}
	}
	f.Add([]byte("\x00\x06\x03\x07\x05\x0e\x03\x02\x05\x0e\x04\x00\x05\x09\x02\x06\x05\x0a"), "nested")
	f.Add([]byte("\x00\x04\x00\x05\x00\x1f\x04\x1f\x05\x08\x01\x01\x00\x01\x02\x00\x05\x0e"), "reopened")
	x := New(Config{Explain: true})
	f.Fuzz(func(t *testing.T, program []byte, title string) {
		for _, body := range [][]byte{program, hostilePage(program)} {
			d := x.Extract(Page{URL: "https://a.example/1?" + title, Body: body})
			if d.Kind == "" || d.Reason == "" || (d.Article != nil) != d.Kind.HasText() {
				t.Fatalf("%.200q: kind %q (%s) with article %v", body, d.Kind, d.Reason, d.Article != nil)
			}
			if a := d.Article; a != nil && (!utf8.ValidString(a.Text) || !utf8.ValidString(a.HTML) || strings.TrimSpace(a.Text) == "" || a.Quality < 0 || a.Quality > 1) {
				t.Fatalf("%.200q: text %.80q, quality %v", body, a.Text, a.Quality)
			}
		}
	})
}
