package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// One Fetcher, many goroutines, several hosts, all kinds of answers: each gets
// its own.
func TestManyAtOnce(t *testing.T) {
	servers := make([]*rawServer, 8)
	for i := range servers {
		servers[i] = serve(t, func(w io.Writer, request string) bool {
			path := strings.Fields(requestLine(request))[1]
			body := fmt.Sprintf("host %d path %s", i, path)
			switch {
			case strings.Contains(path, "gzip"):
				io.WriteString(w, page("Content-Encoding: gzip\r\n", string(compress(t, "gzip", []byte(body)))))
			case strings.Contains(path, "cut"):
				fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body)+1, body)
				return false
			case strings.Contains(path, "close"):
				return false
			default:
				io.WriteString(w, page("", body))
			}
			return true
		})
	}
	var origins []string
	for _, s := range servers {
		origins = append(origins, s.origin)
	}
	f := newFetcher(t, allowing(Config{}, origins...))
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for k := range 20 {
				host, kind := (g+k)%len(servers), []string{"plain", "gzip", "cut", "close"}[(g*7+k)%4]
				path := fmt.Sprintf("/%s/%d/%d", kind, g, k)
				res, err := f.Fetch(t.Context(), Request{URL: origins[host] + path})
				want, truncated := fmt.Sprintf("host %d path %s", host, path), ""
				if kind == "cut" {
					truncated = "disconnect"
				}
				if kind == "close" {
					wantError(t, path, err, Reset, true)
				} else if err != nil || string(res.Body) != want || res.Truncated != truncated {
					t.Errorf("%s: got %q, truncated %q, %v; want %q, %q", path, res.Body, res.Truncated, err, want, truncated)
				}
			}
		})
	}
	wg.Wait()
}

// Goroutines and memory do not grow with the number of fetches.
func TestNothingIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	url := httpServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			<-r.Context().Done()
			return
		}
		io.WriteString(w, "x")
	})
	served := runtime.NumGoroutine() - before
	f := newFetcher(t, allowing(Config{}, url))
	run := func(n int) {
		for i := range n {
			if _, err := f.Fetch(t.Context(), Request{URL: fmt.Sprintf("%s/page/%d", url, i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(200)
	start := heap()
	run(3000)
	if grown := heap() - start; grown > 300<<10 { // a visited set of 3,000 would be 100 KB and more, a leaked buffer 64 KB each
		t.Errorf("memory grew by %d KB in 3,000 fetches", grown>>10)
	}
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		_, err := f.Fetch(ctx, Request{URL: url + "/hang"})
		cancel()
		wantError(t, "a deadline of the caller's", err, Canceled, true)
	}
	f.Close()
	waitFor(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before+served })
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// The pool of kept connections is bounded.
func TestIdleConnections(t *testing.T) {
	var origins []string
	var servers []*rawServer
	for range 6 {
		s := says(t, true, page("", "x"))
		origins, servers = append(origins, s.origin), append(servers, s)
	}
	cfg := allowing(Config{MaxIdle: 2}, origins...)
	f := newFetcher(t, cfg)
	for range 2 {
		for _, o := range origins {
			if _, err := f.Fetch(t.Context(), Request{URL: o}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, s := range servers {
		if n := s.connections(); n != 2 {
			t.Errorf("%s: %d connections for two fetches with others between, want 2 (only 2 are kept in all)", s.origin, n)
		}
	}
}
