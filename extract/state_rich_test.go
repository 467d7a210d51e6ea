package extract

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestRichText: the ways in which editors keep a text as a tree of blocks.
func TestRichText(t *testing.T) {
	const want = "The first line.\nA heading\nThe second, with a link in it.\nThe third."
	for name, data := range map[string]string{
		"prosemirror": `[{"type":"paragraph","content":[{"type":"text","text":"The first line."}]},{"type":"heading","content":[{"type":"text","text":"A heading"}]},
			{"type":"paragraph","content":[{"type":"text","text":"The second, with "},{"type":"text","text":"a link","marks":[{"type":"link"}]},{"type":"text","text":" in it."}]},
			{"type":"image","attrs":{"alt":"no text"}},{"type":"paragraph","content":[{"type":"text","text":"The third."}]}]`,
		"contentful": `[{"nodeType":"paragraph","content":[{"nodeType":"text","value":"The first line.","marks":[]}]},{"nodeType":"heading-2","content":[{"nodeType":"text","value":"A heading"}]},
			{"nodeType":"paragraph","content":[{"nodeType":"text","value":"The second, with "},{"nodeType":"hyperlink","data":{"uri":"https://x.example"},"content":[{"nodeType":"text","value":"a link"}]},{"nodeType":"text","value":" in it."}]},
			{"nodeType":"paragraph","content":[{"nodeType":"text","value":"The third."}]}]`,
		"portable text": `[{"_type":"block","children":[{"_type":"span","text":"The first line."}]},{"_type":"block","style":"h2","children":[{"_type":"span","text":"A heading"}]},
			{"_type":"block","children":[{"_type":"span","text":"The second, with "},{"_type":"span","text":"a link"},{"_type":"span","text":" in it."}]},{"_type":"block","children":[{"_type":"span","text":"The third."}]}]`,
		"draft.js":  `[{"text":"The first line.","type":"unstyled"},{"text":"A heading","type":"header-two"},{"text":"The second, with a link in it.","type":"unstyled"},{"text":"The third.","type":"unstyled"}]`,
		"editor.js": `[{"type":"paragraph","data":{"text":"The first line."}},{"type":"header","data":{"text":"A heading","level":2}},{"type":"paragraph","data":{"text":"The second, with a link in it."}},{"type":"paragraph","data":{"text":"The third."}}]`,
		"arc":       `[{"type":"text","content":"The first line."},{"type":"header","content":"A heading"},{"type":"text","content":"The second, with a link in it."},{"type":"text","content":"The third."}]`,
		"nested":    `[{"type":"doc","content":[{"type":"section","content":[{"type":"paragraph","content":[{"type":"text","text":"The first line."}]},{"type":"heading","content":[{"type":"text","text":"A heading"}]}]},{"type":"p","children":[{"text":"The second, with a link in it."}]},{"type":"p","children":[{"text":"The third."}]}]}]`,
	} {
		var list []any
		if err := json.Unmarshal([]byte(data), &list); err != nil {
			t.Fatal(name, err)
		}
		if got := richText(list); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, none := range []string{`[]`, `[1,2,3]`, `[{"type":"paragraph","data":{"text":"One."}},{"type":"paragraph","data":{"text":"Two."}}]`, `[{"name":"Home"},{"name":"News"},{"name":"About"}]`} {
		var list []any
		if err := json.Unmarshal([]byte(none), &list); err != nil {
			t.Fatal(err)
		}
		if got := richText(list); got != "" {
			t.Errorf("%s: got %q, want nothing", none, got)
		}
	}
}

// TestExcerpt: of a page that is not free and whose markup holds the beginning,
// the whole is taken from its data; of one that is free, and of another text,
// nothing is.
func TestExcerpt(t *testing.T) {
	begin := strings.Repeat("The mill by the river has ground the corn of the valley for two hundred years, and the miller says it will go on. ", 7)
	rest := strings.Repeat("Others say that the wheel is rotten, and that nobody in the valley remembers when its wood was last renewed. ", 9)
	page := func(free, first string) string {
		blocks, _ := json.Marshal([]any{
			map[string]any{"type": "paragraph", "data": map[string]any{"text": first}},
			map[string]any{"type": "paragraph", "data": map[string]any{"text": rest}},
			map[string]any{"type": "paragraph", "data": map[string]any{"text": rest + "At last it ended."}},
		})
		return `<!DOCTYPE html><html lang="en"><head><title>The old mill turns again</title>
<script type="application/ld+json">{"@type":"NewsArticle","headline":"The old mill turns again","isAccessibleForFree":` + free + `}</script></head>
<body><article><h1>The old mill turns again</h1><p>` + begin + `</p></article>
<script id="__NEXT_DATA__" type="application/json">{"props":{"story":{"headline":"The old mill turns again","body":` + string(blocks) + `}}}</script></body></html>`
	}
	for _, c := range []struct {
		name, free, first string
		whole             bool
	}{{"not free", "false", begin, true}, {"free", "true", begin, false}, {"another text", "false", rest, false}} {
		d := New(Config{}).Extract(Page{URL: "https://a.example/mill", Body: []byte(page(c.free, c.first))})
		if d.Article == nil {
			t.Fatalf("%s: got %s (%s)", c.name, d.Kind, d.Reason)
		}
		if got := strings.Contains(d.Article.Text, "At last it ended."); got != c.whole {
			t.Errorf("%s: the whole was taken: %v, want %v", c.name, got, c.whole)
		}
	}
}
