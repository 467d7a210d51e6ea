package siterule

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func parseFile(t *testing.T, name string, change func(string) string) (*Rule, []Problem) {
	t.Helper()
	data, err := os.ReadFile("testdata/rules/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(name, strings.NewReader(change(string(data))))
}

func texts(list []*expression) []string {
	var all []string
	for _, e := range list {
		all = append(all, e.text)
	}
	return all
}

func TestParseOddForms(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"as it is":     func(s string) string { return s },
		"from Windows": func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") },
	} {
		r, problems := parseFile(t, "odd.example.txt", change)
		problems = append(problems, r.Check()...)
		if len(problems) > 0 {
			t.Errorf("%s: problems %v, want none", name, problems)
		}
		got := fmt.Sprintf("title %q\nbody %q\nauthor %q\nstrip %d names %v images %v\nreplace %q\nheaders %q\nflags %t %t %t\nlinks %t %t %d %t\ntests %v\nignored %d",
			texts(r.title), texts(r.body), texts(r.author), len(r.strip), r.names, r.images, r.replace, r.Headers,
			r.Prune, r.Autodetect, r.SkipJSONLD, r.single[0].when != nil, r.next[0].when != nil, len(r.next), len(r.advert) == 1,
			r.Tests, len(r.Ignored))
		want := `title ["//h1[@class='head']" "//meta[@property=\"og:title\"]/@content"]
body ["//div[@id = 'story'] | (//div[contains(@class, 'more')])[1]" "//article"]
author ["substring-after(//p[@class='by'], 'By ')" "//a[@rel='author']"]
strip 3 names [{odd.example.txt 14 teaser box}] images [{odd.example.txt 15 pixel.gif}]
replace [{"<noscript>" "<div>"} {"</noscript>" "</div>"} {" | The Odd Example</title>" "</title>"} {"src=\"http://old.example" "src=\"https://new.example"} {"to post comments)" "</div>"} {"&nbsp;" ""}]
headers [{"user-agent" "Mozilla/5.0 (odd)"} {"Cookie" "a=b: c"}]
flags false false true
links true false 1 true
tests [{https://odd.example/2024/story.html [The first sentence. And a second: with a colon.] 42} {https://odd.example/other [] 45}]
ignored 10`
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestParseProblems(t *testing.T) {
	r, problems := parseFile(t, "bad.example.txt", func(s string) string { return s })
	problems = append(problems, r.Check()...)
	var lines []int
	for _, p := range problems {
		if p.File != "bad.example.txt" || p.Text == "" || p.Reason == "" {
			t.Errorf("problem %+v lacks something", p)
		}
		lines = append(lines, p.Line)
	}
	slices.Sort(lines)
	if want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; !slices.Equal(lines, want) {
		t.Errorf("problems on lines %v, want %v: %v", lines, want, problems)
	}
	// The rest of the file works.
	doc := parsePage(t, `<div class=good>x</div>`)
	if f := r.Read(doc); len(f.Stripped) != 1 {
		t.Errorf("stripped %v, want one", f.Stripped)
	}
}

func TestUnevenReplacements(t *testing.T) {
	r, problems := Parse("x", strings.NewReader("find_string: a\nfind_string: b\nreplace_string: c\nfind_string: d\nreplace_string: e"))
	if want := []replacement{{"b", "c"}, {"d", "e"}}; !slices.Equal(r.replace, want) || len(problems) != 1 || problems[0].Line != 1 {
		t.Errorf("got %v, %v; want %v and a problem on line 1", r.replace, problems, want)
	}
	if got := string(r.Replace([]byte("abd"), 100)); got != "ace" {
		t.Errorf("replaced: got %q, want ace", got)
	}
}

func TestReplaceIsBounded(t *testing.T) {
	r, _ := Parse("x", strings.NewReader("replace_string(a): "+strings.Repeat("a", 1000)))
	if got := r.Replace([]byte(strings.Repeat("a", 1000)), 10_000); len(got) != 1000 {
		t.Errorf("got %d bytes, want the 1000 of before", len(got))
	}
}

func TestHugeFile(t *testing.T) {
	r, problems := Parse("x", strings.NewReader(strings.Repeat("strip: //p\n", 1<<17)))
	if len(problems) != 1 || len(r.strip) > 0 {
		t.Errorf("got %d expressions and %v, want none and one problem", len(r.strip), problems)
	}
}

func FuzzRule(f *testing.F) {
	for _, name := range []string{"odd.example.txt", "bad.example.txt"} {
		data, err := os.ReadFile("testdata/rules/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	data, err := os.ReadFile("testdata/xpath.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		text, _, _ := strings.Cut(line, "\t")
		f.Add("body: " + text)
	}
	source, err := os.ReadFile("testdata/xpath.html")
	if err != nil {
		f.Fatal(err)
	}
	doc := parsePage(f, string(source))
	f.Fuzz(func(t *testing.T, rule string) {
		r, _ := Parse("fuzz.txt", strings.NewReader(rule))
		r.Check()
		found := r.Read(doc)
		for i, n := range found.Body {
			if i > 0 && within(n, found.Body[:i]) {
				t.Errorf("%q: a part of the body is in another", rule)
			}
		}
		r.Replace(source, 1<<20)
	})
}
