// Package robots reads robots.txt (RFC 9309) and says which URLs a crawler may
// ask for. It matches as Google's open-source parser does, which is what site
// owners test their files with, and goes by the RFC where that parser leaves
// percent-encoding to its caller.
//
// What it does not do: fetch the file, and decide what an answer other than a
// file means (AllowAll and DisallowAll are for that).
//
//	f := robots.Parse(body)
//	if f.Allowed("stet/1.0 (+https://example.org/bot)", "https://example.org/a?b") { … }
//
// Examples, for an agent "stet":
//
//	User-agent: stet
//	Disallow: /a          /a, /ab, /a/b closed; /b open
//	Allow: /a/b           /a/b, /a/bc open: the longest rule decides
//	Disallow: /*.gif$     /x/y.gif closed; /x/y.gif?z open
//	Allow: /a/index.html  /a/ open too
//	Disallow: /é          /%C3%A9, /%c3%a9 closed
//
//	User-agent: *         does not count for stet
//	Disallow: /
package robots

import (
	"slices"
	"strings"
	"time"
)

// File is a parsed robots.txt. It does not change and may be used from many
// goroutines. A nil File allows all.
type File struct {
	closed   bool
	agents   map[string][]int32 // product token in lower case, or "*" → its groups
	groups   []group
	delays   map[string]time.Duration
	sitemaps []string
}

// Rule is a line that decided. The zero Rule stands for none.
type Rule struct {
	Line  int    // counted from 1
	Text  string // "Disallow: /a", without comment
	Allow bool
}

// AllowAll is the file of a site that has none.
func AllowAll() *File { return &File{} }

// DisallowAll is for a site whose robots.txt cannot be had now (RFC 9309,
// 2.3.1.4).
func DisallowAll() *File { return &File{closed: true} }

// Allowed says whether agent (a product token or a whole User-Agent) may ask
// for url (absolute, or a path with its query).
func (f *File) Allowed(agent, url string) bool {
	ok, _ := f.Match(agent, url)
	return ok
}

// Match is Allowed and the rule that decided, if one did.
func (f *File) Match(agent, url string) (allowed bool, rule Rule) {
	path := pathQuery(url)
	if f == nil || path == "/robots.txt" { // RFC 9309, 2.2.2: implicitly allowed
		return true, Rule{}
	}
	if f.closed {
		return false, Rule{}
	}
	path = normal(path, false)
	var best *entry
	for _, g := range f.agents[f.key(agent)] {
		best = better(best, f.groups[g].match(path))
	}
	if best == nil {
		return true, Rule{}
	}
	return best.Allow, best.Rule
}

// Delay is the Crawl-delay for agent, 0 without one. It is no part of RFC 9309;
// of several the longest counts, and maxDelay is the longest obeyed.
func (f *File) Delay(agent string) time.Duration {
	if f == nil {
		return 0
	}
	return f.delays[f.key(agent)]
}

// Sitemaps are the values of Sitemap lines, wherever they stand, as written.
func (f *File) Sitemaps() []string {
	if f == nil {
		return nil
	}
	return slices.Clone(f.sitemaps)
}

// key is the agent's entry in agents: its own if the file names it, that of
// all others if not.
func (f *File) key(agent string) string {
	key := strings.ToLower(Product(agent))
	if _, ok := f.agents[key]; ok {
		return key
	}
	return "*"
}

// Product is the product token of a User-Agent: the letters, "-" and "_" it
// begins with (RFC 9309, 2.2.1), so "stet" for "stet/1.0 (+https://…)". For
// "Mozilla/5.0 (compatible; stet/1.0; …)" it is the token after "compatible;".
func Product(userAgent string) string {
	t := token(strings.TrimLeft(userAgent, spaces))
	if !strings.EqualFold(t, "Mozilla") {
		return t
	}
	if _, rest, ok := strings.Cut(userAgent, "compatible;"); ok {
		if own := token(strings.TrimLeft(rest, spaces)); own != "" {
			return own
		}
	}
	return t
}

func token(s string) string {
	for i := range len(s) {
		if c := s[i]; (c|0x20 < 'a' || 'z' < c|0x20) && c != '-' && c != '_' {
			return s[:i]
		}
	}
	return s
}

const spaces = " \t\n\v\f\r"
