package fetch

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// tinyProxy is an HTTP proxy, or a SOCKS5 one, that brings every request to one
// server, whatever was asked for, and remembers what was.
type tinyProxy struct {
	addr string
	to   string // where everything leads
	auth string // "user:pass" it insists on

	mu    sync.Mutex
	asked []string
	heads []string
}

func (p *tinyProxy) note(asked, head string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, asked)
	p.heads = append(p.heads, head)
}

func (p *tinyProxy) last() (asked, head string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) == 0 {
		return "", ""
	}
	return p.asked[len(p.asked)-1], p.heads[len(p.heads)-1]
}

func (p *tinyProxy) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked)
}

func httpProxy(t *testing.T, to, auth string) *tinyProxy {
	p := &tinyProxy{to: to, auth: auth}
	p.addr = listen(t, "127.0.0.1:0", p.http)
	return p
}

func (p *tinyProxy) http(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		head, err := readHead(r)
		if err != nil {
			return
		}
		line := requestLine(head)
		p.note(line, head)
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.auth))
		if p.auth != "" && fieldOf(head, "Proxy-Authorization") != want {
			io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
			continue
		}
		if strings.HasPrefix(line, "CONNECT ") {
			p.tunnel(c, "HTTP/1.1 200 Connection established\r\n\r\n")
			return
		}
		if p.to == "" {
			io.WriteString(c, page("X-By: proxy\r\n", "forwarded"))
			continue
		}
		io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
	}
}

func (p *tinyProxy) tunnel(c net.Conn, hello string) {
	up, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer up.Close()
	io.WriteString(c, hello)
	go func() {
		io.Copy(up, c)
		up.Close()
	}()
	io.Copy(c, up)
}

// socksProxy speaks SOCKS5 (RFC 1928) with a user and password (RFC 1929) if
// auth says so.
func socksProxy(t *testing.T, to, auth string) *tinyProxy {
	p := &tinyProxy{to: to, auth: auth}
	p.addr = listen(t, "127.0.0.1:0", p.socks)
	return p
}

func (p *tinyProxy) socks(c net.Conn) {
	r := bufio.NewReader(c)
	if read(r, 1)[0] != 5 {
		return
	}
	read(r, int(read(r, 1)[0]))
	if p.auth == "" {
		c.Write([]byte{5, 0})
	} else {
		c.Write([]byte{5, 2})
		read(r, 1)
		user := string(read(r, int(read(r, 1)[0])))
		pass := string(read(r, int(read(r, 1)[0])))
		if user+":"+pass != p.auth {
			c.Write([]byte{1, 1})
			return
		}
		c.Write([]byte{1, 0})
	}
	head := read(r, 4)
	var host string
	switch head[3] {
	case 1:
		host = net.IP(read(r, 4)).String()
	case 3:
		host = "name " + string(read(r, int(read(r, 1)[0])))
	case 4:
		host = net.IP(read(r, 16)).String()
	}
	port := binary.BigEndian.Uint16(read(r, 2))
	p.note(host, string(rune(port)))
	if p.to == "" {
		c.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
		return
	}
	p.tunnel(c, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
}

// read gives n bytes, zeros where there are none.
func read(r io.Reader, n int) []byte {
	b := make([]byte, n)
	io.ReadFull(r, b)
	return b
}

func TestHTTPProxyForwards(t *testing.T) {
	p := httpProxy(t, "", "me:pa ss")
	cfg := short()
	cfg.Proxy = "http://me:pa%20ss@" + p.addr
	f := newFetcher(t, cfg)
	for path, want := range map[string]string{
		"/a%2fb|?x=1": "GET http://nowhere.example/a%2fb|?x=1 HTTP/1.1",
		"//x":         "GET http://nowhere.example//x HTTP/1.1",
		"?":           "GET http://nowhere.example/? HTTP/1.1",
	} {
		res, err := f.Fetch(t.Context(), Request{URL: "http://Nowhere.EXAMPLE" + path})
		if err != nil || string(res.Body) != "forwarded" || res.RemoteAddr != "" {
			t.Fatalf("through the proxy: got %q from %q, %v", res.Body, res.RemoteAddr, err)
		}
		if line, head := p.last(); line != want || fieldOf(head, "Host") != "nowhere.example" {
			t.Errorf("the proxy was asked %q of host %q, want %q", line, fieldOf(head, "Host"), want)
		}
		if got := res.RequestHeader.Get("Proxy-Authorization"); got != "" {
			t.Errorf("recorded Proxy-Authorization %q, want none", got)
		}
	}
}

func TestHTTPProxyTunnels(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		s := tlsServer(t, h2, tls.VersionTLS13, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		})
		p := httpProxy(t, s.Listener.Addr().String(), "me:secret")
		cfg := short()
		cfg.Proxy, cfg.InsecureTLS = "http://me:secret@"+p.addr, true
		res, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: "https://nowhere.example/a|b"})
		if err != nil || string(res.Body) != "/a|b " {
			t.Errorf("through a tunnel: got %q, %v; want the path and no proxy authorization", res.Body, err)
		}
		if line, _ := p.last(); line != "CONNECT nowhere.example:443 HTTP/1.1" {
			t.Errorf("the proxy was asked %q", line)
		}
	}
}

