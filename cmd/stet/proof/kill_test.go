package proof

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKill ends crawls with SIGKILL at random instants, looks whether the
// archive is whole, and lets the same command finish: everything must be
// there once, and hardly anything be fetched twice.
func TestKill(t *testing.T) {
	kills := 3
	if isLong() {
		kills = 50
	}
	w := startWorld(t, "-hosts", "6", "-pages", "40", "-hostile=false")
	want := w.articles()
	program := stet(t)
	whole := run(t, 5*time.Minute, program, w.crawlArgs(filepath.Join(t.TempDir(), "whole.db"), "0")...)
	if whole.code != 0 {
		t.Fatalf("the crawl that nobody kills: exit status %d, want 0: %s", whole.code, whole.tail())
	}
	all := len(w.hits())
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 0))
	var sum kill
	late := 0
	for range kills {
		after := time.Duration(dice.Float64() * float64(whole.took))
		k := killOnce(t, w, want, program, after)
		if k.finished {
			late++
		}
		sum.add(k)
	}
	r := newReport(t, "kill -9: %d crawls of %d requests and %.2f s, killed at random instants (seed %d; %d had just ended)", kills, all, whole.took.Seconds(), seed, late)
	r.line("  requests before the kill: mean %d; fetched again: mean %.1f, at most %d", sum.before/kills, float64(sum.again)/float64(kills), sum.mostAgain)
	r.check("kill.lost", float64(sum.lost))
	r.check("kill.duplicates", float64(sum.duplicates))
	r.check("kill.damaged", float64(sum.damaged))
	r.check("kill.not_resumed", float64(sum.notResumed))
	r.check("kill.fetched_again", float64(sum.mostAgain))
}

// kill is what came of killed crawls.
type kill struct {
	before, again, mostAgain              int // requests
	lost, duplicates, damaged, notResumed int
	finished                              bool // the crawl was over before the kill
}

func (k *kill) add(o kill) {
	k.before += o.before
	k.again += o.again
	k.mostAgain = max(k.mostAgain, o.again)
	k.lost += o.lost
	k.duplicates += o.duplicates
	k.damaged += o.damaged
	k.notResumed += o.notResumed
}

// killOnce begins a crawl, kills it, checks what is left and resumes it.
func killOnce(t *testing.T, w *worldServer, want []truth, program string, after time.Duration) (k kill) {
	t.Helper()
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	db := filepath.Join(dir, "archive.db")
	w.hits() // those of the crawl before
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	first := wait(ctx, t, exec.CommandContext(ctx, program, w.crawlArgs(db, "0")...))
	before := w.hits()
	k.before = len(before)
	fault, over := checkCopy(t, dir, db)
	if fault != "" {
		k.damaged = 1
		t.Errorf("killed after %v: integrity_check: %s", after, fault)
	}
	if k.finished = first.code == 0 || over; k.finished {
		return k // the same command would begin a new round
	}
	second := run(t, 5*time.Minute, program, w.crawlArgs(db, "0")...)
	if second.code != 0 {
		k.notResumed = 1
		t.Errorf("killed after %v, resumed: exit status %d, want 0: %s", after, second.code, second.tail())
	}
	k.again, _ = repeats(append(before, w.hits()...))
	a := openArchive(t, db)
	got := a.articles()
	for _, x := range want {
		if _, ok := got[x.URL]; !ok {
			k.lost++
		}
	}
	// A page that was read anew has two revisions of one capture, with another
	// text each.
	k.duplicates = a.count(`SELECT count(*) FROM article`) - a.count(`SELECT count(*) FROM (SELECT DISTINCT target_id, text_digest FROM article)`) +
		a.count(`SELECT count(*) - count(DISTINCT url) FROM articles`)
	if k.lost+k.duplicates > 0 {
		t.Errorf("killed after %v, resumed: %d articles lost, %d twice", after, k.lost, k.duplicates)
	}
	a.db.Close()
	return k
}

// checkCopy runs integrity_check on a copy of a killed archive, so that the
// crawl that resumes finds it exactly as it was left. It gives what is wrong,
// and whether the crawl had been over.
func checkCopy(t *testing.T, dir, db string) (fault string, over bool) {
	t.Helper()
	copied := filepath.Join(dir, "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(db + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(copied); err != nil {
		return "", false // killed before there was an archive
	}
	a := openArchive(t, copied)
	defer a.db.Close()
	a.each(func(scan func(...any)) {
		var s string
		if scan(&s); s != "ok" {
			fault += s + "; "
		}
	}, `PRAGMA integrity_check`)
	if n := a.count(`SELECT count(*) FROM pragma_foreign_key_check`); n > 0 {
		fault += "rows that point nowhere"
	}
	if a.count(`SELECT count(*) FROM sqlite_master WHERE name = 'run'`) == 0 {
		return fault, false
	}
	return fault, a.count(`SELECT count(*) FROM run WHERE state = 'finished'`) > 0
}
