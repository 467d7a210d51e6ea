//go:build ignore

// Summary reads what "go test -json" writes and prints what a person wants to
// see of it: a line for each package, all that failed tests said, and with
// -logs what those said that passed. It appends its counts of tests to the
// file -counts and ends with status 1 if anything failed.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

// event is a line of test2json (go doc test2json), or of a failed build.
type event struct {
	Action, Package, ImportPath, Test, Output string
}

// noise begins lines that say only what the summary says too.
var noise = []string{"=== RUN", "=== PAUSE", "=== CONT", "=== NAME", "PASS", "coverage:", "testing: warning: no tests to run"}

type summary struct {
	logs             bool
	said             map[[2]string]string // by package and test
	pass, fail, skip int
	broken           bool
}

func (s *summary) take(e event) {
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Print(e.Output)
	case "build-fail":
		s.broken = true
	case "output":
		s.output(key, e)
	case "pass", "fail", "skip":
		s.end(key, e)
	}
}

func (s *summary) output(key [2]string, e event) {
	for _, n := range noise {
		if strings.HasPrefix(strings.TrimSpace(e.Output), n) {
			return
		}
	}
	if e.Test == "" && (strings.HasPrefix(e.Output, "ok") || strings.HasPrefix(e.Output, "FAIL\t")) {
		fmt.Print(e.Output)
		return
	}
	s.said[key] += e.Output
}

// end is the end of a test, or of a package, whose Test is empty.
func (s *summary) end(key [2]string, e event) {
	if e.Action == "fail" || s.logs && e.Test != "" {
		fmt.Print(s.said[key])
	}
	delete(s.said, key)
	s.broken = s.broken || e.Action == "fail"
	if e.Test == "" {
		return
	}
	switch e.Action {
	case "pass":
		s.pass++
	case "fail":
		s.fail++
	default:
		s.skip++
	}
}

func main() {
	counts := flag.String("counts", "", "append the counts to this `FILE`")
	s := &summary{said: map[[2]string]string{}}
	flag.BoolVar(&s.logs, "logs", false, "show what passed tests logged")
	flag.Parse()
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			s.take(e)
		} else if len(line) > 0 {
			os.Stdout.Write(line) // go itself said it
		}
		if err != nil {
			break
		}
	}
	if err := s.write(*counts); err != nil {
		fmt.Fprintln(os.Stderr, "summary:", err)
		os.Exit(1)
	}
	if s.broken {
		os.Exit(1)
	}
}

func (s *summary) write(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	fmt.Fprintln(f, s.pass, s.fail, s.skip)
	return f.Close()
}
