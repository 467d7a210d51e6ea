package main

import (
	"encoding/json"

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

// pages listens to the pages of a crawl.
type pages struct {
	c        *console
	enc      *json.Encoder     // nil without --json
	soften   func()            // called when nobody reads them any more
	err      error             // of the first write that failed
	examples map[string]string // a URL for each class that was not kept
}

func newPages(c *console, asJSON bool, soften func()) *pages {
	p := &pages{c: c, soften: soften, examples: map[string]string{}}
	if asJSON {
		p.enc = jsonLines(c.foreign())
	}
	return p
}

// add takes one page. A crawl whose pages can no longer be printed ends
// softly: whoever asked for them is gone, or the disk they go to is full.
func (p *pages) add(v *store.Visit) {
	if v.Class != "" && p.examples[v.Class] == "" && (v.State == store.StateFailed || v.State == store.StateGone || v.State == store.StateExcluded) {
		p.examples[v.Class] = v.Target.URL
	}
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
