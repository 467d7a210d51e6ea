package extract

import (
	"strings"
)

// readSite finds the site's names and the language that is stated.
func (r *metaReader) readSite(m *metadata) {
	f := r.facts
	m.set(&m.SiteName, "site_name", siteNameOK(f.meta("og:site_name")), "opengraph")
	m.set(&m.SiteName, "site_name", siteNameOK(r.ld.publisher()), "json-ld")
	m.set(&m.SiteName, "site_name", siteNameOK(f.meta("application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher", "citation_journal_title", "al:android:app_name")), "meta")
	for _, s := range [...]string{m.SiteName, f.meta("og:site_name"), r.ld.publisher(), f.meta("application-name"), strings.TrimPrefix(f.meta("twitter:site"), "@"), f.meta("al:ios:app_name")} {
		r.addSiteKey(siteNameOK(s))
	}
	for i := range f.spans {
		if s := &f.spans[i]; s.home && s.end-s.start < 60 {
			r.addSiteKey(f.spanText(s)) // a heading that leads to the front page
		}
	}
	labels := strings.Split(r.host, ".")
	r.addSiteKey(r.host)
	if len(labels) >= 2 {
		r.addSiteKey(longestLabel(labels[:len(labels)-1]))
	}
	r.readLanguage(m)
}

// siteNameOK drops what is no name: addresses and whole sentences.
func siteNameOK(s string) string {
	s = tidy(s)
	if len(s) > 90 || strings.Contains(s, "://") {
		return ""
	}
	return s
}

func (r *metaReader) addSiteKey(s string) {
	key := bareText(s)
	if len(key) < 2 || contains(r.siteKeys, key) {
		return
	}
	for _, t := range r.titles {
		if len(t) > 24 && strings.Contains(key, t) {
			return // the title, given as the site's name
		}
	}
	r.siteKeys = append(r.siteKeys, key)
}

func longestLabel(labels []string) string {
	best := ""
	for _, l := range labels {
		if len(l) > len(best) && l != "www" && l != "com" {
			best = l
		}
	}
	return best
}

func (r *metaReader) readLanguage(m *metadata) {
	f := r.facts
	raw := ""
	for _, c := range [...]struct{ value, source string }{
		{f.htmlLang, "html"},
		{r.ld.articleStr("inLanguage"), "json-ld"},
		{f.meta("http-equiv:content-language"), "meta"},
		{f.meta("dc.language", "dcterms.language", "language", "citation_language"), "meta"},
		{f.meta("og:locale"), "opengraph"},
		{r.page.Header.Get("Content-Language"), "header"},
	} {
		if tag := languageTag(c.value); tag != "" {
			if raw == "" {
				raw = c.value
			}
			m.set(&m.Language, "language", tag, c.source)
		}
	}
	r.lang = m.Language
	r.order = dateOrderOf(raw, r.host)
}

// readRest fills what needs no weighing: the first source that has it.
func (r *metaReader) readRest(m *metadata) {
	f := r.facts
	m.set(&m.CanonicalURL, "canonical_url", r.canonical(), r.canonicalSource())
	m.set(&m.Description, "description", description(f.meta("og:description")), "opengraph")
	m.set(&m.Description, "description", description(r.ld.articleStr("description", "alternativeHeadline")), "json-ld")
	m.set(&m.Description, "description", description(f.meta("description", "dc.description", "dcterms.description", "twitter:description", "dcterms.abstract", "sailthru.description")), "meta")
	m.set(&m.Section, "section", label(r.ld.articleStr("articleSection")), "json-ld")
	m.set(&m.Section, "section", label(f.meta("article:section")), "opengraph")
	m.set(&m.Section, "section", label(f.meta("parsely-section", "section", "dc.subject.section", "category", "cxenseparse:category", "sailthru.section")), "meta")
	m.set(&m.Section, "section", label(r.prop("articlesection")), "microdata")
	r.readTags(m)
	r.readImage(m)
	r.readLicense(m)
	r.readType(m)
	r.readAccess(m)
	r.readTranslations(m)
}

// prop is the first value of a property of the page's microdata.
func (r *metaReader) prop(name string) string {
	for i := range r.facts.spans {
		s := &r.facts.spans[i]
		if s.prop != name || s.zone&(zoneComment|zoneRelated)&^r.titleZone != 0 || !r.sameArticle(s.article) {
			continue
		}
		if s.value != "" {
			return s.value
		}
		if n := s.end - s.start; n > 0 && n < 300 {
			return r.facts.spanText(s)
		}
	}
	return ""
}

// maxDescription is how many bytes of a description are kept; longer ones are
// the text itself.
const maxDescription = 2000

func description(s string) string {
	if s = tidy(s); len(s) > maxDescription || len(bareText(s)) < 3 {
		return ""
	}
	return s
}

// label is a short text: a section, a tag.
func label(s string) string {
	if s = tidy(s); len(s) > 100 || bareText(s) == "" || strings.Contains(s, "://") {
		return ""
	}
	return s
}

// maxKeywords is how many tags a page can have.
const maxKeywords = 60

// readTags takes the first source that lists any: JSON-LD, article:tag, then
// the keywords of the head.
func (r *metaReader) readTags(m *metadata) {
	f := r.facts
	var lists [3][]string
	if r.ld.article != nil {
		lists[0] = r.ld.article.get("keywords").strings()
	}
	for i := range f.metas {
		switch f.metas[i].key {
		case "article:tag", "og:article:tag":
			lists[1] = append(lists[1], f.metas[i].content)
		case "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "dc.subject", "citation_keywords":
			if len(lists[2]) == 0 || f.metas[i].key == "dc.subject" || f.metas[i].key == "citation_keywords" {
				lists[2] = append(lists[2], f.metas[i].content)
			}
		}
	}
	for i, source := range [...]string{"json-ld", "opengraph", "meta"} {
		if tags := splitTags(lists[i]); len(tags) > 0 {
			m.Tags, m.Sources["tags"] = tags, source
			return
		}
	}
}

