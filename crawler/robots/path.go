package robots

import "strings"

// pathQuery is path and query of a URL, without fragment: what rules are
// compared with. It begins with "/". It reads a URL as loosely as Google's
// parser: a scheme is optional, "//" begins a host.
func pathQuery(url string) string {
	rest := strings.TrimPrefix(url, "//")
	start := strings.IndexAny(rest, "/?;")
	if i := strings.Index(rest, "://"); i >= 0 && i <= start {
		rest = rest[i+3:]
		start = strings.IndexAny(rest, "/?;")
	}
	end := strings.IndexByte(rest, '#')
	if end < 0 {
		end = len(rest)
	}
	if start < 0 || end < start {
		return "/"
	}
	if rest[start] != '/' {
		return "/" + rest[start:end]
	}
	return rest[start:end]
}

// normal gives path octets one spelling (RFC 9309, 2.2.2 and 2.2.3): an
// encoded unreserved character is plain, other escapes are in upper case, what
// may not stand in a URL is encoded, and so is "$". In a URL "*" is encoded; in
// a rule it is not, for there it means something.
func normal(s string, rule bool) string {
	i := 0
	for i < len(s) && stays(s[i:], rule) {
		i++
	}
	if i == len(s) {
		return s
	}
	buf := append(make([]byte, 0, len(s)+8), s[:i]...)
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case stays(s[i:], rule):
			buf = append(buf, c)
			continue
		case c == '%':
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
		}
		if isUnreserved(c) {
			buf = append(buf, c)
		} else {
			buf = append(buf, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(buf)
}

// stays says that the first byte of s is as it should be.
func stays(s string, rule bool) bool {
	switch c := s[0]; {
	case c == '*':
		return rule
	case c != '%':
		return kept[c]
	case len(s) < 3 || !isHex(s[1]) || !isHex(s[2]):
		return true
	}
	return s[1] < 'a' && s[2] < 'a' && !isUnreserved(unhex(s[1])<<4|unhex(s[2]))
}

// kept are the unreserved and the reserved characters of RFC 3986 but for "*",
// which is looked at before, and "$".
var kept = func() (t [256]bool) {
	for c := range t {
		t[c] = isUnreserved(byte(c))
	}
	for _, c := range []byte(":/?#[]@!&'()+,;=") {
		t[c] = true
	}
	return t
}()

// isUnreserved is RFC 3986, 2.3.
func isUnreserved(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

const upperHex = "0123456789ABCDEF"
