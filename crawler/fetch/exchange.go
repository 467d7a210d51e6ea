package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// call is one Fetch on its way through Colly and net/http. It travels in the
// request's context.
type call struct {
	path    string
	max     int64
	started time.Time
	caller  context.Context // to tell the caller's end from ours
	cancel  context.CancelCauseFunc
	watch   *watch

	may       permission
	conn      atomic.Pointer[watched] // nil for HTTP/2
	connected atomic.Bool
	remote    atomic.Pointer[string]
	sent      atomic.Int64 // nanoseconds from the start until the request was written
	firstByte atomic.Int64

	answered bool
	res      Response
	err      *Error
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// in gives ctx the call, and net/http's news about its connection.
func (c *call) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// trace hears from net/http, partly from its own goroutines.
func (c *call) trace(isHead bool) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn, _ := info.Conn.(*watched)
			if conn != nil {
				conn.begin(isHead)
			}
			c.conn.Store(conn)
			addr := info.Conn.RemoteAddr().String()
			c.remote.Store(&addr)
			c.connected.Store(true)
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { c.sent.Store(int64(time.Since(c.started))) },
		GotFirstResponseByte: func() { c.firstByte.Store(int64(time.Since(c.started))) },
	}
}

// exchange is the transport under Colly: it sends the request as it is to be
// sent, and reads and decodes the body. Colly gets the status alone: given a
// Location it would follow or fail on it, given a body it would decode, copy
// and re-encode it.
type exchange struct{ f *Fetcher }

// RoundTrip implements http.RoundTripper.
func (x exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	c := callOf(req.Context())
	if c == nil {
		return nil, errors.New("a request that did not come from Fetch")
	}
	if c.err = x.f.permit(c, req); c.err != nil {
		return nil, c.err
	}
	res, err := x.f.base.RoundTrip(x.f.outgoing(c, req))
	if err == nil {
		if own := x.f.outOfPlace(req, res.StatusCode); own != nil {
			c.cancel(own)
			res.Body.Close() // there is nothing in it for us
			err = own
		}
	}
	if err != nil {
		c.err = c.classify(req.Context(), err)
		return nil, c.err
	}
	c.answer(x.f, req, res)
	if c.err != nil {
		return nil, c.err
	}
	return &http.Response{
		StatusCode: res.StatusCode, Proto: res.Proto, ProtoMajor: res.ProtoMajor, ProtoMinor: res.ProtoMinor,
		Header: http.Header{}, Body: http.NoBody, Request: req,
		Uncompressed: true, // or Colly tries gzip on names that end in .xml.gz
	}, nil
}

// outOfPlace refuses what is no answer of the page's: 101 was not asked for,
// below it there is nothing, and a proxy's 407 speaks of the proxy.
func (f *Fetcher) outOfPlace(req *http.Request, status int) *Error {
	switch {
	case status < 200:
		return fail(Protocol, false, fmt.Sprintf("status %d out of place", status))
	case status == http.StatusProxyAuthRequired && f.proxy.forwards() && req.URL.Scheme == "http":
		return errProxyAuth()
	}
	return nil
}

func originOfRequest(req *http.Request) string { return req.URL.Scheme + "://" + req.URL.Host }

// permit decides what the request's origin may reach, and refuses what can be
// seen to be out of reach before anything is dialled.
func (f *Fetcher) permit(c *call, req *http.Request) *Error {
	host := strings.TrimSuffix(strings.ToLower(req.URL.Hostname()), ".")
	addr, _ := netip.ParseAddr(host)
	c.may = permission{seed: f.origins[originOfRequest(req)], literal: addr}
	if p := req.URL.Port(); p != "" && !c.may.seed {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || badPorts[uint16(n)] {
			return fail(Blocked, false, "port "+p+" belongs to another protocol")
		}
	}
	if f.proxy == nil {
		return nil // the dialer looks at every address
	}
	if addr.IsValid() {
		if why := addressAllowed(addr, c.may, f.cfg.AllowNetworks); why != "" {
			return fail(Blocked, false, fmt.Sprintf("%s may not be asked: %s", addr, why))
		}
	} else if !c.may.seed && (host == "localhost" || strings.HasSuffix(host, ".localhost")) {
		return fail(Blocked, false, host+" may not be asked: loopback (RFC 6761)")
	}
	return nil
}

// outgoing makes the request that is sent: path and query as found, the
// origin's own headers.
func (f *Fetcher) outgoing(c *call, req *http.Request) *http.Request {
	origin, isHead := originOfRequest(req), req.Method == http.MethodHead
	out := req.WithContext(httptrace.WithClientTrace(req.Context(), c.trace(isHead)))
	forward := f.proxy.forwards() && req.URL.Scheme == "http"
	out.URL = requestURL(req.URL.Scheme, req.URL.Host, c.path, forward)
	out.Host = ""
	out.Header = f.addFor(origin, req.Header)
	c.res.RequestHeader = f.recordOf(origin, req.URL.Host, out.Header)
	if forward && f.proxy.user != nil {
		out.Header["Proxy-Authorization"] = []string{f.proxy.authorization()}
	}
	return out
}

