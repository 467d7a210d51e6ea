package sqlite

import (
	"time"

	"stet/extract"
	"stet/store"
)

// known is what the archive has of a target before a visit.
type knownTarget struct {
	host    int64
	due     bool
	capture int64 // 0 if there is none
	// of that capture:
	status    int
	location  string // of a redirect
	truncated string
	digest    string
}

// record writes one visit with all that came of it.
func (g *group) record(v *visit) error {
	was, err := g.target(v.Target.ID)
	if err != nil {
		return err
	}
	capture, err := g.capture(v, was)
	if err != nil {
		return err
	}
	if v.article != nil && capture != 0 {
		if err := g.article(v, capture, was.capture != 0); err != nil {
			return err
		}
	}
	if v.Fetched {
		if err := g.visitRow(v, capture); err != nil {
			return err
		}
	}
	if err := g.updateTarget(v, capture); err != nil {
		return err
	}
	for _, t := range v.found {
		if _, err := g.admit(t, v.now); err != nil {
			return err
		}
	}
	for _, r := range v.refused {
		if err := g.refuse(r, v.Target.ID, v.now); err != nil {
			return err
		}
	}
	g.note(v, was)
	return nil
}

func (g *group) target(id int64) (knownTarget, error) {
	var k knownTarget
	var capture *int64
	found, err := g.tx.row(`SELECT host_id, due_at IS NOT NULL, capture_id FROM target WHERE id = ?`,
		[]any{id}, &k.host, &k.due, &capture)
	if err != nil {
		return k, err
	}
	if !found {
		return k, store.ErrNotFound
	}
	if capture == nil {
		return k, nil
	}
	k.capture = *capture
	var location, truncated, digest text
	_, err = g.tx.row(`SELECT capture.status, CASE WHEN capture.status BETWEEN 300 AND 399 THEN capture.response_headers ->> '$.Location[0]' END,
		  capture.truncated, payload.digest
		FROM capture LEFT JOIN payload ON payload.id = capture.payload_id WHERE capture.id = ?`,
		[]any{k.capture}, &k.status, &location, &truncated, &digest)
	k.location, k.truncated, k.digest = string(location), string(truncated), string(digest)
	return k, err
}

