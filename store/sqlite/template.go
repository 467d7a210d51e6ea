package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"stet/store"
)

// Template gives what was learnt of a site.
func (c *crawl) Template(ctx context.Context, site string) (store.SiteTemplate, error) {
	c.mu.Lock()
	waiting, ok := c.templates[site]
	c.mu.Unlock()
	if ok {
		return waiting, nil
	}
	t, err := c.a.lessons(ctx, site)
	return t, wrap("template of "+site, err)
}

func (a *Archive) lessons(ctx context.Context, site string) (store.SiteTemplate, error) {
	t := store.SiteTemplate{Site: site}
	var made text
	err := a.readers.QueryRowContext(ctx, `SELECT learner.pages, learner.blocks, coalesce(newest.pages, 0), newest.made_at, newest.blocks
		FROM site JOIN learner ON learner.site_id = site.id
		LEFT JOIN template newest ON newest.site_id = site.id
		  AND newest.pages = (SELECT max(pages) FROM template WHERE site_id = site.id)
		WHERE site.name = ?`, clean(site)).Scan(&t.Pages, &t.Learner, &t.TemplatePages, &made, &t.Template)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	t.MadeAt = made.time()
	return t, err
}

// Template gives the template of a site that was learnt of so many pages.
func (a *Archive) Template(ctx context.Context, site string, pages int) (store.SiteTemplate, error) {
	t := store.SiteTemplate{Site: site}
	if a.format < formatTemplates {
		return t, store.ErrNotFound
	}
	var made text
	err := a.readers.QueryRowContext(ctx, `SELECT template.pages, template.made_at, template.blocks
		FROM template JOIN site ON site.id = template.site_id
		WHERE site.name = ?1 AND (?2 = 0 OR template.pages = ?2) ORDER BY template.pages DESC LIMIT 1`, clean(site), pages).
		Scan(&t.TemplatePages, &made, &t.Template)
	if errors.Is(err, sql.ErrNoRows) {
		return t, store.ErrNotFound
	}
	t.Pages, t.MadeAt = t.TemplatePages, made.time()
	return t, wrap("template of "+site, err)
}

// Templates gives what was learnt of each site with a template, but for its learner.
func (a *Archive) Templates(ctx context.Context) ([]store.SiteTemplate, error) {
	if a.format < formatTemplates {
		return nil, nil
	}
	ts, err := a.templates(ctx)
	return ts, wrap("templates", err)
}

func (a *Archive) templates(ctx context.Context) ([]store.SiteTemplate, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT site.name, coalesce(learner.pages, newest.pages), newest.pages, newest.made_at, newest.blocks
		FROM template newest JOIN site ON site.id = newest.site_id
		LEFT JOIN learner ON learner.site_id = site.id
		WHERE newest.pages = (SELECT max(pages) FROM template WHERE site_id = newest.site_id)
		ORDER BY 2 DESC, 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.SiteTemplate
	for rows.Next() {
		var t store.SiteTemplate
		var site, made text
		if err := rows.Scan(&site, &t.Pages, &t.TemplatePages, &made, &t.Template); err != nil {
			return nil, err
		}
		t.Site, t.MadeAt = string(site), made.time()
		all = append(all, t)
	}
	return all, rows.Err()
}

// SaveTemplate keeps what was learnt of a site with the next group.
func (c *crawl) SaveTemplate(ctx context.Context, t store.SiteTemplate) error {
	c.mu.Lock()
	before, had := c.templates[t.Site]
	waiting := t
	if len(t.Template) == 0 && had { // the newest template may still be on its way
		waiting.TemplatePages, waiting.Template, waiting.MadeAt = before.TemplatePages, before.Template, before.MadeAt
	}
	if len(waiting.Template) > 0 || had {
		c.templates[t.Site] = waiting
	}
	c.mu.Unlock()
	committed := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if now, ok := c.templates[t.Site]; ok && now.Pages == waiting.Pages { // not saved anew meanwhile
			delete(c.templates, t.Site)
		}
	}
	err := c.submit(ctx, item{
		bytes: int64(len(t.Learner) + len(t.Template)),
		apply: func(g *group) error { return g.saveTemplate(t) },
		after: committed,
	})
	if err != nil {
		committed()
	}
	return wrap("keep the template of "+t.Site, err)
}

