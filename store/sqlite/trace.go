package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"

	"stet/store"
)

const (
	// linkedByMost is how many pages Trace lists.
	linkedByMost = 20
	// otherLinksSearched is how many of the newest articles Trace looks
	// through for links outside the text, which have no index.
	otherLinksSearched = 5000
)

// Trace gives everything known of one URL. The pages that link to it are
// those with it in their text, then those of the newest 5,000 articles that
// have it elsewhere.
func (a *Archive) Trace(ctx context.Context, key, url string) (store.Trace, error) {
	t, err := a.trace(ctx, key, url)
	return t, wrap("trace "+url, err)
}

func (a *Archive) trace(ctx context.Context, key, url string) (store.Trace, error) {
	t := store.Trace{URL: url}
	id, err := a.targetID(ctx, key)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return t, err
	}
	if known {
		if err := a.traceTarget(ctx, id, &t); err != nil {
			return t, err
		}
	}
	refusedURL, err := a.traceRefused(ctx, key, &t)
	if err != nil {
		return t, err
	}
	if !known && len(t.Refused) > 0 {
		t.URL = refusedURL
	}
	if t.LinkedBy, err = a.linkedBy(ctx, t.URL, url); err != nil {
		return t, err
	}
	if !known && len(t.Refused) == 0 && len(t.LinkedBy) == 0 {
		return t, store.ErrNotFound
	}
	return t, nil
}

// traceRefused adds where a key was refused, and gives the URL it was found
// under first.
func (a *Archive) traceRefused(ctx context.Context, key string, t *store.Trace) (url string, err error) {
	if a.format < formatRefused {
		return "", nil
	}
	ids, err := a.refusals(ctx, clean(key))
	if err != nil || len(ids) == 0 {
		return "", err
	}
	rows, err := a.readers.QueryContext(ctx, `SELECT refused.url, refused.via, refused.found_at, refused.reason,
		  finder.url, finder.depth + (refused.via <> 'redirect'), job.name, job.config
		FROM refused JOIN target finder ON finder.id = refused.found_on JOIN job ON job.id = refused.job_id
		WHERE refused.id IN (SELECT value FROM json_each(?)) ORDER BY refused.id`, toJSON(ids))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var r store.RefusalRow
		var found string
		var at text
		if err := rows.Scan(&found, &r.Via, &at, &r.Reason, &r.FoundOn, &r.Depth, &r.Job, &r.JobConfig); err != nil {
			return "", err
		}
		r.FoundAt, url = at.time(), orElse(url, found)
		t.Refused = append(t.Refused, r)
	}
	return url, rows.Err()
}

