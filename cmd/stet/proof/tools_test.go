package proof

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// repo is the root of the repository, as seen from a test of this package.
const repo = "../../.."

// bin is where the programs under test are built.
var bin = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "stet-proof-") })

func TestMain(m *testing.M) {
	if os.Getenv("STET_PROOF_CHILD") == "handwritten" {
		if err := handwritten(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	code := m.Run()
	if dir, err := bin(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// long skips a test that takes minutes unless STET_LONG is set.
func long(t testing.TB) {
	t.Helper()
	if !isLong() {
		t.Skip("takes minutes: set STET_LONG=1 to run it, as .ci/run does")
	}
}

func isLong() bool { return os.Getenv("STET_LONG") != "" }

// shared gives a folder of $STET_SHARED, or of "shared" beside the repository,
// and skips the test where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("STET_SHARED")
	if root == "" {
		root = filepath.Join(repo, "..", "shared")
	}
	dir, err := filepath.Abs(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("needs the folder %s of $STET_SHARED or ../shared, which is not part of the repository", name)
	}
	return dir
}

var built sync.Map // program name to a func() (string, error) that builds it once

// build compiles what stands in dir once for all tests and gives its path.
func build(t testing.TB, name, dir, what string, flags ...string) string {
	t.Helper()
	once, _ := built.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		to, err := bin()
		if err != nil {
			return "", err
		}
		path := filepath.Join(to, name)
		cmd := exec.Command("go", slices.Concat([]string{"build", "-o", path}, flags, []string{what})...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		return path, nil
	}))
	path, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func stet(t testing.TB) string { return build(t, "stet", repo, "./cmd/stet", raceFlag...) }
