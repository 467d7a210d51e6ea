package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stet/store"
)

// files gives the names and sizes of what is in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range es {
		fi, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %d %v", e.Name(), fi.Size(), fi.ModTime()))
	}
	return all
}

// untouched opens what is no archive for this version, and fails if that
// leaves any trace.
func untouched(t *testing.T, path string) []error {
	t.Helper()
	before, _ := os.ReadFile(path)
	list := files(t, filepath.Dir(path))
	var errs []error
	for _, o := range []Options{{}, {ReadOnly: true}, {MustExist: true}} {
		a, err := Open(t.Context(), path, o)
		if err == nil {
			a.Close()
			t.Errorf("open %s with %+v: got no error", path, o)
		}
		errs = append(errs, err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Errorf("opening %s changed it", path)
	}
	if now := files(t, filepath.Dir(path)); !slices.Equal(list, now) {
		t.Errorf("opening %s left %q, before there was %q", path, now, list)
	}
	return errs
}

func TestOpenCreates(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	a, err := Open(t.Context(), path, Options{MadeBy: "stet 1.2"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: day})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enqueue(t.Context(), []store.NewTarget{newTarget("a.example", 1)}); err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(t.Context(), day, store.RunFinished, ""); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if list := files(t, dir); len(list) != 1 {
		t.Errorf("after close there is %q, want one file", list)
	}
	if fi, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o644 {
		t.Errorf("mode is %v, want -rw-r--r--", fi.Mode())
	}
	head, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// https://www.sqlite.org/fileformat.html: write and read version 2 is WAL,
	// the application id stands at 68, the user version at 60.
	if head[18] != 2 || head[19] != 2 || string(head[68:72]) != "stet" || int(head[63]) != Format() {
		t.Errorf("header is % x", head[:100])
	}
	var by string
	b, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.readers.QueryRow("SELECT made_by FROM archive").Scan(&by); err != nil || by != "stet 1.2" {
		t.Errorf("made by %q, %v, want stet 1.2", by, err)
	}
}

func TestOpenOddNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "ärchiv 档案.db", "a'b\"c.db", "a&b=c.db", ":memory:", "file:x.db", "-wal"} {
		a, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Errorf("open %q: %v", name, err)
			continue
		}
		if err := a.Close(); err != nil {
			t.Errorf("close %q: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("archive %q: %v", name, err)
		}
	}
	if list := files(t, dir); len(list) != 10 {
		t.Errorf("there is %q, want 10 files", list)
	}
}

func TestOpenEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{ReadOnly: true}, {MustExist: true}} {
		if _, err := Open(t.Context(), path, o); !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("an empty file with %+v: got %v, want ErrNotArchive", o, err)
		}
	}
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("an empty file, as mktemp makes it: %v", err)
	}
	defer a.Close()
	if fi, _ := os.Stat(path); fi.Mode().Perm() != 0o600 {
		t.Errorf("mode became %v, want 0600", fi.Mode())
	}
}

func TestOpenMissing(t *testing.T) {
	dir := t.TempDir()
	for _, o := range []Options{{ReadOnly: true}, {MustExist: true}} {
		if _, err := Open(t.Context(), filepath.Join(dir, "a.db"), o); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a missing file with %+v: got %v, want fs.ErrNotExist", o, err)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "no", "a.db"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder: got %v, want fs.ErrNotExist", err)
	}
	if list := files(t, dir); len(list) != 0 {
		t.Errorf("there is %q, want nothing", list)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, filepath.Join(dir, "a.db"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: got %v", err)
	}
	if list := files(t, dir); len(list) != 0 {
		t.Errorf("there is %q, want nothing", list)
	}
}

func TestOpenNotArchive(t *testing.T) {
	for name, content := range map[string][]byte{
		"text":       []byte("this is no database\n"),
		"one byte":   {'S'},
		"zeros":      make([]byte, 8192),
		"magic only": []byte("SQLite format 3\x00"),
	} {
		path := filepath.Join(t.TempDir(), "a.db")
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, err := range untouched(t, path) {
			if !errors.Is(err, store.ErrNotArchive) {
				t.Errorf("%s: got %v, want ErrNotArchive", name, err)
			}
		}
	}
	for _, err := range untouched(t, t.TempDir()) {
		if !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("a folder: got %v, want ErrNotArchive", err)
		}
	}
	for _, mode := range []string{"wal", "delete"} {
		path := filepath.Join(t.TempDir(), "other.db")
		other := sql.OpenDB(newConnector(path, params{mode: "rwc", pragmas: []pragma{{"journal_mode", mode}}}))
		if _, err := other.Exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		for _, err := range untouched(t, path) {
			if !errors.Is(err, store.ErrNotArchive) {
				t.Errorf("another program's database in mode %s: got %v, want ErrNotArchive", mode, err)
			}
		}
	}
}

