package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
)

// A crash in the middle of a checkpoint leaves some of the log's pages in the
// file and not the others; the log is still whole, so the archive is too.
// Page 1 comes first, and its header then promises more pages than there are.
func TestOpenAfterCrashInCheckpoint(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	path, crashed := filepath.Join(dir, "a.db"), filepath.Join(dir, "crashed.db")
	a, err := Open(ctx, path, Options{MadeBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO site (name) SELECT 'site ' || i FROM n`)
	if err != nil {
		t.Fatal(err)
	}
	file, log := read(t, path), read(t, path+"-wal")
	if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	after := read(t, path)
	copy(file[:pageSize], after[:pageSize])
	if len(after) <= len(file) || len(log) == 0 {
		t.Fatalf("the checkpoint does not grow the file: %d to %d bytes, a log of %d", len(file), len(after), len(log))
	}
	if err := os.WriteFile(crashed, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(crashed+"-wal", log, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err = Open(ctx, crashed, Options{MadeBy: "test"})
	if err != nil {
		t.Fatalf("Open after a crash in a checkpoint: got %v, want the archive", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
