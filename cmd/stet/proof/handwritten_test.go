package proof

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"

	"github.com/go-shiori/go-readability"
	"github.com/gocolly/colly/v2"
)

// handwritten is the program people write by hand, for comparison: colly
// follows every link of the seeds' hosts, sixteen pages at once, readability
// reads every page anew, and every page is one INSERT into a SQLite file with
// its default settings. It keeps text and HTML of the article; no links, no
// bytes of the page, no state of the crawl. It runs in a process of its own.
func handwritten(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: handwritten SEED-FILE DATABASE, got %q", args)
	}
	seeds, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", args[1])
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE article (url TEXT PRIMARY KEY, title TEXT, byline TEXT, text TEXT, html TEXT)`); err != nil {
		return err
	}
	c := colly.NewCollector(colly.Async(true))
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: 16}); err != nil {
		return err
	}
	origins := strings.Fields(string(seeds))
	c.OnHTML("a[href]", func(e *colly.HTMLElement) {
		link, _, _ := strings.Cut(e.Request.AbsoluteURL(e.Attr("href")), "#")
		for _, o := range origins {
			if strings.HasPrefix(link, o) {
				e.Request.Visit(link) // an error says that it was visited before
				return
			}
		}
	})
	c.OnResponse(func(res *colly.Response) {
		a, err := readability.FromReader(bytes.NewReader(res.Body), res.Request.URL)
		if err != nil {
			return
		}
		if _, err := db.Exec(`INSERT INTO article VALUES (?, ?, ?, ?, ?)`, res.Request.URL.String(), a.Title, a.Byline, a.TextContent, a.Content); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	for _, o := range origins {
		if err := c.Visit(o); err != nil {
			return err
		}
	}
	c.Wait()
	return nil
}
