package crawler

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"stet/extract"
	"stet/extract/template"
	"stet/store"
)

// settleBatch is how many articles are taken from the archive at once to be
// read anew.
const settleBatch = 32

// settle reads anew, at the end of a run, what is known better now: the first
// articles of each site, cleaned before it was known what its pages have in
// common, and articles of several pages. It works on the stored bytes; nothing
// is fetched.
func (c *crawl) settle(ctx context.Context) error {
	if !c.cfg.NoLearn {
		if err := c.cleanAgain(ctx, ""); err != nil {
			return err
		}
	}
	if err := c.archive.Flush(ctx); err != nil { // all pages are to be seen
		return err
	}
	return c.joinAll(ctx)
}

// cleanAgain cleans the articles of a site (all, if empty) that were cleaned by
// an early template.
func (c *crawl) cleanAgain(ctx context.Context, site string) error {
	if err := c.archive.Flush(ctx); err != nil { // they may not be in the archive yet
		return err
	}
	templates := map[string]*template.Template{}
	for after := int64(0); ; {
		us, err := c.archive.Unsettled(ctx, site, template.Settled, after, settleBatch)
		if err != nil || len(us) == 0 {
			return err
		}
		select {
		case <-c.cfg.Stop:
			return nil // the next run goes on with it
		default:
		}
		after = us[len(us)-1].TargetID
		for _, u := range us {
			if templates[u.Site] == nil {
				if templates[u.Site], err = c.templateOf(ctx, u); err != nil {
					return err
				}
			}
		}
		g, ctx := errgroup.WithContext(ctx)
		for _, u := range us {
			g.Go(func() error { return c.reread(ctx, u, templates[u.Site]) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
}

// reread reads one article anew from its capture. Where a template leaves no
// article the one that was read without it stays.
func (c *crawl) reread(ctx context.Context, u store.Unsettled, t *template.Template) error {
	d, err := c.extracted(ctx, u.Capture, t)
	if err != nil {
		return err
	}
	r := store.Reread{TargetID: u.TargetID, CaptureID: u.Capture.ID, TemplatePages: t.Pages()}
	if d.Article != nil {
		r.Document = d
	}
	if err := c.archive.Reread(ctx, r); err != nil && !errors.Is(err, ctx.Err()) {
		return err
	}
	return ctx.Err()
}

// extracted reads a capture when a processor is free.
func (c *crawl) extracted(ctx context.Context, captured store.Capture, t *template.Template) (*extract.Document, error) {
	select {
	case c.cpu <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.cpu }()
	return c.extract.Extract(extract.Page{
		URL: captured.URL, Status: captured.Status, Header: captured.ResponseHeader, Body: captured.Body,
		FetchedAt: captured.CapturedAt.UTC().Format(time.DateOnly), Template: t,
	}), nil
}
