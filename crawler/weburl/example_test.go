package weburl_test

import (
	"fmt"

	"stet/crawler/weburl"
)

func ExampleURL() {
	base, err := weburl.Parse("https://www.Example.org:443/news/")
	if err != nil {
		fmt.Println(err)
		return
	}
	link, err := base.Resolve("../Artikel/ü.html?utm_source=feed&id=7#top")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(link)
	fmt.Println(link.Fetchable())
	fmt.Println(link.Key())
	fmt.Println(link.SURT())
	fmt.Println(link.Site())
	// Output:
	// https://www.example.org/Artikel/%C3%BC.html?utm_source=feed&id=7#top
	// https://www.example.org/Artikel/%C3%BC.html?utm_source=feed&id=7
	// https://www.example.org/Artikel/%C3%BC.html?id=7
	// org,example)/artikel/%c3%bc.html?id=7&utm_source=feed
	// example.org
}
