// Package weburl holds web addresses as browsers understand them (the WHATWG
// URL Standard, https://url.spec.whatwg.org/) and makes one spelling of a page
// out of the many a site uses for it.
//
// A link is resolved once and read often, so a URL is one string with the
// places of its parts. The common link (ASCII, nothing in it that the standard
// would change) is only checked and sliced; the rest of http and its kin is
// parsed here too, domains are mapped by golang.org/x/net/idna, and IP
// addresses and all other schemes are left to github.com/nlnwa/whatwg-url.
//
// What it does not do: fetch, know about robots or scope, or decide that two
// different keys show the same page.
//
//	base, err := weburl.Parse("https://example.org/news/")
//	link, err := base.Resolve("../a.html?utm_source=x#top")
//	link.String() // https://example.org/a.html?utm_source=x#top
//	link.Key()    // https://example.org/a.html
package weburl

import (
	"strconv"
	"strings"
)

// MaxLen is the longest URL that is parsed, in bytes, before and after
// parsing. The standard sets no limit; servers take 8 to 16 KiB, and without
// one a hostile page makes every later step slow.
const MaxLen = 64 << 10

// URL is a parsed, absolute URL: immutable, cheap to copy, comparable with ==.
// The zero value is no URL. Its string may share memory with what was parsed.
type URL struct {
	href string
	// Where the parts of href stand: the colon after the scheme, the host (after
	// any user info) and its end, the path, the "?" and the "#". What is absent
	// is empty: host, hostEnd and path are one place if there is no authority,
	// query is frag, frag is the end.
	scheme, host, hostEnd, path, query, frag uint32
}

// String is the serialised URL, "" for the zero value.
func (u URL) String() string { return u.href }

// IsZero says that u is no URL.
func (u URL) IsZero() bool { return u.href == "" }

// Scheme is in lower case, without the colon.
func (u URL) Scheme() string { return u.href[:u.scheme] }

// Hostname is the host without the port: in lower case, an IPv6 address in
// brackets, an international domain in punycode. It is empty for mailto: and
// the like.
func (u URL) Hostname() string { return u.href[u.host:u.hostEnd] }

// Host is the host, with the port if it is not the scheme's own.
func (u URL) Host() string { return u.href[u.host:u.portEnd()] }

// Port is empty if it is the scheme's own.
func (u URL) Port() string {
	if end := u.portEnd(); end > u.hostEnd {
		return u.href[u.hostEnd+1 : end]
	}
	return ""
}

// portEnd is where the authority ends.
func (u URL) portEnd() uint32 {
	if u.hasAuthority() {
		return u.path
	}
	return u.hostEnd
}

// Path begins with "/" where there is a host.
func (u URL) Path() string { return u.href[u.path:u.query] }

// Query is what follows the "?".
func (u URL) Query() string {
	if u.query == u.frag {
		return ""
	}
	return u.href[u.query+1 : u.frag]
}

// Fragment is what follows the "#".
func (u URL) Fragment() string {
	if int(u.frag) == len(u.href) {
		return ""
	}
	return u.href[u.frag+1:]
}

// IsHTTP says that the scheme is http or https.
func (u URL) IsHTTP() bool { return u.Scheme() == "https" || u.Scheme() == "http" }

// Origin is scheme://host[:port]; "null" for schemes that have none (data:,
// mailto:, file:), as in the standard; that of the inner URL for blob:.
func (u URL) Origin() string {
	switch {
	case u.href == "":
		return ""
	case u.Scheme() == "blob":
		inner, err := Parse(u.Path())
		if err == nil && inner.IsHTTP() {
			return inner.Origin()
		}
		return "null"
	case !isSpecial(u.Scheme()):
		return "null"
	case u.HasUserInfo():
		return u.href[:u.scheme+3] + u.Host()
	}
	return u.href[:u.path]
}

// HasUserInfo says that the URL carries a user name or password.
func (u URL) HasUserInfo() bool { return u.hasAuthority() && u.host > u.scheme+3 }

// Fetchable is the URL without fragment and user info: what is asked for and
// what is stored.
func (u URL) Fetchable() URL {
	u = u.withoutFragment()
	if !u.HasUserInfo() {
		return u
	}
	cut := u.host - u.scheme - 3
	u.href = u.href[:u.scheme+3] + u.href[u.host:]
	u.host -= cut
	u.hostEnd -= cut
	u.path -= cut
	u.query -= cut
	u.frag -= cut
	return u
}

func (u URL) withoutFragment() URL {
	u.href = u.href[:u.frag]
	return u
}

func (u URL) hasAuthority() bool {
	return u.href != "" && strings.HasPrefix(u.href[u.scheme+1:], "//")
}

// hasOpaquePath is true of mailto:, data:, javascript: and the like, on which
// no relative reference can stand.
func (u URL) hasOpaquePath() bool {
	return int(u.scheme)+1 == len(u.href) || u.href[u.scheme+1] != '/'
}

// Resolve is Parse(base).Resolve(ref) as a string.
func Resolve(base, ref string) (string, error) {
	b, err := Parse(base)
	if err != nil {
		return "", err
	}
	u, err := b.Resolve(ref)
	return u.href, err
}

// Error says why a text is no URL.
type Error struct {
	Input  string
	Base   string // what Input was resolved against, if anything
	Reason string
}

func (e *Error) Error() string {
	const shown = 200 // bytes of a hostile address that still say which one
	in := e.Input
	if len(in) > shown {
		in = in[:shown] + "…"
	}
	if e.Base == "" {
		return "parse url " + strconv.Quote(in) + ": " + e.Reason
	}
	return "resolve " + strconv.Quote(in) + " against " + strconv.Quote(e.Base) + ": " + e.Reason
}
