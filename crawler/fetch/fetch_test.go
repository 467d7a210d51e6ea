package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestFetch(t *testing.T) {
	s := says(t, true, "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=b\r\nContent-Type: text/html; charset=gbk\r\n\r\n\xc4\xe3\xba\xc3!")
	f := newFetcher(t, allowing(Config{UserAgent: "test/1"}, s.origin))
	before := time.Now()
	r := Request{URL: s.origin + "/x", ETag: `W/"7"`, LastModified: "Wed, 21 Oct 2015 07:28:00 GMT", Accept: "text/plain"}
	for range 2 {
		res, err := f.Fetch(t.Context(), r)
		if err != nil {
			t.Fatalf("Fetch: %v", err)
		}
		if res.Status != 404 || res.Proto != "HTTP/1.1" || string(res.Body) != "\xc4\xe3\xba\xc3!" || res.WireBytes != 5 ||
			res.Truncated != "" || res.Broken != "" || res.Encoded || res.Location != "" {
			t.Errorf("got %+v, want the 404 with its bytes as sent", res)
		}
		if res.RemoteAddr != s.addr {
			t.Errorf("remote address: got %q, want %q", res.RemoteAddr, s.addr)
		}
		if got := res.Header["X-A"]; len(got) != 2 || got[0] != "1" || got[1] != "2" {
			t.Errorf("X-A: got %q, want both values", got)
		}
		if res.Started.Before(before) || res.FirstByte <= 0 || res.Took < res.FirstByte {
			t.Errorf("times: started %v, first byte %v, took %v", res.Started, res.FirstByte, res.Took)
		}
		for name, want := range map[string]string{
			"Host": s.addr, "User-Agent": "test/1", "Accept": "text/plain", "Accept-Encoding": encodings,
			"If-None-Match": `W/"7"`, "If-Modified-Since": "Wed, 21 Oct 2015 07:28:00 GMT", "Cookie": "",
		} {
			if got := res.RequestHeader.Get(name); got != want {
				t.Errorf("recorded %s: got %q, want %q", name, got, want)
			}
		}
	}
	for _, head := range s.seen() {
		lines := strings.Split(strings.TrimSpace(head), "\r\n")
		if len(lines) != 7 || fieldOf(head, "Cookie") != "" || fieldOf(head, "User-Agent") != "test/1" ||
			fieldOf(head, "If-None-Match") != `W/"7"` || fieldOf(head, "Accept") != "text/plain" {
			t.Errorf("sent %q, want the request line and what was recorded, no more", head)
		}
	}
	if n := s.connections(); n != 1 {
		t.Errorf("%d connections for two fetches, want 1", n)
	}
}

func TestFetchDefaults(t *testing.T) {
	s := says(t, true, page("", "x"))
	res := mustGet(t, s.origin)
	if a, u := res.RequestHeader.Get("Accept"), res.RequestHeader.Get("User-Agent"); a != defaultAccept || u != defaultAgent {
		t.Errorf("got Accept %q and User-Agent %q, want %q and %q", a, u, defaultAccept, defaultAgent)
	}
	head := s.seen()[0]
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "Referer", "Cookie", "Authorization", "Connection"} {
		if v := fieldOf(head, name); v != "" {
			t.Errorf("%s: %q was sent, want none", name, v)
		}
	}
}

// Validators from a hostile answer cannot break the request.
func TestValidatorsThatCannotBeSent(t *testing.T) {
	s := says(t, true, page("", "x"))
	f := newFetcher(t, allowing(Config{}, s.origin))
	if _, err := f.Fetch(t.Context(), Request{URL: s.origin, ETag: "a\r\nX-Evil: 1", LastModified: "\x00"}); err != nil {
		t.Fatalf("Fetch: %v", err)
	}
	if head := s.seen()[0]; strings.Contains(head, "Evil") || fieldOf(head, "If-None-Match") != "" {
		t.Errorf("sent %q", head)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, location := range []string{
		"", "/next", "http://127.0.0.1:1/x", "//[bad", "http://%zz/", "javascript:alert(1)", ":", "\xff\xfe caf\xe9",
		"http://169.254.169.254/latest/", "?" + strings.Repeat("a", 100_000),
	} {
		for _, status := range []int{301, 302, 303, 307, 308, 300, 304, 399} {
			s := says(t, true, fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, location))
			res := mustGet(t, s.origin+"/a")
			if res.Status != status || res.Location != strings.TrimSpace(location) || len(s.seen()) != 1 {
				t.Errorf("%d to %.40q: got status %d, location %.40q, %d requests; want it as it is, one request",
					status, location, res.Status, res.Location, len(s.seen()))
			}
		}
	}
	s := says(t, true, page("Location: /x\r\n", "y"))
	if res := mustGet(t, s.origin); res.Location != "" || res.Header.Get("Location") != "/x" {
		t.Errorf("location of a 200: got %q, want none but the header", res.Location)
	}
}

