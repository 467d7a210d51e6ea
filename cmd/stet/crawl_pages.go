package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"stet/store"
)

// page is a page as crawl --json prints it.
type page struct {
	URL    string      `json:"url"`
	State  store.State `json:"state"`
	Status int         `json:"status,omitempty"`
	Kind   string      `json:"kind,omitempty"`
	Title  string      `json:"title,omitempty"`
	Reason string      `json:"reason,omitempty"`
	Bytes  int64       `json:"bytes"`
	TookMS int64       `json:"took_ms"`
	Words  int         `json:"words,omitempty"`
	Digest string      `json:"digest,omitempty"`
}

func newPage(v *store.Visit) page {
	p := page{
		URL: v.Target.URL, State: v.State, Status: v.Status, Reason: v.Reason,
		Bytes: v.Bytes, TookMS: v.Took.Milliseconds(),
	}
	if v.Capture != nil {
		p.Digest = v.Capture.Digest
	}
	if d := v.Document; d != nil {
		p.Kind, p.Title = string(d.Kind), d.Title
		if d.Article != nil {
			p.Title, p.Words = d.Article.Title, d.Article.WordCount
		}
	}
	return p
}

// losses counts the pages of a crawl that were not kept, by class. Pages and
// progress come from two goroutines, so it has a lock.
type losses struct {
	mu       sync.Mutex
	counts   map[string]int
	failed   map[string]bool   // the classes of failures
	examples map[string]string // a URL for each class
}

func newLosses() *losses {
	return &losses{counts: map[string]int{}, failed: map[string]bool{}, examples: map[string]string{}}
}

// add takes a page in if nothing more will become of it.
func (l *losses) add(v *store.Visit) {
	switch v.State {
	case store.StateFailed, store.StateGone, store.StateExcluded:
	default:
		return
	}
	class := cmp.Or(v.Class, string(v.State))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[class]++
	l.failed[class] = l.failed[class] || v.State == store.StateFailed
	if l.examples[class] == "" {
		l.examples[class] = v.Target.URL
	}
}

// tally gives the counts so far.
func (l *losses) tally() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// worst gives an example of the most frequent failure, or if nothing failed of
// the most frequent other loss; "" if there is none.
func (l *losses) worst() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	classes := byCount(l.counts)
	if len(classes) == 0 {
		return ""
	}
	if i := slices.IndexFunc(classes, func(class string) bool { return l.failed[class] }); i >= 0 {
		return l.examples[classes[i]]
	}
	return l.examples[classes[0]]
}

// reached says whether a host was found for any of them.
func (l *losses) reached() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for class := range l.counts {
		if !strings.HasPrefix(class, "dns") {
			return true
		}
	}
	return len(l.counts) == 0
}

// pages listens to the pages of a crawl.
type pages struct {
	c      *console
	enc    *json.Encoder // nil without --json
	lost   *losses
	soften func() // called when nobody reads them any more
	err    error  // of the first write that failed
}

func newPages(c *console, asJSON bool, lost *losses, soften func()) *pages {
	p := &pages{c: c, lost: lost, soften: soften}
	if asJSON {
		p.enc = jsonLines(c.foreign())
	}
	return p
}

// add takes one page. A crawl whose pages can no longer be printed ends
// softly: whoever asked for them is gone, or the disk they go to is full.
func (p *pages) add(v *store.Visit) {
	p.lost.add(v)
	if p.enc == nil || p.err != nil {
		return
	}
	p.err = p.enc.Encode(newPage(v))
	if p.err == nil {
		p.err = p.c.out.Flush()
	}
	if p.err != nil {
		p.soften()
	}
}
