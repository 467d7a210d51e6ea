package extract

import (
	"bytes"
	"fmt"
	"hash/maphash"
)

// Budgets of one page, so that none takes more than 5 s of CPU and 300 MB,
// 64 MB of its own bytes included (TestHostile). A node of the parsed tree and
// its item take 250 to 600 bytes, with the links they may be. The most on any
// of 1,651 real pages: 3 MB, 26,000 nodes, 28 html and body tags, 335,000 steps.
const (
	maxBytes    = 14 << 20    // of a page; what follows is not read
	maxNodes    = 400_000     // elements and texts of the parsed tree
	maxTagSpace = 20_000      // white space in one tag, about the number of its attributes
	maxBodies   = 100         // html and body tags: the parser compares the attributes of all
	maxFlat     = 50_000      // blocks, and as many links and the like, of a page read without its structure
	maxSteps    = 100_000_000 // items looked at by what looks into boxes, see scan
)

// stepsPerByte is what it costs to look for phrases in a byte of text, against
// looking at an item.
const stepsPerByte = 10

// scan is the end of item i for who looks at everything in it. Boxes are
// bounded by the weight of their text and can yet hold a hundred thousand
// elements, each in boxes of its own: when more steps were taken than any page
// may take, nothing is looked into any more, and what was not judged stays.
func (t *tree) scan(i int32) int32 {
	if t.spent() {
		return i
	}
	t.steps += int(t.items[i].end - i)
	return t.items[i].end
}

// spent tells whether the page has used up its steps.
func (t *tree) spent() bool { return t.steps > maxSteps }

// clipBytes takes the beginning of a page that is too long.
func clipBytes(text []byte) (beginning []byte, note string) {
	if len(text) <= maxBytes {
		return text, ""
	}
	return text[:maxBytes&^3], fmt.Sprintf("over budget: the first %d MB of %d bytes were read", maxBytes>>20, len(text))
}

// A surveyed page is what a look at its tags tells of the tree they make.
type surveyed struct {
	nodes  int // start tags, and texts between tags
	blocks int // tags that begin or end a line
	made   int // elements that the parser opens again in each block, at most
	bodies int // html and body tags
	widest int // white space in the widest tag
}

// over says which budget the page is over, "" if none.
func (s surveyed) over() string {
	switch {
	case s.nodes+s.made > maxNodes && s.made > s.nodes:
		return fmt.Sprintf("over budget: about %d elements, opened again in every block", s.made)
	case s.nodes+s.made > maxNodes:
		return fmt.Sprintf("over budget: %d nodes", s.nodes+s.made)
	case s.widest > maxTagSpace:
		return fmt.Sprintf("over budget: a tag of about %d attributes", s.widest)
	case s.bodies > maxBodies:
		return fmt.Sprintf("over budget: %d html and body tags", s.bodies)
	}
	return ""
}

// group is how many of the page's blocks must become one.
func (s surveyed) group() int { return 1 + s.blocks/maxFlat }

// survey looks at the tags of a page. It takes what stands in scripts and
// comments for tags as well, and so counts too many rather than too few.
func survey(text []byte) surveyed {
	var s surveyed
	var open formatting
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 || i+1 >= len(text) {
			return s
		}
		if i > 0 {
			s.nodes++
		}
		text = text[i+1:]
		closing := text[0] == '/'
		kind := kindOfTag(text)
		if kind == noTag {
			continue
		}
		end := bytes.IndexByte(text, '>')
		if end < 0 {
			end = len(text)
		}
		if end > maxTagSpace {
			s.widest = max(s.widest, spaces(text[:end]))
		}
		if !closing {
			s.nodes++
		}
		switch {
		case kind.formatting() && closing:
			open.end(kind)
		case kind.formatting():
			open.start(kind, text[:end])
		case kind != inlineTag:
			s.blocks++
			s.made += len(open.list)
			if kind == pageTag {
				s.bodies++
			}
		}
		text = text[min(end+1, len(text)):]
	}
}

func spaces(tag []byte) int {
	n := 0
	for _, c := range tag {
		if c == ' ' || c == '\n' || c == '\t' || c == '/' {
			n++
		}
	}
	return n
}

// A tagKind is what survey must know of an element.
type tagKind uint8

const (
	noTag     tagKind = iota // what stands behind < is no tag
	blockTag                 // begins or ends a line, or is not known
	inlineTag                // neither begins a line nor is opened again
	pageTag                  // html or body
	firstFormatting
	// The kinds from firstFormatting on are the elements that the HTML
	// standard calls formatting, which are opened again in the next block if
	// they are not closed, each a kind of its own.
)

func (k tagKind) formatting() bool { return k >= firstFormatting }

// kindOfTag reads the name of the tag that begins, behind its <, with text.
func kindOfTag(text []byte) tagKind {
	if text[0] == '/' {
		text = text[1:]
	}
	var name [8]byte
	n := 0
	for ; n < len(text); n++ {
		c := text[n] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		if n == len(name) {
			return blockTag
		}
		name[n] = c
	}
	switch {
	case n == 0 || n == len(text):
		return noTag
	case text[n] >= '0' && text[n] <= '9' || text[n] == '-':
		return blockTag
	}
	switch string(name[:n]) {
	case "a":
		return firstFormatting
	case "b":
		return firstFormatting + 1
	case "big":
		return firstFormatting + 2
	case "code":
		return firstFormatting + 3
	case "em":
		return firstFormatting + 4
	case "font":
		return firstFormatting + 5
	case "i":
		return firstFormatting + 6
	case "nobr":
		return firstFormatting + 7
	case "s":
		return firstFormatting + 8
	case "small":
		return firstFormatting + 9
	case "strike":
		return firstFormatting + 10
	case "strong":
		return firstFormatting + 11
	case "tt":
		return firstFormatting + 12
	case "u":
		return firstFormatting + 13
	case "span", "img", "script", "meta", "link", "input", "label", "time", "svg", "path", "use", "sup", "sub", "style", "option":
		return inlineTag
	case "html", "body":
		return pageTag
	}
	return blockTag
}

// formatting is the list of formatting elements that are open or will be
// opened again, as the parser keeps it: at most three that are all the same.
type formatting struct{ list []formattingTag }

type formattingTag struct {
	kind tagKind
	hash uint64
}

// maxFormatting is as many as may be open: the parser gives up at 512.
const maxFormatting = 520

var tagSeed = maphash.MakeSeed()

func (f *formatting) start(kind tagKind, tag []byte) {
	t := formattingTag{kind, maphash.Bytes(tagSeed, tag)}
	if kind == firstFormatting {
		f.end(kind) // an a element ends the one before it
	}
	same, first := 0, 0
	for i := len(f.list) - 1; i >= 0; i-- {
		if f.list[i] == t {
			same, first = same+1, i
		}
	}
	if same >= 3 {
		f.list = append(f.list[:first], f.list[first+1:]...)
	}
	if len(f.list) < maxFormatting {
		f.list = append(f.list, t)
	}
}

func (f *formatting) end(kind tagKind) {
	for i := len(f.list) - 1; i >= 0; i-- {
		if f.list[i].kind == kind {
			f.list = append(f.list[:i], f.list[i+1:]...)
			return
		}
	}
}
