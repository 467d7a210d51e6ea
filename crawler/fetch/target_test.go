package fetch

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct{ in, url, path string }{
		{"http://h", "http://h/", "/"},
		{"http://h?", "http://h/?", "/?"},
		{"http://h/?", "http://h/?", "/?"},
		{"http://h?a=b&c", "http://h/?a=b&c", "/?a=b&c"},
		{"HTTPS://H:8443/a", "https://H:8443/a", "/a"},
		{"http://h/a%2fb%2F|\"[]<>{}^`\\", "http://h/a%2fb%2F|\"[]<>{}^`\\", "/a%2fb%2F|\"[]<>{}^`\\"},
		{"http://h/%zz%", "http://h/%zz%", "/%zz%"},
		{"http://h//x//", "http://h//x//", "//x//"},
		{"http://h/a/../b/./c", "http://h/a/../b/./c", "/a/../b/./c"},
		{"http://h/é?q=中", "http://h/%C3%A9?q=%E4%B8%AD", "/%C3%A9?q=%E4%B8%AD"},
		{"http://h/\xff\x7f\x00x\x00", "http://h/%FF%7F%00x", "/%FF%7F%00x"},
		{" \thttp://h/a b\n/c\r\n", "http://h/a%20b/c", "/a%20b/c"},
		{"http://h/a#frag?x", "http://h/a", "/a"},
		{"http://h#frag", "http://h/", "/"},
		{"http://u:p@h/x", "http://h/x", "/x"},
		{"http://u@v:p@h/x@y", "http://h/x@y", "/x@y"},
		{"http:\\\\h\\a", "http://h/a", "/a"},
	} {
		got, err := parseTarget(c.in)
		if err != nil || got.url != c.url || got.path != c.path {
			t.Errorf("parseTarget(%q): got %+v, %v; want url %q, path %q", c.in, got, err, c.url, c.path)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for _, in := range []string{
		"", "h", "/x", "//h/x", "ftp://h/", "file:///etc/passwd", "javascript:alert(1)", "data:,x", "mailto:a@b",
		"http:", "http:h", "http:/h", "gopher://h/", "http" + strings.Repeat("s", 9) + "://h/",
		"http://h/" + strings.Repeat("a", maxURL),
	} {
		if got, err := parseTarget(in); err == nil {
			t.Errorf("parseTarget(%.40q): got %+v, want an error", in, got)
		}
	}
}

// What net/http writes must be the path, byte for byte; only "//" with what
// net/http would respell is sent with the host before it.
func TestRequestURL(t *testing.T) {
	for _, c := range []struct {
		path     string
		absolute bool
		want     string
	}{
		{"/", false, "/"},
		{"/?", false, "/?"},
		{"/a%2fb|\"[]?a=b&c=%zz#", false, "/a%2fb|\"[]?a=b&c=%zz#"},
		{"//", false, "//"},
		{"//x//y?", false, "//x//y?"},
		{"//x%2f%2Fy?q=1", false, "//x%2f%2Fy?q=1"},
		{"//x|y", false, "http://h:1//x|y"},
		{"//%zz", false, "http://h:1//%zz"},
		{"/a|b?c", true, "http://h:1/a|b?c"},
		{"//a", true, "http://h:1//a"},
	} {
		if got := requestURL("http", "h:1", c.path, c.absolute).RequestURI(); got != c.want {
			t.Errorf("requestURL(%q, absolute %v): got %q, want %q", c.path, c.absolute, got, c.want)
		}
	}
}

func TestOriginOf(t *testing.T) {
	for in, want := range map[string]string{
		"http://EXAMPLE.org:80/x?y":  "http://example.org",
		"https://example.org:443":    "https://example.org",
		"https://example.org:444":    "https://example.org:444",
		"http://0x7f.1:8900/":        "http://127.0.0.1:8900",
		"http://2130706433/":         "http://127.0.0.1",
		"http://münchen.example/":    "http://xn--mnchen-3ya.example",
		"http://user:pass@[::1]:80/": "http://[::1]",
	} {
		if got, err := originOf(in); got != want || err != nil {
			t.Errorf("originOf(%q): got %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "example.org", "http://", "http://a b/", "http://[::1%25eth0]/", "http://h:99999/"} {
		if got, err := originOf(in); err == nil {
			t.Errorf("originOf(%q): got %q, want an error", in, got)
		}
	}
}

// The request line on the wire is the path as found.
func TestRequestLineOnTheWire(t *testing.T) {
	s := says(t, true, page("", "x"))
	f := newFetcher(t, allowing(Config{}, s.origin))
	for path, want := range map[string]string{
		"":                         "GET / HTTP/1.1",
		"?":                        "GET /? HTTP/1.1",
		"/a%2fb/%2E%2e/..":         "GET /a%2fb/%2E%2e/.. HTTP/1.1",
		"/|\"[]<>{}^`\\?|\"[]'":    "GET /|\"[]<>{}^`\\?|\"[]' HTTP/1.1",
		"//x//?":                   "GET //x//? HTTP/1.1",
		"/%zz?%zz=%":               "GET /%zz?%zz=% HTTP/1.1",
		"/?b=2&a=1&a=0&&=":         "GET /?b=2&a=1&a=0&&= HTTP/1.1",
		"/中?中":                     "GET /%E4%B8%AD?%E4%B8%AD HTTP/1.1",
		"/feed.xml.gz":             "GET /feed.xml.gz HTTP/1.1",
		"/a;p=1,2+3!$&'()*~@:=x#y": "GET /a;p=1,2+3!$&'()*~@:=x HTTP/1.1",
		"//a|b":                    "GET " + s.origin + "//a|b HTTP/1.1",
	} {
		before := len(s.seen())
		res, err := f.Fetch(t.Context(), Request{URL: s.origin + path})
		if err != nil || string(res.Body) != "x" {
			t.Errorf("Fetch(%q): got %q, %v", path, res.Body, err)
			continue
		}
		if got := requestLine(s.seen()[before]); got != want {
			t.Errorf("path %q: sent %q, want %q", path, got, want)
		}
	}
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"http://h/a?b#c", "https://u:p@h//x|y?", "http://h/%zz中", "http:\\\\h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		to, err := parseTarget(raw)
		if err != nil {
			return
		}
		if to.path == "" || to.path[0] != '/' {
			t.Fatalf("parseTarget(%q): path %q does not begin with /", raw, to.path)
		}
		for _, absolute := range []bool{false, true} {
			u := requestURL("http", "h", to.path, absolute)
			got := u.RequestURI()
			if got != to.path && got != "http://h"+to.path {
				t.Fatalf("%q: net/http would send %q for %q", raw, got, to.path)
			}
			line := "GET " + got + " HTTP/1.1\r\nHost: h\r\n\r\n"
			if _, err := http.ReadRequest(bufio.NewReader(strings.NewReader(line))); err != nil &&
				!strings.Contains(err.Error(), "invalid URL") && !strings.Contains(err.Error(), "parse") {
				t.Fatalf("%q makes the request line %q, which cannot be read: %v", raw, line, err)
			}
		}
		if _, err := originOf(raw); err == nil && strings.Contains(to.url, "#") {
			t.Fatalf("parseTarget(%q): fragment left in %q", raw, to.url)
		}
	})
}
