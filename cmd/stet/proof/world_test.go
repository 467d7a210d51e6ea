package proof

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestWorld crawls generated sites as fast as they answer and compares every
// article with what is true of it.
func TestWorld(t *testing.T) {
	t.Run("languages", func(t *testing.T) { // each of the nine languages and charsets in two themes
		crawlWorld(t, "-hosts", "18", "-pages", "20", "-lang-every", "1")
	})
	t.Run("english", func(t *testing.T) { // each theme
		crawlWorld(t, "-hosts", "6", "-pages", "20", "-lang-every", "0")
	})
	t.Run("large", func(t *testing.T) { // every second site in turn in one of the nine
		long(t)
		crawlWorld(t, "-hosts", "20", "-pages", "200", "-lang-every", "2")
	})
}

// crawlArgs are those of a crawl of all ordinary sites of a world.
func (w *worldServer) crawlArgs(db, delay string) []string {
	return []string{"crawl", "--delay", delay, "--allow-network", "127.0.0.0/8", "--seed-file", w.seeds(), "--archive", db, "--quiet"}
}

func crawlWorld(t *testing.T, size ...string) {
	w := startWorld(t, append(size, "-hostile=false")...)
	db := filepath.Join(t.TempDir(), "archive.db")
	e := run(t, 10*time.Minute, stet(t), w.crawlArgs(db, "0")...)
	hs := w.hits()
	r := newReport(t, "world %v: %d requests in %.1f s, %.2f ms CPU each, %d MB", size, len(hs), e.took.Seconds(), 1000*e.cpu.Seconds()/float64(max(1, len(hs))), e.peak)
	if e.code != 0 {
		t.Errorf("stet crawl: exit status %d, want 0: %s", e.code, e.tail())
	}
	again, robots := repeats(hs)
	r.check("world.robots_closed", float64(closed(hs)))
	r.check("world.repeats", float64(again))
	r.check("world.robots_repeats", float64(robots))
	j := judge(w.articles(), openArchive(t, db).articles())
	j.report(r)
	if t.Failed() {
		j.explain(r)
	}
}

// closed counts requests for what robots.txt closes.
func closed(hs []hit) (n int) {
	for _, h := range hs {
		if h.flag == 'R' {
			n++
		}
	}
	return n
}

// tally is how one group of articles came out.
type tally struct {
	articles, missing            int
	stated                       int // pages that state title, date and author by machine
	titles, dates, authors       int // of these, wrong
	f1                           float64
	linksWant, linksGot, linksOK int
}

func (y tally) meanF1() float64 { return y.f1 / float64(max(1, y.articles)) }

