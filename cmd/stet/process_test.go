package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stet/cmd/stet/demosite"
)

// process is stet running as a process of its own: the test binary under the
// name that TestMain knows.
type process struct {
	*exec.Cmd
	stdout *bufio.Reader
	pipe   io.Closer
	stderr shared
}

// shared is a buffer that is read while it is written.
type shared struct {
	mu  sync.Mutex
	buf bytes.Buffer
	cut chan struct{} // gets a value after each write, if there is room
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.cut <- struct{}{}:
	default:
	}
	return s.buf.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

func start(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := prepared(t, dir, args...)
	p.begin(t)
	return p
}

// begin starts a prepared process.
func (p *process) begin(t *testing.T) {
	t.Helper()
	p.Stderr = &p.stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout, p.pipe = bufio.NewReader(out), out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
}

// prepared is a process that has not been started.
func prepared(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, exe, args...), stderr: shared{cut: make(chan struct{}, 1)}}
	p.Args[0], p.Dir = "stet", dir
	return p
}

// line reads the next line of standard output.
func (p *process) line(t *testing.T) string {
	t.Helper()
	l, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("stet %q ended early: %v\n%s", p.Args[1:], err, p.stderr.String())
	}
	return l
}

// status waits for the end and gives the exit status.
func (p *process) status(t *testing.T) int {
	t.Helper()
	if _, err := io.Copy(io.Discard, p.stdout); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Fatal(err)
	}
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("stet %q: %v", p.Args[1:], err)
	}
	return p.ProcessState.ExitCode()
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// english serves the demo site and gives the address of its English edition.
func english(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	site := demosite.New()
	wait, err := site.Serve(ctx)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); wait() })
	return site.Origin(demosite.English) + "/"
}

// wants says what standard error must hold.
func (p *process) wants(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if got := p.stderr.String(); !strings.Contains(got, part) {
			t.Errorf("stet %q said %q, want it to say %q", p.Args[1:], got, part)
		}
	}
}

func TestStopSoftly(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		dir := t.TempDir()
		p := start(t, dir, "crawl", english(t), "--delay", "1s", "--json")
		p.line(t) // it is under way
		began := time.Now()
		p.signal(t, sig)
		if got := p.status(t); got != interrupted {
			t.Errorf("%v: status %d, want %d: %s", sig, got, interrupted, p.stderr.String())
		}
		if took := time.Since(began); took > grace {
			t.Errorf("%v: it took %v to end, want at most %v", sig, took, grace)
		}
		p.wants(t, "finishing what is in flight; once more to stop at once", "Stopped. What was kept is safe.",
			"stet crawl "+p.Args[2], "goes on where this ended")
		if status, out, _ := piped("doctor", "--archive", filepath.Join(dir, "archive.db")); status != done {
			t.Errorf("%v: the archive is damaged: %s", sig, out)
		}
	}
}

// slow serves a front page, and a page that never answers.
func slow(t *testing.T) (url string, asked <-chan struct{}) {
	hanging, end := make(chan struct{}), make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<html><body><a href="/slow">slow</a></body></html>`)
	})
	mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) {
		close(hanging)
		<-end
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(func() { close(end); srv.Close() })
	return srv.URL + "/", hanging
}

func TestStopAtOnce(t *testing.T) {
	url, hanging := slow(t)
	p := start(t, t.TempDir(), "crawl", url, "--delay", "0", "--retries", "0")
	<-hanging
	p.signal(t, os.Interrupt)
	for !strings.Contains(p.stderr.String(), "once more") {
		<-p.stderr.cut
	}
	began := time.Now()
	p.signal(t, os.Interrupt)
	if got := p.status(t); got != interrupted {
		t.Errorf("status %d, want %d: %s", got, interrupted, p.stderr.String())
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v to end, want it at once", took)
	}
}

// Ctrl-C ends --batch although standard input stays open, and cuts no line.
func TestStopBatch(t *testing.T) {
	p := prepared(t, t.TempDir(), "extract", "--batch")
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.begin(t)
	const tasks = 500 // their answers do not fit into the buffer of standard output
	if _, err := io.WriteString(in, strings.Repeat("{\"id\":1}\n", tasks)); err != nil {
		t.Fatal(err)
	}
	p.line(t) // it is under way
	p.signal(t, os.Interrupt)
	rest, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(rest, []byte("}\n")) {
		t.Errorf("the output ends in %q, want a whole line", rest[max(0, len(rest)-40):])
	}
	if got := p.status(t); got != interrupted {
		t.Errorf("status %d, want %d: %s", got, interrupted, p.stderr.String())
	}
	p.wants(t, "stet: interrupted")
}

func TestSecondCrawlIsRefused(t *testing.T) {
	dir, url := t.TempDir(), english(t)
	first := start(t, dir, "crawl", url, "--delay", "1s", "--json")
	first.line(t)
	second := start(t, dir, "crawl", url)
	if got := second.status(t); got != held {
		t.Errorf("second crawl: status %d, want %d", got, held)
	}
	second.wants(t, "holds the archive: process ", "wait for it to end")
	reader := start(t, dir, "status")
	if got := reader.line(t); !strings.HasPrefix(got, "Run 1 ") {
		t.Errorf("status meanwhile: got %q", got)
	}
	if got := reader.status(t); got != done {
		t.Errorf("status meanwhile: status %d: %s", got, reader.stderr.String())
	}
	first.signal(t, os.Interrupt)
	first.status(t)
}

// A reader of --json that goes away ends the crawl softly.
func TestNobodyReadsThePages(t *testing.T) {
	p := start(t, t.TempDir(), "crawl", english(t), "--delay", "10ms", "--json")
	p.line(t)
	if err := p.pipe.Close(); err != nil {
		t.Fatal(err)
	}
	if got := p.status(t); got != interrupted {
		t.Errorf("status %d, want %d: %s", got, interrupted, p.stderr.String())
	}
	p.wants(t, "Stopped.", "goes on where this ended")
}

// An archive of a newer format is refused by every verb, and not touched.
func TestNewerArchive(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "archive.db")
	if status := start(t, dir, "crawl", english(t), "--limit", "1", "--quiet").status(t); status != done {
		t.Fatalf("crawl: status %d", status)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[60:64], []byte{0, 0, 3, 231}) // SQLite's user version: the format
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"list"}, {"search", "x"}, {"doctor"}, {"crawl", "https://a.example/"}, {"export", "-o", "x.csv"}} {
		p := start(t, dir, args...)
		if got := p.status(t); got != newer {
			t.Errorf("stet %q: status %d, want %d", args, got, newer)
		}
		p.wants(t, "archive format 999", "update stet; the archive was not touched")
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, b) {
		t.Errorf("the archive was touched: %v", err)
	}
}
