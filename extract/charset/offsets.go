package charset

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Offsets gives for offsets in the decoded text, ascending, those in the
// body it was decoded from: the body is decoded again one character at a time.
// An offset that is none of a character's beginning, or all of them if the text
// comes out differently, gives -1.
func Offsets(body []byte, charset string, text []byte, at []int) []int {
	out := slices.Repeat([]int{-1}, len(at))
	enc, skip := byteOrderMark(body)
	if enc == nil {
		enc, skip = encodingByName(charset), 0
	}
	if enc == nil {
		return out
	}
	next := enc.stepper()
	if next == nil {
		return out
	}
	raw, decoded, n := skip, 0, 0
	var char []byte
	for {
		for n < len(at) && at[n] <= decoded {
			if at[n] == decoded {
				out[n] = raw
			}
			n++
		}
		if n == len(at) || raw >= len(body) {
			return out
		}
		var size int
		char, size = next(char[:0], body[raw:])
		if len(char) == 1 && char[0] == 0 {
			char = append(char[:0], "\uFFFD"...) // as finish does
		}
		if !bytes.HasPrefix(text[min(decoded, len(text)):], char) {
			return slices.Repeat([]int{-1}, len(at)) // a decoder and its stepper differ
		}
		raw += size
		decoded += len(char)
	}
}

// A stepper appends to out the character that b begins with, and says how many
// bytes it took. It is called for each character of a body in turn.
type stepper func(out, b []byte) ([]byte, int)

// stepper makes a stepper for the encoding, nil for one that has no
// characters.
func (e *legacy) stepper() stepper {
	switch e.name {
	case "UTF-8":
		return stepUTF8
	case "UTF-16LE":
		return func(out, b []byte) ([]byte, int) { return stepUTF16(out, b, 0, 1) }
	case "UTF-16BE":
		return func(out, b []byte) ([]byte, int) { return stepUTF16(out, b, 1, 0) }
	case "GBK", "gb18030":
		return gb18030Decoder().step
	case "Big5":
		return stepBig5(big5Decoder())
	case "EUC-JP":
		return eucjpDecoder().step
	case "Shift_JIS":
		return sjisDecoder().step
	case "EUC-KR":
		return euckrDecoder().step
	case "ISO-2022-JP":
		return new(jpDecoder).step
	case "replacement":
		return nil
	}
	return func(out, b []byte) ([]byte, int) {
		if b[0] < utf8.RuneSelf {
			return append(out, b[0]), 1
		}
		return append(out, e.decode(b[:1])...), 1
	}
}

func stepUTF8(out, b []byte) ([]byte, int) {
	if b[0] < utf8.RuneSelf {
		return append(out, b[0]), 1
	}
	if _, n := utf8.DecodeRune(b); n > 1 {
		return append(out, b[:n]...), n
	}
	return append(out, "\uFFFD"...), brokenLength(b)
}

// stepUTF16 takes a character of two or four bytes; half a character at the
// end goes with the lone surrogate before it, if there is one.
func stepUTF16(out, b []byte, low, high int) ([]byte, int) {
	n := min(len(b), 4)
	if n == 4 {
		if r := rune(b[low]) | rune(b[high])<<8; r < 0xD800 || r >= 0xDC00 {
			n = 2
		} else if r2 := rune(b[2+low]) | rune(b[2+high])<<8; r2 < 0xDC00 || r2 >= 0xE000 {
			n = 2
		}
	}
	if n == 3 {
		if r := rune(b[low]) | rune(b[high])<<8; r < 0xD800 || r >= 0xDC00 {
			n = 2
		}
	}
	return append(out, decodeUTF16(b[:n], low, high)...), n
}

func (d pairDecoder) step(out, b []byte) ([]byte, int) {
	if b[0] < utf8.RuneSelf {
		return append(out, b[0]), 1
	}
	r, n := d.next(b)
	return utf8.AppendRune(out, r), n
}

func stepBig5(d pairDecoder) stepper {
	return func(out, b []byte) ([]byte, int) {
		if s := big5Double(b); s != "" {
			return append(out, s...), 2
		}
		return d.step(out, b)
	}
}
