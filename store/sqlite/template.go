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

// Templates gives what was learnt of each site with a template.
func (a *Archive) Templates(ctx context.Context) ([]store.SiteTemplate, error) {
	if a.format < formatTemplates {
		return nil, nil
	}
	ts, err := a.templates(ctx)
	return ts, wrap("templates", err)
}

func (a *Archive) templates(ctx context.Context) ([]store.SiteTemplate, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT site.name, coalesce(learner.pages, newest.pages), learner.blocks, newest.pages, newest.made_at, newest.blocks
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
		if err := rows.Scan(&site, &t.Pages, &t.Learner, &t.TemplatePages, &made, &t.Template); err != nil {
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
func (c *crawl) Unsettled(ctx context.Context, site string, under int, after int64, limit int) ([]store.Unsettled, error) {
	us, err := c.a.unsettled(ctx, `SELECT target.id, coalesce(target.key, target.url), site.name, article.capture_id, article.template_pages
		FROM article JOIN target ON target.id = article.target_id
		JOIN host ON host.id = target.host_id JOIN site ON site.id = host.site_id
		WHERE article.template_pages < 18 AND article.template_pages < ?1 AND (?2 = '' OR site.name = ?2) AND target.id > ?3
		  AND article.template_pages < (SELECT max(pages) FROM template WHERE site_id = site.id)
		  AND article.revision = (SELECT max(revision) FROM article newest WHERE newest.target_id = target.id)
		ORDER BY target.id LIMIT ?4`, under, clean(site), after, limit)
	return us, wrap("articles to be cleaned again", err)
}

// Unjoined gives articles that name a next page and were not joined with it, or
// of which a page has changed since.
func (c *crawl) Unjoined(ctx context.Context, after int64, limit int) ([]store.Unsettled, error) {
	us, err := c.a.unsettled(ctx, `SELECT target.id, coalesce(target.key, target.url), site.name, article.capture_id, article.template_pages
		FROM capture JOIN target ON target.id = capture.target_id
		JOIN article ON article.target_id = target.id AND article.capture_id = capture.id
		JOIN host ON host.id = target.host_id JOIN site ON site.id = host.site_id
		WHERE capture.next_page IS NOT NULL AND coalesce(capture.page_number, 1) = 1 AND target.id > ?1
		  AND article.revision = (SELECT max(revision) FROM article newest WHERE newest.target_id = target.id)
		  AND (NOT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id)
		    OR EXISTS (SELECT 1 FROM article_part JOIN capture part ON part.id = article_part.capture_id JOIN target page ON page.id = part.target_id
		      WHERE article_part.article_id = article.id AND page.capture_id <> part.id))
		ORDER BY target.id LIMIT ?2`, after, limit)
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
		var key, site text
		if err := rows.Scan(&u.TargetID, &key, &site, &u.Capture.ID, &u.TemplatePages); err != nil {
			return nil, err
		}
		u.Key, u.Site = string(key), string(site)
		all = append(all, u)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Capture, err = a.captureWhere(ctx, `capture.id = ?`, all[i].Capture.ID); err != nil {
			return nil, err
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
	if p.article == nil {
		return g.settleArticle(r.TargetID, r.TemplatePages)
	}
	newest, err := g.newestRevision(r.TargetID)
	if err != nil {
		return err
	}
	if newest.holds(p.article) {
		err = g.settleArticle(r.TargetID, r.TemplatePages)
	} else {
		err = g.revision(p, r.CaptureID, newest.number+1)
	}
	if err != nil {
		return err
	}
	return g.joinParts(r)
}

// joinParts notes the pages that the newest revision was joined from.
func (g *group) joinParts(r store.Reread) error {
	for i, part := range r.Parts {
		if err := g.tx.exec(`INSERT INTO article_part (article_id, position, capture_id)
			SELECT id, ?2, ?3 FROM article WHERE target_id = ?1 ORDER BY revision DESC LIMIT 1
			ON CONFLICT (article_id, position) DO UPDATE SET capture_id = excluded.capture_id`, r.TargetID, i, part.CaptureID); err != nil {
			return err
		}
		if part.TargetID == r.TargetID {
			continue
		}
		counted, err := g.tx.row(`SELECT 1 FROM target WHERE id = ?1 AND part_of IS NULL
			AND EXISTS (SELECT 1 FROM visit WHERE target_id = ?1 AND run_id = ?2 AND capture_id = ?3)`,
			[]any{part.TargetID, g.c.run.ID, part.CaptureID}, new(int))
		if err != nil {
			return err
		}
		if counted { // by this run, as an article of its own
			g.counts.Articles--
		}
		if err := g.tx.exec(`UPDATE target SET part_of = ? WHERE id = ?`, r.TargetID, part.TargetID); err != nil {
			return err
		}
	}
	return nil
}

// settleArticle notes by which template the newest revision would be the same.
func (g *group) settleArticle(target int64, pages int) error {
	return g.tx.exec(`UPDATE article SET template_pages = ?2 WHERE target_id = ?1 AND template_pages < ?2
		AND revision = (SELECT max(revision) FROM article WHERE target_id = ?1)`, target, pages)
}
