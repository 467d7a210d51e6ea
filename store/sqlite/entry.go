package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"stet/extract"
	"stet/store"
)

// entryKind is the kind of an entry. A capture may be of a kind without text
// and have an article all the same, read from it later or kept from earlier.
const entryKind = `CASE WHEN a.id IS NULL OR c.kind IN ('forum', 'live-blog', 'documentation') THEN c.kind ELSE 'article' END`

// entryColumns are read by scanEntry. t is the target, a its newest article or
// NULL, c the article's capture or else the target's newest, p its payload.
const entryColumns = `t.id, t.url, a.id, a.canonical_url, coalesce(a.title, c.title), a.authors, a.published_at, a.modified_at,
	a.site_name, a.language, a.description, a.section, a.tags, a.image, a.license, a.text, a.html, coalesce(a.word_count, 0),
	coalesce(a.quality, 0), a.sources, a.text_digest, coalesce(a.revision, 0), a.extractor,
	` + entryKind + `, c.captured_at, c.status, p.digest,
	(SELECT site.name FROM host JOIN site ON site.id = host.site_id WHERE host.id = t.host_id), `

// laterColumns are those that came with formatTemplates.
const laterColumns = `a.paywalled, a.translations, a.signals, coalesce(a.template_pages, 0),
	(SELECT url FROM target WHERE id = t.part_of), (` + partURLs + ` WHERE article_part.article_id = a.id)`

// partURLs are the pages that an article was joined from, in order, as JSON.
const partURLs = `SELECT json_group_array(page.url ORDER BY article_part.position) FILTER (WHERE article_part.position >= 0)
	FROM article_part JOIN capture part ON part.id = article_part.capture_id JOIN target page ON page.id = part.target_id`

// columns are entryColumns and laterColumns, as far as the archive's format has
// them.
func (a *Archive) columns() string {
	if a.format < formatTemplates {
		return entryColumns + "NULL, NULL, NULL, 0, NULL, NULL"
	}
	return entryColumns + laterColumns
}

// severalPages gives the pages of an article from JSON, none of one that stands
// on a page alone.
func severalPages(from text) ([]string, error) {
	var urls []string
	if err := fromJSON(from, &urls); err != nil || len(urls) < 2 {
		return nil, err
	}
	return urls, nil
}

// isNewest is the condition that article a is its target's newest revision.
const isNewest = `NOT EXISTS (SELECT 1 FROM article n WHERE n.target_id = a.target_id AND n.revision > a.revision)`

// The newest article of each target, and each target with a capture.
const (
	fromArticles = ` FROM article a JOIN target t ON t.id = a.target_id JOIN capture c ON c.id = a.capture_id
		LEFT JOIN payload p ON p.id = c.payload_id
		WHERE ` + isNewest
	fromPages = ` FROM target t
		LEFT JOIN article a ON a.target_id = t.id AND a.revision = (SELECT max(n.revision) FROM article n WHERE n.target_id = t.id)
		JOIN capture c ON c.id = coalesce(a.capture_id, t.capture_id)
		LEFT JOIN payload p ON p.id = c.payload_id
		WHERE true`
)

// entryRow is an entry with the id of its article, 0 if it has none.
type entryRow struct {
	store.Entry
	article int64
}

