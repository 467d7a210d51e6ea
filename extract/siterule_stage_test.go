package extract

import (
	"strings"
	"testing"
	"testing/fstest"

	"stet/extract/siterule"
)

// ruled extracts a page of a.example by rules, a file each.
func ruled(t *testing.T, page string, files map[string]string) *Document {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	rules, problems, err := siterule.Load(fsys)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return New(Config{Explain: true, Rules: rules}).Extract(Page{URL: "https://www.a.example/x", Body: []byte(page)})
}

const ruledPage = `<!DOCTYPE html><html lang="en"><head><title>The plain title - Example</title><meta property="og:title" content="The og title">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"The ld title","author":{"@type":"Person","name":"Lena Dee"},"datePublished":"2020-01-02"}</script></head><body>
<h1>The plain title</h1><p>By Lena Dee</p>
<div id="story" class="sidebar"><p>The river rose in the night, and by the morning the lower town stood in water up to the window sills of the old houses.</p>
<aside class="newsletter-signup"><p>People left their houses by boat, said the mayor, and most of them had somewhere to go; her report names forty streets.</p></aside>
<p style="display:none"><a href="/m">Nobody ever sees this sentence</a></p>
<p>Nobody was hurt, although the bridge at the mill was carried away and the road to the north will be closed until the autumn.</p></div>
<div id="other"><p>Another story begins here, about the market in the square, which the council wants to keep, and about the traders who asked it to.</p>
<p>It goes on for a second paragraph, in which four thousand signatures are brought to the town hall in a wheelbarrow by the baker.</p>
<p>And it ends with the mayor, who says that he will respect the vote, and that he will buy his potatoes in the square as before.</p></div>
<div id="stub"><p>Short.</p></div><div id="picture"><img src="/a.jpg" alt="A picture"></div></body></html>`

func TestSiteRule(t *testing.T) {
	for _, c := range []struct {
		name            string
		files           map[string]string
		present, absent []string
		reason          string
	}{
		{"the body the rule names, although its name speaks against it", map[string]string{"a.example.txt": "body: //div[@id='story']"},
			[]string{"The river rose", "Nobody was hurt"}, []string{"Another story", "Nobody ever sees", "People left"}, "body by the site rule a.example.txt:1"},
		{"prune: no keeps what else is cut, but not what is hidden", map[string]string{"a.example.txt": "body: //div[@id='story']\nprune: no"},
			[]string{"The river rose", "People left", "Nobody was hurt"}, []string{"Another story", "Nobody ever sees"}, ""},
		{"a stub", map[string]string{"a.example.txt": "body: //div[@id='stub']"}, []string{"Another story"}, nil, "a.example.txt:1 found a stub"},
		{"nothing", map[string]string{"a.example.txt": "body: //main"}, []string{"Another story"}, nil, "a.example.txt found no story"},
		{"of several bodies the one that is there", map[string]string{"a.example.txt": "body: //main\nbody: //div[@id='other']"}, []string{"Another story", "potatoes"}, []string{"The river"}, "a.example.txt:2"},
		{"the whole document", map[string]string{"a.example.txt": "body: //html\nprune: no\nstrip: //div[@id='stub']"}, []string{"The river rose", "potatoes"}, []string{"Short."}, ""},
		{"only strip", map[string]string{"a.example.txt": "strip: //div[@id='other']"}, []string{"The river rose"}, []string{"Another story"}, ""},
		{"no rule for this host", map[string]string{"b.example.txt": "body: //div[@id='story']"}, []string{"Another story"}, nil, ""},
		{"replaced before it is parsed", map[string]string{"a.example.txt": "replace_string(<div id=\"other\">): <main>\nbody: //main"}, []string{"Another story"}, []string{"The river"}, ""},
		{"global.txt", map[string]string{"global.txt": "strip: //div[@id='other']", "a.example.txt": "body: //div[@id='story'] | //div[@id='other']"}, []string{"The river"}, []string{"Another story"}, ""},
		{"an advertisement", map[string]string{"a.example.txt": "native_ad_clue: //meta[@property='og:title']"}, []string{"Another story"}, nil, "calls it an advertisement"},
	} {
		d := ruled(t, ruledPage, c.files)
		if d.Article == nil {
			t.Errorf("%s: no article: %s: %s", c.name, d.Kind, d.Reason)
			continue
		}
		for _, s := range c.present {
			if !strings.Contains(d.Article.Text, s) {
				t.Errorf("%s: lost %q: %s; got %q", c.name, s, cutOf(d, s), d.Article.Text)
			}
		}
		for _, s := range c.absent {
			if strings.Contains(d.Article.Text, s) {
				t.Errorf("%s: kept %q", c.name, s)
			}
		}
		if !strings.Contains(d.Reason, c.reason) {
			t.Errorf("%s: got reason %q, want %q in it", c.name, d.Reason, c.reason)
		}
	}
}

