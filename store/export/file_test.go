package export_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stet/store/export"
)

func writes(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, werr := io.WriteString(w, text); werr != nil {
			return werr
		}
		return err
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "(absent)"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// alone says what is in a folder besides the named file.
func alone(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != name {
			t.Errorf("left behind: %s", e.Name())
		}
	}
}

func TestToFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	failure := errors.New("half way")
	steps := []struct {
		text string
		err  error
		want string
	}{
		{"half", failure, "(absent)"}, // nothing under the name unless whole
		{"first", nil, "first"},
		{"half", failure, "first"}, // what was there stays
		{"second", nil, "second"},
		{strings.Repeat("x", 1<<20), nil, strings.Repeat("x", 1<<20)},
	}
	for i, s := range steps {
		if err := export.ToFile(path, writes(s.text, s.err)); !errors.Is(err, s.err) {
			t.Errorf("step %d: got error %v, want %v", i, err, s.err)
		}
		if got := content(t, path); got != s.want {
			t.Errorf("step %d: got %.20q, want %.20q", i, got, s.want)
		}
		alone(t, dir, "out.csv")
	}
}

// While it is being written, the old file is there under its name.
func TestToFileKeepsOldUntilWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := export.ToFile(path, func(w io.Writer) error {
		if got := content(t, path); got != "old" {
			t.Errorf("during the write: got %q, want %q", got, "old")
		}
		return writes("new", nil)(w)
	})
	if got := content(t, path); err != nil || got != "new" {
		t.Errorf("after: got %q, %v, want %q", got, err, "new")
	}
}

func TestToFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := export.ToFile(link, writes("new", nil)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v, want still a link", info.Mode(), err)
	}
	if got := content(t, real); got != "new" {
		t.Errorf("what it points to: got %q, want %q", got, "new")
	}
}

func TestToFileDevice(t *testing.T) {
	if err := export.ToFile(os.DevNull, writes("text", nil)); err != nil {
		t.Errorf("%s: %v", os.DevNull, err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s was replaced: %v, %v", os.DevNull, info, err)
	}
	failure := errors.New("half way")
	if err := export.ToFile(os.DevNull, writes("text", failure)); !errors.Is(err, failure) {
		t.Errorf("got %v, want %v", err, failure)
	}
}

func TestToFileRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{"a folder": dir, "no such folder": filepath.Join(dir, "no", "out")} {
		called := false
		err := export.ToFile(path, func(io.Writer) error { called = true; return nil })
		var perr *fs.PathError
		if !errors.As(err, &perr) || called {
			t.Errorf("%s: got %v, written: %v, want a *fs.PathError and nothing written", name, err, called)
		}
	}
}
