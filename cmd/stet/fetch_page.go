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
	cfg := crawler.Config{
		Seeds: []string{raw}, Scope: crawler.ScopePage, Depth: &depth, Retries: &retries, Workers: 1,
		Time: crawler.Duration(onePage), MaxWait: crawler.Duration(10 * time.Second), MadeBy: madeBy(),
	}
	if err := check(&cfg); err != nil {
		return extract.Page{}, err
	}
	dir, err := os.MkdirTemp("", "stet-")
	if err != nil {
		return extract.Page{}, fmt.Errorf("make a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir) // a leftover in the temporary folder harms nobody
	st, err := openToCrawl(ctx, filepath.Join(dir, "page.db"))
	if err != nil {
		return extract.Page{}, err
	}
	defer st.Close() // it is thrown away
	p, err := fetchInto(ctx, st, cfg)
	if err != nil {
		return p, fmt.Errorf("fetch %s: %w", raw, err)
	}
	return p, nil
}

// notFetched says in words why a page was not had.
func notFetched(v *store.Visit) error {
	switch words := inWords(v.Class); {
	case v.Class == "robots":
		return fmt.Errorf("closed by %s", v.Reason)
	case v.Class != "" && v.Class != "error" && words != clean(v.Class):
		return errors.New(words)
	}
	return errors.New(v.Reason)
}

// fetchInto crawls and gives the page that the seed led to.
func fetchInto(ctx context.Context, st store.Store, cfg crawler.Config) (extract.Page, error) {
	var last *store.Visit
	cfg.Page = func(v *store.Visit) { last = v }
	if _, err := crawler.Run(ctx, st, cfg); err != nil {
		return extract.Page{}, err
	}
	switch {
	case ctx.Err() != nil:
		return extract.Page{}, ctx.Err()
	case last == nil:
		return extract.Page{}, errors.New("no answer")
	case last.State != store.StateFetched:
		return extract.Page{}, notFetched(last)
	}
	got, err := st.Body(ctx, last.Target.Key)
	if err != nil {
		return extract.Page{}, err
	}
	if got.Truncated != "" || got.Broken != "" {
		return extract.Page{}, fmt.Errorf("it did not arrive whole: %s", last.Reason)
	}
	return extract.Page{URL: got.URL, Status: got.Status, Header: got.ResponseHeader, Body: got.Body,
		FetchedAt: got.CapturedAt.UTC().Format(time.DateOnly)}, nil
}
