package charset

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// legacy is one encoding of the WHATWG Encoding Standard.
//
// The decoders follow the standard to the letter, which those of x/text do not
// quite (a lead byte before an ASCII byte that is no trail swallows it in some
// of them); only their tables are used.
type legacy struct {
	name   string
	kind   encodingKind
	decode func([]byte) []byte
}

type encodingKind uint8

const (
	kindUTF8 encodingKind = iota
	kindUTF16
	kindSingle
	kindMulti
	kindOther // replacement, x-user-defined
)

// encodings holds every encoding of the standard by its name in lower case.
var encodings = sync.OnceValue(func() map[string]*legacy {
	m := map[string]*legacy{}
	add := func(name string, kind encodingKind, decode func([]byte) []byte) {
		m[strings.ToLower(name)] = &legacy{name: name, kind: kind, decode: decode}
	}
	add("UTF-8", kindUTF8, decodeUTF8)
	add("UTF-16LE", kindUTF16, func(b []byte) []byte { return decodeUTF16(b, 0, 1) })
	add("UTF-16BE", kindUTF16, func(b []byte) []byte { return decodeUTF16(b, 1, 0) })
	add("GBK", kindMulti, decodeGB18030)
	add("gb18030", kindMulti, decodeGB18030)
	add("Big5", kindMulti, decodeBig5)
	add("EUC-JP", kindMulti, decodeEUCJP)
	add("ISO-2022-JP", kindMulti, decodeISO2022JP)
	add("Shift_JIS", kindMulti, decodeShiftJIS)
	add("EUC-KR", kindMulti, decodeEUCKR)
	add("replacement", kindOther, decodeReplacement)
	add("x-user-defined", kindOther, singleByte(charmap.XUserDefined))
	for _, s := range singleByteEncodings {
		add(s.name, kindSingle, singleByte(s.enc))
	}
	return m
})

var singleByteEncodings = []struct {
	name string
	enc  encoding.Encoding
}{
	{"IBM866", charmap.CodePage866}, {"ISO-8859-2", charmap.ISO8859_2}, {"ISO-8859-3", charmap.ISO8859_3},
	{"ISO-8859-4", charmap.ISO8859_4}, {"ISO-8859-5", charmap.ISO8859_5}, {"ISO-8859-6", charmap.ISO8859_6},
	{"ISO-8859-7", charmap.ISO8859_7}, {"ISO-8859-8", charmap.ISO8859_8}, {"ISO-8859-8-I", charmap.ISO8859_8},
	{"ISO-8859-10", charmap.ISO8859_10}, {"ISO-8859-13", charmap.ISO8859_13}, {"ISO-8859-14", charmap.ISO8859_14},
	{"ISO-8859-15", charmap.ISO8859_15}, {"ISO-8859-16", charmap.ISO8859_16}, {"KOI8-R", charmap.KOI8R},
	{"KOI8-U", charmap.KOI8U}, {"macintosh", charmap.Macintosh}, {"windows-874", charmap.Windows874},
	{"windows-1250", charmap.Windows1250}, {"windows-1251", charmap.Windows1251}, {"windows-1252", charmap.Windows1252},
	{"windows-1253", charmap.Windows1253}, {"windows-1254", charmap.Windows1254}, {"windows-1255", charmap.Windows1255},
	{"windows-1256", charmap.Windows1256}, {"windows-1257", charmap.Windows1257}, {"windows-1258", charmap.Windows1258},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic},
}

// encodingByName finds an encoding by its name, nil if there is none.
func encodingByName(name string) *legacy { return encodings()[strings.ToLower(name)] }

