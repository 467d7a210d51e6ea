package discover

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	// window is the least that can be looked at ahead; a tag that is longer is
	// taken for text.
	window = 64 << 10
	// maxPacked is how often a file may be packed: servers pack .gz files once
	// more and say nothing.
	maxPacked = 3
)

// source is a file as text: unpacked, without a byte order mark, in UTF-8 or
// another encoding that agrees with ASCII about markup.
type source struct {
	*bufio.Reader
	limits []*limit
	err    error // why it ended before its end
}

// open unpacks r, however often it is packed and whatever its name says.
func open(r io.Reader) *source {
	s := &source{}
	s.Reader = s.layer(r)
	for range maxPacked {
		head, _ := s.Peek(2) // an error comes again with the first Read
		if !bytes.Equal(head, []byte{0x1f, 0x8b}) {
			break
		}
		z, err := gzip.NewReader(s.Reader)
		if err != nil {
			s.note(err)
			s.Reader = bufio.NewReader(bytes.NewReader(nil))
			return s
		}
		s.Reader = s.layer(z)
	}
	s.decode()
	return s
}

// layer bounds what one layer of packing gives, so that none is a bomb.
func (s *source) layer(r io.Reader) *bufio.Reader {
	l := &limit{r: r, left: MaxBytes, s: s}
	s.limits = append(s.limits, l)
	return bufio.NewReaderSize(l, window)
}

// decode removes a byte order mark, and turns UTF-16 into UTF-8: its markup is
// no ASCII. Without a mark it is told by the zero beside the first "<".
func (s *source) decode() {
	head, _ := s.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = s.Discard(3) // they were seen
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{'<', 0}):
		s.through(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), bytes.HasPrefix(head, []byte{0, '<'}):
		s.through(unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	}
}

func (s *source) through(e encoding.Encoding) {
	s.Reader = s.layer(transform.NewReader(s.Reader, e.NewDecoder()))
}

// note keeps the first reason for an early end.
func (s *source) note(err error) {
	if s.err == nil && err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
}

// truncated says whether the file went on beyond MaxBytes.
func (s *source) truncated() bool {
	for _, l := range s.limits {
		if l.cut {
			return true
		}
	}
	return false
}

// limit ends a layer after so many bytes, and turns its errors into ends: what
// was read before them is worth to be read.
type limit struct {
	r    io.Reader
	left int
	cut  bool
	s    *source
}

func (l *limit) Read(p []byte) (int, error) {
	if l.left == 0 {
		l.cut = l.cut || more(l.r)
		return 0, io.EOF
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	if err != nil {
		l.s.note(err)
		err = io.EOF
	}
	return n, err
}

func more(r io.Reader) bool {
	var b [1]byte
	n, _ := io.ReadFull(r, b[:]) // that there is something is all that counts
	return n > 0
}

// charset finds the encoding of a declared name; nil for UTF-8 and for what is
// no encoding that agrees with ASCII about markup.
func charset(name string) encoding.Encoding {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	switch canonical, _ := htmlindex.Name(e); canonical { // one that was just found
	case "utf-8", "utf-16le", "utf-16be", "iso-2022-jp", "replacement", "x-user-defined":
		return nil
	}
	return e
}
