package weburl

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads an absolute URL of any scheme.
func Parse(raw string) (URL, error) {
	if u, ok := fastAbsolute(raw); ok {
		return u, nil
	}
	return parse(URL{}, raw)
}

// Resolve reads a reference (the value of an href) that stands on a page of
// address u.
func (u URL) Resolve(ref string) (URL, error) {
	if abs, ok := fastAbsolute(ref); ok {
		return abs, nil
	}
	if rel, ok := u.fastRelative(ref); ok {
		return rel, nil
	}
	return parse(u, ref)
}

// parse is https://url.spec.whatwg.org/#concept-basic-url-parser without a
// state override.
func parse(base URL, raw string) (URL, error) {
	if len(raw) > MaxLen {
		return URL{}, &Error{raw, base.href, "too long"}
	}
	u, reason := parseClean(base, clean(raw))
	if reason == "" && len(u.href) > MaxLen {
		reason = "too long"
	}
	if reason != "" {
		return URL{}, &Error{raw, base.href, reason}
	}
	return u, nil
}

// clean removes what the parser removes first: C0 controls and spaces around,
// tabs and newlines anywhere.
func clean(s string) string {
	for s != "" && s[0] <= ' ' {
		s = s[1:]
	}
	for s != "" && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
}

// parseClean parses what clean left. The reason is why it failed.
func parseClean(base URL, s string) (u URL, reason string) {
	if end := schemeEnd(s); end > 0 {
		scheme, rest := strings.ToLower(s[:end]), s[end+1:]
		switch {
		case isSpecial(scheme) && scheme == base.Scheme() && !strings.HasPrefix(rest, "//"):
			return base.relative(rest)
		case isSpecial(scheme):
			return absolute(scheme, rest)
		case scheme == "file" || strings.HasPrefix(rest, "/"):
			return parseOther(base, s)
		}
		return opaque(scheme, rest)
	}
	switch {
	case base.IsZero():
		return URL{}, "no scheme"
	case isSpecial(base.Scheme()):
		return base.relative(s)
	case !base.hasOpaquePath():
		return parseOther(base, s)
	case s == "" || s[0] != '#':
		return URL{}, "a relative reference on a base that takes none"
	}
	buf := append([]byte(nil), base.href[:base.frag]...)
	base.href = string(appendEncoded(append(buf, '#'), s[1:], inFragment))
	return base, ""
}

// isSpecial lists the schemes parsed here; file: is special too, but has rules
// of its own that concern no crawler, and is left to the library.
func isSpecial(scheme string) bool { return ownPort(scheme) != 0 }

func ownPort(scheme string) int {
	switch scheme {
	case "https", "wss":
		return 443
	case "http", "ws":
		return 80
	case "ftp":
		return 21
	}
	return 0
}

// relative resolves a reference without a scheme on a special base.
func (u URL) relative(s string) (URL, string) {
	u = u.withoutFragment()
	if s == "" {
		return u, ""
	}
	path := u.Path()
	switch {
	case isSlash(s[0]) && len(s) > 1 && isSlash(s[1]):
		return absolute(u.Scheme(), s)
	case isSlash(s[0]):
		path = ""
	case s[0] == '#':
		path = u.href[u.path:]
	case s[0] != '?':
		path = path[:strings.LastIndexByte(path, '/')]
	}
	var stack [512]byte
	buf := append(stack[:0], u.href[:u.path]...)
	buf = append(buf, path...)
	if s[0] == '#' {
		u.href = string(appendEncoded(append(buf, '#'), s[1:], inFragment))
		return u, ""
	}
	return u.finish(buf, s), ""
}

// absolute parses what follows the colon of a special scheme.
func absolute(scheme, s string) (URL, string) {
	for s != "" && isSlash(s[0]) {
		s = s[1:]
	}
	authority, tail := s, ""
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		authority, tail = s[:i], s[i:]
	}
	var stack [512]byte
	buf := append(stack[:0], scheme...)
	buf = append(buf, "://"...)
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		buf = appendUserInfo(buf, authority[:i])
		authority = authority[i+1:]
	}
	rawHost, rawPort := cutPort(authority)
	host, reason := parseHost(rawHost)
	if reason != "" {
		return URL{}, reason
	}
	port, ok := parsePort(rawPort)
	if !ok {
		return URL{}, "bad port"
	}
	u := URL{scheme: uint32(len(scheme)), host: uint32(len(buf))}
	buf = append(buf, host...)
	u.hostEnd = uint32(len(buf))
	if port >= 0 && port != ownPort(scheme) {
		buf = strconv.AppendInt(append(buf, ':'), int64(port), 10)
	}
	u.path = uint32(len(buf))
	return u.finish(buf, tail), ""
}

