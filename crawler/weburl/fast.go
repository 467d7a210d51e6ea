package weburl

import "strings"

// The bits of class say where a byte may stand without being changed by the
// standard's parser, for the special schemes (http, https, ws, wss, ftp).
const (
	inHost     = 1 << iota // plain host: what needs no mapping
	inPath                 // the complement of the path percent-encode set, without "\"
	inQuery                // … of the special-query percent-encode set
	inFragment             // … of the fragment percent-encode set
	inUserInfo             // … of the userinfo percent-encode set
	inOpaque               // … of the C0 control percent-encode set
	inScheme               // after a scheme's first letter
	maybeDot               // may begin a dot segment: "." or "%"
)

// class is https://url.spec.whatwg.org/#percent-encoded-bytes as a table.
var class = classes()

func classes() (t [256]uint8) {
	for b := 0x20; b <= 0x7e; b++ {
		c := byte(b)
		set := func(bit uint8, unless string) {
			if strings.IndexByte(unless, c) < 0 {
				t[c] |= bit
			}
		}
		set(inOpaque, "")
		set(inFragment, " \"<>`")
		set(inQuery, " \"#<>'")
		set(inPath, " \"#<>?^`{}\\")
		set(inUserInfo, " \"#<>?^`{}/:;=@[\\]|")
		lower, digit := 'a' <= c && c <= 'z', '0' <= c && c <= '9'
		if lower || digit || c == '-' || c == '.' || c == '_' {
			t[c] |= inHost
		}
		if lower || digit || 'A' <= c && c <= 'Z' || strings.IndexByte("+-.", c) >= 0 {
			t[c] |= inScheme
		}
	}
	t['.'] |= maybeDot
	t['%'] |= maybeDot
	return t
}

// fastAbsolute takes an http or https URL that is its own serialisation (or
// lacks only the "/" after the host), and says no to everything else.
func fastAbsolute(s string) (URL, bool) {
	var u URL
	var ownPort string
	switch {
	case len(s) >= MaxLen:
		return u, false
	case strings.HasPrefix(s, "https://"):
		u.scheme, ownPort = 5, "443"
	case strings.HasPrefix(s, "http://"):
		u.scheme, ownPort = 4, "80"
	default:
		return u, false
	}
	u.href = s
	u.host = u.scheme + 3
	i, ok := scanHost(s, int(u.host))
	if !ok {
		return u, false
	}
	u.hostEnd = uint32(i)
	if i < len(s) && s[i] == ':' {
		if i, ok = scanPort(s, i+1, ownPort); !ok {
			return u, false
		}
	}
	u.path = uint32(i)
	if i == len(s) {
		u.href = s + "/"
		u.query, u.frag = uint32(i+1), uint32(i+1)
		return u, true
	}
	return u, s[i] == '/' && u.scanTail(i)
}

// scanHost finds the end of a host that stands as it is: no capitals, no
// percent signs, no punycode to check, nothing that could be a number.
func scanHost(s string, i int) (end int, ok bool) {
	start, label := i, i
	for ; i < len(s) && class[s[i]]&inHost != 0; i++ {
		if s[i] != '.' {
			continue
		}
		if strings.HasPrefix(s[label:], "xn--") {
			return i, false
		}
		label = i + 1
	}
	if i == start || i == label || i-start > maxHost || strings.HasPrefix(s[label:], "xn--") {
		return i, false
	}
	return i, s[label] < '0' || '9' < s[label] || dottedDecimal(s[start:i])
}

// dottedDecimal says that a host is an IPv4 address as it is serialised: four
// numbers up to 255 without a leading zero.
func dottedDecimal(s string) bool {
	parts, n, digits := 1, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.' && digits > 0:
			parts, n, digits = parts+1, 0, 0
		case '0' <= c && c <= '9' && !(digits > 0 && n == 0):
			n, digits = 10*n+int(c-'0'), digits+1
		default:
			return false
		}
		if n > 255 {
			return false
		}
	}
	return parts == 4 && digits > 0
}

// scanPort finds the end of a port that stands as it is.
func scanPort(s string, i int, own string) (end int, ok bool) {
	start, n := i, 0
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9' && i-start < 5; i++ {
		n = n*10 + int(s[i]-'0')
	}
	port := s[start:i]
	return i, port != "" && port[0] != '0' && port != own && n <= 65535
}

// scanTail checks path (from i, where a "/" stands), query and fragment and
// sets where the last two begin.
func (u *URL) scanTail(i int) bool {
	s := u.href
	for ; i < len(s) && class[s[i]]&inPath != 0; i++ {
		if s[i] == '/' && i+1 < len(s) && class[s[i+1]]&maybeDot != 0 && leadingDots(s[i+1:]) > 0 {
			return false
		}
	}
	return u.scanQuery(i)
}

// scanQuery does the same from the end of the path on.
func (u *URL) scanQuery(i int) bool {
	s := u.href
	u.query = uint32(i)
	if i < len(s) && s[i] == '?' {
		for i++; i < len(s) && class[s[i]]&inQuery != 0; i++ {
		}
	}
	return u.scanFragment(i)
}

// scanFragment does the same from the end of the query on.
func (u *URL) scanFragment(i int) bool {
	s := u.href
	u.frag = uint32(i)
	if i < len(s) && s[i] == '#' {
		for i++; i < len(s) && class[s[i]]&inFragment != 0; i++ {
		}
	}
	return i == len(s)
}

// leadingDots says whether the path segment s begins with is a dot segment
// ("." is 1, ".." is 2, each dot perhaps as %2e), 0 if not.
func leadingDots(s string) int {
	for n := range 3 {
		if s == "" || strings.IndexByte(`/\?#`, s[0]) >= 0 {
			return n
		}
		switch {
		case s[0] == '.':
			s = s[1:]
		case len(s) >= 3 && s[0] == '%' && s[1] == '2' && s[2]|0x20 == 'e':
			s = s[3:]
		default:
			return 0
		}
	}
	return 0
}

// fastRelative resolves a reference that needs nothing but to be put behind a
// part of u, an http or https URL.
func (u URL) fastRelative(ref string) (URL, bool) {
	if len(u.href)+len(ref) > MaxLen || !u.IsHTTP() {
		return u, false
	}
	if ref == "" {
		return u.withoutFragment(), true
	}
	switch ref[0] {
	case '#':
		u.href = u.href[:u.frag] + ref
		return u, u.scanFragment(int(u.frag))
	case '?':
		u.href = u.href[:u.query] + ref
		return u, u.scanQuery(int(u.query))
	case '/':
		if strings.HasPrefix(ref, "//") {
			return fastAbsolute(u.href[:u.scheme+1] + ref)
		}
		u.href = u.href[:u.path] + ref
		return u, u.scanTail(int(u.path))
	}
	if schemeEnd(ref) > 0 || class[ref[0]]&inPath == 0 {
		return u, false
	}
	dir := strings.LastIndexByte(u.href[:u.query], '/')
	u.href = u.href[:dir+1] + ref
	return u, u.scanTail(dir)
}

// schemeEnd is the place of the colon after a scheme, -1 without one.
func schemeEnd(s string) int {
	if s == "" || s[0]|0x20 < 'a' || 'z' < s[0]|0x20 {
		return -1
	}
	i := 1
	for i < len(s) && class[s[i]]&inScheme != 0 {
		i++
	}
	if i == len(s) || s[i] != ':' {
		return -1
	}
	return i
}
