package template

import (
	"maps"
)

// Learner counts the blocks of one site's pages. Its zero value has seen none.
// It is not safe for use by several goroutines.
//
// Every story brings lines that no other page has. They are forgotten again by
// lossy counting (Manku and Motwani, "Approximate Frequency Counts over Data
// Streams", VLDB 2002): after every window of pages the blocks go that have
// been seen no more often than windows have passed since they were first seen.
// So a block is never counted too often, too seldom by at most pages/window,
// and memory is bounded by about window × ln(pages) pages' worth of blocks
// however large the site is.
type Learner struct {
	pages  int
	blocks map[Block]count
}

// count is how often a block was seen since it is remembered, and how many
// windows had passed before.
type count struct{ pages, missed int32 }

// window is how many pages pass between two rounds of forgetting. A block on
// more than one page in a hundred is never forgotten.
const window = 100

// Add counts the blocks of one page; a block that stands there twice counts
// once.
func (l *Learner) Add(page []Block) {
	if l.blocks == nil {
		l.blocks = map[Block]count{}
	}
	l.pages++
	seen := make(map[Block]bool, len(page))
	for _, b := range page {
		if seen[b] {
			continue
		}
		seen[b] = true
		c, ok := l.blocks[b]
		if !ok {
			c.missed = int32((l.pages - 1) / window)
		}
		c.pages++
		l.blocks[b] = c
	}
	if l.pages%window == 0 {
		l.forget()
	}
}

func (l *Learner) forget() {
	now := int32(l.pages / window)
	maps.DeleteFunc(l.blocks, func(_ Block, c count) bool { return c.pages+c.missed <= now })
}

// Pages is how many pages were counted.
func (l *Learner) Pages() int { return l.pages }

// least is on how many pages a block must stand to be part of a template: two
// articles may quote the same words.
const least = 3

// Template is what was learnt so far.
func (l *Learner) Template() *Template {
	t := &Template{pages: l.pages, counts: map[Block]int{}}
	for b, c := range l.blocks {
		if c.pages >= least {
			t.counts[b] = int(c.pages)
		}
	}
	return t
}