// capture keeps the answer of a visit and gives its id. An answer that is the
// same as the newest one kept is not kept again, nor is one without a body:
// then it is the id of the newest.
func (g *group) capture(v *visit, was knownTarget) (int64, error) {
	c := v.Capture
	if c == nil {
		return was.capture, nil
	}
	if was.capture != 0 && was.answered(c) {
		if v.State == store.StateFetched {
			v.State = store.StateUnchanged
		}
		return was.capture, nil
	}
	payload, err := g.payload(v.body)
	if err != nil {
		return 0, err
	}
	d := v.Document
	if d == nil {
		d = &extract.Document{}
	}
	if v.State == store.StateFetched {
		g.counts.Pages++
	}
	return g.tx.insert(`INSERT INTO capture (target_id, url, captured_at, status, method, proto, remote_addr,
		  request_headers, response_headers, media_type, charset, payload_id, encoded, truncated, broken, kind, kind_reason, title, next_page, page_number)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.Target.ID, clean(orElse(c.URL, v.Target.URL)), stamp(c.CapturedAt), c.Status, clean(orElse(c.Method, "GET")),
		null(c.Proto), null(c.RemoteAddr), v.request, v.response, null(c.MediaType), null(d.Charset), payload,
		c.Encoded, null(c.Truncated), null(c.Broken), null(string(d.Kind)), null(d.Reason), null(d.Title),
		null(d.NextPage), numberOr(d.PageNumber))
}

// payload keeps a body once.
func (g *group) payload(b *body) (int64, error) {
	if b.packed != nil {
		r, err := g.tx.result(`INSERT INTO payload (digest, size, body) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING`,
			b.digest, b.size, b.packed)
		if err != nil {
			return 0, err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			id, _ := r.LastInsertId() // this driver's never fails
			return id, err
		}
	}
	var id int64
	found, err := g.tx.row(`SELECT id FROM payload WHERE digest = ?`, []any{b.digest}, &id)
	if err != nil || found {
		return id, err
	}
	// It was believed to be there, since the target's newest capture had it
	// when the target was handed out. That has changed meanwhile.
	return g.payload(&body{digest: b.digest, size: b.size, packed: g.c.a.compress(b.raw)})
}

// answered says whether the newest capture is the same as c. Redirects differ
// by where they lead: their bodies seldom say.
func (k knownTarget) answered(c *store.Capture) bool {
	leads := c.Status < 300 || c.Status > 399 || clean(c.ResponseHeader.Get("Location")) == k.location
	return c.Digest == k.digest && c.Status == k.status && c.Truncated == k.truncated && leads
}

func (g *group) visitRow(v *visit, capture int64) error {
	// A visit without a capture of its own points to the newest only where it
	// says that this one still holds.
	var id any
	if capture != 0 && (v.Capture != nil || v.State == store.StateUnchanged) {
		id = capture
	}
	return g.tx.exec(`INSERT INTO visit (run_id, target_id, started_at, took, status, outcome, reason, class, bytes, capture_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.c.run.ID, v.Target.ID, stampOr(v.Started, v.now), seconds(v.Took), numberOr(v.Status), v.State, null(v.Reason), null(v.Class), v.Bytes, id)
}

// updateTarget writes what the target became. The validators for the next
// visit are those of the newest capture; a 304 need not repeat them.
func (g *group) updateTarget(v *visit, capture int64) error {
	attempt := 0
	if !v.RetryAt.IsZero() && !v.Postponed {
		attempt = 1
	}
	var id any
	if capture != 0 {
		id = capture
	}
	return g.tx.exec(`UPDATE target SET state = ?1, reason = ?2, class = ?3, due_at = ?4, attempts = attempts + ?5,
		  etag = CASE WHEN ?6 THEN ?7 ELSE coalesce(?7, etag) END,
		  last_modified = CASE WHEN ?6 THEN ?8 ELSE coalesce(?8, last_modified) END,
		  capture_id = ?9,
		  url = coalesce(?10, url), key = CASE WHEN ?10 IS NULL THEN key ELSE nullif(coalesce(key, url), ?10) END,
		  hops = hops + (?10 IS NOT NULL)
		WHERE id = ?11`,
		v.State, null(v.Reason), null(v.Class), stampUp(v.RetryAt), attempt,
		v.State == store.StateFetched || v.Capture != nil, null(v.ETag), null(v.LastModified), id, null(v.MovedTo), v.Target.ID)
}

// note adds the visit to what the group changes about the host and the run.
func (g *group) note(v *visit, was knownTarget) {
	h := g.host(was.host)
	if !v.NextAllowedAt.IsZero() {
		h.visited, h.nextAllowed, h.delay = true, v.NextAllowedAt, v.Delay
	}
	switch due := !v.RetryAt.IsZero(); {
	case was.due && !due:
		h.pending--
	case !was.due && due:
		h.pending++
		h.due = earlier(h.due, stampUp(v.RetryAt).(string))
	}
	n := store.Counts{Bytes: v.Bytes, States: map[store.State]int{v.State: 1}}
	if v.Fetched {
		n.Visits = 1
	}
	if v.Class != "" {
		n.Reasons = map[string]int{clean(v.Class): 1}
	}
	addCounts(&g.counts, n)
}

// article keeps what was read of a capture: a new revision where the text or the
// metadata differ from the newest. What this extractor has read of this very
// capture before stands: it may have been read better since, with what is known
// of its site or with the pages that follow.
func (g *group) article(v *visit, capture int64, before bool) error {
	if !before {
		return g.published(v, capture, 1)
	}
	newest, err := g.newestRevision(v.Target.ID)
	switch {
	case err != nil, newest.capture == capture && newest.extractor == extract.Version:
		return err
	case newest.holds(v.article):
		return g.settleArticle(v.Target.ID, v.TemplatePages)
	}
	if same, err := g.sameFirstPage(v, newest.capture); err != nil || same {
		return err
	}
	return g.published(v, capture, newest.number+1)
}

// published adds a revision that the site has made.
func (g *group) published(v *visit, capture int64, number int) error {
	g.counts.Articles++
	v.Revised = true
	return g.revision(v, capture, number)
}

// sameFirstPage says whether the newest revision is one of several pages, and
// the first page is what it was when it was read alone.
func (g *group) sameFirstPage(v *visit, capture int64) (bool, error) {
	var joined bool
	var next text
	if _, err := g.tx.row(`SELECT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id AND position > 0), capture.next_page
		FROM article JOIN capture ON capture.id = article.capture_id
		WHERE article.target_id = ? ORDER BY revision DESC LIMIT 1`, []any{v.Target.ID}, &joined, &next); err != nil || !joined {
		return false, err
	}
	alone, err := g.revisionWhere(`target_id = ? AND capture_id = ? AND NOT EXISTS (SELECT 1 FROM article_part WHERE article_id = article.id AND position > 0)`,
		v.Target.ID, capture)
	return alone.holds(v.article) && string(next) == v.Document.NextPage, err
}

// revision adds a revision of an article. What was part of the one before is
// part of it no more.
func (g *group) revision(v *visit, capture int64, number int) error {
	if number > 1 {
		if err := g.releaseParts(v.Target.ID); err != nil {
			return err
		}
	}
	a := v.article
	args := []any{v.Target.ID, capture, number}
	for _, m := range a.meta {
		args = append(args, null(m))
	}
	args = append(args, a.Text, a.HTML, a.WordCount, len(v.Document.Links), a.textDigest, extract.Version, a.Quality, a.sources, a.otherLinks, v.TemplatePages, a.signals)
	id, err := g.tx.insert(`INSERT INTO article (target_id, capture_id, revision, canonical_url, title, authors, published_at, modified_at,
		  site_name, language, description, section, tags, image, license, paywalled, translations,
		  text, html, word_count, link_count, text_digest, extractor, quality, sources, other_links, template_pages, signals)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...)
	if err != nil {
		return err
	}
	return g.articleParts(id, a)
}

// revision is what is known of the newest revision of an article.
type revision struct {
	number    int   // 0 if there is none
	capture   int64 // that it was read from
	extractor string
	digest    string // of its text
	meta      [metaColumns]string
}

// holds says whether its text and metadata are those of a.
func (r revision) holds(a *article) bool { return r.digest == a.textDigest && r.meta == a.meta }

func (g *group) newestRevision(target int64) (revision, error) {
	return g.revisionWhere(`target_id = ?`, target)
}

// revisionWhere gives the newest of the revisions that a condition is true of.
func (g *group) revisionWhere(where string, args ...any) (revision, error) {
	var r revision
	s := &textFields{}
	dest := []any{&r.number, &r.capture, s.to(&r.extractor), s.to(&r.digest)}
	for i := range r.meta {
		dest = append(dest, s.to(&r.meta[i]))
	}
	_, err := g.tx.row(`SELECT revision, capture_id, extractor, text_digest, canonical_url, title, authors, published_at, modified_at,
		  site_name, language, description, section, tags, image, license, paywalled, translations
		FROM article WHERE `+where+` ORDER BY revision DESC LIMIT 1`, args, dest...)
	s.set()
	return r, err
}

func (g *group) articleParts(id int64, a *article) error {
	if a.bodyLinks != nil {
		if err := g.tx.exec(`INSERT INTO body_link (article_id, position, url, text, rel)
			SELECT ?1, value ->> 'position', value ->> 'url', value ->> 'text', value ->> 'rel' FROM json_each(?2)`,
			id, a.bodyLinks); err != nil {
			return err
		}
	}
	if a.images == nil {
		return nil
	}
	return g.tx.exec(`INSERT INTO image (article_id, position, url, alt, caption)
		SELECT ?1, key, value ->> 'url', value ->> 'alt', value ->> 'caption' FROM json_each(?2)`,
		id, a.images)
}

// numberOr is a number, NULL for 0.
func numberOr(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func stampOr(t time.Time, other string) any {
	if t.IsZero() {
		return other
	}
	return stamp(t)
}
