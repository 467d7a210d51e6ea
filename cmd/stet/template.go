package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/template"
	"stet/store"
)

func templateVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "template [SITE] [FLAGS]",
		Short: "show what the pages of a site have in common",
		Long: `Show what a crawl has learnt of its sites. It cuts from the articles of a site
the lines that many of its pages repeat (menus, promotions inside the story,
requests for a donation), and it looks for a story where most others of the site
stand. This begins with the third article of a site. The first ones are cleaned
again once more is known, from the stored bytes; what they were before stays as
an earlier revision. stet crawl --no-learn does without.

Without an argument it lists the sites. SITE is a domain, or the URL of one of
its pages: then it lists the lines that are cut, with the number of articles
that have them, those on most first. stet explain shows the cuts of one page.`,
		Example:     "stet template\nstet template example.org\nstet template example.org --json",
		Annotations: exits(done, failed, misused, newer),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("template takes one site, got %d", len(args))
			}
			return nil
		},
	}
	path := archiveFlag(cmd)
	pages := cmd.Flags().Int("pages", 50, "look for the lines on `N` articles of the site")
	asJSON := jsonFlag(cmd, "one JSON object a site, or a line of one")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *pages < 1 {
			return usage("--pages %d is less than 1", *pages)
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		st, err := openToRead(ctx, *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		if len(args) == 0 {
			return listTemplates(ctx, c, st, *asJSON)
		}
		return showTemplate(ctx, c, st, siteNamed(args[0]), *pages, *asJSON)
	}
	return cmd
}

// siteNamed is the site that an argument means: itself, or that of a host or URL.
func siteNamed(arg string) string {
	url := arg
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	return cmp.Or(weburl.Site(url), arg)
}

// learnt is one site of the list.
type learnt struct {
	Site   string    `json:"site"`
	Pages  int       `json:"pages"`   // articles it was learnt from so far
	Lines  int       `json:"lines"`   // that the newest template knows
	MadeOf int       `json:"made_of"` // articles the newest template was made of
	MadeAt time.Time `json:"made_at"`
	Story  bool      `json:"story"` // whether the place of the stories is known
}

func listTemplates(ctx context.Context, c *console, st store.Store, asJSON bool) error {
	all, err := st.Templates(ctx)
	if err != nil {
		return err
	}
	enc := jsonLines(c.foreign())
	for _, kept := range all {
		t, err := template.Read(kept.Site, kept.Template)
		if err != nil {
			return err
		}
		_, _, story := t.Story()
		l := learnt{kept.Site, kept.Pages, t.Blocks(), kept.TemplatePages, kept.MadeAt.UTC(), story}
		if asJSON {
			err = enc.Encode(l)
		} else {
			_, err = fmt.Fprintf(c.out, "%s\t%s\t%s\n", clean(l.Site), counted(l.Pages, "article"), counted(l.Lines, "line"))
		}
		if err != nil {
			return err
		}
	}
	if len(all) == 0 && !asJSON {
		fmt.Fprintln(c.err, "stet: nothing was learnt: no site has three articles, or the crawls ran with --no-learn")
	}
	return nil
}

// ownLine is a line that is cut for being the site's own.
type ownLine struct {
	Text  string `json:"text"`
	Rule  string `json:"rule"`
	Pages int    `json:"pages"` // of those looked at
}

func showTemplate(ctx context.Context, c *console, st store.Store, site string, pages int, asJSON bool) error {
	kept, err := st.Template(ctx, site, 0)
	if errors.Is(err, store.ErrNotFound) {
		return hinted(fmt.Errorf("nothing is known of the pages of %s", clean(site)), "stet template lists the sites of which something was learnt")
	}
	if err != nil {
		return err
	}
	t, err := template.Read(kept.Site, kept.Template)
	if err != nil {
		return err
	}
	lines, looked, err := ownLines(ctx, st, site, t, pages)
	if err != nil {
		return err
	}
	if asJSON {
		enc := jsonLines(c.foreign())
		for _, l := range lines {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	s := c.style()
	_, _, story := t.Story()
	place := "where its stories stand is not known"
	if story {
		place = "where its stories stand is known"
	}
	fmt.Fprintf(c.out, "%s: learnt from %s; %s\n", s.bold(clean(site)), counted(t.Pages(), "article"), place)
	for _, l := range lines {
		fmt.Fprintf(c.out, "%s  %s\n", s.dim(fmt.Sprintf("%3d of %d", l.Pages, looked)), clean(l.Text))
	}
	return nil
}

// ownLines reads some articles of a site again and gathers what its template
// cuts.
func ownLines(ctx context.Context, st store.Store, site string, t *template.Template, pages int) ([]ownLine, int, error) {
	x := extract.New(extract.Config{Explain: true})
	seen := map[string]*ownLine{}
	looked := 0
	for e, err := range st.Entries(ctx, store.Filter{Site: site, Limit: pages}) {
		if err != nil {
			return nil, 0, err
		}
		kept, err := st.Source(ctx, weburl.Key(e.URL))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		looked++
		p := pageOf(kept)
		p.Template = t
		here := map[string]bool{}
		for _, cut := range x.Extract(p).Cuts() {
			if cut.Stage != "template" || here[cut.Text] {
				continue
			}
			here[cut.Text] = true
			if seen[cut.Text] == nil {
				seen[cut.Text] = &ownLine{Text: cut.Text, Rule: cut.Rule}
			}
			seen[cut.Text].Pages++
		}
	}
	all := make([]ownLine, 0, len(seen))
	for _, l := range seen {
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b ownLine) int { return cmp.Or(b.Pages-a.Pages, cmp.Compare(a.Text, b.Text)) })
	return all, looked, nil
}
