package sqlite

import (
	"context"

	"stet/extract"
	"stet/store"
)

const (
	// indexAtOnce articles, or indexBytes of text, are indexed in one
	// transaction, so that a running crawl never waits long.
	indexAtOnce = 50
	indexBytes  = 1 << 20
)

// Search gives the best hits. The index is brought up to date first, unless
// the archive is open for reading only. The kinds of page other than articles
// are not indexed.
func (a *Archive) Search(ctx context.Context, q store.Query) ([]store.Hit, error) {
	hits, err := a.search(ctx, q)
	return hits, wrap("search", err)
}

func (a *Archive) search(ctx context.Context, q store.Query) ([]store.Hit, error) {
	if a.writer != nil {
		if _, err := a.Index(ctx, 0); err != nil {
			return nil, err
		}
	}
	terms := parseQuery(q.Text)
	if len(terms) == 0 || q.Filter.Kind != "" && q.Filter.Kind != "any" && !extract.Kind(q.Filter.Kind).HasText() {
		return nil, nil
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	if q.Filter.Limit > 0 {
		limit = min(limit, q.Filter.Limit)
	}
	// The ranking is BM25 with the weights that the schema sets.
	best, args := "SELECT rowid AS id, rank AS score FROM search WHERE search MATCH ?", []any(nil)
	if where, more := a.condition(q.Filter); where != "" {
		best, args = `SELECT search.rowid AS id, search.rank AS score FROM search
			JOIN article a ON a.id = search.rowid JOIN target t ON t.id = a.target_id JOIN capture c ON c.id = a.capture_id
			WHERE search MATCH ?`+where, more
	}
	rows, err := a.readers.QueryContext(ctx, "SELECT "+a.columns()+", hit.score FROM ("+best+` ORDER BY rank LIMIT ?) AS hit
		JOIN article a ON a.id = hit.id JOIN target t ON t.id = a.target_id JOIN capture c ON c.id = a.capture_id
		LEFT JOIN payload p ON p.id = c.payload_id ORDER BY hit.score, a.id`,
		append(append([]any{match(terms)}, args...), limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []entryRow
	var hits []store.Hit
	for rows.Next() {
		h := store.Hit{}
		e, err := scanEntry(rows, &h.Score)
		if err != nil {
			return nil, err
		}
		h.Score = -h.Score // FTS5 gives less for better
		h.Snippet, h.Title = snippet(e.Text, terms), marked(e.Title, terms)
		page, hits = append(page, e), append(hits, h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if err := a.addImages(ctx, page); err != nil {
		return nil, err
	}
	for i := range hits {
		hits[i].Entry = page[i].Entry
	}
	return hits, nil
}

// Index adds up to most articles that are not yet in the search index, all of
// them if most is 0, and says how many it added. It may run beside a crawl; it
// returns early, with what it did and ctx's error, when ctx ends.
func (a *Archive) Index(ctx context.Context, most int) (int, error) {
	if a.writer == nil {
		return 0, wrap("index", errReadOnly)
	}
	for done := 0; ; {
		if err := ctx.Err(); err != nil {
			return done, wrap("index", err)
		}
		n := indexAtOnce
		if most > 0 {
			n = min(n, most-done)
		}
		added, left, err := a.indexSome(ctx, n)
		done += added
		if err != nil || !left || most > 0 && done >= most {
			return done, wrap("index", err)
		}
	}
}

// document is an article as the index knows it.
type document struct {
	id, target           int64
	revision             int
	title, authors, text string
}

// indexSome indexes the next articles in one transaction, and says how many and
// whether more may be left. The text is read and cut before it begins; where
// somebody else has indexed meanwhile nothing is done.
func (a *Archive) indexSome(ctx context.Context, most int) (added int, left bool, err error) {
	if stale, err := a.staleIndex(ctx); err != nil {
		return 0, false, err
	} else if stale {
		return 0, true, a.writer.write(emptyIndex)
	}
	docs, upto, err := a.toIndex(ctx, most)
	if err != nil || len(docs) == 0 {
		return 0, false, err
	}
	err = a.writer.write(func(t tx) error {
		var rule int
		var now int64
		if _, err := t.row(`SELECT search_rule, search_upto FROM archive`, nil, &rule, &now); err != nil {
			return err
		}
		if now != upto || rule != searchRule {
			return nil
		}
		for _, d := range docs {
			if err := indexOne(t, d); err != nil {
				return err
			}
		}
		added = len(docs)
		return t.exec(`UPDATE archive SET search_upto = ?`, docs[len(docs)-1].id)
	})
	if err != nil {
		return 0, false, err
	}
	return added, true, nil
}

func (a *Archive) staleIndex(ctx context.Context) (bool, error) {
	var rule int
	err := a.readers.QueryRowContext(ctx, `SELECT search_rule FROM archive`).Scan(&rule)
	return rule != searchRule, err
}

// emptyIndex throws away an index whose words were cut by another rule.
func emptyIndex(t tx) error {
	var rule int
	if _, err := t.row(`SELECT search_rule FROM archive`, nil, &rule); err != nil || rule == searchRule {
		return err // somebody else was faster
	}
	if err := t.exec(`INSERT INTO search (search) VALUES ('delete-all')`); err != nil {
		return err
	}
	return t.exec(`UPDATE archive SET search_rule = ?, search_upto = 0`, searchRule)
}

// toIndex reads the next articles.
func (a *Archive) toIndex(ctx context.Context, most int) (docs []document, upto int64, err error) {
	if err := a.readers.QueryRowContext(ctx, `SELECT search_upto FROM archive`).Scan(&upto); err != nil {
		return nil, 0, err
	}
	rows, err := a.readers.QueryContext(ctx, `SELECT id, target_id, revision, title, authors, text FROM article WHERE id > ? ORDER BY id LIMIT ?`, upto, most)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for size := 0; size < indexBytes && rows.Next(); {
		var d document
		s := &textFields{}
		if err := rows.Scan(&d.id, &d.target, &d.revision, s.to(&d.title), s.to(&d.authors), s.to(&d.text)); err != nil {
			return nil, 0, err
		}
		s.set()
		size += len(d.text)
		d.title, d.authors, d.text = spaced(d.title), spaced(d.authors), spaced(d.text)
		docs = append(docs, d)
	}
	return docs, upto, rows.Err()
}

// indexOne adds a revision and takes out the one before, which is done by
// naming the words it was added with.
func indexOne(t tx, d document) error {
	if d.revision > 1 {
		var old document
		s := &textFields{}
		found, err := t.row(`SELECT id, title, authors, text FROM article WHERE target_id = ? AND id < ? ORDER BY revision DESC LIMIT 1`,
			[]any{d.target, d.id}, &old.id, s.to(&old.title), s.to(&old.authors), s.to(&old.text))
		if err != nil {
			return err
		}
		s.set()
		if found {
			if err := t.exec(`INSERT INTO search (search, rowid, title, authors, text) VALUES ('delete', ?, ?, ?, ?)`,
				old.id, spaced(old.title), spaced(old.authors), spaced(old.text)); err != nil {
				return err
			}
		}
	}
	return t.exec(`INSERT INTO search (rowid, title, authors, text) VALUES (?, ?, ?, ?)`, d.id, d.title, d.authors, d.text)
}