// encodingByLabel is the standard's "get an encoding", with some labels more
// that are no labels but are met with; nil if the label says nothing.
func encodingByLabel(label string) *legacy {
	label = strings.ToLower(strings.Trim(label, "\t\n\f\r "))
	if label == "" || len(label) > 40 {
		return nil
	}
	if name, ok := lateLabels[label]; ok {
		return encodingByName(name)
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	name, err := htmlindex.Name(enc)
	if err != nil {
		return nil
	}
	return encodingByName(name)
}

// lateLabels are labels the table of x/text does not know: those the standard
// gained later, then, from "utf8mb4" on, mistakes and names of other systems.
var lateLabels = map[string]string{
	"unicode11utf8": "UTF-8", "unicode20utf8": "UTF-8", "x-unicode20utf8": "UTF-8",
	"csunicode": "UTF-16LE", "iso-10646-ucs-2": "UTF-16LE", "ucs-2": "UTF-16LE", "unicode": "UTF-16LE",
	"unicodefeff": "UTF-16LE", "unicodefffe": "UTF-16BE",
	"utf8mb4": "UTF-8", "utf_8": "UTF-8", "utf-8;": "UTF-8",
	"cp936": "GBK", "gb-2312": "GBK", "gb_2312": "GBK", "gb2312-80": "GBK", "gbk2312": "GBK", "euc-cn": "GBK",
	"cp950": "Big5", "big-5": "Big5", "cp932": "Shift_JIS", "shift-jis": "Shift_JIS", "shiftjis": "Shift_JIS",
	"x-euc": "EUC-JP", "eucjp": "EUC-JP", "cp949": "EUC-KR", "euckr": "EUC-KR", "ms949": "EUC-KR",
}

// decodeUTF8 replaces each maximal broken part by one U+FFFD.
func decodeUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/16)
	for i := 0; i < len(b); {
		n := asciiPrefix(b[i:])
		out = append(out, b[i:i+n]...)
		if i += n; i >= len(b) {
			break
		}
		if _, size := utf8.DecodeRune(b[i:]); size > 1 {
			out = append(out, b[i:i+size]...)
			i += size
			continue
		}
		out = append(out, "\uFFFD"...)
		i += brokenLength(b[i:])
	}
	return out
}

// brokenLength is the length of the longest start of a well-formed sequence
// that a broken one begins with, at least 1 (Unicode 16, table 3-7).
func brokenLength(b []byte) int {
	low, high, need := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for ; n <= need && n < len(b) && b[n] >= low && b[n] <= high; n++ {
		low, high = 0x80, 0xBF
	}
	return n
}

func decodeUTF16(b []byte, low, high int) []byte {
	out := make([]byte, 0, len(b))
	i, r := 0, rune(0)
	for ; i+1 < len(b); i += 2 {
		r = rune(b[i+low]) | rune(b[i+high])<<8
		if r >= 0xD800 && r < 0xDC00 && i+3 < len(b) {
			if r2 := rune(b[i+2+low]) | rune(b[i+2+high])<<8; r2 >= 0xDC00 && r2 < 0xE000 {
				r = (r-0xD800)<<10 + (r2 - 0xDC00) + 0x10000
				i += 2
			}
		}
		out = utf8.AppendRune(out, r) // a lone surrogate becomes U+FFFD
	}
	if i < len(b) && (r < 0xD800 || r >= 0xDC00) {
		out = append(out, "\uFFFD"...) // half a character at the end
	}
	return out
}

// decodeReplacement reads encodings that browsers refuse for safety.
func decodeReplacement(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return []byte("\uFFFD")
}

// singleByte makes the decoder of a table of 256 characters.
func singleByte(enc encoding.Encoding) func([]byte) []byte {
	table := sync.OnceValue(func() *[128]rune { return highHalf(enc) })
	return func(b []byte) []byte {
		t := table()
		out := make([]byte, 0, len(b)+len(b)/8)
		for i := 0; i < len(b); {
			n := asciiPrefix(b[i:])
			out = append(out, b[i:i+n]...)
			for i += n; i < len(b) && b[i] >= 0x80; i++ {
				out = utf8.AppendRune(out, t[b[i]-0x80])
			}
		}
		return out
	}
}

