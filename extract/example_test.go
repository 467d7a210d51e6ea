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

// A document that explains itself has every visible line of the page, kept or
// cut, and says where it stands in the bytes.
func ExampleDocument_Find() {
	body := []byte(`<title>The mill</title><nav><a href="/">Home</a></nav><h1>The mill</h1>
		<p>The council agreed, by <b>nine</b> votes to four, to rebuild the old mill in the valley.</p>
		<div class="newsletter"><p>Sign up for our newsletter.</p></div>`)
	d := extract.New(extract.Config{Explain: true}).Extract(extract.Page{Body: body})
	for _, b := range d.Blocks {
		fmt.Printf("%s: %s\n", b.Text, b.Reason())
	}
	for _, f := range d.Find("nine votes") {
		fmt.Println(f.Raw, string(body[f.Raw.Start:f.Raw.End]))
	}
	// Output:
	// Home: a <nav> element is not the story
	// The mill: the title, which is kept as a field of its own
	// The council agreed, by nine votes to four, to rebuild the old mill in the valley.: kept
	// Sign up for our newsletter.: its class or id names it: newsletter
	// {103 117} nine</b> votes
}
