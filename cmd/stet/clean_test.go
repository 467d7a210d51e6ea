package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "A title", "A title"},
		{"Chinese", "标题：一", "标题：一"},
		{"white space", " a\n\tb\u00a0 c ", "a b c"},
		{"colour", "\x1b[31mred\x1b[0m", "red"},
		{"colour with C1", "\u009b31mred", "red"},
		{"window title", "\x1b]0;evil\x07good", "good"},
		{"window title, ended by ST", "\x1b]0;evil\x1b\\good", "good"},
		{"clipboard, never ended", "\x1b]52;c;evil", "]52;c;evil"},
		{"bell and backspace", "a\x07b\bc", "abc"},
		{"reset", "\x1bcabc", "abc"},
		{"delete", "a\x7fb", "ab"},
		{"override", "abc\u202etxt.exe\u202c", "abctxt.exe"},
		{"isolate", "\u2066a\u2069", "a"},
		{"LRM stays", "a\u200eb", "a\u200eb"},
		{"tag characters", "a\U000e0041b", "ab"},
		{"line separator", "a\u2028b", "a b"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"zero", "a\x00b", "ab"},
	} {
		if got := clean(tt.in); got != tt.want {
			t.Errorf("%s: clean(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestCleanTextKeepsLines(t *testing.T) {
	if got, want := cleanText("a\n\tb\x1b[2Jc"), "a\n\tbc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// harmless says whether a text can do nothing to a terminal.
func harmless(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || turns(r))
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a", "\x1b[31m", "\u009b1m", "\x1b]0;x\x07", "\x1b\x1b[[m", "\u202e", "\xff\x9b"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, cut int) {
		if got := clean(s); !harmless(got) || strings.ContainsAny(got, "\n\t") {
			t.Errorf("clean(%q) = %q", s, got)
		}
		if got := cleanText(s); !harmless(got) {
			t.Errorf("cleanText(%q) = %q", s, got)
		}
		var b bytes.Buffer
		w := &plainWriter{w: &b}
		cut = min(max(cut, 0), len(s))
		for _, part := range []string{s[:cut], s[cut:]} {
			if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("Write(%q) = %d, %v", part, n, err)
			}
		}
		if got := b.String(); !harmless(got) {
			t.Errorf("plainWriter gave %q for %q cut at %d", got, s, cut)
		}
	})
}

// A character cut in two by the buffer must come out whole.
func TestPlainWriterCutCharacters(t *testing.T) {
	const in, want = "中文\x1b[1m, 𝄞\u009b!", "中文[1m, 𝄞!"
	for size := 1; size <= len(in); size++ {
		var b bytes.Buffer
		w := &plainWriter{w: &b}
		for i := 0; i < len(in); i += size {
			if _, err := w.Write([]byte(in[i:min(i+size, len(in))])); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.String(); got != want {
			t.Errorf("writes of %d bytes: got %q, want %q", size, got, want)
		}
	}
}
