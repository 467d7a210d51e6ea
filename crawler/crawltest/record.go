package crawltest

import (
	"net/http"
	"slices"
	"time"
)

// Request is one request that the server got.
type Request struct {
	Method string
	URL    string // with the name of the site file, query as sent
	Host   string // the name
	Header http.Header
	// Begun and Ended are ticks of a clock that moves on whenever a request
	// begins or ends: of two requests one began before the other ended
	// exactly if the ticks say so. Ended is 0 while it is under way.
	Begun, Ended int
	At           time.Time     // when it began
	Took         time.Duration // 0 while it is under way
	Status       int           // as sent; 0 for a raw answer
}

// Overlaps says whether two requests were under way at the same time.
func (r Request) Overlaps(o Request) bool {
	return (r.Ended == 0 || o.Begun < r.Ended) && (o.Ended == 0 || r.Begun < o.Ended)
}

func (s *Server) begin(r *http.Request, host, named string) *Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	q := &Request{
		Method: r.Method, URL: named, Host: host, Header: r.Header.Clone(),
		Begun: s.clock, At: time.Now(),
	}
	s.requests = append(s.requests, q)
	return q
}

func (s *Server) end(q *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	q.Ended, q.Took, q.Status = s.clock, time.Since(q.At), status
}

// Requests gives all requests so far, in the order in which they began.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, q := range s.requests {
		all[i] = *q
	}
	return all
}

// Of gives the requests of one URL of the site file, in order.
func (s *Server) Of(url string) []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.URL != url })
}

// OfHost gives the requests to one host of the site file, in order.
func (s *Server) OfHost(host string) []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.Host != host })
}

// URLs gives the URLs asked for, in order, repeated visits included.
func (s *Server) URLs() []string {
	var urls []string
	for _, r := range s.Requests() {
		urls = append(urls, r.URL)
	}
	return urls
}

// MaxConcurrent says how many requests to a host were under way at once, at
// most; of all hosts together if host is empty.
func (s *Server) MaxConcurrent(host string) int {
	most := 0
	all := s.Requests()
	for _, r := range all {
		if host != "" && r.Host != host {
			continue
		}
		// The most are under way at the beginning of some request.
		n := 0
		for _, o := range all {
			under := o.Begun <= r.Begun && (o.Ended == 0 || o.Ended > r.Begun)
			if under && (host == "" || o.Host == host) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// ShortestGap is the shortest time between the beginnings of two requests to
// one host, robots.txt left out; 0 if there were fewer than two.
func (s *Server) ShortestGap(host string) time.Duration {
	var shortest time.Duration
	var last time.Time
	for _, r := range s.OfHost(host) {
		if r.URL == "http://"+host+"/robots.txt" {
			continue
		}
		if gap := r.At.Sub(last); !last.IsZero() && (shortest == 0 || gap < shortest) {
			shortest = gap
		}
		last = r.At
	}
	return shortest
}

// Forget drops what was recorded; sequences go on where they were.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
