package weburl

import (
	"slices"
	"strings"
)

// Key is one spelling for one page, for comparing and never for fetching. What
// is not http or https only loses fragment and user info. Of the rest:
//
//   - fragment, user info, default port, dot segments, an empty path, the case
//     and spelling of the host are settled as the URL standard has it;
//   - percent-encoding is in upper case, and unreserved characters are plain
//     (RFC 3986, 6.2.2.1 and 6.2.2.2); a path or parameter with a "%" that
//     encodes nothing is left alone, as nobody knows what it means;
//   - parameters that follow the reader (see tracking.go) and session ids are
//     dropped, empty ones and an empty query too;
//   - the other parameters are sorted by name; those of one name keep their
//     order.
//
// Path case, a slash at the end, "//", http and https, www, and "+" against
// "%20" stay apart: whether they are one page shows when the bytes agree.
//
//	HTTP://Example.ORG:80/a/../b?z=1&utm_source=x&a=%7e#top
//	http://example.org/b?a=~&z=1
//
// A URL that is its own key is returned as it is, without an allocation.
func (u URL) Key() string {
	u = u.Fetchable()
	if !u.IsHTTP() {
		return u.href
	}
	path, query := u.Path(), u.href[u.query:]
	if isPlainPath(path) && isPlainQuery(query) {
		return u.href
	}
	path = normalPath(path)
	if query != "" {
		query = normalQuery(query[1:])
	}
	return u.href[:u.path] + path + query
}

// Key is the key of a URL given as text. Text that is no URL is its own key.
func Key(raw string) string {
	u, err := Parse(raw)
	if err != nil {
		return raw
	}
	return u.Key()
}

func isPlainPath(path string) bool {
	return isNormalEscaped(path) && !strings.Contains(path, ";")
}

func normalPath(path string) string {
	path = normalEscapes(path)
	if !strings.Contains(path, ";") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = dropSessions(s)
	}
	return strings.Join(segments, "/")
}

// dropSessions drops ";jsessionid=…" from a path segment, as servlets write it
// where cookies are off, unless a dot segment would be left.
func dropSessions(segment string) string {
	parts := strings.Split(segment, ";")
	kept := slices.DeleteFunc(parts[1:], func(p string) bool {
		name, _, ok := strings.Cut(p, "=")
		return ok && strings.EqualFold(name, "jsessionid")
	})
	if len(kept) == len(parts)-1 || len(kept) == 0 && leadingDots(parts[0]) > 0 {
		return segment
	}
	return strings.Join(append(parts[:1], kept...), ";")
}

// isPlainQuery says that normalQuery would change nothing. The query begins
// with "?" or is empty.
func isPlainQuery(query string) bool {
	if query == "" {
		return true
	}
	last := ""
	for p := range strings.SplitSeq(query[1:], "&") {
		name := paramName(p)
		if p == "" || name < last || !isNormalEscaped(p) || isDropped(p) {
			return false
		}
		last = name
	}
	return true
}

// normalQuery is "" or begins with "?".
func normalQuery(query string) string {
	var kept []string
	size := 0
	for p := range strings.SplitSeq(query, "&") {
		p = normalEscapes(p)
		if p != "" && !isDropped(p) {
			kept = append(kept, p)
			size += len(p) + 1
		}
	}
	slices.SortStableFunc(kept, func(a, b string) int {
		return strings.Compare(paramName(a), paramName(b))
	})
	var b strings.Builder
	b.Grow(size)
	for i, p := range kept {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(p)
	}
	return b.String()
}

func paramName(p string) string {
	name, _, _ := strings.Cut(p, "=")
	return name
}

// isNormalEscaped says that normalEscapes would change nothing.
func isNormalEscaped(s string) bool {
	changes := false
	for i := strings.IndexByte(s, '%'); 0 <= i && i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		if !isEscape(s[i:]) {
			return true
		}
		changes = changes || isUnreserved(unescape(s[i:])) || s[i+1] >= 'a' || s[i+2] >= 'a'
		i += 2
	}
	return !changes
}

// normalEscapes is RFC 3986, 6.2.2.1 and 6.2.2.2, on text in which every "%"
// begins an escape. Other text is returned as it is: in "%%32e" a decoded "2"
// would begin a new one.
func normalEscapes(s string) string {
	if isNormalEscaped(s) {
		return s
	}
	buf := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			buf = append(buf, s[i])
			continue
		}
		c := unescape(s[i:])
		if isUnreserved(c) {
			buf = append(buf, c)
		} else {
			buf = append(buf, '%', upperHex[c>>4], upperHex[c&15])
		}
		i += 2
	}
	return string(buf)
}

// isEscape says that s, which begins with "%", begins with a percent-encoded
// byte.
func isEscape(s string) bool { return len(s) > 2 && isHex(s[1]) && isHex(s[2]) }

func unescape(s string) byte { return unhex(s[1])<<4 | unhex(s[2]) }

// isUnreserved is RFC 3986, 2.3.
func isUnreserved(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
