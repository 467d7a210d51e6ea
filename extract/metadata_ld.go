package extract

import (
	"strings"
)

// ldPage is what JSON-LD says of this page.
type ldPage struct {
	article *jsonValue // the node about the article, nil if there is none
	webPage *jsonValue // the node about the page as a page
	site    *jsonValue
	nodes   []*jsonValue
}

// ldRank says how sure a type makes that the node is about the page's story.
func ldRank(types []string) int {
	best := 0
	for _, t := range types {
		if i := strings.LastIndexAny(t, "/:#"); i >= 0 {
			t = t[i+1:]
		}
		rank := 0
		switch t {
		case "NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
			"BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting", "ScholarlyArticle", "TechArticle",
			"MedicalScholarlyArticle", "SatiricalArticle", "AdvertiserContentArticle", "Report", "SocialMediaPosting", "DiscussionForumPosting", "APIReference":
			rank = 4
		case "Recipe", "Review", "CriticReview", "HowTo", "Event", "MusicEvent", "CreativeWork", "QAPage", "Question", "JobPosting", "PodcastEpisode", "Chapter", "Episode":
			rank = 3
		case "VideoObject", "AudioObject", "Product", "Book", "Movie", "Course", "Game", "VideoGame", "TVSeries", "TVEpisode":
			rank = 2
		case "WebPage", "ItemPage", "AboutPage", "MedicalWebPage", "FAQPage", "CollectionPage", "ProfilePage", "ContactPage", "WebContent":
			rank = 1
		}
		best = max(best, rank)
	}
	return best
}

// ldMaxNodes bounds how many nodes are weighed.
const ldMaxNodes = 400

// readLD gathers the nodes that may be about the page (top level, @graph, main
// entity; never items of lists or of hasPart, which are other pages) and
// chooses.
func readLD(blocks []jsonValue, isPage func(url string) bool, isTitle func(string) bool) ldPage {
	var p ldPage
	for i := range blocks {
		p.collect(&blocks[i], 0)
	}
	best := 0
	articles := 0
	for _, n := range p.nodes {
		types := n.get("@type").strings()
		rank := ldRank(types)
		switch {
		case rank == 1 && p.webPage == nil:
			p.webPage = n
		case rank == 0 && p.site == nil && contains(types, "WebSite"):
			p.site = n
		}
		if rank < 2 {
			continue
		}
		articles++
		score := rank*4 + ldEvidence(n, isPage, isTitle)
		if score > best {
			best, p.article = score, n
		}
	}
	// Several stories and nothing that says which: a list of other pages.
	if articles > 2 && best < 4*4+5 && !ldMatches(p.article, isPage, isTitle) {
		p.article = nil
	}
	return p
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// ldEvidence counts what ties a node to the page.
func ldEvidence(n *jsonValue, isPage func(string) bool, isTitle func(string) bool) int {
	score := 0
	if ldURLMatches(n, isPage) {
		score += 6
	}
	if isTitle(n.get("headline").str()) || isTitle(n.get("name").str()) {
		score += 5
	}
	if n.get("headline").kind != jsonNull {
		score++
	}
	if n.get("datePublished").kind != jsonNull {
		score++
	}
	if n.get("author").kind != jsonNull {
		score++
	}
	if n.get("articleBody").kind != jsonNull {
		score++
	}
	return score
}

func ldMatches(n *jsonValue, isPage func(string) bool, isTitle func(string) bool) bool {
	return n != nil && (ldURLMatches(n, isPage) || isTitle(n.get("headline").str()))
}

func ldURLMatches(n *jsonValue, isPage func(string) bool) bool {
	for _, key := range [...]string{"url", "mainEntityOfPage", "@id"} {
		v := n.get(key)
		if v.kind == jsonObject {
			v = v.get("@id")
		}
		if v.kind == jsonString && isPage(v.text) {
			return true
		}
	}
	return false
}

func (p *ldPage) collect(v *jsonValue, depth int) {
	if depth > 6 || len(p.nodes) >= ldMaxNodes {
		return
	}
	if v.kind == jsonArray {
		for i := range v.items {
			p.collect(&v.items[i], depth+1)
		}
		return
	}
	if v.kind != jsonObject {
		return
	}
	p.nodes = append(p.nodes, v)
	for _, key := range [...]string{"@graph", "mainEntity", "mainEntityOfPage"} {
		if child := v.get(key); child.kind == jsonObject || child.kind == jsonArray {
			p.collect(child, depth+1)
		}
	}
}

// byID finds the node an {"@id": …} refers to.
func (p *ldPage) byID(id string) *jsonValue {
	if id == "" {
		return &jsonNothing
	}
	for _, n := range p.nodes {
		if len(n.keys) > 1 && n.get("@id").text == id {
			return n
		}
	}
	return &jsonNothing
}

// resolve follows a reference to a node of the graph.
func (p *ldPage) resolve(v *jsonValue) *jsonValue {
	if v.kind == jsonObject && v.get("name").kind == jsonNull {
		if n := p.byID(v.get("@id").str()); n.kind == jsonObject {
			return n
		}
	}
	return v
}

// ldName is a name that JSON-LD gives as an author.
type ldName struct {
	name         string
	organization bool
	account      bool // given as a reference to another node
}

// authors are the names under author, else creator.
func (p *ldPage) authors(n *jsonValue) []ldName {
	if n == nil {
		return nil
	}
	for _, key := range [...]string{"author", "creator"} {
		var names []ldName
		for _, a := range n.get(key).list() {
			names = p.addNames(names, &a)
		}
		if len(names) > 0 {
			return names
		}
	}
	return nil
}

func (p *ldPage) addNames(names []ldName, a *jsonValue) []ldName {
	if len(names) > 50 {
		return names
	}
	// A reference into the page's own data ("#/person/1"), not to a profile.
	account := a.get("@id").kind != jsonNull && (a.get("name").kind == jsonNull || strings.Contains(a.get("@id").str(), "#/") || !strings.Contains(a.get("@id").str(), "/"))
	a = p.resolve(a)
	if a.kind == jsonArray {
		for i := range a.items {
			if a.items[i].kind != jsonArray {
				names = p.addNames(names, &a.items[i])
			}
		}
		return names
	}
	if a.kind == jsonString {
		return append(names, ldName{name: a.text})
	}
	org := false
	for _, t := range a.get("@type").strings() {
		org = org || strings.Contains(t, "Organization") || t == "Corporation" || t == "WebSite"
	}
	found := a.get("name").strings()
	if len(found) == 0 {
		if s := strings.TrimSpace(a.get("givenName").str() + " " + a.get("familyName").str()); s != "" {
			found = []string{s}
		}
	}
	for _, s := range found {
		names = append(names, ldName{name: s, organization: org, account: account})
	}
	return names
}

// str is the first of the keys that the article's node has, else the page's.
func (p *ldPage) str(keys ...string) string {
	if s := p.articleStr(keys...); s != "" {
		return s
	}
	if p.webPage != nil {
		for _, key := range keys {
			if s := p.webPage.get(key).str(); s != "" {
				return s
			}
		}
	}
	return ""
}

func (p *ldPage) articleStr(keys ...string) string {
	if p.article != nil {
		for _, key := range keys {
			if s := p.article.get(key).str(); s != "" {
				return s
			}
		}
	}
	return ""
}

// publisher is the name of who publishes the article.
func (p *ldPage) publisher() string {
	if p.article != nil {
		if s := p.resolve(p.article.get("publisher")).get("name").str(); s != "" {
			return s
		}
	}
	if p.site != nil {
		return p.site.get("name").str()
	}
	return ""
}
