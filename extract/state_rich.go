package extract

import "strings"

// Editors hand their texts to the browser as trees of blocks: each an object
// that names its type, with its text in leaves below it. The names differ
// (ProseMirror, Contentful, Portable Text, Slate, Draft.js, Editor.js, Arc), the
// shape is the same.

// richBlocks are the types of blocks that hold a line of text.
var richBlocks = map[string]bool{
	"paragraph": true, "p": true, "text": true, "textblock": true, "text-block": true, "unstyled": true, "block": true,
	"heading": true, "header": true, "heading-1": true, "heading-2": true, "heading-3": true, "heading-4": true,
	"header-two": true, "header-three": true, "h2": true, "h3": true, "h4": true, "subheading": true,
	"list-item": true, "listitem": true, "list_item": true, "unordered-list-item": true, "ordered-list-item": true, "li": true,
	"blockquote": true, "quote": true, "core/paragraph": true, "core/heading": true, "core/quote": true, "core/list-item": true,
}

// richLeast is the number of lines from which an array of blocks is a text.
const richLeast = 3

// richText is the text of an array of blocks, a line a block; "" if it is none.
func richText(blocks []any) string {
	r := richReader{}
	r.blocks(blocks, 0)
	if len(r.lines) < richLeast {
		return ""
	}
	return strings.Join(r.lines, "\n")
}

type richReader struct {
	lines  []string
	values int
}

// blocks reads those of a list that hold a line, and what the others hold.
func (r *richReader) blocks(list []any, depth int) {
	for _, e := range list {
		o, ok := e.(map[string]any)
		if r.values++; !ok || depth > maxStateDepth || r.values > maxStateValues {
			continue
		}
		if richBlocks[richType(o)] {
			var b strings.Builder
			r.leaves(o, &b, depth)
			if line := strings.Join(strings.Fields(b.String()), " "); line != "" {
				r.lines = append(r.lines, line)
			}
			continue
		}
		for _, key := range [...]string{"content", "children", "nodes", "blocks", "items", "innerBlocks"} {
			if inner, ok := o[key].([]any); ok {
				r.blocks(inner, depth+1)
			}
		}
	}
}

// richType is what an object calls its type, in lower case.
func richType(o map[string]any) string {
	for _, key := range [...]string{"type", "nodeType", "_type", "name", "blockName"} {
		if s, ok := o[key].(string); ok && s != "" {
			return strings.ToLower(s)
		}
	}
	return ""
}

// leaves gathers the text below a block, in order.
func (r *richReader) leaves(o map[string]any, b *strings.Builder, depth int) {
	if r.values++; depth > maxStateDepth || r.values > maxStateValues {
		return
	}
	for _, key := range [...]string{"text", "value", "content", "children", "nodes", "data"} {
		switch v := o[key].(type) {
		case string:
			b.WriteString(v)
			return // the same text under another name would follow
		case map[string]any:
			r.leaves(v, b, depth+1)
		case []any:
			for _, e := range v {
				if inner, ok := e.(map[string]any); ok {
					r.leaves(inner, b, depth+1)
				}
			}
		}
	}
}
