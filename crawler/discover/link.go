package discover

import "strings"

// Link is one link of a Link header (RFC 8288).
type Link struct {
	URL      string // as written
	Rel      string // lower case
	Type     string // lower case
	HrefLang string // lower case
}

// ParseLinks reads the values of Link headers. What cannot be read is passed
// over.
func ParseLinks(values []string) []Link {
	var out []Link
	for _, s := range values {
		for len(out) < 200 {
			_, rest, ok := strings.Cut(s, "<")
			if !ok {
				break
			}
			ref, rest, ok := strings.Cut(rest, ">")
			if !ok {
				break
			}
			l := Link{URL: address(ref)}
			s = l.parameters(rest)
			if l.URL != "" {
				out = append(out, l)
			}
		}
	}
	return out
}

// parameters reads what follows the address, up to the comma that ends the
// link, and gives the rest.
func (l *Link) parameters(s string) string {
	for {
		s = strings.TrimLeft(s, " \t;")
		if s == "" || s[0] == ',' {
			return s
		}
		n := strings.IndexAny(s, "=;,")
		if n < 0 {
			return ""
		}
		name, value := strings.ToLower(strings.TrimSpace(s[:n])), ""
		if s[n] != '=' {
			s = s[n:]
			continue
		}
		value, s = parameter(strings.TrimLeft(s[n+1:], " \t"))
		l.set(name, strings.ToLower(words(value)))
	}
}

// parameter reads a token or a quoted string (RFC 9110, section 5.6.4).
func parameter(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		n := strings.IndexAny(s, ";,")
		if n < 0 {
			n = len(s)
		}
		return s[:n], s[n:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:]
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// set keeps a parameter; of several of one name the first counts (RFC 8288,
// section 3.3).
func (l *Link) set(name, value string) {
	switch name {
	case "rel":
		setOnce(&l.Rel, value)
	case "type":
		setOnce(&l.Type, value)
	case "hreflang":
		setOnce(&l.HrefLang, value)
	}
}

// Has says whether the link has a relation.
func (l Link) Has(rel string) bool {
	for r := range strings.FieldsSeq(l.Rel) {
		if r == rel {
			return true
		}
	}
	return false
}
