package robots

import (
	"cmp"
	"slices"
	"strings"
)

// group holds the rules of one group, made ready for matching.
type group struct {
	// plain are the rules without "*" and "$", sorted by prefix, each prefix
	// once; up[i] is the longest shorter rule that plain[i] begins with, or -1.
	plain []entry
	up    []int32
	// patterns are the others, the one that decides first.
	patterns []entry
}

// entry is a rule and the pattern it stands for: prefix, then (if wild) literals
// with a "*" between two, then (if end) the end of the path.
type entry struct {
	Rule
	priority  int // length of the rule's path with what is not ASCII encoded
	prefix    string
	rest      string
	wild, end bool
}

// add compiles a rule's path.
func (g *group) add(r Rule, path string) {
	e := entry{Rule: r, priority: len(path)}
	for i := range len(path) {
		if path[i] >= 0x80 {
			e.priority += 2
		}
	}
	path, e.end = strings.CutSuffix(path, "$")
	path = normal(path, true)
	g.addPattern(e, path)
	if before, query, ok := strings.Cut(path, "?"); ok {
		// RFC 9309, 2.2.2, second example: a URL in a query is one however it is
		// written. Only whole "://" are taken so; a "/" is no "%2F" elsewhere.
		const plain, encoded = "://", "%3A%2F%2F"
		if strings.Contains(query, plain) {
			g.addPattern(e, before+"?"+strings.ReplaceAll(query, plain, encoded))
		}
		if strings.Contains(query, encoded) {
			g.addPattern(e, before+"?"+strings.ReplaceAll(query, encoded, plain))
		}
	}
}

func (g *group) addPattern(e entry, path string) {
	e.prefix, e.rest, e.wild = strings.Cut(path, "*")
	for strings.Contains(e.rest, "**") {
		e.rest = strings.ReplaceAll(e.rest, "**", "*")
	}
	e.rest = strings.TrimPrefix(e.rest, "*")
	if e.wild || e.end || len(e.prefix) != e.priority {
		g.patterns = append(g.patterns, e)
	} else {
		g.plain = append(g.plain, e)
	}
}

// finish sorts what add gathered.
func (g *group) finish() {
	slices.SortStableFunc(g.patterns, func(a, b entry) int { return compare(&a, &b) })
	slices.SortStableFunc(g.plain, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.prefix, b.prefix), compare(&a, &b))
	})
	g.plain = slices.CompactFunc(g.plain, func(a, b entry) bool { return a.prefix == b.prefix })
	g.up = make([]int32, len(g.plain))
	for i := range g.plain {
		up := int32(i) - 1
		for up >= 0 && !strings.HasPrefix(g.plain[i].prefix, g.plain[up].prefix) {
			up = g.up[up]
		}
		g.up[i] = up
	}
}

// compare puts first what decides: the longest path, allow before disallow, the
// earlier line.
func compare(a, b *entry) int {
	if c := cmp.Compare(b.priority, a.priority); c != 0 {
		return c
	}
	if a.Allow != b.Allow {
		if a.Allow {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Line, b.Line)
}

func better(a, b *entry) *entry {
	if a == nil || b != nil && compare(b, a) < 0 {
		return b
	}
	return a
}

// match is the entry that decides about a path, nil if none matches.
func (g *group) match(path string) *entry {
	best := g.matchPlain(path)
	for i := range g.patterns {
		e := &g.patterns[i]
		if best != nil && compare(best, e) < 0 {
			break
		}
		if e.matches(path) {
			return e
		}
	}
	return best
}

// matchPlain finds the longest plain rule. All that path begins with sort
// before it, and each is a beginning of every string in between: so they are
// found by going up from the last that is not greater.
func (g *group) matchPlain(path string) *entry {
	n, exact := slices.BinarySearchFunc(g.plain, path, func(e entry, path string) int {
		return strings.Compare(e.prefix, path)
	})
	if !exact {
		n--
	}
	i := int32(n)
	for i >= 0 && !strings.HasPrefix(path, g.plain[i].prefix) {
		i = g.up[i]
	}
	if i < 0 {
		return nil
	}
	return &g.plain[i]
}

// matches takes each literal where it first occurs: no later place could help
// those after it, so nothing is tried twice.
func (e *entry) matches(path string) bool {
	path, ok := strings.CutPrefix(path, e.prefix)
	if !ok {
		return false
	}
	if !e.wild {
		return !e.end || path == ""
	}
	rest := e.rest
	for {
		literal, next, more := strings.Cut(rest, "*")
		if !more {
			if e.end {
				return strings.HasSuffix(path, literal)
			}
			return strings.Contains(path, literal)
		}
		i := strings.Index(path, literal)
		if i < 0 {
			return false
		}
		path, rest = path[i+len(literal):], next
	}
}
