package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"
)

// cutComments cuts what readers wrote below the story, whatever the site calls
// it in its markup and however long it is: lines with a name and a date, made
// alike, each followed by a text. Such lines stand in live blogs and lists of
// posts too; so there must be a story above them, and a sign that readers speak:
// a heading that says so, buttons to reply, or a form to write in.
func (t *tree) cutComments() {
	t.opening = t.findOpening()
	above := t.opening
	if above < 0 {
		return
	}
	signed := t.signedLines(above)
	if len(signed) < 2 {
		return
	}
	first, last := signed[0], signed[len(signed)-1]
	from, to := t.runs[first].from, t.endOfComment(signed)
	heading := t.talkHeading(first)
	if heading < 0 && !t.replies(signed, to) && !t.clocked(signed) {
		return
	}
	if len(signed) < 3 && heading < 0 {
		return
	}
	if heading >= 0 {
		from = t.runs[heading].from
	}
	box := t.spanning(from, t.runs[last].to)
	if !t.holdsRun(box, above) {
		// The section is an element of its own, with its form and its notes.
		t.cut(box, "comments", "names and dates of readers")
		return
	}
	if heading < 0 {
		return
	}
	for i := range t.runs {
		if r := &t.runs[i]; r.from >= from && r.from < to && t.liveRun(r) {
			t.cutRun(r, "comments", "names and dates of readers")
		}
	}
}

// clocked tells whether there are four signatures or more, all with a day and a
// time of day: the entries of a live blog bear a time alone, posts a day.
func (t *tree) clocked(signed []int) bool {
	for _, i := range signed {
		text := t.runText(&t.runs[i], 200)
		at := strings.IndexAny(text, ":：")
		if at < 1 || text[at-1] < '0' || text[at-1] > '9' || !dated(text[:strings.LastIndexAny(text[:at], " ,，T")+1]) {
			return false
		}
	}
	return len(signed) >= 4
}

// liveRun tells whether nothing of a line was cut.
func (t *tree) liveRun(r *run) bool { return !t.isCut(r.from) }

// findOpening is the first run of the page that reads like a paragraph, asks for
// nothing, and stands below its title, or -1.
func (t *tree) findOpening() int {
	title := squash(t.title)
	at := -1
	for i := range t.runs {
		r := &t.runs[i]
		if !t.liveRun(r) {
			continue
		}
		if r.weight <= 300 && (t.items[r.block].tag == atom.H1 || len(title) >= 6 && sameTitle(title, squash(t.runText(r, 400)))) {
			at = i
			continue
		}
		if at >= 0 && r.weight >= least && r.linked*2 < r.weight && i > at {
			text := t.runText(r, 2000)
			if endsSentence(text) && !dated(clip(text, 60)) && t.p.box.in(plainLine(t.outsideQuotes(text))) == "" {
				return i
			}
		}
	}
	return -1
}

// signedLines are the runs below the story that hold a name and a date and
// nothing else, all of the make that most of them have.
func (t *tree) signedLines(above int) []int {
	byMake := map[string][]int{}
	best := ""
	for i := above + 1; i < len(t.runs); i++ {
		r := &t.runs[i]
		if r.weight < 6 || r.weight > 90 || r.linked*10 > r.weight*9 && r.weight > 60 || heading(t.items[r.block].tag) || t.inQuote(r.block) || !t.liveRun(r) {
			continue
		}
		text := t.runText(r, 200)
		if !t.signed(r, text) {
			continue
		}
		m := t.makeOf(r.block, false)
		byMake[m] = append(byMake[m], i)
		if len(byMake[m]) > len(byMake[best]) {
			best = m
		}
	}
	return byMake[best]
}

// inQuote tells whether a block stands in a quotation, as cited posts do.
func (t *tree) inQuote(i int32) bool {
	for ; i >= 0; i = t.items[i].parent {
		if t.items[i].tag == atom.Blockquote {
			return true
		}
	}
	return false
}

// signed tells a line of a name and a date.
func (t *tree) signed(r *run, text string) bool {
	if endsSentence(text) || !dated(text) && !ago(text) && !t.hasTime(r) {
		return false
	}
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return letters >= 2
}