func TestSiteRuleMayForbidToGuess(t *testing.T) {
	d := ruled(t, ruledPage, map[string]string{"a.example.txt": "body: //main\nautodetect_on_failure: no"})
	if d.Article != nil || !strings.Contains(d.Reason, "found no story") {
		t.Errorf("got %s, %q; want no article", d.Kind, d.Reason)
	}
}

func TestSiteRulePictureAlone(t *testing.T) {
	d := ruled(t, ruledPage, map[string]string{"a.example.txt": "body: //div[@id='picture']"})
	if d.BodyRule != "a.example.txt:1" {
		t.Errorf("got body rule %q (%s), want that of the picture", d.BodyRule, d.Reason)
	}
}

func TestSiteRuleMetadata(t *testing.T) {
	for _, c := range []struct{ name, file, rule, want string }{
		{"in the place of the page's own", "a.example.txt", "title: //h1\nauthor: //h7\nauthor: //h1/following-sibling::p[1]\ndate: substring('2021-05-06T', 1, 10)",
			"The plain title site-rule|Lena Dee site-rule|2021-05-06 site-rule"},
		{"a rule for all sites fills gaps only", "global.txt", "title: //meta[@property='og:title']/@content\ndate: substring('2021-05-06T', 1, 10)",
			"The plain title|Lena Dee|2020-01-02"},
		{"not the JSON-LD", "a.example.txt", "skip_json_ld: yes", "The plain title|Lena Dee|"},
		{"what finds nothing changes nothing", "a.example.txt", "title: //h7\nauthor: //h7\ndate: //h1", "The plain title|Lena Dee|2020-01-02"},
	} {
		d := ruled(t, ruledPage, map[string]string{c.file: c.rule})
		if d.Article == nil {
			t.Fatalf("%s: %s", c.name, d.Reason)
		}
		a := d.Article
		got := []string{a.Title, strings.Join(a.Authors, ";"), a.PublishedAt}
		for i, field := range []string{"title", "authors", "published_at"} {
			if a.Sources[field] == siteRuleSource {
				got[i] += " " + siteRuleSource
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: got %s, want %s", c.name, s, c.want)
		}
	}
}

func TestSiteRuleCutsAreNamed(t *testing.T) {
	d := ruled(t, ruledPage, map[string]string{"a.example.txt": "# x\nstrip: //div[@id='other']\nstrip: //div[@id='other']/p"})
	for _, s := range stages {
		if StageWords(s.name) == "" {
			t.Errorf("stage %q has no words in reasons.go", s.name)
		}
	}
	for _, b := range d.Blocks {
		if b.Stage == stageSiteRule && b.Reason() != "a rule for this site takes it away (a.example.txt:2: strip)" {
			t.Errorf("got reason %q", b.Reason())
		}
	}
	n := 0
	for _, c := range d.Cuts() {
		if c.Stage == stageSiteRule {
			n++
			if c.Rule != "a.example.txt:2: strip" || c.Chars < 300 {
				t.Errorf("got cut %+v", c)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d cuts of the site rule, want one", n)
	}
}
