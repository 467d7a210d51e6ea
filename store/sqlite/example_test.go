package sqlite_test

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

// An archive takes one page through a crawl, and gives it back.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "stet")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	archive, err := sqlite.Open(ctx, filepath.Join(dir, "archive.db"), sqlite.Options{MadeBy: "example"})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()

	// A crawl takes the archive, adds a seed, leases its host and visits it.
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	crawl, err := archive.Begin(ctx, store.BeginCrawl{Job: "news", Now: now})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := crawl.Enqueue(ctx, []store.NewTarget{{
		URL: "https://example.org/story", Key: "https://example.org/story", Host: "example.org", Site: "example.org", Via: "seed"}}); err != nil {
		log.Fatal(err)
	}
	hosts, err := crawl.ClaimHosts(ctx, now, 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	targets, err := crawl.Due(ctx, hosts[0].Lease, now, 10)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range targets {
		if err := crawl.Record(ctx, &store.Visit{
			Lease: hosts[0].Lease, Target: t, Started: now, Status: 200, State: store.StateFetched, Fetched: true,
			Capture: &store.Capture{URL: t.URL, CapturedAt: now, Status: 200, MediaType: "text/html", Body: []byte("<h1>Rain</h1><p>It rained in 北京.")},
			Document: &extract.Document{Kind: extract.KindArticle,
				Article: &extract.Article{Title: "Rain", Text: "It rained in 北京.", HTML: "<p>It rained in 北京.</p>", WordCount: 5}},
		}); err != nil {
			log.Fatal(err)
		}
	}
	if err := crawl.Finish(ctx, now, store.RunFinished, ""); err != nil {
		log.Fatal(err)
	}

	for entry, err := range archive.Entries(ctx, store.Filter{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.URL, entry.Title, entry.CapturedAt.Format(time.DateOnly))
	}
	hits, err := archive.Search(ctx, store.Query{Text: "北京"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", hits[0].Snippet)
	// Output:
	// https://example.org/story Rain 2026-11-23
	// "It rained in \x01北京\x02."
}
