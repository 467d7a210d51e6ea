package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stet/store"
)

// mount gives a small file system of its own, or skips the test.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("cannot mount a file system here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fill records pages until the archive takes no more, and gives what was told
// of as committed and the error.
func fill(ctx context.Context, a *Archive) (told []string, err error) {
	c, err := a.Begin(ctx, store.BeginCrawl{Job: "full", Now: day, Committed: func(vs []*store.Visit) {
		for _, v := range vs {
			told = append(told, v.Target.URL)
		}
	}})
	if err != nil {
		return nil, err
	}
	var ts []store.NewTarget
	for n := range 2000 {
		ts = append(ts, newTarget("full.example", n))
	}
	if _, err := c.Enqueue(ctx, ts); err != nil {
		return nil, err
	}
	hosts, err := c.ClaimHosts(ctx, day, 0, 1)
	if err != nil {
		return nil, err
	}
	due, err := c.Due(ctx, hosts[0].Lease, day, len(ts))
	if err != nil {
		return nil, err
	}
	for i, t := range due {
		body := make([]byte, 20_000)
		rand.Read(body)
		v := &store.Visit{Lease: hosts[0].Lease, Target: t, Started: day, State: store.StateFetched, Status: 200, Fetched: true, Capture: answer(t.URL, body)}
		err = c.Record(ctx, v)
		if err == nil && i%20 == 19 {
			err = c.Flush(ctx)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		return told, errors.New("2,000 pages of 20 KB fitted in")
	}
	// The first error stays.
	for what, later := range map[string]error{"flush": c.Flush(ctx), "renew": c.Renew(ctx, day), "finish": c.Finish(ctx, day, store.RunFailed, "")} {
		if later == nil {
			return told, fmt.Errorf("%s after %v: got no error", what, err)
		}
		if errors.Is(err, store.ErrFull) && !errors.Is(later, store.ErrFull) {
			return told, fmt.Errorf("%s gives %v, not the first error", what, later)
		}
	}
	return told, err
}

// allThere fails unless every page told of is in the archive.
func allThere(t *testing.T, path string, told []string) {
	t.Helper()
	a, err := Open(t.Context(), path, Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	wholesome(t, a)
	for _, url := range told {
		if _, err := a.Body(t.Context(), url); err != nil {
			t.Fatalf("told of as committed: %v", err)
		}
	}
	s, err := a.Stats(t.Context())
	if err != nil || s.Captures != len(told) {
		t.Errorf("%d captures, %v, want the %d told of", s.Captures, err, len(told))
	}
	c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "full", Now: day.AddDate(0, 0, 1)})
	if err != nil {
		t.Fatalf("begin where there is room again: %v", err)
	}
	if n, _, err := c.Waiting(t.Context()); err != nil || n != 2000-len(told) || !c.Resumed() {
		t.Errorf("%d waiting, resumed %v, %v, want %d", n, c.Resumed(), err, 2000-len(told))
	}
}

func TestDiskFull(t *testing.T) {
	dir := mount(t, "size=12m")
	path := filepath.Join(dir, "a.db")
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	told, err := fill(t.Context(), a)
	if !errors.Is(err, store.ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if len(told) < 50 {
		t.Errorf("%d pages were kept in 12 MB", len(told))
	}
	if _, err := a.Entry(t.Context(), told[0]); err != nil {
		t.Errorf("reading while the disk is full: %v", err)
	}
	if err := a.Close(); err != nil && !errors.Is(err, store.ErrFull) {
		t.Errorf("close: %v", err)
	}
	// The archive with whatever lies beside it is taken to a larger disk.
	larger := filepath.Join(t.TempDir(), "a.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(larger+suffix, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	allThere(t, larger, told)
}

// TestNoRoomToCreate: not even the schema fits.
func TestNoRoomToCreate(t *testing.T) {
	dir := mount(t, "size=64k")
	if _, err := Open(t.Context(), filepath.Join(dir, "a.db"), Options{}); !errors.Is(err, store.ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if list := files(t, dir); len(list) != 0 {
		t.Errorf("there is %q, want nothing", list)
	}
}

// fillChild fills an archive under a limit of the size of files.
func fillChild(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 6 << 20, Max: 6 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	a, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	told, err := fill(context.Background(), a)
	fmt.Println(strings.Join(told, "\n"))
	fmt.Fprintln(os.Stderr, "expected:", err)
	_ = a.Close() // whatever it says, the next one to open the archive finds out
	return nil
}

func TestFileTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	cmd := child(t, "fill", path)
	cmd.Stderr = nil
	out, err := cmd.Output()
	if err != nil {
		var e *exec.ExitError
		errors.As(err, &e)
		t.Fatalf("%v: %s", err, e.Stderr)
	}
	told := strings.Fields(string(out))
	if len(told) < 50 {
		t.Errorf("%d pages were kept in files of 6 MB", len(told))
	}
	allThere(t, path, told)
}

// TestReadOnlyDisk: an archive on a disk that cannot be written is read.
func TestReadOnlyDisk(t *testing.T) {
	dir := mount(t, "size=16m")
	path := filepath.Join(dir, "a.db")
	a, err := Open(t.Context(), path, Options{})
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
	log, err := os.ReadFile(path + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatalf("no log: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	r, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("read-only on a read-only disk: %v", err)
	}
	if s, err := r.Stats(t.Context()); err != nil || s.Targets[store.StateDiscovered] != 1 {
		t.Errorf("targets %v, %v, want the one", s.Targets, err)
	}
	wholesome(t, r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("for writing on a read-only disk: got %v, want os.ErrPermission", err)
	}

	// With pages still in a log it cannot be read where nothing can be written.
	remount(0)
	if err := os.WriteFile(path+"-wal", log, 0o644); err != nil {
		t.Fatal(err)
	}
	remount(syscall.MS_RDONLY)
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "a.db-wal") {
		t.Errorf("with a log on a read-only disk: got %v, want an error that names it", err)
	}
}