// highHalf is the upper half of a single-byte table. What a table leaves open
// below 0xA0 is a control character in the standard's indexes.
func highHalf(enc encoding.Encoding) *[128]rune {
	var t [128]rune
	d := enc.NewDecoder()
	for i := range t {
		t[i] = utf8.RuneError
		if out, err := d.Bytes([]byte{byte(0x80 + i)}); err == nil {
			t[i], _ = utf8.DecodeRune(out)
		}
		if t[i] == utf8.RuneError && i < 0x20 {
			t[i] = rune(0x80 + i)
		}
	}
	return &t
}

// pairTable holds the characters of two-byte sequences: leads from 0x81 on,
// trails from 0x40 on, 0 where there is none.
type pairTable [126 * 192]rune

func (t *pairTable) at(lead, trail byte) rune {
	if lead < 0x81 || lead == 0xFF || trail < 0x40 || trail == 0xFF {
		return 0
	}
	return t[int(lead-0x81)*192+int(trail-0x40)]
}

// pairsOf asks a decoder of x/text for each pair; prefix goes before it.
func pairsOf(enc encoding.Encoding, prefix ...byte) *pairTable {
	var t pairTable
	d := enc.NewDecoder()
	src := append(prefix, 0, 0)
	for i := range t {
		src[len(src)-2], src[len(src)-1] = byte(0x81+i/192), byte(0x40+i%192)
		out, err := d.Bytes(src)
		if err != nil {
			continue
		}
		if r, size := utf8.DecodeRune(out); size == len(out) && r != utf8.RuneError {
			t[i] = r
		}
	}
	return &t
}

var (
	gbkPairs     = sync.OnceValue(gbkTable)
	big5Pairs    = sync.OnceValue(func() *pairTable { return pairsOf(traditionalchinese.Big5) })
	eucjpPairs   = sync.OnceValue(func() *pairTable { return pairsOf(japanese.EUCJP) })
	jis0212Pairs = sync.OnceValue(func() *pairTable { return pairsOf(japanese.EUCJP, 0x8F) })
	sjisPairs    = sync.OnceValue(func() *pairTable { return pairsOf(japanese.ShiftJIS) })
	euckrPairs   = sync.OnceValue(func() *pairTable { return pairsOf(korean.EUCKR) })
)

// gbkTable puts the 18 characters of GB 18030-2022 in place of the private
// ones of the edition of 2005 that x/text has.
func gbkTable() *pairTable {
	t := pairsOf(simplifiedchinese.GB18030)
	set := func(lead, trail byte, r rune) { t[int(lead-0x81)*192+int(trail-0x40)] = r }
	for i, r := range []rune{0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16} {
		set(0xA6, byte(0xD9+i), r)
	}
	set(0xA6, 0xEC, 0xFE17)
	set(0xA6, 0xED, 0xFE18)
	set(0xA6, 0xF3, 0xFE19)
	set(0xA8, 0xBC, 0x1E3F)
	for i, trail := range []byte{0x59, 0x61, 0x66, 0x67, 0x6D, 0x7E, 0x90, 0xA0} {
		set(0xFE, trail, rune(0x9FB4+i))
	}
	set(0xA3, 0xA0, 0x3000)
	gbkPrivate(t)
	return t
}

// gbkPrivate adds the private characters the standard's index has: three
// user-defined zones row by row, and the gaps between the rest.
func gbkPrivate(t *pairTable) {
	zone := [3]rune{0xE000, 0xE234, 0xE4C6}
	for lead := 0xA1; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			n := -1
			switch {
			case trail == 0x7F:
			case trail >= 0xA1 && lead >= 0xAA && lead <= 0xAF:
				n = 0
			case trail >= 0xA1 && lead >= 0xF8:
				n = 1
			case trail < 0xA1 && lead <= 0xA7:
				n = 2
			}
			if n < 0 {
				continue
			}
			if cell := &t[(lead-0x81)*192+trail-0x40]; *cell == 0 {
				*cell = zone[n]
			}
			zone[n]++
		}
	}
	for _, g := range gbkGaps {
		for i := range g.count {
			t[(g.pair>>8-0x81)*192+g.pair&0xFF-0x40+i] = rune(g.first + i)
		}
	}
}