// classify names what kept the answer from coming.
func (c *call) classify(ctx context.Context, err error) *Error {
	var own *Error
	conn := c.conn.Load()
	switch cause := context.Cause(ctx); {
	case c.caller.Err() != nil:
		return &Error{Canceled, true, c.caller.Err()}
	case errors.As(err, &own):
		return own
	case cause == errNoHeader && !c.connected.Load():
		return &Error{ConnectTimeout, true, cause}
	case cause == errNoHeader:
		return &Error{HeaderTimeout, true, cause}
	case !c.connected.Load():
		return classifyDial(err)
	case conn != nil && conn.headerTooLong():
		return fail(HeaderTooLong, false, fmt.Sprintf("more than %d bytes of header", conn.maxHeader))
	case conn != nil && conn.babbles():
		return fail(Protocol, false, "the server spoke before it was asked")
	case conn != nil && conn.cutInHeader() && !isTimeout(err):
		return &Error{Reset, true, err}
	}
	return classifyAnswer(err, conn == nil)
}

// answer takes over what came.
func (c *call) answer(f *Fetcher, req *http.Request, res *http.Response) {
	c.answered = true
	r := &c.res
	r.Status, r.Proto, r.Header = res.StatusCode, res.Proto, res.Header
	r.Started, r.Sent, r.FirstByte = c.started, time.Duration(c.sent.Load()), time.Duration(c.firstByte.Load())
	if addr := c.remote.Load(); addr != nil && f.proxy == nil {
		r.RemoteAddr = *addr
	}
	if res.StatusCode/100 == 3 {
		r.Location = res.Header.Get("Location")
	}
	c.watch.body()
	b := &wire{src: res.Body, max: c.max, w: c.watch}
	f.read(b, r, res)
	c.watch.stop()
	r.WireBytes = c.watch.got.Load()
	c.judge(req.Context(), b, res)
	if b.err != io.EOF {
		c.cancel(b.err) // the connection is not read to its end: close it
	}
	res.Body.Close() // says nothing that reading did not
}

// judge says whether the body is whole.
func (c *call) judge(ctx context.Context, b *wire, res *http.Response) {
	r, conn := &c.res, c.conn.Load()
	switch {
	case r.Truncated != "": // decoded to the limit
	case b.err == errLimit:
		r.Truncated = TruncatedLength
	case b.err != io.EOF && c.caller.Err() != nil:
		c.err = &Error{Canceled, true, c.caller.Err()}
	case b.err != io.EOF && context.Cause(ctx) == errTooSlow:
		r.Truncated = TruncatedTime
	case b.err != io.EOF:
		r.Truncated = TruncatedDisconnect
		r.say(framingFault(b.err, res.ContentLength, r.WireBytes))
	case conn != nil && conn.surplus() && res.ContentLength >= 0 && bodyAllowed(res):
		r.Truncated = TruncatedDisconnect
		r.say(fmt.Sprintf("content-length: %d announced, more came", res.ContentLength))
	}
}

func bodyAllowed(res *http.Response) bool {
	return res.Request.Method != http.MethodHead && res.StatusCode != http.StatusNoContent && res.StatusCode != http.StatusNotModified
}

// framingFault says what was wrong with a body's end, "" if it just ended.
func framingFault(err error, announced, came int64) string {
	switch {
	case announced > came:
		return fmt.Sprintf("content-length: %d announced, %d came", announced, came)
	case isGone(err) || isTimeout(err):
		return ""
	}
	return "framing: " + clean(err.Error())
}

// say adds to what was wrong.
func (r *Response) say(s string) {
	switch {
	case s == "":
	case r.Broken == "":
		r.Broken = s
	default:
		r.Broken += "; " + s
	}
}

// read reads the body into r and removes its codings.
func (f *Fetcher) read(b *wire, r *Response, res *http.Response) {
	codings := codingsOf(res.Header)
	n := res.ContentLength
	if len(codings) == 0 && n > 0 && n < min(keepBuffer, b.max) {
		// The usual case: the body's own slice, with a byte to spare for its end.
		b.buf = make([]byte, 0, n+1)
		b.readAll()
		if r.Body = b.buf; cap(b.buf) > 2*len(b.buf) {
			r.Body = bytes.Clone(b.buf) // far less came than was announced
		}
		return
	}
	b.announced = n
	b.buf = f.buffers.get()
	if len(codings) == 0 {
		b.readAll()
		r.Body = f.buffers.own(b.buf)
		return
	}
	f.decode(b, r, codings)
}

// decode removes codings as the body arrives, so that a bomb ends at the limit
// and not after its last byte. If they cannot be removed the body is kept as it
// arrived: it is evidence, and what came out of it may be anything.
func (f *Fetcher) decode(b *wire, r *Response, codings []string) {
	out, notes, err := f.decoders.decode(b, codings, f.buffers.get(), b.max)
	for _, n := range notes {
		r.say(n)
	}
	switch {
	case err == nil:
		b.readAll() // to its end, for the connection and for what comes after
		r.Body = f.buffers.own(out)
		f.buffers.put(b.buf)
	case errors.Is(err, errLimit) && b.err != errLimit:
		r.Truncated = TruncatedLength
		r.Body = f.buffers.own(out)
		f.buffers.put(b.buf)
	default:
		b.readAll()
		r.say(clean(err.Error()))
		r.Encoded = len(b.buf) > 0
		r.Body = f.buffers.own(b.buf)
		f.buffers.put(out)
	}
}
