package proof

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var onlyTrap = flag.String("trap", "", "run only this trap of TestTraps")

// trap is one hostile behaviour of the world, at an address of its own.
type trap struct {
	name, origin, start string // origin without, start with its slash
}

// traps reads the world's own list of its traps.
func (w *worldServer) traps() map[string]trap {
	w.t.Helper()
	e := run(w.t, time.Minute, w.cmd.Path, "-list-hostile", "-port", strconv.Itoa(w.port))
	all := map[string]trap{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([\\d.]+:\\d+)(/.*)` \\| (\\S+) \\|").FindAllStringSubmatch(e.stdout, -1) {
		all[m[3]] = trap{name: m[3], origin: "http://" + m[1], start: m[2]}
	}
	if len(all) < 80 {
		w.t.Fatalf("the world lists %d traps, want some 86", len(all))
	}
	return all
}

// closedPaths is what the rules of the traps named robots-… close.
var closedPaths = []string{"/closed/1", "/file.pdf", "/a/deep/tmp/x"}

// closes says whether the robots.txt of a trap closes a path.
func (x trap) closes(target string) bool {
	switch x.name {
	case "robots-5xx":
		return !strings.HasPrefix(target, "/robots.txt")
	case "robots-404", "robots-html":
		return false
	}
	return strings.HasPrefix(x.name, "robots-") && slices.Contains(closedPaths, target)
}

// goodPages is how many good pages stand beside each trap.
const goodPages = 5

// expected gives how many good pages a right crawler keeps of a trap, and how
// many pages it may ask for.
func (x trap) expected() (good, limit int) {
	switch x.name {
	case "hub":
		return 0, 300 // it links to other hosts only
	case "robots-5xx":
		return 0, 300 // RFC 9309, 2.3.1.4: nothing is allowed
	case "robots-delay-huge":
		return 1, 3 // 120 s between two pages, the longest that is obeyed
	}
	return goodPages, 300
}

// uncut are the traps whose page never arrives whole: whatever the archive
// says of them, an article is a fault.
var uncut = []string{"slowloris-body", "endless-body", "endless-slow", "stalled-headers", "stalled-body", "endless-headers",
	"huge-body", "gzip-bomb", "zstd-bomb", "gzip-broken", "gzip-truncated", "length-long", "chunk-truncated", "chunk-bad"}

// patience is how long a trap may hold a crawl before it counts as caught.
const patience = 8 * time.Minute

// outcome is what came of the crawl of one trap.
type outcome struct {
	trap
	ended
	good, want, cut int
	why             string
}

// TestTraps crawls each trap alone: every crawl ends by itself, keeps the good
// pages beside the trap, stays small, can say why, and keeps no cut page.
func TestTraps(t *testing.T) {
	long(t)
	w := startWorld(t, "-hosts", "1", "-pages", "1")
	var list []trap
	for name, x := range w.traps() {
		if *onlyTrap == "" || name == *onlyTrap {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b trap) int { return strings.Compare(a.name, b.name) })
	w.hits()
	out := spring(t, list)
	asked, closed := w.asked(list)
	r := newReport(t, "traps: %d, one crawl each", len(list))
	r.line("  %-18s %5s %7s %6s %8s  %s", "trap", "good", "seconds", "MB", "requests", "why")
	var lost, late, mute, peak, cut, died int
	for _, o := range out {
		r.line("  %-18s %d/%d %9.1f %6d %8d  %s%s", o.name, o.good, o.want, o.took.Seconds(), o.peak, asked[o.origin], o.mark(), o.why)
		lost += max(0, o.want-o.good)
		late += count(o.late)
		mute += count(o.why == "")
		cut += o.cut
		died += count(!o.late && o.code != 0 && o.code != 3 || o.panicked())
		peak = max(peak, o.peak)
	}
	r.check("traps.good_lost", float64(lost))
	r.check("traps.never_ended", float64(late))
	r.check("traps.unexplained", float64(mute))
	r.check("traps.cut_kept", float64(cut))
	r.check("traps.robots_closed", float64(closed))
	r.check("traps.died", float64(died))
	r.check("traps.peak_mb", float64(peak))
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// asked counts the requests that each trap was sent, by origin, and those for
// what its robots.txt closes.
func (w *worldServer) asked(list []trap) (requests map[string]int, closed int) {
	requests = map[string]int{}
	byOrigin := map[string]trap{}
	for _, x := range list {
		byOrigin[x.origin] = x
	}
	for _, h := range w.hits() {
		origin := "http://" + h.host
		requests[origin]++
		closed += count(byOrigin[origin].closes(h.target))
	}
	return requests, closed
}

// mark points to what is wrong in a line of the table.
func (o outcome) mark() string {
	var m []string
	if o.good < o.want {
		m = append(m, "GOOD PAGES LOST")
	}
	if o.late {
		m = append(m, "DID NOT END")
	} else if o.code != 0 && o.code != 3 {
		m = append(m, fmt.Sprintf("EXIT %d %s", o.code, o.tail()))
	}
	if o.panicked() {
		m = append(m, "PANIC")
	}
	if o.cut > 0 {
		m = append(m, "CUT PAGE KEPT")
	}
	if o.why == "" {
		m = append(m, "NO REASON")
	}
	if len(m) == 0 {
		return ""
	}
	return "[" + strings.Join(m, ", ") + "] "
}

// spring crawls all traps, a few at once: most of them only wait.
func spring(t *testing.T, list []trap) []outcome {
	program, dir := stet(t), t.TempDir()
	out := make([]outcome, len(list))
	next := make(chan int, len(list))
	for i := range list {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for i := range next {
				out[i] = list[i].crawl(t, program, filepath.Join(dir, list[i].name+".db"))
			}
		})
	}
	wg.Wait()
	return out
}

func (x trap) crawl(t *testing.T, program, db string) outcome {
	good, limit := x.expected()
	o := outcome{trap: x, want: good}
	o.ended = run(t, patience, program, "crawl", "--delay", "0", "--allow-network", "127.0.0.0/8",
		"--limit", strconv.Itoa(limit), "--archive", db, "--quiet", x.origin+"/")
	a := openArchive(t, db)
	defer a.db.Close()
	o.good = a.count(`SELECT count(*) FROM articles WHERE url GLOB ?`, x.origin+"/ok/*/")
	o.cut = a.count(`SELECT count(*) FROM article JOIN capture ON capture.id = capture_id WHERE truncated IS NOT NULL OR broken IS NOT NULL`)
	if slices.Contains(uncut, x.name) {
		o.cut += a.count(`SELECT count(*) FROM articles WHERE url = ?`, x.origin+x.start)
	}
	o.why = x.why(t, program, db)
	return o
}

// why is what stet itself says of the trap's first page (of the front page
// where that is closed, so that nothing was found on it): the state, and the
// reason for it or what the page was. Empty is no answer.
func (x trap) why(t *testing.T, program, db string) string {
	page := x.origin + x.start
	if x.name == "robots-5xx" {
		page = x.origin + "/"
	}
	e := run(t, time.Minute, program, "why", "--json", "--archive", db, page)
	var told struct {
		State, Reason string
		Visits        []struct {
			Status                  int
			Reason, Truncated, Kind string
			KindReason              string `json:"kind_reason"`
		}
	}
	if e.code != 0 || json.Unmarshal([]byte(e.stdout), &told) != nil {
		return ""
	}
	last, reason := "", told.Reason
	if n := len(told.Visits); n > 0 {
		v := told.Visits[n-1]
		last = fmt.Sprintf(" (%d visits, last status %d %s %s)", n, v.Status, v.Kind, v.Truncated)
		reason = cmp.Or(reason, v.Reason, v.KindReason, v.Kind)
	}
	if told.State == "" || reason == "" {
		return ""
	}
	return fmt.Sprintf("%s: %.100s%s", told.State, reason, last)
}