// gbkGaps are runs of private characters: first pair, its character, length.
var gbkGaps = []struct{ pair, first, count int }{
	{0xA2AB, 0xE766, 6}, {0xA2E4, 0xE76D, 1}, {0xA2EF, 0xE76E, 2}, {0xA2FD, 0xE770, 2}, {0xA4F4, 0xE772, 11},
	{0xA5F7, 0xE77D, 8}, {0xA6B9, 0xE785, 8}, {0xA6F6, 0xE797, 9}, {0xA7C2, 0xE7A0, 15}, {0xA7F2, 0xE7AF, 13},
	{0xA896, 0xE7BC, 11}, {0xA8C1, 0xE7C9, 4}, {0xA8EA, 0xE7CD, 21}, {0xA958, 0xE7E2, 1}, {0xA95B, 0xE7E3, 1},
	{0xA95D, 0xE7E4, 3}, {0xA997, 0xE7F4, 13}, {0xA9F0, 0xE801, 15}, {0xD7FA, 0xE810, 5}, {0xFE51, 0xE816, 3},
	{0xFE6C, 0xE831, 1}, {0xFE76, 0xE83B, 1}, {0xFE91, 0xE855, 1},
}

// pairDecoder runs the common part of the two-byte decoders. single reads a
// byte that is no lead (0 for none), more reads sequences of other lengths
// from a lead on (size 0 for "not one of those").
type pairDecoder struct {
	pairs  *pairTable
	single func(c byte) rune
	more   func(b []byte) (r rune, size int)
}

func (d pairDecoder) decode(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	for i := 0; i < len(b); {
		n := asciiPrefix(b[i:])
		out = append(out, b[i:i+n]...)
		for i += n; i < len(b) && b[i] >= 0x80; {
			if i+1 < len(b) {
				if r := d.pairs.at(b[i], b[i+1]); r >= 0x800 && r < 0x10000 {
					out = append(out, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF)
					i += 2
					continue
				}
			}
			r, size := d.next(b[i:])
			out = utf8.AppendRune(out, r)
			i += size
		}
	}
	return out
}

// next reads one character from a byte of 0x80 or above on. What is wrong is
// U+FFFD; an ASCII byte after a lead is then left to stand for itself.
func (d pairDecoder) next(b []byte) (rune, int) {
	c := b[0]
	if d.single != nil {
		if r := d.single(c); r != 0 {
			return r, 1
		}
	}
	if d.more != nil {
		if r, size := d.more(b); size > 0 {
			return r, size
		}
	}
	if c == 0x80 || c == 0xFF || len(b) < 2 {
		return utf8.RuneError, 1
	}
	if r := d.pairs.at(c, b[1]); r != 0 {
		return r, 2
	}
	if b[1] < 0x80 {
		return utf8.RuneError, 1
	}
	return utf8.RuneError, 2
}

func gb18030Decoder() pairDecoder {
	return pairDecoder{pairs: gbkPairs(), more: gb18030Four, single: func(c byte) rune {
		if c == 0x80 {
			return '€'
		}
		return 0
	}}
}

func decodeGB18030(b []byte) []byte { return gb18030Decoder().decode(b) }

// gb18030Four reads the four-byte characters of GB 18030.
func gb18030Four(b []byte) (rune, int) {
	if len(b) < 2 || b[0] < 0x81 || b[0] == 0xFF || b[1] < '0' || b[1] > '9' {
		return 0, 0
	}
	switch {
	case len(b) == 2:
		return utf8.RuneError, 2 // cut off: the standard's "end of queue"
	case b[2] < 0x81 || b[2] == 0xFF:
		return utf8.RuneError, 1
	case len(b) == 3:
		return utf8.RuneError, 3
	case b[3] < '0' || b[3] > '9':
		return utf8.RuneError, 1
	}
	if [4]byte(b) == [4]byte{0x81, 0x35, 0xF4, 0x37} {
		return 0xE7C7, 4 // the standard's one exception to its ranges
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b[:4])
	if r, size := utf8.DecodeRune(out); err == nil && size == len(out) && r != utf8.RuneError {
		return r, 4
	}
	return utf8.RuneError, 4
}

