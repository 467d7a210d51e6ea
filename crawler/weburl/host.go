package weburl

import (
	"strings"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/idna"
)

// maxHost bounds a host before and after mapping, in bytes; DNS names end at
// 253.
const maxHost = 4096

// domains is https://url.spec.whatwg.org/#idna with beStrict false.
var domains = idna.New(
	idna.MapForLookup(),
	idna.ValidateLabels(true), // before the rest: it sets some of them
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
	idna.VerifyDNSLength(false),
	idna.BidiRule(),
	idna.CheckJoiners(true),
)

// parseHost is https://url.spec.whatwg.org/#host-parsing for special schemes.
// The reason is why it failed.
func parseHost(s string) (host, reason string) {
	switch {
	case s == "":
		return "", "no host"
	case len(s) > maxHost:
		return "", "host too long"
	case s[0] == '[':
		return parseIPv6(s)
	}
	if strings.IndexByte(s, '%') >= 0 {
		s = percentDecode(s)
	}
	host, reason = domain(s)
	switch {
	case reason != "":
		return "", reason
	case len(host) > maxHost:
		return "", "host too long"
	}
	if endsInNumber(host) {
		return parseIPv4(host)
	}
	return host, ""
}

// domain maps to lower case and punycode.
func domain(s string) (host, reason string) {
	ascii := isASCII(s)
	if ascii {
		host = strings.ToLower(s)
	}
	if !ascii || hasPunycode(host) {
		if host, reason = mapDomain(s); reason != "" {
			return "", reason
		}
	}
	for i := range len(host) {
		if c := host[i]; c <= ' ' || c == 0x7f || strings.IndexByte("#/:<>?@[\\]^|%", c) >= 0 {
			return "", "host has a character that is not allowed"
		}
	}
	return host, ""
}

// mapDomain runs Unicode ToASCII. Package idna lets a label "xn--" pass as an
// empty one; UTS #46 (revision 33, section 4, step 4.1) makes it an error.
func mapDomain(s string) (host, reason string) {
	if !utf8.ValidString(s) {
		return "", "host is not UTF-8"
	}
	isDot := func(r rune) bool { return strings.ContainsRune(".。．｡", r) }
	for label := range strings.FieldsFuncSeq(s, isDot) {
		if strings.EqualFold(label, "xn--") {
			return "", "empty punycode"
		}
	}
	host, err := domains.ToASCII(s)
	if err != nil || host == "" {
		return "", "no valid domain name"
	}
	return host, ""
}

// hasPunycode says that a label begins with "xn--".
func hasPunycode(host string) bool {
	return strings.HasPrefix(host, "xn--") || strings.Contains(host, ".xn--")
}

// endsInNumber is https://url.spec.whatwg.org/#ends-in-a-number-checker.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	hex, isHex := strings.CutPrefix(last, "0x")
	if isHex {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// parseIPv4 has the library read a host whose last part is a number. It sees
// only digits and dots of a kind: given "+1" it would read 1.
func parseIPv4(host string) (string, string) {
	const reason = "no valid IPv4 address"
	if strings.Trim(host, "0123456789abcdefx.") != "" {
		return "", reason
	}
	u, err := plain.Parse("http://" + host + "/")
	if err != nil {
		return "", reason
	}
	return u.Hostname(), ""
}

// parseIPv6 has the library read an address in brackets. It sees only one pair
// of them: it would drop any number.
func parseIPv6(s string) (host, reason string) {
	reason = "no valid IPv6 address"
	if !looksIPv6(s) {
		return "", reason
	}
	u, err := plain.Parse("http://" + s + "/")
	if err != nil {
		return "", reason
	}
	return u.Hostname(), ""
}

func looksIPv6(s string) bool {
	return len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' &&
		strings.Trim(s[1:len(s)-1], "0123456789abcdefABCDEF:.") == ""
}

func percentDecode(s string) string {
	buf := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && isEscape(s[i:]) {
			buf = append(buf, unescape(s[i:]))
			i += 2
			continue
		}
		buf = append(buf, s[i])
	}
	return string(buf)
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

// plain is the library as it comes, for addresses.
var plain = whatwg.NewParser()
