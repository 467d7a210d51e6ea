package export

import (
	"fmt"
	"time"

	"stet/extract"
	"stet/store"
)

// Record is one page as it is exported: its newest revision with its
// provenance, the links asked for, and the story as Markdown.
type Record struct {
	store.Entry
	Links    []extract.Link
	Markdown string
}

// NewRecord makes the record of an entry and its links.
func NewRecord(e store.Entry, links []extract.Link) (Record, error) {
	r := Record{Entry: e, Links: links}
	if e.HTML == "" {
		return r, nil
	}
	var err error
	if r.Markdown, err = extract.Markdown(e.HTML); err != nil {
		return r, fmt.Errorf("render %s as Markdown: %w", e.URL, err)
	}
	return r, nil
}

// timeForm is how the archive itself writes times (see its first migration).
const timeForm = "2006-01-02T15:04:05.000Z"

// field is one column. value gives a string, an int, a float64, a list, or
// nil where the field is absent.
type field struct {
	name  string
	value func(*Record) any
}

// fields are the columns of every format. The order is part of the format:
// new ones go to the end.
var fields = []field{
	{"url", func(r *Record) any { return text(r.URL) }},
	{"canonical_url", func(r *Record) any { return text(r.CanonicalURL) }},
	{"title", func(r *Record) any { return text(r.Title) }},
	{"authors", func(r *Record) any { return list(r.Authors) }},
	{"published_at", func(r *Record) any { return text(r.PublishedAt) }},
	{"modified_at", func(r *Record) any { return text(r.ModifiedAt) }},
	{"site_name", func(r *Record) any { return text(r.SiteName) }},
	{"language", func(r *Record) any { return text(r.Language) }},
	{"description", func(r *Record) any { return text(r.Description) }},
	{"section", func(r *Record) any { return text(r.Section) }},
	{"tags", func(r *Record) any { return list(r.Tags) }},
	{"image", func(r *Record) any { return text(r.Image) }},
	{"license", func(r *Record) any { return text(r.License) }},
	{"text", func(r *Record) any { return text(r.Text) }},
	{"html", func(r *Record) any { return text(r.HTML) }},
	{"markdown", func(r *Record) any { return text(r.Markdown) }},
	{"word_count", func(r *Record) any { return r.WordCount }},
	{"captured_at", func(r *Record) any { return instant(r.CapturedAt) }},
	{"status", func(r *Record) any { return number(r.Status) }},
	{"content_digest", func(r *Record) any { return text(r.ContentDigest) }},
	{"text_digest", func(r *Record) any { return text(r.TextDigest) }},
	{"revision", func(r *Record) any { return number(r.Revision) }},
	{"links", func(r *Record) any { return list(r.Links) }},
	{"extractor", func(r *Record) any { return text(r.Extractor) }},
	{"quality", func(r *Record) any { return r.Quality }},
	{"kind", func(r *Record) any { return text(r.Kind) }},
	{"paywalled", func(r *Record) any { return text(r.Paywalled) }},
	{"translations", func(r *Record) any { return object(r.Translations) }},
	{"signals", func(r *Record) any { return signals(r.Signals) }},
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeForm)
}

func object(m map[string]string) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

func signals(s *extract.Signals) any {
	if s == nil {
		return nil
	}
	return s
}

func list[T any](l []T) any {
	if l == nil {
		return []T{}
	}
	return l
}
