package weburl

import (
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// maxOther bounds what is given to the library and what comes back, in bytes:
// its time grows with the square of the number of path segments.
const maxOther = 16 << 10

// library parses file: and the schemes that are not special where an
// authority or a path begins with "/". Two things are mended: "^" belongs to
// the path percent-encode set since 2024, and hosts go through parseHost (or,
// not special, must not have two pairs of brackets).
var library = whatwg.NewParser(
	whatwg.WithPathPercentEncodeSet(whatwg.PathPercentEncodeSet.Set('^')),
	whatwg.WithPreParseHostFunc(mendHost),
)

// mendHost gives the library a host it reads correctly. "[" is no host: it
// makes the library fail.
func mendHost(u *whatwg.Url, host string) string {
	switch {
	case host == "":
		return ""
	case u.Scheme() == "file":
		h, reason := parseHost(host)
		if reason != "" || strings.ContainsAny(h, "+-") && !strings.ContainsAny(h, "abcdefghijklmnopqrstuvwxyz") {
			return "[" // no domain, or what the library takes for a number
		}
		return h
	case host[0] == '[' && !looksIPv6(host):
		return "["
	}
	return host
}

// parseOther parses with the library. The reason is why it failed.
func parseOther(base URL, s string) (u URL, reason string) {
	if len(s)+len(base.href) > maxOther {
		return u, "too long"
	}
	l, err := library.ParseRef(base.href, s)
	if err != nil {
		return u, "not valid for its scheme"
	}
	href := l.Href(false)
	if len(href) > maxOther {
		return u, "too long"
	}
	return split(href), ""
}

// split finds the parts of a serialised URL. A serialiser leaves no doubt: "//"
// after the scheme begins an authority, "@", ":", "?" and "#" are encoded
// wherever they do not end a part.
func split(href string) URL {
	u := URL{href: href, scheme: uint32(strings.IndexByte(href, ':'))}
	path, query, _ := cutTail(href)
	u.query = uint32(len(path))
	u.frag = u.query + uint32(len(query))
	u.path = u.scheme + 1
	rest := path[u.path:]
	switch {
	case strings.HasPrefix(rest, "//"):
		u.splitAuthority(path)
		return u
	case strings.HasPrefix(rest, "/.//"):
		u.path += 2 // "/." only keeps a path that begins with "//" from looking like an authority
	}
	u.host, u.hostEnd = u.path, u.path
	return u
}

func (u *URL) splitAuthority(href string) {
	u.host = u.scheme + 3
	authority := href[u.host:]
	if i := strings.IndexByte(authority, '/'); i >= 0 {
		authority = authority[:i]
	}
	u.path = u.host + uint32(len(authority))
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		u.host += uint32(i + 1)
		authority = authority[i+1:]
	}
	host, _ := cutPort(authority)
	u.hostEnd = u.host + uint32(len(host))
}
