package sqlite

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
)

var update = flag.Bool("update", false, "make the archive of the newest format in testdata anew; only before that format is released")

const newestArchive = "testdata/format4.db.gz"

// makeOld fills an archive with one of everything, for testdata.
func makeOld(t *testing.T, path string) {
	t.Helper()
	ctx := t.Context()
	a, err := Open(ctx, path, Options{MadeBy: "stet test", pageSize: 1024})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Begin(ctx, store.BeginCrawl{Job: "old", Config: `{"seeds":["https://old.example/"]}`, Owner: "old", Now: day})
	if err != nil {
		t.Fatal(err)
	}
	story := store.NewTarget{URL: "https://old.example/story?utm_source=x", Key: "https://old.example/story", Host: "old.example", Site: "old.example", Via: "seed"}
	if _, err := c.Enqueue(ctx, []store.NewTarget{story}); err != nil {
		t.Fatal(err)
	}
	l := lead(t, c)
	if err := c.SaveRobots(ctx, l, store.Robots{Origin: "https://old.example", FetchedAt: day, ExpiresAt: day.AddDate(0, 0, 1), Status: 200, Verdict: "rules", Body: []byte("User-agent: *\nDisallow: /no\n")}); err != nil {
		t.Fatal(err)
	}
	ts, err := c.Due(ctx, l, day, 1)
	if err != nil {
		t.Fatal(err)
	}
	v := &store.Visit{Lease: l, Target: ts[0], Started: day, Took: time.Second, Status: 200, State: store.StateFetched, Fetched: true, Bytes: 30, ETag: `"1"`,
		NextAllowedAt: day.Add(time.Second), Delay: time.Second, Capture: answer(story.URL, []byte("<title>An old story 旧闻</title>")),
		Document: &extract.Document{Kind: extract.KindArticle, Charset: "UTF-8", Links: []extract.Link{
			{URL: "https://old.example/", Text: "Home", Place: extract.PlaceElsewhere}, {URL: "https://source.example/", Text: "source", Rel: "nofollow", Place: extract.PlaceBody}},
			Article: &extract.Article{Title: "An old story 旧闻", Authors: []string{"A. Writer"}, PublishedAt: "2026-11-20", Language: "en", Text: "It was told before. 旧闻。", HTML: "<p>It was told before. 旧闻。</p>",
				WordCount: 6, Quality: .9, Images: []extract.Image{{URL: "https://old.example/i.png", Alt: "picture"}}, Sources: map[string]string{"title": "html"}}},
		Found:   []store.NewTarget{{URL: "https://old.example/later", Key: "https://old.example/later", Host: "old.example", Site: "old.example", Depth: 1, Via: "link"}},
		Refused: []store.Refusal{{URL: "https://source.example/?utm_source=old", Key: "https://source.example/", Via: "link", Reason: "outside the scope (host)"}}}
	if err := c.Record(ctx, v); err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(ctx, day.Add(time.Minute), store.RunLimited, "1 page"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Search(ctx, store.Query{Text: "old"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// seeOld looks whether everything of makeOld is there that an archive of that
// format can hold.
func seeOld(t *testing.T, a *Archive, format int) {
	t.Helper()
	ctx := t.Context()
	wholesome(t, a)
	const key = "https://old.example/story"
	e, err := a.Entry(ctx, key)
	if err != nil || e.Title != "An old story 旧闻" || e.Authors[0] != "A. Writer" || e.Text != "It was told before. 旧闻。" || e.Images[0].Alt != "picture" ||
		e.Revision != 1 || e.Sources["title"] != "html" || e.PublishedAt != "2026-11-20" || !e.CapturedAt.Equal(day) {
		t.Errorf("entry %+v, %v", e, err)
	}
	b, err := a.Body(ctx, key)
	if err != nil || string(b.Body) != "<title>An old story 旧闻</title>" || b.ResponseHeader.Get("Server") != "nginx" {
		t.Errorf("body %+v, %v", b, err)
	}
	links, err := a.Links(ctx, key)
	if err != nil || len(links) != 2 || links[1] != (extract.Link{URL: "https://source.example/", Text: "source", Rel: "nofollow", Place: extract.PlaceBody}) {
		t.Errorf("links %+v, %v", links, err)
	}
	hits, err := a.Search(ctx, store.Query{Text: "旧闻 told"})
	if err != nil || len(hits) != 1 || hits[0].Snippet != "It was \x01told\x02 before. \x01旧闻\x02。" {
		t.Errorf("hits %+v, %v", hits, err)
	}
	trace, err := a.Trace(ctx, key, key)
	if err != nil || trace.Job != "old" || len(trace.Visits) != 1 || trace.Robots == nil || trace.Robots.Verdict != "rules" {
		t.Errorf("trace %+v, %v", trace, err)
	}
	trace, err = a.Trace(ctx, "https://source.example/", "https://source.example/")
	if err != nil || len(trace.LinkedBy) != 1 {
		t.Errorf("trace of a link %+v, %v", trace, err)
	}
	want := []store.RefusalRow{{FoundOn: "https://old.example/story?utm_source=x", FoundAt: day.Add(time.Second), Via: "link", Depth: 1,
		Reason: "outside the scope (host)", Job: "old", JobConfig: `{"seeds":["https://old.example/"]}`}}
	if format < formatRefused {
		want = nil
	}
	if !reflect.DeepEqual(trace.Refused, want) {
		t.Errorf("refused %+v, want %+v", trace.Refused, want)
	}
	if s, err := a.Stats(ctx); err != nil || s.Articles != 1 || len(s.Refused) != len(want) {
		t.Errorf("stats %+v, %v", s, err)
	}
}

// readOld is seeOld, and goes on crawling.
func readOld(t *testing.T, a *Archive, format int) {
	t.Helper()
	ctx := t.Context()
	seeOld(t, a, format)
	c, err := a.Begin(ctx, store.BeginCrawl{Job: "old", Now: day.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	hs, err := c.ClaimHosts(ctx, day.Add(time.Hour), 0, 1)
	if err != nil || len(hs) != 1 || !c.Resumed() {
		t.Fatalf("hosts %v, resumed %v, %v", hs, c.Resumed(), err)
	}
	ts, err := c.Due(ctx, hs[0].Lease, day.Add(time.Hour), 5)
	if err != nil || len(ts) != 1 || ts[0].URL != "https://old.example/later" {
		t.Fatalf("due %v, %v", ts, err)
	}
	if err := c.Record(ctx, &store.Visit{Lease: hs[0].Lease, Target: ts[0], Started: day, State: store.StateGone, Status: 404, Fetched: true,
		Refused: []store.Refusal{{URL: "https://new.example/", Reason: "outside the scope (host)"}}}); err != nil {
		t.Error(err)
	}
	if err := c.Finish(ctx, day.Add(time.Hour), store.RunFinished, ""); err != nil {
		t.Error(err)
	}
	if trace, err := a.Trace(ctx, "https://new.example/", "https://new.example/"); err != nil || len(trace.Refused) != 1 {
		t.Errorf("a link that was not followed now: %+v, %v", trace, err)
	}
	wholesome(t, a)
}

// oldArchive unpacks an archive of testdata.
func oldArchive(t *testing.T, name string) (path string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOldArchives opens an archive of each format there ever was: as it is,
// for reading, then for writing, in the newest format. New formats add a file
// to testdata; none is ever taken away.
func TestOldArchives(t *testing.T) {
	if *update {
		path := filepath.Join(t.TempDir(), "a.db")
		makeOld(t, path)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
		w.Write(b)
		w.Close()
		if err := os.WriteFile(newestArchive, z.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob("testdata/format*.db.gz")
	if err != nil || len(names) != len(migrations()) {
		t.Fatalf("testdata has %q, %v, want one archive for each of %d formats", names, err, len(migrations()))
	}
	for i, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			path := oldArchive(t, name)
			a, err := Open(t.Context(), path, Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			seeOld(t, a, i+1)
			if err := a.Close(); err != nil || a.format != i+1 {
				t.Errorf("opened for reading: got format %d, %v, want %d", a.format, err, i+1)
			}
			if a, err = Open(t.Context(), path, Options{}); err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			readOld(t, a, i+1)
		})
	}
}

// TestSchemaIsThatOfTestdata fails when a migration that made an archive in
// testdata was edited.
func TestSchemaIsThatOfTestdata(t *testing.T) {
	schema := func(a *Archive) string {
		defer a.Close()
		rows, err := a.readers.Query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
		if err != nil {
			t.Fatal(err)
		}
		all, err := stringsOf(rows)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, ";\n")
	}
	for n := range migrations() {
		steps := migrations()[:n+1]
		old, err := Open(t.Context(), oldArchive(t, fmt.Sprintf("testdata/format%d.db.gz", n+1)), Options{migrations: steps})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := schema(openTest(t, Options{migrations: steps})), schema(old); got != want {
			t.Errorf("the migrations make another schema of format %d than the archive in testdata has: a released migration is never edited; before the release run the tests with -update", n+1)
		}
	}
}

func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	makeOld(t, path)
	next := append(migrations(), `ALTER TABLE article ADD COLUMN extra TEXT; UPDATE article SET extra = 'x'`)

	// One that fails in the middle leaves everything as it was.
	broken := append(append([]string(nil), next...), "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)")
	if _, err := Open(t.Context(), path, Options{migrations: broken}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("format %d:", len(broken))) {
		t.Errorf("a migration that fails: got %v, want an error that names the format", err)
	}
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("after a migration that failed: %v", err)
	}
	wholesome(t, a)
	c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var held *store.HeldError
	if _, err := Open(t.Context(), path, Options{migrations: next}); !errors.As(err, &held) {
		t.Errorf("a migration under a running crawl: got %v, want a HeldError", err)
	}
	if err := errors.Join(c.Finish(t.Context(), day, store.RunFinished, ""), a.Close()); err != nil {
		t.Fatal(err)
	}
	old, err := Open(t.Context(), path, Options{migrations: next, ReadOnly: true})
	if err != nil {
		t.Fatalf("an older format, read-only: %v", err)
	}
	wholesome(t, old)
	if err := old.Close(); err != nil || old.format != len(next)-1 {
		t.Errorf("an older format, read-only: opened as format %d, %v, want %d", old.format, err, len(next)-1)
	}

	if a, err = Open(t.Context(), path, Options{migrations: next, MadeBy: "stet 2"}); err != nil {
		t.Fatal(err)
	}
	var format, version int
	var by, extra string
	if err := a.readers.QueryRow(`SELECT format, made_by, extra FROM archive, article`).Scan(&format, &by, &extra); err != nil || format != len(next) || by != "stet 2" || extra != "x" {
		t.Errorf("format %d made by %q, extra %q, %v", format, by, extra, err)
	}
	if err := a.readers.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil || version != len(next) {
		t.Errorf("user_version %d, %v", version, err)
	}
	if old, err = Open(t.Context(), path, Options{migrations: next, ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil || old.format != len(next) {
		t.Errorf("migrated, but only in the log: opened as format %d, %v, want %d", old.format, err, len(next))
	}
	readOld(t, a, len(next))
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	var newer *store.NewerError
	if _, err := Open(t.Context(), path, Options{}); !errors.As(err, &newer) || newer.MadeBy != "stet 2" {
		t.Errorf("the migrated archive by an older version: got %v, want a NewerError", err)
	}
}
