package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Config says how to fetch. Its zero value is useful.
type Config struct {
	UserAgent string // "stet/1" if empty
	// Proxy is "", http://host:port, https://host:port or socks5://host:port,
	// with user:password@ if need be. Names are resolved by the proxy.
	Proxy string

	MaxBody   int64 // bytes of one body after decoding; 32 MiB if 0
	MaxHeader int64 // bytes of one header, interim answers included; 256 KiB if 0, as in browsers

	ConnectTimeout time.Duration // for name and connection, and again for TLS; 10 s if 0
	HeaderTimeout  time.Duration // from the request to the whole header; 15 s if 0
	IdleTimeout    time.Duration // without a byte of the body; 10 s if 0
	Timeout        time.Duration // for the whole body; 3 min if 0: 32 MiB at 180 KiB/s
	// MinSpeed is the least bytes a second, over each SpeedWindow, that a body
	// may come with: 10 KiB/s over 20 s if 0. A negative MinSpeed is no floor.
	MinSpeed    int64
	SpeedWindow time.Duration

	// Header holds extra headers by origin (scheme://host[:port], or any URL of
	// it). They are sent to that origin and no other, and replace ours.
	Header map[string]http.Header
	// AllowOrigins are the origins (or URLs) the user typed: they may lie at an
	// address of their own network, and at any port.
	AllowOrigins map[string]bool
	// AllowNetworks may be dialled although they are not public.
	AllowNetworks []netip.Prefix

	MaxIdle   int           // connections kept for the next request, 2 a host; 256 if 0
	KeepAlive time.Duration // how long they are kept; 60 s if 0
	// InsecureTLS accepts any certificate, and TLS versions and ciphers that
	// are no longer held to be safe.
	InsecureTLS bool
	Resolver    *net.Resolver // the system's if nil
}

// Fetcher fetches. It may be used by any number of goroutines.
type Fetcher struct {
	cfg       Config
	headers   map[string]http.Header
	origins   map[string]bool
	proxy     *proxyServer
	dialer    *dialer
	base      *http.Transport
	collector *collector
	decoders  decoders
	buffers   buffers
}

// Request is one URL to be fetched.
type Request struct {
	URL          string // user info in it is never sent
	Method       string // GET if empty, or HEAD
	Accept       string // for pages if empty
	ETag         string // of the copy we have: sent as If-None-Match
	LastModified string // of the copy we have: sent as If-Modified-Since
	MaxBody      int64  // Config.MaxBody if 0
}

// The words of Response.Truncated (WARC 1.1 section 5.13).
const (
	TruncatedLength     = "length"     // longer than our limit
	TruncatedTime       = "time"       // too slow, silent, or too long under way
	TruncatedDisconnect = "disconnect" // ended before its end, or its end was not where the header said
)

// Response is what a server answered.
type Response struct {
	Status        int
	Proto         string      // HTTP/1.1, HTTP/2.0
	RemoteAddr    string      // the server's address and port; "" through a proxy
	RequestHeader http.Header // as sent, with Host; secret values Withheld
	Header        http.Header // as received, Content-Encoding included
	Location      string      // of a 3xx, as received; may hold anything

	// Body has its content codings removed. Where they could not be, Encoded is
	// set and it is the body as it arrived. Truncated is one of the words above
	// if it is not whole. Broken says what was wrong with coding or framing,
	// also where the body could be read all the same.
	Body      []byte
	Encoded   bool
	Truncated string
	Broken    string
	WireBytes int64 // of the body, before decoding

	Started   time.Time
	Sent      time.Duration // until the request was written; 0 if that is not known
	FirstByte time.Duration // until the answer began
	Took      time.Duration // in all
}

func (c *Config) setDefaults() {
	c.UserAgent = orElse(c.UserAgent, defaultAgent)
	setDefault(&c.MaxBody, 32<<20)
	setDefault(&c.MaxHeader, 256<<10)
	setDefault(&c.ConnectTimeout, 10*time.Second)
	setDefault(&c.HeaderTimeout, 15*time.Second)
	setDefault(&c.IdleTimeout, 10*time.Second)
	setDefault(&c.Timeout, 3*time.Minute)
	setDefault(&c.MinSpeed, 10<<10)
	setDefault(&c.SpeedWindow, 20*time.Second)
	setDefault(&c.MaxIdle, 256)
	setDefault(&c.KeepAlive, time.Minute)
}

func setDefault[T int | int64 | time.Duration](v *T, to T) {
	if *v == 0 {
		*v = to
	}
}

