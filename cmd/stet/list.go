package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stet/store"
)

func listVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list [FLAGS]",
		Short: "list the articles of an archive",
		Long: `List the articles of an archive (threads of forums, live blogs and
documentation among them), or with --kind its other pages, in the order in which
they were found. An article of several pages stands once, at its first page.

On a terminal two lines a page are for reading. To a file or a pipe it is one
line a page: day, language, words, title and URL, separated by tabs.`,
		Example:     "stet list\nstet list --site example.org --language zh --after 2024-05\nstet list --json --limit 10",
		Annotations: exits(done, failed, misused, newer),
		Args:        noArgs,
	}
	path := archiveFlag(cmd)
	filter := filterFlags(cmd)
	asJSON := jsonFlag(cmd, "one JSON object a page: its metadata, without the text")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkFilter(filter); err != nil {
			return err
		}
		st, err := openToRead(cmd.Context(), *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		return list(cmd.Context(), c, st, *filter, lister(c, *asJSON))
	}
	return cmd
}

// list prints the entries that pass a filter.
func list(ctx context.Context, c *console, st store.Store, f store.Filter, print func(store.Entry) error) error {
	n := 0
	for e, err := range st.Entries(ctx, f) {
		if err != nil {
			return fmt.Errorf("list the archive: %w", err)
		}
		if err := print(e); err != nil {
			return err
		}
		n++
	}
	if n == 0 && c.errTerminal {
		fmt.Fprintln(c.err, "stet: nothing to list; stet status tells of the crawls, stet stats of all pages")
	}
	return nil
}

// lister gives the way of printing an entry.
func lister(c *console, asJSON bool) func(store.Entry) error {
	switch {
	case asJSON:
		enc := jsonLines(c.foreign())
		return func(e store.Entry) error { return enc.Encode(newListing(e)) }
	case c.outTerminal:
		return func(e store.Entry) error { return listForReader(c, e) }
	}
	return func(e store.Entry) error {
		_, err := fmt.Fprintln(c.out, strings.Join([]string{
			day(e.PublishedAt), e.Language, strconv.Itoa(e.WordCount), clean(titleOf(e)), clean(e.URL),
		}, "\t"))
		return err
	}
}

func listForReader(c *console, e store.Entry) error {
	s, width := c.style(), c.width()
	const margin = "            "
	facts := []string{clean(e.URL), e.Language}
	if e.WordCount > 0 {
		facts = append(facts, counted(e.WordCount, "word"))
	}
	if e.Kind != "article" {
		facts = append(facts, e.Kind)
	}
	_, err := fmt.Fprintf(c.out, "%-10s  %s\n%s%s\n",
		clean(day(e.PublishedAt)), s.bold(cut(clean(titleOf(e)), width-len(margin))),
		margin, s.dim(joined(facts, " · ")))
	return err
}

// titleOf is the title, or a stand-in that cannot be taken for one.
func titleOf(e store.Entry) string {
	if e.Title == "" {
		return "(no title)"
	}
	return e.Title
}

// joined joins what is not empty.
func joined(parts []string, between string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, between)
}

// listing is an entry as list --json prints it: the fields of the export,
// under the same names, that fit on a line.
type listing struct {
	URL           string    `json:"url"`
	CanonicalURL  string    `json:"canonical_url,omitempty"`
	Title         string    `json:"title,omitempty"`
	Authors       []string  `json:"authors,omitempty"`
	PublishedAt   string    `json:"published_at,omitempty"`
	ModifiedAt    string    `json:"modified_at,omitempty"`
	SiteName      string    `json:"site_name,omitempty"`
	Language      string    `json:"language,omitempty"`
	Section       string    `json:"section,omitempty"`
	Tags          []string  `json:"tags,omitempty"`
	WordCount     int       `json:"word_count"`
	CapturedAt    time.Time `json:"captured_at,omitzero"`
	Status        int       `json:"status,omitempty"`
	ContentDigest string    `json:"content_digest,omitempty"`
	TextDigest    string    `json:"text_digest,omitempty"`
	Revision      int       `json:"revision,omitempty"`
	Quality       float64   `json:"quality"`
	Kind          string    `json:"kind"`
}

func newListing(e store.Entry) listing {
	return listing{
		URL: e.URL, CanonicalURL: e.CanonicalURL, Title: e.Title, Authors: e.Authors,
		PublishedAt: e.PublishedAt, ModifiedAt: e.ModifiedAt, SiteName: e.SiteName,
		Language: e.Language, Section: e.Section, Tags: e.Tags, WordCount: e.WordCount,
		CapturedAt: e.CapturedAt.UTC(), Status: e.Status, ContentDigest: e.ContentDigest,
		TextDigest: e.TextDigest, Revision: e.Revision, Quality: e.Quality, Kind: e.Kind,
	}
}
