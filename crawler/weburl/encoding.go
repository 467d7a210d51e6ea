package weburl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// ResolveIn is Resolve for a link on a page that was not written in UTF-8. The
// standard has browsers encode a link's query (not its path) as the page is
// encoded, and servers count on it: on a GBK page "?q=中" asks for "?q=%D6%D0".
// Without an encoding it is Resolve; UTF-16 counts as UTF-8, as there.
func (u URL) ResolveIn(ref string, page encoding.Encoding) (URL, error) {
	path, query, fragment := cutTail(ref)
	if page == nil || isASCII(query) || !u.encodesQuery(ref) {
		return u.Resolve(ref)
	}
	enc := page.NewEncoder()
	if a, err := enc.Bytes([]byte("a")); err != nil || string(a) != "a" {
		return u.Resolve(ref) // UTF-16
	}
	return u.Resolve(path + string(appendQueryIn(nil, query, enc)) + fragment)
}

// encodesQuery says that the reference leads to a scheme whose queries follow
// the page's encoding: the special ones but ws and wss.
func (u URL) encodesQuery(ref string) bool {
	scheme := u.Scheme()
	if end := schemeEnd(clean(ref)); end > 0 {
		scheme = strings.ToLower(clean(ref)[:end])
	}
	return scheme == "http" || scheme == "https" || scheme == "ftp" || scheme == "file"
}

// appendQueryIn is https://url.spec.whatwg.org/#string-percent-encode-after-encoding
// for what is not ASCII: what the encoding lacks becomes an encoded "&#1234;".
func appendQueryIn(buf []byte, query string, enc *encoding.Encoder) []byte {
	for _, r := range query {
		if r < utf8.RuneSelf {
			buf = append(buf, byte(r))
			continue
		}
		b, err := enc.Bytes(utf8.AppendRune(nil, r))
		if err != nil {
			buf = append(buf, "%26%23"...)
			buf = strconv.AppendInt(buf, int64(r), 10)
			buf = append(buf, "%3B"...)
			continue
		}
		for _, c := range b {
			if class[c]&inQuery != 0 {
				buf = append(buf, c)
			} else {
				buf = append(buf, '%', upperHex[c>>4], upperHex[c&15])
			}
		}
	}
	return buf
}

// EscapeForeign percent-encodes the bytes of an address that is not UTF-8, so
// that the server gets back what it sent, as browsers do with a Location.
func EscapeForeign(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	var buf []byte
	for i := range len(raw) {
		if c := raw[i]; c < utf8.RuneSelf {
			buf = append(buf, c)
		} else {
			buf = append(buf, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(buf)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
