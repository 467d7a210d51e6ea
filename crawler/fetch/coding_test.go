package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

func encode(t testing.TB, coding string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "zlib":
		w = zlib.NewWriter(&out)
	case "raw":
		z, err := flate.NewWriter(&out, 6)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	default:
		return compress(t, coding, b)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// fetchCoded serves body under a Content-Encoding.
func fetchCoded(t testing.TB, coding string, body []byte) Response {
	t.Helper()
	s := says(t, true, page("Content-Encoding: "+coding+"\r\n", string(body)))
	return mustGet(t, s.origin)
}

func TestCodingsRoundTrip(t *testing.T) {
	noise := make([]byte, 70_000)
	rand.New(rand.NewSource(2)).Read(noise)
	large := bytes.Repeat(prose(50_000), 24)
	for _, body := range [][]byte{{}, []byte("x"), prose(500), prose(70_000), large, noise} {
		for _, c := range []struct {
			label  string
			layers []string
		}{
			{"gzip", []string{"gzip"}},
			{"x-gzip", []string{"gzip"}},
			{"GZip", []string{"gzip"}},
			{"deflate", []string{"zlib"}},
			{"deflate", []string{"raw"}},
			{"br", []string{"br"}},
			{"zstd", []string{"zstd"}},
			{"identity", nil},
			{"identity, gzip,", []string{"gzip"}},
			{"gzip, gzip", []string{"gzip", "gzip"}},
			{"deflate, br", []string{"zlib", "br"}},
			{"br, zstd, gzip", []string{"br", "zstd", "gzip"}},
		} {
			if len(body) > keepBuffer && c.label != "gzip" && c.label != "identity" {
				continue // slow to make
			}
			sent := body
			for _, l := range c.layers {
				sent = encode(t, l, sent)
			}
			res := fetchCoded(t, c.label, sent)
			if !bytes.Equal(res.Body, body) || res.Encoded || res.Broken != "" || res.Truncated != "" || res.WireBytes != int64(len(sent)) {
				t.Errorf("%d bytes in %q %v: got %d bytes, encoded %v, broken %q, truncated %q, %d on the wire; want all, whole, %d",
					len(body), c.label, c.layers, len(res.Body), res.Encoded, res.Broken, res.Truncated, res.WireBytes, len(sent))
			}
			if got := res.Header.Get("Content-Encoding"); got != strings.TrimSpace(c.label) {
				t.Errorf("Content-Encoding: got %q, want %q as received", got, c.label)
			}
		}
	}
}

func TestCodingsOverTwoHeaders(t *testing.T) {
	body := prose(5000)
	s := says(t, true, page("Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n", string(encode(t, "gzip", encode(t, "zlib", body)))))
	if res := mustGet(t, s.origin); !bytes.Equal(res.Body, body) || res.Broken != "" {
		t.Errorf("got %d bytes, broken %q", len(res.Body), res.Broken)
	}
}

// A label that is not true leaves the body as it is, with a word about it.
func TestLyingLabels(t *testing.T) {
	plain := "<html>plain</html>"
	twice := string(encode(t, "gzip", []byte(plain)))
	for _, c := range []struct{ label, body, broken string }{
		{"gzip", plain, "gzip: the body is not gzip"},
		{"zstd", plain, "zstd: the body is not zstd"},
		{"gzip, gzip", twice, "gzip: the body is not gzip"},
		{"utf-8", plain, "content-encoding: utf-8 is no coding"},
		{"none", plain, "content-encoding: none is no coding"},
		{"\"\xff\"", plain, "is no coding"},
		{"utf-8, gzip", twice, "content-encoding: utf-8 is no coding"},
	} {
		res := fetchCoded(t, c.label, []byte(c.body))
		if string(res.Body) != plain || res.Encoded || res.Truncated != "" || !strings.Contains(res.Broken, c.broken) || strings.Contains(res.Broken, "\x1b") {
			t.Errorf("label %q: got %q, encoded %v, broken %q; want the plain body and %q", c.label, res.Body, res.Encoded, res.Broken, c.broken)
		}
	}
	for _, pad := range []string{"\x00\x00\x00", "\r\n", "<!-- x -->", "\x1f"} {
		res := fetchCoded(t, "gzip", []byte(twice+pad))
		if string(res.Body) != plain || res.Encoded || res.Broken != "gzip: bytes after the end" {
			t.Errorf("gzip with %q behind: got %q, encoded %v, broken %q", pad, res.Body, res.Encoded, res.Broken)
		}
	}
	if res := fetchCoded(t, "gzip", []byte(twice+twice)); string(res.Body) != plain+plain || res.Broken != "" {
		t.Errorf("two members: got %q, broken %q", res.Body, res.Broken)
	}
}

// What cannot be decoded is kept as it arrived, to the last byte.
func TestDamagedCodings(t *testing.T) {
	body := prose(100_000)
	damage := func(b []byte, at int) []byte {
		b = slices.Clone(b)
		for i := range 20 {
			b[at+i] ^= 0x5a
		}
		return b
	}
	gz := encode(t, "gzip", body)
	sum := slices.Clone(gz)
	sum[len(sum)-6] ^= 1
	for _, c := range []struct {
		what, label string
		sent        []byte
	}{
		{"gzip, damaged", "gzip", damage(gz, len(gz)/2)},
		{"gzip, damaged in the header", "gzip", append([]byte{0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9}, gz...)},
		{"gzip, cut", "gzip", gz[:len(gz)/2]},
		{"gzip, cut to its magic", "gzip", gz[:2]},
		{"gzip, cut before its sum", "gzip", gz[:len(gz)-8]},
		{"gzip, wrong sum", "gzip", sum},
		{"gzip, second member damaged", "gzip", append(slices.Clone(gz), 0x1f, 0x8b, 8, 0, 1)},
		{"zlib, cut", "deflate", encode(t, "zlib", body)[:2000]},
		{"raw deflate, cut", "deflate", encode(t, "raw", body)[:2000]},
		{"deflate that is not", "deflate", []byte("<html>plain</html>")},
		{"br, cut", "br", encode(t, "br", body)[:2000]},
		{"br, damaged", "br", damage(encode(t, "br", body), 1000)},
		{"br that is not", "br", []byte("<html>plain</html>")},
		{"zstd, cut", "zstd", encode(t, "zstd", body)[:2000]},
		{"zstd, damaged", "zstd", damage(encode(t, "zstd", body), 1000)},
		{"zstd, window of 2 GB", "zstd", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0}},
		{"compress", "compress", []byte("\x1f\x9d\x90abc")},
		{"dcb", "dcb", []byte("\xff\x44\x43\x42")},
		{"outer good, inner damaged", "gzip, br", encode(t, "br", damage(gz, len(gz)/2))},
		{"five codings", "gzip, gzip, gzip, gzip, gzip", gz},
	} {
		res := fetchCoded(t, c.label, c.sent)
		if !bytes.Equal(res.Body, c.sent) || !res.Encoded || res.Broken == "" || res.Truncated != "" || strings.Count(res.Broken, ": ") > 4 {
			t.Errorf("%s: got %d bytes, encoded %v, broken %q, truncated %q; want the %d bytes as sent, encoded, broken",
				c.what, len(res.Body), res.Encoded, res.Broken, res.Truncated, len(c.sent))
		}
	}
}

