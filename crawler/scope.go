package crawler

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"stet/crawler/weburl"
)

// Scope says how far links are followed from the seeds.
type Scope string

// The scopes.
const (
	ScopePage   Scope = "page"   // the seeds alone
	ScopePrefix Scope = "prefix" // the seed's folder and below
	ScopeHost   Scope = "host"   // the seed's host
	ScopeDomain Scope = "domain" // the seed's registrable domain with all its hosts
	ScopeAny    Scope = "any"    // everywhere
)

// Bounds says of a URL whether the crawl follows it, and why.
// It may be used by several goroutines.
type Bounds struct {
	scope   Scope
	include []*regexp.Regexp
	exclude []exclusion
	depth   int // -1 for no limit
	// The reasons, made once: a page may have many links that are not followed.
	outside, deeper string

	mu       sync.RWMutex
	pages    map[string]bool // keys
	hosts    map[string]bool
	sites    map[string]bool
	prefixes []string // host + folder
}

// exclusion is an expression with the reason it gives.
type exclusion struct {
	*regexp.Regexp
	reason string
}

// longestShown is how many bytes of an expression are told in a reason, which
// is kept with every link.
const longestShown = 200

// NewBounds reads the bounds of a configuration, its seeds included. The
// error names the seed or the expression that cannot be read.
func NewBounds(cfg Config) (*Bounds, error) {
	b := &Bounds{scope: cfg.Scope, depth: -1,
		pages: map[string]bool{}, hosts: map[string]bool{}, sites: map[string]bool{}}
	switch b.scope {
	case "":
		b.scope = ScopeHost
	case ScopePage, ScopePrefix, ScopeHost, ScopeDomain, ScopeAny:
	default:
		return nil, fmt.Errorf("scope %q is not one of page, prefix, host, domain, any", cfg.Scope)
	}
	if cfg.Depth != nil {
		if b.depth = *cfg.Depth; b.depth < 0 {
			return nil, fmt.Errorf("depth %d is negative", b.depth)
		}
	}
	b.outside, b.deeper = "outside the scope ("+string(b.scope)+")", fmt.Sprintf("deeper than depth %d", b.depth)
	var err error
	if b.include, err = compile("include", cfg.Include); err != nil {
		return nil, err
	}
	exclude, err := compile("exclude", cfg.Exclude)
	if err != nil {
		return nil, err
	}
	for _, re := range exclude {
		b.exclude = append(b.exclude, exclusion{re, "excluded by " + shortened(re.String())})
	}
	for _, s := range cfg.Seeds {
		u, err := ParseSeed(s)
		if err != nil {
			return nil, err
		}
		b.Add(u)
	}
	return b, nil
}

func compile(name string, exprs []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, e := range exprs {
		re, err := regexp.Compile(e)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", name, e, err)
		}
		out = append(out, re)
	}
	return out, nil
}

func shortened(expr string) string {
	if len(expr) <= longestShown {
		return expr
	}
	return strings.ToValidUTF8(expr[:longestShown], "") + "…"
}

// ParseSeed reads a seed as a person types it: without a scheme it is https.
func ParseSeed(s string) (weburl.URL, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return weburl.URL{}, fmt.Errorf("a seed is empty")
	}
	if !strings.Contains(s, "://") && !hasScheme(s) {
		s = "https://" + s
	}
	u, err := weburl.Parse(s)
	if err != nil {
		return weburl.URL{}, fmt.Errorf("seed %q is not a URL", s)
	}
	if !u.IsHTTP() || u.Hostname() == "" {
		return weburl.URL{}, fmt.Errorf("seed %q is not an http or https URL", s)
	}
	return u.Fetchable(), nil
}

// hasScheme tells "mailto:a@b.example" from "b.example:8080".
func hasScheme(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && !strings.ContainsAny(scheme, "/.?#[") && (rest == "" || rest[0] < '0' || rest[0] > '9')
}

// Add widens the bounds by a seed, or by the place a seed redirects to.
func (b *Bounds) Add(u weburl.URL) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages[u.Key()] = true
	b.hosts[u.Host()] = true
	b.sites[u.Site()] = true
	prefix := folder(u)
	for _, p := range b.prefixes {
		if p == prefix {
			return
		}
	}
	b.prefixes = append(b.prefixes, prefix)
}

// folder is the host and the path up to the last slash.
func folder(u weburl.URL) string {
	path := u.Path()
	return u.Host() + path[:strings.LastIndexByte(path, '/')+1]
}

// Follow says whether a URL found at a depth is followed, and if not, why.
func (b *Bounds) Follow(u weburl.URL, depth int) (bool, string) {
	if !u.IsHTTP() {
		return false, "not an http or https URL"
	}
	if !b.within(u) {
		return false, b.outside
	}
	if b.depth >= 0 && depth > b.depth {
		return false, b.deeper
	}
	if len(b.include) == 0 && len(b.exclude) == 0 {
		return true, ""
	}
	s := u.String()
	for _, x := range b.exclude {
		if x.MatchString(s) {
			return false, x.reason
		}
	}
	for _, re := range b.include {
		if re.MatchString(s) {
			return true, ""
		}
	}
	if len(b.include) > 0 {
		return false, "matches no include expression"
	}
	return true, ""
}

// FollowRoot is Follow for the place a seed redirects to, which is no more
// subject to the include expressions than the seed itself.
func (b *Bounds) FollowRoot(u weburl.URL, depth int) (bool, string) {
	root := &Bounds{scope: ScopeAny, exclude: b.exclude, depth: b.depth, deeper: b.deeper}
	return root.Follow(u, depth)
}

func (b *Bounds) within(u weburl.URL) bool {
	if b.scope == ScopeAny {
		return true
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	switch b.scope {
	case ScopePage:
		return b.pages[u.Key()]
	case ScopeHost:
		return b.hosts[u.Host()]
	case ScopeDomain:
		return b.hosts[u.Host()] || b.sites[u.Site()]
	}
	path := u.Host() + u.Path()
	for _, p := range b.prefixes {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}
