package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"stet/store"
)

func TestStatusOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, done},
		{errors.New("x"), failed},
		{usage("x"), misused},
		{silent(partly), partly},
		{fmt.Errorf("a: %w", &store.HeldError{Owner: "pid 1"}), held},
		{fmt.Errorf("a: %w", store.ErrFull), full},
		{hinted(syscall.ENOSPC, "h"), full},
		{fmt.Errorf("a: %w", &store.NewerError{Format: 9, Known: 1}), newer},
		{fmt.Errorf("a: %w", context.Canceled), interrupted},
		{fmt.Errorf("write: %w", syscall.EPIPE), done},
	} {
		if got := statusOf(tt.err); got != tt.want {
			t.Errorf("statusOf(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{"one line whatever the error says", errors.Join(errors.New("first"), errors.New("second\x1b[2J")), "stet: first second\n"},
		{"hint", hinted(errors.New("no archive"), "make one"), "stet: no archive\n  make one\n"},
		{"said already", silent(partly), ""},
		{"nobody reads", syscall.EPIPE, ""},
		{"interrupted", context.Canceled, "stet: interrupted\n"},
		{"held", fmt.Errorf("begin: %w", &store.HeldError{Owner: "host:17"}), "stet: another crawl holds the archive: process 17 on host\n  wait for it to end, or give --archive another file\n"},
	} {
		var errs bytes.Buffer
		c := terminal(io.Discard, &errs)
		c.report(tt.err)
		if got := errs.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Every verb has an example and names the statuses it leaves with.
func TestHelpIsComplete(t *testing.T) {
	for _, ch := range chapters(terminal(io.Discard, io.Discard)) {
		for _, v := range ch.verbs {
			if v.Example == "" || v.Annotations[statusKey] == "" || v.Long == "" || v.Short == "" {
				t.Errorf("%s: the help lacks an example, statuses or a text", v.Name())
			}
			for l := range strings.SplitSeq(v.Long+"\n"+v.Example, "\n") {
				if len([]rune(l)) > 80 {
					t.Errorf("%s: line wider than 80 columns: %q", v.Name(), l)
				}
			}
		}
	}
}
