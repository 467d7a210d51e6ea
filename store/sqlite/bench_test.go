package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
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
	for i := range 28 {
		fmt.Fprintf(&b, "<div class=\"widget widget_block widget-%d elementor-element\" id=\"block-%x\" data-nonce=\"%x\"><p>%s</p>"+
			"<span class=\"screen-reader-text elementor-hidden\">%s</span></div>\n", i, r.Uint32(), r.Uint64(), prose(r, 980), strings.Repeat("<i class=\"icon icon-share\" aria-hidden=\"true\"></i>", 3))
	}
	html := "<p>" + strings.ReplaceAll(text, "\n", "</p>\n<p>") + "</p>"
	b.WriteString(html + "<script>" + strings.Repeat("var a=function(e){return e.length>3};window.dataLayer.push(a);", 60) + "</script></html>")
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
			for k := range 28 {
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
		runtime.GC() // of making the pages, which is not what is measured
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

// TestBenchPage pins what the benchmarks' pages are like: 60 KB that compress
// as real pages do (400 of them: 4.2 to 1).
func TestBenchPage(t *testing.T) {
	a := openTest(t, Options{})
	defer a.Close()
	n, z := 0, 0
	for i := range 20 {
		b, d := page("x.example", i)
		n += len(b)
		z += len(a.compress(b))
		if len(d.Links) != 100 || len(d.Article.Text) < 5900 || len(d.Article.Text) > 6100 {
			t.Errorf("%d links, %d bytes of text, want 100 and 6,000", len(d.Links), len(d.Article.Text))
		}
	}
	if size, ratio := n/20, float64(n)/float64(z); size < 57_000 || size > 63_000 || ratio < 3.9 || ratio > 4.6 {
		t.Errorf("pages of %d bytes compress %.2f to 1, want 60,000 and 4.2", size, ratio)
	}
}

// BenchmarkPrepare is the part of Record in the caller's goroutine; with
// BenchmarkCompress it tells how fast the machine is now.
func BenchmarkPrepare(b *testing.B) {
	a, c := openBench(b, Options{})
	defer a.Close()
	body, d := page("news.example", 1)
	v := &store.Visit{Target: store.Target{ID: 1}, State: store.StateFetched, Document: d}
	began := cpu()
	for b.Loop() {
		v.Capture = answer(d.URL, body)
		c.(*crawl).prepare(v)
	}
	perOp(b, began, b.N)
}

func BenchmarkCompress(b *testing.B) {
	a := openTest(b, Options{})
	defer a.Close()
	body, _ := page("x.example", 1)
	began := cpu()
	for b.Loop() {
		a.compress(body)
	}
	perOp(b, began, b.N)
}

func BenchmarkDigest(b *testing.B) {
	body, _ := page("x.example", 1)
	began := cpu()
	for b.Loop() {
		digestOf(body)
	}
	perOp(b, began, b.N)
}

// BenchmarkClaimHosts leases 16 of 5,000 hosts, 500 of which are leased
// already, and gives them back.
func BenchmarkClaimHosts(b *testing.B) {
	ctx := context.Background()
	_, c := openBench(b, Options{})
	var ts []store.NewTarget
	for n := range 50_000 {
		ts = append(ts, newTarget(fmt.Sprintf("site-%d.example", n%5000), n))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		b.Fatal(err)
	}
	if _, err := c.ClaimHosts(ctx, day, 0, 500); err != nil {
		b.Fatal(err)
	}
	in := c.(*crawl)
	began := cpu()
	for b.Loop() {
		hs, err := c.ClaimHosts(ctx, day, 0, 16)
		if err != nil || len(hs) != 16 {
			b.Fatal(hs, err)
		}
		for _, h := range hs {
			delete(in.leases, h.Lease.HostID)
		}
	}
	perOp(b, began, b.N)
}

// BenchmarkDue takes 32 of 200,000 targets of a host, 10,000 of which are to
// be tried again later.
func BenchmarkDue(b *testing.B) {
	ctx := context.Background()
	a, c := openBench(b, Options{})
	var ts []store.NewTarget
	for n := range 200_000 {
		ts = append(ts, newTarget("big.example", n))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		b.Fatal(err)
	}
	if err := a.writer.write(func(t tx) error {
		return t.exec(`UPDATE target SET due_at = '2027-01-01T00:00:00.000Z' WHERE id <= 10000`)
	}); err != nil {
		b.Fatal(err)
	}
	l := lead(b, c)
	began := cpu()
	for b.Loop() {
		if ts, err := c.Due(ctx, l, day, 32); err != nil || len(ts) != 32 {
			b.Fatal(len(ts), err)
		}
	}
	perOp(b, began, b.N)
}

// BenchmarkRelease gives hosts back in groups of 100.
func BenchmarkRelease(b *testing.B) {
	ctx := context.Background()
	_, c := openBench(b, Options{})
	var ts []store.NewTarget
	for n := range 5000 {
		ts = append(ts, newTarget(fmt.Sprintf("site-%d.example", n%100), n))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		b.Fatal(err)
	}
	began := cpu()
	for n := 0; b.Loop(); n++ {
		if n%100 != 0 {
			continue
		}
		hs, err := c.ClaimHosts(ctx, day, 0, 100)
		if err != nil || len(hs) != 100 {
			b.Fatal(len(hs), err)
		}
		for _, h := range hs {
			if err := c.Release(ctx, h.Lease, day); err != nil {
				b.Fatal(err)
			}
		}
		if err := c.Flush(ctx); err != nil {
			b.Fatal(err)
		}
	}
	perOp(b, began, b.N)
}

// library keeps n articles.
func library(b *testing.B, n int) *Archive {
	ctx := context.Background()
	a, c := openBench(b, Options{})
	var ts []store.NewTarget
	for i := range n {
		ts = append(ts, newTarget("news.example", i))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		b.Fatal(err)
	}
	l := lead(b, c)
	due, err := c.Due(ctx, l, day, n)
	if err != nil {
		b.Fatal(err)
	}
	for i, t := range due {
		_, d := page("news.example", i)
		v := &store.Visit{Lease: l, Target: t, Started: day, Status: 200, State: store.StateFetched, Fetched: true, Capture: answer(t.URL, []byte(t.URL)), Document: d}
		if err := c.Record(ctx, v); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	return a
}

func BenchmarkIndex(b *testing.B) {
	a := library(b, 3000)
	began := cpu()
	for b.Loop() {
		if err := a.writer.write(func(t tx) error { return t.exec(`UPDATE archive SET search_rule = 0`) }); err != nil {
			b.Fatal(err)
		}
		if n, err := a.Index(context.Background(), 0); err != nil || n != 3000 {
			b.Fatal(n, err)
		}
	}
	perOp(b, began, b.N*3000)
}

func BenchmarkSearch(b *testing.B) {
	a := library(b, 10_000)
	if _, err := a.Index(context.Background(), 0); err != nil {
		b.Fatal(err)
	}
	for _, x := range []struct{ name, query string }{{"rare", "qutimen"}, {"two", "kamen rosal"}, {"common", "ka"}, {"phrase", `"ka ro"`}, {"prefix", "menl*"}} {
		b.Run(x.name, func(b *testing.B) {
			began, hits := cpu(), 0
			for b.Loop() {
				hs, err := a.Search(context.Background(), store.Query{Text: x.query})
				if err != nil {
					b.Fatal(err)
				}
				hits = len(hs)
			}
			perOp(b, began, b.N)
			b.ReportMetric(float64(hits), "hits")
		})
	}
}

func BenchmarkEntries(b *testing.B) {
	a := library(b, 3000)
	began := cpu()
	for b.Loop() {
		n := 0
		for _, err := range a.Entries(context.Background(), store.Filter{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 3000 {
			b.Fatal(n)
		}
	}
	perOp(b, began, b.N*3000)
}