func (y tally) String() string {
	return fmt.Sprintf("%5d articles, %d missing, F1 %.4f, links P %.4f R %.4f; of %d wrong titles %d, dates %d, authors %d",
		y.articles, y.missing, y.meanF1(), share(y.linksOK, y.linksGot), share(y.linksOK, y.linksWant), y.stated, y.titles, y.dates, y.authors)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// verdict is what is wrong with one article.
type verdict struct {
	url  string
	f1   float64
	what []string
}

// judgement compares a whole archive with the truth.
type judgement struct {
	all    tally
	groups map[string]*tally // by theme and by language
	wrong  []verdict
	extra  []string // articles that are none
}

func judge(want []truth, got map[string]article) *judgement {
	j := &judgement{groups: map[string]*tally{}}
	known := map[string]bool{}
	for _, a := range want {
		known[a.URL] = true
		for _, p := range a.Pages {
			known[p] = true
		}
		j.add(a, got)
	}
	for u := range got {
		if !known[u] {
			j.extra = append(j.extra, u)
		}
	}
	slices.Sort(j.extra)
	slices.SortFunc(j.wrong, func(a, b verdict) int { return cmpFloat(a.f1, b.f1) })
	return j
}

func cmpFloat(a, b float64) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// add judges one article.
func (j *judgement) add(a truth, got map[string]article) {
	one, v := tally{articles: 1}, verdict{url: a.URL}
	x, kept := got[a.URL]
	if !kept {
		one.missing, v.what = 1, []string{"not kept"}
	} else {
		v.f1 = shingleF1(a.wholeText(), x.text)
		one.f1 = v.f1
		if v.f1 < 0.98 {
			v.what = append(v.what, fmt.Sprintf("F1 %.3f", v.f1))
		}
		j.metadata(a, x, &one, &v)
	}
	one.links(a, got, &v)
	if len(v.what) > 0 {
		j.wrong = append(j.wrong, v)
	}
	for _, g := range []string{"theme " + strconv.Itoa(a.Theme), a.Lang + " " + a.Charset} {
		if j.groups[g] == nil {
			j.groups[g] = &tally{}
		}
		j.groups[g].sum(one)
	}
	j.all.sum(one)
}

// metadata is judged where the page states it by machine: themes 0, 1, 2 and 4.
func (j *judgement) metadata(a truth, x article, one *tally, v *verdict) {
	if a.Theme == 3 || a.Theme == 5 {
		return
	}
	one.stated = 1
	if x.title != a.Title {
		one.titles = 1
		v.what = append(v.what, fmt.Sprintf("title %q, want %q", x.title, a.Title))
	}
	if !sameTime(x.date, a.Date) {
		one.dates = 1
		v.what = append(v.what, fmt.Sprintf("date %q, want %q", x.date, a.Date))
	}
	if !slices.Equal(x.authors, []string{a.Author}) {
		one.authors = 1
		v.what = append(v.what, fmt.Sprintf("authors %q, want %q", x.authors, a.Author))
	}
}

func sameTime(a, b string) bool {
	x, err1 := time.Parse(time.RFC3339, a)
	y, err2 := time.Parse(time.RFC3339, b)
	return err1 == nil && err2 == nil && x.Equal(y)
}

// links compares the links of an article's own text, over all of its pages.
func (y *tally) links(a truth, got map[string]article, v *verdict) {
	want, have := map[string]bool{}, map[string]bool{}
	for _, u := range a.Links {
		want[u] = true
	}
	for _, page := range slices.Compact(append([]string{a.URL}, a.Pages...)) {
		for _, u := range got[page].links {
			have[u] = true
		}
	}
	y.linksWant, y.linksGot = len(want), len(have)
	for u := range have {
		if want[u] {
			y.linksOK++
		}
	}
	if y.linksOK < y.linksWant || y.linksOK < y.linksGot {
		v.what = append(v.what, fmt.Sprintf("links: %d right of %d given, %d true", y.linksOK, y.linksGot, y.linksWant))
	}
}

func (y *tally) sum(o tally) {
	y.articles += o.articles
	y.missing += o.missing
	y.stated += o.stated
	y.titles += o.titles
	y.dates += o.dates
	y.authors += o.authors
	y.f1 += o.f1
	y.linksWant += o.linksWant
	y.linksGot += o.linksGot
	y.linksOK += o.linksOK
}

func (j *judgement) report(r *report) {
	r.line("  %d of %d articles kept, %d pages kept as articles that are none", j.all.articles-j.all.missing, j.all.articles, len(j.extra))
	r.check("world.missing", float64(j.all.missing))
	r.check("world.titles_wrong", float64(j.all.titles))
	r.check("world.dates_wrong", float64(j.all.dates))
	r.check("world.authors_wrong", float64(j.all.authors))
	r.check("world.f1", j.all.meanF1())
	r.check("world.links_precision", share(j.all.linksOK, j.all.linksGot))
	r.check("world.links_recall", share(j.all.linksOK, j.all.linksWant))
}

// explain shows where a missed floor was missed.
func (j *judgement) explain(r *report) {
	for _, g := range slices.Sorted(maps.Keys(j.groups)) {
		r.line("  %-14s %v", g, j.groups[g])
	}
	for _, v := range j.wrong[:min(15, len(j.wrong))] {
		r.line("  %s: %q", v.url, v.what)
	}
	for _, u := range j.extra[:min(10, len(j.extra))] {
		r.line("  no article: %s", u)
	}
}
