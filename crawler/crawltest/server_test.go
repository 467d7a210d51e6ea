package crawltest

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// client is one that does what it is told: no redirects, no decoding.
func client(t *testing.T) *http.Client {
	tr := &http.Transport{DisableCompression: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport:     tr,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get asks a URL of the site file; headers are "Name: value".
func get(t *testing.T, s *Server, named string, headers ...string) (*http.Response, string) {
	t.Helper()
	res, body, err := try(t, s, named, headers...)
	if err != nil {
		t.Fatalf("GET %s: %v", named, err)
	}
	return res, body
}

func try(t *testing.T, s *Server, named string, headers ...string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequest("GET", s.URL(named), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := client(t).Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

const first = `A comment.
-- GET http://a.test/robots.txt --
User-agent: *
Disallow: /private/
-- GET http://a.test/old [status 301] --
> Location: http://a.test/new?x=1
-- GET http://a.test/new?x=1 --
> X-One: 1
> X-One: 2
<a href="http://b.test/">b</a> <a href="//a.test/y">y</a>
-- GET http://b.test/ --
> Content-Type:
b
-- GET http://a.test/busy [status 503] --
> Retry-After: 7
-- GET http://a.test/busy --
at last
-- GET http://a.test/wall [if Cookie: seen=1] --
come in
-- GET http://a.test/wall [status 302] [if !Cookie] --
> Set-Cookie: seen=1
> Location: /wall
-- GET http://a.test/wall [status 403] --
-- GET http://a.test/cal/* --
a month
-- GET http://a.test/cal/2024 --
a year
-- POST http://a.test/form [status 204] --
`

func TestAnswers(t *testing.T) {
	s := Start(t, first)
	a := "http://" + s.Addr("a.test")
	b := "http://" + s.Addr("b.test")
	if a == b {
		t.Fatalf("both hosts are served on %s", a)
	}
	for _, c := range []struct {
		url, header string
		status      int
		want        string // the body, or "Header: value"
	}{
		{"http://a.test/robots.txt", "", 200, "User-agent: *\nDisallow: /private/\n"},
		{"http://a.test/robots.txt", "", 200, "Content-Type: text/plain; charset=utf-8"},
		{"http://a.test/old", "", 301, "Location: " + a + "/new?x=1"},
		{"http://a.test/new?x=1", "", 200, "<a href=\"" + b + "/\">b</a> <a href=\"//" + s.Addr("a.test") + "/y\">y</a>\n"},
		{"http://a.test/new?x=1", "", 200, "X-One: 1, 2"},
		{"http://a.test/new?x=1", "", 200, "Content-Type: text/html; charset=utf-8"},
		{"http://a.test/new", "", 404, "not found\n"},
		{"http://b.test/", "", 200, "b\n"},
		{"http://b.test/", "", 200, "Content-Type: "},
		{"http://a.test/busy", "", 503, "Retry-After: 7"},
		{"http://a.test/busy", "", 200, "at last\n"},
		{"http://a.test/busy", "", 200, "at last\n"},
		{"http://a.test/wall", "", 302, "Set-Cookie: seen=1"},
		{"http://a.test/wall", "Cookie: a=b; seen=1", 200, "come in\n"},
		{"http://a.test/wall", "Cookie: a=b", 403, ""},
		{"http://a.test/cal/2024/5", "", 200, "a month\n"},
		{"http://a.test/cal/2024", "", 200, "a year\n"},
		{"http://a.test/form", "", 404, "not found\n"},
	} {
		var headers []string
		if c.header != "" {
			headers = append(headers, c.header)
		}
		res, got := get(t, s, c.url, headers...)
		if name, _, ok := strings.Cut(c.want, ": "); ok && res.Header.Values(name) != nil || c.want == "Content-Type: " {
			got = name + ": " + strings.Join(res.Header.Values(name), ", ")
		}
		if res.StatusCode != c.status || got != c.want {
			t.Errorf("GET %s %s: got %d %q, want %d %q", c.url, c.header, res.StatusCode, got, c.status, c.want)
		}
	}
	res, err := client(t).Post(s.URL("http://a.test/form"), "text/plain", nil)
	if err != nil || res.StatusCode != 204 {
		t.Errorf("POST: got %v, %v, want status 204", res, err)
	}
	res, err = client(t).Head(s.URL("http://a.test/robots.txt"))
	if err != nil || res.StatusCode != 200 || res.ContentLength != 34 {
		t.Errorf("HEAD: got %v, %v, want 200 of 34 bytes", res, err)
	}
}

func TestConditional(t *testing.T) {
	s := Start(t, `
-- GET http://a.test/tag --
> ETag: "v1"
one
-- GET http://a.test/day --
> Last-Modified: Fri, 31 May 2024 08:00:00 GMT
two
-- GET http://a.test/never [unconditional] --
> ETag: "v1"
three
-- GET http://a.test/none --
four
`)
	for _, c := range []struct {
		url, header string
		want        int
	}{
		{"http://a.test/tag", "", 200},
		{"http://a.test/tag", `If-None-Match: "v1"`, 304},
		{"http://a.test/tag", `If-None-Match: "v0", W/"v1"`, 304},
		{"http://a.test/tag", `If-None-Match: *`, 304},
		{"http://a.test/tag", `If-None-Match: "v2"`, 200},
		{"http://a.test/day", "If-Modified-Since: Fri, 31 May 2024 08:00:00 GMT", 304},
		{"http://a.test/day", "If-Modified-Since: Fri, 31 May 2024 07:59:59 GMT", 200},
		{"http://a.test/day", "If-Modified-Since: yesterday", 200},
		{"http://a.test/never", `If-None-Match: "v1"`, 200},
		{"http://a.test/none", `If-None-Match: *`, 200},
	} {
		var headers []string
		if c.header != "" {
			headers = append(headers, c.header)
		}
		res, body := get(t, s, c.url, headers...)
		if res.StatusCode != c.want || (res.StatusCode == 304) != (body == "") {
			t.Errorf("GET %s %s: got %d %q, want %d", c.url, c.header, res.StatusCode, body, c.want)
		}
	}
}

func TestBodies(t *testing.T) {
	s := Start(t, `
-- GET http://a.test/gbk [charset gbk] --
<p>盐湄
-- GET http://a.test/big5 [charset big5] [encode gzip] --
鹽湄
-- GET http://a.test/bytes [bytes] [repeat 2] --
\x00\xff\u4e2d
\r\n"quoted"
-- GET http://a.test/gzip [encode gzip] --
text
-- GET http://a.test/deflate [encode deflate] --
text
-- GET http://a.test/br [encode br] --
text
-- GET http://a.test/zstd [encode zstd] [repeat 3] --
text
`)
	decode := map[string]func(io.Reader) io.Reader{
		"": func(r io.Reader) io.Reader { return r },
		"gzip": func(r io.Reader) io.Reader {
			z, err := gzip.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
		"deflate": func(r io.Reader) io.Reader { return flate.NewReader(r) },
		"br":      func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"zstd": func(r io.Reader) io.Reader {
			z, err := zstd.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return z.IOReadCloser()
		},
	}
	for _, c := range []struct{ path, coding, media, want string }{
		{"gbk", "", "text/html; charset=gbk", "<p>\xd1\xce\xe4\xd8\n"},
		{"big5", "gzip", "text/plain; charset=big5", "\xc6\x51\xb5\x44\n"},
		{"bytes", "", "text/plain; charset=utf-8", strings.Repeat("\x00\xff中\r\n\"quoted\"", 2)},
		{"gzip", "gzip", "text/plain; charset=utf-8", "text\n"},
		{"deflate", "deflate", "text/plain; charset=utf-8", "text\n"},
		{"br", "br", "text/plain; charset=utf-8", "text\n"},
		{"zstd", "zstd", "text/plain; charset=utf-8", "text\ntext\ntext\n"},
	} {
		res, body := get(t, s, "http://a.test/"+c.path)
		coding := res.Header.Get("Content-Encoding")
		if coding != c.coding || res.Header.Get("Content-Type") != c.media {
			t.Errorf("/%s: got coding %q and type %q, want %q and %q", c.path, coding, res.Header.Get("Content-Type"), c.coding, c.media)
			continue
		}
		got, err := io.ReadAll(decode[coding](strings.NewReader(body)))
		if err != nil || string(got) != c.want {
			t.Errorf("/%s: got %q, %v, want %q", c.path, got, err, c.want)
		}
	}
}

func TestRaw(t *testing.T) {
	s := Start(t, `
-- GET http://a.test/odd [raw] --
HTTP/1.0 200 fine\r\nX-A: 1\r\n\r\n
http://a.test/ and "quotes"
-- GET http://a.test/short [raw] --
HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n
@repeat 3 ab
-- GET http://a.test/reset [raw] --
@reset
-- GET http://a.test/stall [raw] --
HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf
@stall
-- GET http://a.test/endless [raw] --
HTTP/1.1 200 OK\r\n\r\n
@endless <p>more</p>\n
-- GET http://a.test/slow [raw] --
HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf
@hold rest
done
`)
	if res, body := get(t, s, "http://a.test/odd"); res.ProtoMinor != 0 || res.Header.Get("X-A") != "1" || s.Named(body) != `http://a.test/ and "quotes"` {
		t.Errorf("/odd: got %q (%s)", body, res.Proto)
	}
	if _, body, err := try(t, s, "http://a.test/short"); body != "ababab" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("/short: got %q, %v, want ababab and an unexpected end", body, err)
	}
	if _, _, err := try(t, s, "http://a.test/reset"); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("/reset: got %v, want a reset", err)
	}
	for _, path := range []string{"stall", "endless"} {
		ctx, cancel := context.WithCancel(t.Context())
		req, _ := http.NewRequestWithContext(ctx, "GET", s.URL("http://a.test/"+path), nil)
		res, err := client(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(res.Body, make([]byte, 4)); err != nil {
			t.Errorf("/%s: got %v before the first bytes", path, err)
		}
		cancel()
		res.Body.Close()
	}
	// While the rest is held, the first half has come.
	res, err := client(t).Get(s.URL("http://a.test/slow"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r := bufio.NewReader(res.Body)
	if half, err := r.Peek(4); err != nil || string(half) != "half" {
		t.Fatalf("/slow: got %q, %v, want half", half, err)
	}
	<-s.Arrived("rest")
	s.Release("rest")
	if all, err := io.ReadAll(r); err != nil || string(all) != "halfdone" {
		t.Errorf("/slow: got %q, %v, want halfdone", all, err)
	}
}

func TestHoldAndRecord(t *testing.T) {
	s := Start(t, `
-- GET http://a.test/1 [hold one] --
1
-- GET http://a.test/2 --
2
-- GET http://b.test/3 --
3
`)
	got := make(chan string)
	go func() {
		_, body, _ := try(t, s, "http://a.test/1")
		got <- body
	}()
	<-s.Arrived("one")
	get(t, s, "http://a.test/2", "X-Mark: yes")
	get(t, s, "http://b.test/3")
	s.Release("one")
	s.Release("one")
	if body := <-got; body != "1\n" {
		t.Errorf("held answer: got %q, want 1", body)
	}
	get(t, s, "http://a.test/1") // stays open
	if want := []string{"http://a.test/1", "http://a.test/2", "http://b.test/3", "http://a.test/1"}; !slices.Equal(s.URLs(), want) {
		t.Errorf("URLs: got %q, want %q", s.URLs(), want)
	}
	all := s.Requests()
	if !all[0].Overlaps(all[1]) || !all[1].Overlaps(all[0]) || all[1].Overlaps(all[2]) {
		t.Errorf("overlap: got %+v", all)
	}
	if all[1].Header.Get("X-Mark") != "yes" || all[1].Status != 200 || all[0].Took <= 0 {
		t.Errorf("record: got %+v", all[1])
	}
	for host, want := range map[string]int{"a.test": 2, "b.test": 1, "": 2, "c.test": 0} {
		if n := s.MaxConcurrent(host); n != want {
			t.Errorf("MaxConcurrent(%q): got %d, want %d", host, n, want)
		}
	}
	if gap := s.ShortestGap("a.test"); gap <= 0 || gap > all[3].At.Sub(all[0].At) {
		t.Errorf("ShortestGap(a.test): got %v", gap)
	}
	if gap := s.ShortestGap("b.test"); gap != 0 {
		t.Errorf("ShortestGap(b.test): got %v of one request, want 0", gap)
	}
	if n := len(s.Of("http://a.test/1")); n != 2 {
		t.Errorf("Of: got %d requests, want 2", n)
	}
	s.Forget()
	if s.Requests() != nil && len(s.Requests()) != 0 {
		t.Errorf("Forget: still %v", s.URLs())
	}
}

// A test that ends while answers are held, stalled or endless must not hang.
func TestStopsWithTheTest(t *testing.T) {
	done := make(chan error, 3)
	t.Run("inner", func(t *testing.T) {
		s := Start(t, `
-- GET http://a.test/held [hold never] --
-- GET http://a.test/half [raw] --
HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n
@hold never2
-- GET http://a.test/stall [raw] --
@hold passing
@stall
`)
		s.Release("passing")
		for _, path := range []string{"held", "half", "stall"} {
			conn, err := net.Dial("tcp", s.Addr("a.test"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				go func() {
					defer conn.Close()
					_, err := io.Copy(io.Discard, conn)
					done <- err
				}()
			})
			io.WriteString(conn, "GET /"+path+" HTTP/1.1\r\nHost: "+s.Addr("a.test")+"\r\n\r\n")
		}
		<-s.Arrived("never")
		<-s.Arrived("never2")
		<-s.Arrived("passing")
	})
	for range 3 {
		<-done
	}
}

func TestProxyAndHandler(t *testing.T) {
	site, err := Parse(`
-- GET http://www.a.test/ --
<a href="http://www.a.test/x">x</a>
-- GET http://www.a.test/old [status 302] --
> Location: http://www.a.test/
`)
	if err != nil {
		t.Fatal(err)
	}
	site.Handle("made.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "made "+r.URL.Path)
	}))
	if want := []string{"www.a.test", "made.test"}; !slices.Equal(site.Hosts(), want) {
		t.Errorf("Hosts: got %q, want %q", site.Hosts(), want)
	}
	s := StartSite(t, site)
	if _, body := get(t, s, "http://made.test/1"); body != "made /1" {
		t.Errorf("handler: got %q", body)
	}
	c := client(t)
	proxy, _ := url.Parse(s.Proxy())
	c.Transport.(*http.Transport).Proxy = http.ProxyURL(proxy)
	for _, tc := range []struct {
		url    string
		status int
		want   string
	}{
		{"http://www.a.test/", 200, "<a href=\"http://www.a.test/x\">x</a>\n"},
		{"http://www.a.test/old", 302, ""},
		{"http://made.test/2?q", 200, "made /2"},
		{"http://elsewhere.test/", 502, "no such host here\n"},
	} {
		res, err := c.Get(tc.url)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != tc.status || string(body) != tc.want {
			t.Errorf("proxy GET %s: got %d %q, want %d %q", tc.url, res.StatusCode, body, tc.status, tc.want)
		}
		if loc := res.Header.Get("Location"); tc.status == 302 && loc != "http://www.a.test/" {
			t.Errorf("proxy GET %s: got Location %q, want the name", tc.url, loc)
		}
	}
	if last := s.Requests()[3].URL; last != "http://made.test/2?q" {
		t.Errorf("record of a proxy request: got %q", last)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"-- GET --\n", "want METHOD URL"},
		{"-- get http://a.test/ --\n", "want METHOD URL"},
		{"-- GET /x --\n", "want http://host/path"},
		{"-- GET https://a.test/ --\n", "want http://host/path"},
		{"-- GET http://a.test --\n", "want http://host/path"},
		{"-- GET http://a b/ --\n", "invalid"},
		{"-- GET http://a.test/ [status] --\n", "invalid syntax"},
		{"-- GET http://a.test/ [status 17] --\n", "status 17"},
		{"-- GET http://a.test/ [hold] --\n", "hold needs a name"},
		{"-- GET http://a.test/ [repeat x] --\n", "invalid syntax"},
		{"-- GET http://a.test/ [slow] --\n", "unknown option [slow]"},
		{"-- GET http://a.test/ [raw --\n", "has no end"},
		{"-- GET http://a.test/ [raw] x --\n", "text between options"},
		{"-- GET http://a.test/ [charset klingon] --\n", "charset"},
		{"-- GET http://a.test/ [charset big5] --\n☃\n", "body in big5"},
		{"-- GET http://a.test/ [encode lzma] --\n", "unknown content coding"},
		{"-- GET http://a.test/ --\n> no colon\n", "no colon"},
		{"-- GET http://a.test/ [bytes] --\n\\q\n", "bad escape"},
		{"-- GET http://a.test/ [raw] --\n\\q\n", "bad escape"},
		{"-- GET http://a.test/ [raw] --\n@sleep 3\n", "unknown step"},
		{"-- GET http://a.test/ [raw] --\n@hold\n", "needs a name"},
		{"-- GET http://a.test/ [raw] --\n@endless\n", "needs a text"},
		{"-- GET http://a.test/ [raw] --\n@repeat x y\n", "invalid syntax"},
	} {
		_, err := Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "section ") {
			t.Errorf("Parse(%q): got error %v, want one with %q", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(first)
	f.Add("-- GET http://a.test/ [raw] --\n@repeat 3 x\\n\n@reset\n")
	f.Add("-- GET http://a.test/ [charset gbk] [encode gzip] [if !Cookie] --\n> A: b\n中\n")
	f.Fuzz(func(t *testing.T, text string) {
		if bytes.Contains([]byte(text), []byte("repeat")) {
			return // may ask for any amount of memory: a test's own affair
		}
		s, err := Parse(text)
		if err == nil && s == nil {
			t.Fatalf("Parse(%q): neither a site nor an error", text)
		}
	})
}