// refusals gives the rows of a key: at most one of each job, under the same
// hash or under that of a later n.
func (a *Archive) refusals(ctx context.Context, key string) ([]int64, error) {
	var ids []int64
	for n, more := 0, true; more; n++ {
		hash, _ := a.hash(key, n)
		rows, err := a.readers.QueryContext(ctx, `SELECT id, coalesce(key, url) = ? FROM refused WHERE key_hash = ?`, key, hash)
		if err != nil {
			return nil, err
		}
		for more = false; rows.Next(); more = true {
			var id int64
			var same bool
			if err := rows.Scan(&id, &same); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			if same {
				ids = append(ids, id)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (a *Archive) traceTarget(ctx context.Context, id int64, t *store.Trace) error {
	t.TargetID = id
	var host string
	var foundAt, due text
	s := &textFields{}
	err := a.readers.QueryRowContext(ctx, `SELECT target.url, target.state, target.reason, target.via, target.depth, target.attempts,
		  finder.url, target.discovered_at, target.due_at, job.name, job.config, host.name
		FROM target JOIN job ON job.id = target.job_id JOIN host ON host.id = target.host_id
		LEFT JOIN target finder ON finder.id = target.found_on
		WHERE target.id = ?`, id).Scan(&t.URL, &t.State, s.to(&t.Reason), &t.Via, &t.Depth, &t.Attempts,
		s.to(&t.FoundOn), &foundAt, &due, &t.Job, &t.JobConfig, &host)
	if err != nil {
		return err
	}
	s.set()
	t.FoundAt, t.DueAt = foundAt.time(), due.time()
	if err := a.traceParts(ctx, id, t); err != nil {
		return err
	}
	if t.Visits, err = a.visits(ctx, id); err != nil {
		return err
	}
	if t.Revisions, err = a.revisions(ctx, id); err != nil {
		return err
	}
	t.Robots, err = a.robotsFor(ctx, t, host)
	return err
}

// traceParts adds the pages of an article of several.
func (a *Archive) traceParts(ctx context.Context, id int64, t *store.Trace) error {
	if a.format < formatTemplates {
		return nil
	}
	var first, parts text
	err := a.readers.QueryRowContext(ctx, `SELECT (SELECT url FROM target WHERE id = t.part_of), (`+partURLs+`
		  WHERE article_part.article_id = (SELECT id FROM article WHERE target_id = t.id ORDER BY revision DESC LIMIT 1))
		FROM target t WHERE t.id = ?`, id).Scan(&first, &parts)
	if err != nil {
		return err
	}
	t.PartOf = string(first)
	t.Parts, err = severalPages(parts)
	return err
}

// robotsFor gives the newest robots.txt of the URL's origin that was there at
// its last visit, or else the newest.
func (a *Archive) robotsFor(ctx context.Context, t *store.Trace, host string) (*store.Robots, error) {
	u, err := url.Parse(t.URL)
	if err != nil {
		return nil, nil // a URL that only a browser reads: its robots.txt is not shown
	}
	var at time.Time
	if n := len(t.Visits); n > 0 {
		at = t.Visits[n-1].Started
	}
	origin := u.Scheme + "://" + host
	r, err := a.robots(ctx, origin, at)
	if errors.Is(err, store.ErrNotFound) {
		r, err = a.robots(ctx, origin, time.Time{})
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &r, err
}

func (a *Archive) visits(ctx context.Context, target int64) ([]store.VisitRow, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT visit.run_id, visit.started_at, visit.took, coalesce(visit.status, 0), visit.outcome,
		  visit.reason, visit.bytes, payload.digest, capture.media_type, capture.truncated, capture.kind, capture.kind_reason
		FROM visit LEFT JOIN capture ON capture.id = visit.capture_id
		LEFT JOIN payload ON payload.id = capture.payload_id
		WHERE visit.target_id = ? ORDER BY visit.id`, target)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.VisitRow
	for rows.Next() {
		var v store.VisitRow
		var started text
		var took float64
		s := &textFields{}
		if err := rows.Scan(&v.Run, &started, &took, &v.Status, &v.State, s.to(&v.Reason), &v.Bytes, s.to(&v.Digest),
			s.to(&v.MediaType), s.to(&v.Truncated), s.to(&v.Kind), s.to(&v.KindWhy)); err != nil {
			return nil, err
		}
		s.set()
		v.Started, v.Took = started.time(), readSeconds(took)
		all = append(all, v)
	}
	return all, rows.Err()
}

func (a *Archive) revisions(ctx context.Context, target int64) ([]store.Revision, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT article.revision, capture.captured_at, article.title, article.text_digest, article.extractor
		FROM article JOIN capture ON capture.id = article.capture_id
		WHERE article.target_id = ? ORDER BY article.revision`, target)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.Revision
	for rows.Next() {
		var r store.Revision
		var captured, title text
		if err := rows.Scan(&r.Number, &captured, &title, &r.TextDigest, &r.Extractor); err != nil {
			return nil, err
		}
		r.CapturedAt, r.Title = captured.time(), string(title)
		all = append(all, r)
	}
	return all, rows.Err()
}

// linkedBy lists pages that link to a URL, under the spelling it was asked
// for or the one it is kept under.
func (a *Archive) linkedBy(ctx context.Context, kept, asked string) ([]string, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT DISTINCT target.url FROM body_link
		JOIN article ON article.id = body_link.article_id JOIN target ON target.id = article.target_id
		WHERE body_link.url IN (?, ?) LIMIT ?`, kept, asked, linkedByMost)
	if err != nil {
		return nil, err
	}
	all, err := stringsOf(rows)
	if err != nil || len(all) == linkedByMost {
		return all, err
	}
	rows, err = a.readers.QueryContext(ctx, `SELECT DISTINCT target.url
		FROM (SELECT id, target_id, other_links FROM article ORDER BY id DESC LIMIT ?) AS newest
		JOIN target ON target.id = newest.target_id
		WHERE (instr(newest.other_links, ?) OR instr(newest.other_links, ?))
		  AND target.url NOT IN (SELECT value FROM json_each(?))
		LIMIT ?`, otherLinksSearched, `"url":`+toJSON(kept), `"url":`+toJSON(asked), toJSON(append([]string{}, all...)), linkedByMost-len(all))
	if err != nil {
		return nil, err
	}
	more, err := stringsOf(rows)
	return append(all, more...), err
}

// Runs gives the newest runs first. One whose process is known to have died
// is shown as interrupted.
func (a *Archive) Runs(ctx context.Context, limit int) ([]store.Run, error) {
	rs, err := a.runs(ctx, limit)
	return rs, wrap("read runs", err)
}

func (a *Archive) runs(ctx context.Context, limit int) ([]store.Run, error) {
	if limit <= 0 {
		limit = -1 // all
	}
	var owner text
	if err := a.readers.QueryRowContext(ctx, `SELECT crawl_owner FROM archive`).Scan(&owner); err != nil {
		return nil, err
	}
	over := owner == "" || processDead(string(owner))
	rows, err := a.readers.QueryContext(ctx, `SELECT run.id, job.name, run.round, run.state, run.reason, run.started_at, run.finished_at,
		  run.config, run.made_by, run.counts
		FROM run JOIN job ON job.id = run.job_id ORDER BY run.id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.Run
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, err
		}
		if over && r.State == store.RunRunning {
			r.State = store.RunInterrupted // the next Begin writes it down
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func scanRun(rows *sql.Rows) (store.Run, error) {
	var r store.Run
	var reason, started, finished, counts text
	if err := rows.Scan(&r.ID, &r.Job, &r.Round, &r.State, &reason, &started, &finished, &r.Config, &r.MadeBy, &counts); err != nil {
		return r, err
	}
	r.Reason, r.StartedAt, r.FinishedAt = string(reason), started.time(), finished.time()
	return r, fromJSON(counts, &r.Counts)
}
