package extract

import "strings"

// The values of Article.Paywalled.
const (
	accessFree    = "free"    // stated to be open to all
	accessMetered = "metered" // some visits are free
	accessLocked  = "locked"  // for subscribers, wholly or in part
)

// readAccess fills the paywall flag from what the page tells machines: the
// tier of its meta elements, JSON-LD and microdata's isAccessibleForFree of
// the page or of a part of it (hasPart with a cssSelector). "metered" is more
// exact than "not free" and wins; "free" against "locked" says nothing.
//
// No words on the page are looked for: every newspaper asks to subscribe.
func (r *metaReader) readAccess(m *metadata) {
	tier, tierSource := "", ""
	for _, key := range [...]string{"article:content_tier", "og:article:content_tier", "og:content_tier", "content_tier", "content-tier", "article.content_tier"} {
		if tier == "" {
			tier, tierSource = tierOf(r.facts.meta(key)), metaSource(key)
		}
	}
	stated, source := "", ""
	for _, n := range [...]*jsonValue{r.ld.article, r.ld.webPage} {
		if stated == "" && n != nil {
			stated, source = ldAccess(n), "json-ld"
		}
	}
	if stated == "" {
		stated, source = accessOf(r.prop("isaccessibleforfree")), "microdata"
	}
	switch {
	case tier == "" && stated == "":
		return
	case tier == "":
	case stated == "" || tier == stated || tier == accessMetered:
		stated, source = tier, tierSource
	case stated == accessFree || tier == accessFree:
		return
	}
	m.set(&m.Paywalled, "paywalled", stated, source)
}

func tierOf(s string) string {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case accessFree, accessMetered, accessLocked:
		return s
	case "premium", "paid", "subscriber", "subscribers", "plus":
		return accessLocked
	case "public", "open":
		return accessFree
	}
	return ""
}

// ldAccess reads isAccessibleForFree of a node and of its parts.
func ldAccess(n *jsonValue) string {
	access := accessOf(boolText(n.get("isAccessibleForFree")))
	for _, part := range n.get("hasPart").list() {
		if part.get("cssSelector").kind != jsonNull && accessOf(boolText(part.get("isAccessibleForFree"))) == accessLocked {
			return accessLocked
		}
	}
	return access
}

func boolText(v *jsonValue) string {
	if v.kind == jsonBool {
		return v.text
	}
	return v.str()
}

// accessOf reads true and false, also as an address of schema.org.
func accessOf(s string) string {
	switch strings.ToLower(strings.TrimSpace(s[strings.LastIndexByte(s, '/')+1:])) {
	case "true", "1", "yes":
		return accessFree
	case "false", "0", "no":
		return accessLocked
	}
	return ""
}

// maxTranslations bounds what one page can list.
const maxTranslations = 200

// readTranslations lists the page in other languages: link elements and Link
// headers with rel=alternate and hreflang. The page's own address is left out,
// and so is what no language tag is. The first of two for one language counts.
func (r *metaReader) readTranslations(m *metadata) {
	own := map[string]bool{plainURL(r.page.URL): true, plainURL(m.CanonicalURL): true}
	add := func(lang, ref, source string) {
		tag := hreflangTag(lang)
		abs := r.urls.resolveHTTP(ref)
		if tag == "" || abs == "" || own[plainURL(abs)] || len(m.Translations) >= maxTranslations {
			return
		}
		if m.Translations == nil {
			m.Translations = map[string]string{}
			m.Sources["translations"] = source
		}
		if m.Translations[tag] == "" {
			m.Translations[tag] = abs
		}
	}
	for _, l := range r.facts.heads {
		if l.lang != "" && hasWord(l.rel, "alternate") {
			add(l.lang, l.href, "html")
		}
	}
	for _, l := range linkHeaders(r.page.Header.Values("Link")) {
		if l.lang != "" && hasWord(l.rel, "alternate") {
			add(l.lang, l.href, "header")
		}
	}
}

// plainURL is an address without scheme, fragment and last slash, for
// comparing.
func plainURL(u string) string {
	if _, rest, ok := strings.Cut(u, "://"); ok {
		u = rest
	}
	u, _, _ = strings.Cut(u, "#")
	return strings.TrimSuffix(u, "/")
}

// hreflangTag writes a language tag as BCP 47 spells it ("pt-BR", "zh-Hant");
// "" for what is none.
func hreflangTag(s string) string {
	s = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"))
	if s == "x-default" {
		return s
	}
	parts := strings.Split(s, "-")
	if len(parts[0]) < 2 || len(parts[0]) > 3 || len(parts) > 4 {
		return ""
	}
	for i, p := range parts {
		if p == "" || len(p) > 8 || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return ""
		}
		switch {
		case i > 0 && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		case i > 0 && len(p) == 4 && !isDigit(p[0]):
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		case i == 0 && strings.ContainsAny(p, "0123456789"):
			return ""
		}
	}
	return strings.Join(parts, "-")
}

// readLicense looks for rel=license in head and body, the Link header, what
// JSON-LD and Dublin Core say, and last for the links to Creative Commons in
// the footer, if all of them are to one licence.
func (r *metaReader) readLicense(m *metadata) {
	f := r.facts
	footer, many := "", false
	for _, l := range f.heads {
		switch l.rel {
		case "license":
			m.set(&m.License, "license", r.urls.resolveHTTP(l.href), "html")
		case relFooterLicense:
			abs := r.urls.resolveHTTP(l.href)
			many = many || footer != "" && !sameLicense(footer, abs)
			footer = abs
		}
	}
	m.set(&m.License, "license", r.urls.resolveHTTP(linkHeader(r.page.Header.Values("Link"), "license")), "header")
	m.set(&m.License, "license", label2(r.ldLicense(), r.urls), "json-ld")
	m.set(&m.License, "license", label2(f.meta("dcterms.license", "dc.rights.license", "license", "cc:license"), r.urls), "meta")
	if rights := f.meta("dcterms.rights", "dc.rights"); isCommons(rights) {
		m.set(&m.License, "license", r.urls.resolveHTTP(rights), "meta")
	}
	if !many {
		m.set(&m.License, "license", footer, "html")
	}
}

// relFooterLicense stands for a link to Creative Commons in a footer.
const relFooterLicense = "footer license"

// isCommons recognises the address of a Creative Commons licence or mark.
func isCommons(url string) bool {
	_, rest, ok := strings.Cut(url, "creativecommons.org/")
	return ok && (strings.HasPrefix(rest, "licenses/") || strings.HasPrefix(rest, "publicdomain/")) && strings.Count(rest, "/") >= 2
}

// sameLicense compares two addresses without scheme and the language of the
// deed.
func sameLicense(a, b string) bool {
	return licenseKey(a) == licenseKey(b)
}

func licenseKey(url string) string {
	_, rest, _ := strings.Cut(url, "creativecommons.org/")
	parts := strings.SplitN(rest, "/", 4)
	return strings.Join(parts[:min(3, len(parts))], "/")
}

// ldLicense is the license of the article, else of the page, as an address or
// a short text.
func (r *metaReader) ldLicense() string {
	for _, n := range [...]*jsonValue{r.ld.article, r.ld.webPage} {
		if n == nil {
			continue
		}
		v := n.get("license")
		for _, key := range [...]string{"url", "@id"} {
			if s := v.get(key).str(); s != "" {
				return s
			}
		}
		if s := v.str(); s != "" {
			return s
		}
	}
	return ""
}