func TestOpenNewer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	newer := append(migrations(), "CREATE TABLE more (x)", "ALTER TABLE more ADD COLUMN y")
	a, err := Open(t.Context(), path, Options{MadeBy: "stet 9.0", migrations: newer})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, err := range untouched(t, path) {
		var n *store.NewerError
		if !errors.As(err, &n) {
			t.Fatalf("an archive of a newer format: got %v, want a NewerError", err)
		}
		if *n != (store.NewerError{Format: len(newer), Known: len(newer) - 2, MadeBy: "stet 9.0"}) {
			t.Errorf("got %+v", n)
		}
	}
}

// TestNewerInLog: a newer version has changed the archive, but died before the
// log was moved into the file.
func TestNewerInLog(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.writer.conn.ExecContext(t.Context(), "PRAGMA user_version = 7"); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "a.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	var n *store.NewerError
	if _, err := Open(t.Context(), copied, Options{}); !errors.As(err, &n) || n.Format != 7 {
		t.Errorf("got %v, want a NewerError of format 7", err)
	}
	if _, err := Open(t.Context(), copied, Options{ReadOnly: true}); !errors.As(err, &n) || n.Format != 7 {
		t.Errorf("read-only: got %v, want a NewerError of format 7", err)
	}
}

func TestCreateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			a, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: day})
			var held *store.HeldError
			if err != nil && !errors.As(err, &held) {
				t.Error(err)
			}
			if err == nil {
				if _, err := c.Enqueue(t.Context(), []store.NewTarget{newTarget("a.example", 1)}); err != nil {
					t.Error(err)
				}
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list := files(t, filepath.Dir(path)); len(list) != 1 {
		t.Errorf("there is %q, want one file", list)
	}
	a, err := Open(t.Context(), path, Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s, err := a.Stats(t.Context())
	if err != nil || s.Targets[store.StateDiscovered] != 1 {
		t.Errorf("targets are %v, %v, want the one", s.Targets, err)
	}
}

// TestPragmas looks at every connection of the pool and at the writer's.
func TestPragmas(t *testing.T) {
	a := openTest(t, Options{})
	defer a.Close()
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "30000", "trusted_schema": "0",
		"mmap_size": "0", "application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(Format()), "page_size": fmt.Sprint(pageSize), "cell_size_check": "1"}
	look := func(who string, conn *sql.Conn, more ...string) {
		t.Helper()
		for name, value := range want {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s is %q, %v, want %s", who, name, got, err, value)
			}
		}
		for i := 0; i < len(more); i += 2 {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+more[i]).Scan(&got); err != nil || got != more[i+1] {
				t.Errorf("%s: %s is %q, %v, want %s", who, more[i], got, err, more[i+1])
			}
		}
	}
	look("writer", a.writer.conn, "cache_size", "-8192", "query_only", "0", "wal_autocheckpoint", "4000", "journal_size_limit", "16777216")
	if err := a.writer.emptyLog(1); err != nil {
		t.Error(err)
	}
	look("writer after emptying the log", a.writer.conn)
	var conns []*sql.Conn
	for i := range readers {
		c, err := a.readers.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		look(fmt.Sprintf("reader %d", i), c, "query_only", "1", "cache_size", "-1024")
		if _, err := c.ExecContext(t.Context(), "DELETE FROM archive"); err == nil {
			t.Errorf("reader %d can write", i)
		}
		conns = append(conns, c)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := a.readers.Conn(ctx); err == nil {
		t.Errorf("there is a reader more than %d", readers)
	}
	for _, c := range conns {
		c.Close()
	}
}

func TestPragmaIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	for _, p := range []pragma{{"journal_mod", "wal"}, {"synchronous", "FULL"}, {"page_size", "1000"}} {
		db := sql.OpenDB(newConnector(path, params{mode: "rwc", pragmas: []pragma{p}}))
		if err := db.Ping(); err == nil || !strings.Contains(err.Error(), p.name) {
			t.Errorf("pragma %s = %s: got %v, want an error that names it", p.name, p.value, err)
		}
		db.Close()
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	w, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: day})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enqueue(t.Context(), []store.NewTarget{newTarget("a.example", 1)}); err != nil {
		t.Fatal(err)
	}
	s, err := r.Stats(t.Context())
	if err != nil || s.Targets[store.StateDiscovered] != 1 {
		t.Errorf("a reader beside a crawl sees %v, %v, want one target", s.Targets, err)
	}
	if _, err := r.Begin(t.Context(), store.BeginCrawl{Job: "x"}); err == nil {
		t.Error("begin on a read-only archive: got no error")
	}
	if _, err := r.Index(t.Context(), 0); err == nil {
		t.Error("index of a read-only archive: got no error")
	}
	if _, err := r.Search(t.Context(), store.Query{Text: "x"}); err != nil {
		t.Errorf("search in a read-only archive: %v", err)
	}
	fs, err := r.Check(t.Context())
	if err != nil {
		t.Error(err)
	}
	for _, f := range fs {
		if !f.OK {
			t.Errorf("check: %+v", f)
		}
	}
	if err := errors.Join(w.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if list := files(t, filepath.Dir(path)); len(list) != 1 {
		t.Errorf("there is %q, want one file", list)
	}
}
