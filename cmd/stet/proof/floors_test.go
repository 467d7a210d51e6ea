package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// floor is one line of .ci/floors: a figure, >= or <=, and the value it is held to.
type floor struct {
	op    string
	value float64
}

func (f floor) holds(got float64) bool {
	if f.op == ">=" {
		return got >= f.value
	}
	return got <= f.value
}

func readFloors(t testing.TB) map[string]floor {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repo, ".ci", "floors"))
	if err != nil {
		t.Fatal(err)
	}
	floors := map[string]floor{}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, f := "", floor{}
		if _, err := fmt.Sscan(line, &name, &f.op, &f.value); err != nil || f.op != ">=" && f.op != "<=" {
			t.Fatalf(".ci/floors: %q: want NAME >= VALUE or NAME <= VALUE", line)
		}
		floors[name] = f
	}
	return floors
}

// report is the one table a proof prints when it is over.
type report struct {
	t      testing.TB
	floors map[string]floor
	b      strings.Builder
}

func newReport(t testing.TB, format string, args ...any) *report {
	r := &report{t: t, floors: readFloors(t)}
	r.line(format, args...)
	t.Cleanup(func() { t.Log(r.b.String()) })
	return r
}

func (r *report) line(format string, args ...any) { fmt.Fprintf(&r.b, format+"\n", args...) }

// check holds a figure against its floor and says whether it stands.
func (r *report) check(name string, got float64) bool {
	r.t.Helper()
	f, known := r.floors[name]
	if !known {
		r.t.Errorf("%s is not in .ci/floors", name)
		return false
	}
	ok := f.holds(got)
	verdict := "ok"
	if !ok {
		verdict = "MISSED"
		r.t.Errorf("%s: got %s, want %s %s", name, figure(got), f.op, figure(f.value))
	}
	r.line("  %-24s %10s   %s %-8s %s", name, figure(got), f.op, figure(f.value), verdict)
	return ok
}

func figure(v float64) string {
	if v == float64(int64(v)) {
		return fmt.Sprint(int64(v))
	}
	return fmt.Sprintf("%.4f", v)
}
