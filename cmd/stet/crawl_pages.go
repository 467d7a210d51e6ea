package main

import (
	"cmp"
	"encoding/json"
	"maps"
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
	examples map[string]string // a URL for each class
}

func newLosses() *losses {
	return &losses{counts: map[string]int{}, examples: map[string]string{}}
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

// example gives a URL of a class.
func (l *losses) example(class string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.examples[class]
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