func TestHeadAndBodilessAnswers(t *testing.T) {
	head := says(t, true, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n")
	f := newFetcher(t, allowing(Config{}, head.origin))
	for range 2 {
		res, err := f.Fetch(t.Context(), Request{URL: head.origin, Method: "HEAD"})
		if err != nil || res.Status != 200 || len(res.Body) != 0 || res.Truncated != "" || res.Broken != "" {
			t.Errorf("HEAD: got %+v, %v", res, err)
		}
	}
	if got := requestLine(head.seen()[1]); got != "HEAD / HTTP/1.1" || head.connections() != 1 {
		t.Errorf("sent %q on %d connections", got, head.connections())
	}
	for _, status := range []string{"204 No Content", "304 Not Modified"} {
		s := says(t, true, "HTTP/1.1 "+status+"\r\nContent-Encoding: br\r\n\r\n")
		if res := mustGet(t, s.origin); len(res.Body) != 0 || res.Truncated != "" || res.Broken != "" || res.Encoded {
			t.Errorf("%s: got %+v", status, res)
		}
	}
}

// Nothing but GET and HEAD is sent.
func TestOtherMethods(t *testing.T) {
	_, err := newFetcher(t, short()).Fetch(t.Context(), Request{URL: "http://example.org/", Method: "POST"})
	wantError(t, "POST", err, BadURL, false)
}

func TestBadURLs(t *testing.T) {
	f := newFetcher(t, short())
	for _, url := range []string{
		"", "x", "ftp://example.org/", "http://", "http:///x", "http://a b/", "http://[::1/", "http://h:99999/", "http://h:x/",
		"http://user:secret@ h/", "file:///etc/passwd", "http://%00/",
	} {
		_, err := f.Fetch(t.Context(), Request{URL: url})
		wantError(t, url, err, BadURL, false)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error %q tells the user info", url, err)
		}
	}
}

func TestUserInfoIsNotSent(t *testing.T) {
	s := says(t, true, page("", "x"))
	f := newFetcher(t, allowing(Config{}, s.origin))
	res, err := f.Fetch(t.Context(), Request{URL: "http://me:secret@" + s.addr + "/x"})
	if err != nil {
		t.Fatal(err)
	}
	if head := s.seen()[0]; fieldOf(head, "Authorization") != "" || strings.Contains(head, "secret") || fieldOf(head, "Host") != s.addr {
		t.Errorf("sent %q", head)
	}
	if fmt.Sprint(res.RequestHeader) != fmt.Sprint(http.Header{"Host": {s.addr}, "User-Agent": {defaultAgent}, "Accept": {defaultAccept}, "Accept-Encoding": {encodings}}) {
		t.Errorf("recorded %v", res.RequestHeader)
	}
}

// COLLY_* variables change collectors made the usual way; not ours.
func TestEnvironmentOfColly(t *testing.T) {
	t.Setenv("COLLY_ALLOWED_DOMAINS", "nowhere.example")
	t.Setenv("COLLY_USER_AGENT", "env")
	t.Setenv("COLLY_MAX_BODY_SIZE", "1")
	t.Setenv("COLLY_CACHE_DIR", t.TempDir())
	s := says(t, true, page("", "long enough"))
	if res := mustGet(t, s.origin); string(res.Body) != "long enough" || res.RequestHeader.Get("User-Agent") != defaultAgent {
		t.Errorf("got %q by %q", res.Body, res.RequestHeader.Get("User-Agent"))
	}
}

func tlsServer(t *testing.T, http2 bool, version uint16, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = http2
	s.TLS = &tls.Config{MinVersion: version, MaxVersion: version}
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestTLS(t *testing.T) {
	for _, h2 := range []bool{true, false} {
		s := tlsServer(t, h2, tls.VersionTLS13, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Path", r.RequestURI)
			io.WriteString(w, r.Proto)
		})
		cfg := allowing(Config{}, s.URL)
		_, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: s.URL})
		wantError(t, "a certificate nobody signed", err, TLS, false)

		cfg.InsecureTLS = true
		f := newFetcher(t, cfg)
		want := map[bool]string{true: "HTTP/2.0", false: "HTTP/1.1"}[h2]
		for _, path := range []string{"/a|b%2f?q", "//x//y?", "//a|b", "/"} {
			res, err := f.Fetch(t.Context(), Request{URL: s.URL + path})
			if err != nil || res.Proto != want || string(res.Body) != want || res.RemoteAddr != s.Listener.Addr().String() || res.FirstByte <= 0 {
				t.Fatalf("%s: got %q %q from %q, %v; want %s", path, res.Proto, res.Body, res.RemoteAddr, err, want)
			}
			if got := res.Header.Get("X-Path"); strings.TrimPrefix(got, s.URL) != path {
				t.Errorf("%s: the server saw %q, want %q", want, got, path)
			}
		}
	}
}

