package fetch

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

// Buffers up to keepBuffer are used again; a body in a larger one keeps it.
const (
	firstBuffer = 64 << 10
	keepBuffer  = 1 << 20
)

// buffers lends byte slices.
type buffers struct{ pool sync.Pool }

func (p *buffers) get() []byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, firstBuffer)
}

func (p *buffers) put(b []byte) {
	if cap(b) >= firstBuffer && cap(b) <= keepBuffer {
		p.pool.Put(&b)
	}
}

// own turns a lent slice into one that the caller may keep.
func (p *buffers) own(b []byte) []byte {
	if len(b) == 0 {
		p.put(b)
		return nil
	}
	if cap(b) > keepBuffer {
		return b
	}
	kept := bytes.Clone(b)
	p.put(b)
	return kept
}

// grow makes room for at least one more byte, doubling, up to limit in all. To
// what was announced it goes in one step, but not before keepBuffer bytes came:
// announcing is cheap.
func grow(b []byte, announced, limit int64) []byte {
	if len(b) < cap(b) {
		return b
	}
	size := max(int64(2*cap(b)), firstBuffer)
	if len(b) >= keepBuffer {
		size = max(size, announced+1)
	}
	bigger := make([]byte, len(b), min(size, max(limit, int64(len(b))+1)))
	copy(bigger, b)
	return bigger
}

var errLimit = errors.New("longer than the limit")

// wire is a body as it arrives: every byte of it is kept, up to max, and can be
// read once, in order, by a decoder.
type wire struct {
	src       io.Reader
	buf       []byte
	pos       int // what the decoder has read
	announced int64
	max       int64
	w         *watch
	err       error // what ended it: io.EOF, errLimit or a fault
}

// fill reads once.
func (b *wire) fill() {
	if b.err != nil {
		return
	}
	if int64(len(b.buf)) >= b.max {
		b.probe()
		return
	}
	b.buf = grow(b.buf, b.announced, b.max)
	room := b.buf[len(b.buf):min(int64(cap(b.buf)), b.max)]
	n, err := b.src.Read(room)
	b.buf = b.buf[:len(b.buf)+n]
	b.w.got.Add(int64(n))
	b.err = err
}

// probe asks, at the limit, whether there is more.
func (b *wire) probe() {
	var more [1]byte
	n, err := b.src.Read(more[:])
	b.w.got.Add(int64(n))
	if n > 0 {
		err = errLimit
	}
	b.err = err
}

// readAll reads to the end, whatever it is.
func (b *wire) readAll() {
	for b.err == nil {
		b.fill()
	}
}

// Read gives the next bytes to a decoder.
func (b *wire) Read(p []byte) (int, error) {
	for b.pos == len(b.buf) {
		if b.err != nil {
			return 0, b.err
		}
		b.fill()
	}
	n := copy(p, b.buf[b.pos:])
	b.pos += n
	return n, nil
}

// readDecoded reads r up to limit bytes. A reader that has more gives errLimit.
func readDecoded(r io.Reader, b []byte, limit int64) ([]byte, error) {
	for {
		if int64(len(b)) >= limit {
			return b, readOneMore(r)
		}
		b = grow(b, 0, limit)
		n, err := r.Read(b[len(b):min(int64(cap(b)), limit)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func readOneMore(r io.Reader) error {
	var more [1]byte
	switch n, err := io.ReadFull(r, more[:]); {
	case n > 0:
		return errLimit
	case err == io.EOF:
		return nil
	default:
		return err
	}
}