// hasTime tells whether a line has a time element in it.
func (t *tree) hasTime(r *run) bool {
	for i := r.from; i < r.to; i++ {
		for p := t.items[i].parent; p >= 0 && t.items[p].form == formInline; p = t.items[p].parent {
			if t.items[p].tag == atom.Time {
				return true
			}
		}
	}
	return false
}

// ago tells a line that says how long ago something was.
func ago(s string) bool {
	s = strings.ToLower(s)
	if !strings.ContainsAny(s, "0123456789") {
		return false
	}
	for _, w := range [...]string{" ago", "天前", "小时前", "小時前", "分钟前", "分鐘前", "时间前", "日前", "時間前", "分前", "vor ", "il y a ", "hace ", "назад"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// endOfComment is the item behind the last comment: as many lines below its
// signature as stand at most below another.
func (t *tree) endOfComment(signed []int) int32 {
	most := 1
	for i := 1; i < len(signed); i++ {
		most = max(most, min(signed[i]-signed[i-1]-1, 8))
	}
	last := signed[len(signed)-1]
	return t.runs[min(last+most, len(t.runs)-1)].to
}

// talkHeading is the run, at most four above the first comment, that says that
// readers speak here, or -1.
func (t *tree) talkHeading(first int) int {
	for i := first - 1; i >= 0 && i >= first-4; i-- {
		r := &t.runs[i]
		if r.weight > 80 {
			return -1
		}
		text := t.runText(r, 200)
		if !endsSentence(text) && t.p.talk.in(plainLine(text)) != "" {
			return i
		}
	}
	return -1
}

// replies tells whether the lines lie among buttons to reply, or above a form
// for a comment.
func (t *tree) replies(signed []int, to int32) bool {
	n, controls := 0, int32(0)
	from := t.runs[signed[0]].from
	for i := signed[0]; i < len(t.runs) && t.runs[i].from < to; i++ {
		r := &t.runs[i]
		if r.weight <= 30 && t.p.reply[bareLine(t.runText(r, 100))] {
			n++
		}
	}
	if t.asksComment(to) {
		return true
	}
	box := t.spanning(from, to)
	for i := box; i < t.items[box].end; i++ {
		if t.items[i].controls > 0 {
			for c := t.items[i].node.FirstChild; c != nil; c = c.NextSibling {
				switch c.DataAtom {
				case atom.Textarea:
					return true
				case atom.Button:
					controls++
				}
			}
		}
	}
	return n*2 >= len(signed) || int(controls) >= len(signed)
}

// formLines is how far below the last comment the form for the next stands.
const formLines = 6

// asksComment tells whether a field for a comment stands in the few lines below
// the comments: one of several lines, or one that says so itself.
func (t *tree) asksComment(from int32) bool {
	end, n := t.items[0].end, 0
	for i := range t.runs {
		if t.runs[i].from >= from {
			if n++; n > formLines {
				end = t.runs[i].from
				break
			}
		}
	}
	for i := from; i < end; i++ {
		if t.items[i].controls == 0 {
			continue
		}
		for c := t.items[i].node.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.Textarea {
				return true
			}
			if c.DataAtom != atom.Input {
				continue
			}
			for _, key := range [...]string{"placeholder", "title", "aria-label", "name"} {
				if t.p.talk.in(plainLine(attr(c, key))) != "" {
					return true
				}
			}
		}
	}
	return false
}

// spanning is the smallest element that holds the items from and to-1.
func (t *tree) spanning(from, to int32) int32 {
	i := from
	for i > 0 && (t.items[i].form == formText || t.items[i].end < to) {
		i = t.items[i].parent
	}
	return max(i, 0)
}

// holdsOpening tells whether the story's first paragraph stands in an element.
func (t *tree) holdsOpening(box int32) bool {
	if t.opening < 0 || t.opening >= len(t.runs) {
		return false
	}
	at := t.runs[t.opening].from
	return box <= at && at < t.items[box].end
}

// holdsRun tells whether an element holds a run or the page's headline.
func (t *tree) holdsRun(box int32, run int) bool {
	at := t.runs[run].from
	return box <= at && at < t.items[box].end || t.hasHeadline(box)
}
