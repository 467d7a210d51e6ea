package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Block is a piece of a page that a reader sees as one: a paragraph, a
// heading, a line. It was kept as a whole or cut as a whole; a line of which a
// part was cut is several blocks. A Document that was asked to explain itself
// has every visible text of the page in one.
type Block struct {
	Text string `json:"text"` // white space folded, except in pre
	Tag  string `json:"tag"`  // the element it stands in, e.g. "p"
	Path string `json:"path"` // where that stands, e.g. "body > div.story > p"
	// Kept says whether it is part of the article. Line is then the line of
	// Article.Text it is in, from 1, or 0 for the caption of a picture.
	Kept    bool `json:"kept"`
	Line    int  `json:"line,omitempty"`
	Caption bool `json:"caption,omitempty"`
	// Stage and Rule say what cut it; Reason tells the same in words. Box is
	// the path of the element that was cut with everything in it.
	Stage string `json:"stage,omitempty"`
	Rule  string `json:"rule,omitempty"`
	Box   string `json:"box,omitempty"`
	// Decoded is where it stands in the text as Decode gives it, Raw where in
	// the bytes of Page.Body, markup inside it included. Where that cannot be
	// told it is Nowhere.
	Decoded Span `json:"decoded"`
	Raw     Span `json:"raw"`

	reason int32   // in reasons.list, for putting blocks of one cut together; 0 for none
	item   int32   // the block of the tree
	pieces []int32 // of marks, in the order of the text
	seps   []int32 // where in Text a mark between two cells stands
}

// Span is a range of bytes: Start is the first, End one past the last.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Nowhere is the span of what has no place, or none that can be told.
var Nowhere = Span{-1, -1}

// Known tells whether the span is a place.
func (s Span) Known() bool { return s.Start >= 0 }

// Cut is one part of the page that was taken away, and why.
type Cut struct {
	Stage string `json:"stage"` // the stage's name, as in the list of stages
	Rule  string `json:"rule"`  // what matched, e.g. "phrase: donate"
	Path  string `json:"path"`  // where it stood, e.g. "body > div.box"
	Text  string `json:"text"`  // all of its text
	Chars int    `json:"chars"` // how many characters of text it held
}

// Cuts puts the blocks that went together together again, in the order of the
// page. It is empty unless the document was asked to explain itself.
func (d *Document) Cuts() []Cut {
	type key struct{ reason, item int32 }
	var cuts []Cut
	at := map[key]int{}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kept {
			continue
		}
		k := key{reason: b.reason}
		if b.reason == 0 {
			k.item = b.item
		}
		n, seen := at[k]
		if !seen {
			n = len(cuts)
			at[k] = n
			cuts = append(cuts, Cut{Stage: b.Stage, Rule: b.Rule, Path: b.Box})
			if b.Box == "" {
				cuts[n].Path = b.Path
			}
		}
		c := &cuts[n]
		c.Text = strings.TrimPrefix(c.Text+" "+b.Text, " ")
		c.Chars += utf8.RuneCountInString(b.Text)
	}
	return cuts
}

// reasons remembers for each item of a tree what cut it first.
type reasons struct {
	list []reason
	of   []int32 // by item: one more than the index in list, 0 for none
}

type reason struct {
	stage, rule string
	item        int32 // what was cut whole, or the block of a line
}

func (r *reasons) note(from, to, item int32, stage, rule string) {
	r.list = append(r.list, reason{stage, rule, item})
	n := int32(len(r.list))
	for i := from; i < to; i++ {
		if r.of[i] == 0 {
			r.of[i] = n
		}
	}
}

// The stages after those of the list, for what no stage cut and yet is not in
// the article.
const (
	stageChoose = "choose"
	stageData   = "data"
	stageKind   = "kind"

	ruleOutside  = "outside the story"
	ruleTitle    = "title"
	ruleEmbedded = "replaced by the page's data"
	ruleNoImage  = "caption without a picture"
)

// explain fills Blocks from the tree after all stages.
func (d *Document) explain(t *tree, lines []storyLine, s *story) {
	w := blockWriter{t: t, line: numberLines(t, lines)}
	if len(t.items) > 0 {
		w.walk()
	}
	d.Blocks = w.out
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch {
		case b.Rule == ruleOutside && len(b.Text) <= 800 && sameTitle(squash(t.title), squash(b.Text)):
			b.Rule = ruleTitle
		case !b.Kept:
		case d.Article == nil:
			b.cut(stageKind, string(d.Kind))
		case s.embedded:
			b.cut(stageData, ruleEmbedded)
		case b.Caption && !d.Article.shows(b.Text):
			b.cut(stageChoose, ruleNoImage)
		}
	}
	if d.Article == nil || !s.embedded {
		return
	}
	for i, line := range strings.Split(s.text, "\n") {
		d.Blocks = append(d.Blocks, Block{Text: line, Tag: "script", Path: "(data in the page's head or scripts)", Kept: true, Line: i + 1, Decoded: Nowhere, Raw: Nowhere})
	}
}

