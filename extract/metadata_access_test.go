package extract

import (
	"maps"
	"net/http"
	"testing"
)

func TestPaywalled(t *testing.T) {
	ld := func(s string) string {
		return `<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bridge is open",` + s + `}</script><h1>The bridge is open</h1>`
	}
	for _, c := range []struct{ name, page, want, source string }{
		{"nothing", `<h1>The bridge is open</h1><p>Subscribe now to read on!`, "", ""},
		{"false", ld(`"isAccessibleForFree":false`), "locked", "json-ld"},
		{"true", ld(`"isAccessibleForFree":true`), "free", "json-ld"},
		{"a string", ld(`"isAccessibleForFree":"False"`), "locked", "json-ld"},
		{"schema.org's address", ld(`"isAccessibleForFree":"http://schema.org/True"`), "free", "json-ld"},
		{"a part", ld(`"isAccessibleForFree":"True","hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}`), "locked", "json-ld"},
		{"one of several parts", ld(`"hasPart":[{"isAccessibleForFree":true,"cssSelector":".a"},{"isAccessibleForFree":false,"cssSelector":".b"}]`), "locked", "json-ld"},
		{"a part that is another page", ld(`"hasPart":[{"@type":"Article","isAccessibleForFree":false}]`), "", ""},
		{"not yes, not no", ld(`"isAccessibleForFree":"maybe"`), "", ""},
		{"tier", `<meta property="article:content_tier" content="Metered"><h1>x</h1>`, "metered", "opengraph"},
		{"tier by name", `<meta name="content_tier" content="locked"><h1>x</h1>`, "locked", "meta"},
		{"an unknown tier", `<meta property="article:content_tier" content="gold"><h1>x</h1>`, "", ""},
		{"metered is more exact", `<meta property="article:content_tier" content="metered">` + ld(`"isAccessibleForFree":false`), "metered", "opengraph"},
		{"two that disagree", `<meta property="article:content_tier" content="free">` + ld(`"isAccessibleForFree":false`), "", ""},
		{"microdata", `<article itemscope itemtype="http://schema.org/NewsArticle"><meta itemprop=isAccessibleForFree content=false><h1>The bridge is open</h1></article>`, "locked", "microdata"},
		{"another article's", `<script type="application/ld+json">[{"@type":"NewsArticle","headline":"The bridge is open"},{"@type":"NewsArticle","headline":"Another story","isAccessibleForFree":false}]</script><h1>The bridge is open</h1>`, "", ""},
	} {
		m := readMetadata(parseHTML(t, c.page), Page{URL: "https://a.example/x"}, "https://a.example/x")
		if m.Paywalled != c.want || m.Sources["paywalled"] != c.source {
			t.Errorf("%s: got %q from %q, want %q from %q", c.name, m.Paywalled, m.Sources["paywalled"], c.want, c.source)
		}
	}
}

func TestTranslations(t *testing.T) {
	for _, c := range []struct {
		name, page, header string
		want               map[string]string
		source             string
	}{
		{"none", `<link rel=alternate type="application/rss+xml" href=/feed>`, "", nil, ""},
		{"several, own left out", `<link rel=alternate hreflang=en href="https://a.example/x"><link rel=alternate hreflang=de href=/de/x><link rel=alternate hreflang=zh-hant href=/zh/x#a><link rel=alternate hreflang=x-default href=/>`, "",
			map[string]string{"de": "https://a.example/de/x", "zh-Hant": "https://a.example/zh/x#a", "x-default": "https://a.example/"}, "html"},
		{"the canonical address is the page's own", `<link rel=canonical href=/y><link rel=alternate hreflang=en href=/y/><link rel="alternate nofollow" hreflang=pt_br href=/pt/y>`, "",
			map[string]string{"pt-BR": "https://a.example/pt/y"}, "html"},
		{"own by another scheme", `<link rel=alternate hreflang=en href="http://a.example/x#top">`, "", nil, ""},
		{"twice", `<link rel=alternate hreflang=de href=/1><link rel=alternate hreflang=DE href=/2>`, "", map[string]string{"de": "https://a.example/1"}, "html"},
		{"no language, no address", `<link rel=alternate hreflang="" href=/1><link rel=alternate hreflang="german!" href=/2><link rel=alternate hreflang=fr href="javascript:1"><link rel=alternate hreflang=es>`, "", nil, ""},
		{"header", ``, `<https://a.example/fr>; rel="alternate"; hreflang="fr", <https://a.example/a,b>; hreflang=es; rel=alternate, <https://a.example/n>; rel=next`,
			map[string]string{"fr": "https://a.example/fr", "es": "https://a.example/a,b"}, "header"},
	} {
		p := Page{URL: "https://a.example/x", Header: http.Header{"Link": {c.header}}}
		m := readMetadata(parseHTML(t, c.page), p, p.URL)
		if !maps.Equal(m.Translations, c.want) || m.Sources["translations"] != c.source {
			t.Errorf("%s: got %v from %q, want %v from %q", c.name, m.Translations, m.Sources["translations"], c.want, c.source)
		}
	}
}

