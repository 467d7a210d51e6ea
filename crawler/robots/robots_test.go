package robots

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// cases are rules and what they say of URLs: "+" before a URL that is allowed,
// "-" before one that is not. The agent is stet unless named.
var cases = []struct {
	name, agent, rules string
	urls               []string
}{
	{"nothing", "", "", []string{"+/", "+/a?b", "+https://h/x"}},
	{"all closed", "", "User-agent: *\nDisallow: /", []string{"-/", "-/a", "-https://h", "-https://h/a?b#c", "-/robots.txtx", "-/a/robots.txt"}},
	{"robots.txt itself is open", "", "User-agent: *\nDisallow: /", []string{"+/robots.txt", "+https://h/robots.txt", "+https://h/robots.txt#x"}},
	{"empty rule closes nothing", "", "User-agent: *\nDisallow:", []string{"+/", "+/a"}},
	{"empty rule beside another", "", "User-agent: *\nDisallow:\nDisallow: /a", []string{"-/a", "+/b"}},
	{"prefix", "", "User-agent: *\nDisallow: /a", []string{"-/a", "-/ab", "-/a/b", "-/a?b", "+/", "+/A", "+/b/a"}},
	{"folder", "", "User-agent: *\nDisallow: /a/", []string{"+/a", "-/a/", "-/a/b", "+/a?b/"}},

	// groups
	{"own group", "", "User-agent: *\nDisallow: /\nUser-agent: stet\nDisallow: /a", []string{"+/b", "-/a"}},
	{"own group first", "", "User-agent: stet\nDisallow: /a\n\nUser-agent: *\nDisallow: /", []string{"+/b", "-/a"}},
	{"own empty group", "", "User-agent: stet\nDisallow:\nUser-agent: *\nDisallow: /", []string{"+/b"}},
	{"own group without rules", "", "User-agent: *\nDisallow: /\nUser-agent: stet", []string{"+/b"}},
	{"other's group", "", "User-agent: other\nDisallow: /", []string{"+/b"}},
	{"two agents", "", "User-agent: other\nUser-agent: stet\nDisallow: /a", []string{"-/a", "+/b"}},
	{"two agents, the other way", "", "User-agent: stet\nUser-agent: other\nDisallow: /a", []string{"-/a", "+/b"}},
	{"star and own in one group", "", "User-agent: *\nUser-agent: stet\nDisallow: /a", []string{"-/a", "+/b"}},
	{"star in one group with another", "", "User-agent: other\nUser-agent: *\nDisallow: /a", []string{"-/a", "+/b"}},
	{"own groups are merged", "", "User-agent: stet\nDisallow: /a\nUser-agent: other\nDisallow: /b\nUser-agent: stet\nDisallow: /c", []string{"-/a", "+/b", "-/c"}},
	{"merged, the longest of all decides", "", "User-agent: stet\nDisallow: /a/b\nUser-agent: stet\nAllow: /a\nAllow: /a/b/c", []string{"-/a/b", "+/a", "+/a/b/c"}},
	{"star groups are merged", "", "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: *\nDisallow: /c", []string{"-/a", "+/b", "-/c"}},
	{"a blank line ends no group", "", "User-agent: stet\n\n\nDisallow: /a\n\nDisallow: /b", []string{"-/a", "-/b"}},
	{"a blank line between agents", "", "User-agent: stet\n\nUser-agent: other\nDisallow: /a", []string{"-/a"}},
	{"an unknown line ends no group", "", "User-agent: stet\nNoindex: /x\nUser-agent: other\nDisallow: /a", []string{"-/a", "+/x"}},
	{"a sitemap ends no group", "", "User-agent: stet\nSitemap: https://h/s.xml\nUser-agent: other\nDisallow: /a", []string{"-/a"}},
	{"a crawl delay ends no group", "", "User-agent: *\nCrawl-delay: 5\n\nUser-agent: bad\nDisallow: /", []string{"-/a"}},
	{"an empty rule ends the agents", "", "User-agent: stet\nDisallow:\nUser-agent: other\nDisallow: /a", []string{"+/a"}},
	{"rules before any agent", "", "Disallow: /a\nUser-agent: *\nDisallow: /b", []string{"+/a", "-/b"}},
	{"rules without agent", "", "Disallow: /", []string{"+/a"}},
	{"agent without name", "", "User-agent: stet\nDisallow: /a\nUser-agent:\nDisallow: /b", []string{"-/a", "+/b"}},
	{"agent with a strange name", "", "User-agent: *\nDisallow: /a\nUser-agent: 360Spider\nDisallow: /b", []string{"-/a", "+/b"}},
	{"agents end at the file's end", "", "User-agent: *\nDisallow: /a\nUser-agent: other", []string{"-/a"}},

	// agents
	{"case", "STET", "user-agent: sTeT\nDisallow: /a", []string{"-/a"}},
	{"whole user agent", "stet/1.0 (+https://example.org/bot)", "User-agent: stet\nDisallow: /a", []string{"-/a"}},
	{"whole user agent in the file", "", "User-agent: stet/2.1 (x)\nDisallow: /a", []string{"-/a"}},
	{"behind Mozilla", "Mozilla/5.0 (compatible; stet/1.0; +https://h/)", "User-agent: stet\nDisallow: /a\nUser-agent: Mozilla\nDisallow: /b", []string{"-/a", "+/b"}},
	{"Mozilla itself", "Mozilla/5.0 (X11; Linux)", "User-agent: mozilla\nDisallow: /a", []string{"-/a"}},
	{"part of a name", "stet", "User-agent: stets\nDisallow: /a\nUser-agent: ste\nDisallow: /b\nUser-agent: stet-news\nDisallow: /c", []string{"+/a", "+/b", "+/c"}},
	{"longer name, shorter group", "stet-news", "User-agent: stet\nDisallow: /a\nUser-agent: *\nDisallow: /b", []string{"+/a", "-/b"}},
	{"dash and underscore", "a_b-c/1", "User-agent: a_b-c\nDisallow: /a", []string{"-/a"}},
	{"up to the first space", "", "User-agent: stet bot\nDisallow: /a", []string{"-/a"}},
	{"star and more", "", "User-agent: * all of you\nDisallow: /a", []string{"-/a"}},
	{"star and a tab", "", "User-agent: *\tall\nDisallow: /a", []string{"-/a"}},
	{"star glued", "", "User-agent: *bot\nDisallow: /a\nUser-agent: **\nDisallow: /b", []string{"+/a", "+/b"}},
	{"no agent given", " ", "User-agent: stet\nDisallow: /a\nUser-agent: 9\nDisallow: /b\nUser-agent: *\nDisallow: /c", []string{"+/a", "+/b", "-/c"}},
	{"agent of no token", "12/3", "User-agent: 12\nDisallow: /a\nUser-agent: *\nDisallow: /c", []string{"+/a", "-/c"}},

	// precedence
	{"longest", "", "User-agent: *\nDisallow: /a\nAllow: /a/b", []string{"-/a", "-/a/c", "+/a/b", "+/a/bc"}},
	{"longest, the other order", "", "User-agent: *\nAllow: /a/b\nDisallow: /a", []string{"-/a", "-/a/c", "+/a/b"}},
	{"longest disallow", "", "User-agent: *\nAllow: /a\nDisallow: /a/b\nAllow: /a/b/c", []string{"+/a", "-/a/b", "+/a/b/c", "-/a/b/d"}},
	{"tie", "", "User-agent: *\nDisallow: /a\nAllow: /a", []string{"+/a", "+/ab"}},
	{"tie of patterns", "", "User-agent: *\nDisallow: /*a\nAllow: /a*", []string{"+/a", "-/ba"}},
	{"tie across groups", "", "User-agent: *\nDisallow: /a\nUser-agent: *\nAllow: /a", []string{"+/a"}},
	{"allow all, close one", "", "User-agent: *\nAllow: /\nDisallow: /a", []string{"+/", "+/b", "-/a"}},
	{"close all, allow one", "", "User-agent: *\nDisallow: /\nAllow: /a", []string{"-/", "-/b", "+/a"}},
	{"only the root", "", "User-agent: *\nDisallow: /\nAllow: /$", []string{"+/", "+https://h", "-/a", "-/?a"}},
	{"a pattern's length counts its stars", "", "User-agent: *\nAllow: /page\nDisallow: /*.htm", []string{"-/page.htm", "+/page"}},
	{"equal with star", "", "User-agent: *\nAllow: /page\nDisallow: /*.ph", []string{"+/page.php5"}},
	{"stars make long", "", "User-agent: *\nAllow: /ab\nDisallow: /****", []string{"-/ab"}},

	// special characters
	{"star in the middle", "", "User-agent: *\nDisallow: /a*b", []string{"-/ab", "-/axb", "-/a/x/b/c", "+/a", "+/ba"}},
	{"star first", "", "User-agent: *\nDisallow: *.php", []string{"-/x.php", "-/a/x.php?y", "+/x.html"}},
	{"star last", "", "User-agent: *\nDisallow: /a*", []string{"-/a", "-/ab", "+/b"}},
	{"only a star", "", "User-agent: *\nDisallow: *", []string{"-/", "-/a"}},
	{"many stars", "", "User-agent: *\nDisallow: /a**b***c", []string{"-/abc", "-/axbxc", "+/acb"}},
	{"greedy is not needed", "", "User-agent: *\nDisallow: /*aab*ab$", []string{"-/aaabab", "-/aabxab", "+/aab", "+/aabab/"}},
	{"end", "", "User-agent: *\nDisallow: /a$", []string{"-/a", "+/ab", "+/a/", "+/a?"}},
	{"end behind a star", "", "User-agent: *\nDisallow: /*.gif$", []string{"-/a.gif", "-/a/b.gif.gif", "+/a.gif?x", "+/a.gifs"}},
	{"star and end", "", "User-agent: *\nDisallow: /a*$", []string{"-/a", "-/ab", "+/b"}},
	{"end that overlaps", "", "User-agent: *\nDisallow: /aba*aba$", []string{"+/aba", "+/ababa", "-/abaaba"}},
	{"dollar inside", "", "User-agent: *\nDisallow: /a$b", []string{"-/a$b", "-/a$bc", "+/a", "+/ab"}},
	{"two dollars", "", "User-agent: *\nDisallow: /a$$", []string{"-/a$", "+/a", "+/a$$"}},
	{"only a dollar", "", "User-agent: *\nDisallow: $", []string{"+/", "+/a"}},
	{"encoded star", "", "User-agent: *\nDisallow: /a%2Ab", []string{"-/a*b", "-/a%2ab", "-/a%2Ab", "+/axb"}},
	{"encoded dollar", "", "User-agent: *\nDisallow: /a%24", []string{"-/a$", "-/a$b", "-/a%24", "+/a"}},
	{"a star in the URL is no wildcard", "", "User-agent: *\nDisallow: /axb", []string{"+/a*b", "-/axb"}},
	{"question mark", "", "User-agent: *\nDisallow: /*?", []string{"-/?", "-/a?b", "+/a"}},
	{"query in order", "", "User-agent: *\nDisallow: /a?x=1&y=2", []string{"-/a?x=1&y=2", "-/a?x=1&y=23", "+/a?y=2&x=1", "+/a"}},
	{"parameter anywhere", "", "User-agent: *\nDisallow: /*?*sid=", []string{"-/a?sid=1", "-/a?x=1&sid=1", "+/a?x=1", "+/sid=1"}},
	{"semicolon", "", "User-agent: *\nDisallow: /a;s", []string{"-/a;s=1", "+/a"}},
	{"without a slash it matches nothing", "", "User-agent: *\nDisallow: a\nDisallow: a/b", []string{"+/a", "+/a/b"}},

	// percent-encoding
	{"not ASCII", "", "User-agent: *\nDisallow: /é", []string{"-/%C3%A9", "-/%c3%a9", "-/é", "+/e"}},
	{"three bytes", "", "User-agent: *\nDisallow: /文/", []string{"-/%E6%96%87/", "-/文/x", "+/%E6%96%87"}},
	{"encoded in the rule", "", "User-agent: *\nDisallow: /%e6%96%87", []string{"-/%E6%96%87", "-/文"}},
	{"unreserved encoded in the rule", "", "User-agent: *\nDisallow: /%62%61%7A", []string{"-/baz", "-/%62%61%7A", "-/%62az"}},
	{"unreserved encoded in the URL", "", "User-agent: *\nDisallow: /~joe/", []string{"-/%7Ejoe/", "-/%7ejoe/x", "-/~joe/"}},
	{"slash encoded", "", "User-agent: *\nDisallow: /a%2Fb", []string{"-/a%2fb", "-/a%2Fb/c", "+/a/b"}},
	{"slash not encoded", "", "User-agent: *\nDisallow: /a/b", []string{"-/a/b", "+/a%2Fb"}},
	{"URL in a query", "", "User-agent: *\nDisallow: /a?u=https://h.example", []string{"-/a?u=https://h.example", "-/a?u=https%3A%2F%2Fh.example", "+/a?u=http://h.example"}},
	{"encoded URL in a query", "", "User-agent: *\nDisallow: /a?u=https%3a%2f%2fh.example", []string{"-/a?u=https://h.example", "-/a?u=https%3A%2F%2Fh.example"}},
	{"double slash is not an encoded one", "", "User-agent: *\nDisallow: /*//", []string{"-/a//b", "+/a?u=http%3A%2F%2Fx", "-/a?u=http://x"}},
	{"space", "", "User-agent: *\nDisallow: /a b", []string{"-/a%20b", "-/a b", "+/a"}},
	{"broken escapes", "", "User-agent: *\nDisallow: /100%\nDisallow: /%zz\nDisallow: /%4", []string{"-/100%", "-/100%25", "-/%zz", "-/%4", "+/10"}},
	{"length of what is not ASCII", "", "User-agent: *\nAllow: /é\nDisallow: /*aaaa", []string{"+/éaaaa", "-/eaaaa"}},
	{"length of what is not ASCII, one less", "", "User-agent: *\nAllow: /é\nDisallow: /*aaaaaa", []string{"-/éaaaaaa"}},
	{"braces", "", "User-agent: *\nDisallow: /{a}", []string{"-/{a}", "-/%7Ba%7D"}},
	{"not UTF-8", "", "User-agent: *\nDisallow: /\xd6\xd0", []string{"-/%D6%D0"}},

	// index.html
	{"index.html", "", "User-agent: *\nDisallow: /\nAllow: /a/index.html", []string{"+/a/index.html", "+/a/", "-/a/index.htm", "-/a/b", "-/a", "-/"}},
	{"index.htm", "", "User-agent: *\nDisallow: /\nAllow: /index.htm", []string{"+/", "+/index.html", "-/a"}},
	{"index.html and more", "", "User-agent: *\nDisallow: /\nAllow: /a/index.html?x", []string{"+/a/", "+/a/index.html?x", "-/a/index.html"}},
	{"index.html is not for disallow", "", "User-agent: *\nDisallow: /a/index.html", []string{"-/a/index.html", "+/a/"}},
	{"index.html not last", "", "User-agent: *\nDisallow: /\nAllow: /index.html/a", []string{"-/", "+/index.html/a"}},

	// lines
	{"CRLF", "", "User-agent: *\r\nDisallow: /a\r\n", []string{"-/a", "+/b"}},
	{"CR", "", "User-agent: *\rDisallow: /a\r", []string{"-/a", "+/b"}},
	{"mixed ends", "", "User-agent: *\n\r\nDisallow: /a\r\rDisallow: /b", []string{"-/a", "-/b"}},
	{"byte order mark", "", "\xef\xbb\xbfUser-agent: *\nDisallow: /a", []string{"-/a"}},
	{"half a byte order mark", "", "\xef\xbbUser-agent: *\nDisallow: /a", []string{"-/a"}},
	{"mark in the middle", "", "User-agent: *\n\xef\xbb\xbfDisallow: /a", []string{"+/a"}},
	{"comments", "", "# hello\nUser-agent: * # all\nDisallow: /a # not this\n#Disallow: /b\nDisallow: /c#d", []string{"-/a", "+/b", "-/c"}},
	{"comment instead of a path", "", "User-agent: *\nDisallow: # nothing", []string{"+/a"}},
	{"spaces", "", "  User-agent  :  *  \n\t Disallow\t:\t/a \t", []string{"-/a", "+/b"}},
	{"no spaces", "", "User-agent:*\nDisallow:/a", []string{"-/a", "+/b"}},
	{"no colon", "", "User-agent *\nDisallow /a\nDisallow\t\t/b", []string{"-/a", "-/b", "+/c"}},
	{"no colon, three words", "", "User-agent: *\nDisallow /a /b", []string{"+/a", "+/b"}},
	{"colon in the path", "", "User-agent: *\nDisallow: /a:b", []string{"-/a:b", "+/a"}},
	{"case of keys", "", "USER-AGENT: *\ndisALLOW: /a\nALLOW: /ab", []string{"-/a", "+/ab"}},
	{"misspelt keys", "", "useragent: *\nDissallow: /a\nDisalow: /b\nDissalow: /c\nDiasllow: /d\nDisallaw: /e", []string{"-/a", "-/b", "-/c", "-/d", "-/e"}},
	{"user agent", "", "User Agent: *\nDisallow: /a", []string{"-/a"}},
	{"longer keys", "", "User-agents: *\nDisallowed: /a\nAllowing: /ab", []string{"-/a", "+/ab"}},
	{"other misspellings", "", "User-agent: *\nDeny: /a\nDisllow: /b\nDis allow: /c", []string{"+/a", "+/b", "+/c"}},
	{"key of nothing", "", "User-agent: *\n: /a\nDisallow: /b", []string{"+/a", "-/b"}},
	{"NUL", "", "User-agent: *\nDisallow: /a\x00b\nDisallow: /c", []string{"-/a", "-/ac", "-/c"}},
	{"last line without end", "", "User-agent: *\nDisallow: /a", []string{"-/a"}},

	// not a robots.txt
	{"HTML", "", "<!DOCTYPE html>\n<pre>\nUser-agent: *\nDisallow: /\n</pre>", []string{"+/a"}},
	{"HTML behind a mark and spaces", "", "\xef\xbb\xbf \r\n\t<html>\nUser-agent: *\nDisallow: /", []string{"+/a"}},
	{"XML", "", "<?xml version=\"1.0\"?>\nUser-agent: *\nDisallow: /", []string{"+/a"}},
	{"a comment in HTML", "", "<!-- x -->\nUser-agent: *\nDisallow: /", []string{"+/a"}},
	{"lone bracket", "", "< x\nUser-agent: *\nDisallow: /", []string{"-/a"}},
	{"prose", "", "Not Found. The page: gone.\nSorry", []string{"+/a"}},
	{"JSON", "", "{\"user-agent\": \"*\",\n\"disallow\": \"/\"}", []string{"+/a"}},

	// URLs
	{"URL forms", "", "User-agent: *\nDisallow: /\nAllow: /a", []string{
		"+http://h/a", "+HTTP://h:80/a#/b", "+h/a", "+//h/a", "+/a", "-", "-a", "-/", "-http://h", "-http://h#/a", "-http://h?/a", "-http://h;/a", "-#/a", "-h#/a"}},
	{"URL in the path", "", "User-agent: *\nDisallow: /web/http://x.example/", []string{"-/web/http://x.example/a", "-http://h/web/http://x.example/", "+/a"}},
	{"URL in the query", "", "User-agent: *\nDisallow: /?u=http://", []string{"-http://h/?u=http://i/", "-/?u=http://i/", "+http://h/"}},
	{"fragment", "", "User-agent: *\nDisallow: /a#b\nDisallow: /*c", []string{"-/a", "+/b#c", "-/c#d"}},
	{"double slash", "", "User-agent: *\nDisallow: /a//b", []string{"-http://h/a//b", "+http://h/a/b"}},
}

