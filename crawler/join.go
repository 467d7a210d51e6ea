package crawler

import (
	"context"
	"errors"
	"fmt"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/template"
	"stet/store"
)

// mostParts bounds how many pages of one article are read for joining; extract
// joins no more.
const mostParts = 100

// joinAll joins the articles whose first page names a next one that the archive
// has too. It works on the stored bytes; nothing is fetched.
func (c *crawl) joinAll(ctx context.Context) error {
	for after := int64(0); ; {
		us, err := c.archive.Unjoined(ctx, after, settleBatch)
		if err != nil || len(us) == 0 {
			return err
		}
		after = us[len(us)-1].TargetID
		for _, u := range us {
			select {
			case <-c.cfg.Stop:
				return nil
			default:
			}
			if err := c.join(ctx, u); err != nil {
				return err
			}
		}
	}
}

// join reads the pages of one article as far as they are kept and puts them
// together. What it was before stays as an earlier revision.
func (c *crawl) join(ctx context.Context, u store.Unsettled) error {
	t, err := c.templateOf(ctx, u)
	if err != nil {
		return err
	}
	first, err := c.extracted(ctx, u.Capture, t)
	if err != nil {
		return err
	}
	pages := []*extract.Document{first}
	parts := []store.Part{{TargetID: u.TargetID, CaptureID: u.Capture.ID}}
	for len(pages) < mostParts && pages[len(pages)-1].NextPage != "" {
		part, next, err := c.nextPage(ctx, pages[len(pages)-1].NextPage, t)
		if err != nil {
			return err
		}
		if next == nil {
			break
		}
		pages, parts = append(pages, next), append(parts, part)
	}
	joined := extract.Join(pages)
	if joined.Pages < 2 {
		return nil
	}
	c.log.Info("joined", "url", first.URL, "pages", joined.Pages, "reason", joined.Reason)
	return c.archive.Reread(ctx, store.Reread{TargetID: u.TargetID, CaptureID: u.Capture.ID, Document: joined.Document,
		TemplatePages: t.Pages(), Parts: parts[:joined.Pages]})
}

// templateOf is the newest template of an article's site, nil if there is none
// or pages are read by themselves.
func (c *crawl) templateOf(ctx context.Context, u store.Unsettled) (*template.Template, error) {
	if c.cfg.NoLearn {
		return nil, nil
	}
	kept, err := c.archive.Template(ctx, u.Site)
	if err != nil || len(kept.Template) == 0 {
		return nil, err
	}
	t := new(template.Template)
	if err := t.UnmarshalBinary(kept.Template); err != nil {
		return nil, fmt.Errorf("template of %s: %w", u.Site, err)
	}
	return t, nil
}

// nextPage reads the kept page at an address; nil if none is kept.
func (c *crawl) nextPage(ctx context.Context, url string, t *template.Template) (store.Part, *extract.Document, error) {
	kept, err := c.store.Body(ctx, weburl.Key(url))
	if errors.Is(err, store.ErrNotFound) || err == nil && (judge(kept.Status).state != store.StateFetched || kept.Truncated != "" || kept.Broken != "") {
		return store.Part{}, nil, nil
	}
	if err != nil {
		return store.Part{}, nil, fmt.Errorf("read back %s: %w", url, err)
	}
	d, err := c.extracted(ctx, kept, t)
	return store.Part{TargetID: kept.TargetID, CaptureID: kept.ID}, d, err
}
