package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

type metadata struct {
	Title, SiteName, PublishedAt, ModifiedAt, CanonicalURL, Description, Section, Image, License, Language string
	Authors, Tags                                                                                          []string
	Sources                                                                                                map[string]string
	ArticleBody, PageType                                                                                  string
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
