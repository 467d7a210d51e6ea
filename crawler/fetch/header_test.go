package fetch

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// Headers of one origin are sent there and nowhere else, by scheme, host and port.
func TestHeadersByOrigin(t *testing.T) {
	a, b := says(t, true, page("", "a")), says(t, true, page("", "b"))
	c := serveOn(t, "127.0.0.2:0", func(w io.Writer, _ string) bool {
		io.WriteString(w, page("", "c"))
		return true
	})
	cfg := allowing(Config{}, a.origin, b.origin, c.origin)
	cfg.Header = map[string]http.Header{
		a.origin + "/some/page?x": {"authorization": {"Bearer secret-a"}, "X-Note": {"1", "2"}, "accept-language": {"zh"}, "User-Agent": {"mine"}},
		"https://" + b.addr:       {"Cookie": {"s=secret-b"}},
		"http://127.0.0.2":        {"Cookie": {"s=secret-c"}},
	}
	f := newFetcher(t, cfg)
	fetch := func(origin string) Response {
		res, err := f.Fetch(t.Context(), Request{URL: origin + "/x"})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	res := fetch(a.origin)
	head := a.seen()[0]
	if fieldOf(head, "Authorization") != "Bearer secret-a" || strings.Count(head, "X-Note:") != 2 || fieldOf(head, "User-Agent") != "mine" || fieldOf(head, "Accept-Language") != "zh" {
		t.Errorf("to the origin itself: sent %q", head)
	}
	r := res.RequestHeader
	if r.Get("Authorization") != Withheld || len(r["X-Note"]) != 2 || r.Get("Accept-Language") != "zh" || r.Get("User-Agent") != "mine" {
		t.Errorf("recorded %v, want all and the secret by name only", r)
	}
	for _, s := range []*rawServer{b, c} {
		res := fetch(s.origin)
		if head := s.seen()[0]; strings.Contains(head, "secret") || strings.Contains(head, "X-Note") || fieldOf(head, "User-Agent") != defaultAgent {
			t.Errorf("to %s: sent %q, want nothing of another origin's", s.origin, head)
		}
		if _, ok := res.RequestHeader["Authorization"]; ok {
			t.Errorf("to %s: recorded %v", s.origin, res.RequestHeader)
		}
	}
	fetch(a.origin)
	if got := a.seen()[1]; got != head {
		t.Errorf("the second request is %q, want the same as the first %q", got, head)
	}
}

// Cookies are not kept: each fetch stands alone.
func TestNoCookies(t *testing.T) {
	s := says(t, true, page("Set-Cookie: a=b; Path=/\r\n", "x"))
	f := newFetcher(t, allowing(Config{}, s.origin))
	for range 3 {
		if _, err := f.Fetch(t.Context(), Request{URL: s.origin}); err != nil {
			t.Fatal(err)
		}
	}
	for _, head := range s.seen() {
		if strings.Contains(head, "Cookie") {
			t.Errorf("sent %q, want no cookie", head)
		}
	}
}

func TestIsSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"Authorization": true, "Cookie": true, "X-Api-Key": true, "X-Auth-Token": true, "X-Session": true, "X-Password": true,
		"Accept-Language": false, "From": false, "Referer": false,
	} {
		if got := isSecret(name); got != want {
			t.Errorf("isSecret(%q): got %v, want %v", name, got, want)
		}
	}
}
