package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// newTerminal opens a pseudo-terminal of 100 columns (pty(7)): what is written
// to the second end is read from the first.
func newTerminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { ours.Close() })
	n, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	if err := unix.IoctlSetWinsize(int(ours.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// onTerminal runs stet with all its streams on a terminal, and gives what the
// terminal was sent.
func onTerminal(t *testing.T, p *process, after func(sent string)) (string, int) {
	t.Helper()
	ours, theirs := newTerminal(t)
	p.Stdin, p.Stdout, p.Stderr = theirs, theirs, theirs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close() // the process has its own; ours ends when it ends
	var sent bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := ours.Read(buf)
		sent.Write(buf[:n])
		if n > 0 && after != nil {
			after(sent.String())
		}
		if err != nil { // EIO where the last one has closed it
			if !errors.Is(err, syscall.EIO) && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			break
		}
	}
	err := p.Wait()
	if err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return sent.String(), p.ProcessState.ExitCode()
}

func TestCrawlOnTerminal(t *testing.T) {
	p := prepared(t, t.TempDir(), "crawl", english(t), "--delay", "200ms")
	stopped := false
	sent, status := onTerminal(t, p, func(sent string) {
		if !stopped && strings.Contains(sent, "\x1b[J") { // it has been drawn twice
			stopped = true
			p.signal(t, os.Interrupt)
		}
	})
	if status != interrupted {
		t.Errorf("status %d, want %d", status, interrupted)
	}
	for _, want := range []string{"into archive.db", "  kept  ", "  now  ", "finishing what is in flight", "Stopped.", "goes on where this ended"} {
		if !strings.Contains(sent, want) {
			t.Errorf("the terminal was sent %q, want %q in it", sent, want)
		}
	}
	// It hides no cursor, switches no screen, asks the terminal nothing.
	for _, bad := range []string{"\x1b[?", "\x1b]", "\x1b[6n", "\x1bP"} {
		if strings.Contains(sent, bad) {
			t.Errorf("the terminal was sent %q", bad)
		}
	}
	// The summary stands where the display was erased.
	if last := sent[strings.LastIndex(sent, "\x1b["):]; !strings.Contains(last, "Stopped.") {
		t.Errorf("after the last escape sequence: %q, want the whole summary", last)
	}
}

func TestListOnTerminal(t *testing.T) {
	dir := t.TempDir()
	if status := start(t, dir, "crawl", english(t), "--delay", "0", "--limit", "10").status(t); status != done {
		t.Fatalf("crawl: status %d", status)
	}
	for _, tt := range []struct {
		env  string
		want bool // styles
	}{{"TERM=xterm", true}, {"NO_COLOR=1", false}, {"TERM=dumb", false}} {
		p := prepared(t, dir, "list", "--kind", "any", "--limit", "1")
		p.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=", tt.env)
		sent, status := onTerminal(t, p, nil)
		if status != done || strings.Contains(sent, "\x1b[1m") != tt.want {
			t.Errorf("%s: status %d, sent %q, want styles: %v", tt.env, status, sent, tt.want)
		}
	}
}