func TestLicense(t *testing.T) {
	const by, sa = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/deed.de"
	for _, c := range []struct{ name, page, header, want, source string }{
		{"rel in the text", `<p>Under <a rel=license href="` + by + `">CC BY</a>.`, "", by, "html"},
		{"rel in a caption", `<figure><figcaption>A, <a rel=license href="` + by + `">CC BY</a></figcaption></figure>`, "", "", ""},
		{"the footer", `<p>x</p><footer><a href="` + by + `">Some rights reserved</a></footer>`, "", by, "html"},
		{"the footer twice", `<div class=footer><a href="` + sa + `"><img></a> <a href="http://creativecommons.org/licenses/by-sa/4.0/">CC</a></div>`, "", "http://creativecommons.org/licenses/by-sa/4.0/", "html"},
		{"two in the footer", `<footer><a href="` + by + `">text</a> <a href="` + sa + `">pictures</a></footer>`, "", "", ""},
		{"a story about licences", `<h1>What is CC BY?</h1><p>It is <a href="` + by + `">a licence</a>.`, "", "", ""},
		{"the site of Creative Commons", `<footer><a href="https://creativecommons.org/about/">about</a></footer>`, "", "", ""},
		{"a node of JSON-LD", `<script type="application/ld+json">{"@type":"Article","license":{"@type":"CreativeWork","name":"CC BY","url":"` + by + `"}}</script>`, "", by, "json-ld"},
		{"the page's JSON-LD", `<script type="application/ld+json">{"@type":"WebPage","license":"` + by + `"}</script>`, "", by, "json-ld"},
		{"rights", `<meta name="dcterms.rights" content="` + by + `">`, "", by, "meta"},
		{"rights in words", `<meta name="dcterms.rights" content="all reserved">`, "", "", ""},
		{"header", ``, `<` + by + `>; rel=license`, by, "header"},
	} {
		p := Page{URL: "https://a.example/x", Header: http.Header{"Link": {c.header}}}
		m := readMetadata(parseHTML(t, c.page), p, p.URL)
		if m.License != c.want || m.Sources["license"] != c.source {
			t.Errorf("%s: got %q from %q, want %q from %q", c.name, m.License, m.Sources["license"], c.want, c.source)
		}
	}
}

func TestLanguageSource(t *testing.T) {
	const chinese = "市政府昨天对记者说，桥已经修好了，从星期一起汽车可以再次通过，居民们等了两年，现在都很高兴。"
	for _, c := range []struct{ stated, text, want, source string }{
		{"en", chinese, "zh-Hans", "detected"},
		{"zh-Hans", chinese, "zh-Hans", "html"},
		{"zh", chinese, "zh-Hans", "detected"},
		{"fr", "", "fr", "html"},
		{"", "12 34", "", ""},
	} {
		m := metadata{Sources: map[string]string{}}
		m.set(&m.Language, "language", c.stated, "html")
		if got := m.language(c.text); got != c.want || m.Sources["language"] != c.source {
			t.Errorf("%q: got %q from %q, want %q from %q", c.stated, got, m.Sources["language"], c.want, c.source)
		}
	}
}