func scanEntry(rows *sql.Rows, more ...any) (entryRow, error) {
	var e entryRow
	var article *int64
	var authors, tags, sources, captured, translations, signals, parts text
	s := &textFields{}
	dest := append([]any{&e.TargetID, &e.URL, &article, s.to(&e.CanonicalURL), s.to(&e.Title), &authors, s.to(&e.PublishedAt),
		s.to(&e.ModifiedAt), s.to(&e.SiteName), s.to(&e.Language), s.to(&e.Description), s.to(&e.Section), &tags,
		s.to(&e.Image), s.to(&e.License), s.to(&e.Text), s.to(&e.HTML), &e.WordCount, &e.Quality, &sources,
		s.to(&e.TextDigest), &e.Revision, s.to(&e.Extractor), s.to(&e.Kind), &captured, &e.Status, s.to(&e.ContentDigest), s.to(&e.Site),
		s.to(&e.Paywalled), &translations, &signals, &e.TemplatePages, s.to(&e.PartOf), &parts}, more...)
	if err := rows.Scan(dest...); err != nil {
		return e, err
	}
	s.set()
	if article != nil {
		e.article = *article
	}
	e.CapturedAt = captured.time()
	for _, j := range []struct {
		from text
		to   any
	}{{authors, &e.Authors}, {tags, &e.Tags}, {sources, &e.Sources}, {translations, &e.Translations}, {signals, &e.Signals}} {
		if err := fromJSON(j.from, j.to); err != nil {
			return e, fmt.Errorf("entry %d: %w", e.TargetID, err)
		}
	}
	var err error
	if e.Parts, err = severalPages(parts); err != nil {
		return e, fmt.Errorf("pages of entry %d: %w", e.TargetID, err)
	}
	return e, nil
}

// textFields reads columns that may be NULL into strings.
type textFields struct {
	from []*text
	into []*string
}

func (f *textFields) to(s *string) *text {
	t := new(text)
	f.from, f.into = append(f.from, t), append(f.into, s)
	return t
}

func (f *textFields) set() {
	for i, t := range f.from {
		*f.into[i] = string(*t)
	}
}

// condition is the WHERE of a filter, joined to what stands before with AND.
// Whether only articles may pass is not part of it.
func (a *Archive) condition(f store.Filter) (string, []any) {
	var b strings.Builder
	var args []any
	add := func(sql string, more ...any) {
		b.WriteString(" AND " + sql)
		args = append(args, more...)
	}
	if f.Kind != "any" {
		b.WriteString(a.exceptParts())
	}
	if f.Site != "" {
		add(`t.host_id IN (SELECT host.id FROM host JOIN site ON site.id = host.site_id WHERE site.name = ? OR host.name = ?)`,
			f.Site, f.Site)
	}
	if f.Language != "" {
		language := strings.ToLower(f.Language)
		add(`(lower(a.language) = ? OR substr(lower(a.language), 1, ?) = ?)`, language, len(language)+1, language+"-")
	}
	if f.After != "" {
		add(`a.published_at >= ?`, f.After)
	}
	if f.Before != "" {
		add(`a.published_at < ?`, f.Before)
	}
	switch {
	case f.Kind == "" || f.Kind == "any":
	case extract.Kind(f.Kind).HasText():
		add(`a.id IS NOT NULL AND `+entryKind+` = ?`, f.Kind)
	default:
		add(`a.id IS NULL AND c.kind = ?`, f.Kind)
	}
	return b.String(), args
}

// exceptParts is a condition on the target t that leaves out the later pages of
// articles, which are none of their own.
func (a *Archive) exceptParts() string {
	if a.format < formatTemplates {
		return ""
	}
	return " AND t.part_of IS NULL"
}

// onlyArticles says whether no page without a text can pass.
func onlyArticles(f store.Filter) bool {
	return f.Kind == "" || extract.Kind(f.Kind).HasText() ||
		f.Kind == "any" && (f.Language != "" || f.After != "" || f.Before != "")
}

// One read takes entriesAtOnce entries, or fewer when they hold more than
// entryBytes: memory stays flat, and between two reads no transaction holds up
// the writer's log, however slowly the entries are used.
const (
	entriesAtOnce = 64
	entryBytes    = 4 << 20
)

// Entries gives the pages that pass the filter, each as it is when it is read.
func (a *Archive) Entries(ctx context.Context, f store.Filter) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		var after int64
		for n := 0; f.Limit <= 0 || n < f.Limit; {
			page, err := a.entryPage(ctx, f, after)
			if err != nil {
				yield(store.Entry{}, wrap("read entries", err))
				return
			}
			if len(page) == 0 {
				return
			}
			for _, e := range page {
				if !yield(e.Entry, nil) {
					return
				}
				after = e.TargetID
				if n++; f.Limit > 0 && n == f.Limit {
					return
				}
			}
		}
	}
}

