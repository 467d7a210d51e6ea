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
	if err := c.settleLessons(ctx); err != nil {
		return err
	}
	if err := c.archive.Flush(ctx); err != nil { // all pages are to be seen
		return err
	}
	if !c.cfg.NoLearn {
		for pages := range template.Settled {
			if err := c.cleanAgain(ctx, pages); err != nil {
				return err
			}
		}
		if err := c.archive.Flush(ctx); err != nil {
			return err
		}
	}
	return c.joinAll(ctx)
}

// stopped says whether the run is to end: the next one goes on with what is
// left.
func (c *crawl) stopped() bool {
	select {
	case <-c.cfg.Stop:
		return true
	default:
		return false
	}
}

// cleanAgain cleans the articles that were cleaned by templates of so many
// pages.
func (c *crawl) cleanAgain(ctx context.Context, pages int) error {
	for after := int64(0); !c.stopped(); {
		us, err := c.archive.Unsettled(ctx, pages, after, settleBatch)
		if err != nil || len(us) == 0 {
			return err
		}
		after = us[len(us)-1].TargetID
		if err := c.rereadAll(ctx, us); err != nil {
			return err
		}
	}
	return nil
}

// cleanSome cleans some articles of a site that more is known of.
func (c *crawl) cleanSome(ctx context.Context, targets []int64) error {
	if err := c.archive.Flush(ctx); err != nil { // they may not be in the archive yet
		return err
	}
	us, err := c.archive.UnsettledOf(ctx, targets)
	if err != nil {
		return err
	}
	return c.rereadAll(ctx, us)
}

func (c *crawl) rereadAll(ctx context.Context, us []store.Unsettled) error {
	templates := map[string]*template.Template{}
	for _, u := range us {
		if templates[u.Site] == nil {
			t, err := c.templateOf(ctx, u)
			if err != nil {
				return err
			}
			templates[u.Site] = t
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(c.cpu))
	for _, u := range us {
		if c.stopped() {
			break
		}
		g.Go(func() error { return c.reread(ctx, u, templates[u.Site]) })
	}
	return g.Wait()
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
