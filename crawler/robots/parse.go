package robots

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	maxBody  = 500 << 10         // RFC 9309, 2.5: the least a crawler must parse
	maxLine  = 2083*8 - 1        // bytes of a line that count, as in Google's parser
	maxDelay = 120 * time.Second // longer waits would mean never
)

// Parse reads a robots.txt. It takes anything: what is no rule is skipped, a
// page of HTML has none. Of a longer file only the first 500 KiB count, without
// the line that is cut there.
func Parse(body []byte) *File {
	p := parser{file: &File{agents: map[string][]int32{}, delays: map[string]time.Duration{}}}
	text := withoutBOM(string(firstLines(body)))
	if looksHTML(text) {
		return p.file
	}
	for n := 1; text != ""; n++ {
		var line string
		line, text = cutLine(text)
		p.line(n, line)
	}
	p.endGroup()
	for i := range p.file.groups {
		p.file.groups[i].finish()
	}
	return p.file
}

// firstLines is what of the body counts.
func firstLines(body []byte) []byte {
	if len(body) <= maxBody {
		return body
	}
	end := maxBody
	for end > 0 && body[end] != '\n' && body[end] != '\r' {
		end--
	}
	return body[:end]
}

// withoutBOM drops a UTF-8 byte order mark, or what is left of one.
func withoutBOM(s string) string {
	for _, b := range []byte("\xef\xbb\xbf") {
		if s == "" || s[0] != b {
			break
		}
		s = s[1:]
	}
	return s
}

// looksHTML: a page, as sites without a robots.txt send instead, begins with a
// tag, a comment or a declaration; no line of a robots.txt begins with "<".
func looksHTML(s string) bool {
	s = strings.TrimLeft(s, spaces)
	return len(s) > 1 && s[0] == '<' && (s[1] == '!' || s[1] == '?' || s[1] == '/' || token(s[1:2]) != "")
}

// cutLine cuts after LF, CR or CRLF.
func cutLine(s string) (line, rest string) {
	i := strings.IndexAny(s, "\r\n")
	if i < 0 {
		return s, ""
	}
	if strings.HasPrefix(s[i:], "\r\n") {
		return s[:i], s[i+2:]
	}
	return s[:i], s[i+1:]
}

// parser holds the group being read: the user-agent lines since the last rule,
// and what they share. Only a user-agent line after a rule begins a new group;
// blank and unknown lines, Sitemap and Crawl-delay do not (RFC 9309, 2.2 and
// 2.2.4).
type parser struct {
	file   *File
	agents []string
	group  int32 // of file.groups, if rules
	rules  bool  // a rule has been read since the agents
	delays []delay
}

// delay is a Crawl-delay that counts for the first agents of a group.
type delay struct {
	agents int
	wait   time.Duration
}

func (p *parser) line(n int, line string) {
	key, value, text := keyValue(line)
	switch directive(key) {
	case userAgent:
		p.agent(value)
	case allow:
		p.rule(Rule{n, text, true}, value)
	case disallow:
		p.rule(Rule{n, text, false}, value)
	case crawlDelay:
		p.delays = append(p.delays, delay{len(p.agents), parseDelay(value)})
	case sitemap:
		p.sitemap(key, value)
	}
}

// sitemap keeps a site map's address. In "Sitemap https://…" the colon that was
// found is the address's own.
func (p *parser) sitemap(key, value string) {
	if i := strings.IndexAny(key, " \t"); i >= 0 {
		value = strings.TrimLeft(key[i:], spaces) + ":" + value
	}
	if value != "" {
		p.file.sitemaps = append(p.file.sitemaps, value)
	}
}

// keyValue splits "key: value # comment". Without a colon a space does, if it
// leaves exactly two words, as in Google's parser. The text is the line without
// comment. A NUL ends a line.
func keyValue(line string) (key, value, text string) {
	line = line[:min(len(line), maxLine)]
	if i := strings.IndexAny(line, "#\x00"); i >= 0 {
		line = line[:i]
	}
	text = strings.Trim(line, spaces)
	key, value, ok := strings.Cut(text, ":")
	if !ok {
		i := strings.IndexAny(text, " \t")
		if i < 0 {
			return "", "", text
		}
		key, value = text[:i], strings.TrimLeft(text[i:], " \t")
		if strings.ContainsAny(value, " \t") {
			return "", "", text
		}
	}
	return strings.TrimRight(key, spaces), strings.Trim(value, spaces), text
}

