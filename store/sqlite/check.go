package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"stet/store"
)

// findingsMost bounds what one check tells of damage.
const findingsMost = 20

// Check looks for damage. What is wrong is a finding; an error is only what
// kept it from looking.
func (a *Archive) Check(ctx context.Context) ([]store.Finding, error) {
	var all []store.Finding
	for _, check := range []func(context.Context) ([]store.Finding, error){
		a.checkFile, a.checkReferences, a.checkPayloads, a.checkRows, a.checkIndex,
	} {
		fs, err := check(ctx)
		if err != nil {
			return all, wrap("check the archive", err)
		}
		all = append(all, fs...)
	}
	return all, nil
}

// findings gives one finding per fault, or one that says what was looked at.
func findings(check, looked string, faults []string) []store.Finding {
	if len(faults) == 0 {
		return []store.Finding{{Check: check, OK: true, Detail: looked}}
	}
	var fs []store.Finding
	for i, f := range faults {
		if i == findingsMost {
			f = fmt.Sprintf("and %d more", len(faults)-i)
		}
		fs = append(fs, store.Finding{Check: check, Detail: f})
		if i == findingsMost {
			break
		}
	}
	return fs
}

// checkFile lets SQLite look through the structure of the file and its
// indexes.
func (a *Archive) checkFile(ctx context.Context) ([]store.Finding, error) {
	rows, err := a.readers.QueryContext(ctx, `PRAGMA integrity_check`)
	if err != nil {
		return nil, err
	}
	lines, err := stringsOf(rows)
	if err != nil {
		// So damaged that SQLite cannot even look.
		lines = append(lines, err.Error())
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(lines) == 1 && lines[0] == "ok" {
		lines = nil
	}
	return findings("integrity", "the file's structure is whole", lines), nil
}

// checkReferences looks for rows that point to rows that are not there.
func (a *Archive) checkReferences(ctx context.Context) ([]store.Finding, error) {
	faults, err := a.faults(ctx, `SELECT "table" || ' ' || coalesce(rowid, '') || ' points to a missing ' || parent FROM pragma_foreign_key_check`)
	return findings("references", "every row points to rows that are there", faults), err
}

// checkPayloads unpacks every body and compares it with its digest.
func (a *Archive) checkPayloads(ctx context.Context) ([]store.Finding, error) {
	var faults []string
	var n int
	var bytes int64
	for after := int64(0); ; n++ {
		var digest string
		var size int64
		var packed, dictionary []byte
		err := a.readers.QueryRowContext(ctx, `SELECT payload.id, payload.digest, payload.size, payload.body, dictionary.body
			FROM payload LEFT JOIN dictionary ON dictionary.id = payload.dictionary_id
			WHERE payload.id > ? ORDER BY payload.id LIMIT 1`, after).Scan(&after, &digest, &size, &packed, &dictionary)
		if err == sql.ErrNoRows {
			break
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil { // the file is damaged here; integrity says where
			faults = append(faults, fmt.Sprintf("the bodies after %d cannot be read: %v", after, err))
			break
		}
		if _, err := unpack(packed, dictionary, size, digest); err != nil {
			faults = append(faults, fmt.Sprintf("payload %d: %v", after, err))
		}
		bytes += size
	}
	return findings("payload", fmt.Sprintf("%d bodies, %d bytes, have their digests", n, bytes), faults), nil
}

// rowChecks are questions whose answers should be empty, one sentence per
// fault, to archives of a format and later ones.
var rowChecks = []struct {
	since                int
	check, looked, query string
}{
	{1, "orphan", "every body, capture and article belongs to a target",
		`SELECT 'payload ' || id || ' belongs to no capture' FROM payload WHERE id NOT IN (SELECT payload_id FROM capture WHERE payload_id IS NOT NULL)
		UNION ALL SELECT 'capture ' || capture.id || ' is of another target than article ' || article.id
			FROM article JOIN capture ON capture.id = article.capture_id WHERE capture.target_id <> article.target_id`},
	{formatRefused, "refused", "every link that was not followed was found on a page that was visited",
		`SELECT 'refused ' || id || ' was found on target ' || found_on || ', which was never visited'
			FROM refused WHERE found_on NOT IN (SELECT target_id FROM visit)`},
	{1, "target", "every target points to its newest capture",
		`SELECT 'target ' || target.id || ' points to capture ' || target.capture_id || ' of target ' || capture.target_id
			FROM target JOIN capture ON capture.id = target.capture_id WHERE capture.target_id <> target.id
		UNION ALL SELECT 'target ' || target_id || ' does not point to its newest capture ' || newest
			FROM (SELECT target_id, max(id) AS newest FROM capture GROUP BY target_id) JOIN target ON target.id = target_id
			WHERE target.capture_id IS NOT newest`},
	{1, "queue", "the queues count what waits",
		`SELECT 'job ' || job_id || ', host ' || host_id || ': ' || sum(counted) || ' counted as waiting, ' || sum(waiting) || ' waiting'
			FROM (SELECT job_id, host_id, pending AS counted, 0 AS waiting FROM queue
				UNION ALL SELECT job_id, host_id, 0, 1 FROM target WHERE due_at IS NOT NULL)
			GROUP BY job_id, host_id HAVING sum(counted) <> sum(waiting)
		UNION ALL SELECT 'job ' || job_id || ', host ' || host_id || ' waits for ever' FROM queue WHERE pending > 0 AND ready_at IS NULL`},
	{1, "article", "the revisions of every article are numbered from 1",
		`SELECT 'target ' || target_id || ' has ' || count(*) || ' revisions up to number ' || max(revision)
			FROM article GROUP BY target_id HAVING count(*) <> max(revision) OR min(revision) <> 1`},
	{formatTemplates, "template", "the template that an article was cleaned by is there",
		`SELECT 'article ' || article.id || ' was cleaned by a template of ' || article.template_pages || ' pages of ' || site.name || ', which is not kept'
			FROM article JOIN target ON target.id = article.target_id JOIN host ON host.id = target.host_id JOIN site ON site.id = host.site_id
			WHERE article.template_pages > 0 AND NOT EXISTS (SELECT 1 FROM template WHERE site_id = site.id AND pages = article.template_pages)`},
	{formatTemplates, "parts", "every later page of an article is part of its newest revision",
		`SELECT 'target ' || target.id || ' is a later page of target ' || target.part_of || ', whose article is not joined from it'
			FROM target WHERE part_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM article_part JOIN capture part ON part.id = article_part.capture_id
				WHERE article_part.article_id = (SELECT id FROM article WHERE target_id = target.part_of ORDER BY revision DESC LIMIT 1)
				AND article_part.position > 0 AND part.target_id = target.id)`},
}

func (a *Archive) checkRows(ctx context.Context) ([]store.Finding, error) {
	var all []store.Finding
	for _, c := range rowChecks {
		if a.format < c.since {
			continue
		}
		faults, err := a.faults(ctx, c.query)
		if err != nil {
			return nil, err
		}
		all = append(all, findings(c.check, c.looked, faults)...)
	}
	return all, nil
}

// checkIndex compares the search index with the articles: its own structure,
// and that it holds every newest revision up to where it says it is.
func (a *Archive) checkIndex(ctx context.Context) ([]store.Finding, error) {
	// What the index should hold, and what it does. Its table of sizes has one
	// row for each article.
	faults, err := a.faults(ctx, `WITH upto (id) AS MATERIALIZED (SELECT search_upto FROM archive),
		newest (id) AS MATERIALIZED (SELECT max(article.id) FROM article, upto WHERE article.id <= upto.id GROUP BY article.target_id)
		SELECT 'article ' || id || ' is not in the index' FROM (SELECT id FROM newest EXCEPT SELECT id FROM search_docsize)
		UNION ALL SELECT 'the index holds article ' || id || ', which is not the newest revision' FROM (SELECT id FROM search_docsize EXCEPT SELECT id FROM newest)`)
	if err != nil {
		return nil, err
	}
	if a.writer != nil && len(faults) == 0 {
		err := a.writer.write(func(t tx) error {
			return t.exec(`INSERT INTO search (search) VALUES ('integrity-check')`)
		})
		if err != nil {
			faults = append(faults, err.Error())
		}
	}
	var waiting int
	if err := a.readers.QueryRowContext(ctx, `SELECT count(*) FROM article, archive WHERE article.id > archive.search_upto`).Scan(&waiting); err != nil {
		return nil, err
	}
	return findings("search", fmt.Sprintf("the index holds every article but the newest %d, which the next search adds", waiting), faults), nil
}

// faults runs a query that gives a sentence per fault.
func (a *Archive) faults(ctx context.Context, query string) ([]string, error) {
	rows, err := a.readers.QueryContext(ctx, query+" LIMIT 1000")
	if err != nil {
		return nil, err
	}
	return stringsOf(rows)
}
