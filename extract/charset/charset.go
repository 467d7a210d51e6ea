// Package charset turns the bytes of a page into UTF-8: it finds out which
// encoding they are in, by what is declared and by what they look like, decodes
// all encodings of the WHATWG Encoding Standard as that standard says, and
// places the decoded text in the bytes.
//
// It does not read HTML beyond the declaration of an encoding in its head.
//
// Start with [Decode].
package charset

import (
	"bytes"
	"unicode/utf8"
)

// Decode turns the bytes of a page into valid UTF-8 and names the encoding
// they were read in, by its name in the WHATWG Encoding Standard
// (https://encoding.spec.whatwg.org/#names-and-labels).
//
// contentType is the Content-Type header, empty if there was none. In order:
//
//   - a byte order mark decides;
//   - the charset of the header, then the one the page itself declares (a meta
//     element by the standard's prescan of 1024 bytes, a later meta element in
//     the head, an XML declaration) is followed unless the bytes contradict it
//     plainly: UTF-8 under another name, other encodings under the name UTF-8,
//     UTF-16 that is none, multi-byte text under a single-byte name;
//   - what nobody declares, or declares wrongly, is UTF-8 where it is valid,
//     else what its characters are most likely in;
//   - pure ASCII that nobody declares is windows-1252, the standard's default.
//
// Bytes that mean nothing in the encoding become U+FFFD, as the standard says;
// so does NUL. The result may share memory with body. Decode never fails and
// its cost is linear in len(body).
func Decode(body []byte, contentType string) (text []byte, charset string) {
	if enc, n := byteOrderMark(body); enc != nil {
		return finish(enc, body[n:])
	}
	enc := chooseEncoding(body, contentType)
	return finish(enc, body)
}

// DecodeAs reads bytes in the encoding of a name that Decode gave: a part of a
// page in that of the whole. It gives nil for a name that is none.
func DecodeAs(body []byte, name string) []byte {
	enc := encodingByName(name)
	if enc == nil {
		return nil
	}
	text, _ := finish(enc, body)
	return text
}

func finish(enc *legacy, body []byte) ([]byte, string) {
	text := enc.decode(body)
	if bytes.IndexByte(text, 0) >= 0 {
		text = bytes.ReplaceAll(text, []byte{0}, []byte("\uFFFD"))
	}
	return text, enc.name
}

// byteOrderMark is the standard's BOM sniff.
func byteOrderMark(b []byte) (*legacy, int) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return encodingByName("UTF-8"), 3
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return encodingByName("UTF-16BE"), 2
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return encodingByName("UTF-16LE"), 2
	}
	return nil, 0
}

// chooseEncoding weighs what is declared against what the bytes look like.
func chooseEncoding(body []byte, contentType string) *legacy {
	header := headerEncoding(contentType)
	seen := inspect(body)
	if enc := utf16Verdict(body, header, seen); enc != nil {
		return enc
	}
	if header != nil && header.kind == kindUTF16 {
		header = nil // utf16Verdict found that it is none
	}
	declared := header
	var meta *legacy
	if declared == nil || (seen.invalid && !seen.utf8Enough()) {
		meta = metaEncoding(body)
		if declared == nil {
			declared = meta
		}
	}
	switch {
	case seen.ascii:
		return asciiVerdict(body, declared)
	case !seen.invalid:
		return validVerdict(declared, seen)
	}
	return invalidVerdict(body, declared, meta, seen)
}

// asciiVerdict is for bytes below 0x80 only: any declaration will do, and the
// only thing left to find out is ISO-2022-JP, which hides in ASCII.
func asciiVerdict(body []byte, declared *legacy) *legacy {
	if looksISO2022JP(body) && (declared == nil || declared.name != "replacement") {
		return encodingByName("ISO-2022-JP")
	}
	if declared == nil {
		return encodingByName("windows-1252")
	}
	return declared
}

// validVerdict is for valid UTF-8 with something beyond ASCII in it. A
// declaration to the contrary is only believed when there is so little of it
// that it may be chance.
func validVerdict(declared *legacy, seen inspection) *legacy {
	if declared == nil || seen.weight >= utf8Weight {
		return encodingByName("UTF-8")
	}
	return declared
}

// utf8Weight is how much valid UTF-8 (see inspection.weight) outweighs a
// declaration that says otherwise: four Chinese characters, or two typographic
// quotes, or six accented letters. Accidental UTF-8 of that length does not
// occur in real text of a single-byte encoding (each accented letter would
// have to be followed by exactly one symbol), and hardly in GBK.
const utf8Weight = 6

