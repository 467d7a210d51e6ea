package crawler

import (
	"strings"
	"testing"

	"stet/crawler/weburl"
)

func follow(t *testing.T, b *Bounds, raw string, depth int) (bool, string) {
	t.Helper()
	u, err := weburl.Parse(raw)
	if err != nil {
		t.Fatalf("parse %q: %v", raw, err)
	}
	return b.Follow(u, depth)
}

func TestScope(t *testing.T) {
	seed := "https://news.example.co.uk/a/b/start.html"
	for _, c := range []struct {
		scope Scope
		in    []string
		out   []string
	}{
		{ScopePage, []string{seed, seed + "#part"}, []string{"https://news.example.co.uk/a/b/", "https://news.example.co.uk/"}},
		{ScopePrefix, []string{"https://news.example.co.uk/a/b/", "http://news.example.co.uk/a/b/c/d"},
			[]string{"https://news.example.co.uk/a/", "https://news.example.co.uk/a/bc", "https://other.example.co.uk/a/b/x"}},
		{ScopeHost, []string{"http://news.example.co.uk/z", "https://news.example.co.uk/"},
			[]string{"https://example.co.uk/", "https://www.news.example.co.uk/", "https://news.example.co.uk:8443/"}},
		{ScopeDomain, []string{"https://example.co.uk/", "https://shop.example.co.uk/x"}, []string{"https://other.co.uk/", "https://co.uk/"}},
		{ScopeAny, []string{"https://elsewhere.example/", "http://10.1.2.3/"}, []string{"mailto:a@b.example", "ftp://news.example.co.uk/"}},
	} {
		b, err := NewBounds(Config{Seeds: []string{seed}, Scope: c.scope})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range c.in {
			if ok, why := follow(t, b, u, 1); !ok {
				t.Errorf("scope %s, %s: got out (%s), want in", c.scope, u, why)
			}
		}
		for _, u := range c.out {
			if ok, why := follow(t, b, u, 1); ok || why == "" {
				t.Errorf("scope %s, %s: got in=%v (%q), want out with a reason", c.scope, u, ok, why)
			}
		}
	}
}

func TestIncludeExcludeDepth(t *testing.T) {
	depth := 2
	b, err := NewBounds(Config{Seeds: []string{"a.example"}, Include: []string{`/news/`, `\.html$`},
		Exclude: []string{`print=1`}, Depth: &depth})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		url   string
		depth int
		want  bool
		why   string
	}{
		{"https://a.example/news/1", 1, true, ""},
		{"https://a.example/x.html", 2, true, ""},
		{"https://a.example/x.html", 3, false, "deeper than depth 2"},
		{"https://a.example/news/1?print=1", 1, false, "excluded by print=1"},
		{"https://a.example/sport/1", 1, false, "no include"},
	} {
		ok, why := follow(t, b, c.url, c.depth)
		if ok != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s at depth %d: got %v (%q), want %v (%q)", c.url, c.depth, ok, why, c.want, c.why)
		}
	}
}

// A reason is kept with every link it applies to: a long expression is cut.
func TestLongExpressionIsShortened(t *testing.T) {
	b, err := NewBounds(Config{Seeds: []string{"a.example"}, Exclude: []string{"/" + strings.Repeat("报", 1000) + "|/x"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "excluded by /" + strings.Repeat("报", 66) + "…"
	if ok, why := follow(t, b, "https://a.example/x", 1); ok || why != want {
		t.Errorf("excluded by an expression of 3,000 bytes: got %v (%q), want %q", ok, why, want)
	}
}

func TestBadBounds(t *testing.T) {
	minus := -1
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{Scope: "galaxy"}, `"galaxy"`},
		{Config{Include: []string{"("}}, `include "("`},
		{Config{Exclude: []string{"[z-a]"}}, `exclude "[z-a]"`},
		{Config{Depth: &minus}, "-1"},
		{Config{Seeds: []string{""}}, "empty"},
		{Config{Seeds: []string{"mailto:a@b.example"}}, "mailto:"},
		{Config{Seeds: []string{"ftp://a.example/"}}, "ftp://a.example/"},
		{Config{Seeds: []string{"http://"}}, "http://"},
	} {
		if _, err := NewBounds(c.cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("bounds of %+v: got %v, want an error naming %s", c.cfg, err, c.want)
		}
	}
}

func TestSeedsAreReadAsTyped(t *testing.T) {
	for in, want := range map[string]string{
		"example.org":                     "https://example.org/",
		" http://example.org/a#b ":        "http://example.org/a",
		"https://user:secret@example.org": "https://example.org/",
		"例子.测试/新闻":                        "https://xn--fsqu00a.xn--0zwm56d/%E6%96%B0%E9%97%BB",
	} {
		u, err := ParseSeed(in)
		if err != nil || u.String() != want {
			t.Errorf("seed %q: got %q, %v, want %q", in, u.String(), err, want)
		}
	}
}

func TestJobNameFollowsWhatIsVisited(t *testing.T) {
	base := Config{Seeds: []string{"https://a.example/"}}
	name := JobName(base)
	if !strings.HasPrefix(name, "a.example-") {
		t.Errorf("job name: got %q, want it to begin with the host", name)
	}
	same := base
	same.Workers, same.Limit = 3, 9
	if got := JobName(same); got != name {
		t.Errorf("job name with other limits: got %q, want %q: the same command resumes", got, name)
	}
	other := base
	other.Scope = ScopeDomain
	if got := JobName(other); got == name {
		t.Errorf("job name with another scope: got %q twice, want different names", got)
	}
	if got := JobName(Config{Job: "nightly"}); got != "nightly" {
		t.Errorf("named job: got %q, want nightly", got)
	}
}
