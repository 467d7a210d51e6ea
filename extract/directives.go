package extract

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// agentName is the name under which a page can address this program alone.
const agentName = "stet"

// readDirectives reads meta elements named "robots" or "stet" and
// X-Robots-Tag headers (https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag).
// What is said to other agents is not for us; what is said several times adds
// up, the stricter word counts.
func readDirectives(doc *html.Node, p Page) Directives {
	var d Directives
	for _, v := range p.Header.Values("X-Robots-Tag") {
		d.addHeader(v)
	}
	for n := doc; n != nil; n = nextNode(n, doc) {
		if n.DataAtom != atom.Meta || n.Type != html.ElementNode {
			continue
		}
		name := strings.TrimSpace(attr(n, "name"))
		if strings.EqualFold(name, "robots") || strings.EqualFold(name, agentName) {
			d.add(attr(n, "content"))
		}
	}
	return d
}

// addHeader reads one X-Robots-Tag. A part "agent:" in front is for that agent,
// up to the next such part. Directives that take a value look the same and
// stay directives.
func (d *Directives) addHeader(v string) {
	forUs := true
	for part := range strings.SplitSeq(v, ",") {
		if name, rest, ok := strings.Cut(part, ":"); ok && !takesValue(name) {
			name = strings.TrimSpace(name)
			forUs = name == "*" || strings.EqualFold(name, agentName) || strings.EqualFold(name, "robots")
			part = rest
		}
		if forUs {
			d.add(part)
		}
	}
}

func takesValue(name string) bool {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "unavailable_after", "max-snippet", "max-image-preview", "max-video-preview":
		return true
	}
	return false
}

func (d *Directives) add(list string) {
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\n' }) {
		switch strings.ToLower(word) {
		case "noindex":
			d.NoIndex = true
		case "nofollow":
			d.NoFollow = true
		case "noarchive", "nocache":
			d.NoArchive = true
		case "none":
			d.NoIndex, d.NoFollow = true, true
		}
	}
}

// maxRefreshDelay is the longest wait, in seconds, after which a meta refresh
// is still a redirect and not a page that reloads itself.
const maxRefreshDelay = 10

// metaRefresh is the absolute target of the page's first meta refresh, if it
// comes within ten seconds and leads elsewhere by http or https. Inside
// noscript it is meant for others.
func metaRefresh(doc *html.Node, r *resolver) string {
	for n := doc; n != nil; n = nextNode(n, doc) {
		if n.DataAtom != atom.Meta || n.Type != html.ElementNode {
			continue
		}
		if !strings.EqualFold(attr(n, "http-equiv"), "refresh") || inNoscript(n) {
			continue
		}
		delay, ref, ok := parseRefresh(attr(n, "content"))
		if !ok {
			continue
		}
		if delay > maxRefreshDelay || ref == "" {
			return ""
		}
		u, err := r.base.ResolveIn(ref, r.page)
		if err != nil {
			continue // the standard goes on as if there were none
		}
		if u.IsHTTP() && u != r.base {
			return u.String()
		}
		return ""
	}
	return ""
}

// parseRefresh follows the "shared declarative refresh steps" of the HTML
// standard (https://html.spec.whatwg.org/#shared-declarative-refresh-steps).
// An empty ref means the page itself.
func parseRefresh(s string) (seconds int, ref string, ok bool) {
	const space = "\t\n\f\r "
	s = strings.TrimLeft(s, space)
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 && !strings.HasPrefix(s, ".") {
		return 0, "", false
	}
	if digits > 0 {
		n, err := strconv.Atoi(s[:digits])
		if err != nil {
			n = 1 << 30 // too long a number is a long time
		}
		seconds = n
	}
	s = strings.TrimLeft(s[digits:], "0123456789.")
	if s == "" {
		return seconds, "", true
	}
	if !strings.ContainsAny(s[:1], space+";,") {
		return 0, "", false
	}
	s = strings.TrimLeft(s, space)
	if s != "" && (s[0] == ';' || s[0] == ',') {
		s = s[1:]
	}
	s = strings.TrimLeft(s, space)
	return seconds, refreshTarget(s), true
}

// refreshTarget takes off an optional "url=" and quotes.
func refreshTarget(s string) string {
	const space = "\t\n\f\r "
	rest := s
	if len(s) >= 3 && strings.EqualFold(s[:3], "url") {
		after := strings.TrimLeft(s[3:], space)
		if strings.HasPrefix(after, "=") {
			rest = strings.TrimLeft(after[1:], space)
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		rest, _, _ = strings.Cut(rest[1:], rest[:1])
	}
	return strings.Trim(rest, space)
}
