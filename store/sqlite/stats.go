package sqlite

import (
	"context"
	"database/sql"

	"stet/store"
)

// Stats counts what the archive holds.
func (a *Archive) Stats(ctx context.Context) (store.Stats, error) {
	s, err := a.stats(ctx)
	return s, wrap("count the archive", err)
}

func (a *Archive) stats(ctx context.Context) (store.Stats, error) {
	s := store.Stats{FileBytes: a.fileBytes(), Targets: map[store.State]int{}}
	// One snapshot for all figures: they belong together.
	tx, err := a.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s, err
	}
	defer tx.Rollback() // nothing was written
	states, err := countBy(ctx, tx, `SELECT state, count(*) FROM target GROUP BY state`)
	if err != nil {
		return s, err
	}
	for k, n := range states {
		s.Targets[store.State(k)] = n
	}
	if s.Kinds, err = countBy(ctx, tx, `SELECT kind, count(*) FROM capture
		WHERE kind IS NOT NULL AND id IN (SELECT capture_id FROM target) GROUP BY 1`); err != nil {
		return s, err
	}
	if s.Languages, err = countBy(ctx, tx, `SELECT coalesce(a.language, ''), count(*) FROM article a JOIN target t ON t.id = a.target_id
		WHERE `+isNewest+a.exceptParts()+` GROUP BY 1`); err != nil {
		return s, err
	}
	if s.Reasons, err = countBy(ctx, tx, `SELECT class, count(*) FROM target
		WHERE class IS NOT NULL AND state NOT IN ('fetched', 'unchanged') GROUP BY class`); err != nil {
		return s, err
	}
	s.Refused = map[string]int{}
	if a.format >= formatRefused {
		if s.Refused, err = countBy(ctx, tx, `SELECT reason, count(*) FROM refused GROUP BY reason`); err != nil {
			return s, err
		}
	}
	if err := a.sums(ctx, tx, &s); err != nil {
		return s, err
	}
	s.Sites, err = a.sites(ctx, tx)
	return s, err
}

// countBy reads a name and a count per row.
func countBy(ctx context.Context, tx *sql.Tx, query string) (map[string]int, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := map[string]int{}
	for rows.Next() {
		var k string
		var n int
		if err := rows.Scan(&k, &n); err != nil {
			return nil, err
		}
		m[k] = n
	}
	return m, rows.Err()
}

func (a *Archive) sums(ctx context.Context, tx *sql.Tx, s *store.Stats) error {
	var first, last text
	for _, q := range []struct {
		query string
		dest  []any
	}{
		{`SELECT count(DISTINCT a.target_id), count(*) FROM article a JOIN target t ON t.id = a.target_id WHERE true` + a.exceptParts(), []any{&s.Articles, &s.Revisions}},
		{`SELECT coalesce(sum(a.word_count), 0), coalesce(sum(a.link_count), 0) FROM article a JOIN target t ON t.id = a.target_id
			WHERE ` + isNewest + a.exceptParts(), []any{&s.Words, &s.Links}},
		{`SELECT count(*), min(captured_at), max(captured_at) FROM capture`, []any{&s.Captures, &first, &last}},
		{`SELECT coalesce(sum(size), 0), coalesce(sum(length(body)), 0) FROM payload`, []any{&s.BodyBytes, &s.Stored}},
		{`SELECT count(*) FROM site`, []any{&s.SitesTotal}},
	} {
		if err := tx.QueryRowContext(ctx, q.query).Scan(q.dest...); err != nil {
			return err
		}
	}
	s.First, s.Last = first.time(), last.time()
	return nil
}

// sites counts the 50 sites with most articles.
func (a *Archive) sites(ctx context.Context, tx *sql.Tx) ([]store.SiteCount, error) {
	rows, err := tx.QueryContext(ctx, `SELECT site.name, count(*), count(article.id)
		FROM target t JOIN host ON host.id = t.host_id JOIN site ON site.id = host.site_id
		LEFT JOIN article ON article.target_id = t.id AND article.revision = 1`+a.exceptParts()+`
		WHERE t.capture_id IS NOT NULL
		GROUP BY site.id ORDER BY 3 DESC, 2 DESC, 1 LIMIT 50`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []store.SiteCount
	for rows.Next() {
		var c store.SiteCount
		if err := rows.Scan(&c.Site, &c.Pages, &c.Articles); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
