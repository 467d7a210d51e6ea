package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

type metadata struct {
	Title, SiteName, PublishedAt, ModifiedAt, CanonicalURL, Description, Section, Image, License, Language string
	Authors, Tags                                                                                          []string
	Sources                                                                                                map[string]string
	ArticleBody, PageType                                                                                  string
}

func Decode(body []byte, contentType string) ([]byte, string) {
	e, name, _ := charset.DetermineEncoding(body, contentType)
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return body, name
	}
	return out, name
}
func baseURL(doc *html.Node, pageURL string) string { return pageURL }
func Links(doc *html.Node, base string) []Link {
	l, _ := linksOf(doc, base)
	return l
}
func linksOf(doc *html.Node, base string) (out []Link, at map[*html.Node]int) {
	at = map[*html.Node]int{}
	b, err := url.Parse(base)
	if err != nil {
		return
	}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.A {
			if u, err := b.Parse(attr(n, "href")); err == nil {
				at[n] = len(out)
				out = append(out, Link{URL: u.String(), Place: PlaceElsewhere})
			}
		}
	}
	return
}
func readMetadata(doc *html.Node, p Page, base string) metadata {
	m := metadata{}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Title && n.FirstChild != nil && m.Title == "" {
			m.Title = strings.TrimSpace(n.FirstChild.Data)
		}
		if n.DataAtom == atom.Meta && attr(n, "property") == "og:title" {
			m.Title = attr(n, "content")
			break
		}
	}
	return m
}
func readDirectives(doc *html.Node, p Page) Directives { return Directives{} }
func metaRefresh(doc *html.Node, base string) string   { return "" }
func detectLanguage(text, hint string) string          { return hint }
