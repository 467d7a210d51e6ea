package fetch

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
)

func TestClassify(t *testing.T) {
	op := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	late := &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	for _, c := range []struct {
		what  string
		got   *Error
		class string
		retry bool
	}{
		{"refused", classifyDial(op(syscall.ECONNREFUSED)), ConnectRefused, true},
		{"no route", classifyDial(op(syscall.EHOSTUNREACH)), Connect, true},
		{"no network", classifyDial(op(syscall.ENETUNREACH)), Connect, true},
		{"late", classifyDial(late), ConnectTimeout, true},
		{"no name", classifyDial(&net.DNSError{Err: "no such host", IsNotFound: true}), DNSNotFound, false},
		{"name server late", classifyDial(&net.DNSError{Err: "timeout", IsTimeout: true}), DNS, true},
		{"ours", classifyDial(fmt.Errorf("dial: %w", fail(Blocked, false, "x"))), Blocked, false},
		{"handshake late", classifyTLS(late), ConnectTimeout, true},
		{"handshake cut", classifyTLS(io.ErrUnexpectedEOF), TLS, true},
		{"handshake refused", classifyTLS(errors.New("no common version")), TLS, false},
		{"header late", classifyAnswer(late, false), HeaderTimeout, true},
		{"reset", classifyAnswer(op(syscall.ECONNRESET), false), Reset, true},
		{"broken pipe", classifyAnswer(op(syscall.EPIPE), false), Reset, true},
		{"noise", classifyAnswer(errors.New("malformed"), false), Protocol, false},
		{"http/2", classifyAnswer(errors.New("stream error"), true), Reset, true},
	} {
		if c.got.Class != c.class || c.got.Retry != c.retry {
			t.Errorf("%s: got %s, retry %v; want %s, %v", c.what, c.got.Class, c.got.Retry, c.class, c.retry)
		}
	}
	if err := classifyDial(late); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%v does not unwrap to its reason", err)
	}
}

func TestErrorsAreOneShortLine(t *testing.T) {
	for _, s := range []string{
		"", "plain", "a\nb\x1b[31mc\x00", "\xff\xfe", strings.Repeat("中", 5000), strings.Repeat("x", 5000), "\u202egnp.exe", "a\u2028b",
	} {
		got := fail(Protocol, false, s).Error()
		if len(got) > 350 || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\x1b\x00\u202e\u2028") {
			t.Errorf("reason %.40q: got %q", s, got)
		}
	}
	if got := fail(Protocol, false, "plain café").Error(); got != "protocol: plain café" {
		t.Errorf("got %q", got)
	}
}
