package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"stet/extract"
	"stet/store"
	"stet/store/sqlite"
)

// A page is recorded by hand, and found again.
func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	archive, err := sqlite.Open(ctx, filepath.Join(dir, "archive.db"), sqlite.Options{MadeBy: "example"})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	if err := keep(ctx, archive); err != nil {
		log.Fatal(err)
	}

	hits, err := archive.Search(ctx, store.Query{Text: "港口"})
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range hits {
		fmt.Println(h.Entry.Title, h.Entry.URL)
	}
	// Output:
	// 港口的灯 https://news.example/light
}

// keep takes one target through a crawl.
func keep(ctx context.Context, archive store.Store) error {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	crawl, err := archive.Begin(ctx, store.BeginCrawl{Job: "by hand", Config: "{}", Now: now})
	if err != nil {
		return err
	}
	url := "https://news.example/light"
	if _, err := crawl.Enqueue(ctx, []store.NewTarget{{URL: url, Key: url, Host: "news.example", Site: "news.example", Via: "seed"}}); err != nil {
		return err
	}
	hosts, err := crawl.ClaimHosts(ctx, now, 0, 1)
	if err != nil {
		return err
	}
	targets, err := crawl.Due(ctx, hosts[0].Lease, now, 1)
	if err != nil {
		return err
	}
	body := []byte("<title>港口的灯</title><p>港口的灯塔昨夜重新点亮。")
	visit := &store.Visit{
		Lease: hosts[0].Lease, Target: targets[0], Started: now, Fetched: true, Status: 200, State: store.StateFetched,
		Capture: &store.Capture{URL: url, CapturedAt: now, Status: 200, Method: "GET", MediaType: "text/html", Body: body},
		Document: &extract.Document{URL: url, Kind: extract.KindArticle, Article: &extract.Article{
			URL: url, Title: "港口的灯", Text: "港口的灯塔昨夜重新点亮。", HTML: "<p>港口的灯塔昨夜重新点亮。</p>"}},
	}
	if err := crawl.Record(ctx, visit); err != nil {
		return err
	}
	return crawl.Finish(ctx, now, store.RunFinished, "done")
}