// splitTags parts lists that are one string.
func splitTags(list []string) []string {
	var tags []string
	for _, s := range list {
		for t := range strings.FieldsFuncSeq(tidy(s), func(r rune) bool { return r == ',' || r == ';' || r == '，' || r == '、' || r == '|' || r == '；' }) {
			if t = label(t); t != "" && len(tags) < maxKeywords && !containsFold(tags, t) {
				tags = append(tags, t)
			}
		}
	}
	return tags
}

func (r *metaReader) readImage(m *metadata) {
	f := r.facts
	image := ""
	if r.ld.article != nil {
		image = ldImage(r.ld.article.get("image"))
		if image == "" {
			image = ldImage(r.ld.resolve(r.ld.article.get("image")))
		}
	}
	m.set(&m.Image, "image", r.urls.resolveHTTP(f.meta("og:image", "og:image:url", "og:image:secure_url")), "opengraph")
	m.set(&m.Image, "image", r.urls.resolveHTTP(image), "json-ld")
	m.set(&m.Image, "image", r.urls.resolveHTTP(f.meta("twitter:image", "twitter:image:src", "thumbnail", "parsely-image-url", "sailthru.image.full")), "meta")
	for _, l := range f.heads {
		if l.rel == "image_src" {
			m.set(&m.Image, "image", r.urls.resolveHTTP(l.href), "html")
		}
	}
}

// ldImage is the address of a picture: a string, an object with url or
// contentUrl, the first of a list.
func ldImage(v *jsonValue) string {
	for range 3 {
		switch v.kind {
		case jsonString:
			return v.text
		case jsonArray:
			if len(v.items) == 0 {
				return ""
			}
			v = &v.items[0]
		case jsonObject:
			if u := v.get("url"); u.kind != jsonNull {
				v = u
			} else {
				v = v.get("contentUrl")
			}
		default:
			return ""
		}
	}
	return ""
}

// label2 is an address made absolute, or a short text.
func label2(s string, urls *resolver) string {
	if strings.Contains(s, "/") {
		return urls.resolveHTTP(s)
	}
	return label(s)
}

func (r *metaReader) readType(m *metadata) {
	if n := r.ld.article; n != nil {
		m.PageType = strings.ToLower(n.get("@type").str())
		m.ArticleBody = strings.TrimSpace(n.get("articleBody").str())
	} else if n := r.ld.webPage; n != nil {
		m.PageType = strings.ToLower(n.get("@type").str())
	}
	if m.PageType == "" || m.PageType == "webpage" {
		if t := strings.ToLower(r.facts.meta("og:type")); t != "" {
			m.PageType = t
		}
	}
}

// canonical is the absolute canonical address: of the link element, the Link
// header, og:url; none where two of a kind disagree or the page's URL would
// become that of a front page of nothing.
func (r *metaReader) canonical() string {
	if abs := r.urls.resolveHTTP(r.canonicalRef()); abs != "" {
		return abs
	}
	if r.manyCanonicals() {
		return ""
	}
	if abs := r.urls.resolveHTTP(linkHeader(r.page.Header.Values("Link"), "canonical")); abs != "" {
		return abs
	}
	return r.urls.resolveHTTP(r.facts.meta("og:url"))
}

func (r *metaReader) canonicalSource() string {
	switch {
	case r.urls.resolveHTTP(r.canonicalRef()) != "":
		return "html"
	case r.urls.resolveHTTP(linkHeader(r.page.Header.Values("Link"), "canonical")) != "":
		return "header"
	}
	return "opengraph"
}

// manyCanonicals says whether canonical links contradict each other.
func (r *metaReader) manyCanonicals() bool {
	n := 0
	for _, l := range r.facts.heads {
		if l.rel == "canonical" && strings.TrimSpace(l.href) != "" {
			n++
		}
	}
	return n > 1 && r.canonicalRef() == ""
}

// linkHeader finds the target of a relation in Link headers (RFC 8288).
func linkHeader(values []string, rel string) string {
	for _, l := range linkHeaders(values) {
		if hasWord(l.rel, rel) {
			return l.href
		}
	}
	return ""
}

// linkHeaders parts Link headers into their links. A comma parts two links
// only where "<" follows.
func linkHeaders(values []string) []headLink {
	var links []headLink
	for _, v := range values {
		for len(links) < factsMaxMetas {
			_, after, ok := strings.Cut(v, "<")
			if !ok {
				break
			}
			target, rest, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			params := rest
			if next := strings.Index(rest, ",<"); next >= 0 {
				params = rest[:next]
			}
			if next := strings.Index(params, ", <"); next >= 0 {
				params = params[:next]
			}
			v = rest[len(params):]
			l := headLink{href: target}
			for p := range strings.SplitSeq(params, ";") {
				name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
				value = strings.Trim(strings.TrimSpace(value), `"`)
				switch name = strings.ToLower(strings.TrimSpace(name)); {
				case !ok:
				case name == "rel" && l.rel == "":
					l.rel = strings.ToLower(value)
				case name == "hreflang" && l.lang == "":
					l.lang = value
				}
			}
			links = append(links, l)
		}
	}
	return links
}