// invalidVerdict is for bytes that are not UTF-8 throughout.
func invalidVerdict(body []byte, declared, meta *legacy, seen inspection) *legacy {
	if seen.utf8Enough() {
		return encodingByName("UTF-8") // a few broken characters in a UTF-8 page
	}
	if declared != nil && declared.kind == kindOther {
		return declared // replacement, x-user-defined: nothing to compare
	}
	s := sampleOf(body)
	best, margin := s.detect(declared, meta)
	switch {
	case declared == nil:
		return best
	case declared == best || margin < overrule(declared):
		return declared
	}
	return best
}

// overrule says by how much (in units of natural logarithm, over the whole
// sample) another encoding must explain the bytes better than the declared
// one. A single-byte label is often the server's default, so it takes less; and
// what is not UTF-8 shows it at the second character.
func overrule(declared *legacy) float64 {
	switch declared.kind {
	case kindUTF8:
		return 30
	case kindSingle:
		return 40
	}
	return 60
}

// inspection is what one pass over the bytes tells.
type inspection struct {
	ascii   bool // no byte of 0x80 or above
	invalid bool // not valid UTF-8
	weight  int  // valid multi-byte characters: 1 for two bytes, 3 for three or four
	broken  int  // bytes that are no part of a valid character
}

// utf8Enough says whether broken bytes are accidents in a UTF-8 page: one in
// fifty characters at most.
func (s inspection) utf8Enough() bool {
	return s.weight >= utf8Weight && s.broken*50 <= s.weight
}

func inspect(b []byte) inspection {
	s := inspection{
		ascii: asciiPrefix(b) == len(b),
	}
	if s.ascii {
		return s
	}
	s.invalid = !utf8.Valid(b)
	for i := 0; i < len(b) && (s.invalid || s.weight < utf8Weight); {
		if i += asciiPrefix(b[i:]); i >= len(b) {
			break
		}
		_, size := utf8.DecodeRune(b[i:])
		switch size {
		case 1:
			s.broken++
		case 2:
			s.weight++
		default:
			s.weight += 3
		}
		i += size
	}
	return s
}

// asciiPrefix is how many bytes at the start are below 0x80.
func asciiPrefix(b []byte) int {
	n := 0
	for len(b)-n >= 8 {
		w := b[n : n+8 : n+8]
		if (w[0]|w[1]|w[2]|w[3]|w[4]|w[5]|w[6]|w[7])&0x80 != 0 {
			break
		}
		n += 8
	}
	for n < len(b) && b[n] < 0x80 {
		n++
	}
	return n
}

// utf16Verdict decides about UTF-16 without a byte order mark: by the header,
// if the bytes do not contradict, or because every second byte of the first
// kilobytes is NUL, as in any markup written in UTF-16.
func utf16Verdict(body []byte, header *legacy, seen inspection) *legacy {
	le, be := nulPattern(body)
	switch {
	case le:
		return encodingByName("UTF-16LE")
	case be:
		return encodingByName("UTF-16BE")
	case header == nil || header.kind != kindUTF16 || len(body) < 2:
		return nil
	case bytes.IndexByte(body, 0) >= 0, seen.invalid && body[0] != '<':
		return header
	}
	return nil
}

// nulPattern looks at the first 4 KiB. UTF-16LE markup has NUL at odd places
// only, UTF-16BE at even ones.
func nulPattern(b []byte) (le, be bool) {
	b = b[:min(len(b), 4096)&^1]
	var even, odd int
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	pairs := len(b) / 2
	if pairs < 2 {
		return false, false
	}
	// A tenth of the characters in markup is ASCII even in Chinese pages, and
	// few Chinese characters have a NUL in them (一, 开).
	le = odd*10 >= pairs && even*8 <= odd
	be = even*10 >= pairs && odd*8 <= even
	return le, be
}

// looksISO2022JP wants an escape to a two-byte set followed by well-formed
// pairs and an escape back (RFC 1468), at least once, before any other use.
func looksISO2022JP(b []byte) bool {
	for range 8 {
		i := bytes.IndexByte(b, 0x1B)
		if i < 0 || i+3 > len(b) {
			return false
		}
		b = b[i+1:]
		if b[0] != '$' || (b[1] != '@' && b[1] != 'B') {
			continue
		}
		n := 2
		for n < len(b) && b[n] >= 0x21 && b[n] <= 0x7E {
			n++
		}
		closed := n+2 < len(b) && b[n] == 0x1B && b[n+1] == '('
		if n > 2 && n%2 == 0 && closed {
			return true
		}
	}
	return false
}
