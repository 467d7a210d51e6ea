package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stet/store"
)

func TestCause(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("open archive a.db: %w", store.ErrFull), "no space left on the disk"},
		{&fs.PathError{Op: "open", Path: "/x/.tmp-1", Err: fs.ErrPermission}, "permission denied"},
		{errors.New("odd"), "odd"},
	} {
		if got := cause(tt.err); got != tt.want {
			t.Errorf("cause(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}

// A search that cannot bring the index up to date must not pass for one that
// found nothing.
func TestSearchUnwritable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	st, err := openToCrawl(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o444, dir: 0o555} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Chmod(dir, 0o755) // so that it can be removed
	status, out, said := piped("search", "--archive", path, "word")
	if status != done || out != "" || !strings.Contains(said, "newer articles may be missing") {
		t.Errorf("status %d, out %q, said %q; want 0, nothing and a warning", status, out, said)
	}
}