// A coded body that is cut off on the way is both.
func TestCutAndCoded(t *testing.T) {
	gz := encode(t, "gzip", prose(50_000))
	s := says(t, false, ok+fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", len(gz))+string(gz[:len(gz)/2]))
	res := mustGet(t, s.origin)
	if !res.Encoded || res.Truncated != "disconnect" || !bytes.Equal(res.Body, gz[:len(gz)/2]) || !strings.Contains(res.Broken, "gzip") {
		t.Errorf("got %d bytes, encoded %v, truncated %q, broken %q", len(res.Body), res.Encoded, res.Truncated, res.Broken)
	}
	s = says(t, true, ok+fmt.Sprintf("Content-Encoding: br\r\nContent-Length: %d\r\n\r\n", 1000)+"\x0b")
	if res := mustGet(t, s.origin); !res.Encoded || res.Truncated != "time" {
		t.Errorf("silence in br: got encoded %v, truncated %q, broken %q", res.Encoded, res.Truncated, res.Broken)
	}
	// The coding is whole, the connection ends before the length: decoded, but cut.
	s = says(t, false, ok+fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", len(gz)+10)+string(gz))
	if res := mustGet(t, s.origin); res.Encoded || res.Truncated != "disconnect" || len(res.Body) != 50_000 {
		t.Errorf("gzip whole, body cut: got encoded %v, truncated %q, %d bytes", res.Encoded, res.Truncated, len(res.Body))
	}
}

// zeros is a reader of n zeros.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.n)
	clear(p[:n])
	z.n -= n
	return int(n), nil
}

func gzipOf(t testing.TB, r io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zstdBomb is run-length blocks of 128 KiB, 4 bytes each (RFC 8878 section 3.1.1.2).
func zstdBomb(blocks int) []byte {
	b := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3} // window of 128 KiB
	for i := range blocks {
		head := uint32(128<<10)<<3 | 1<<1
		if i == blocks-1 {
			head |= 1
		}
		b = append(b, byte(head), byte(head>>8), byte(head>>16), 'x')
	}
	return b
}

// Bombs end at the limit, in little memory and before they are downloaded.
func TestBombs(t *testing.T) {
	const limit = 4 << 20
	gz := bytes.Repeat(gzipOf(t, &zeros{8 << 20}), 1280) // 10 GiB from 10 MB
	var br bytes.Buffer
	w := brotli.NewWriterLevel(&br, 3)
	if _, err := io.Copy(w, &zeros{16 << 20}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	zz := gzipOf(t, bytes.NewReader(gzipOf(t, &zeros{32 << 20})))
	for _, c := range []struct {
		label string
		bomb  []byte
	}{{"gzip", gz}, {"br", br.Bytes()}, {"zstd", zstdBomb(80_000)}, {"gzip, gzip", zz}} { // zstd: 10 GiB
		s := says(t, true, page("Content-Encoding: "+c.label+"\r\n", string(c.bomb)))
		f := newFetcher(t, allowing(Config{MaxBody: limit}, s.origin))
		var res Response
		var err error
		peak := peakOf(func() { res, err = f.Fetch(t.Context(), Request{URL: s.origin}) })
		if err != nil || res.Truncated != "length" || len(res.Body) != limit || res.Encoded {
			t.Errorf("%s bomb: got %d bytes, truncated %q, encoded %v, %v; want %d, length", c.label, len(res.Body), res.Truncated, res.Encoded, err, limit)
		}
		if peak > 5*limit {
			t.Errorf("%s bomb: memory grew by %d MB, want at most %d", c.label, peak>>20, 5*limit>>20)
		}
		t.Logf("%s: %d KB on the wire of %d, memory %.1f MB", c.label, res.WireBytes>>10, len(c.bomb)>>10, float64(peak)/(1<<20))
	}
}

// peakOf is how much the heap grew, at most, while do ran.
func peakOf(do func()) int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, m.HeapAlloc
	done := make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	do()
	close(stop)
	<-done
	return int64(peak - before)
}

// Members without content cost time and no bytes: their number is bounded.
func TestManyEmptyMembers(t *testing.T) {
	empty := gzipOf(t, &zeros{})
	res := fetchCoded(t, "gzip", bytes.Repeat(empty, maxMembers+1))
	if !res.Encoded || !strings.Contains(res.Broken, "members") {
		t.Errorf("got encoded %v, broken %q", res.Encoded, res.Broken)
	}
	if res := fetchCoded(t, "gzip", bytes.Repeat(empty, 100)); res.Encoded || res.Broken != "" || len(res.Body) != 0 {
		t.Errorf("a hundred: got encoded %v, broken %q, %d bytes", res.Encoded, res.Broken, len(res.Body))
	}
}

// A coding that grows the body is bounded on the wire too.
func TestWireLimit(t *testing.T) {
	// Stored blocks of one byte: six bytes of deflate for each.
	var b []byte
	for range 50_000 {
		b = append(b, 0, 1, 0, 0xfe, 0xff, 'x')
	}
	b = append(b, 1, 0, 0, 0xff, 0xff)
	s := says(t, true, page("Content-Encoding: deflate\r\n", string(b)))
	f := newFetcher(t, allowing(Config{MaxBody: 100_000}, s.origin))
	res, err := f.Fetch(t.Context(), Request{URL: s.origin})
	if err != nil || res.Truncated != "length" || !res.Encoded || len(res.Body) != 100_000 {
		t.Errorf("got %d bytes, encoded %v, truncated %q, %v", len(res.Body), res.Encoded, res.Truncated, err)
	}
	res, err = f.Fetch(t.Context(), Request{URL: s.origin, MaxBody: 1 << 20})
	if err != nil || len(res.Body) != 50_000 || res.Broken != "" {
		t.Errorf("under the limit: got %d bytes, %q, %v", len(res.Body), res.Broken, err)
	}
}

func TestCodingsOf(t *testing.T) {
	for _, c := range []struct{ in, want []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{" , ,identity"}, nil},
		{[]string{"Gzip"}, []string{"gzip"}},
		{[]string{"a, b", "c"}, []string{"c", "b", "a"}},
	} {
		if got := codingsOf(http.Header{"Content-Encoding": c.in}); !slices.Equal(got, c.want) {
			t.Errorf("codingsOf(%q): got %q, want %q", c.in, got, c.want)
		}
	}
}

