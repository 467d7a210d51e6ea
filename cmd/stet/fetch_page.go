package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"stet/crawler"
	"stet/extract"
	"stet/store"
)

// onePage is how long a single page may take, redirects and robots.txt
// included.
const onePage = 2 * time.Minute

// fetchPage fetches one page as crawl does: it is a crawl of that page alone,
// into an archive that is thrown away.
func fetchPage(ctx context.Context, raw string) (extract.Page, error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	depth, retries := 0, 1
	var last *store.Visit
	cfg := crawler.Config{
		Seeds: []string{raw}, Scope: crawler.ScopePage, Depth: &depth, Retries: &retries, Workers: 1,
		Time: crawler.Duration(onePage), MaxWait: crawler.Duration(10 * time.Second), MadeBy: madeBy(),
		Page: func(v *store.Visit) { last = v },
	}
	if err := check(&cfg); err != nil {
		return extract.Page{}, err
	}
	if err := crawlAside(ctx, cfg); err != nil {
		return extract.Page{}, fmt.Errorf("fetch %s: %w", raw, err)
	}
	switch {
	case ctx.Err() != nil:
		return extract.Page{}, ctx.Err()
	case last == nil:
		return extract.Page{}, fmt.Errorf("fetch %s: no answer", raw)
	case last.State != store.StateFetched || last.Capture == nil:
		return extract.Page{}, fmt.Errorf("fetch %s: %s", last.Target.URL, last.Reason)
	case last.Capture.Truncated != "" || last.Capture.Broken != "":
		return extract.Page{}, fmt.Errorf("fetch %s: the page did not arrive whole: %s", last.Target.URL, last.Reason)
	}
	got := last.Capture
	return extract.Page{URL: got.URL, Status: got.Status, Header: got.ResponseHeader, Body: got.Body,
		FetchedAt: got.CapturedAt.UTC().Format(time.DateOnly)}, nil
}

// crawlAside crawls into an archive that is thrown away.
func crawlAside(ctx context.Context, cfg crawler.Config) error {
	dir, err := os.MkdirTemp("", "stet-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // a leftover in the temporary folder harms nobody
	st, err := openToCrawl(ctx, filepath.Join(dir, "page.db"))
	if err != nil {
		return err
	}
	_, err = crawler.Run(ctx, st, cfg)
	return errors.Join(err, st.Close())
}
