package extract

import (
	"bytes"
	"encoding/json"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of the search in embedded data: scripts longer than maxState, values
// nested deeper than maxStateDepth, and all after maxStateValues values of a
// page are not looked at.
const (
	maxState       = 8 << 20
	maxStateDepth  = 64
	maxStateValues = 200_000
)

// embeddedBody looks for the story in the page's scripts of data: JSON-LD,
// __NEXT_DATA__, the state that a framework hands to the browser. It is the
// longest string that reads like an article and stands beside a headline that
// is the page's title, HTML, plain text or a list of blocks; "" if there is none.
// It is asked only for pages whose own markup holds a stub, or an excerpt.
func embeddedBody(root *html.Node, title string) string {
	w := stateWalk{title: squash(title)}
	if len(w.title) < 4 {
		return ""
	}
	for n := root; n != nil; n = following(n, root) {
		if n.DataAtom != atom.Script || n.FirstChild == nil {
			continue
		}
		if data := stateOf(n); data != nil {
			w.read(data)
		}
	}
	return w.best
}

// stateOf is the JSON in a script: all of it if its type says so, else the
// value of one assignment ("window.__STATE__ = {…};"), nil if there is none.
func stateOf(n *html.Node) []byte {
	text := strings.TrimSpace(n.FirstChild.Data)
	if len(text) < 200 || len(text) > maxState {
		return nil
	}
	if strings.Contains(strings.ToLower(attr(n, "type")), "json") {
		return []byte(text)
	}
	name, _, ok := strings.Cut(text[:min(len(text), 200)], "=")
	if !ok || strings.ContainsAny(name, "({;") {
		return nil
	}
	value := strings.TrimSpace(text[len(name)+1:])
	if value == "" || value[0] != '{' && value[0] != '[' {
		return nil
	}
	return []byte(value)
}

// A stateWalk goes through one JSON value after another.
type stateWalk struct {
	title  string // squashed
	best   string
	weight int32
	values int
}

func (w *stateWalk) read(data []byte) {
	var v any
	// What stands after the value (a semicolon, more code) is not read.
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&v); err != nil {
		return
	}
	w.walk(v, false, 0)
}

// walk looks at a value; titled says that an object around it, at most two
// levels up, has the page's title for its headline.
func (w *stateWalk) walk(v any, titled bool, depth int) {
	w.values++
	if depth > maxStateDepth || w.values > maxStateValues {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		w.object(v, titled, depth)
	case []any:
		for _, e := range v {
			w.walk(e, titled, depth+1)
		}
	}
}

func (w *stateWalk) object(o map[string]any, titled bool, depth int) {
	headline, other := w.headline(o)
	switch {
	case headline:
		titled = true
	case other:
		titled = false // another story beside this one
	}
	for key, v := range o {
		s, ok := v.(string)
		if list, is := v.([]any); is && titled && bodyKey(key) {
			w.offer(richText(list))
		}
		switch {
		case !ok:
			w.walk(v, titled, depth+1)
		case titled && bodyKey(key):
			w.offer(s)
		}
	}
}

// headline tells whether an object's headline is the page's title, or that of
// something else.
func (w *stateWalk) headline(o map[string]any) (own, other bool) {
	for _, key := range []string{"headline", "title", "name", "Title", "titleText", "articleTitle", "subject"} {
		s, ok := o[key].(string)
		if !ok || s == "" {
			continue
		}
		s = squash(s)
		if s == w.title || sameTitle(w.title, s) {
			return true, false
		}
		other = other || len(s) >= 12
	}
	return false, other
}

// bodyKey tells whether a field of this name may hold the text of a story.
func bodyKey(key string) bool {
	key = strings.ToLower(key)
	for _, part := range []string{"body", "content", "text", "html", "story", "article", "rendered", "value", "detail"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}

// offer takes a string if it reads like a story and is longer than the best.
func (w *stateWalk) offer(s string) {
	if len(s) < stubWeight/3 || strings.HasPrefix(s, "{") || strings.HasPrefix(s, "http") {
		return
	}
	weight, marks := weigh(s)
	if weight <= w.weight || marks < 3 {
		return
	}
	w.best, w.weight = s, weight
}

// plainBody is an embedded body as lines of text. HTML, also escaped once, is
// read as HTML, and what no reader sees of it is left out.
func plainBody(body string) string {
	body = strings.TrimSpace(body)
	if strings.Contains(body, "&lt;p") || strings.Contains(body, "&lt;br") {
		body = html.UnescapeString(body)
	}
	if !strings.Contains(body, "<") {
		return foldLines(html.UnescapeString(body))
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return "" // too deep for the parser
	}
	t := newTree(doc)
	t.prune()
	for i := range t.items {
		if t.items[i].state == live {
			t.items[i].state = kept
		}
	}
	return joinLines(t.lines())
}

// foldLines folds the white space of each line and drops empty lines.
func foldLines(s string) string {
	var lines []string
	for l := range strings.Lines(s) {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
