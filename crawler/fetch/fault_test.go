package fetch

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// waitFor polls for what another goroutine will do; it gives up after 5 s.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("waited 5 s for %s", what)
		}
	}
}

const ok = "HTTP/1.1 200 OK\r\n"

// Faults before a header is whole are errors.
func TestFaultsBeforeTheAnswer(t *testing.T) {
	for _, c := range []struct {
		what, answer string
		keep         bool
		class        string
		retry        bool
	}{
		{"closed without a byte", "", false, Reset, true},
		{"closed in the status line", "HTTP/1.1 2", false, Reset, true},
		{"closed in the header", ok + "Content-Le", false, Reset, true},
		{"silence", "", true, HeaderTimeout, true},
		{"silence after the status line", ok + "Content-Type: te", true, HeaderTimeout, true},
		{"no http", "SSH-2.0-OpenSSH_9.2\r\n", false, Protocol, false},
		{"binary", "\x15\x03\x01\x00\x02\x02\x46\r\n\r\n\r\n", false, Protocol, false},
		{"a bad status", "HTTP/1.1 abc Bad\r\n\r\n", false, Protocol, false},
		{"status 0", "HTTP/1.1 000 Zero\r\n\r\n", false, Protocol, false},
		{"status 99", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n", true, Protocol, false},
		{"a switch nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx", true, Protocol, false},
		{"a line without a colon", ok + "\x1b[31mnonsense\r\n\r\n", false, Protocol, false},
		{"two lengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", false, Protocol, false},
		{"a length that is no number", ok + "Content-Length: many\r\n\r\nab", false, Protocol, false},
		{"an unknown transfer coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", false, Protocol, false},
		{"a long header", ok + "X: " + strings.Repeat("x", 300<<10) + "\r\n\r\n", true, HeaderTooLong, false},
		{"many headers", ok + strings.Repeat("X-Header: 123456789\r\n", 20_000), true, HeaderTooLong, false},
		{"a flood of interim answers", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 20_000), true, HeaderTooLong, false},
		{"interim answers without end", "HTTP/1.1 102 Processing\r\n\r\n", true, HeaderTimeout, true},
	} {
		s := says(t, c.keep, c.answer)
		start := time.Now()
		res, err := get(t, s.origin)
		wantError(t, c.what, err, c.class, c.retry)
		if res.Status != 0 || time.Since(start) > 5*time.Second {
			t.Errorf("%s: got status %d after %v", c.what, res.Status, time.Since(start))
		}
		if e := fmt.Sprint(err); strings.ContainsAny(e, "\x1b\r\n") || len(e) > 400 {
			t.Errorf("%s: the error is %.500q, want a short printable line", c.what, e)
		}
	}
}

func TestConnectionFaults(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	url := "http://" + l.Addr().String()
	_, err = get(t, url)
	wantError(t, "nobody there", err, ConnectRefused, true)

	reset := "http://" + listen(t, "127.0.0.1:0", func(c net.Conn) {
		io.ReadFull(c, make([]byte, 10))
		c.(*net.TCPConn).SetLinger(0)
	})
	_, err = get(t, reset)
	wantError(t, "a reset", err, Reset, true)

	// 198.18.0.0/15 is for measurements: nobody routes it. With a resolver that
	// never answers the time of connecting is spent on the name.
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	cfg := short()
	cfg.ConnectTimeout = 50 * time.Millisecond
	cfg.Resolver = silentResolver(pc.LocalAddr().String())
	_, err = newFetcher(t, cfg).Fetch(t.Context(), Request{URL: "http://slow.example/"})
	wantError(t, "a name server that is silent", err, DNS, true)
}

// A server that speaks before it is asked is no web server.
func TestServerSpeaksFirst(t *testing.T) {
	url := "http://" + listen(t, "127.0.0.1:0", func(c net.Conn) {
		io.WriteString(c, "220 mail.example ESMTP\r\n")
		io.Copy(io.Discard, c)
	})
	var out lockedBuffer
	log.SetOutput(&out)
	defer log.SetOutput(os.Stderr)
	defer func() {
		if got := out.String(); got != "" {
			t.Errorf("logged %q, want nothing", got)
		}
	}()
	for range 50 { // it may come before or after the request
		_, err := get(t, url)
		wantError(t, "a mail server", err, Protocol, false)
	}
}

