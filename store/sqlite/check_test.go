package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stet/store"
)

// spoil opens a copy of a whole archive and damages it behind our back.
func spoil(t *testing.T, whole []byte, statements string) *Archive {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func wholeArchive(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	makeOld(t, path)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCheckFindsDamage: each kind of damage is found by the check for it.
func TestCheckFindsDamage(t *testing.T) {
	whole := wholeArchive(t)
	for _, x := range []struct{ statements, check, detail string }{
		{`UPDATE payload SET body = substr(body, 1, 20)`, "payload", "payload 1"},
		{`UPDATE payload SET body = x'00'`, "payload", "decompress"},
		{`UPDATE payload SET digest = replace(digest, substr(digest, 1, 1), 'x')`, "payload", "damaged"},
		{`UPDATE payload SET size = size + 1`, "payload", "bytes where"},
		{`UPDATE payload SET size = 1 << 60`, "payload", "a size of"},
		{`UPDATE payload SET size = -1`, "payload", "a size of"},
		{`INSERT INTO payload (digest, size, body) VALUES ('abc', 0, x'28b52ffd2000010000')`, "orphan", "payload 2 belongs to no capture"},
		{`INSERT INTO payload (digest, size, body) VALUES ('abc', 0, x'28b52ffd2000010000')`, "payload", "damaged"},
		{`DELETE FROM capture`, "references", "points to a missing capture"},
		{`UPDATE target SET host_id = 99 WHERE id = 1`, "references", "target 1 points to a missing host"},
		{`UPDATE refused SET job_id = 99`, "references", "refused 1 points to a missing job"},
		{`UPDATE refused SET found_on = 99`, "refused", "refused 1 was found on target 99, which was never visited"},
		{`UPDATE target SET capture_id = NULL`, "target", "does not point to its newest capture 1"},
		{`UPDATE capture SET target_id = 2`, "target", "points to capture 1 of target 2"},
		{`UPDATE capture SET target_id = 2`, "orphan", "of another target"},
		{`UPDATE queue SET pending = pending + 1`, "queue", "2 counted as waiting, 1 waiting"},
		{`DELETE FROM queue`, "queue", "0 counted as waiting, 1 waiting"},
		{`UPDATE queue SET ready_at = NULL`, "queue", "waits for ever"},
		{`UPDATE article SET revision = 2`, "article", "has 1 revisions up to number 2"},
		{`INSERT INTO search (search) VALUES ('delete-all')`, "search", "article 1 is not in the index"},
		{`UPDATE search_docsize SET id = 7`, "search", "holds article 7"},
		{`DELETE FROM search_data WHERE id > 10`, "search", ""},
	} {
		a := spoil(t, whole, x.statements)
		fs, err := a.Check(t.Context())
		if err != nil {
			t.Errorf("%s: %v", x.statements, err)
		}
		found := false
		for _, f := range fs {
			found = found || f.Check == x.check && !f.OK && strings.Contains(f.Detail, x.detail)
		}
		if !found {
			t.Errorf("%s: got %+v, want %s: …%s…", x.statements, fs, x.check, x.detail)
		}
	}
}

// TestOpenDamaged: an archive whose schema is damaged is refused, and not
// taken for something else.
func TestOpenDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, wholeArchive(t), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE', '') WHERE name = 'site'`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for _, err := range untouched(t, path) {
		if errors.Is(err, store.ErrNotArchive) || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("got %v, want that it is damaged", err)
		}
	}
}

// TestCheckFindsFlippedBytes overwrites pages of the file.
func TestCheckFindsFlippedBytes(t *testing.T) {
	whole := wholeArchive(t)
	silent := 0
	for at := 2048; at < len(whole); at += 1024 {
		b := append([]byte(nil), whole...)
		for i := range 64 {
			b[at+i] ^= 0xA5
		}
		path := filepath.Join(t.TempDir(), "a.db")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := Open(t.Context(), path, Options{})
		if err != nil {
			continue // refused at once
		}
		fs, err := a.Check(t.Context())
		ok := err == nil
		for _, f := range fs {
			ok = ok && f.OK
		}
		if ok {
			silent++
		}
		a.Close()
	}
	// Free pages and unused parts of pages may hold anything.
	if pages := len(whole) / 1024; silent > pages/4 {
		t.Errorf("damage to %d of %d pages was not found", silent, pages)
	}
}

