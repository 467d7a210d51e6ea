package robots_test

import (
	"fmt"

	"stet/crawler/robots"
)

func ExampleFile_Match() {
	f := robots.Parse([]byte("User-agent: *\nDisallow: /private/\nAllow: /private/open\nCrawl-delay: 2.5\n"))
	const agent = "stet/1.0 (+https://example.org/bot)"
	for _, url := range []string{"https://example.org/a", "https://example.org/private/a", "https://example.org/private/open.html"} {
		allowed, rule := f.Match(agent, url)
		fmt.Printf("%s %v by %q\n", url, allowed, rule.Text)
	}
	fmt.Println(f.Delay(agent))
	// Output:
	// https://example.org/a true by ""
	// https://example.org/private/a false by "Disallow: /private/"
	// https://example.org/private/open.html true by "Allow: /private/open"
	// 2.5s
}
