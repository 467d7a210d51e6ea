package extract

import (
	"net/http"
	"testing"
)

func TestReadDirectives(t *testing.T) {
	for _, c := range []struct {
		name, page string
		header     []string
		want       Directives
	}{
		{"nothing", `<p>x`, nil, Directives{}},
		{"meta robots", `<meta name=robots content="noindex, follow">`, nil, Directives{NoIndex: true}},
		{"none", `<meta name=" ROBOTS " content=" None ">`, nil, Directives{NoIndex: true, NoFollow: true}},
		{"ours", `<meta name=stet content=noarchive>`, nil, Directives{NoArchive: true}},
		{"of others", `<meta name=googlebot content=noindex>`, nil, Directives{}},
		{"several add up", `<meta name=robots content=index><meta name=robots content="nofollow;nocache">`, nil, Directives{NoFollow: true, NoArchive: true}},
		{"header", ``, []string{"noindex, nofollow"}, Directives{NoIndex: true, NoFollow: true}},
		{"header for another", ``, []string{"otherbot: noindex, nofollow"}, Directives{}},
		{"header for another, then for all", ``, []string{"otherbot: noindex", "noarchive"}, Directives{NoArchive: true}},
		{"header for us", ``, []string{"Stet: noindex, nofollow"}, Directives{NoIndex: true, NoFollow: true}},
		{"header with star", ``, []string{"*: noarchive"}, Directives{NoArchive: true}},
		{"agents in one line", ``, []string{"otherbot: noindex, stet: nofollow"}, Directives{NoFollow: true}},
		{"a value is no agent", ``, []string{"unavailable_after: 25 Jun 2030 15:00:00 GMT, noindex"}, Directives{NoIndex: true}},
		{"and", ``, []string{"max-snippet: 20, nofollow"}, Directives{NoFollow: true}},
	} {
		p := Page{Header: http.Header{"X-Robots-Tag": c.header}}
		if got := readDirectives(parseHTML(t, c.page), p); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestParseRefresh(t *testing.T) {
	for _, c := range []struct {
		in      string
		seconds int
		ref     string
		ok      bool
	}{
		{"", 0, "", false}, {"x", 0, "", false}, {"+1; url=a", 0, "", false}, {"-1; a", 0, "", false}, {"; a", 0, "", false},
		{"5", 5, "", true}, {" 5\f", 5, "", true}, {"5;", 5, "", true}, {"5,", 5, "", true},
		{"5; url=a", 5, "a", true}, {"5,URL=a", 5, "a", true}, {"5 url=a", 5, "a", true}, {"5url=a", 0, "", false},
		{"5x;url=a", 0, "", false}, {"5 x;url=a", 5, "x;url=a", true}, {"5;;url=a", 5, ";url=a", true},
		{"  5  ;  url  =  a", 5, "a", true}, {"5;  a ", 5, "a", true}, {"5; url a", 5, "url a", true}, {"5; urla", 5, "urla", true}, {"5; ua", 5, "ua", true},
		{`5; url="a"b`, 5, "a", true}, {`5; url='a'b`, 5, "a", true}, {`5; url="a'b`, 5, "a'b", true}, {`5; "a"b`, 5, "a", true},
		{"5.9; url=a", 5, "a", true}, {"5.9..5.; url=a", 5, "a", true}, {".9; url=a", 0, "a", true}, {"5e1; url=a", 0, "", false},
		{"99999999999999999999; url=a", 1 << 30, "a", true},
	} {
		s, ref, ok := parseRefresh(c.in)
		if s != c.seconds || ref != c.ref || ok != c.ok {
			t.Errorf("parseRefresh(%q) = %d %q %v, want %d %q %v", c.in, s, ref, ok, c.seconds, c.ref, c.ok)
		}
	}
}

func TestMetaRefresh(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<meta http-equiv=refresh content="0; url=/new">`, "https://a.example/new"},
		{`<meta http-equiv=Refresh content="10;https://b.example/">`, "https://b.example/"},
		{`<meta http-equiv=refresh content="11; url=/new">`, ""},
		{`<meta http-equiv=refresh content="300">`, ""},
		{`<meta http-equiv=refresh content="1; url=javascript:x()">`, ""},
		{`<meta http-equiv=refresh content="1; url=">`, ""},
		{`<meta http-equiv=refresh content="1; url=/old">`, ""},
		{`<noscript><meta http-equiv=refresh content="0; url=/new"></noscript>`, ""},
		{`<meta http-equiv=refresh content="nonsense"><meta http-equiv=refresh content="0; url=/2">`, "https://a.example/2"},
		{`<meta http-equiv=refresh content="0; url=http://["><meta http-equiv=refresh content="0; url=/2">`, "https://a.example/2"},
		{`<meta http-equiv=refresh content="0; url=/1"><meta http-equiv=refresh content="0; url=/2">`, "https://a.example/1"},
	} {
		if got := metaRefresh(parseHTML(t, c.in), newResolver("https://a.example/old", "")); got != c.want {
			t.Errorf("metaRefresh(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := metaRefresh(parseHTML(t, `<meta http-equiv=refresh content="0; url=https://b.example/">`), newResolver("", "")); got != "https://b.example/" {
		t.Errorf("without a base: got %q", got)
	}
}

func FuzzMetaRefresh(f *testing.F) {
	for _, s := range []string{"0; url='a", "5,\turl = \"b\"c", ".;", "9999999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seconds, ref, ok := parseRefresh(s)
		if seconds < 0 || (!ok && ref != "") || len(ref) > len(s) {
			t.Errorf("parseRefresh(%q) = %d %q %v", s, seconds, ref, ok)
		}
	})
}