// appendUserInfo writes "user:password@", or nothing if both are empty.
func appendUserInfo(buf []byte, s string) []byte {
	user, password, _ := strings.Cut(s, ":")
	if user == "" && password == "" {
		return buf
	}
	buf = appendEncoded(buf, user, inUserInfo)
	if password != "" {
		buf = appendEncoded(append(buf, ':'), password, inUserInfo)
	}
	return append(buf, '@')
}

// cutPort splits at the first colon that stands outside brackets.
func cutPort(s string) (host, port string) {
	inBrackets := false
	for i := range len(s) {
		switch s[i] {
		case '[':
			inBrackets = true
		case ']':
			inBrackets = false
		case ':':
			if !inBrackets {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}

// parsePort is -1 for no port.
func parsePort(s string) (n int, ok bool) {
	if s == "" {
		return -1, true
	}
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return 0, false
		}
		if n = n*10 + int(s[i]-'0'); n > 65535 {
			return 0, false
		}
	}
	return n, true
}

// finish puts tail (path, query, fragment as found) behind buf, which holds
// the authority and perhaps the folder of the base's path.
func (u URL) finish(buf []byte, tail string) URL {
	path, query, fragment := cutTail(tail)
	if path != "" || len(buf) == int(u.path) {
		buf = appendPath(buf, int(u.path), path)
	}
	u.query = uint32(len(buf))
	if query != "" {
		buf = appendEncoded(append(buf, '?'), query[1:], inQuery)
	}
	u.frag = uint32(len(buf))
	if fragment != "" {
		buf = appendEncoded(append(buf, '#'), fragment[1:], inFragment)
	}
	u.href = string(buf)
	return u
}

// cutTail splits before the first "#" and before the first "?".
func cutTail(s string) (path, query, fragment string) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, query = s[:i], s[i:]
	}
	return s, query, fragment
}

// appendPath appends the path's segments to the path that begins at start,
// resolving dot segments.
func appendPath(buf []byte, start int, path string) []byte {
	if path != "" && isSlash(path[0]) {
		path = path[1:]
	}
	for more := true; more; {
		segment := path
		i := strings.IndexAny(path, `/\`)
		if more = i >= 0; more {
			segment, path = path[:i], path[i+1:]
		}
		dots := leadingDots(segment)
		if dots == 2 {
			buf = buf[:start+max(0, bytes.LastIndexByte(buf[start:], '/'))]
		}
		if dots == 0 || !more {
			buf = append(buf, '/')
		}
		if dots == 0 {
			buf = appendEncoded(buf, segment, inPath)
		}
	}
	return buf
}

// opaque parses what follows the colon of a scheme that is not special where
// no "/" follows.
func opaque(scheme, s string) (URL, string) {
	u := URL{scheme: uint32(len(scheme))}
	u.host, u.hostEnd, u.path = u.scheme+1, u.scheme+1, u.scheme+1
	path, query, fragment := cutTail(s)
	buf := make([]byte, 0, len(scheme)+len(s)+1)
	buf = append(append(buf, scheme...), ':')
	buf = appendEncoded(buf, path, inOpaque)
	if n := len(buf) - 1; query+fragment != "" && buf[n] == ' ' {
		buf = append(buf[:n], "%20"...)
	}
	u.query = uint32(len(buf))
	if query != "" {
		buf = appendQuery(append(buf, '?'), query[1:])
	}
	u.frag = uint32(len(buf))
	if fragment != "" {
		buf = appendEncoded(append(buf, '#'), fragment[1:], inFragment)
	}
	u.href = string(buf)
	return u, ""
}

// appendQuery percent-encodes with the query set of schemes that are not
// special: an apostrophe stays.
func appendQuery(buf []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '\'')
		if i < 0 {
			return appendEncoded(buf, s, inQuery)
		}
		buf = append(appendEncoded(buf, s[:i], inQuery), '\'')
		s = s[i+1:]
	}
}

// appendEncoded percent-encodes, as UTF-8, what may not stand in that part.
// A byte that is not UTF-8 counts as U+FFFD, as in any Go text.
func appendEncoded(buf []byte, s string, part uint8) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; class[c]&part != 0 {
			buf = append(buf, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		var b [utf8.UTFMax]byte
		for _, c := range b[:utf8.EncodeRune(b[:], r)] {
			buf = append(buf, '%', upperHex[c>>4], upperHex[c&15])
		}
		i += n
	}
	return buf
}

const upperHex = "0123456789ABCDEF"

func isSlash(c byte) bool { return c == '/' || c == '\\' }
