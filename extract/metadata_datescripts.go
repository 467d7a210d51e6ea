package extract

import (
	"strings"
	"unicode/utf8"
)

// westernDate rewrites what keeps a date of another script or calendar from
// being read: digits of other scripts, years of Japanese and Taiwanese eras
// (令和6年, 民國113年), Thai years of the Buddha, months of two words or with
// dots within. at[i] is where in s the i-th byte of the result stands; nil if
// s is as good as it is. The Persian and the Islamic calendar are left alone:
// their years are no dates to us.
func westernDate(s string) (out string, at []int) {
	if !mayRewrite(s) {
		return s, nil
	}
	thai := false
	for _, r := range s {
		thai = thai || r >= 0xE00 && r < 0xE60
	}
	b := make([]byte, 0, len(s)+8)
	put := func(text string, from int) {
		for i := range len(text) {
			b, at = append(b, text[i]), append(at, from)
		}
	}
	changed := false
	for i := 0; i < len(s); {
		if text, n := rewriteAt(s[i:], thai); n > 0 {
			put(text, i)
			i += n
			changed = true
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		for k := range size {
			b, at = append(b, s[i+k]), append(at, i+k)
		}
		i += size
	}
	if !changed {
		return s, nil
	}
	return string(b), append(at, len(s))
}

// mayRewrite: every rewriting begins with one of these bytes.
func mayRewrite(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xD8 {
			return true
		}
	}
	return false
}

// rewriteAt is what the first n bytes of s are read as; n is 0 if as written.
func rewriteAt(s string, thai bool) (text string, n int) {
	if s[0] < 0x80 {
		if thai {
			return buddhaYear(s)
		}
		return "", 0
	}
	for _, w := range scriptWords {
		if strings.HasPrefix(s, w.word) {
			return w.means, len(w.word)
		}
	}
	for _, e := range eras {
		if rest, ok := strings.CutPrefix(s, e.name); ok {
			return e.date(rest, len(e.name))
		}
	}
	r, size := utf8.DecodeRuneInString(s)
	if d := digitOf(r); d >= 0 {
		if !thai {
			return string(rune('0' + d)), size
		}
		digits := 0
		for digits < len(s) {
			r, size := utf8.DecodeRuneInString(s[digits:])
			if d := digitOf(r); d >= 0 {
				text += string(rune('0' + d))
				digits += size
				continue
			}
			break
		}
		if year, n := buddhaYear(text); n > 0 {
			text = year
		}
		return text, digits
	}
	return "", 0
}

// buddhaYear rewrites a year of the Buddhist era, 543 years ahead.
func buddhaYear(s string) (string, int) {
	if len(s) < 4 || len(s) > 4 && isDigit(s[4]) {
		return "", 0
	}
	year := digits(s[:4]) - 543
	if year < firstYear || year > 2199 {
		return "", 0
	}
	return string(appendNumber(nil, year, 4)), 4
}

// era counts years from its first, the year after before.
type era struct {
	name   string
	before int
}

var eras = []era{{"令和", 2018}, {"平成", 1988}, {"中華民國", 1911}, {"中华民国", 1911}, {"民國", 1911}, {"民国", 1911}}

// date reads the year of an era at the start of rest; name is the length of
// what stood before it.
func (e era) date(rest string, name int) (string, int) {
	after := strings.TrimLeft(rest, " \u3000")
	n := 0
	for n < len(after) && n < 4 && isDigit(after[n]) {
		n++
	}
	year := digits(after[:n])
	if strings.HasPrefix(after, "元年") {
		year, n = 1, len("元")
	}
	if year < 1 || year > 199 || !strings.HasPrefix(strings.TrimLeft(after[n:], " "), "年") {
		return "", 0
	}
	return string(appendNumber(nil, e.before+year, 4)), name + len(rest) - len(after) + n
}

// scriptWords are names of months that are no single word.
var scriptWords = []struct{ word, means string }{
	{"كانون الثاني", "يناير"}, {"كانون الأول", "ديسمبر"}, {"كانون الاول", "ديسمبر"},
	{"تشرين الأول", "أكتوبر"}, {"تشرين الاول", "أكتوبر"}, {"تشرين الثاني", "نوفمبر"},
	{"ม.ค.", "มกราคม"}, {"ก.พ.", "กุมภาพันธ์"}, {"มี.ค.", "มีนาคม"}, {"เม.ย.", "เมษายน"}, {"พ.ค.", "พฤษภาคม"}, {"มิ.ย.", "มิถุนายน"},
	{"ก.ค.", "กรกฎาคม"}, {"ส.ค.", "สิงหาคม"}, {"ก.ย.", "กันยายน"}, {"ต.ค.", "ตุลาคม"}, {"พ.ย.", "พฤศจิกายน"}, {"ธ.ค.", "ธันวาคม"}, {"พ.ศ.", " "},
}

// digitOf is the value of a digit of another script, -1 for all else.
func digitOf(r rune) int {
	if r > 0x17E9 && r < 0xFF10 {
		return -1 // Chinese, Japanese, Korean
	}
	for _, zero := range [...]rune{0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0, 0xFF10} {
		if r >= zero && r < zero+10 {
			return int(r - zero)
		}
	}
	return -1
}
