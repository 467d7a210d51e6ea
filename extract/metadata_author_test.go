package extract

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanAuthors(t *testing.T) {
	for _, c := range []struct {
		in    string
		trust nameTrust
		want  string
	}{
		{"By Ann Smith", trustText, "Ann Smith"},
		{"By Ann Smith and Bo Jones", trustText, "Ann Smith; Bo Jones"},
		{"Von Jürgen Müller, Anna van der Berg und Eva Weiß", trustText, "Jürgen Müller; Anna van der Berg; Eva Weiß"},
		{"Par Loïc Le Clerc", trustText, "Loïc Le Clerc"},
		{"Text: Von Eva Weiß", trustMarked, "Eva Weiß"},
		{"ANN SMITH-JONES", trustMarked, "Ann Smith-Jones"},
		{"Dr. Ruth Adeyemi", trustStated, "Dr. Ruth Adeyemi"},
		{"Mrs. Ann Smith", trustStated, "Ann Smith"},
		{"Ann Smith, Senior Editor", trustMarked, "Ann Smith"},
		{"Ann Smith (Reuters)", trustMarked, "Ann Smith"},
		{"Ann Smith | 31 May 2024", trustMarked, "Ann Smith"},
		{"Ann Smith 31.05.2024", trustMarked, "Ann Smith"},
		{"https://example.org/ann", trustStated, ""},
		{"ann@example.org", trustStated, ""},
		{"By" + string(edge) + "Ann Smith" + string(edge) + "Bo Jones", trustMarked, "Ann Smith; Bo Jones"},
		{"Ann Smith, Ann Smith", trustMarked, "Ann Smith"},
		{"marc", trustMarked, "marc"},
		{"marc", trustText, ""},
		{"By the people of the town", trustText, ""},
		{"By Monday the road is open", trustText, ""},
		{"Read more", trustMarked, ""},
		{"作者：张三、李四", trustMarked, "张三; 李四"},
		{"记者 王小明", trustMarked, "王小明"},
		{"文/赵敏", trustMarked, "赵敏"},
		{"赵敏 文并摄", trustMarked, "赵敏"},
		{"佐藤花子", trustStated, "佐藤花子"},
		{"Пётр Смирнов", trustStated, "Пётр Смирнов"},
		{"Will Knight", trustStated, "Will Knight"},
		{"By Will Knight, Example News, New York", trustText, "Will Knight"},
		{"Story and photos by Ann Smith", trustText, "Ann Smith"},
		{"Von Henry In Aktuell", trustMarked, "Henry"},
		{"Author: Ann Smith, Datum: 03.05.24", trustMarked, "Ann Smith"},
		{"责任编辑：钱多多", trustMarked, ""},
		{"بقلم: أحمد منصور", trustText, "أحمد منصور"},
		{"", trustStated, ""},
		{strings.Repeat("Ann Smith, ", 60), trustStated, ""},
	} {
		if got := strings.Join(cleanAuthors(c.in, c.trust), "; "); got != c.want {
			t.Errorf("cleanAuthors(%q, %d) = %q, want %q", c.in, c.trust, got, c.want)
		}
	}
}

