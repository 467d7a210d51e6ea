package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// A storyLine is what a reader sees as one line or paragraph: a run of text in one
// block, up to the next block or line break. Trimming takes away whole lines.
type storyLine struct {
	from, to int32 // the items of the run
	block    int32 // the block it stands in
	text     string
	plain    string // plainLine of it, once asked for
	weight   int32
	linked   int32
	marks    int32
	caption  bool // in a figcaption
	pre      bool // in a pre element
	gone     bool
}

// plainText is plainLine of the line's text.
func (l *storyLine) plainText() string {
	if l.plain == "" {
		l.plain = plainLine(l.text)
	}
	return l.plain
}

// lines lists the lines of the kept part of the tree.
func (t *tree) lines() []storyLine {
	w := lineWriter{t: t}
	if len(t.items) == 0 {
		return nil
	}
	w.walk()
	return w.out
}

type lineWriter struct {
	t     *tree
	out   []storyLine
	cur   storyLine
	open  bool
	text  lineText
	block int32   // nearest block
	stack []int32 // open elements
}

func (w *lineWriter) walk() {
	items := w.t.items
	for i := int32(0); i < int32(len(items)); {
		for len(w.stack) > 0 && items[w.stack[len(w.stack)-1]].end <= i {
			w.leave()
		}
		it := &items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		switch it.form {
		case formText:
			w.write(i)
		case formBreak:
			w.flush()
		case formBlock:
			w.flush()
			w.block = i
			w.stack = append(w.stack, i)
		case formInline:
			if it.cell && w.open {
				w.text.part()
			}
		}
		i++
	}
	w.flush()
}

func (w *lineWriter) leave() {
	w.flush()
	w.stack = w.stack[:len(w.stack)-1]
	w.block = 0
	if len(w.stack) > 0 {
		w.block = w.stack[len(w.stack)-1]
	}
}

// write adds a text item to the line under way, if its block is kept.
func (w *lineWriter) write(i int32) {
	it := &w.t.items[i]
	if w.t.items[w.block].state != kept {
		return
	}
	if !w.open {
		if it.weight == 0 {
			return
		}
		w.open = true
		w.text.begin(w.t.inPre(w.stack))
		w.cur = storyLine{from: i, block: w.block, caption: w.t.captionAt(w.block), pre: w.text.pre}
	}
	w.cur.to = i + 1
	it.caption = w.cur.caption
	w.cur.weight += it.weight
	w.cur.marks += it.marks
	if it.inLink {
		w.cur.linked += it.weight
	}
	w.text.add(it.node.Data)
}

func (w *lineWriter) flush() {
	if !w.open {
		return
	}
	w.open = false
	if w.cur.text = w.text.end(); w.cur.text != "" {
		w.out = append(w.out, w.cur)
	}
}

// lineText is the text of the line under way: white space is folded, but not in
// pre.
type lineText struct {
	b     strings.Builder
	space bool // owed before the next word
	pre   bool
}

func (l *lineText) begin(pre bool) { l.space, l.pre = false, pre }

func (l *lineText) add(s string) {
	if l.pre {
		l.b.WriteString(s)
		return
	}
	if len(s) > 1<<16 {
		l.b.Grow(len(s)) // doubling would take three times its size
	}
	l.space = foldInto(&l.b, s, l.space, 1<<31-1)
}

// part parts two cells of a table.
func (l *lineText) part() {
	l.b.WriteString(" |")
	l.space = true
}

func (l *lineText) end() string {
	text := l.b.String()
	l.b.Reset()
	if l.pre {
		text = strings.Trim(text, "\r\n")
	}
	return text
}

// inPre tells whether one of the open elements keeps its white space.
func (t *tree) inPre(open []int32) bool {
	return slices.ContainsFunc(open, func(i int32) bool { return t.items[i].tag == atom.Pre })
}

// drop takes a line away.
func (t *tree) drop(l *storyLine, rule string) {
	if l.gone {
		return
	}
	l.gone = true
	if t.why != nil {
		t.why.note(l.from, l.to, l.block, "trim", rule)
	}
	for i := l.from; i < l.to; i++ {
		if t.items[i].form == formText {
			t.items[i].state = cut
		}
	}
}

// joinLines is the plain text of the article.
func joinLines(lines []storyLine) string {
	n := 0
	for i := range lines {
		if len(lines) == 1 && !lines[0].gone && !lines[0].caption {
			return lines[0].text
		}
		n += len(lines[i].text) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for i := range lines {
		if lines[i].gone || lines[i].caption {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(lines[i].text)
	}
	return b.String()
}
