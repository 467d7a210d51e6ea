package crawltest

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// raw plays the steps of a raw answer on the bare connection.
func (s *Server) raw(w *statusWriter, r *http.Request, steps []step, names *strings.Replacer) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // only HTTP/1 is spoken here, so the client is gone
	}
	defer conn.Close() // the bytes are gone already
	conn.SetDeadline(time.Time{})
	ctx, cancel := context.WithCancel(s.done)
	defer cancel()
	context.AfterFunc(ctx, func() { conn.Close() })
	for _, st := range steps {
		if !s.play(ctx, conn, st, names) {
			return
		}
	}
}

// play does one step; false ends the answer.
func (s *Server) play(ctx context.Context, conn net.Conn, st step, names *strings.Replacer) bool {
	var err error
	switch st.verb {
	case "write":
		_, err = io.WriteString(conn, names.Replace(st.text))
	case "repeat":
		for i := 0; i < st.n && err == nil; i++ {
			_, err = io.WriteString(conn, st.text)
		}
	case "endless":
		chunk := []byte(strings.Repeat(st.text, 1+16<<10/len(st.text)))
		for err == nil {
			_, err = conn.Write(chunk)
		}
	case "hold":
		return s.hold(ctx, st.text)
	case "stall":
		io.Copy(io.Discard, conn) // until either side closes
		return false
	case "reset":
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0) // Close then sends RST
		}
		return false
	}
	return err == nil
}