func TestReporterNames(t *testing.T) {
	for in, want := range map[string]string{
		"本报记者 张三 李四 北京报道":           "张三;李四",
		"新华社北京5月31日电（记者王小明）市政府今天宣布": "王小明",
		"【作者：梁倩 班娟娟】":               "梁倩;班娟娟",
		"记者询问后获悉，房租上涨":              "",
		"市长对记者表示，工程已经完成":            "",
		"责任编辑：王五":                   "",
		"記者陳小明／台北報導":                "陳小明",
		"本报记者 张三 通讯员 李四":            "张三;李四",
		"记者王小明/摄":                   "",
		"特约撰稿人 孙小芳":                 "孙小芳",
		"김민수 기자 kim@news.example":   "김민수",
		"[서울=통신] 이영희 기자 = 시의회는":     "이영희",
		"기자가 시장에게 물었다":              "",
		"한 시민은 기자에게 말했다":            "",
	} {
		if got := strings.Join(reporterNames([]byte(in)), ";"); got != want {
			t.Errorf("reporterNames(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestReadAuthors(t *testing.T) {
	story := "<p>" + strings.Repeat("The council met on the bank of the river and talked about the bridge. ", 6) + "</p>"
	for _, c := range []struct{ name, page, want, source string }{
		{"meta that is shown", `<meta name=author content="Ann Smith"><h1>The bridge is open</h1><p>Ann Smith</p>` + story, "Ann Smith", "meta"},
		{"meta that nobody sees", `<meta name=author content="Ann Smith"><h1>The bridge is open</h1>` + story, "", ""},
		{"rel=author", `<h1>The bridge is open</h1><a rel=author href=/a>Ann Smith</a>` + story, "Ann Smith", "html"},
		{"microdata", `<h1>The bridge is open</h1><span itemprop=author itemscope><span itemprop=name>Ann Smith</span>, editor</span>` + story, "Ann Smith", "microdata"},
		{"class", `<h1>The bridge is open</h1><div class="post-author">By <span>Ann Smith</span></div>` + story, "Ann Smith", "html"},
		{"line", `<h1>The bridge is open</h1><p>By Ann Smith and Bo Jones, Example News</p>` + story, "Ann Smith; Bo Jones", "html"},
		{"line with a date first", `<h1>The bridge is open</h1><p>Posted on May 31, 2024 by Ann Smith</p>` + story, "Ann Smith", "html"},
		{"date and name", `<h1>The bridge is open</h1><p>31.05.2024 | Ann Smith</p>` + story, "Ann Smith", "html"},
		{"link to the author", `<h1>The bridge is open</h1><a href="/authors/ann-smith">Ann Smith</a>` + story, "Ann Smith", "html"},
		{"the line has more", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","author":{"@type":"Person","name":"Ann Smith"}}</script><h1>The bridge is open</h1><p>By Ann Smith and Bo Jones</p>` + story, "Ann Smith; Bo Jones", "html"},
		{"a log-in", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","author":{"@type":"Person","name":"asmith"}}</script><h1>The bridge is open</h1>` + story, "", ""},
		{"written out in the article", `<script type="application/ld+json">{"@type":"Article","headline":"The bridge is open","author":{"@type":"Person","name":"Ann Smith"}}</script><h1>The bridge is open</h1>` + story, "Ann Smith", "json-ld"},
		{"an account that is not shown", `<script type="application/ld+json">{"@graph":[{"@type":"Article","headline":"The bridge is open","author":{"@id":"#1"}},{"@type":"Person","@id":"#1","name":"Ann Smith"}]}</script><h1>The bridge is open</h1>` + story, "", ""},
		{"comments", `<h1>The bridge is open</h1>` + story + `<div class=comments><p class=author>By Eve Jones</p></div>`, "", ""},
		{"teasers", `<h1>The bridge is open</h1>` + story + `<div class=related><a href=/x><span class=author>Eve Jones</span></a></div>`, "", ""},
		{"the site", `<meta property="og:site_name" content="Example News"><meta name=author content="Example News"><h1>The bridge is open</h1><p>Example News</p>` + story, "", ""},
		{"whom the page calls an editor", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","author":{"@type":"Person","name":"Eve Jones"}}</script><h1>The bridge is open</h1><div class=author>Ann Smith</div>` + story + `<p>Editor : <a href=/e>Eve Jones</a></p>`, "Ann Smith", "html"},
		{"an editor who also writes", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","author":{"@type":"Person","name":"Eve Jones"}}</script><h1>The bridge is open</h1><p>Eve Jones</p>` + story + `<p>Editor: Eve Jones</p>`, "Eve Jones", "json-ld"},
		{"a Chinese editor in charge", `<html lang=zh><meta name=author content="钱多多"><h1>大桥昨天通车了</h1><p>来源：某某日报</p>` + story + `<p>责任编辑：钱多多</p>`, "", ""},
		{"a profile by address", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open","author":[{"@type":"Person","@id":"https://a.example/people/7","name":"Ann Smith"}]}</script><h1>The bridge is open</h1>` + story, "Ann Smith", "json-ld"},
		{"the site's logo", `<title>The bridge is open</title><h1><a href=/>Our Valley</a></h1><h2>The bridge is open</h2><p class=byline><a href=/>Our Valley</a> / <a rel=author href=/a>Ann Smith</a></p>` + story, "Ann Smith", "html"},
		{"Chinese", `<html lang=zh><h1>大桥昨天通车了</h1><p>本报记者 王小明</p>` + story, "王小明", "html"},
	} {
		m := readMetadata(parseHTML(t, c.page), Page{URL: "https://www.a.example/bridge"}, "https://www.a.example/bridge")
		if got := strings.Join(m.Authors, "; "); got != c.want || m.Sources["authors"] != c.source {
			t.Errorf("%s: got %q from %q, want %q from %q", c.name, got, m.Sources["authors"], c.want, c.source)
		}
	}
}

func FuzzCleanAuthors(f *testing.F) {
	for _, s := range []string{"By Ann Smith and Bo Jones", "作者：张三、李四", "Von X; Y | 31.05.2024", "A\x1fB\nC", "Smith, Jr., John"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, trust := range []nameTrust{trustText, trustMarked, trustStated} {
			for _, name := range cleanAuthors(s, trust) {
				if utf8.RuneCountInString(name) < 2 || strings.ContainsAny(name, "@\n<>") || strings.Contains(name, "://") || strings.TrimSpace(name) == "" {
					t.Errorf("cleanAuthors(%q) gives %q", s, name)
				}
			}
		}
		reporterNames([]byte(s))
		lineNames([]byte(s), "en", orderUnknown)
	})
}