func TestAllowed(t *testing.T) {
	n := 0
	for _, c := range cases {
		agent := c.agent
		if agent == "" {
			agent = "stet"
		}
		f := Parse([]byte(c.rules))
		for _, u := range c.urls {
			n++
			want := u[0] == '+'
			got, rule := f.Match(agent, u[1:])
			if got != want || f.Allowed(agent, u[1:]) != want {
				t.Errorf("%s: Allowed(%q, %q) = %v (%+v), want %v by\n%s", c.name, agent, u[1:], got, rule, want, c.rules)
			}
			if rule != (Rule{}) && rule.Allow != got {
				t.Errorf("%s: Match(%q, %q) = %v by %+v", c.name, agent, u[1:], got, rule)
			}
		}
	}
	if n < 250 {
		t.Errorf("only %d cases", n)
	}
}

func TestMatchNamesTheLine(t *testing.T) {
	f := Parse([]byte("# hi\r\n\r\nUser-agent: stet\r\nDisallow: /a # because\rAllow /a/b\n" +
		"DISALLOW:/*.gif$\n\nAllow: /x/index.html\nDisallow: /x/\nDisallow: /a\n"))
	for _, c := range []struct {
		url  string
		want Rule
	}{
		{"/b", Rule{}},
		{"/a", Rule{4, "Disallow: /a", false}},
		{"/a/b", Rule{5, "Allow /a/b", true}},
		{"/b.gif", Rule{6, "DISALLOW:/*.gif$", false}},
		{"/x/", Rule{8, "Allow: /x/index.html", true}},
		{"/x/y", Rule{9, "Disallow: /x/", false}},
		{"/robots.txt", Rule{}},
	} {
		allowed, got := f.Match("stet", c.url)
		if got != c.want || allowed != (c.want == Rule{} || c.want.Allow) {
			t.Errorf("Match(%q) = %v, %+v; want %+v", c.url, allowed, got, c.want)
		}
	}
}