func big5Decoder() pairDecoder {
	return pairDecoder{pairs: big5Pairs()}
}

// decodeBig5 adds the four sequences that are two characters each.
func decodeBig5(b []byte) []byte {
	d := big5Decoder()
	out := make([]byte, 0, len(b)+len(b)/2)
	for i := 0; i < len(b); {
		n := asciiPrefix(b[i:])
		out = append(out, b[i:i+n]...)
		if i += n; i >= len(b) {
			break
		}
		if s := big5Double(b[i:]); s != "" {
			out = append(out, s...)
			i += 2
			continue
		}
		r, size := d.next(b[i:])
		out = utf8.AppendRune(out, r)
		i += size
	}
	return out
}

func big5Double(b []byte) string {
	if len(b) < 2 || b[0] != 0x88 {
		return ""
	}
	switch b[1] {
	case 0x62:
		return "\u00CA\u0304"
	case 0x64:
		return "\u00CA\u030C"
	case 0xA3:
		return "\u00EA\u0304"
	case 0xA5:
		return "\u00EA\u030C"
	}
	return ""
}

func eucjpDecoder() pairDecoder {
	single := func(c byte) rune {
		if c <= 0xA0 && c != 0x8E && c != 0x8F {
			return utf8.RuneError
		}
		return 0
	}
	return pairDecoder{pairs: eucjpPairs(), single: single, more: func(b []byte) (rune, int) {
		switch {
		case len(b) >= 2 && b[0] == 0x8E && b[1] >= 0xA1 && b[1] <= 0xDF:
			return 0xFF61 - 0xA1 + rune(b[1]), 2
		case len(b) >= 2 && b[0] == 0x8F && b[1] >= 0xA1 && b[1] <= 0xFE:
			return jis0212(b)
		}
		return 0, 0
	}}
}

func jis0212(b []byte) (rune, int) {
	if len(b) < 3 {
		return utf8.RuneError, 2
	}
	if r := jis0212Pairs().at(b[1], b[2]); r != 0 {
		return r, 3
	}
	if b[2] < 0x80 {
		return utf8.RuneError, 2
	}
	return utf8.RuneError, 3
}

func decodeEUCJP(b []byte) []byte { return eucjpDecoder().decode(b) }

func sjisDecoder() pairDecoder {
	single := func(c byte) rune {
		switch {
		case c == 0x80:
			return 0x80
		case c >= 0xA1 && c <= 0xDF:
			return 0xFF61 - 0xA1 + rune(c)
		case c == 0xA0 || c >= 0xFD:
			return utf8.RuneError
		}
		return 0
	}
	return pairDecoder{pairs: sjisPairs(), single: single, more: sjisPrivate}
}

// sjisPrivate maps the user-defined rows to the private use area.
func sjisPrivate(b []byte) (rune, int) {
	if len(b) < 2 || b[0] < 0xF0 || b[0] > 0xF9 || b[1] < 0x40 || b[1] == 0x7F || b[1] > 0xFC {
		return 0, 0
	}
	offset := byte(0x40)
	if b[1] >= 0x7F {
		offset = 0x41
	}
	return 0xE000 + rune(b[0]-0xF0)*188 + rune(b[1]-offset), 2
}

func decodeShiftJIS(b []byte) []byte { return sjisDecoder().decode(b) }

func decodeEUCKR(b []byte) []byte { return euckrDecoder().decode(b) }

func euckrDecoder() pairDecoder { return pairDecoder{pairs: euckrPairs()} }
