package extract

import "stet/extract/template"

// A story says a thing once; a site asks above and below it in the same words.

// findTwice finds the lines that stand on the page twice word for word and in
// which the site may be speaking. Where much of the story is there twice it is
// the story that is repeated, for another kind of screen.
func (b *body) findTwice() {
	b.twice = make([]bool, len(b.lines))
	asking := false
	for i := b.first; i < len(b.lines) && !asking; i++ {
		asking = b.mayAsk(i)
	}
	if !asking {
		return
	}
	of, count := b.lineHashes()
	found, twice, all := false, int32(0), int32(0)
	for i := b.first; i < len(b.lines); i++ {
		l := &b.lines[i]
		if l.gone || l.caption || !l.solid() {
			continue
		}
		all += l.weight
		if of[i] != 0 && count[of[i]] > 1 {
			twice += l.weight
			b.twice[i] = b.mayAsk(i)
			found = found || b.twice[i]
		}
	}
	if found && twice*4 > all {
		clear(b.twice)
	}
}

// mayAsk tells whether somebody is spoken to in a line, or something offered.
func (b *body) mayAsk(i int) bool {
	v := b.voices[i]
	return i != b.first && !b.lines[i].gone && v.persons()+v.service > 0
}

// lineHashes are the hashes of the texts of the lines, 0 where a line is short,
// and how often each stands on the page.
func (b *body) lineHashes() (of []template.Block, count map[template.Block]int) {
	of, count = make([]template.Block, len(b.lines)), map[template.Block]int{}
	i := 0
	for n := range b.t.runs { // both stand in the order of the page
		r := &b.t.runs[n]
		if r.text == 0 {
			continue
		}
		count[r.text]++
		for i < len(b.lines) && b.lines[i].from < r.from {
			i++
		}
		if i < len(b.lines) && b.lines[i].from == r.from {
			of[i] = r.text
		}
	}
	return of, count
}