func TestClosedAndOpen(t *testing.T) {
	var none *File
	for name, f := range map[string]*File{"AllowAll": AllowAll(), "nil": none, "zero": {}} {
		if ok, rule := f.Match("stet", "/a"); !ok || rule != (Rule{}) || f.Delay("stet") != 0 || f.Sitemaps() != nil {
			t.Errorf("%s: Match = %v, %+v; delay %v, site maps %v", name, ok, rule, f.Delay("stet"), f.Sitemaps())
		}
	}
	f := DisallowAll()
	if ok, rule := f.Match("stet", "https://h/a"); ok || rule != (Rule{}) {
		t.Errorf("DisallowAll: Match = %v, %+v; want false by no rule", ok, rule)
	}
	if !f.Allowed("stet", "https://h/robots.txt") {
		t.Error("DisallowAll: /robots.txt is closed")
	}
}

func TestDelay(t *testing.T) {
	for _, c := range []struct {
		agent, rules string
		want         time.Duration
	}{
		{"stet", "", 0},
		{"stet", "User-agent: *\nDisallow: /", 0},
		{"stet", "User-agent: *\nCrawl-delay: 10", 10 * time.Second},
		{"stet/1.0 (x)", "User-agent: STET\nCrawl-delay: 10\nUser-agent: *\nCrawl-delay: 20", 20 * time.Second}, // one group
		{"stet", "User-agent: stet\nCrawl-delay: 10\nDisallow:\nUser-agent: *\nCrawl-delay: 20", 10 * time.Second},
		{"stet", "User-agent: *\nCrawl-delay: 10\nDisallow:\nUser-agent: stet\nDisallow: /", 0},
		{"stet", "User-agent: stet\nCrawl-delay: 10\nUser-agent: other\nDisallow: /", 10 * time.Second},
		{"other", "User-agent: stet\nCrawl-delay: 10\nUser-agent: other\nDisallow: /", 0},
		{"stet", "User-agent: stet\nDisallow: /a\nCrawl-delay: 3", 3 * time.Second},
		{"stet", "User-agent: stet\nCrawl-delay: 9\nCrawl-delay: 3", 9 * time.Second},
		{"stet", "User-agent: stet\nCrawl-delay: 9\nDisallow:\nUser-agent: stet\nCrawl-delay: 3", 9 * time.Second},
		{"stet", "Crawl-delay: 9\nUser-agent: stet\nDisallow:", 0},
		{"stet", "Crawl-delay: 9\nUser-agent: stet\nCrawl-delay: 2", 2 * time.Second},
		{"stet", "User-agent: *\nCrawl-delay: 2.5", 2500 * time.Millisecond},
		{"stet", "User-agent: *\nCrawl-delay: .5", 500 * time.Millisecond},
		{"stet", "User-agent: *\nCrawl-delay: 0,5", 500 * time.Millisecond},
		{"stet", "User-agent: *\nCrawl-delay: 0", 0},
		{"stet", "User-agent: *\nCrawl-delay:", 0},
		{"stet", "User-agent: *\nCrawl-delay: soon", 0},
		{"stet", "User-agent: *\nCrawl-delay: -3", 0},
		{"stet", "User-agent: *\nCrawl-delay: nan", 0},
		{"stet", "User-agent: *\nCrawl-delay: inf", maxDelay},
		{"stet", "User-agent: *\nCrawl-delay: -inf", 0},
		{"stet", "User-agent: *\nCrawl-delay: 1e9", maxDelay},
		{"stet", "User-agent: *\nCrawl-delay: 1e999", maxDelay},
		{"stet", "User-agent: *\nCrawl-delay: 99999999999999999999999", maxDelay},
		{"stet", "User-agent: *\nCrawl-delay: 120.5", maxDelay},
		{"stet", "User-agent: *\nCrawl-delay: 10s", 10 * time.Second},
		{"stet", "User-agent: *\nCrawl-delay: 10 seconds", 10 * time.Second},
		{"stet", "User-agent: *\nCrawl-delay: 0x10", 0},
		{"stet", "User-agent: *\nCrawl-delay: 5 # slow", 5 * time.Second},
		{"stet", "User-agent: *\nCrawl-delay 5", 5 * time.Second},
		{"stet", "User-agent: *\ncrawldelay: 5", 5 * time.Second},
		{"stet", "User-agent: *\nCRAWL DELAY: 5", 5 * time.Second},
	} {
		if got := Parse([]byte(c.rules)).Delay(c.agent); got != c.want {
			t.Errorf("Delay(%q) = %v, want %v by\n%s", c.agent, got, c.want, c.rules)
		}
	}
}

