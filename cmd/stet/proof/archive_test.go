package proof

import (
	"database/sql"
	"encoding/json"
	"testing"

	_ "modernc.org/sqlite" // the archive is read as any other program would: by SQL
)

// archive is an archive file that no crawl holds.
type archive struct {
	t  testing.TB
	db *sql.DB
}

func openArchive(t testing.TB, path string) archive {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return archive{t, db}
}

// each calls row for every row of a query.
func (a archive) each(row func(scan func(...any)), query string, args ...any) {
	a.t.Helper()
	rows, err := a.db.Query(query, args...)
	if err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		row(func(to ...any) {
			if err := rows.Scan(to...); err != nil {
				a.t.Fatalf("%s: %v", query, err)
			}
		})
	}
	if err := rows.Err(); err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
}

func (a archive) count(query string, args ...any) (n int) {
	a.t.Helper()
	a.each(func(scan func(...any)) { scan(&n) }, query, args...)
	return n
}

// article is an article as the archive keeps it.
type article struct {
	url, title, date, text string
	authors, links         []string
}

// articles gives the newest revision of every article, by URL.
func (a archive) articles() map[string]article {
	a.t.Helper()
	links := map[int][]string{}
	a.each(func(scan func(...any)) {
		var id int
		var url string
		scan(&id, &url)
		links[id] = append(links[id], url)
	}, `SELECT article_id, url FROM link WHERE place = 'body' ORDER BY article_id, position`)
	all := map[string]article{}
	a.each(func(scan func(...any)) {
		var id int
		var url, text string
		var title, authors, date sql.NullString
		scan(&id, &url, &title, &authors, &date, &text)
		x := article{url: url, title: title.String, date: date.String, text: text, links: links[id]}
		if authors.Valid {
			if err := json.Unmarshal([]byte(authors.String), &x.authors); err != nil {
				a.t.Fatalf("authors of %s: %q: %v", url, authors.String, err)
			}
		}
		all[url] = x
	}, `SELECT article_id, url, title, authors, published_at, text FROM articles`)
	return all
}
