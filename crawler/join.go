package crawler

import (
	"context"
	"errors"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/template"
	"stet/store"
)

// joinAll joins the articles whose first page names a next one that the archive
// has too. It works on the stored bytes; nothing is fetched.
func (c *crawl) joinAll(ctx context.Context) error {
	for after := int64(0); !c.stopped(); {
		us, err := c.archive.Unjoined(ctx, after, settleBatch)
		if err != nil || len(us) == 0 {
			return err
		}
		after = us[len(us)-1].TargetID
		for _, u := range us {
			if c.stopped() {
				return nil
			}
			if err := c.join(ctx, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// join reads the pages of one article as far as they are kept and puts them
// together. What it was before stays as an earlier revision.
func (c *crawl) join(ctx context.Context, u store.Unsettled) error {
	if !u.Joined {
		if _, err := c.kept(ctx, u.NextPage); errors.Is(err, store.ErrNotFound) {
			return nil // not kept, or not yet
		} else if err != nil {
			return err
		}
	}
	t, err := c.templateOf(ctx, u)
	if err != nil {
		return err
	}
	generation := t.Pages()
	first, err := c.extracted(ctx, u.Capture, t)
	if err == nil && first.Article == nil && t != nil { // as in reread
		t = nil
		first, err = c.extracted(ctx, u.Capture, nil)
	}
	if err != nil || first.Article == nil {
		return err
	}
	pages := []*extract.Document{first}
	parts := []store.Part{{TargetID: u.TargetID, CaptureID: u.Capture.ID}}
	for len(pages) <= extract.MaxPages && pages[len(pages)-1].NextPage != "" { // one more than are joined, to be refused
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
	r := store.Reread{TargetID: u.TargetID, CaptureID: u.Capture.ID, Document: joined.Document,
		TemplatePages: generation, Parts: parts[:joined.Pages]}
	if joined.Pages < len(parts) {
		r.Refused = &parts[joined.Pages]
	}
	if joined.Pages < 2 && !u.Joined {
		r.Document = nil // it is what it was
	}
	c.log.Info("joined", "url", first.URL, "pages", joined.Pages, "reason", joined.Reason)
	return c.archive.Reread(ctx, r)
}

// templateOf is the newest template of an article's site, nil if there is none
// or pages are read by themselves.
func (c *crawl) templateOf(ctx context.Context, u store.Unsettled) (*template.Template, error) {
	if c.cfg.NoLearn {
		return nil, nil
	}
	kept, err := c.archive.Template(ctx, u.Site)
	if err != nil {
		return nil, err
	}
	return readTemplate(u.Site, kept.Template)
}

// nextPage reads the kept page at an address; nil if none is kept.
func (c *crawl) nextPage(ctx context.Context, url string, t *template.Template) (store.Part, *extract.Document, error) {
	captured, err := c.kept(ctx, url)
	if errors.Is(err, store.ErrNotFound) {
		return store.Part{}, nil, nil
	}
	if err != nil {
		return store.Part{}, nil, err
	}
	d, err := c.extracted(ctx, captured, t)
	return store.Part{TargetID: captured.TargetID, CaptureID: captured.ID}, d, err
}

// kept gives the capture of the article at an address, or where that redirects
// to: a page that is gone by now stays part of what it was part of.
func (c *crawl) kept(ctx context.Context, url string) (store.Capture, error) {
	for range maxHops {
		captured, err := c.store.Source(ctx, weburl.Key(url))
		if !errors.Is(err, store.ErrNotFound) {
			return captured, err
		}
		answer, err := c.store.Body(ctx, weburl.Key(url))
		if err != nil {
			return answer, err
		}
		u, err := weburl.Parse(answer.URL)
		if err != nil || judge(answer.Status).state != store.StateRedirected {
			return answer, store.ErrNotFound
		}
		to, err := u.Resolve(weburl.EscapeForeign(answer.ResponseHeader.Get("Location")))
		if err != nil {
			return answer, store.ErrNotFound
		}
		url = to.String()
	}
	return store.Capture{}, store.ErrNotFound
}