func TestSitemaps(t *testing.T) {
	f := Parse([]byte("Sitemap: https://h/1.xml\nUser-agent: *\nsitemap:https://h/2.xml?a=b # c\nDisallow: /\nSite-map: /3.xml\nSitemap:\nSITEMAP https://h/4.xml"))
	want := []string{"https://h/1.xml", "https://h/2.xml?a=b", "/3.xml", "https://h/4.xml"}
	if got := f.Sitemaps(); !slices.Equal(got, want) {
		t.Errorf("Sitemaps() = %q, want %q", got, want)
	}
	f.Sitemaps()[0] = "x"
	if got := f.Sitemaps()[0]; got != want[0] {
		t.Errorf("a caller changed the file: %q", got)
	}
	if got := Parse([]byte("<html>\nSitemap: https://h/")).Sitemaps(); got != nil {
		t.Errorf("Sitemaps() of HTML = %q, want none", got)
	}
}

func TestProduct(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"stet":                           "stet",
		"stet/1.0 (+https://h/)":         "stet",
		" Stet-News_x (x)":               "Stet-News_x",
		"stet1":                          "stet",
		"1stet":                          "",
		"Mozilla/5.0 (X11; Linux) Gecko": "Mozilla",
		"Mozilla/5.0 (compatible; stet/1.0; +https://h)":                         "stet",
		"mozilla/5.0 AppleWebKit/5 (KHTML; compatible;  x-y/2) Chrome/1":         "x-y",
		"Mozilla/5.0 (compatible; 9)":                                            "Mozilla",
		"stet/1.0 (compatible; other/2.0)":                                       "stet",
		"Mozilla/5.0 (Linux) (compatible; a/1; +http://h) (compatible; b/1; +h)": "a",
	} {
		if got := Product(in); got != want {
			t.Errorf("Product(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLongFile(t *testing.T) {
	head := "User-agent: *\nDisallow: /a\n"
	filler := strings.Repeat("#\n", (maxBody-len(head)-len("Disallow: /b"))/2)
	for _, c := range []struct {
		name, tail string
		closed     bool // is /bc closed?
	}{
		{"fits", "", true},
		{"a line more", "\nDisallow: /c", true},
		{"cut off", "c", false},
		{"cut off, lines behind", "c\nDisallow: /bc\n", false},
	} {
		body := head + filler + "Disallow: /b"
		body = strings.Repeat(" ", maxBody-len(body)) + body + c.tail
		f := Parse([]byte(body))
		if f.Allowed("stet", "/a") || f.Allowed("stet", "/bc") == c.closed || !f.Allowed("stet", "/c") {
			t.Errorf("%s: /a %v, /bc %v, /c %v; want false, %v, true", c.name,
				f.Allowed("stet", "/a"), f.Allowed("stet", "/bc"), f.Allowed("stet", "/c"), !c.closed)
		}
	}
	if f := Parse([]byte(strings.Repeat("x", maxBody+1))); len(f.agents) != 0 {
		t.Errorf("one endless line makes %d agents", len(f.agents))
	}
}

func TestLongLine(t *testing.T) {
	const key = "Disallow: "
	path := "/" + strings.Repeat("a", maxLine-len(key)-1)
	f := Parse([]byte("User-agent: *\n" + key + path + "/b\nDisallow: /c"))
	for url, want := range map[string]bool{path: false, path + "x": false, path[1:]: true, "/b": true, "/c": false} {
		if got := f.Allowed("stet", url); got != want {
			t.Errorf("Allowed of %d bytes = %v, want %v", len(url), got, want)
		}
	}
}