func TestCheckTellsOfMany(t *testing.T) {
	a := spoil(t, wholeArchive(t), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
		INSERT INTO payload (digest, size, body) SELECT i, 0, x'' FROM n`)
	fs, err := a.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, more := 0, false
	for _, f := range fs {
		if f.Check == "orphan" {
			n++
			more = more || f.Detail == "and 30 more"
		}
	}
	if n != findingsMost+1 || !more {
		t.Errorf("%d findings for 50 faults, want %d and how many more there are: %+v", n, findingsMost+1, fs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("check with a context that has ended: got %v", err)
	}
}

// TestDamagedBody: bytes that are not those kept are never given out.
func TestDamagedBody(t *testing.T) {
	whole := wholeArchive(t)
	for _, s := range []string{`UPDATE payload SET body = x'28b52ffd2000010000', size = 0`, `UPDATE payload SET size = 3`, `UPDATE payload SET body = x''`,
		`UPDATE capture SET response_headers = '{'`} {
		a := spoil(t, whole, s)
		if b, err := a.Body(t.Context(), "https://old.example/story"); err == nil {
			t.Errorf("%s: got %d bytes and no error", s, len(b.Body))
		}
	}
	a := spoil(t, whole, `UPDATE article SET authors = '['`)
	if e, err := a.Entry(t.Context(), "https://old.example/story"); err == nil {
		t.Errorf("authors that are no JSON: got %+v and no error", e)
	}
	for _, err := range a.Entries(t.Context(), store.Filter{}) {
		if err == nil {
			t.Error("authors that are no JSON: the stream of entries gives no error")
		}
	}
}

// TestPlans: the questions of a crawl are answered by an index, however many
// targets there are.
func TestPlans(t *testing.T) {
	a := openTest(t, Options{})
	defer a.Close()
	for _, x := range []struct{ query, uses string }{
		{`SELECT host_id FROM queue INDEXED BY queue_ready WHERE job_id = 1 AND pending > 0 AND ready_at <= 'x' ORDER BY ready_at LIMIT 5`, "queue_ready (job_id=? AND ready_at<?)"},
		{`SELECT id FROM target INDEXED BY target_due WHERE host_id = 1 AND job_id = 1 AND due_at <= 'x' ORDER BY priority, due_at, id LIMIT 5`, "target_due (host_id=? AND job_id=?)"},
		{`SELECT priority, due_at FROM target INDEXED BY target_due WHERE host_id = 1 AND job_id = 1 AND priority > 3 AND due_at IS NOT NULL ORDER BY priority, due_at LIMIT 1`, "target_due (host_id=? AND job_id=? AND priority>?)"},
		{`SELECT url FROM target INDEXED BY target_root WHERE job_id = 1 AND depth = 0 ORDER BY id`, "target_root (job_id=?)"},
		{"SELECT " + a.columns() + fromArticles + " AND a.target_id > 5 ORDER BY a.target_id LIMIT 10", "a USING INDEX sqlite_autoindex_article_1 (target_id>?)"},
		{"SELECT " + a.columns() + fromPages + " AND t.id > 5 ORDER BY t.id LIMIT 10", "t USING INTEGER PRIMARY KEY (rowid>?)"},
		{`SELECT * FROM link WHERE article_id = 5`, "article USING INTEGER PRIMARY KEY"},
		{`SELECT article_id FROM body_link WHERE url IN ('a', 'b')`, "body_link_url"},
		{`SELECT * FROM visit WHERE target_id = 5 ORDER BY id`, "visit_target"},
		{`SELECT id, coalesce(key, url) = 'x' FROM refused WHERE key_hash = 5`, "refused USING INDEX sqlite_autoindex_refused_1 (key_hash=?)"},
		{`SELECT * FROM robots WHERE origin = 'x' ORDER BY id DESC LIMIT 1`, "robots_origin"},
	} {
		rows, err := a.readers.Query("EXPLAIN QUERY PLAN " + x.query)
		if err != nil {
			t.Fatalf("%s: %v", x.query, err)
		}
		var plan strings.Builder
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			if detail != "USE TEMP B-TREE FOR json_group_array(ORDER BY)" { // the few parts of one article
				plan.WriteString(detail + "\n")
			}
		}
		rows.Close()
		if !strings.Contains(plan.String(), x.uses) || strings.Contains(plan.String(), "TEMP B-TREE") {
			t.Errorf("%s is answered by:\n%swant %s and no sorting", x.query, plan.String(), x.uses)
		}
	}
}

// TestShell opens an archive with the sqlite3 program, as people do.
func TestShell(t *testing.T) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the program sqlite3 is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.db")
	makeOld(t, path)
	for query, want := range map[string]string{
		`SELECT url, title, authors, language, captured_at, revision FROM articles`:                               `https://old.example/story?utm_source=x|An old story 旧闻|["A. Writer"]|en|2026-11-23T12:00:00.000Z|1`,
		`SELECT position, url, text, rel, place FROM link WHERE article_id = 1 ORDER BY position`:                 "0|https://old.example/|Home||elsewhere\n1|https://source.example/|source|nofollow|body",
		`SELECT state, count(*) FROM target GROUP BY state ORDER BY state`:                                        "discovered|1\nfetched|1",
		`SELECT title FROM search WHERE search MATCH 'told'`:                                                      "An old story 旧闻",
		`SELECT title FROM search WHERE search MATCH '"旧 闻"'`:                                                     "An old story 旧闻",
		`SELECT verdict, cast(body AS TEXT) LIKE 'User-agent: *%' FROM robots`:                                    "rules|1",
		`SELECT job.name, run.state, run.reason, run.counts ->> '$.pages' FROM run JOIN job ON job.id = job_id`:   "old|limited|1 page|1",
		`SELECT refused.url, refused.reason, target.url FROM refused JOIN target ON target.id = refused.found_on`: "https://source.example/?utm_source=old|outside the scope (host)|https://old.example/story?utm_source=x",
		`PRAGMA integrity_check`: "ok",
	} {
		out, err := exec.CommandContext(t.Context(), shell, path, query).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("sqlite3 %q: got %q, %v, want %q", query, got, err, want)
		}
	}
	if out, err := exec.CommandContext(t.Context(), shell, path, ".schema").CombinedOutput(); err != nil || !strings.Contains(string(out), "CREATE VIEW articles") {
		t.Errorf(".schema: %v: %s", err, out)
	}
	if _, err := Open(t.Context(), path, Options{}); err != nil {
		t.Errorf("open after the shell: %v", err)
	}
}

