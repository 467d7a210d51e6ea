package extract

import (
	"strings"
	"testing"
)

func TestParseJSON(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", `{"headline":"A"}`, "A"},
		{"comment around", `<!-- {"headline":"A"} -->`, "A"},
		{"CDATA", "//<![CDATA[\n{\"headline\":\"A\"}\n//]]>", "A"},
		{"comma at the end", `{"x":[1,2,],"headline":"A",}`, "A"},
		{"comments inside", "{/* a */\"headline\": // b\n\"A\"}", "A"},
		{"raw line end in a string", "{\"description\":\"a\nb\",\"headline\":\"A\"}", "A"},
		{"quotes that were not escaped", `{"description":"he said "yes" and left","headline":"A"}`, "A"},
		{"comma left out", "{\"a\":\"b\"\n\"headline\":\"A\"}", "A"},
		{"escapes", `{"headline":"\u0041\n\"\/\ud83d\ude00\ud83d\u00zz"}`, "A\n\"/😀\uFFFD\uFFFD00zz"},
		{"cut off", `{"headline":"A","b":[{"c":`, "A"},
		{"cut off in a string", `{"headline":"A`, "A"},
		{"array not closed", `{"x":[1,2,"headline":"B"}`, ""},
		{"number and list", `{"headline":[{"@value":12}]}`, "12"},
		{"nothing", `  `, ""},
		{"a word", `{"headline":null}`, ""},
		{"deep", strings.Repeat(`{"a":`, 1000) + "1", ""},
		{"deep beside", `{"a":` + strings.Repeat("[", 200) + `"]"` + strings.Repeat("]", 200) + `,"headline":"A"}`, "A"},
	} {
		v := parseJSON(c.in)
		if got := v.get("headline").str(); got != c.want {
			t.Errorf("%s: headline of %.80q = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestJSONLDHostile(t *testing.T) {
	for name, in := range map[string]string{
		"5 MB of one string": `{"headline":"` + strings.Repeat("x", 5<<20) + `"}`,
		"a million numbers":  `[` + strings.Repeat("1,", 1_000_000) + `1]`,
		"brackets":           strings.Repeat("[", 2_000_000),
		"wrong types":        `{"@type":{"a":1},"author":[[["x"]],1,true,{"name":{"name":{"name":[]}}}],"headline":[[]],"image":[{"url":[{}]}],"keywords":{"a":1},"datePublished":{}}`,
		"refers to itself":   `{"@graph":[{"@id":"a","@type":"Article","headline":"A long headline","author":{"@id":"b"}},{"@id":"b","author":{"@id":"a"}}]}`,
	} {
		doc := parseHTML(t, `<html><head><script type="application/ld+json">`+in+`</script></head><body><p>x</body></html>`)
		m := readMetadata(doc, Page{URL: "https://a.example/x"}, "https://a.example/x")
		if len(m.Authors) > 3 {
			t.Errorf("%s: authors %q", name, m.Authors)
		}
	}
}

// Of several nodes the one about this page counts, not those of related
// stories.
func TestJSONLDChoice(t *testing.T) {
	page := `<html><head><title>The bridge is open - Example News</title>
<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Another story altogether","url":"https://a.example/other","author":{"@type":"Person","name":"Wrong One"}},
{"@type":"NewsArticle","headline":"The bridge is open","mainEntityOfPage":{"@type":"WebPage","@id":"https://www.a.example/bridge/"},"author":[{"@type":"Person","name":"Ann Right"},{"@id":"#p2"}],"datePublished":"2024-05-31T08:00:00+02:00"},
{"@type":"Person","@id":"#p2","name":"Bo Second"},{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"The bridge is open","author":"Listed Person"}]}]</script>
</head><body><h1>The bridge is open</h1><p>By Ann Right and Bo Second</p></body></html>`
	m := readMetadata(parseHTML(t, page), Page{URL: "https://a.example/bridge"}, "https://a.example/bridge")
	if strings.Join(m.Authors, "; ") != "Ann Right; Bo Second" || m.PublishedAt != "2024-05-31T08:00:00+02:00" || m.Sources["published_at"] != "json-ld" {
		t.Errorf("got authors %q, published %q, sources %v", m.Authors, m.PublishedAt, m.Sources)
	}
	list := `<script type="application/ld+json">[` + strings.Repeat(`{"@type":"Article","headline":"One of many stories","author":"Some Body"},`, 4) + `]</script><h1>Front page</h1>`
	if m := readMetadata(parseHTML(t, list), Page{}, ""); len(m.Authors) > 0 {
		t.Errorf("a list of stories: authors %q, want none", m.Authors)
	}
}

func FuzzJSONLD(f *testing.F) {
	f.Add(`{"@graph":[{"@type":"NewsArticle","headline":"A","author":[{"name":"B C"}]}]}`)
	f.Add("<!-- {\"a\":\"b\" \"c\":[1,{}]} -->")
	f.Fuzz(func(t *testing.T, s string) {
		v := parseJSON(s)
		p := readLD([]jsonValue{v}, func(string) bool { return false }, func(string) bool { return true })
		p.authors(p.article)
		p.str("headline")
		p.publisher()
		ldImage(v.get("image"))
	})
}