// A panic of a decoder is that page's fault and no more.
func TestDecoderPanics(t *testing.T) {
	var d decoders
	_, _, err := d.decode(panicking{}, []string{"gzip"}, nil, 10)
	if err == nil || !strings.Contains(err.Error(), "gzip: the decoder failed") {
		t.Errorf("got %v, want an error", err)
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("out of range") }

func FuzzDecode(f *testing.F) {
	body := prose(300)
	for i, c := range []string{"gzip", "br", "zstd", "zlib", "raw"} {
		f.Add(uint8(i), encode(f, c, body))
	}
	f.Add(uint8(5), encode(f, "gzip", encode(f, "gzip", body)))
	f.Add(uint8(0), binary.BigEndian.AppendUint32(nil, 0x1f8b0800))
	labels := []string{"gzip", "br", "zstd", "deflate", "deflate", "gzip,gzip", "br,zstd", "x"}
	var d decoders
	f.Fuzz(func(t *testing.T, label uint8, b []byte) {
		codings := strings.Split(labels[int(label)%len(labels)], ",")
		const limit = 1 << 16
		out, _, err := d.decode(bytes.NewReader(b), codings, nil, limit)
		if int64(len(out)) > limit {
			t.Fatalf("%q of %d bytes: %d bytes came out, the limit is %d", codings, len(b), len(out), limit)
		}
		if err != nil && strings.Contains(err.Error(), "the decoder failed") {
			t.Fatalf("%q of %x: %v", codings, b, err)
		}
		again, _, err2 := d.decode(bytes.NewReader(b), codings, nil, limit)
		if !bytes.Equal(out, again) || (err == nil) != (err2 == nil) {
			t.Fatalf("%q of %x: twice the same gave %d bytes, %v and %d bytes, %v", codings, b, len(out), err, len(again), err2)
		}
	})
}