func TestHTTPSProxy(t *testing.T) {
	proxy := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "by "+r.RequestURI)
	}))
	proxy.Config.ErrorLog = discardLog()
	proxy.StartTLS()
	defer proxy.Close()
	cfg := short()
	cfg.Proxy = proxy.URL
	f := newFetcher(t, cfg)
	_, err := f.Fetch(t.Context(), Request{URL: "http://nowhere.example/x"})
	wantError(t, "a proxy whose certificate nobody signed", err, Proxy, false)

	f = newFetcher(t, cfg)
	f.dialer.tls.RootCAs = proxy.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	res, err := f.Fetch(t.Context(), Request{URL: "http://nowhere.example/x"})
	if err != nil || string(res.Body) != "by http://nowhere.example/x" {
		t.Errorf("got %q, %v", res.Body, err)
	}
}

func TestSocksProxy(t *testing.T) {
	s := says(t, true, page("", "inside"))
	for _, c := range []struct{ proxy, auth string }{{"socks5://", ""}, {"socks5h://", ""}, {"socks5://me:secret@", "me:secret"}} {
		p := socksProxy(t, s.addr, c.auth)
		cfg := short()
		cfg.Proxy = c.proxy + p.addr
		f := newFetcher(t, cfg)
		for url, want := range map[string]string{
			"http://abc.onion/x":         "name abc.onion",
			"http://93.184.216.34/":      "93.184.216.34",
			"http://[2606:2800:220:1::]": "2606:2800:220:1::",
		} {
			res, err := f.Fetch(t.Context(), Request{URL: url})
			if err != nil || string(res.Body) != "inside" || res.RemoteAddr != "" {
				t.Errorf("%s by %s: got %q from %q, %v", url, c.proxy, res.Body, res.RemoteAddr, err)
			}
			if got, _ := p.last(); got != want {
				t.Errorf("%s: the proxy was asked for %q, want %q (names are its to resolve)", url, got, want)
			}
		}
	}
	tls := tlsServer(t, true, tls.VersionTLS13, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) })
	p := socksProxy(t, tls.Listener.Addr().String(), "")
	cfg := short()
	cfg.Proxy, cfg.InsecureTLS = "socks5://"+p.addr, true
	if res, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: "https://abc.onion/"}); err != nil || string(res.Body) != "HTTP/2.0" {
		t.Errorf("TLS through SOCKS: got %q, %v", res.Body, err)
	}
}

