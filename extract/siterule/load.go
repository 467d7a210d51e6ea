package siterule

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// Rules are all files of a folder.
type Rules struct {
	exact  map[string]*Rule // by host, global.txt added
	below  map[string]*Rule // by the host they are for the subdomains of
	own    []*Rule          // as read, in order of their names
	global *Rule            // nil if there is none
	// fingerprints are the rules for programs that many sites use, by the
	// name of the program.
	fingerprints map[string]*Rule
}

// Load reads all files of a folder whose names end in .txt. Its error is that
// the folder, or a file of it, could not be read.
func Load(fsys fs.FS) (*Rules, []Problem, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, nil, err
	}
	rs := &Rules{exact: map[string]*Rule{}, below: map[string]*Rule{}, fingerprints: map[string]*Rule{}}
	var problems []Problem
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".txt")
		if !ok || e.IsDir() {
			continue
		}
		data, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, nil, err
		}
		r, wrong := Parse(e.Name(), bytes.NewReader(data))
		problems = append(problems, wrong...)
		problems = append(problems, rs.add(name, r)...)
	}
	rs.addGlobal()
	return rs, problems, nil
}

// fingerprint begins the names of files that are for a program and not for a
// site: fingerprint.wordpress.com.txt.
const fingerprint = "fingerprint."

func (rs *Rules) add(name string, r *Rule) []Problem {
	rs.own = append(rs.own, r)
	if name == "global" {
		r.generic()
		rs.global = r
		return nil
	}
	if program, ok := strings.CutPrefix(name, fingerprint); ok {
		r.generic()
		rs.fingerprints[program] = r
		return nil
	}
	to, host := rs.exact, name
	if rest, ok := strings.CutPrefix(name, "."); ok {
		to, host = rs.below, rest
	}
	host = hostKey(host)
	if other := to[host]; other != nil {
		return []Problem{{File: r.Name, Reason: "for the same host as " + other.Name}}
	}
	to[host] = r
	return nil
}

// generic marks what does not know the site it is used for.
func (r *Rule) generic() {
	for e := range r.expressions {
		e.generic = true
	}
}

// addGlobal adds global.txt to each rule that allows what it does not name
// itself to be looked for.
func (rs *Rules) addGlobal() {
	if rs.global == nil {
		return
	}
	for _, all := range []map[string]*Rule{rs.exact, rs.below} {
		for host, r := range all {
			if r.Autodetect {
				all[host] = r.with(rs.global)
			}
		}
	}
}

// All are the rules as they stand in the files, in the order of their names.
func (rs *Rules) All() []*Rule { return rs.own }

// Only gives the rule of one file for every host, with what global.txt adds.
func (rs *Rules) Only(r *Rule) *Rules {
	if rs.global != nil && r != rs.global && r.Autodetect {
		r = r.with(rs.global)
	}
	return &Rules{global: r}
}

// For gives the rule for the pages of a host, nil if there is none. It is that
// of the most specific file: for www.a.example.org
//
//	a.example.org.txt
//	.example.org.txt
//	.org.txt
//
// in this order, and not example.org.txt. What global.txt says is added,
// unless the rule has autodetect_on_failure: no. A port is left out.
func (rs *Rules) For(host string) *Rule {
	if rs == nil {
		return nil
	}
	host = hostKey(host)
	if r := rs.exact[host]; r != nil {
		return r
	}
	for {
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			return rs.global
		}
		if r := rs.below[rest]; r != nil {
			return r
		}
		host = rest
	}
}

// hostKey is a host as the file names spell it.
func hostKey(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for i := range len(host) {
		if host[i] >= 0x80 {
			if ascii, err := idna.Lookup.ToASCII(host); err == nil {
				host = ascii
			}
			break
		}
	}
	return strings.TrimPrefix(host, "www.")
}

// generator finds what a page says it was made with.
var generator = regexp.MustCompile(`(?i)<meta\s[^>]*name\s*=\s*["']?generator["']?[^>]*>`)

// ForPage is For, and adds the rule for the program the page says it was made
// with: fingerprint.blogspot.com.txt for Blogger, fingerprint.wordpress.com.txt
// for WordPress. source is the page; its first 64 kB are looked at.
func (rs *Rules) ForPage(host string, source []byte) *Rule {
	r := rs.For(host)
	if rs == nil || len(rs.fingerprints) == 0 || r != nil && !r.Autodetect {
		return r
	}
	tag := bytes.ToLower(generator.Find(source[:min(len(source), 64<<10)]))
	for _, known := range []struct{ word, program string }{{"blogger", "blogspot.com"}, {"wordpress", "wordpress.com"}} {
		if f := rs.fingerprints[known.program]; f != nil && bytes.Contains(tag, []byte(known.word)) {
			if r == nil {
				return f
			}
			return r.with(f)
		}
	}
	return r
}

// with is the rule and what another one adds to it.
func (r *Rule) with(o *Rule) *Rule {
	m := *r
	m.title, m.body, m.author, m.date = both(r.title, o.title), both(r.body, o.body), both(r.author, o.author), both(r.date, o.date)
	m.strip, m.advert = both(r.strip, o.strip), both(r.advert, o.advert)
	m.single, m.next = both(r.single, o.single), both(r.next, o.next)
	m.names, m.images, m.replace = both(r.names, o.names), both(r.images, o.images), both(r.replace, o.replace)
	for _, f := range []struct {
		name string
		to   *bool
		from bool
	}{{"prune", &m.Prune, o.Prune}, {"skip_json_ld", &m.SkipJSONLD, o.SkipJSONLD}} {
		if !r.told[f.name] && o.told[f.name] {
			*f.to = f.from
		}
	}
	m.Name = fmt.Sprintf("%s, %s", r.Name, o.Name)
	return &m
}

func both[T any](a, b []T) []T {
	if len(b) == 0 {
		return a
	}
	return append(slices.Clip(a), b...)
}
