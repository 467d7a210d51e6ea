package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files and scripts")

// piped runs stet with its output going to files, in this process.
func piped(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	c := &console{
		in: strings.NewReader(""), out: bufio.NewWriter(&out), err: &errs,
		width: func() int { return 80 }, getenv: func(string) string { return "" },
	}
	status = run(context.Background(), args, c)
	return status, out.String(), errs.String()
}

// TestHelpGolden shows every change of a help text.
func TestHelpGolden(t *testing.T) {
	var b strings.Builder
	tell := func(args ...string) {
		status, stdout, stderr := piped(args...)
		if status != done || stderr != "" {
			t.Errorf("stet %q: status %d, %q", args, status, stderr)
		}
		fmt.Fprintf(&b, "$ stet %s\n%s\n", strings.Join(args, " "), stdout)
	}
	tell("help")
	for _, ch := range chapters(terminal(io.Discard, io.Discard)) {
		for _, v := range ch.verbs {
			tell("help", v.Name())
			for _, sub := range v.Commands() {
				tell("help", v.Name(), sub.Name())
			}
		}
	}
	golden := filepath.Join("testdata", "help.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the help has changed; -update rewrites %s\n%s", golden, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d:\ngot  %q\nwant %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(g), len(w))
}

// The three ways of asking for help give the same.
func TestHelpWays(t *testing.T) {
	_, want, _ := piped("help", "crawl")
	for _, args := range [][]string{{"crawl", "--help"}, {"crawl", "-h"}, {"crawl", "https://a.example/", "--help"}} {
		if status, got, stderr := piped(args...); got != want || status != done || stderr != "" {
			t.Errorf("stet %q: status %d, stderr %q, want the text of stet help crawl", args, status, stderr)
		}
	}
}

func TestHelpOnTerminal(t *testing.T) {
	var out bytes.Buffer
	c := terminal(&out, io.Discard)
	c.color = true
	if status := run(context.Background(), []string{"help", "list"}, c); status != done {
		t.Fatalf("status %d", status)
	}
	if got := out.String(); !strings.Contains(got, "\x1b[1mUsage:\x1b[0m") {
		t.Errorf("no bold heading in %q", got)
	}
}
