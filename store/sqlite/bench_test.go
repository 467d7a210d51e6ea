package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
)

var day = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// prose makes text of about n bytes out of words that repeat as those of a
// language do.
func prose(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		w := int(r.ExpFloat64() * 400)
		for w >= 0 {
			b.WriteString([]string{"ka", "ro", "ti", "men", "sal", "du", "ne", "vor", "pi", "lan", "est", "qu"}[w%12])
			w = w/12 - 1
		}
		if b.WriteByte(' '); r.IntN(14) == 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// page makes a page of a site: about 60 KB of HTML around 6 KB of text, with
// 100 links, 8 of them in the text.
func page(site string, n int) (body []byte, d *extract.Document) {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	text := prose(r, 6000)
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html><html lang=en><head><title>Page %d</title><meta charset=utf-8>", n)
	d = &extract.Document{URL: pageURL(site, n), Kind: extract.KindArticle, Reason: "long text", Charset: "UTF-8", Title: fmt.Sprintf("Page %d", n)}
	for i := range 100 {
		l := extract.Link{URL: fmt.Sprintf("https://%s/category/section-%d/", site, i), Text: fmt.Sprintf("Section number %d", i), Place: extract.PlaceElsewhere}
		if i >= 92 {
			l = extract.Link{URL: pageURL(site, n+i), Text: "another story that was told before", Place: extract.PlaceBody}
		}
		d.Links = append(d.Links, l)
		fmt.Fprintf(&b, "<li class=\"menu-item menu-item-type-taxonomy menu-item-%d\"><a href=\"%s\">%s</a></li>\n", r.IntN(1e6), l.URL, l.Text)
	}
	for i := range 36 {
		fmt.Fprintf(&b, "<div class=\"widget widget_block widget-%d elementor-element\" id=\"block-%x\" data-nonce=\"%x\"><p>%s</p>"+
			"<span class=\"screen-reader-text elementor-hidden\">%s</span></div>\n", i, r.Uint32(), r.Uint64(), prose(r, 800), strings.Repeat("<i class=\"icon icon-share\" aria-hidden=\"true\"></i>", 3))
	}
	html := "<p>" + strings.ReplaceAll(text, "\n", "</p>\n<p>") + "</p>"
	b.WriteString(html + "<script>" + strings.Repeat("var a=function(e){return e.length>3};window.dataLayer.push(a);", 150) + "</script></html>")
	d.Article = &extract.Article{URL: d.URL, Title: d.Title, Authors: []string{"A. Writer"}, PublishedAt: "2026-11-20T08:00:00+01:00",
		SiteName: site, Language: "en", Description: prose(r, 120), Text: text, HTML: html, WordCount: 900, Quality: .9,
		Images: []extract.Image{{URL: "https://" + site + "/a.jpg", Caption: "a picture"}}, Sources: map[string]string{"title": "json-ld", "authors": "html"}}
	return []byte(b.String()), d
}

func pageURL(site string, n int) string {
	return fmt.Sprintf("https://%s/2026/11/some-story-with-a-name-%d/", site, n)
}

func answer(url string, body []byte) *store.Capture {
	return &store.Capture{URL: url, CapturedAt: day, Status: 200, Method: "GET", Proto: "HTTP/1.1", RemoteAddr: "192.0.2.1:443", MediaType: "text/html", Body: body,
		RequestHeader:  http.Header{"User-Agent": {"stet/1"}, "Accept": {"text/html"}, "Accept-Encoding": {"gzip, br, zstd"}},
		ResponseHeader: http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Server": {"nginx"}, "Date": {"Mon, 23 Nov 2026 12:00:00 GMT"}, "Etag": {`"abc"`}, "Cache-Control": {"max-age=300"}, "Vary": {"Accept-Encoding"}}}
}

func openBench(b testing.TB, o Options) (*Archive, store.Crawl) {
	a, err := Open(context.Background(), filepath.Join(b.TempDir(), "a.db"), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	c, err := a.Begin(context.Background(), store.BeginCrawl{Job: "bench", Now: day, TTL: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	return a, c
}

// cpu is the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perOp reports the processor time of each of n operations.
func perOp(b *testing.B, began time.Duration, n int) {
	b.ReportMetric(float64((cpu()-began).Microseconds())/float64(n), "cpu-µs/op")
}

func lead(b testing.TB, c store.Crawl) store.Lease {
	hs, err := c.ClaimHosts(context.Background(), day, time.Minute, 1)
	if err != nil || len(hs) != 1 {
		b.Fatal(hs, err)
	}
	return hs[0].Lease
}

func newTarget(site string, n int) store.NewTarget {
	u := pageURL(site, n)
	return store.NewTarget{URL: u, Key: u, Host: site, Site: site, Depth: 1, Via: "link"}
}

func BenchmarkRecord(b *testing.B) {
	for _, size := range []int{4096, 8192, 16384} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchRecord(b, Options{pageSize: size}) })
	}
}

func benchRecord(b *testing.B, o Options) {
	ctx := context.Background()
	a, c := openBench(b, o)
	const site = "news.example"
	var ts []store.NewTarget
	for n := range b.N + 100 {
		ts = append(ts, newTarget(site, n))
	}
	for i := range 100 {
		u := fmt.Sprintf("https://%s/category/section-%d/", site, i)
		ts = append(ts, store.NewTarget{URL: u, Key: u, Host: site, Site: site, Via: "link"})
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		b.Fatal(err)
	}
	l := lead(b, c)
	targets, err := c.Due(ctx, l, day, b.N)
	if err != nil {
		b.Fatal(err)
	}
	var made []*store.Visit
	fill := func(from int) {
		made = made[:0]
		for i := from; i < min(from+500, b.N); i++ {
			body, d := page(site, i)
			v := &store.Visit{Lease: l, Target: targets[i], Started: day, Took: time.Second, Status: 200, State: store.StateFetched, Fetched: true,
				Bytes: 15000, NextAllowedAt: day.Add(time.Second), Delay: time.Second, ETag: `"abc"`, Capture: answer(targets[i].URL, body), Document: d}
			for k := range 27 {
				u := fmt.Sprintf("https://%s/category/section-%d/", site, k)
				v.Found = append(v.Found, store.NewTarget{URL: u, Key: u, Host: site, Site: site, Via: "link"})
			}
			for k := range 3 {
				v.Found = append(v.Found, newTarget(site, 10_000_000+3*i+k))
			}
			made = append(made, v)
		}
	}
	var used time.Duration
	b.ResetTimer()
	for from := 0; from < b.N; from += 500 {
		b.StopTimer()
		fill(from)
		began := cpu()
		b.StartTimer()
		for _, v := range made {
			if err := c.Record(ctx, v); err != nil {
				b.Fatal(err)
			}
		}
		if err := c.Flush(ctx); err != nil {
			b.Fatal(err)
		}
		used += cpu() - began
	}
	b.StopTimer()
	b.ReportMetric(float64(used.Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(a.fileBytes())/float64(b.N)/1e3, "KB/page")
}

func BenchmarkEnqueue(b *testing.B) {
	for _, size := range []int{4096, 8192, 16384} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			_, c := openBench(b, Options{pageSize: size})
			began, n := cpu(), 0
			start := time.Now()
			var last time.Duration
			for b.Loop() {
				for range 100 {
					ts := make([]store.NewTarget, 10000)
					for i := range ts {
						ts[i] = newTarget(fmt.Sprintf("site-%d.example", n%1000), n)
						n++
					}
					t0 := time.Now()
					if _, err := c.Enqueue(context.Background(), ts); err != nil {
						b.Fatal(err)
					}
					last = time.Since(t0)
				}
			}
			perOp(b, began, n)
			b.ReportMetric(float64(n)/time.Since(start).Seconds(), "targets/s")
			b.ReportMetric(1e4/last.Seconds(), "last-targets/s")
		})
	}
}

func TestPageSize(t *testing.T) {
	a, _ := openBench(t, Options{})
	n, z := 0, 0
	for i := range 50 {
		b, _ := page("x.example", i)
		n += len(b)
		z += len(a.compress(b))
	}
	t.Log(n/50, z/50, float64(n)/float64(z))
}

func BenchmarkCompress(b *testing.B) {
	a, _ := openBench(b, Options{})
	p, _ := page("x.example", 1)
	for b.Loop() {
		a.compress(p)
	}
}
