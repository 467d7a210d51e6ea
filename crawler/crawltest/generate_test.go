package crawltest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestGenerateCrawl(t *testing.T) {
	p := Generate(1, 4, 45)
	seeds := p.Start(t)
	if len(seeds) != 4 || p.Hosts() != 4 || p.Pages() != 45 || p.Listings() != 3 {
		t.Fatalf("got %d seeds, %d hosts of %d pages in %d lists", len(seeds), p.Hosts(), p.Pages(), p.Listings())
	}
	c := client(t)
	for h, seed := range seeds {
		seen := map[string]int{}
		queue := []string{"/"}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] > 0 || strings.HasPrefix(path, "/private/") {
				continue
			}
			res, err := c.Get(strings.TrimSuffix(seed, "/") + path)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if seen[path] = res.StatusCode; res.StatusCode != 200 {
				t.Errorf("%s: got %d", path, res.StatusCode)
			}
			queue = append(queue, paths(t, body)...)
		}
		want := p.Pages() + p.Listings()
		if len(seen) != want {
			t.Errorf("site %d: got %d URLs by its links, want %d", h, len(seen), want)
		}
		for n := range p.Pages() {
			if seen[p.Path(h, n)] != 200 {
				t.Errorf("site %d: %s was not reached", h, p.Path(h, n))
			}
		}
	}
	if n := p.Requests(); n != int64(4*48) {
		t.Errorf("Requests: got %d, want %d", n, 4*48)
	}
}

// paths are the links of a page to its own site, without fragments.
func paths(t *testing.T, page []byte) []string {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			path, _, _ := strings.Cut(a.Val, "#")
			if a.Key == "href" && strings.HasPrefix(path, "/") {
				out = append(out, path)
			}
		}
	}
	return out
}

// The page says what the truth says, in the same order.
func TestGenerateTruth(t *testing.T) {
	p := Generate(2, 4, 30)
	for h := range p.Hosts() {
		sizes, texts := 0, 0
		for n := range p.Pages() {
			tr := p.Truth(h, n)
			page := p.sites[h].appendArticle(nil, "a.test", n)
			sizes += len(page)
			doc, err := html.Parse(bytes.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			var blocks, links []string
			for e := range doc.Descendants() {
				if e.Type == html.ElementNode && (e.Data == "p" || e.Data == "h2") {
					var b strings.Builder
					for d := range e.Descendants() {
						if d.Type == html.TextNode {
							b.WriteString(d.Data)
						}
					}
					blocks = append(blocks, b.String())
				}
				if e.Type == html.ElementNode && e.Data == "a" {
					links = append(links, e.Attr[len(e.Attr)-1].Val)
				}
			}
			at := 0
			for _, line := range tr.Text {
				texts += len(line)
				i := slices.Index(blocks[at:], line)
				if i < 0 {
					t.Fatalf("site %d page %d: %q is no block of the page, or not in order", h, n, line)
				}
				at += i + 1
			}
			for _, l := range tr.Links {
				if !slices.Contains(links, l) {
					t.Errorf("site %d page %d: no link to %s", h, n, l)
				}
			}
			for _, s := range []string{tr.Title, tr.Author, "datetime=\"" + tr.Published + "\"", "http://a.test" + tr.Path} {
				if !bytes.Contains(page, []byte(s)) {
					t.Errorf("site %d page %d: no %q", h, n, s)
				}
			}
		}
		if mean := sizes / p.Pages(); mean < 50_000 || mean > 70_000 {
			t.Errorf("site %d: pages have %d bytes on average, want about 60 KB", h, mean)
		}
		if mean := texts / p.Pages(); mean < 3000 || mean > 10_000 {
			t.Errorf("site %d: texts have %d bytes on average, want 3 to 10 KB", h, mean)
		}
	}
	if a, b := p.Truth(0, 0).Language, p.Truth(3, 0).Language; a != "en" || b != "zh-Hans" {
		t.Errorf("languages of sites 1 and 4: got %s and %s", a, b)
	}
}

func TestGenerateIsDeterministic(t *testing.T) {
	a, b, c := Generate(3, 2, 9), Generate(3, 2, 9), Generate(4, 2, 9)
	for n := range 9 {
		pa := a.sites[1].appendArticle(nil, "x", n)
		if !bytes.Equal(pa, b.sites[1].appendArticle(nil, "x", n)) {
			t.Errorf("page %d differs from one run to the next", n)
		}
		if bytes.Equal(pa, c.sites[1].appendArticle(nil, "x", n)) {
			t.Errorf("page %d is the same with another seed", n)
		}
	}
}

func TestGenerateOddRequests(t *testing.T) {
	p := Generate(5, 1, 25)
	seed := p.Start(t)[0]
	article := strings.TrimSuffix(seed, "/") + p.Path(0, 7)
	for _, c := range []struct {
		url, header string
		status      int
		want        string
	}{
		{seed + "robots.txt", "", 200, "Disallow: /private/"},
		{seed + "sitemap.xml", "", 200, p.Path(0, 24)},
		{seed + "page/2/", "", 200, p.Path(0, 4)},
		{seed + "page/1/", "", 404, ""},
		{seed + "page/3/", "", 404, ""},
		{seed + "nothing", "", 404, ""},
		{seed + "wrong-7/", "", 404, ""},
		{seed + "wrong-99/", "", 404, ""},
		{article, "", 200, p.Truth(0, 7).Title},
		{article, `"7"`, 304, ""},
		{article, `"8"`, 200, ""},
	} {
		req, _ := http.NewRequest("GET", c.url, nil)
		if c.header != "" {
			req.Header.Set("If-None-Match", c.header)
		}
		res, err := client(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || !bytes.Contains(body, []byte(c.want)) {
			t.Errorf("%s %s: got %d, want %d with %q", c.url, c.header, res.StatusCode, c.status, c.want)
		}
	}
}

func TestPatternsHaveTheirSlots(t *testing.T) {
	for _, l := range []*tongue{&english, &chinese} {
		for _, pattern := range slices.Concat(l.patterns, l.titles) {
			for _, part := range strings.Split(pattern, "{")[1:] {
				if slot, _, ok := strings.Cut(part, "}"); !ok || len(l.slots[slot]) == 0 {
					t.Errorf("%s: pattern %q has an unknown slot", l.code, pattern)
				}
			}
		}
	}
}

func BenchmarkGeneratePage(b *testing.B) {
	p := Generate(1, 4, 1000)
	var buf []byte
	n, bytes := 0, 0
	for b.Loop() {
		buf = p.sites[n%4].appendArticle(buf[:0], "127.0.0.2:8080", n%1000)
		bytes += len(buf)
		n++
	}
	b.SetBytes(int64(bytes / n))
}
