package main

import (
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		width    int
		want     string
	}{
		{"fits", "one two", 7, "one two"},
		{"breaks at blanks", "one two three", 8, "one two|three"},
		{"no width", "one two three", 0, "one two three"},
		{"Chinese takes two columns", "一二三四五", 6, "一二三|四五"},
		{"no stop at the beginning of a line", "一二三。四五", 6, "一二|三。四|五"},
		{"mixed", "stet 保存文章 keeps", 9, "stet 保存|文章|keeps"},
		{"addresses break after slashes", "a https://example.org/long b", 10, "a https://|example.org/|long b"},
		{"a word that is too long", "an extraordinarily b", 6, "an|extraordinarily|b"},
		{"empty", "", 5, ""},
	} {
		got := strings.Join(wrap(tt.in, tt.width), "|")
		if got != tt.want {
			t.Errorf("%s: wrap(%q, %d) = %q, want %q", tt.name, tt.in, tt.width, got, tt.want)
		}
	}
}

// Wrapping loses nothing but the blanks at the breaks.
func TestWrapKeepsText(t *testing.T) {
	const in = "The paper wrote: “第一，我们要说的是 press freedom（新闻自由）。” And so on, 终于。"
	for width := 1; width < 60; width++ {
		lines := wrap(in, width)
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(in, " ", "") {
			t.Errorf("width %d: got %q", width, lines)
		}
		for _, l := range lines {
			if w := uniseg.StringWidth(l); w > width && len(strings.Fields(l)) > 1 {
				t.Errorf("width %d: line %q is %d wide", width, l, w)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"一二三", 5, "一二…"}, {"一二三", 4, "一…"}, {"é́é́é́", 2, "é́…"}} {
		if got := cut(tt.in, tt.width); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{counted(0, "page"), "0 pages"},
		{counted(1, "page"), "1 page"},
		{counted(12345, "page"), "12,345 pages"},
		{counted(2, "entry"), "2 entries"},
		{counted(2, "day"), "2 days"},
		{counted(2, "address"), "2 addresses"},
		{size(0), "0 B"},
		{size(-1), "0 B"},
		{size(3_200_000), "3.2 MB"},
		{span(0), "under 1 ms"},
		{span(12 * time.Millisecond), "12 ms"},
		{span(1500 * time.Millisecond), "1.5 s"},
		{span(42 * time.Second), "42 s"},
		{span(72 * time.Second), "1 min 12 s"},
		{span(125 * time.Minute), "2 h 5 min"},
		{span(49 * time.Hour), "2 d 1 h"},
		{clock(3723 * time.Second), "1:02:03"},
		{when(time.Time{}), "never"},
		{when(time.Date(2024, 5, 31, 10, 0, 0, 0, time.FixedZone("", 7200))), "2024-05-31 08:00:00 UTC"},
		{day("2024-05-31T08:00:00Z"), "2024-05-31"},
		{day(""), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestMarks(t *testing.T) {
	const in = "the \x01press\x02 is 新闻\x01自由\x02 \x1b[2J\ue0f1x"
	if got, want := marked(style{}, foldMarks(in)), "the [press] is 新闻[自由] x"; got != want {
		t.Errorf("plain: got %q, want %q", got, want)
	}
	if got, want := marked(style{on: true}, foldMarks(in)), "the \x1b[1;33mpress\x1b[0m is 新闻\x1b[1;33m自由\x1b[0m x"; got != want {
		t.Errorf("terminal: got %q, want %q", got, want)
	}
	plain, marks := unmark("the \x01press\x02 新闻\x01自由\x02\x02")
	if plain != "the press 新闻自由" || len(marks) != 2 || marks[0] != [2]int{4, 9} || marks[1] != [2]int{12, 14} {
		t.Errorf("unmark: got %q, %v", plain, marks)
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x": "https://a.example/x", "a b": "'a b'", "it's": `'it'\''s'`, "": "''",
		"https://a.example/?a=1&b=2": "'https://a.example/?a=1&b=2'", "~/x": "'~/x'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestAlike(t *testing.T) {
	const asked = "https://a.example/2024/05/storry"
	if near, far := alike(asked, "https://a.example/2024/05/story"), alike(asked, "https://a.example/2024/05/another-thing"); near <= far {
		t.Errorf("the misspelt address is %d like it, another %d", near, far)
	}
}

func TestWholeDay(t *testing.T) {
	for in, want := range map[string]string{"": "", "2024": "2024-01-01", "2024-05": "2024-05-01", "2024-05-31": "2024-05-31"} {
		if got, err := wholeDay(in); got != want || err != nil {
			t.Errorf("wholeDay(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"2024-13", "yesterday", "2024-05-32", "24", "2024-5-1"} {
		if got, err := wholeDay(in); err == nil {
			t.Errorf("wholeDay(%q) = %q, want an error", in, got)
		}
	}
}