// TestLogStaysShort: beside readers that never rest, and beside one that holds
// on to an old state for a while, the log does not grow without bound.
func TestLogStaysShort(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MB: not with -short")
	}
	ctx := t.Context()
	a, c := openBench(t, Options{})
	var ts []store.NewTarget
	for n := range 1500 {
		ts = append(ts, newTarget("log.example", n))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		t.Fatal(err)
	}
	l := lead(t, c)
	due, err := c.Due(ctx, l, day, len(ts))
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error, 2)
	for range 2 {
		go func() {
			for {
				_, err := a.Stats(ctx)
				select {
				case <-stop:
					stopped <- err
					return
				default:
				}
			}
		}()
	}
	old, err := a.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := old.QueryRow("SELECT count(*) FROM target").Scan(&n); err != nil {
		t.Fatal(err)
	}
	longest := int64(0)
	for i, target := range due {
		body := make([]byte, 64<<10)
		fillRandom(body, i)
		if err := c.Record(ctx, &store.Visit{Lease: l, Target: target, Started: day, State: store.StateFetched, Status: 200, Fetched: true, Capture: answer(target.URL, body)}); err != nil {
			t.Fatal(err)
		}
		if i == 300 { // 20 MB later
			if err := old.Rollback(); err != nil {
				t.Fatal(err)
			}
		}
		longest = max(longest, a.logBytes())
	}
	if err := c.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if err := errors.Join(<-stopped, <-stopped); err != nil {
		t.Error(err)
	}
	t.Logf("the log grew to %d MB", longest>>20)
	if longest > 64<<20 {
		t.Errorf("the log grew to %d bytes, want at most 64 MiB", longest)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if list := files(t, filepath.Dir(a.path)); len(list) != 1 {
		t.Errorf("there is %q, want one file", list)
	}
}

func fillRandom(b []byte, seed int) {
	x := uint64(seed)*2862933555777941757 + 3037000493
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x >> 32)
	}
}

// TestDictionary reads a body that was packed with a dictionary, as later
// versions of this format may do.
func TestDictionary(t *testing.T) {
	a := openTest(t, Options{})
	defer a.Close()
	dict := []byte(strings.Repeat("what the pages of one site repeat; ", 20))
	body := []byte(string(dict) + "and what is new")
	packed := packWith(t, dict, body)
	if len(packed) > 60 {
		t.Errorf("%d bytes packed to %d with a dictionary", len(body), len(packed))
	}
	got, err := unpack(packed, dict, int64(len(body)), digestOf(body))
	if err != nil || string(got) != string(body) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := unpack(packed, nil, int64(len(body)), digestOf(body)); err == nil {
		t.Errorf("without the dictionary: got %q and no error", got)
	}
	if _, err := unpack(packed, []byte(fmt.Sprint("another dictionary", strings.Repeat("x", 800))), int64(len(body)), digestOf(body)); err == nil {
		t.Error("with another dictionary: got no error")
	}
}
