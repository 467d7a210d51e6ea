package crawltest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a site being served.
type Server struct {
	t       testing.TB
	site    *Site
	origin  map[string]string // host name to "127.0.0.2:1234"
	name    map[string]string // and back
	toLocal *strings.Replacer
	toNames *strings.Replacer

	done context.Context // ends with the server
	stop context.CancelFunc

	mu       sync.Mutex
	requests []*Request
	clock    int
	visits   map[string]int // of each sequence, by key
	gates    map[string]*gate
}

// gate holds requests back.
type gate struct {
	arrived, open   chan struct{}
	arrive, release sync.Once
}

// Start serves a site file until the test ends.
func Start(t testing.TB, text string) *Server {
	t.Helper()
	site, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return StartSite(t, site)
}

// StartSite serves a parsed site until the test ends.
func StartSite(t testing.TB, site *Site) *Server {
	t.Helper()
	s := &Server{
		t: t, site: site,
		origin: map[string]string{}, name: map[string]string{},
		visits: map[string]int{}, gates: map[string]*gate{},
	}
	s.done, s.stop = context.WithCancel(context.Background())
	var listeners []net.Listener
	for i, host := range site.hosts {
		l, err := listen(i)
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
		s.origin[host], s.name[l.Addr().String()] = l.Addr().String(), host
	}
	s.toLocal, s.toNames = replacers(site.hosts, s.origin)
	hs := &http.Server{Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0)}
	var wg sync.WaitGroup
	for _, l := range listeners {
		wg.Go(func() { hs.Serve(l) }) // ends with ErrServerClosed
	}
	t.Cleanup(func() {
		s.stop()
		hs.Close() // the listeners are ours and the test is over
		wg.Wait()
	})
	return s
}

// listen takes the i-th loopback address, or a port of 127.0.0.1 where the
// system has no other (macOS, unless told).
func listen(i int) (net.Listener, error) {
	addr := net.IPv4(127, 0, byte(i/250), byte(2+i%250))
	l, err := net.Listen("tcp", addr.String()+":0")
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	return l, err
}

func replacers(hosts []string, origin map[string]string) (toLocal, toNames *strings.Replacer) {
	var local, names []string
	for _, h := range hosts {
		local = append(local, "//"+h, "//"+origin[h])
		names = append(names, "//"+origin[h], "//"+h)
	}
	return strings.NewReplacer(local...), strings.NewReplacer(names...)
}

// URL turns a URL of the site file into the one that is served.
func (s *Server) URL(named string) string { return s.toLocal.Replace(named) }

// Named turns served URLs, in any text, into those of the site file.
func (s *Server) Named(text string) string { return s.toNames.Replace(text) }

// Addr gives the address and port that a host of the file is served on.
func (s *Server) Addr(host string) string { return s.origin[host] }

// Proxy is the URL under which the server is an HTTP proxy for the names of
// the file. It never connects anywhere else: other names are answered 502.
func (s *Server) Proxy() string { return "http://" + s.origin[s.site.hosts[0]] }

// Arrived is closed once a request is being held under that name.
func (s *Server) Arrived(name string) <-chan struct{} { return s.gate(name).arrived }

// Release lets go what is held under that name, now and from now on.
func (s *Server) Release(name string) {
	g := s.gate(name)
	g.release.Do(func() { close(g.open) })
}

func (s *Server) gate(name string) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gates[name]
	if g == nil {
		g = &gate{arrived: make(chan struct{}), open: make(chan struct{})}
		s.gates[name] = g
	}
	return g
}

// hold waits at a gate; false if the client or the test has gone.
func (s *Server) hold(ctx context.Context, name string) bool {
	g := s.gate(name)
	g.arrive.Do(func() { close(g.arrived) })
	select {
	case <-g.open:
		return true
	case <-ctx.Done():
	case <-s.done.Done():
	}
	return false
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	host, byName := s.name[r.Host], false
	if host == "" {
		host, byName = r.Host, true // by its name: a proxy's client
	}
	uri := r.RequestURI
	if i := strings.Index(uri, "://"); i > 0 {
		uri = uri[i+3:]
		uri = "/" + strings.TrimPrefix(uri[len(r.Host):], "/")
	}
	q := s.begin(r, host, "http://"+host+uri)
	sw := &statusWriter{ResponseWriter: w}
	defer func() { s.end(q, sw.status) }()
	if s.origin[host] == "" {
		http.Error(sw, "no such host here", http.StatusBadGateway)
		return
	}
	names := s.toLocal
	if byName {
		names = strings.NewReplacer()
	}
	a := s.pick(r, "http://"+host+uri)
	switch {
	case a != nil && a.raw != nil:
		s.raw(sw, r, a.raw, names)
	case a != nil:
		s.answer(sw, r, a, names)
	case s.site.handlers[host] != nil:
		s.site.handlers[host].ServeHTTP(sw, r)
	default:
		http.Error(sw, "not found", http.StatusNotFound)
	}
}

// pick chooses the section that answers, and moves its sequence on.
func (s *Server) pick(r *http.Request, named string) *answer {
	if a := s.pickFor(r, r.Method+" "+named); a != nil || r.Method != http.MethodHead {
		return a
	}
	return s.pickFor(r, "GET "+named)
}

func (s *Server) pickFor(r *http.Request, key string) *answer {
	list := s.site.answers[key]
	for i := 0; list == nil && i < len(s.site.prefixes); i++ {
		if p := s.site.prefixes[i]; strings.HasPrefix(key, p) {
			key, list = p+"*", s.site.answers[p+"*"]
		}
	}
	var sequence []*answer
	for _, a := range list {
		if len(a.conditions) == 0 {
			sequence = append(sequence, a)
		} else if a.applies(r.Header) {
			return a
		}
	}
	if len(sequence) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.visits[key]
	s.visits[key]++
	return sequence[min(n, len(sequence)-1)]
}

func (a *answer) applies(h http.Header) bool {
	for _, c := range a.conditions {
		if !c.holds(h) {
			return false
		}
	}
	return true
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, a *answer, names *strings.Replacer) {
	if a.hold != "" && !s.hold(r.Context(), a.hold) {
		panic(http.ErrAbortHandler) // the client is gone, or the test is over
	}
	h := w.Header()
	h.Set("Content-Type", a.mediaType())
	for k, values := range a.header {
		h.Del(k)
		for _, v := range values {
			h.Add(k, names.Replace(v))
		}
	}
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // net/http would guess one
	}
	if !a.unconditional && notModified(r.Header, h) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, err := a.render(names)
	if err != nil {
		panic(fmt.Sprintf("section %d was parsed and cannot be sent: %v", a.id, err))
	}
	if a.coding != "" {
		h.Set("Content-Encoding", a.coding)
	}
	if h.Get("Content-Length") == "" && a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		w.Write(body) // the client may have gone: its own affair
	}
}

// notModified says whether the request already has what would be sent:
// If-None-Match, compared weakly, before If-Modified-Since (RFC 9110, 13.2.2).
func notModified(request, answer http.Header) bool {
	if tags := request.Get("If-None-Match"); tags != "" {
		have := strings.TrimPrefix(answer.Get("ETag"), "W/")
		for tag := range strings.SplitSeq(tags, ",") {
			tag = strings.TrimSpace(tag)
			if have != "" && (tag == "*" || strings.TrimPrefix(tag, "W/") == have) {
				return true
			}
		}
		return false
	}
	since, err1 := http.ParseTime(request.Get("If-Modified-Since"))
	last, err2 := http.ParseTime(answer.Get("Last-Modified"))
	return err1 == nil && err2 == nil && !last.Truncate(time.Second).After(since)
}
