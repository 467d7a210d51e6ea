package weburl

import (
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// links are of the kinds a news page has.
var links = []struct{ kind, ref string }{
	{"absolute", "https://www.example.org/2024/05/17/a-fairly-long-slug-of-an-article/"},
	{"absolute-query", "https://www.example.org/index.php?option=com_content&view=article&id=1234:slug#comments"},
	{"rooted", "/2024/05/17/a-fairly-long-slug-of-an-article.html"},
	{"relative", "slug-of-another-article.html?page=2"},
	{"fragment", "#comment-123456"},
	{"other-host", "//cdn.example.net/images/2024/05/photo-1024x768.jpg"},
	{"dots", "../../images/photo.jpg"},
	{"chinese", "/新闻/2024/文章.html?页=二"},
	{"mailto", "mailto:editor@example.org"},
	{"javascript", "javascript:void(0)"},
	{"idn", "https://例え.jp/ページ"},
}

const benchBase = "https://www.example.org/2024/05/16/the-page-itself.html?x=1"

func BenchmarkResolve(b *testing.B) {
	base, err := Parse(benchBase)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range links {
		b.Run(l.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := base.Resolve(l.ref); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLibrary is what the same costs in the library, the base parsed once.
func BenchmarkLibrary(b *testing.B) {
	base, err := whatwg.Parse(benchBase)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range links {
		b.Run(l.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				u, err := base.Parse(l.ref)
				if err != nil {
					b.Fatal(err)
				}
				_ = u.Href(false)
			}
		})
	}
}

func BenchmarkKey(b *testing.B) {
	for _, l := range []struct{ kind, url string }{
		{"plain", "https://www.example.org/2024/05/17/a-fairly-long-slug-of-an-article/"},
		{"plain-query", "https://www.example.org/index.php?id=1234&option=com_content&view=article"},
		{"tracking", "https://www.example.org/a?utm_source=x&utm_medium=y&id=7&utm_campaign=z#top"},
	} {
		u, err := Parse(l.url)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(l.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = u.Key()
			}
		})
	}
}

func BenchmarkSite(b *testing.B) {
	u, err := Parse("https://news.example.co.uk/a")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = u.Site()
	}
}

func BenchmarkSURT(b *testing.B) {
	u, err := Parse("https://www.example.org/2024/05/17/Slug.html?b=2&a=1")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = u.SURT()
	}
}
