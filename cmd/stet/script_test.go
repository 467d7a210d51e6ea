package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"stet/cmd/stet/demosite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stet": main})
}

// TestScript runs the scripts in testdata/script. Each has the demo site to
// itself, at $EN and $ZH.
func TestScript(t *testing.T) {
	scripts(t, filepath.Join("testdata", "script"))
}

func scripts(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		UpdateScripts: *update,
		Setup:         serveDemo,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exitsWith,
			"fill":  fill,
		},
	})
}

func serveDemo(env *testscript.Env) error {
	ctx, cancel := context.WithCancel(context.Background())
	site := demosite.New()
	wait, err := site.Serve(ctx)
	if err != nil {
		cancel()
		return err
	}
	env.Defer(func() { cancel(); wait() })
	env.Setenv("EN", site.Origin(demosite.English))
	env.Setenv("ZH", site.Origin(demosite.Chinese))
	env.Setenv("TMPDIR", env.WorkDir)
	return nil
}

// exitsWith runs a command that must end with the given status:
//
//	exits 2 stet crawl
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARGUMENTS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%q: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%q: exit status %d, want %d", args[1:], got, want)
	}
}

// fill puts the values of $NAMES into a file.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill FILE")
	}
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}