// Old versions are refused unless asked for.
func TestOldTLS(t *testing.T) {
	s := tlsServer(t, false, tls.VersionTLS10, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "old") })
	_, err := newFetcher(t, allowing(Config{}, s.URL)).Fetch(t.Context(), Request{URL: s.URL})
	wantError(t, "TLS 1.0", err, TLS, false)
	cfg := allowing(Config{InsecureTLS: true}, s.URL)
	res, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: s.URL})
	if err != nil || string(res.Body) != "old" {
		t.Errorf("TLS 1.0 with InsecureTLS: got %q, %v", res.Body, err)
	}
}

func TestNotTLS(t *testing.T) {
	plain := says(t, false, "HTTP/1.1 400 Bad Request\r\n\r\n")
	url := "https://" + plain.addr
	cfg := short(url)
	for _, c := range []struct {
		what, class string
		retry       bool
		do          func(net.Conn)
	}{
		{"plain text on a TLS port", TLS, false, func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }},
		{"a close during the handshake", TLS, true, func(c net.Conn) { io.ReadFull(c, make([]byte, 5)) }},
	} {
		url := "https://" + listen(t, "127.0.0.1:0", c.do)
		_, err := newFetcher(t, short(url)).Fetch(t.Context(), Request{URL: url})
		wantError(t, c.what, err, c.class, c.retry)
	}
	silent := "https://" + listen(t, "127.0.0.1:0", func(c net.Conn) { io.Copy(io.Discard, c) })
	cfg = short(silent)
	cfg.ConnectTimeout = 100 * time.Millisecond
	_, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: silent})
	wantError(t, "a handshake that never ends", err, ConnectTimeout, true)
}

func TestCancel(t *testing.T) {
	for what, s := range map[string]*rawServer{
		"before the header": serve(t, func(io.Writer, string) bool { return true }),
		"in the body": serve(t, func(w io.Writer, _ string) bool {
			io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
			return true
		}),
	} {
		gone := make(chan struct{})
		f := newFetcher(t, allowing(Config{}, s.origin))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(gone)
			_, err := f.Fetch(ctx, Request{URL: s.origin})
			wantError(t, "cancelled "+what, err, Canceled, true)
		}()
		waitFor(t, "the request", func() bool { return len(s.seen()) == 1 })
		start := time.Now()
		cancel()
		<-gone
		if took := time.Since(start); took > time.Second {
			t.Errorf("cancelled %s: ended after %v", what, took)
		}
		if _, err := f.Fetch(ctx, Request{URL: s.origin}); err == nil {
			t.Error("a context that has ended: got an answer")
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for what, cfg := range map[string]Config{
		"a proxy that is no URL":           {Proxy: "://x"},
		"a proxy of an odd kind":           {Proxy: "ftp://user:secret@h:1"},
		"a proxy without a host":           {Proxy: "http://"},
		"a proxy with a path":              {Proxy: "http://user:secret@h/path"},
		"a proxy without a scheme":         {Proxy: "user:secret@h:8080"},
		"a proxy with a bad port":          {Proxy: "http://user:secret@h:port"},
		"a header's bad name":              {Header: map[string]http.Header{"http://h": {"A B": {"secret"}}}},
		"a header's bad value":             {Header: map[string]http.Header{"http://h": {"A": {"secret\r\nB: c"}}}},
		"Host":                             {Header: map[string]http.Header{"http://h": {"host": {"secret"}}}},
		"a framing header":                 {Header: map[string]http.Header{"http://h": {"Transfer-Encoding": {"secret"}}}},
		"headers for no origin":            {Header: map[string]http.Header{"h": {"A": {"secret"}}}},
		"an allowed origin that is no URL": {AllowOrigins: map[string]bool{"user:secret@h": true}},
		"a bad user agent":                 {UserAgent: "a\nb"},
		"a negative limit":                 {MaxBody: -1},
	} {
		_, err := New(cfg)
		if err == nil {
			t.Errorf("%s: got no error", what)
		} else if s := err.Error(); strings.Contains(s, "secret") || strings.Contains(s, "\n") {
			t.Errorf("%s: the error is %q, want one line without secrets", what, s)
		}
	}
}
