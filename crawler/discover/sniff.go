package discover

import (
	"bytes"
	"strings"
)

// Source says what a file lists pages as.
type Source string

// The sources.
const (
	SourceSitemap Source = "sitemap"
	SourceFeed    Source = "feed"
)

// sniffed is how much of a file Sniff looks at: declarations and style sheets
// may stand before its first tag.
const sniffed = 2048

// Sniff says by its first bytes whether a file is a site map or a feed, "" if
// neither can be told. A list of addresses is plain text and is not told.
func Sniff(body []byte) Source {
	if len(body) < 16 || !mayList(body[0]) || isPage(body) {
		return ""
	}
	s := open(bytes.NewReader(body[:min(len(body), 16*sniffed)]))
	switch c := first(s); c {
	case '{':
		head, _ := s.Peek(sniffed)
		if strings.Contains(strings.ReplaceAll(string(head), `\/`, "/"), "jsonfeed.org/version/") {
			return SourceFeed
		}
		return ""
	case '<':
		return sniffMarkup(s)
	}
	return ""
}

// isPage knows most pages by how they begin, without taking memory.
func isPage(body []byte) bool {
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n")
	for _, tag := range []string{"<!doctype html", "<html"} {
		if len(body) >= len(tag) && strings.EqualFold(string(body[:len(tag)]), tag) {
			return true
		}
	}
	return false
}

// mayList saves looking closer at most of what is no listing.
func mayList(c byte) bool {
	switch c {
	case '<', '{', 0x1f, 0xef, 0xfe, 0xff, 0, ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

func sniffMarkup(s *source) Source {
	m := newMarkup(s)
	m.skip = true
	for {
		t := m.next()
		if t.kind == textRun {
			continue
		}
		if t.kind != startTag {
			return ""
		}
		switch t.name {
		case "urlset", "sitemapindex":
			return SourceSitemap
		case "rss", "feed", "rdf":
			return SourceFeed
		}
		return ""
	}
}
