package demosite

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// Serve listens on loopback, each edition on an address of its own (127.0.0.1
// and 127.0.0.2; where the system has no second one, on two ports of the
// first), until ctx ends. It returns when the site can be asked; [Site.Origin]
// then says where. Wait, called after ctx has ended, returns when nothing is
// being served any more.
func (s *Site) Serve(ctx context.Context) (wait func(), err error) {
	var listeners []net.Listener
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			l, err = net.Listen("tcp", "127.0.0.1:0")
		}
		if err != nil {
			for _, l := range listeners {
				l.Close() // nothing was served on it
			}
			return nil, fmt.Errorf("listen on loopback: %w", err)
		}
		listeners = append(listeners, l)
	}
	done := make(chan struct{}, 2)
	for e, l := range listeners {
		s.SetOrigin(Edition(e), "http://"+l.Addr().String())
		srv := &http.Server{Handler: s.Handler(Edition(e)), ReadHeaderTimeout: 10 * time.Second}
		stop := context.AfterFunc(ctx, func() { srv.Close() })
		go func() {
			defer stop()
			srv.Serve(l) // ends with ErrServerClosed
			done <- struct{}{}
		}()
	}
	return func() { <-done; <-done }, nil
}

// Handler answers for one edition.
func (s *Site) Handler(e Edition) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, e) })
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, e Edition) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	p := s.find(e, r.URL)
	if p.location != "" {
		w.Header().Set("Location", p.location)
		w.WriteHeader(p.status)
		return
	}
	body, err := s.body(p)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", p.contentType())
	h.Set("Server", "Apache/2.4")
	if p.status != http.StatusOK {
		writeBody(w, r, p.status, body)
		return
	}
	h.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body))[:18]+`"`)
	if body, err = s.encode(p, r, h, body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// ServeContent answers conditional requests and ranges.
	http.ServeContent(w, r, "", s.lastModified(p), bytes.NewReader(body))
}

func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // the client may have gone: its own affair
	}
}

// find gives the page of a URL, one that says "not found" if there is none:
// with status 200 under /news/show.php, where the old system did so.
func (s *Site) find(e Edition, u *url.URL) *page {
	m := s.pages(e)
	path := (&url.URL{Path: u.Path}).EscapedPath()
	if q := pageQuery(u.RawQuery); q != "" {
		path += "?" + q
	}
	if p := m[path]; p != nil {
		return p
	}
	if strings.HasPrefix(path, "/news/show.php?") {
		return m["/news/show.php?id=1"]
	}
	if base, _, ok := strings.Cut(path, "?"); ok && m[base] != nil && m[base].kind != "" {
		return m[base] // an unknown parameter changes nothing
	}
	p := *m["/2019/11/05/harbour-fair/"]
	p.path = path
	return &p
}

// pageQuery leaves out the parameters that only count clicks.
func pageQuery(query string) string {
	var kept []string
	for kv := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(kv, "=")
		if kv != "" && !strings.HasPrefix(name, "utm_") && !slices.Contains([]string{"fbclid", "gclid", "replytocom"}, name) {
			kept = append(kept, kv)
		}
	}
	return strings.Join(kept, "&")
}

// body is the page in its own charset, not compressed.
func (s *Site) body(p *page) ([]byte, error) {
	if p.body != nil {
		return p.body(s, p.edition), nil
	}
	text := s.view(p).render()
	if p.charset == "utf-8" {
		return text, nil
	}
	e, err := htmlindex.Get(p.charset)
	if err != nil {
		return nil, err
	}
	// What the charset lacks (© in GBK) becomes a reference, as editors do it.
	return encoding.HTMLEscapeUnsupported(e.NewEncoder()).Bytes(text)
}

func (p *page) contentType() string {
	if p.media != "" {
		return p.media
	}
	if p.declared == "header" {
		return "text/html; charset=" + p.charset
	}
	return "text/html"
}

// encode compresses the body if the page is to be sent so and the client has
// said that it can read it.
func (s *Site) encode(p *page, r *http.Request, h http.Header, body []byte) ([]byte, error) {
	if p.coding == "" {
		return body, nil
	}
	h.Set("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), p.coding) {
		return body, nil
	}
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if p.coding == "br" {
		w = brotli.NewWriter(&b)
	}
	_, err := w.Write(body)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	h.Set("Content-Encoding", p.coding)
	h.Set("ETag", strings.TrimSuffix(h.Get("ETag"), `"`)+"-"+p.coding+`"`)
	return b.Bytes(), nil
}

// lastModified is that of a report; the zero time, of which nothing is said,
// for what is made anew each time.
func (s *Site) lastModified(p *page) time.Time {
	if p.article == nil {
		return time.Time{}
	}
	at := p.article.head["published"]
	if m := p.article.modified(s.Epoch()); m != "" {
		at = m
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t, _ = time.Parse(time.DateOnly, at[:len(time.DateOnly)]) // checked by the tests
	}
	return t
}
