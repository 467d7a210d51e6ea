package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// The classes of an Error.
const (
	DNSNotFound    = "dns-nxdomain"    // the name does not exist
	DNS            = "dns"             // the name could not be resolved now
	ConnectRefused = "connect-refused" // nobody listens there
	ConnectTimeout = "connect-timeout" // no connection, or no TLS, in time
	Connect        = "connect"         // no route, network down, and the like
	TLS            = "tls"             // no secure connection: certificate, version, or not TLS at all
	HeaderTimeout  = "header-timeout"  // connected, but no whole header in time
	Reset          = "reset"           // closed or reset before the header was whole
	HeaderTooLong  = "header-too-long" // more header than Config.MaxHeader
	Protocol       = "protocol"        // what came is not HTTP
	Blocked        = "blocked-address" // an address or port that may not be asked
	BadURL         = "bad-url"         // not a URL that can be fetched
	Proxy          = "proxy"           // the proxy refused or could not be reached
	Canceled       = "canceled"        // the caller's context ended
)

// Error says why no answer came.
type Error struct {
	Class string // one of the constants above
	Retry bool   // trying later can help
	Err   error
}

// Error gives class and reason on one line of at most about 300 bytes, without
// control characters: part of it may come from the network.
func (e *Error) Error() string { return e.Class + ": " + clean(e.Err.Error()) }

// Unwrap gives the reason; its text is not cleaned.
func (e *Error) Unwrap() error { return e.Err }

func fail(class string, retry bool, reason string) *Error {
	return &Error{Class: class, Retry: retry, Err: errors.New(reason)}
}

const maxReason = 300

// clean makes foreign text fit for one line of a log.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s[:min(len(s), 2*maxReason)])
	if len(s) > maxReason {
		s = strings.ToValidUTF8(s[:maxReason], "") + "…"
	}
	return s
}

// classifyDial names what kept a connection from being made.
func classifyDial(err error) *Error {
	var own *Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return &Error{DNSNotFound, false, err}
		}
		return &Error{DNS, true, err}
	case isTimeout(err):
		return &Error{ConnectTimeout, true, err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{ConnectRefused, true, err}
	}
	return &Error{Connect, true, err}
}

// classifyTLS names what kept a connection from becoming secure. What depends
// on the server's set-up (its certificate, its versions) does not change by
// asking again soon; a connection that was closed may not be the next time.
func classifyTLS(err error) *Error {
	if isTimeout(err) {
		return &Error{ConnectTimeout, true, err}
	}
	return &Error{TLS, isGone(err), err}
}

// classifyAnswer names what kept a connection's answer from coming. http2 says
// that net/http's own framing was in use, whose errors have no public type.
func classifyAnswer(err error, http2 bool) *Error {
	switch {
	case isTimeout(err):
		return &Error{HeaderTimeout, true, err}
	case isGone(err), http2:
		return &Error{Reset, true, err}
	}
	return &Error{Protocol, false, err}
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// isGone says that the other side closed or reset the connection.
func isGone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, net.ErrClosed)
}