func (b *Block) cut(stage, rule string) {
	b.Kept, b.Caption, b.Line, b.Stage, b.Rule = false, false, 0, stage, rule
}

// shows tells whether a caption stands beside a picture of the article or in
// its HTML.
func (a *Article) shows(caption string) bool {
	start := clip(caption, 60)
	for i := range a.Images {
		if strings.Contains(a.Images[i].Caption, start) {
			return true
		}
	}
	return strings.Contains(a.HTML, html.EscapeString(start))
}

// captionLine is the number of an item that is text of a caption.
const captionLine = -1

// numberLines gives for each item the line of the article's text it is in.
func numberLines(t *tree, lines []storyLine) []int32 {
	of := make([]int32, len(t.items))
	n := int32(1)
	for i := range lines {
		l := &lines[i]
		if l.gone {
			continue
		}
		number := n
		if l.caption {
			number = captionLine
		} else {
			n += int32(strings.Count(l.text, "\n")) + 1
		}
		for j := l.from; j < l.to; j++ {
			of[j] = number
		}
	}
	return of
}

// A blockWriter lists the blocks of a tree, what is cut and what is kept, in
// the manner of lineWriter.
type blockWriter struct {
	t     *tree
	line  []int32
	out   []Block
	cur   Block
	open  bool
	fate  fate
	text  lineText
	stack []int32 // open blocks
	paths lastPath
	boxes lastPath
	texts []int32 // items of the block under way
}

// A fate is what became of a text: cut for a reason, or kept in a line.
type fate struct{ reason, line int32 }

func (w *blockWriter) walk() {
	items := w.t.items
	for i := range int32(len(items)) {
		for n := len(w.stack); n > 0 && items[w.stack[n-1]].end <= i; n = len(w.stack) {
			w.flush()
			w.stack = w.stack[:n-1]
		}
		it := &items[i]
		switch it.form {
		case formText:
			w.write(i)
		case formBreak:
			w.flush()
		case formBlock:
			w.flush()
			w.stack = append(w.stack, i)
		case formInline:
			if it.cell && w.open && !w.t.isCut(i) {
				w.cur.seps = append(w.cur.seps, int32(w.text.b.Len()+1))
				w.text.part()
			}
		}
	}
	w.flush()
}

func (w *blockWriter) write(i int32) {
	it := &w.t.items[i]
	if it.weight == 0 {
		if w.open {
			w.text.add(it.node.Data)
		}
		return
	}
	f := fate{w.t.why.of[i], w.line[i]}
	if w.open && f != w.fate {
		w.flush()
	}
	if !w.open {
		w.begin(f)
	}
	w.texts = append(w.texts, i)
	w.text.add(it.node.Data)
}

// begin starts a block with the fate of its first text.
func (w *blockWriter) begin(f fate) {
	w.open, w.fate = true, f
	w.text.begin(w.t.inPre(w.stack))
	at := int32(0)
	if n := len(w.stack); n > 0 {
		at = w.stack[n-1]
	}
	w.cur = Block{Tag: w.t.items[at].node.Data, Path: w.paths.of(w.t, at), item: at, Decoded: Nowhere, Raw: Nowhere}
	switch {
	case f.reason > 0:
		r := &w.t.why.list[f.reason-1]
		w.cur.Stage, w.cur.Rule, w.cur.reason = r.stage, r.rule, f.reason
		if r.item != at {
			w.cur.Box = w.boxes.of(w.t, r.item)
		}
	case f.line > 0:
		w.cur.Kept, w.cur.Line = true, int(f.line)
	case f.line == captionLine:
		w.cur.Kept, w.cur.Caption = true, true
	default:
		w.cur.Stage, w.cur.Rule = stageChoose, ruleOutside
	}
}

func (w *blockWriter) flush() {
	if !w.open {
		return
	}
	w.open = false
	w.cur.Text = w.text.end()
	for _, i := range w.texts {
		w.cur.pieces = append(w.cur.pieces, w.t.marks.of(w.t.items[i].node)...)
	}
	w.texts = w.texts[:0]
	if w.cur.Text != "" {
		w.out = append(w.out, w.cur)
	}
}

// lastPath remembers the last path that was asked for: one block often has
// many lines.
type lastPath struct {
	item int32
	path string
}

func (p *lastPath) of(t *tree, item int32) string {
	if p.path == "" || p.item != item {
		p.item, p.path = item, t.path(item)
	}
	return p.path
}
