package sqlite

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The marks around the words that were found, and how wide a passage is, in
// columns of a terminal: a Chinese character takes two.
const (
	markStart      = "\x01"
	markEnd        = "\x02"
	snippetColumns = 200
	// snippetBytes is how much of a text is looked through for a passage.
	snippetBytes = 1 << 20
)

// span is a place in a text where a term stands.
type span struct{ start, end, term int }

// find gives the places where terms stand in a text, in order.
func find(s string, terms []term) []span {
	var window []word // the newest words, as many as the longest term has
	longest := 0
	for _, t := range terms {
		longest = max(longest, len(t.words))
	}
	var spans []span
	words(s, func(w word) bool {
		if window = append(window, w); len(window) > longest {
			window = window[1:]
		}
		for i, t := range terms {
			if n := len(t.words); n <= len(window) && t.matches(window[len(window)-n:]) {
				spans = append(spans, span{window[len(window)-n].start, w.end, i})
			}
		}
		return true
	})
	return spans
}

func (t term) matches(ws []word) bool {
	for i, w := range ws {
		if w.folded == t.words[i] {
			continue
		}
		if !t.prefix || i < len(ws)-1 || !strings.HasPrefix(w.folded, t.words[i]) {
			return false
		}
	}
	return true
}

// snippet gives the passage of a text that holds most of the terms, with the
// words marked. Without any it is the beginning.
func snippet(s string, terms []term) string {
	s = unmarked(s)
	if len(s) > snippetBytes {
		s = strings.ToValidUTF8(s[:snippetBytes], "")
	}
	spans := find(s, terms)
	first, last := bestWindow(s, spans, len(terms))
	start, end := 0, 0
	if len(spans) > 0 {
		start, end = spans[first].start, spans[last].end
	}
	start, end = widen(s, start, end)
	passage := mark(s, start, end, spans)
	if start > 0 {
		passage = "…" + passage
	}
	if end < len(s) {
		passage += "…"
	}
	return strings.Join(strings.Fields(passage), " ")
}

// marked gives a whole text with the words marked.
func marked(s string, terms []term) string {
	s = unmarked(s)
	return mark(s, 0, len(s), find(s, terms))
}

// unmarked takes away what could be taken for a mark.
func unmarked(s string) string {
	if !strings.ContainsAny(s, markStart+markEnd) {
		return s
	}
	return strings.NewReplacer(markStart, " ", markEnd, " ").Replace(s)
}

// bestWindow gives the first and last of the spans that stand close enough
// for one passage and hold the most different terms, then the most places.
func bestWindow(s string, spans []span, terms int) (first, last int) {
	best, columns, lo := -1, 0, 0
	seen := make([]int, terms)
	different := 0
	for hi, sp := range spans {
		if seen[sp.term]++; seen[sp.term] == 1 {
			different++
		}
		if hi > 0 {
			columns += columnsOf(s[min(spans[hi-1].end, sp.end):sp.end])
		}
		for lo < hi && columns > snippetColumns*3/4 {
			if seen[spans[lo].term]--; seen[spans[lo].term] == 0 {
				different--
			}
			columns -= columnsOf(s[min(spans[lo].end, spans[lo+1].end):spans[lo+1].end])
			lo++
		}
		if score := different*1000 + (hi - lo); score > best {
			best, first, last = score, lo, hi
		}
	}
	return first, last
}

// widen grows a passage on both sides to its width, and not past the words at
// its ends.
func widen(s string, start, end int) (int, int) {
	room := max(0, snippetColumns-columnsOf(s[start:end]))
	before := room / 3
	for start > 0 && before > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:start])
		start -= size
		before -= runeColumns(r)
	}
	room = max(0, snippetColumns-columnsOf(s[start:end]))
	for end < len(s) && room > 0 {
		r, size := utf8.DecodeRuneInString(s[end:])
		end += size
		room -= runeColumns(r)
	}
	return wholeWords(s, start, end)
}

// wholeWords moves the ends of a passage inward to the next gap between words,
// unless there is none within 20 bytes.
func wholeWords(s string, start, end int) (int, int) {
	const near = 20
	if start > 0 {
		if i := strings.IndexFunc(s[start:min(start+near, end)], unicode.IsSpace); i >= 0 {
			start += i
		}
	}
	if end < len(s) {
		from := max(start, end-near)
		if i := strings.LastIndexFunc(s[from:end], unicode.IsSpace); i >= 0 {
			end = from + i
		}
	}
	return start, end
}

// mark copies a part of a text with marks around the spans in it. Spans that
// touch or overlap get one pair.
func mark(s string, start, end int, spans []span) string {
	var b strings.Builder
	at := start
	for i := 0; i < len(spans); {
		sp := spans[i]
		for i++; i < len(spans) && spans[i].start <= sp.end; i++ {
			sp.start, sp.end = min(sp.start, spans[i].start), max(sp.end, spans[i].end)
		}
		if sp.start < at || sp.end > end {
			continue
		}
		b.WriteString(s[at:sp.start] + markStart + s[sp.start:sp.end] + markEnd)
		at = sp.end
	}
	b.WriteString(s[at:end])
	return b.String()
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is how wide a character is on a terminal (Unicode Standard
// Annex 11).
func runeColumns(r rune) int {
	if r < 0x1100 {
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