// New makes a Fetcher. Its errors are one line and quote no secret.
func New(cfg Config) (*Fetcher, error) {
	cfg.setDefaults()
	if !httpguts.ValidHeaderFieldValue(cfg.UserAgent) {
		return nil, fmt.Errorf("user agent %q has characters that cannot be sent", cfg.UserAgent)
	}
	if cfg.MaxBody < 0 || cfg.MaxHeader < 0 || cfg.ConnectTimeout < 0 || cfg.HeaderTimeout < 0 ||
		cfg.IdleTimeout < 0 || cfg.Timeout < 0 || cfg.SpeedWindow < 0 || cfg.MaxIdle < 0 || cfg.KeepAlive < 0 {
		return nil, fmt.Errorf("a limit of the fetcher is negative")
	}
	f := &Fetcher{cfg: cfg, origins: map[string]bool{}}
	var err error
	if f.proxy, err = parseProxy(cfg.Proxy); err != nil {
		return nil, err
	}
	if f.headers, err = checkHeaders(cfg.Header); err != nil {
		return nil, err
	}
	for raw, ok := range cfg.AllowOrigins {
		origin, err := originOf(raw)
		if err != nil {
			return nil, fmt.Errorf("allowed origin: %w", err)
		}
		f.origins[origin] = ok
	}
	f.dialer = newDialer(&f.cfg, f.proxy)
	f.base = newTransport(&f.cfg, f.dialer)
	f.collector = newCollector(f)
	return f, nil
}

func newDialer(cfg *Config, proxy *proxyServer) *dialer {
	return &dialer{
		timeout: cfg.ConnectTimeout, maxHeader: cfg.MaxHeader, networks: cfg.AllowNetworks,
		proxy: proxy, resolver: cfg.Resolver, tls: tlsConfig(cfg.InsecureTLS),
	}
}

// newTransport makes net/http's transport over our dialer. Proxies are the
// dialer's matter.
func newTransport(cfg *Config, d *dialer) *http.Transport {
	return &http.Transport{
		DialContext:            d.plain,
		DialTLSContext:         d.secure,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // codings are removed here, under limits
		MaxIdleConns:           cfg.MaxIdle,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        cfg.KeepAlive,
		ResponseHeaderTimeout:  cfg.HeaderTimeout,
		MaxResponseHeaderBytes: cfg.MaxHeader,
		HTTP2: &http.HTTP2Config{
			// What a server may send ahead of our reading: net/http's 4 MiB a
			// stream would be 256 MiB for 64 hostile ones.
			MaxReceiveBufferPerStream:     1 << 20,
			MaxReceiveBufferPerConnection: 4 << 20,
			// A connection that died in silence is found out.
			SendPingTimeout: 15 * time.Second,
			PingTimeout:     10 * time.Second,
		},
	}
}

func tlsConfig(insecure bool) *tls.Config {
	conf := &tls.Config{
		NextProtos:         []string{"h2", "http/1.1"},
		ClientSessionCache: tls.NewLRUClientSessionCache(128),
		InsecureSkipVerify: insecure,
	}
	if !insecure {
		return conf
	}
	conf.MinVersion = tls.VersionTLS10
	for _, suites := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range suites {
			conf.CipherSuites = append(conf.CipherSuites, s.ID)
		}
	}
	return conf
}

// Close lets go of kept connections. Fetches under way are not ended.
func (f *Fetcher) Close() { f.base.CloseIdleConnections() }

// Fetch asks for one URL and gives what was answered, whatever the status. An
// error is an *Error and means that no answer came, or that ctx ended.
func (f *Fetcher) Fetch(ctx context.Context, r Request) (Response, error) {
	started := time.Now()
	r.Method = orElse(r.Method, http.MethodGet)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return Response{}, fail(BadURL, false, fmt.Sprintf("method %q is not used", r.Method))
	}
	to, err := parseTarget(r.URL)
	if err != nil {
		return Response{}, &Error{BadURL, false, err}
	}
	if r.MaxBody <= 0 {
		r.MaxBody = f.cfg.MaxBody
	}

	ours, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c := &call{path: to.path, max: r.MaxBody, started: started, caller: ctx, cancel: cancel}
	c.watch = newWatch(&f.cfg, cancel)
	defer c.watch.stop()
	err = f.collector.request(c.in(ours), r.Method, to.url, f.headerFor(&r))
	switch {
	case c.err != nil:
		return Response{}, c.err
	case !c.answered && ctx.Err() != nil:
		return Response{}, &Error{Canceled, true, ctx.Err()}
	case !c.answered: // Colly refused: the URL has no host it can read
		return Response{}, &Error{BadURL, false, err}
	}
	c.res.Took = time.Since(started)
	return c.res, nil
}
