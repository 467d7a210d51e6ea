package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Claim is what one place of a page says of a metadata field, in its own
// words. The field may say something else: then the claim was passed over, or
// corrected by others.
type Claim struct {
	Field string `json:"field"` // by its JSON name
	Where string `json:"where"` // e.g. "og:title", "json-ld headline", "h1"
	Value string `json:"value"` // white space folded
	// Agrees says that the field has this value: the same day, the same
	// letters and digits, the same address.
	Agrees bool `json:"agrees"`
}

// claimKeys are the keys of head elements and JSON-LD that are asked for each
// field beside those the metadata is read from in order.
var claimKeys = []struct {
	field     string
	meta, ld  []string
	propValue string // the microdata property
}{
	{"title", []string{"og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "sailthru.title", "headline", "title"}, []string{"headline", "name"}, "headline"},
	{"authors", authorKeys, nil, "author"},
	{"published_at", append(append([]string{}, publishedKeys...), publishedHints...), []string{"datePublished", "dateCreated", "uploadDate"}, "datepublished"},
	{"modified_at", modifiedKeys, []string{"dateModified"}, "datemodified"},
	{"site_name", []string{"og:site_name", "application-name", "apple-mobile-web-app-title", "publisher"}, nil, ""},
	{"language", []string{"http-equiv:content-language", "dc.language", "language", "og:locale"}, []string{"inLanguage"}, ""},
	{"description", []string{"og:description", "description", "twitter:description", "dc.description"}, []string{"description"}, ""},
	{"section", []string{"article:section", "parsely-section", "section"}, []string{"articleSection"}, "articlesection"},
	{"image", []string{"og:image", "twitter:image"}, nil, ""},
	{"canonical_url", []string{"og:url"}, nil, ""},
	{"license", []string{"dcterms.license", "license"}, []string{"license"}, ""},
}

// claims reads the page's statements about itself once more, for an
// explanation.
func claims(root *html.Node, p Page, base string, a *Article) []Claim {
	r := &metaReader{facts: gatherFacts(root), page: p, urls: newResolver(base, "")}
	r.prepare()
	r.order = dateOrderOf(a.Language, r.host)
	c := claimReader{r: r, a: a}
	for _, k := range claimKeys {
		for _, key := range k.meta {
			c.add(k.field, key, r.facts.meta(key))
		}
		for _, key := range k.ld {
			c.add(k.field, "json-ld "+key, r.ld.articleStr(key))
		}
		c.elsewhere(k.field)
		c.props(k.field, k.propValue)
	}
	return c.out
}

type claimReader struct {
	r   *metaReader
	a   *Article
	out []Claim
}

// claimLength is enough of a claim to compare it.
const claimLength = 500

func (c *claimReader) add(field, where, value string) {
	value = clip(foldSpace(value), claimLength)
	if value == "" {
		return
	}
	claim := Claim{Field: field, Where: where, Value: value}
	for _, o := range c.out {
		if o.Field == field && o.Where == where && o.Value == value {
			return
		}
	}
	claim.Agrees = c.agrees(field, value)
	c.out = append(c.out, claim)
}

// elsewhere adds what stands in no meta element.
func (c *claimReader) elsewhere(field string) {
	r := c.r
	switch field {
	case "title":
		c.add(field, "title element", r.facts.title)
		for i := range r.facts.spans {
			if s := &r.facts.spans[i]; s.tag == atom.H1 {
				c.add(field, "h1", r.facts.spanText(s))
			}
		}
	case "authors":
		for _, n := range r.ld.authors(r.ld.article) {
			c.add(field, "json-ld author", n.name)
		}
	case "published_at":
		for i := range r.facts.spans {
			if s := &r.facts.spans[i]; s.kind&spanTime != 0 && s.zone&(zoneComment|zoneRelated|zoneNav) == 0 {
				if s.value != "" {
					c.add(field, "time element", s.value)
				} else {
					c.add(field, "time element", r.facts.spanText(s))
				}
			}
		}
		if st := urlDate(r.page.URL); st.year != 0 {
			c.add(field, "url", st.String())
		}
	case "site_name":
		c.add(field, "json-ld publisher", r.ld.publisher())
	case "language":
		c.add(field, "html element", r.facts.htmlLang)
		c.add(field, "Content-Language header", r.page.Header.Get("Content-Language"))
	case "canonical_url":
		for _, l := range r.facts.heads {
			if l.rel == "canonical" {
				c.add(field, "link element", l.href)
			}
		}
		c.add(field, "Link header", linkHeader(r.page.Header.Values("Link"), "canonical"))
	}
}

func (c *claimReader) props(field, prop string) {
	if prop == "" {
		return
	}
	for i := range c.r.facts.spans {
		s := &c.r.facts.spans[i]
		if s.prop != prop {
			continue
		}
		if s.value != "" {
			c.add(field, "microdata "+prop, s.value)
		} else {
			c.add(field, "microdata "+prop, clip(c.r.facts.spanText(s), claimLength))
		}
	}
}

// agrees tells whether a claim says what the field says.
func (c *claimReader) agrees(field, value string) bool {
	a := c.a
	switch field {
	case "published_at", "modified_at":
		have := a.PublishedAt
		if field == "modified_at" {
			have = a.ModifiedAt
		}
		st, ok := parseMachineDate(tidy(value), c.r.order)
		if !ok {
			st, ok = findDate(value, a.Language, c.r.order)
		}
		return ok && have != "" && st.dayString() == have[:min(len(have), 10)]
	case "authors":
		for _, name := range a.Authors {
			if strings.Contains(bareText(tidy(value)), bareText(name)) {
				return true
			}
		}
		return false
	case "language":
		tag := languageTag(value)
		return tag != "" && (tag == a.Language || strings.HasPrefix(a.Language, tag+"-") || strings.HasPrefix(tag, a.Language+"-") && a.Language != "")
	case "image":
		return a.Image != "" && c.r.urls.resolveHTTP(value) == a.Image
	case "canonical_url":
		return a.CanonicalURL != "" && c.r.urls.resolveHTTP(value) == a.CanonicalURL
	}
	have := map[string]string{"title": a.Title, "site_name": a.SiteName, "description": a.Description, "section": a.Section, "license": a.License}[field]
	return have != "" && bareText(tidy(value)) == bareText(have)
}
