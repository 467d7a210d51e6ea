package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"stet/cmd/stet/demosite"
	"stet/crawler"
	"stet/crawler/weburl"
	"stet/extract"
	"stet/store"
)

func demoVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo [FLAGS]",
		Short: "try it without a network, on a small built-in site",
		Long: `Serve a small fictional news site, English and Chinese, to itself on loopback,
crawl it, list its articles, and show for one of them what was cut from the
page and why. Nothing else is asked and nothing is left behind, unless
--archive names a file to keep.`,
		Example:     "stet demo\nstet demo --archive demo.db && stet list --archive demo.db",
		Annotations: exits(done, failed, misused, held, full, newer, interrupted),
		Args:        noArgs,
	}
	path := cmd.Flags().StringP("archive", "a", "", "keep the archive in this `FILE`")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *path != "" {
			if err := demo(cmd.Context(), c, *path, false); err != nil {
				return err
			}
			fmt.Fprintf(c.out, "\nNow try stet list, show, search, why, explain, template or stats, with --archive %s\n", shellWord(*path))
			return nil
		}
		dir, err := os.MkdirTemp("", "stet-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
		}
		defer os.RemoveAll(dir) // a leftover in the temporary folder harms nobody
		err = demo(cmd.Context(), c, filepath.Join(dir, "demo.db"), true)
		if err == nil {
			fmt.Fprintln(c.out, "\nstet demo --archive demo.db keeps the archive, for stet list, show, search, why …")
		}
		return err
	}
	return cmd
}

// demo crawls the built-in site and shows what came of it.
func demo(ctx context.Context, c *console, path string, passing bool) error {
	if err := checkFolder(path); err != nil {
		return err
	}
	served, cancel := context.WithCancel(ctx)
	site := demosite.New()
	wait, err := site.Serve(served)
	if err != nil {
		cancel()
		return fmt.Errorf("serve the demo site: %w", err)
	}
	defer wait()
	defer cancel()
	st, err := openToCrawl(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(demoIn(ctx, c, st, site, path, passing), st.Close())
}

func demoIn(ctx context.Context, c *console, st store.Store, site *demosite.Site, path string, passing bool) error {
	seeds := []string{site.Origin(demosite.English) + "/", site.Origin(demosite.Chinese) + "/"}
	s := &settings{Config: demoConfig(seeds), Archive: path, passing: passing}
	if err := crawlInto(ctx, c, st, s, ""); err != nil && statusOf(err) != partly {
		return err
	}
	fmt.Fprintf(c.out, "\n%s\n\n", c.style().bold("The articles"))
	print := func(e store.Entry) error { return listForReader(c, e) }
	if err := list(ctx, c, st, store.Filter{}, print); err != nil {
		return err
	}
	return demoCuts(ctx, c, st, site)
}

// demoConfig is how the demo site is crawled: no pauses, it is our own.
func demoConfig(seeds []string) crawler.Config {
	delay := crawler.Duration(0)
	return crawler.Config{Job: "demo", Seeds: seeds, Scope: crawler.ScopeHost, Delay: &delay}
}

// again extracts a page of the archive once more, and keeps what is cut.
func again(ctx context.Context, st store.Store, url string) (*extract.Document, error) {
	capture, err := st.Body(ctx, weburl.Key(url))
	if err != nil {
		return nil, err
	}
	return extract.New(extract.Config{Explain: true}).Extract(pageOf(capture)), nil
}

// demoCuts shows what was cut from the report that the site has put most
// boxes around.
func demoCuts(ctx context.Context, c *console, st store.Store, site *demosite.Site) error {
	var most demosite.Article
	for _, a := range site.Truth() {
		if a.Kind != extract.KindArticle || len(a.Without) <= len(most.Without) {
			continue
		}
		if e, err := st.Entry(ctx, weburl.Key(a.URL)); err != nil || e.PartOf != "" {
			continue // a later page, which the list above has not, or the crawl was stopped before it
		}
		most = a
	}
	d, err := again(ctx, st, most.URL)
	if errors.Is(err, store.ErrNotFound) {
		return nil // the crawl was stopped before it
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "\n%s\n\n", c.style().bold("What was cut from "+clean(most.URL)+", and why"))
	return printCuts(c, d.Cuts())
}