func (g *group) saveTemplate(t store.SiteTemplate) error {
	if err := g.tx.exec(`INSERT INTO site (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, clean(t.Site)); err != nil {
		return err
	}
	if err := g.tx.exec(`INSERT INTO learner (site_id, pages, blocks) SELECT id, ?2, ?3 FROM site WHERE name = ?1
		ON CONFLICT (site_id) DO UPDATE SET pages = excluded.pages, blocks = excluded.blocks`,
		clean(t.Site), t.Pages, t.Learner); err != nil {
		return err
	}
	if len(t.Template) == 0 {
		return nil
	}
	// After a crash a site may be learnt anew from the last kept learner on: what
	// was told of so many pages stands, since articles may follow from it.
	return g.tx.exec(`INSERT INTO template (site_id, pages, made_at, blocks) SELECT id, ?2, ?3, ?4 FROM site WHERE name = ?1
		ON CONFLICT (site_id, pages) DO NOTHING`,
		clean(t.Site), t.TemplatePages, stamp(t.MadeAt), t.Template)
}

// Unsettled gives articles that a newer template of their site may clean again.
// Those of one template lie side by side in their index: without it the last
// batch looks at all articles that are left, or even at all targets.
func (c *crawl) Unsettled(ctx context.Context, pages int, after int64, limit int) ([]store.Unsettled, error) {
	us, err := c.a.unsettled(ctx, fromUnsettled+`article INDEXED BY article_unsettled CROSS JOIN`+whereUnsettled+`
		  AND `+unsettled+` AND coalesce(article.settled_pages, 0) < `+newestPages+`
		  AND article.template_pages = ?1 AND article.target_id > ?2 ORDER BY article.target_id LIMIT ?3`, pages, after, limit)
	return us, wrap("articles to be cleaned again", err)
}

// UnsettledOf gives those of some targets.
func (c *crawl) UnsettledOf(ctx context.Context, targets []int64) ([]store.Unsettled, error) {
	us, err := c.a.unsettled(ctx, fromUnsettled+`json_each(?) AS wanted CROSS JOIN article ON article.target_id = wanted.value CROSS JOIN`+whereUnsettled+`
		ORDER BY article.target_id`, toJSON(targets))
	return us, wrap("articles to be cleaned again", err)
}

// unsettled is the condition of the index, word for word.
const (
	settled       = "18" // template.Settled
	unsettled     = `article.template_pages < ` + settled + ` AND coalesce(article.settled_pages, 0) < ` + settled
	fromUnsettled = `SELECT article.target_id, coalesce(target.key, target.url), site.name, article.capture_id, article.template_pages, NULL, 0
		FROM `
	// newestPages is how many pages the newest template of a site was learnt from
	newestPages = `(SELECT max(pages) FROM template WHERE site_id = site.id)`
	// newestArticle is the condition that an article is its target's newest revision
	newestArticle  = `article.revision = (SELECT max(revision) FROM article newest WHERE newest.target_id = article.target_id)`
	whereUnsettled = ` target ON target.id = article.target_id
		JOIN host ON host.id = target.host_id JOIN site ON site.id = host.site_id
		WHERE article.template_pages < ` + newestPages + ` AND ` + newestArticle + `
		  AND NOT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id AND position > 0)`
)

// Unjoined gives articles that are to be joined with the pages that follow. One
// that was never tried has no row in article_part.
func (c *crawl) Unjoined(ctx context.Context, after int64, limit int) ([]store.Unsettled, error) {
	us, err := c.a.unsettled(ctx, `SELECT target.id, coalesce(target.key, target.url), site.name, article.capture_id, article.template_pages, capture.next_page,
		  EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id AND position > 0) AS joined
		FROM capture INDEXED BY capture_next_page CROSS JOIN target ON target.id = capture.target_id
		JOIN article ON article.target_id = target.id AND article.capture_id = capture.id
		JOIN host ON host.id = target.host_id JOIN site ON site.id = host.site_id
		WHERE capture.next_page IS NOT NULL AND coalesce(capture.page_number, 1) = 1 AND capture.target_id > ?1 AND target.part_of IS NULL
		  AND `+newestArticle+`
		  AND (NOT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id)
		    -- a page has another article since, or is not noted as part of this one
		    OR EXISTS (SELECT 1 FROM article_part JOIN capture part ON part.id = article_part.capture_id JOIN target page ON page.id = part.target_id
		      WHERE article_part.article_id = article.id
		        AND ((SELECT capture_id FROM article newest WHERE newest.target_id = page.id ORDER BY revision DESC LIMIT 1) IS NOT part.id
		          OR article_part.position > 0 AND page.part_of IS NOT target.id))
		    -- the page after the last was not kept then
		    OR NOT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id AND position = -1)
		      AND (SELECT part.next_page FROM article_part JOIN capture part ON part.id = article_part.capture_id
		        WHERE article_part.article_id = article.id ORDER BY article_part.position DESC LIMIT 1) IS NOT NULL
		    OR joined AND article.template_pages < `+settled+` AND article.template_pages < `+newestPages+`)
		ORDER BY capture.target_id LIMIT ?2`, after, limit)
	return us, wrap("articles to be joined", err)
}

func (a *Archive) unsettled(ctx context.Context, query string, args ...any) ([]store.Unsettled, error) {
	rows, err := a.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.Unsettled
	for rows.Next() {
		var u store.Unsettled
		var key, site, next text
		if err := rows.Scan(&u.TargetID, &key, &site, &u.Capture.ID, &u.TemplatePages, &next, &u.Joined); err != nil {
			return nil, err
		}
		u.Key, u.Site, u.NextPage = string(key), string(site), string(next)
		all = append(all, u)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	size := 0
	for i := range all {
		if all[i].Capture, err = a.captureWhere(ctx, `capture.id = ?`, all[i].Capture.ID); err != nil {
			return nil, err
		}
		if size += len(all[i].Capture.Body); size >= entryBytes {
			return all[:i+1], nil // the others come next
		}
	}
	return all, nil
}

// Reread keeps an article that was read anew, with the next group.
func (c *crawl) Reread(ctx context.Context, r store.Reread) error {
	p := &visit{Visit: &store.Visit{Target: store.Target{ID: r.TargetID}, Document: r.Document, TemplatePages: r.TemplatePages}}
	if r.Document != nil && r.Document.Article != nil {
		p.article = prepareArticle(r.Document)
	}
	return wrap("keep what was read anew", c.submit(ctx, item{bytes: p.size(), apply: func(g *group) error { return g.reread(p, r) }}))
}

func (g *group) reread(p *visit, r store.Reread) error {
	newest, err := g.newestRevision(r.TargetID)
	if err != nil || newest.capture != r.CaptureID {
		return err // it has changed: what was read is the text of before
	}
	if len(r.Parts) > 1 {
		var part bool
		if _, err := g.tx.row(`SELECT part_of IS NOT NULL FROM target WHERE id = ?`, []any{r.TargetID}, &part); err != nil || part {
			return err // the pages lead in a circle, and another of them is the first
		}
	}
	switch {
	case p.article == nil && len(r.Parts) > 0: // only that it cannot be joined
	case p.article == nil || newest.holds(p.article):
		err = g.settleArticle(r.TargetID, r.TemplatePages)
	default:
		err = g.revision(p, r.CaptureID, newest.number+1)
	}
	if err != nil {
		return err
	}
	return g.joinParts(r)
}

// joinParts notes the pages that the newest revision was joined from: the first
// at position 0, and at -1 the one that is none of them though the last names
// it.
func (g *group) joinParts(r store.Reread) error {
	if err := g.releaseParts(r.TargetID); err != nil {
		return err
	}
	if err := g.tx.exec(`DELETE FROM article_part WHERE article_id = (SELECT id FROM article WHERE target_id = ? ORDER BY revision DESC LIMIT 1)`,
		r.TargetID); err != nil {
		return err
	}
	for i, part := range r.Parts {
		if err := g.joinPart(r.TargetID, i, part); err != nil {
			return err
		}
	}
	if r.Refused != nil {
		return g.joinPart(r.TargetID, -1, *r.Refused)
	}
	return nil
}

func (g *group) joinPart(first int64, position int, part store.Part) error {
	if err := g.tx.exec(`INSERT INTO article_part (article_id, position, capture_id)
		SELECT id, ?2, ?3 FROM article WHERE target_id = ?1 ORDER BY revision DESC LIMIT 1`, first, position, part.CaptureID); err != nil {
		return err
	}
	if position <= 0 {
		return nil
	}
	counted, err := g.tx.row(`SELECT 1 FROM visit WHERE target_id = ? AND run_id = ? AND capture_id = ? AND outcome = 'fetched'`,
		[]any{part.TargetID, g.c.run.ID, part.CaptureID}, new(int))
	if err != nil {
		return err
	}
	if counted { // by this run, as an article of its own
		g.counts.Articles--
	}
	return g.tx.exec(`UPDATE target SET part_of = ?1 WHERE id = ?2 AND id <> ?1`, first, part.TargetID)
}

// releaseParts makes the later pages of an article articles of their own again.
func (g *group) releaseParts(first int64) error {
	return g.tx.exec(`UPDATE target SET part_of = NULL WHERE part_of = ?1 AND id IN (SELECT part.target_id
		FROM article JOIN article_part ON article_part.article_id = article.id JOIN capture part ON part.id = article_part.capture_id
		WHERE article.target_id = ?1)`, first)
}

// settleArticle notes by which template the newest revision would be the same.
func (g *group) settleArticle(target int64, pages int) error {
	return g.tx.exec(`UPDATE article SET template_pages = ?2 WHERE target_id = ?1 AND template_pages < ?2 AND `+newestArticle, target, pages)
}

// Settle notes which template would not change some articles.
func (c *crawl) Settle(ctx context.Context, targets []int64, pages int) error {
	return wrap("settle articles", c.submit(ctx, item{bytes: int64(8 * len(targets)), apply: func(g *group) error {
		return g.tx.exec(`UPDATE article SET settled_pages = ?2
			WHERE target_id IN (SELECT value FROM json_each(?1)) AND template_pages < ?2
			  AND `+newestArticle, toJSON(targets), pages)
	}}))
}