type directiveKind uint8

const (
	unknown directiveKind = iota
	userAgent
	allow
	disallow
	crawlDelay
	sitemap
)

// spellings are what a key may begin with, in lower case: the right word and
// the frequent mistakes Google's parser forgives.
var spellings = []struct {
	prefix string
	kind   directiveKind
}{
	{"user-agent", userAgent}, {"useragent", userAgent}, {"user agent", userAgent},
	{"allow", allow},
	{"disallow", disallow}, {"dissallow", disallow}, {"dissalow", disallow}, {"disalow", disallow},
	{"diasllow", disallow}, {"disallaw", disallow},
	{"crawl-delay", crawlDelay}, {"crawldelay", crawlDelay}, {"crawl delay", crawlDelay},
	{"sitemap", sitemap}, {"site-map", sitemap},
}

func directive(key string) directiveKind {
	for _, s := range spellings {
		if len(key) >= len(s.prefix) && strings.EqualFold(key[:len(s.prefix)], s.prefix) {
			return s.kind
		}
	}
	return unknown
}

// agent reads a user-agent line. "*" may be followed by a space and more; of
// anything else the product token counts.
func (p *parser) agent(value string) {
	if p.rules {
		p.endGroup()
	}
	name := strings.ToLower(token(value))
	if rest, ok := strings.CutPrefix(value, "*"); ok && (rest == "" || strings.IndexByte(spaces, rest[0]) >= 0) {
		name = "*"
	}
	if name == "" {
		name = "?" // names nobody, and yet its rules are not those of the group before
	}
	p.agents = append(p.agents, name)
	if _, ok := p.file.agents[name]; !ok {
		p.file.agents[name] = nil
	}
}

// rule reads an allow or disallow line. Outside a group it does not count;
// empty it does not close anything.
func (p *parser) rule(r Rule, value string) {
	if len(p.agents) == 0 {
		return
	}
	if !p.rules {
		p.beginRules()
	}
	if value == "" {
		return
	}
	g := &p.file.groups[p.group]
	g.add(r, value)
	if i := strings.LastIndexByte(value, '/'); r.Allow && i >= 0 && strings.HasPrefix(value[i:], "/index.htm") {
		g.add(r, value[:i+1]+"$") // Google: who allows /a/index.html means /a/ too
	}
}

// beginRules makes the group and gives it to its agents.
func (p *parser) beginRules() {
	p.rules = true
	p.group = int32(len(p.file.groups))
	p.file.groups = append(p.file.groups, group{})
	for _, a := range p.agents {
		gs := p.file.agents[a]
		if len(gs) == 0 || gs[len(gs)-1] != p.group {
			p.file.agents[a] = append(gs, p.group)
		}
	}
}

// endGroup settles the delays: an agent has those that stand below it.
func (p *parser) endGroup() {
	var longest time.Duration
	for i := len(p.agents) - 1; i >= 0; i-- {
		for n := len(p.delays) - 1; n >= 0 && p.delays[n].agents > i; n-- {
			longest = max(longest, p.delays[n].wait)
			p.delays = p.delays[:n]
		}
		a := p.agents[i]
		if longest > p.file.delays[a] {
			p.file.delays[a] = longest
		}
	}
	p.agents, p.rules, p.delays = nil, false, nil
}

// parseDelay reads seconds, "2.5" or "2,5", perhaps with a unit behind. What is
// no number, or negative, is no delay; what is long is maxDelay.
func parseDelay(s string) time.Duration {
	s = strings.Replace(s, ",", ".", 1)
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		v, err = strconv.ParseFloat(s[:len(s)-len(strings.TrimLeft(s, "0123456789."))], 64)
		if err != nil {
			return 0
		}
	}
	if math.IsNaN(v) || v <= 0 {
		return 0
	}
	return time.Duration(min(v, maxDelay.Seconds()) * float64(time.Second))
}
