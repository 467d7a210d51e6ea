package fetch

import (
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// maxURL bounds a URL. RFC 9110 section 4.1 asks for 8,000 octets at least;
// servers refuse far less than this.
const maxURL = 32 << 10

// target is a URL made ready for sending.
type target struct {
	url  string // without user info and fragment; Colly parses it for the host
	path string // path and query as they go out
}

// parseTarget splits off what is not sent (user info, fragment) and keeps path
// and query byte for byte. Only what cannot stand in a request line is changed:
// tab, CR and LF are dropped as browsers do; space, control characters and
// bytes above 0x7E are percent-encoded.
//
//	http://h            →  /
//	http://h?           →  /?
//	http://h/a%2fb|"[]? →  /a%2fb|"[]?
//	http://u:p@h//x#f   →  //x
//	http://h/é          →  /%C3%A9
func parseTarget(raw string) (target, error) {
	if len(raw) > maxURL {
		return target{}, fmt.Errorf("url of %d bytes", len(raw))
	}
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	scheme, rest, ok := strings.Cut(raw, ":")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return target{}, fmt.Errorf("only http and https are fetched")
	}
	if len(rest) < 2 || !isSlash(rest[0]) || !isSlash(rest[1]) {
		return target{}, fmt.Errorf("no host in the url")
	}
	rest, _, _ = strings.Cut(rest[2:], "#")
	end := strings.IndexAny(rest, `/\?`)
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if host == "" {
		return target{}, fmt.Errorf("no host in the url")
	}
	switch {
	case path == "" || path[0] == '?':
		path = "/" + path
	case path[0] == '\\':
		path = "/" + path[1:]
	}
	path = sendable(path)
	return target{scheme + "://" + host + path, path}, nil
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// sendable makes s fit for a request line (RFC 9112 section 3.2: no white space,
// no controls; RFC 3986: no bytes above 0x7E).
func sendable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) < 0 {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c == '\t' || c == '\n' || c == '\r':
		case c <= ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// requestURL makes the URL from which net/http writes exactly path into the
// request line. Opaque is written as it is, unless it begins with "//": then
// the form that names the host is sent, which RFC 9112 section 3.2.2 obliges
// every server to accept. absolute asks for that form (it is what an HTTP proxy
// wants); otherwise it is the last resort, for paths such as "//a|b".
func requestURL(scheme, host, path string, absolute bool) *url.URL {
	u := &url.URL{Scheme: scheme, Host: host}
	if !absolute && strings.HasPrefix(path, "//") {
		raw, query, force := strings.Cut(path, "?")
		if p, err := url.PathUnescape(raw); err == nil {
			u.Path, u.RawPath, u.RawQuery, u.ForceQuery = p, raw, query, force
			if u.RequestURI() == path {
				return u
			}
		}
		u = &url.URL{Scheme: scheme, Host: host}
		absolute = true
	}
	if absolute {
		path = "//" + host + path
	}
	u.Opaque = path
	return u
}

// originOf gives scheme://host[:port] of a URL in its one spelling (WHATWG:
// host in lower case and ASCII, numbers as dotted quads, no default port).
func originOf(raw string) (string, error) {
	t, err := parseTarget(raw)
	if err != nil {
		return "", err
	}
	u, err := whatwg.Parse(t.url)
	if err != nil {
		return "", fmt.Errorf("not a url: %w", err)
	}
	return u.Scheme() + "://" + u.Host(), nil
}
