// Package extract turns the bytes of one web page into one clean [Article].
//
// It decodes the charset, parses the page once, reads the metadata and the
// links, cuts what is not the story (navigation, advertising, subscribe and
// donation boxes, promotions, related posts, comments), lets readability
// choose the container, trims what is left at both ends, and renders the rest
// as plain text and as HTML of an allow list.
//
// It does not fetch, store, or look at the clock, and it knows nothing of
// other pages of the same site. A page that is not an article is not an error:
// it gets a [Kind] and a reason.
//
// Start with [New] and [Extractor.Extract].
package extract

import (
	"net/http"

	"stet/extract/template"
)

// Version names the extractor in the archive. It changes whenever the text or
// the metadata of any page may change.
const Version = "stet/2"

// Page is what was fetched. Only Body is needed.
type Page struct {
	// URL is the address the body came from. Relative links are resolved
	// against it unless the page has a base element.
	URL string
	// Status is the HTTP status, 0 if unknown.
	Status int
	// Header holds the response headers: Content-Type, Content-Language,
	// Link and X-Robots-Tag are read.
	Header http.Header
	// Body is the body after content codings (gzip, …) were removed.
	Body []byte
	// FetchedAt is the day of the fetch as YYYY-MM-DD: a publication date
	// more than a day after it is not believed. Empty if unknown.
	FetchedAt string
	// Template is what the pages of the site are known to repeat, nil if
	// nothing is known of them.
	Template *template.Template
}

// Kind says what a page is.
type Kind string

// The kinds of page. The first four carry an [Article], see [Kind.HasText].
const (
	KindArticle       Kind = "article"
	KindForum         Kind = "forum"         // a thread of a forum, or a question with its answers
	KindLiveBlog      Kind = "live-blog"     // a report written while the thing happens
	KindDocumentation Kind = "documentation" // a page of a manual or reference

	KindList      Kind = "list"      // mostly links to other pages
	KindHome      Kind = "home"      // the front page of a site
	KindSoft404   Kind = "soft-404"  // "not found" with status 200
	KindLogin     Kind = "login"     // a login form instead of the story
	KindPaywall   Kind = "paywall"   // a prompt to pay or subscribe, and hardly a teaser
	KindConsent   Kind = "consent"   // a consent dialog instead of the story
	KindChallenge Kind = "challenge" // a bot challenge
	KindShell     Kind = "shell"     // empty without scripts
	KindError     Kind = "error"     // an error page: status 400 and above
	KindEmpty     Kind = "empty"     // no text worth keeping
	KindBinary    Kind = "binary"    // not a text format at all
	KindOther     Kind = "other"     // a text format that is not HTML
)

// Place says where on the page a link stands.
type Place string

// The places of a link.
const (
	PlaceBody      Place = "body"      // in the article's own text
	PlaceElsewhere Place = "elsewhere" // anywhere else on the page
	PlaceHead      Place = "head"      // a link element or meta refresh
)

// Link is one outbound link of a page, in document order.
type Link struct {
	URL   string `json:"url"`           // absolute, as found, fragment kept
	Text  string `json:"text"`          // white space folded, at most 500 characters
	Rel   string `json:"rel,omitempty"` // the rel attribute, lower case
	Place Place  `json:"place"`
}

// Image is one picture of the article.
type Image struct {
	URL     string `json:"url"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// Article is a clean article. An absent field is empty, never guessed.
// The JSON names are the same in SQL, CSV and every export.
type Article struct {
	URL          string   `json:"url"`
	CanonicalURL string   `json:"canonical_url,omitempty"`
	Title        string   `json:"title,omitempty"`
	Authors      []string `json:"authors,omitempty"`
	// PublishedAt and ModifiedAt are as precise as the page is:
	// "2024-05-31", "2024-05-31T08:00:00" (no zone stated) or RFC 3339
	// "2024-05-31T08:00:00+02:00". The first ten bytes are the day where
	// the page was published.
	PublishedAt string   `json:"published_at,omitempty"`
	ModifiedAt  string   `json:"modified_at,omitempty"`
	SiteName    string   `json:"site_name,omitempty"`
	Language    string   `json:"language,omitempty"` // BCP 47, e.g. en, zh-Hans
	Description string   `json:"description,omitempty"`
	Section     string   `json:"section,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Image       string   `json:"image,omitempty"`
	License     string   `json:"license,omitempty"` // an address or a short text
	// Paywalled is "free", "metered" or "locked", as the page tells machines;
	// empty if it tells nothing, or two things.
	Paywalled string `json:"paywalled,omitempty"`
	// Translations are the addresses of the page in other languages, by BCP 47
	// tag, or "x-default" for readers of all others.
	Translations map[string]string `json:"translations,omitempty"`
	// Text is the story, a line per block, without title and byline.
	Text string `json:"text"`
	// HTML is the story as HTML of an allow list: no scripts, styles,
	// classes or event handlers; links and images absolute.
	HTML string `json:"html"`
	// WordCount counts words; every Chinese or Japanese character is one.
	WordCount int     `json:"word_count"`
	Images    []Image `json:"images,omitempty"`
	// Quality is the chance, from 0 to 1, that Text is the story and little
	// else, as the Signals tell it.
	Quality float64  `json:"quality"`
	Signals *Signals `json:"signals,omitempty"`
	// Sources says where each metadata field came from: json-ld, opengraph,
	// microdata, meta, html, url, header, detected, site-rule.
	Sources map[string]string `json:"sources,omitempty"`
}

// Directives are what the page asks of robots, from meta robots elements and
// X-Robots-Tag headers meant for every agent.
type Directives struct {
	NoIndex   bool `json:"noindex,omitempty"`
	NoFollow  bool `json:"nofollow,omitempty"`
	NoArchive bool `json:"noarchive,omitempty"`
}

// Document is everything learnt from one page.
type Document struct {
	URL       string
	Kind      Kind
	Reason    string // why it is of this kind, a short sentence
	Charset   string // the WHATWG name of the encoding the bytes were read in
	Title     string // also for pages that are not articles
	Language  string
	Canonical string // absolute; empty if absent or not usable
	Refresh   string // absolute target of a meta refresh of at most 10 s
	// BodyRule names the line of a site rule that found the story, such as
	// "example.org.txt:3"; empty if none did.
	BodyRule   string
	Directives Directives
	// NextPage is the absolute URL of the next page of the same article, empty
	// if there is none. PageNumber is this page's number, counted from 1, and
	// PageCount how many there are; both are 0 if unknown. FirstPage is where
	// the article begins, if this is a later page of it, and SinglePage the
	// whole of it on one page, each empty if the page has no link there.
	NextPage   string
	PageNumber int
	PageCount  int
	FirstPage  string
	SinglePage string
	Links      []Link   // all links of the page, fit to be followed or not
	Article    *Article // nil unless Kind.HasText
	Blocks     []Block  // all that is seen of the page; only with Config.Explain
	Claims     []Claim  // what an article's page says of itself; likewise
	// Lines are the lines of the page, for a template.Learner of its site.
	Lines []template.Line

	origin *origin // what Find looks in; only with Config.Explain
}
