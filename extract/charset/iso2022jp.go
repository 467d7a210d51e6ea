package charset

import "unicode/utf8"

// jpSet is a character set that ISO-2022-JP switches to.
type jpSet uint8

const (
	jpASCII jpSet = iota
	jpRoman
	jpKatakana
	jpDouble
)

// jpDecoder is the standard's state machine
// (https://encoding.spec.whatwg.org/#iso-2022-jp-decoder).
type jpDecoder struct {
	set      jpSet
	switched bool // just now
}

func decodeISO2022JP(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	var d jpDecoder
	for len(b) > 0 {
		var n int
		out, n = d.step(out, b)
		b = b[n:]
	}
	return out
}

// step appends the character that b begins with, none for an escape, and says
// how many bytes it took.
func (d *jpDecoder) step(out, b []byte) ([]byte, int) {
	if b[0] != 0x1B {
		r, n := jpRune(d.set, b)
		d.switched = false
		return utf8.AppendRune(out, r), n
	}
	to, ok := jpEscape(b[1:])
	if !ok {
		d.switched = false
		return append(out, "\uFFFD"...), 1
	}
	if d.switched { // two escapes with nothing between them
		out = append(out, "\uFFFD"...)
	}
	d.set, d.switched = to, true
	return out, 3
}

func jpEscape(b []byte) (jpSet, bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch string(b[:2]) {
	case "(B":
		return jpASCII, true
	case "(J":
		return jpRoman, true
	case "(I":
		return jpKatakana, true
	case "$@", "$B":
		return jpDouble, true
	}
	return 0, false
}

// jpRune reads one character; b does not begin with an escape.
func jpRune(set jpSet, b []byte) (rune, int) {
	c := b[0]
	if set == jpDouble {
		return jpPair(b)
	}
	if set == jpKatakana {
		if c >= 0x21 && c <= 0x5F {
			return 0xFF61 - 0x21 + rune(c), 1
		}
		return utf8.RuneError, 1
	}
	switch {
	case c >= 0x80 || c == 0x0E || c == 0x0F:
		return utf8.RuneError, 1
	case set == jpRoman && c == 0x5C:
		return '¥', 1
	case set == jpRoman && c == 0x7E:
		return '‾', 1
	}
	return rune(c), 1
}

func jpPair(b []byte) (rune, int) {
	if b[0] < 0x21 || b[0] > 0x7E {
		return utf8.RuneError, 1
	}
	if len(b) < 2 || b[1] == 0x1B {
		return utf8.RuneError, 1
	}
	if b[1] < 0x21 || b[1] > 0x7E {
		return utf8.RuneError, 2
	}
	if r := eucjpPairs().at(b[0]|0x80, b[1]|0x80); r != 0 {
		return r, 2
	}
	return utf8.RuneError, 2
}
