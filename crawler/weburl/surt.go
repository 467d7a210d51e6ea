package weburl

import (
	"slices"
	"strings"
)

// SURT is the sort-friendly form by which web archives look up a page in a CDXJ
// index: "org,example)/path?query". As their tools have it (the index of
// warcio's family, pywb's reader): no scheme, fragment, user info or default
// port, "www." and "www2." off the host, the labels of the host backwards (an
// IPv4 address too), all in lower case, runs of "/" as one, no "/" at the end
// except for the root, no session ids, the parameters sorted as text, no empty
// query. Tracking parameters stay, and pages that differ in case only are one:
// it is a name to look for, not a key. Schemes without a host are left as they
// are.
func (u URL) SURT() string {
	u = u.Fetchable()
	if u.host == u.hostEnd {
		return u.href
	}
	var b strings.Builder
	b.Grow(len(u.href))
	writeReversed(&b, strings.ToLower(u.Hostname()))
	if port := u.Port(); port != "" {
		b.WriteByte(':')
		b.WriteString(port)
	}
	b.WriteByte(')')
	b.WriteString(surtPath(strings.ToLower(u.Path())))
	b.WriteString(surtQuery(strings.ToLower(u.Query())))
	return b.String()
}

// SURT is the SURT of a URL given as text; text that is no URL stays as it is.
func SURT(raw string) string {
	u, err := Parse(raw)
	if err != nil {
		return raw
	}
	return u.SURT()
}

func writeReversed(b *strings.Builder, host string) {
	host = strings.TrimSuffix(withoutWWW(host), ".")
	for i := strings.LastIndexByte(host, '.'); i >= 0 && host[0] != '['; i = strings.LastIndexByte(host, '.') {
		b.WriteString(host[i+1:])
		b.WriteByte(',')
		host = host[:i]
	}
	b.WriteString(host)
}

// withoutWWW drops "www." and "www7." unless nothing else is left.
func withoutWWW(host string) string {
	rest, ok := strings.CutPrefix(host, "www")
	if !ok {
		return host
	}
	rest = strings.TrimLeft(rest, "0123456789")
	if len(rest) < 2 || rest[0] != '.' {
		return host
	}
	return rest[1:]
}

func surtPath(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.Contains(s, ";") {
			segments[i] = dropSessions(s)
		}
	}
	segments = slices.DeleteFunc(segments, func(s string) bool { return s == "" })
	return "/" + strings.Join(segments, "/")
}

func surtQuery(query string) string {
	var kept []string
	for p := range strings.SplitSeq(query, "&") {
		if p != "" && kindOf(p) != sessionParam {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	slices.Sort(kept)
	return "?" + strings.Join(kept, "&")
}
