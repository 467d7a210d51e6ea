package weburl

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Site is the registrable domain of the URL's host: "bbc.co.uk" for
// news.bbc.co.uk. The whole public suffix list counts, its private part too:
// alice.github.io and bob.github.io belong to two people and are two sites, and
// a crawl of one must not spread over all of github.io. An IP address, a single
// label and a public suffix are their own site; a dot at the end is dropped;
// without a host that is a domain or an address (mailto:, file:, schemes of
// programs) there is none.
func (u URL) Site() string {
	if !isSpecial(u.Scheme()) {
		return ""
	}
	return siteOf(u.Hostname())
}

// Site is the site of a URL or of a host (with or without a port), "" if it is
// neither.
func Site(rawURLorHost string) string {
	if !strings.Contains(rawURLorHost, "://") {
		if strings.ContainsAny(rawURLorHost, `@/\?#`) {
			return ""
		}
		rawURLorHost = "http://" + rawURLorHost
	}
	u, err := Parse(rawURLorHost)
	if err != nil {
		return ""
	}
	return u.Site()
}

func siteOf(host string) string {
	if !strings.HasSuffix(host, "..") {
		host = strings.TrimSuffix(host, ".")
	}
	if isIP(host) {
		return host
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return site
}

// isIP knows the addresses of a parsed URL, with IPv6 in brackets.
func isIP(host string) bool {
	if host == "" || host[0] == '[' {
		return host != ""
	}
	last := host[len(host)-1]
	if last < '0' || '9' < last {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}