func TestProxyFaults(t *testing.T) {
	closed := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}()
	says := func(answer string) string {
		return listen(t, "127.0.0.1:0", func(c net.Conn) {
			readHead(bufio.NewReader(c))
			io.WriteString(c, answer)
		})
	}
	silent := listen(t, "127.0.0.1:0", func(c net.Conn) { io.Copy(io.Discard, c) })
	for _, c := range []struct {
		what, proxy, url string
		retry            bool
	}{
		{"http proxy not there", "http://me:secret@" + closed, "http://a.example/", true},
		{"http proxy not there, tunnel", "http://me:secret@" + closed, "https://a.example/", true},
		{"socks proxy not there", "socks5://me:secret@" + closed, "http://a.example/", true},
		{"wrong password", "http://me:secret@" + httpProxy(t, "", "me:other").addr, "http://a.example/", false},
		{"wrong password, tunnel", "http://me:secret@" + httpProxy(t, "", "me:other").addr, "https://a.example/", false},
		{"wrong password, socks", "socks5://me:secret@" + socksProxy(t, "", "me:other").addr, "https://a.example/", true},
		{"tunnel refused", "http://me:secret@" + says("HTTP/1.1 403 No\r\n\r\n"), "https://a.example/", true},
		{"tunnel answered with noise", "http://me:secret@" + says("noise\r\n\r\n"), "https://a.example/", true},
		{"tunnel with data before its use", "http://me:secret@" + says("HTTP/1.1 200 OK\r\n\r\nmore"), "https://a.example/", true},
		{"tunnel closed", "http://me:secret@" + says(""), "https://a.example/", true},
		{"socks: host unreachable", "socks5://me:secret@" + socksProxy(t, "", "me:secret").addr, "http://a.example/", true},
		{"socks: noise", "socks5://me:secret@" + says("noise"), "http://a.example/", true},
		{"tunnel without an answer", "http://me:secret@" + silent, "https://a.example/", true},
		{"socks without an answer", "socks5://me:secret@" + silent, "https://a.example/", true},
		{"tls to a proxy without it", "https://me:secret@" + silent, "https://a.example/", true},
	} {
		cfg := short()
		cfg.ConnectTimeout = 400 * time.Millisecond
		cfg.Proxy = c.proxy
		_, err := newFetcher(t, cfg).Fetch(t.Context(), Request{URL: c.url})
		wantError(t, c.what, err, Proxy, c.retry)
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "bWU6")) {
			t.Errorf("%s: the error %q tells the password", c.what, err)
		}
	}
}

// 407 of the page's own server is an answer like any other.
func TestStatus407WithoutProxy(t *testing.T) {
	s := says(t, true, "HTTP/1.1 407 Odd\r\nContent-Length: 1\r\n\r\nx")
	if res := mustGet(t, s.origin); res.Status != 407 || string(res.Body) != "x" {
		t.Errorf("got %+v", res)
	}
}

// A proxy is no way around the guard.
func TestGuardBeforeProxies(t *testing.T) {
	web, socks := httpProxy(t, "", ""), socksProxy(t, "", "")
	for _, proxy := range []string{"http://" + web.addr, "socks5://" + socks.addr} {
		cfg := short("http://127.0.0.1:8080", "http://localhost:8081")
		cfg.Proxy = proxy
		cfg.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		f := newFetcher(t, cfg)
		for _, url := range []string{
			"http://127.0.0.1/", "http://127.0.0.1:8081/", "https://127.0.0.1:8080/", "http://0x7f.1/", "http://[::1]/", "http://169.254.169.254/latest/",
			"http://192.168.1.1/", "http://[::ffff:10.0.0.256]/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost:8080/",
			"http://[fd00::1]/", "http://a.example:25/",
		} {
			_, err := f.Fetch(t.Context(), Request{URL: url})
			if err == nil || !strings.Contains(err.Error(), Blocked) && !strings.Contains(err.Error(), BadURL) {
				t.Errorf("%s through %s: got %v, want it refused", url, proxy, err)
			}
		}
		if n := web.count() + socks.count(); n != 0 {
			t.Fatalf("%s: the proxy was asked %d times, want never", proxy, n)
		}
	}
	cfg := short("http://127.0.0.1:8080", "http://localhost:8081")
	cfg.Proxy = "http://" + web.addr
	cfg.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f := newFetcher(t, cfg)
	for _, url := range []string{"http://127.0.0.1:8080/", "http://localhost:8081/", "http://10.1.1.1/", "http://a.example/"} {
		if res, err := f.Fetch(t.Context(), Request{URL: url}); err != nil || string(res.Body) != "forwarded" {
			t.Errorf("%s through the proxy: got %q, %v; want it allowed", url, res.Body, err)
		}
	}
}

func TestParseProxy(t *testing.T) {
	for in, want := range map[string]string{
		"http://h":              "http h:80",
		"https://h":             "https h:443",
		"socks5://127.0.0.1":    "socks5 127.0.0.1:1080",
		"socks5h://u:p@h:9050/": "socks5 h:9050",
		"http://[::1]:3128":     "http [::1]:3128",
	} {
		p, err := parseProxy(in)
		if err != nil || p.scheme+" "+p.addr != want {
			t.Errorf("parseProxy(%q): got %+v, %v; want %s", in, p, err, want)
		}
	}
}
