package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"stet/store"
)

// The exit statuses.
const (
	done        = 0
	failed      = 1   // an error
	misused     = 2   // wrong arguments; nothing was touched
	partly      = 3   // finished, but some pages failed
	held        = 4   // another crawl holds the archive
	full        = 5   // the disk is full
	newer       = 7   // a newer version made the archive
	interrupted = 130 // as shells say it of Ctrl-C
)

// statusWords say in a verb's help what a status means.
var statusWords = []struct {
	status int
	words  string
}{
	{done, "done"},
	{failed, "an error; one line says which"},
	{misused, "wrong arguments; nothing was touched"},
	{partly, "finished, but some pages failed"},
	{held, "another crawl holds the archive"},
	{full, "the disk is full; what was kept before is safe"},
	{newer, "a newer version of stet made the archive; it was not touched"},
	{interrupted, "interrupted"},
}

// fault is an error with the status to leave with and a hint for the user.
type fault struct {
	status int
	err    error
	hint   string
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// usage is a fault of the arguments.
func usage(format string, args ...any) error {
	return &fault{status: misused, err: fmt.Errorf(format, args...)}
}

// checkCount checks the number that a flag was given.
func checkCount(flag string, n int) error {
	if n < 0 {
		return usage("--%s cannot be negative: %d", flag, n)
	}
	return nil
}

// hinted adds a hint to an error.
func hinted(err error, format string, args ...any) error {
	return &fault{err: err, hint: fmt.Sprintf(format, args...)}
}

// silent ends with a status when all has been said already.
func silent(status int) error { return &fault{status: status, err: errSaid} }

var errSaid = errors.New("said already")

// statusOf gives the exit status of an error.
func statusOf(err error) int {
	var f *fault
	var holds *store.HeldError
	var tooNew *store.NewerError
	switch {
	case err == nil:
		return done
	case errors.As(err, &f) && f.status != 0:
		return f.status
	case errors.Is(err, syscall.EPIPE):
		return done // whoever read our output has seen enough
	case errors.As(err, &holds):
		return held
	case errors.As(err, &tooNew):
		return newer
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return full
	case errors.Is(err, context.Canceled):
		return interrupted
	}
	return failed
}

// hintOf gives what the user can do about an error, "" if we do not know.
func hintOf(err error) string {
	var f *fault
	var holds *store.HeldError
	var tooNew *store.NewerError
	switch {
	case errors.As(err, &f) && f.hint != "":
		return f.hint
	case errors.As(err, &holds):
		return "wait for it to end, or give --archive another file"
	case errors.As(err, &tooNew):
		return "update stet; the archive was not touched"
	case statusOf(err) == full:
		return "free some space and run the same command again; what was kept is safe"
	case errors.Is(err, store.ErrNotArchive):
		return "--archive FILE names the archive"
	case errors.Is(err, fs.ErrPermission):
		return "look who may read and write that file and its folder"
	}
	return ""
}

// report prints an error as one line, and a hint, and gives the exit status.
func (c *console) report(err error) int {
	status := statusOf(err)
	if err == nil || errors.Is(err, errSaid) || errors.Is(err, syscall.EPIPE) {
		return status
	}
	if status == interrupted {
		fmt.Fprintln(c.err, "stet: interrupted")
		return status
	}
	fmt.Fprintln(c.err, "stet: "+clean(message(err)))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintln(c.err, c.errStyle().dim("  "+clean(hint)))
	}
	return status
}

// message is what is printed of an error.
func message(err error) string {
	var holds *store.HeldError
	if !errors.As(err, &holds) {
		return err.Error()
	}
	host, process, ok := strings.Cut(holds.Owner, ":")
	if !ok {
		return "another crawl holds the archive: " + holds.Owner
	}
	return fmt.Sprintf("another crawl holds the archive: process %s on %s", process, host)
}

// withoutPath keeps of an error about a file only what is wrong with it, for
// messages that name the file themselves.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// statuses lists the given statuses for a verb's help.
func statuses(which ...int) string {
	var b strings.Builder
	for _, s := range statusWords {
		for _, w := range which {
			if s.status == w {
				fmt.Fprintf(&b, "  %3d  %s\n", s.status, s.words)
			}
		}
	}
	return b.String()
}
