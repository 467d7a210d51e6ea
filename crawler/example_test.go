package crawler_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"stet/crawler"
	"stet/store"
	"stet/store/sqlite"
)

// A crawl of a small site into an archive, and what was kept of it.
func Example() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, `<title>The Valley Post</title><a href="/harvest">The harvest</a>`)
		case "/harvest":
			fmt.Fprint(w, story("The harvest"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	ctx := context.Background()
	archive, err := sqlite.Open(ctx, filepath.Join(dir, "archive.db"), sqlite.Options{MadeBy: "example"})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()

	soon := crawler.Duration(0)
	summary, err := crawler.Run(ctx, archive, crawler.Config{Seeds: []string{site.URL}, Delay: &soon})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(summary.Run.State)
	for entry, err := range archive.Entries(ctx, store.Filter{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Title)
	}
	// Output:
	// finished
	// The harvest
}
