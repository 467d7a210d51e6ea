package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxCodings bounds a chain such as "gzip, gzip": each needs its own window.
	maxCodings = 4
	// maxMembers bounds the members of one gzip body: an empty one takes 20
	// bytes and the time of many more. bgzip makes one of each 64 KB.
	maxMembers = 4096
	// zstdWindow is the most that a Zstandard content coding may ask for
	// (RFC 9659 section 3).
	zstdWindow = 8 << 20
)

// codingsOf reads Content-Encoding: the codings to be removed, last applied
// first (RFC 9110 section 8.4).
func codingsOf(h http.Header) []string {
	var list []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			if name != "" && name != "identity" {
				list = append(list, name)
			}
		}
	}
	slices.Reverse(list)
	return list
}

// decoders removes content codings. Readers are used again.
type decoders struct {
	buffered, gzip, flate, zlib, brotli, zstd sync.Pool
}

// decoding is one body's chain of readers.
type decoding struct {
	d     *decoders
	r     io.Reader
	notes []string
	ends  []func() // give the readers back
}

// open builds the chain.
func (c *decoding) open(codings []string) error {
	if len(codings) > maxCodings {
		return fmt.Errorf("%d codings, one upon another", len(codings))
	}
	for _, name := range codings {
		if err := c.add(name); err != nil {
			return err
		}
	}
	return nil
}

// note remembers what was wrong and did no harm.
func (c *decoding) note(s string) { c.notes = append(c.notes, s) }

func (c *decoding) close() {
	for _, f := range c.ends {
		f()
	}
}

// add puts one more reader on the chain. What a label says is believed but for
// three cases, in which browsers too show the body as it is: no body, a label
// that is no coding ("utf-8", "none"), and gzip or zstd without its magic.
func (c *decoding) add(name string) error {
	switch name {
	case "gzip", "x-gzip", "deflate", "br", "zstd":
	case "compress", "x-compress", "dcb", "dcz", "aes128gcm", "exi", "pack200-gzip": // IANA's other codings
		return errors.New("a coding that is not read here")
	default:
		c.note("content-encoding: " + clean(name) + " is no coding")
		return nil
	}
	src := lend(&c.d.buffered, func() *bufio.Reader { return bufio.NewReaderSize(nil, 32<<10) })
	src.Reset(c.r)
	c.ends = append(c.ends, func() { src.Reset(nil); c.d.buffered.Put(src) })
	c.r = src
	head, err := src.Peek(4)
	if len(head) == 0 {
		if err == io.EOF {
			return nil
		}
		return err
	}
	switch name {
	case "gzip", "x-gzip":
		return c.addGzip(src, head)
	case "deflate":
		return c.addDeflate(src, head)
	case "br":
		return c.addBrotli(src)
	}
	return c.addZstd(src, head)
}

var gzipMagic = []byte{0x1f, 0x8b}

func (c *decoding) addGzip(src *bufio.Reader, head []byte) error {
	if !bytes.HasPrefix(head, gzipMagic) {
		c.note("gzip: the body is not gzip")
		return nil
	}
	z := lend(&c.d.gzip, func() *gzip.Reader { return new(gzip.Reader) })
	if err := z.Reset(src); err != nil {
		return unexpected(err)
	}
	z.Multistream(false)
	c.ends = append(c.ends, func() { c.d.gzip.Put(z) })
	c.r = &members{z: z, src: src, c: c}
	return nil
}

// members reads a gzip body of one or more members (RFC 1952 section 2.2) and
// stops at what is not one: padding after the end is common.
type members struct {
	z    *gzip.Reader
	src  *bufio.Reader
	c    *decoding
	n    int
	done bool
}

func (m *members) Read(p []byte) (int, error) {
	for !m.done {
		n, err := m.z.Read(p)
		if err == io.EOF {
			err = m.next()
		}
		if n > 0 || err != nil {
			return n, unexpected(err)
		}
	}
	return 0, io.EOF
}

func (m *members) next() error {
	m.n++
	head, _ := m.src.Peek(2) // a fault here is the body's, and known to it
	if !bytes.Equal(head, gzipMagic) {
		m.done = true
		if len(head) > 0 {
			m.c.note("gzip: bytes after the end")
		}
		return nil
	}
	if m.n >= maxMembers {
		return fmt.Errorf("more than %d members", maxMembers)
	}
	if err := m.z.Reset(m.src); err != nil {
		return err
	}
	m.z.Multistream(false)
	return nil
}

// addDeflate reads zlib, which is what the coding is (RFC 9110 section
// 8.4.1.2), or raw deflate, which many servers send. A zlib header cannot begin
// a raw stream: its low bits would be a stored block with padding that is not
// zero.
func (c *decoding) addDeflate(src *bufio.Reader, head []byte) error {
	isZlib := len(head) >= 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0
	if !isZlib {
		z := lend(&c.d.flate, func() io.ReadCloser { return flate.NewReader(nil) })
		c.ends = append(c.ends, func() { c.d.flate.Put(z) })
		c.r = z
		return z.(flate.Resetter).Reset(src, nil)
	}
	if z, ok := c.d.zlib.Get().(io.ReadCloser); ok {
		c.ends = append(c.ends, func() { c.d.zlib.Put(z) })
		c.r = z
		return unexpected(z.(zlib.Resetter).Reset(src, nil))
	}
	z, err := zlib.NewReader(src)
	if err != nil {
		return unexpected(err)
	}
	c.ends = append(c.ends, func() { c.d.zlib.Put(z) })
	c.r = z
	return nil
}

func (c *decoding) addBrotli(src *bufio.Reader) error {
	z := lend(&c.d.brotli, func() *brotli.Reader { return new(brotli.Reader) })
	c.ends = append(c.ends, func() { c.d.brotli.Put(z) })
	c.r = z
	return z.Reset(src)
}

func (c *decoding) addZstd(src *bufio.Reader, head []byte) error {
	if !isZstd(head) {
		c.note("zstd: the body is not zstd")
		return nil
	}
	z, ok := c.d.zstd.Get().(*zstd.Decoder)
	if !ok {
		var err error
		z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return err
		}
	}
	c.ends = append(c.ends, func() {
		if z.Reset(nil) == nil {
			c.d.zstd.Put(z)
		}
	})
	c.r = z
	return z.Reset(src)
}

// isZstd knows a frame and a skippable frame (RFC 8878 section 3.1).
func isZstd(head []byte) bool {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd}
	if len(head) < 4 {
		return bytes.HasPrefix(frame, head)
	}
	return bytes.Equal(head, frame) || head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

// unexpected is for readers that must not end where they are.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func lend[T any](p *sync.Pool, make func() T) T {
	if v, ok := p.Get().(T); ok {
		return v
	}
	return make()
}

// decode reads src through its codings into out, up to limit bytes. An error
// names the codings.
func (d *decoders) decode(src io.Reader, codings []string, out []byte, limit int64) (_ []byte, notes []string, err error) {
	c := &decoding{d: d, r: src}
	defer func() {
		// No input is known to make a decoder panic; if one does, a page is
		// lost and not the crawl.
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: the decoder failed: %v", label(codings), p)
			return
		}
		c.close()
	}()
	if err = c.open(codings); err == nil {
		out, err = readDecoded(c.r, out, limit)
	}
	if err != nil && err != errLimit && !strings.HasPrefix(err.Error(), label(codings)) {
		err = fmt.Errorf("%s: %w", label(codings), err)
	}
	return out, c.notes, err
}

// label names codings in the order they were applied.
func label(codings []string) string {
	names := slices.Clone(codings)
	slices.Reverse(names)
	return clean(strings.Join(names, ", "))
}
