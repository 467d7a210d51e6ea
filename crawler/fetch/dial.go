package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

var noDeadline time.Time

// dialer makes connections: directly and guarded, or through the proxy. All its
// errors are *Error.
type dialer struct {
	timeout   time.Duration // for a connection, and again for TLS on it
	maxHeader int64
	networks  []netip.Prefix
	proxy     *proxyServer
	resolver  *net.Resolver
	tls       *tls.Config
}

// plain connects for an http URL. Through an HTTP proxy that is the connection
// to the proxy, which forwards.
func (d *dialer) plain(ctx context.Context, _, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	var conn net.Conn
	var err error
	if d.proxy.forwards() {
		conn, err = d.toProxy(ctx)
	} else {
		conn, err = d.raw(ctx, addr)
	}
	if err != nil {
		return nil, err
	}
	return newWatched(conn, d.maxHeader), nil
}

// secure connects for an https URL. HTTP/2 is left to net/http, which wants to
// see the *tls.Conn.
func (d *dialer) secure(ctx context.Context, _, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &Error{BadURL, false, err}
	}
	conn, err := d.tunnel(ctx, addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	conf := d.tls.Clone()
	conf.ServerName = host
	secured := tls.Client(conn, conf)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close() // the handshake's error says more
		return nil, classifyTLS(err)
	}
	if secured.ConnectionState().NegotiatedProtocol == "h2" {
		return secured, nil
	}
	return newWatched(secured, d.maxHeader), nil
}

// tunnel opens a connection on which TLS to addr can begin.
func (d *dialer) tunnel(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	if !d.proxy.forwards() {
		return d.raw(ctx, addr)
	}
	conn, err := d.toProxy(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.proxy.connect(ctx, conn, addr); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// raw opens a TCP connection to addr, through the SOCKS proxy if there is one.
func (d *dialer) raw(ctx context.Context, addr string) (net.Conn, error) {
	if d.proxy != nil {
		return d.proxy.socks(ctx, d.unguarded().DialContext, addr)
	}
	guarded := d.unguarded()
	guarded.ControlContext = d.control
	conn, err := guarded.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, classifyDial(err)
	}
	return conn, nil
}

// toProxy connects to the HTTP proxy. The user chose its address: it is not
// guarded.
func (d *dialer) toProxy(ctx context.Context) (net.Conn, error) {
	conn, err := d.unguarded().DialContext(ctx, "tcp", d.proxy.addr)
	if err != nil {
		return nil, &Error{Proxy, true, err}
	}
	if d.proxy.scheme != "https" {
		return conn, nil
	}
	secured := tls.Client(conn, &tls.Config{ServerName: d.proxy.host, RootCAs: d.tls.RootCAs})
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &Error{Proxy, classifyTLS(err).Retry, err}
	}
	return secured, nil
}

func (d *dialer) unguarded() *net.Dialer { return &net.Dialer{Resolver: d.resolver} }

// control looks at each address after its name is resolved and before a packet
// is sent. What the request's origin may reach travels in its context; two
// origins never share a connection.
func (d *dialer) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return fail(Blocked, false, fmt.Sprintf("%s %s is no address to dial", network, address))
	}
	var p permission
	if c := callOf(ctx); c != nil {
		p = c.may
	}
	if why := addressAllowed(at.Addr(), p, d.networks); why != "" {
		return fail(Blocked, false, fmt.Sprintf("%s may not be asked: %s", at.Addr(), why))
	}
	return nil
}
