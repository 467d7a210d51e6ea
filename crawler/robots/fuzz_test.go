package robots

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func FuzzParse(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.rules), "stet/1.0", c.urls[0][1:])
	}
	f.Fuzz(func(t *testing.T, body []byte, agent, url string) {
		file := Parse(body)
		allowed, rule := file.Match(agent, url)
		if allowed != file.Allowed(agent, url) || rule != (Rule{}) && rule.Allow != allowed {
			t.Errorf("Match(%q, %q) = %v, %+v; Allowed = %v", agent, url, allowed, rule, file.Allowed(agent, url))
		}
		if rule == (Rule{}) && !allowed {
			t.Errorf("Match(%q, %q) is false by no rule", agent, url)
		}
		if d := file.Delay(agent); d < 0 || d > 2*time.Minute {
			t.Errorf("Delay(%q) = %v", agent, d)
		}
		for _, s := range file.Sitemaps() {
			if s == "" || strings.ContainsAny(s, "\r\n") {
				t.Errorf("site map %q", s)
			}
		}
		if len(body) > 1000 || looksHTML(withoutBOM(string(body))) {
			return
		}
		// A blank line and a comment anywhere change nothing but line numbers.
		spaced := Parse([]byte(strings.NewReplacer("\n", "\n\n# x\n", "\r", "\r").Replace(string(body))))
		if got := spaced.Allowed(agent, url); got != allowed {
			t.Errorf("Allowed(%q, %q) = %v, with blank lines %v by %q", agent, url, allowed, got, body)
		}
	})
}

// brokenEscape is a "%" that may come to stand before two digits by decoding
// what is behind it.
var brokenEscape = regexp.MustCompile(`%.?%`)

func FuzzPathQuery(f *testing.F) {
	for _, c := range cases {
		f.Add(c.urls[0][1:])
	}
	f.Fuzz(func(t *testing.T, url string) {
		p := pathQuery(url)
		if !strings.HasPrefix(p, "/") || strings.Contains(p, "#") {
			t.Errorf("pathQuery(%q) = %q", url, p)
		}
		for _, rule := range []bool{false, true} {
			n := normal(p, rule)
			if again := normal(n, rule); again != n && !brokenEscape.MatchString(p) {
				t.Errorf("normal(%q) = %q, and of that %q", p, n, again)
			}
		}
	})
}

// FuzzMatch compares with the plainest way to match: every rule, at every place.
func FuzzMatch(f *testing.F) {
	for _, c := range cases {
		f.Add(strings.ReplaceAll(strings.ReplaceAll(c.rules, "Disallow: ", ""), "Allow: ", "+"), c.urls[0][1:])
	}
	f.Fuzz(func(t *testing.T, lines, path string) {
		if len(lines) > 2000 || len(path) > 200 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
			path == "/robots.txt" || strings.Contains(path, "#") {
			return
		}
		var g group
		var all []entry
		for n, line := range strings.Split(lines, "\n") {
			value, allow := strings.CutPrefix(line, "+")
			if value == "" || strings.Contains(value, "://") || strings.Contains(strings.ToUpper(value), "%3A%2F%2F") {
				continue
			}
			r := Rule{Line: n + 1, Text: value, Allow: allow}
			g.add(r, value)
			all = append(all, entry{Rule: r, priority: priorityOf(value)})
		}
		g.finish()
		path = normal(path, false)
		var want *entry
		for i := range all {
			if matchesSlowly(path, all[i].Text) {
				want = better(want, &all[i])
			}
		}
		got := g.match(path)
		if (got == nil) != (want == nil) || got != nil && got.Rule != want.Rule {
			t.Errorf("match(%q) = %+v, want %+v by\n%s", path, got, want, lines)
		}
	})
}

func priorityOf(value string) int {
	n := 0
	for _, b := range []byte(value) {
		if n++; b >= 0x80 {
			n += 2
		}
	}
	return n
}

// matchesSlowly keeps all places of the path a beginning of the pattern can end
// at.
func matchesSlowly(path, value string) bool {
	value, end := strings.CutSuffix(value, "$")
	at := map[int]bool{0: true}
	for _, c := range []byte(normal(value, true)) {
		next := map[int]bool{}
		for i := range at {
			switch {
			case c == '*':
				for j := i; j <= len(path); j++ {
					next[j] = true
				}
			case i < len(path) && path[i] == c:
				next[i+1] = true
			}
		}
		at = next
	}
	if end {
		return at[len(path)]
	}
	return len(at) > 0
}
