package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// rawServer answers on a loopback address with whatever bytes a test writes.
type rawServer struct {
	origin string
	addr   string

	mu       sync.Mutex
	requests []string // request line and header, as received
	conns    int
}

// serve starts a server that calls answer once for each request it reads, until
// answer returns false or the client is gone.
func serve(t testing.TB, answer func(w io.Writer, request string) bool) *rawServer {
	t.Helper()
	return serveOn(t, "127.0.0.1:0", answer)
}

func serveOn(t testing.TB, addr string, answer func(w io.Writer, request string) bool) *rawServer {
	t.Helper()
	s := &rawServer{}
	s.addr = listen(t, addr, func(c net.Conn) {
		s.mu.Lock()
		s.conns++
		s.mu.Unlock()
		r := bufio.NewReader(c)
		for {
			head, err := readHead(r)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.requests = append(s.requests, head)
			s.mu.Unlock()
			if !answer(c, head) {
				return
			}
		}
	})
	s.origin = "http://" + s.addr
	return s
}

// listen runs do for each connection and waits for all at the test's end.
func listen(t testing.TB, addr string, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("listen on %s: %v", addr, err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			wg.Go(func() {
				defer c.Close()
				do(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

func readHead(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		b.WriteString(line)
		if strings.TrimSpace(line) == "" {
			return b.String(), nil
		}
	}
}

func (s *rawServer) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

func (s *rawServer) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// says serves the same bytes to every request; keep says whether the connection
// stays open after them.
func says(t testing.TB, keep bool, answer string) *rawServer {
	t.Helper()
	return serve(t, func(w io.Writer, _ string) bool {
		io.WriteString(w, answer)
		return keep
	})
}

func page(headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n%s\r\n%s", len(body), headers, body)
}

// requestLine is the first line of a request.
func requestLine(request string) string {
	line, _, _ := strings.Cut(request, "\r\n")
	return line
}

// fieldOf is one header of a request, as sent.
func fieldOf(request, name string) string {
	for line := range strings.SplitSeq(request, "\r\n") {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// short limits, for servers that misbehave.
func short(origins ...string) Config {
	cfg := Config{
		ConnectTimeout: 2 * time.Second, HeaderTimeout: 500 * time.Millisecond, IdleTimeout: 300 * time.Millisecond,
		Timeout: 3 * time.Second, SpeedWindow: 600 * time.Millisecond, MaxHeader: 128 << 10,
	}
	return allowing(cfg, origins...)
}

func allowing(cfg Config, origins ...string) Config {
	cfg.AllowOrigins = map[string]bool{}
	for _, o := range origins {
		cfg.AllowOrigins[o] = true
	}
	return cfg
}

func newFetcher(t testing.TB, cfg Config) *Fetcher {
	t.Helper()
	f, err := New(cfg)
	if err != nil {
		t.Fatalf("New(%+v): %v", cfg, err)
	}
	t.Cleanup(f.Close)
	return f
}

// get fetches with a fetcher of its own that may ask the URL's origin.
func get(t testing.TB, url string) (Response, error) {
	t.Helper()
	return newFetcher(t, short(url)).Fetch(t.Context(), Request{URL: url})
}

func mustGet(t testing.TB, url string) Response {
	t.Helper()
	res, err := get(t, url)
	if err != nil {
		t.Fatalf("Fetch(%q): %v", url, err)
	}
	return res
}

// wantError checks class and retry of an error.
func wantError(t testing.TB, what string, err error, class string, retry bool) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Class != class || e.Retry != retry {
		t.Errorf("%s: got error %v (%+v), want class %s, retry %v", what, err, e, class, retry)
	}
}

// httpServer serves h on a loopback address through net/http.
func httpServer(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	var wg sync.WaitGroup
	wg.Go(func() { s.Serve(l) })
	t.Cleanup(func() {
		s.Close()
		wg.Wait()
	})
	return "http://" + l.Addr().String()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// silentResolver asks a name server that never answers.
func silentResolver(addr string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", addr)
	}}
}

// prose is text that compresses about as pages do.
func prose(n int) []byte {
	r := rand.New(rand.NewSource(1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "<p class=\"story-%d\">", r.Intn(9))
		for range 60 {
			fmt.Fprintf(&b, "%s%d ", []string{"press", "of", "the", "river", "committee", "stone", "letters", "and"}[r.Intn(8)], r.Intn(300))
		}
		b.WriteString("</p>\n")
	}
	return b.Bytes()[:n]
}

func compress(t testing.TB, coding string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "":
		return b
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriterLevel(&out, 5)
	case "zstd":
		z, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<18))
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
