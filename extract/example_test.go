package extract_test

import (
	"fmt"

	"stet/extract"
)

// One page in, one document out; what is not an article says why.
func Example() {
	page := extract.Page{
		URL: "https://news.example/2022/mill",
		Body: []byte(`<title>The mill</title><nav><a href="/">Home</a></nav><h1>The mill</h1>
			<p>The council agreed, by nine votes to four, to rebuild the old mill in the valley.</p>
			<div class="newsletter"><p>Sign up for our newsletter.</p></div>`),
	}
	d := extract.New(extract.Config{}).Extract(page)
	fmt.Println(d.Kind)
	fmt.Println(d.Article.Title)
	fmt.Println(d.Article.Text)
	// Output:
	// article
	// The mill
	// The council agreed, by nine votes to four, to rebuild the old mill in the valley.
}
