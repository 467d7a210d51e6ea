//go:build unix

package fetch

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time of this process, the test's server included.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFetch fetches a page of 60 KB, by Fetch and by a bare http.Client
// that reads the body (the server's share is the same in both). cpu-µs/op is
// what counts; the difference is what Colly and we take.
func BenchmarkFetch(b *testing.B) {
	body := prose(60 << 10)
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		sent := compress(b, coding, body)
		header := ""
		if coding != "" {
			header = "Content-Encoding: " + coding + "\r\n"
		}
		s := says(b, true, page(header, string(sent)))
		b.Run("stet/"+orElse(coding, "identity"), func(b *testing.B) {
			f := newFetcher(b, allowing(Config{}, s.origin))
			measure(b, func() int {
				res, err := f.Fetch(b.Context(), Request{URL: s.origin + "/2024/05/06/a-slug-of-some-length-123/?page=2"})
				if err != nil || len(res.Body) != len(body) {
					b.Fatalf("got %d bytes, %v", len(res.Body), err)
				}
				return len(res.Body)
			})
		})
		b.Run("bare/"+orElse(coding, "identity"), func(b *testing.B) {
			tr := &http.Transport{DisableCompression: true}
			defer tr.CloseIdleConnections()
			c := &http.Client{Transport: tr}
			measure(b, func() int { return bareGet(b, c, s.origin+"/2024/05/06/a-slug-of-some-length-123/?page=2") })
		})
	}
	url := httpServer(b, func(w http.ResponseWriter, _ *http.Request) { // chunked
		for p := range strings.SplitSeq(string(body), "\n") {
			io.WriteString(w, p+"\n")
		}
	})
	b.Run("stet/chunked", func(b *testing.B) {
		f := newFetcher(b, allowing(Config{}, url))
		measure(b, func() int {
			res, err := f.Fetch(b.Context(), Request{URL: url})
			if err != nil {
				b.Fatal(err)
			}
			return len(res.Body)
		})
	})
	b.Run("bare/chunked", func(b *testing.B) {
		tr := &http.Transport{DisableCompression: true}
		defer tr.CloseIdleConnections()
		c := &http.Client{Transport: tr}
		measure(b, func() int { return bareGet(b, c, url) })
	})
}

func bareGet(b *testing.B, c *http.Client, url string) int {
	res, err := c.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return len(got)
}

func measure(b *testing.B, do func() int) {
	do()
	b.ReportAllocs()
	before := cpu()
	n := 0
	for b.Loop() {
		do()
		n++
	}
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n), "cpu-µs/op")
}
