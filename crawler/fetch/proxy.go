package fetch

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"golang.org/x/net/proxy"
)

// proxyServer is where all requests go instead of their host.
type proxyServer struct {
	scheme string // http, https, socks5
	host   string // for TLS
	addr   string // host:port
	user   *url.Userinfo
}

var errProxyURL = errors.New("proxy: give it as http://host:port, https://host:port or socks5://host:port")

// parseProxy reads a proxy's URL. Its errors never quote it: it may hold a
// password, also where none belongs.
func parseProxy(raw string) (*proxyServer, error) {
	if raw == "" {
		return nil, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errProxyURL
	}
	p := &proxyServer{scheme: u.Scheme, host: u.Hostname(), user: u.User}
	port := u.Port()
	switch u.Scheme {
	case "http":
		port = orElse(port, "80")
	case "https":
		port = orElse(port, "443")
	case "socks5", "socks5h": // names are always the proxy's to resolve
		p.scheme, port = "socks5", orElse(port, "1080")
	default:
		return nil, errProxyURL
	}
	p.addr = net.JoinHostPort(p.host, port)
	return p, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// forwards says that http requests are sent to the proxy in whole (RFC 9112
// section 3.2.2), not through a tunnel.
func (p *proxyServer) forwards() bool { return p != nil && p.scheme != "socks5" }

// authorization is the value of Proxy-Authorization, "" if there is none.
func (p *proxyServer) authorization() string {
	if p.user == nil {
		return ""
	}
	pass, _ := p.user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user.Username()+":"+pass))
}

// socks opens a connection to addr through a SOCKS5 proxy (RFC 1928, 1929).
func (p *proxyServer) socks(ctx context.Context, forward contextDialer, addr string) (net.Conn, error) {
	var auth *proxy.Auth
	if p.user != nil {
		pass, _ := p.user.Password()
		auth = &proxy.Auth{User: p.user.Username(), Password: pass}
	}
	d, err := proxy.SOCKS5("tcp", p.addr, auth, forward)
	if err != nil {
		return nil, &Error{Proxy, false, err}
	}
	conn, err := d.(proxy.ContextDialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, &Error{Proxy, true, err}
	}
	return conn, nil
}

// contextDialer is what x/net/proxy asks of the dialer it is given.
type contextDialer func(ctx context.Context, network, addr string) (net.Conn, error)

func (d contextDialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d(ctx, network, addr)
}

// Dial is never called: x/net/proxy prefers DialContext.
func (d contextDialer) Dial(network, addr string) (net.Conn, error) {
	return d(context.Background(), network, addr)
}

// connect asks an HTTP proxy for a tunnel to addr (RFC 9110 section 9.3.6).
func (p *proxyServer) connect(ctx context.Context, conn net.Conn, addr string) error {
	if t, ok := ctx.Deadline(); ok {
		// A connection that cannot have a deadline fails in the write below.
		_ = conn.SetDeadline(t)
	}
	ask := "CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	if a := p.authorization(); a != "" {
		ask += "Proxy-Authorization: " + a + "\r\n"
	}
	if _, err := io.WriteString(conn, ask+"\r\n"); err != nil {
		return &Error{Proxy, true, err}
	}
	const maxAnswer = 64 << 10
	r := bufio.NewReader(io.LimitReader(conn, maxAnswer))
	res, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return &Error{Proxy, true, fmt.Errorf("answer to connect: %w", err)}
	}
	switch {
	case res.StatusCode == http.StatusProxyAuthRequired:
		return errProxyAuth()
	case res.StatusCode != http.StatusOK:
		return fail(Proxy, true, fmt.Sprintf("the proxy answered connect with status %d", res.StatusCode))
	case r.Buffered() > 0:
		return fail(Proxy, true, "the proxy sent data before the tunnel was used")
	}
	return conn.SetDeadline(noDeadline)
}

func errProxyAuth() *Error {
	return fail(Proxy, false, "the proxy wants a user and password, or others (status 407)")
}
