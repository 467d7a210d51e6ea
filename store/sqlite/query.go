package sqlite

import (
	"strings"
)

// A query is words and "phrases", all of which must be there; a word may end
// in * to stand for all that begin so. Everything else in it is text: there
// are no operators, and no query is wrong. A word with no letter or digit in
// it says nothing and is passed over.
//
//	party congress      both words
//	"party congress"    the two in a row
//	cong*               congress, congo, …
//	习近平 "改革 开放"     a Chinese word is a phrase of its characters
//	foo-bar             foo and bar in a row
//	AND OR NOT (        three words

// term is one word or phrase of a query.
type term struct {
	text   string // as for the index
	words  []string
	prefix bool // the last word may go on
}

// Bounds of a query, against input that is no query at all.
const (
	queryBytes = 4096
	queryTerms = 50
)

// parseQuery reads a query.
func parseQuery(q string) []term {
	q = clean(q)
	if len(q) > queryBytes {
		q = strings.ToValidUTF8(q[:queryBytes], "")
	}
	var terms []term
	for len(terms) < queryTerms {
		var piece string
		var quoted bool
		q = strings.TrimLeft(q, " \t\r\n\v\f\u3000")
		if q == "" {
			return terms
		}
		if piece, quoted, q = cutPiece(q); piece == "" {
			continue
		}
		if t, ok := newTerm(piece, quoted); ok {
			terms = append(terms, t)
		}
	}
	return terms
}

// cutPiece cuts a word or a quoted phrase from the front of a query. A quote
// that is never closed quotes the rest.
func cutPiece(q string) (piece string, quoted bool, rest string) {
	for _, mark := range []struct{ open, shut string }{{`"`, `"`}, {"“", "”"}, {"「", "」"}} {
		if inner, ok := strings.CutPrefix(q, mark.open); ok {
			piece, rest, _ = strings.Cut(inner, mark.shut)
			if after, ok := strings.CutPrefix(rest, "*"); ok {
				return piece + "*", true, after
			}
			return piece, true, rest
		}
	}
	end := strings.IndexAny(q, " \t\r\n\v\f\u3000\"“「")
	if end < 0 {
		end = len(q)
	}
	return q[:end], false, q[end:]
}

func newTerm(piece string, quoted bool) (term, bool) {
	t := term{prefix: strings.HasSuffix(piece, "*")}
	words(piece, func(w word) bool {
		t.words = append(t.words, w.folded)
		return true
	})
	t.text = strings.Map(func(r rune) rune {
		if r == '"' || r == '*' {
			return ' '
		}
		return r
	}, spaced(piece))
	return t, len(t.words) > 0
}

// match writes terms as an FTS5 query: quoted strings, in which nothing has a
// meaning, joined by AND.
func match(terms []term) string {
	var b strings.Builder
	for i, t := range terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + t.text + `"`)
		if t.prefix {
			b.WriteByte('*')
		}
	}
	return b.String()
}
