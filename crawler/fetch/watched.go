package fetch

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// watched is an HTTP/1 connection under net/http that knows where the header
// ends and how long the body was said to be. It sees what net/http does not
// tell: a header beyond the limit, and bytes after the announced end of a body
// (a page cut short by a wrong Content-Length). Those bytes it holds back, so
// that they can never be taken for the next answer.
//
// It only looks; framing itself stays net/http's work. Where the header is not
// plain (several lengths, folded lines, transfer codings) it looks away.
type watched struct {
	net.Conn
	maxHeader int64

	mu      sync.Mutex
	armed   bool // a request is about to be written
	state   readState
	head    []byte // of a header that came in pieces, what there is
	headLen int64  // bytes of header since the request
	noBody  bool   // the request was HEAD
	left    int64  // bytes of the announced body still to come
	ended   bool   // closed by the other side before the header was whole
	extra   bool   // more came than this answer announced
	dead    bool   // something came that nobody asked for: no answer here can be trusted
}

type readState uint8

const (
	inHeader  readState = iota
	inBody              // length not known to us
	inCounted           // left bytes to come
	atEnd               // whatever comes is too much
)

func newWatched(c net.Conn, maxHeader int64) *watched {
	return &watched{Conn: c, maxHeader: maxHeader, state: atEnd}
}

// begin is called when the connection is given a request, before it is written.
func (c *watched) begin(isHead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.noBody = true, isHead
	c.head, c.headLen, c.left, c.extra, c.ended = c.head[:0], 0, 0, false, false
}

// Write sends the request. Only from here on net/http expects an answer; it
// would log what came sooner.
func (c *watched) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.armed {
		c.armed, c.state = false, inHeader
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// surplus says that more than white space came after the announced end (old
// servers send an empty line after a body: RFC 9112 section 2.2).
func (c *watched) surplus() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.extra
}

// headerTooLong says that maxHeader bytes came and the header had not ended.
func (c *watched) headerTooLong() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state == inHeader && c.headLen >= c.maxHeader
}

// babbles says that bytes came before anything was asked.
func (c *watched) babbles() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead && c.headLen == 0
}

func (c *watched) Read(p []byte) (int, error) {
	if c.isDead() {
		return 0, io.EOF
	}
	n, err := c.Conn.Read(c.room(p))
	c.mu.Lock()
	defer c.mu.Unlock()
	given := c.look(p[:n])
	c.ended = c.state == inHeader && isGone(err) && !errors.Is(err, net.ErrClosed)
	if given == 0 && n > 0 {
		return 0, io.EOF // only surplus: the connection is of no more use
	}
	return given, err
}

// cutInHeader says that the connection ended before the header did.
func (c *watched) cutInHeader() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

func (c *watched) isDead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

// room is how much of p to read into. net/http reads a long body with a p that
// ends with it; the last byte is left to a read through net/http's buffer, so
// that what follows is seen.
func (c *watched) room(p []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == inCounted && c.left > 1 && int64(len(p)) == c.left {
		return p[:len(p)-1]
	}
	return p
}

// look follows the answer through b and says how much of b belongs to it.
func (c *watched) look(b []byte) int {
	given := 0
	for given < len(b) {
		rest := b[given:]
		switch c.state {
		case inHeader:
			given += c.readHeader(rest)
		case inBody:
			return len(b)
		case inCounted:
			n := min(int64(len(rest)), c.left)
			c.left -= n
			given += int(n)
			if c.left == 0 {
				c.state = atEnd
			}
		case atEnd:
			if len(bytes.TrimSpace(rest)) > 0 {
				c.extra, c.dead = true, true
			}
			return given
		}
	}
	return given
}

// readHeader takes what of b belongs to the header. At its end it decides what
// is to follow.
func (c *watched) readHeader(b []byte) int {
	before := len(c.head)
	whole := b
	if before > 0 {
		c.head = append(c.head, b...)
		whole = c.head
	}
	end := headerEnd(whole, max(0, before-3))
	if end < 0 {
		c.headLen += int64(len(b))
		if before == 0 {
			c.head = append(c.head, b...)
		}
		if c.headLen >= c.maxHeader {
			c.head = c.head[:0] // net/http gives up here too
		}
		return len(b)
	}
	taken := end - before
	c.headLen += int64(taken)
	c.decide(whole[:end])
	c.head = c.head[:0]
	return taken
}

// headerEnd finds the end of the empty line that ends a header: "\n\n" or
// "\n\r\n", whichever comes first. It looks from byte from on.
func headerEnd(b []byte, from int) int {
	for i := from; ; {
		k := bytes.IndexByte(b[i:], '\n')
		if k < 0 {
			return -1
		}
		i += k + 1
		if i < len(b) && b[i] == '\n' {
			return i + 1
		}
		if i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n' {
			return i + 2
		}
	}
}

// decide reads from a header what follows it (RFC 9112 section 6.3).
func (c *watched) decide(head []byte) {
	line, fields, _ := bytes.Cut(head, []byte("\n"))
	status := statusOf(line)
	if status >= 100 && status < 200 && status != 101 {
		return // an interim answer: another header follows
	}
	if c.noBody || status == 204 || status == 304 {
		c.state, c.left = atEnd, 0
		return
	}
	c.state, c.left = inBody, 0
	if n, ok := plainLength(string(fields)); ok {
		c.state, c.left = inCounted, n
		if n == 0 {
			c.state = atEnd
		}
	}
}

// statusOf reads the code from "HTTP/1.1 200 OK", 0 if there is none.
func statusOf(line []byte) int {
	_, code, _ := bytes.Cut(line, []byte(" "))
	if len(code) < 3 {
		return 0
	}
	n, err := strconv.Atoi(string(code[:3]))
	if err != nil {
		return 0
	}
	return n
}

// plainLength gives the one Content-Length of a header without transfer coding
// and folded lines.
func plainLength(fields string) (n int64, ok bool) {
	for line := range strings.Lines(fields) {
		if line[0] == ' ' || line[0] == '\t' {
			return 0, false
		}
		name, value, _ := strings.Cut(line, ":")
		switch {
		case strings.EqualFold(name, "Transfer-Encoding"):
			return 0, false
		case strings.EqualFold(name, "Content-Length"):
			v, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if ok || err != nil || v < 0 {
				return 0, false
			}
			n, ok = v, true
		}
	}
	return n, ok
}
