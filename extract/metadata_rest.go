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

func (r *metaReader) readRest(m *metadata) {}
