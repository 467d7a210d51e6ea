package sqlite

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// searchRule numbers the way in which text is cut into words. When it changes
// the index is made anew.
const searchRule = 1

// spaced makes text fit for the index: every Han, kana and hangul character
// stands alone between spaces, so that the tokenizer (unicode61) makes one word
// of each, and a Chinese word of one or two characters is found as a phrase.
// Full-width Latin becomes plain. Characters younger than the tokenizer's
// tables (Unicode 6.1) would be skipped: Han among them are written as their
// number.
//
//	"习近平在2023年" → " 习  近  平  在 2023 年 "
func spaced(s string) string {
	if !hasWide(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) * 5 / 3)
	for _, r := range s {
		switch {
		case fullWidth(r):
			b.WriteRune(r - 0xFF01 + '!')
		case alone(r):
			b.WriteByte(' ')
			b.WriteString(single(r))
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hasWide says whether any character may need a place of its own: those start
// at U+1100 and have a first byte of 0xE1 or more in UTF-8.
func hasWide(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xE1 {
			return true
		}
	}
	return false
}

// fullWidth says whether r is a full-width form of an ASCII character (Unicode
// block Halfwidth and Fullwidth Forms).
func fullWidth(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }

// alone says whether r is a word of its own: Han, kana, hangul and bopomofo
// (Unicode scripts), with the marks that repeat or lengthen them.
func alone(r rune) bool {
	if r < 0x1100 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) || r == 'ー'
}

// youngHan is where the Han characters begin that Unicode 6.1 does not have
// (Extension E of Unicode 8.0).
const youngHan = 0x2B820

// single is the word of one character.
func single(r rune) string {
	if r >= youngHan {
		return "u" + strconv.FormatInt(int64(r), 16)
	}
	return string(r)
}

// word is a word of a text: how it reads folded, and where it stands.
type word struct {
	folded     string
	start, end int
}

// words cuts text as the index does: letters, digits and private characters
// make words, marks belong to them, case and diacritics do not count.
func words(s string, yield func(word) bool) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		start := i
		i += size
		if !inWord(r) {
			continue
		}
		if !alone(r) {
			for i < len(s) {
				r, size := utf8.DecodeRuneInString(s[i:])
				if alone(r) || !inWord(r) && !unicode.Is(unicode.M, r) {
					break
				}
				i += size
			}
		}
		if !yield(word{fold(s[start:i]), start, i}) {
			return
		}
	}
}

// inWord says whether unicode61 takes r for a part of a word by default:
// categories L, N and Co.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r)
}

// fold takes case and diacritics from a word.
func fold(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.M, r):
		case fullWidth(r):
			b.WriteRune(unicode.ToLower(r - 0xFF01 + '!'))
		default:
			b.WriteRune(lower(r))
		}
	}
	return b.String()
}

// lower is r in lower case, as Unicode folds case: three lower-case letters
// have another for the same upper-case one.
func lower(r rune) rune {
	switch r {
	case 'ς':
		return 'σ'
	case 'ſ':
		return 's'
	case 'µ': // the micro sign
		return 'μ' // the letter
	}
	return unicode.ToLower(r)
}
