package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
	"stet/store/export"
	"stet/store/sqlite"
)

var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// archive is an archive with an article that has a link in its text and one
// outside, and a list.
func archive(t *testing.T) store.Store {
	t.Helper()
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{MadeBy: "test"})
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	c, err := st.Begin(ctx, store.BeginCrawl{Job: "j", Config: "{}", Owner: "test", Now: noon, MadeBy: "test"})
	must(t, err)
	const site = "news.example"
	urls := []string{"https://news.example/1", "https://news.example/list"}
	var targets []store.NewTarget
	for _, u := range urls {
		targets = append(targets, store.NewTarget{URL: u, Key: u, Host: site, Site: site, Via: "seed"})
	}
	_, err = c.Enqueue(ctx, targets)
	must(t, err)
	hosts, err := c.ClaimHosts(ctx, noon, time.Hour, 1)
	must(t, err)
	due, err := c.Due(ctx, hosts[0].Lease, noon, 10)
	must(t, err)
	for _, d := range due {
		must(t, c.Record(ctx, visited(hosts[0].Lease, d)))
	}
	must(t, c.Flush(ctx))
	must(t, c.Finish(ctx, noon, store.RunFinished, ""))
	return st
}

func visited(l store.Lease, t store.Target) *store.Visit {
	body := []byte("<html>" + t.URL)
	v := &store.Visit{
		Lease: l, Target: t, Started: noon, Status: 200, State: store.StateFetched, Fetched: true, Bytes: int64(len(body)),
		Capture:  &store.Capture{URL: t.URL, CapturedAt: noon, Status: 200, Method: "GET", Body: body, Digest: strings.Repeat("0", 63) + t.URL[len(t.URL)-1:]},
		Document: &extract.Document{URL: t.URL, Kind: extract.KindList, Title: "A list"},
	}
	if strings.HasSuffix(t.URL, "/1") {
		v.Document.Kind = extract.KindArticle
		v.Document.Article = &extract.Article{URL: t.URL, Title: "One", Language: "en", Text: "Text.", HTML: "<p>Text.</p>", WordCount: 1}
		v.Document.Links = []extract.Link{
			{URL: "https://source.example/", Text: "source", Place: extract.PlaceBody},
			{URL: "https://news.example/list", Text: "more", Place: extract.PlaceElsewhere},
		}
	}
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWrite(t *testing.T) {
	st := archive(t)
	for _, tt := range []struct {
		filter store.Filter
		links  export.LinksOf
		urls   string
		linked int // links of the first record
	}{
		{store.Filter{}, export.LinksBody, "https://news.example/1", 1},
		{store.Filter{}, export.LinksAll, "https://news.example/1", 2},
		{store.Filter{}, export.LinksNone, "https://news.example/1", 0},
		{store.Filter{Kind: "any"}, export.LinksAll, "https://news.example/1 https://news.example/list", 2},
		{store.Filter{Kind: "list"}, export.LinksAll, "https://news.example/list", 0},
		{store.Filter{Language: "zh"}, export.LinksAll, "", 0},
	} {
		var b bytes.Buffer
		n, err := export.Write(context.Background(), st, tt.filter, tt.links, export.JSONL.New(&b))
		must(t, err)
		var urls []string
		linked := 0
		for d := json.NewDecoder(&b); d.More(); {
			var r struct {
				URL   string
				Links []extract.Link
			}
			must(t, d.Decode(&r))
			if urls = append(urls, r.URL); len(urls) == 1 {
				linked = len(r.Links)
			}
		}
		if got := strings.Join(urls, " "); got != tt.urls || n != len(urls) || linked != tt.linked {
			t.Errorf("%+v, links %s: got %q (said %d) with %d links, want %q with %d", tt.filter, tt.links, got, n, linked, tt.urls, tt.linked)
		}
	}
}

func TestWriteEnds(t *testing.T) {
	st := archive(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := export.Write(ctx, st, store.Filter{}, export.LinksBody, export.CSV.New(new(bytes.Buffer))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
	if _, err := export.Write(context.Background(), st, store.Filter{}, export.LinksBody, export.CSV.New(&fullDisk{20})); !errors.Is(err, errFull) {
		t.Errorf("full disk: got %v, want %v", err, errFull)
	}
}
