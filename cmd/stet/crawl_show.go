package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rivo/uniseg"

	"stet/crawler"
)

// display tells on standard error how a crawl stands: a few lines drawn anew on
// a terminal, otherwise a line every few seconds. It is also where log lines
// go, so that they do not fall into what is being drawn.
//
// It never hides the cursor, reads a key or changes the terminal's mode: there
// is nothing to clean up after a crash. (Bubble Tea 1.3 would ask the terminal
// for its colours each time any verb starts.)
type display struct {
	c       *console
	lost    *losses
	title   string
	hint    string // what the user can do meanwhile
	live    bool   // drawn anew
	silent  bool
	mu      sync.Mutex
	lines   []string // as they stand on the terminal
	printed time.Duration
}

// every is how often a line is printed where nothing can be drawn anew.
const every = 5 * time.Second

func newDisplay(c *console, s *settings, lost *losses) *display {
	onOneTerminal := s.JSON && c.outTerminal // the pages themselves show how it stands
	return &display{
		c:      c,
		lost:   lost,
		title:  title(s),
		hint:   hint(s),
		live:   c.moves() && !s.Quiet && !onOneTerminal,
		silent: s.Quiet || onOneTerminal,
	}
}

// title says what is crawled, and into which archive if it stays.
func title(s *settings) string {
	if s.passing {
		return seedsInWords(s.Seeds)
	}
	return seedsInWords(s.Seeds) + " into " + clean(s.Archive)
}

func hint(s *settings) string {
	if s.passing {
		return "; Ctrl-C ends it"
	}
	return "; Ctrl-C ends it, the same command resumes"
}

func seedsInWords(seeds []string) string {
	text := clean(seeds[0])
	if n := len(seeds) - 1; n > 0 {
		text += " and " + counted(n, "more seed")
	}
	return text
}

// begin says what is going to happen.
func (w *display) begin() {
	if !w.silent && !w.live {
		w.say("crawling " + w.title + w.hint)
	}
}

// say prints a line that stays.
func (w *display) say(line string) {
	if !w.silent {
		fmt.Fprintln(w, "stet: "+line)
	}
}

// Write prints whole lines above what is drawn.
func (w *display) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		return w.c.err.Write(b)
	}
	text := w.erased() + string(b) + strings.Join(w.lines, "\n") + "\n"
	if _, err := io.WriteString(w.c.err, text); err != nil {
		return 0, err
	}
	return len(b), nil
}

// progress shows how the crawl stands.
func (w *display) progress(p crawler.Progress) {
	switch {
	case w.silent:
	case w.live:
		w.draw(w.status(p))
	case p.Elapsed-w.printed >= every:
		w.printed = p.Elapsed
		w.say(w.progressLine(p))
	}
}

// end leaves the terminal clean for the summary.
func (w *display) end() { w.draw(nil) }

func (w *display) draw(lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(lines) == 0 && len(w.lines) == 0 {
		return
	}
	var b strings.Builder
	b.WriteString(w.erased())
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	w.lines = lines
	// A terminal that is gone must not end the crawl.
	_, _ = io.WriteString(w.c.err, b.String())
}

// erased takes the cursor to the first drawn line and clears from there on
// (ECMA-48 CPL and ED).
func (w *display) erased() string {
	if len(w.lines) == 0 {
		return ""
	}
	rows, width := 0, max(1, w.c.width())
	for _, l := range w.lines { // a terminal made narrower has wrapped them
		rows += max(1, (uniseg.StringWidth(plain(l))+width-1)/width)
	}
	return fmt.Sprintf("\x1b[%dF\x1b[J", rows)
}

// styles are the codes that sgr sets.
var styles = regexp.MustCompile("\x1b\\[[0-9;]*m")

// plain is a line without styles.
func plain(line string) string { return styles.ReplaceAllString(line, "") }

// status is what is drawn. No line is as wide as the terminal: a wrapped line
// would be two to erase.
func (w *display) status(p crawler.Progress) []string {
	s, n, width := w.c.errStyle(), p.Run.Counts, w.c.width()-1
	lines := []string{
		s.bold(cut(clock(p.Elapsed)+"  "+w.title, width)),
		cut(fmt.Sprintf("  kept      %s, %s, %s", counted(n.Pages, "page"), counted(n.Articles, "article"), size(n.Bytes)), width),
		cut(fmt.Sprintf("  now       %.1f pages a second, %d of %s busy, %s to visit", p.Rate, p.HostsBusy,
			counted(p.Hosts, "host"), count(p.Queue)), width),
	}
	if lost := w.lost.tally(); len(lost) > 0 {
		lines = append(lines, cut("  not kept  "+tallyLine(lost), width))
	}
	if p.Waiting != "" {
		lines = append(lines, s.dim(cut("  "+waiting(p), width)))
	}
	return lines
}

// waiting is what a crawl waits for, in words; "" if it does not wait.
func waiting(p crawler.Progress) string {
	if strings.HasPrefix(p.Waiting, "until") {
		return "waiting " + clean(p.Waiting)
	}
	return clean(p.Waiting)
}

// tallyLine names counts in one line, the largest first.
func tallyLine(tally map[string]int) string {
	var parts []string
	for _, class := range byCount(tally) {
		parts = append(parts, count(tally[class])+" "+inWords(class))
	}
	return strings.Join(parts, ", ")
}

func (w *display) progressLine(p crawler.Progress) string {
	n := p.Run.Counts
	parts := []string{
		counted(n.Pages, "page"), counted(n.Articles, "article"), fmt.Sprintf("%.1f/s", p.Rate),
		counted(p.HostsBusy, "host") + " busy", count(p.Queue) + " to visit",
	}
	if lost := total(w.lost.tally()); lost > 0 {
		parts = append(parts, count(lost)+" not kept")
	}
	parts = append(parts, size(n.Bytes), waiting(p))
	return clock(p.Elapsed) + "  " + joined(parts, ", ")
}