// entryPage reads the entries that follow a target.
func (a *Archive) entryPage(ctx context.Context, f store.Filter, after int64) ([]entryRow, error) {
	where, args := a.condition(f)
	query := "SELECT " + a.columns() + fromPages + " AND t.id > ?" + where + " ORDER BY t.id LIMIT ?"
	if onlyArticles(f) {
		query = "SELECT " + a.columns() + fromArticles + " AND a.target_id > ?" + where + " ORDER BY a.target_id LIMIT ?"
	}
	args = append(append([]any{after}, args...), entriesAtOnce)
	return a.entries(ctx, query, args...)
}

func (a *Archive) entries(ctx context.Context, query string, args ...any) ([]entryRow, error) {
	rows, err := a.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []entryRow
	for size := 0; size < entryBytes && rows.Next(); {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		size += len(e.Text) + len(e.HTML)
		page = append(page, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	// The connection goes back before the next query: a pool of one would
	// otherwise wait for itself.
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return page, a.addImages(ctx, page)
}

// addImages reads the pictures of a page of entries at once.
func (a *Archive) addImages(ctx context.Context, page []entryRow) error {
	at := map[int64]*entryRow{}
	var ids []int64
	for i := range page {
		if id := page[i].article; id != 0 {
			at[id] = &page[i]
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := a.readers.QueryContext(ctx, `SELECT image.article_id, image.url, image.alt, image.caption
		FROM json_each(?) AS wanted CROSS JOIN image ON image.article_id = wanted.value
		ORDER BY image.article_id, image.position`, toJSON(ids))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var img extract.Image
		var alt, caption text
		if err := rows.Scan(&id, &img.URL, &alt, &caption); err != nil {
			return err
		}
		img.Alt, img.Caption = string(alt), string(caption)
		at[id].Images = append(at[id].Images, img)
	}
	return rows.Err()
}

// Entry gives the newest revision of one page.
func (a *Archive) Entry(ctx context.Context, key string) (store.Entry, error) {
	id, err := a.targetID(ctx, key)
	if err != nil {
		return store.Entry{}, wrap("entry "+key, err)
	}
	page, err := a.entries(ctx, "SELECT "+a.columns()+fromPages+" AND t.id = ?", id)
	if err == nil && len(page) == 0 {
		err = store.ErrNotFound // known, but nothing of it was kept
	}
	if err != nil {
		return store.Entry{}, wrap("entry "+key, err)
	}
	return page[0].Entry, nil
}

// targetID finds a target by its key.
func (a *Archive) targetID(ctx context.Context, key string) (int64, error) {
	key = clean(key)
	for n := 0; ; n++ {
		hash, _ := a.hash(key, n)
		var id int64
		var same bool
		err := a.readers.QueryRowContext(ctx, `SELECT id, coalesce(key, url) = ? FROM target WHERE key_hash = ?`, key, hash).Scan(&id, &same)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return 0, store.ErrNotFound
		case err != nil || same:
			return id, err
		}
	}
}

// Links gives the links of the newest revision of a page.
func (a *Archive) Links(ctx context.Context, key string) ([]extract.Link, error) {
	links, err := a.links(ctx, key)
	return links, wrap("links of "+key, err)
}

func (a *Archive) links(ctx context.Context, key string) ([]extract.Link, error) {
	target, err := a.targetID(ctx, key)
	if err != nil {
		return nil, err
	}
	var article int64
	err = a.readers.QueryRowContext(ctx, `SELECT id FROM article WHERE target_id = ? ORDER BY revision DESC LIMIT 1`, target).Scan(&article)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	rows, err := a.readers.QueryContext(ctx, `SELECT url, text, rel, place FROM link WHERE article_id = ? ORDER BY position`, article)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var links []extract.Link
	for rows.Next() {
		var l extract.Link
		var label, rel text
		if err := rows.Scan(&l.URL, &label, &rel, &l.Place); err != nil {
			return nil, err
		}
		l.Text, l.Rel = string(label), string(rel)
		links = append(links, l)
	}
	return links, rows.Err()
}
