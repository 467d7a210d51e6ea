package proof

import (
	"strings"
	"testing"
	"unicode"
)

// shingleF1 compares two texts by their multisets of runs of four words, as
// the scrapinghub article-extraction-benchmark does: 1 is the same text, 0 one
// with no four words in a row in common.
func shingleF1(want, got string) float64 {
	w, g := shingles(want), shingles(got)
	both, total := 0, 0
	for s, n := range w {
		both += min(n, g[s])
		total += n
	}
	for _, n := range g {
		total += n
	}
	if total == 0 {
		return 1
	}
	return 2 * float64(both) / float64(total)
}

func shingles(text string) map[string]int {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
	count := map[string]int{}
	for i := range max(1, len(words)-3) {
		if s := strings.Join(words[i:min(i+4, len(words))], " "); s != "" {
			count[s]++
		}
	}
	return count
}

func TestShingleF1(t *testing.T) {
	for _, c := range []struct {
		want, got string
		f1        float64
	}{
		{"", "", 1},
		{"a b c d e", "", 0},
		{"a b c d e", "a, b c. D\nd e", 0},
		{"a b c d e", "a b c d", 2.0 / 3},
		{"a b c d e", "x. a b c d e", 0.8},
		{"这是。一个。句子。四个。五个", "这是 一个 句子 四个", 2.0 / 3},
	} {
		if f1 := shingleF1(c.want, c.got); f1 != c.f1 {
			t.Errorf("shingleF1(%q, %q): got %v, want %v", c.want, c.got, f1, c.f1)
		}
	}
}
