package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"stet/extract"
	"stet/store"
	"stet/store/export"
)

func linksVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "links URL [FLAGS]",
		Short: "list the links of one article",
		Long: `List the links that stand in an article's own text, in order; with --all also
those around it (menus, related posts, the head of the page).

One line a link: its URL and its text, separated by a tab; with --all the place
comes first.`,
		Example:     "stet links https://example.org/2024/05/story\nstet links example.org/2024/05/story --all --json",
		Annotations: exits(done, failed, misused, newer),
		Args:        oneArg("URL"),
	}
	path := archiveFlag(cmd)
	all := cmd.Flags().Bool("all", false, "also the links outside the article's text")
	limit := cmd.Flags().Int("limit", 0, "at most `N` links; 0 for all")
	asJSON := jsonFlag(cmd, "one JSON object a link")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkCount("limit", *limit); err != nil {
			return err
		}
		st, err := openToRead(cmd.Context(), *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		which := export.LinksBody
		if *all {
			which = export.LinksAll
		}
		links, err := linksOf(cmd.Context(), st, args[0])
		if err != nil {
			return err
		}
		around := len(links)
		links = export.Choose(links, which)
		if len(links) == 0 && c.errTerminal {
			hint := ""
			if around > 0 {
				hint = "; --all lists those around it"
			}
			fmt.Fprintln(c.err, "stet: no links in the article's text"+hint)
		}
		if *limit > 0 {
			links = links[:min(*limit, len(links))]
		}
		return printLinks(c, links, *all, *asJSON)
	}
	return cmd
}

func linksOf(ctx context.Context, st store.Store, raw string) ([]extract.Link, error) {
	return findPage(ctx, st, raw, func(a address) ([]extract.Link, error) {
		links, err := st.Links(ctx, a.key)
		if !errors.Is(err, store.ErrNotFound) {
			return links, err
		}
		e, err := st.Entry(ctx, a.key)
		if err != nil {
			return nil, err
		}
		return nil, hinted(noArticle(e), "links are kept only of pages with a text")
	})
}

func printLinks(c *console, links []extract.Link, place, asJSON bool) error {
	enc := jsonLines(c.foreign())
	for _, l := range links {
		var err error
		switch {
		case asJSON:
			err = enc.Encode(l)
		case place:
			_, err = fmt.Fprintf(c.out, "%s\t%s\t%s\n", l.Place, clean(l.URL), clean(l.Text))
		default:
			_, err = fmt.Fprintf(c.out, "%s\t%s\n", clean(l.URL), clean(l.Text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
