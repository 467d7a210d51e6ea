package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"stet/cmd/stet/demosite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stet": main})
}

// TestScript runs the scripts in testdata/script. Each has the demo site to
// itself, at $EN and $ZH. Besides the commands of testscript they know exits,
// fill and crawled.
func TestScript(t *testing.T) {
	k := kept{folder: t.TempDir()}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup:         serveDemo,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exitsWith,
			"fill":    fill,
			"crawled": k.crawled,
		},
	})
}

// kept is an archive of the whole demo site, crawled once for all scripts that
// only read it.
type kept struct {
	folder string
	once   sync.Once
	err    error
	en, zh string // where the site was
}

// crawled puts the archive into the script's folder as archive.db, and sets
// $EN and $ZH to where the site was when it was crawled:
//
//	crawled
func (k *kept) crawled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: crawled")
	}
	k.once.Do(k.crawl)
	ts.Check(k.err)
	b, err := os.ReadFile(filepath.Join(k.folder, "archive.db"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("archive.db"), b, 0o666))
	ts.Setenv("EN", k.en)
	ts.Setenv("ZH", k.zh)
}

func (k *kept) crawl() {
	ctx, cancel := context.WithCancel(context.Background())
	site := demosite.New()
	wait, err := site.Serve(ctx)
	if err != nil {
		cancel()
		k.err = err
		return
	}
	defer wait()
	defer cancel()
	k.en, k.zh = site.Origin(demosite.English), site.Origin(demosite.Chinese)
	path := filepath.Join(k.folder, "archive.db")
	status, _, stderr := piped("crawl", k.en+"/", k.zh+"/", "--delay", "0", "--quiet", "--archive", path)
	if status != done {
		k.err = fmt.Errorf("crawl the demo site: status %d: %s", status, stderr)
	}
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
