package extract

import (
	"golang.org/x/net/html/atom"
)

// longestCaption is the weight from which a figcaption is no caption, but a
// story that somebody put there.
const longestCaption = 2000

// captionAt tells whether text in block i describes a picture.
func (t *tree) captionAt(i int32) bool {
	for j, up := i, 0; j > 0 && up < 4; j, up = t.items[j].parent, up+1 {
		if t.items[j].tag == atom.Figcaption {
			return t.items[j].weight <= longestCaption
		}
	}
	for j := i; j > 0 && t.items[j].weight <= 700; j = t.items[j].parent {
		it := &t.items[j]
		switch it.tag {
		case atom.Figure:
			return it.images > 0 && !t.hasTitle(j)
		case atom.P, atom.Li, atom.Td:
			if it.weight > 300 {
				return false
			}
		}
		if it.weight <= 500 && t.captionName(it) {
			return true
		}
		if it.images > 0 && it.weight <= 260 && it.weight*3 < t.items[t.story].weight && pictureBox(it) && !t.hasTitle(j) {
			return true
		}
	}
	return false
}

// captionName tells whether an element is named a caption.
func (t *tree) captionName(it *item) bool {
	class := attr(it.node, "class")
	if class == "" {
		return false
	}
	if v, seen := t.captions[class]; seen {
		return v
	}
	if t.captions == nil {
		t.captions = make(map[string]bool, 16)
	}
	found := namedBy(class, captionNames)
	t.captions[class] = found
	return found
}

// captionNames are words of class names for what stands below a picture.
var captionNames = map[string]bool{"caption": true, "captions": true, "figcaption": true, "imagecaption": true, "photocaption": true, "legend": true}

// pictureBox tells elements that may be no more than a picture and its
// caption.
func pictureBox(it *item) bool {
	switch it.tag {
	case atom.Div, atom.Span, atom.Center, 0:
		return it.controls == 0
	}
	return false
}
