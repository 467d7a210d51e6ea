package fetch

import (
	"bytes"
	"io"
	"net"
	"testing"
	"testing/iotest"
)

// scripted is a connection that gives what it was told to.
type scripted struct {
	net.Conn
	r io.Reader
}

func (s scripted) Read(p []byte) (int, error)  { return s.r.Read(p) }
func (s scripted) Write(p []byte) (int, error) { return len(p), nil }

// ask does what net/http does to begin an exchange.
func ask(w *watched, isHead bool) {
	w.begin(isHead)
	io.WriteString(w, "GET / HTTP/1.1\r\n\r\n")
}

// However the bytes of an answer come in, the header's end and the body's end
// are found, and nothing behind is let through.
func TestWatched(t *testing.T) {
	for _, c := range []struct {
		what, answer, given string
		isHead, surplus     bool
	}{
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false, true},
		{"exact", "HTTP/1.1 200 OK\r\ncontent-length:3 \r\n\r\nabc", "HTTP/1.1 200 OK\r\ncontent-length:3 \r\n\r\nabc", false, false},
		{"white space behind", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc\r\n \t", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false, false},
		{"line feeds", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabcdef", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", false, true},
		{"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", false, true},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true, true},
		{"hints", "HTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", "HTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", false, true},
		{"no length", "HTTP/1.1 200 OK\r\n\r\nabc", "HTTP/1.1 200 OK\r\n\r\nabc", false, false},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nabc", false, false},
		{"chunked and a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nabc", false, false},
		{"folded", "HTTP/1.1 200 OK\r\nContent-Length:\r\n 1\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length:\r\n 1\r\n\r\nabc", false, false},
		{"odd length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", false, false},
		{"no header at all", "nonsense", "nonsense", false, false},
	} {
		for size := 1; size <= len(c.answer); size++ {
			w := newWatched(scripted{r: bytes.NewReader([]byte(c.answer))}, 1<<20)
			ask(w, c.isHead)
			var got bytes.Buffer
			buf := make([]byte, size)
			for {
				n, err := w.Read(buf)
				got.Write(buf[:n])
				if err != nil {
					break
				}
			}
			if got.String() != c.given || w.surplus() != c.surplus {
				t.Fatalf("%s in pieces of %d: gave %q, surplus %v; want %q, %v", c.what, size, got.String(), w.surplus(), c.given, c.surplus)
			}
		}
	}
}

func TestWatchedBeforeTheRequest(t *testing.T) {
	w := newWatched(scripted{r: iotest.OneByteReader(bytes.NewReader([]byte("220 hello\r\n")))}, 1<<20)
	if n, err := w.Read(make([]byte, 100)); n != 0 || err != io.EOF {
		t.Errorf("before the request: read %d, %v; want nothing and the end", n, err)
	}
	ask(w, false)
	if n, err := w.Read(make([]byte, 100)); n != 0 || err != io.EOF || !w.babbles() {
		t.Errorf("after it: read %d, %v, babbles %v; want no more from such a server", n, err, w.babbles())
	}
}

func TestWatchedLongHeader(t *testing.T) {
	w := newWatched(scripted{r: bytes.NewReader(bytes.Repeat([]byte("x: y\r\n"), 1000))}, 600)
	ask(w, false)
	for range 6 {
		if w.headerTooLong() {
			t.Fatal("too long before 600 bytes came")
		}
		if _, err := io.ReadFull(w, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	if !w.headerTooLong() || cap(w.head) > 4096 {
		t.Errorf("after 600 bytes: too long %v, %d bytes kept; want true, few", w.headerTooLong(), cap(w.head))
	}
}

func FuzzWatched(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"), uint8(3))
	f.Add([]byte("HTTP/1.1 103 E\n\nHTTP/1.1 304 N\r\n\r\nx"), uint8(1))
	f.Fuzz(func(t *testing.T, answer []byte, size uint8) {
		readAll := func(n int) []byte {
			w := newWatched(scripted{r: bytes.NewReader(answer)}, 1<<20)
			ask(w, false)
			var got []byte
			buf := make([]byte, n)
			for {
				n, err := w.Read(buf)
				got = append(got, buf[:n]...)
				if err != nil {
					return got
				}
			}
		}
		got := readAll(int(size) + 1)
		if !bytes.HasPrefix(answer, got) {
			t.Fatalf("%q in pieces of %d: gave %q, which is not its beginning", answer, size+1, got)
		}
		if whole := readAll(len(answer) + 1); !bytes.Equal(got, whole) {
			t.Fatalf("%q in pieces of %d: gave %q, in one %q", answer, size+1, got, whole)
		}
	})
}