// Faults after the header leave an answer with what came, and a mark.
func TestFaultsInTheBody(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 10_000)
	for _, c := range []struct {
		what, answer string
		keep         bool
		body         string
		truncated    string
		broken       string // part of it
	}{
		{"whole", ok + "Content-Length: 3\r\n\r\nabc", true, "abc", "", ""},
		{"whole, until close", ok + "\r\nabc", false, "abc", "", ""},
		{"whole, HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nabc", false, "abc", "", ""},
		{"whole, chunked", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\nTrailer: 1\r\n\r\n", true, "abc", "", ""},
		{"whole, bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", true, "abc", "", ""},
		{"whole after hints", "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 3\r\n\r\nabc", true, "abc", "", ""},
		{"empty", ok + "Content-Length: 0\r\n\r\n", true, "", "", ""},
		{"same length twice", ok + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", true, "abc", "", ""},
		{"a line end after the body", ok + "Content-Length: 3\r\n\r\nabc\r\n", true, "abc", "", ""},
		{"length too long", ok + "Content-Length: 10\r\n\r\nabc", false, "abc", "disconnect", "10 announced, 3 came"},
		{"length far too long", ok + "Content-Length: 9000000000\r\n\r\nabc", false, "abc", "disconnect", "9000000000 announced, 3 came"},
		{"length too short", ok + "Content-Length: 3\r\n\r\nabcdef", true, "abc", "disconnect", "3 announced, more came"},
		{"length 0 and a body", ok + "Content-Length: 0\r\n\r\nabcdef", true, "", "disconnect", "0 announced, more came"},
		{"length too short, long body", ok + "Content-Length: 100000\r\n\r\n" + long, false, long[:100_000], "disconnect", "more came"},
		{"chunk cut", ok + "Transfer-Encoding: chunked\r\n\r\n10\r\nabc", false, "abc", "disconnect", ""},
		{"chunks without an end", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false, "abc", "disconnect", ""},
		{"a chunk size that is no number", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nhello\r\n0\r\n\r\n", false, "abc", "disconnect", "framing: "},
		{"a chunk size beyond all", ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc", false, "", "disconnect", "framing: "},
		{"a chunk longer than its size", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n", false, "ab", "disconnect", "framing: "},
		{"silence", ok + "Content-Length: 10\r\n\r\nabc", true, "abc", "time", ""},
		{"silence in chunks", ok + "Transfer-Encoding: chunked\r\n\r\n10\r\nabc", true, "abc", "time", ""},
		{"silence from the start", ok + "Content-Length: 10\r\n\r\n", true, "", "time", ""},
	} {
		s := says(t, c.keep, c.answer)
		res, err := get(t, s.origin)
		if err != nil {
			t.Errorf("%s: got error %v, want an answer", c.what, err)
			continue
		}
		if res.Status != 200 || string(res.Body) != c.body || res.Truncated != c.truncated || !strings.Contains(res.Broken, c.broken) || res.Encoded {
			t.Errorf("%s: got %d bytes %.40q, truncated %q, broken %q; want %.40q, %q, %q",
				c.what, len(res.Body), res.Body, res.Truncated, res.Broken, c.body, c.truncated, c.broken)
		}
		if c.broken == "" && res.Broken != "" {
			t.Errorf("%s: broken %q, want nothing", c.what, res.Broken)
		}
	}
}

// What stands behind a body is never taken for the next answer.
func TestSurplusIsNotTheNextAnswer(t *testing.T) {
	evil := page("", "evil")
	for _, what := range []string{"Content-Length: 3\r\n\r\nabc", "Content-Length: 0\r\n\r\n"} {
		first := true
		s := serve(t, func(w io.Writer, _ string) bool {
			if first {
				first = false
				io.WriteString(w, ok+what+evil)
				return true
			}
			io.WriteString(w, page("", "good"))
			return true
		})
		f := newFetcher(t, allowing(Config{}, s.origin))
		if res, err := f.Fetch(t.Context(), Request{URL: s.origin}); err != nil || res.Truncated != "disconnect" {
			t.Errorf("%q: got %+v, %v", what, res, err)
		}
		if res, err := f.Fetch(t.Context(), Request{URL: s.origin}); err != nil || string(res.Body) != "good" {
			t.Errorf("after %q: got %q, %v; want the second answer", what, res.Body, err)
		}
	}
}

// net/http must not write to the process's log about such servers.
func TestSurplusIsNotLogged(t *testing.T) {
	var out lockedBuffer
	log.SetOutput(&out)
	defer log.SetOutput(os.Stderr)
	for _, head := range []string{"204 No Content\r\n", "304 Not Modified\r\n", "200 OK\r\nContent-Length: 3\r\n"} {
		s := says(t, true, "HTTP/1.1 "+head+"\r\nabcdefghijk")
		mustGet(t, s.origin)
	}
	if got := out.String(); got != "" {
		t.Errorf("logged %q, want nothing", got)
	}
}

// Bodies that never end, or far too slowly, end here.
func TestEndlessBodies(t *testing.T) {
	drip := func(size int, every time.Duration) *rawServer {
		return serve(t, func(w io.Writer, _ string) bool {
			io.WriteString(w, ok+"Content-Length: 100000000\r\n\r\n")
			for tick := time.Tick(every); ; <-tick {
				if _, err := w.Write(bytes.Repeat([]byte("x"), size)); err != nil {
					return false
				}
			}
		})
	}
	cfg := Config{HeaderTimeout: time.Second, IdleTimeout: 200 * time.Millisecond, SpeedWindow: 400 * time.Millisecond, MinSpeed: 10 << 10, Timeout: 1500 * time.Millisecond, MaxBody: 1 << 20}
	for _, c := range []struct {
		what      string
		s         *rawServer
		truncated string
		min, max  time.Duration
	}{
		{"a byte now and then", drip(1, 20*time.Millisecond), "time", 400 * time.Millisecond, 3 * time.Second},
		{"below the floor", drip(50, 20*time.Millisecond), "time", 400 * time.Millisecond, 3 * time.Second},
		{"above the floor, too long", drip(1000, 20*time.Millisecond), "time", 1500 * time.Millisecond, 5 * time.Second},
		{"as fast as can be", drip(1<<16, time.Microsecond), "length", 0, 5 * time.Second},
	} {
		start := time.Now()
		res, err := newFetcher(t, allowing(cfg, c.s.origin)).Fetch(t.Context(), Request{URL: c.s.origin})
		took := time.Since(start)
		if err != nil || res.Truncated != c.truncated || took < c.min || took > c.max || int64(len(res.Body)) > cfg.MaxBody {
			t.Errorf("%s: got truncated %q, %d bytes, %v after %v; want %q between %v and %v",
				c.what, res.Truncated, len(res.Body), err, took, c.truncated, c.min, c.max)
		}
	}
}

func TestMaxBody(t *testing.T) {
	const limit = 100_000
	for _, n := range []int{0, 1, limit - 1, limit, limit + 1, 3 * limit} {
		body := prose(n)
		chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", n, body)
		if n == 0 {
			chunks = "0\r\n\r\n"
		}
		for how, s := range map[string]*rawServer{
			"length":  says(t, true, page("", string(body))),
			"chunked": says(t, true, ok+"Transfer-Encoding: chunked\r\n\r\n"+chunks),
			"close":   says(t, false, ok+"\r\n"+string(body)),
			"gzip":    says(t, true, page("Content-Encoding: gzip\r\n", string(compress(t, "gzip", body)))),
		} {
			f := newFetcher(t, allowing(Config{}, s.origin))
			res, err := f.Fetch(t.Context(), Request{URL: s.origin, MaxBody: limit})
			want := ""
			if n > limit {
				want = "length"
			}
			if err != nil || res.Truncated != want || !bytes.Equal(res.Body, body[:min(n, limit)]) || res.Encoded || res.Broken != "" {
				t.Errorf("%d bytes, %s, limit %d: got %d bytes, truncated %q, broken %q, %v; want %q",
					n, how, limit, len(res.Body), res.Truncated, res.Broken, err, want)
			}
		}
	}
}
