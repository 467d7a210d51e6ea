package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Over HTTP/2 the same faults end the same way.
func TestHTTP2Faults(t *testing.T) {
	s := tlsServer(t, true, tls.VersionTLS13, func(w http.ResponseWriter, r *http.Request) {
		flush := w.(http.Flusher).Flush
		switch r.URL.Path {
		case "/abort":
			panic(http.ErrAbortHandler)
		case "/silence":
			<-r.Context().Done()
		case "/cut":
			io.WriteString(w, "half")
			flush()
			panic(http.ErrAbortHandler)
		case "/short":
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "half")
			flush()
			panic(http.ErrAbortHandler)
		case "/stall":
			io.WriteString(w, "half")
			flush()
			<-r.Context().Done()
		case "/endless":
			for r.Context().Err() == nil {
				w.Write(make([]byte, 1<<16))
			}
		case "/headers":
			for i := range 300 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1<<10))
			}
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(compress(t, "gzip", []byte("packed")))
		case "/304":
			w.WriteHeader(http.StatusNotModified)
		}
	})
	cfg := short(s.URL)
	cfg.InsecureTLS, cfg.MaxBody = true, 1<<20
	f := newFetcher(t, cfg)
	for path, class := range map[string]string{"/abort": Reset, "/silence": HeaderTimeout, "/headers": Reset} {
		_, err := f.Fetch(t.Context(), Request{URL: s.URL + path})
		wantError(t, path, err, class, true)
	}
	for _, c := range []struct {
		path, body, truncated string
		status                int
	}{
		{"/cut", "half", "disconnect", 200},
		{"/short", "half", "disconnect", 200},
		{"/stall", "half", "time", 200},
		{"/endless", string(make([]byte, 1<<20)), "length", 200},
		{"/gzip", "packed", "", 200},
		{"/304", "", "", 304},
	} {
		res, err := f.Fetch(t.Context(), Request{URL: s.URL + c.path})
		if err != nil || res.Status != c.status || !bytes.Equal(res.Body, []byte(c.body)) || res.Truncated != c.truncated || res.Proto != "HTTP/2.0" {
			t.Errorf("%s: got %s %d, %d bytes, truncated %q, broken %q, %v; want %d, %d bytes, %q",
				c.path, res.Proto, res.Status, len(res.Body), res.Truncated, res.Broken, err, c.status, len(c.body), c.truncated)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := f.Fetch(ctx, Request{URL: s.URL + "/silence"})
	wantError(t, "cancelled", err, Canceled, true)
}

// Whatever net/http does meanwhile, there is an end to waiting for a header.
func TestTheLastResort(t *testing.T) {
	silent := listen(t, "127.0.0.1:0", func(c net.Conn) { io.Copy(io.Discard, c) })
	for url, class := range map[string]string{"http://" + silent: HeaderTimeout, "https://" + silent: ConnectTimeout} {
		f := newFetcher(t, allowing(Config{}, url))
		f.cfg.ConnectTimeout, f.cfg.HeaderTimeout = 20*time.Millisecond, 20*time.Millisecond // of the watch, not of net/http
		start := time.Now()
		_, err := f.Fetch(t.Context(), Request{URL: url})
		wantError(t, url, err, class, true)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: ended after %v, want 60 ms", url, took)
		}
	}
}

// A call that does not come from Fetch has no limits, and is refused.
func TestExchangeAlone(t *testing.T) {
	f := newFetcher(t, Config{})
	req, err := http.NewRequest("GET", "http://example.org/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := (exchange{f}).RoundTrip(req); err == nil {
		res.Body.Close()
		t.Error("a request without a call: got an answer, want an error")
	}
}
