package discover

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestParseFeed(t *testing.T) {
	for _, tt := range []struct {
		name, in, format, want string // URLs of the items, a blank between; "-" for none
	}{
		{"RSS 2.0", `<rss version="2.0"><channel><link>http://a.test/</link><item><title>A</title><link>http://a.test/1</link><guid>http://a.test/?p=1</guid></item><item><link> http://a.test/2
</link></item></channel></rss>`, "rss", "http://a.test/1 http://a.test/2"},
		{"RSS 0.91", `<!DOCTYPE rss PUBLIC "-//Netscape" "http://x/rss-0.91.dtd"><rss version="0.91"><channel><item><link>http://a.test/1</link></item></channel></rss>`, "rss", "http://a.test/1"},
		{"RSS 1.0", `<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><items><rdf:Seq><rdf:li rdf:resource="http://a.test/0"/></rdf:Seq></items></channel><item rdf:about="http://a.test/1"><title>A</title></item><item rdf:about="http://a.test/x"><link>http://a.test/2</link></item></rdf:RDF>`, "rdf", "http://a.test/1 http://a.test/2"},
		{"Atom 1.0", `<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.test/"/><entry><link rel="self" href="http://a.test/0"/><link rel="alternate" type="application/json" href="http://a.test/j"/><link type="text/html" href="http://a.test/1"/></entry></feed>`, "atom", "http://a.test/1"},
		{"Atom 0.3", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><link rel="alternate" type="text/html" href="http://a.test/1"/><issued>2004-01-01T00:00:00Z</issued></entry></feed>`, "atom", "http://a.test/1"},
		{"Atom by id", `<feed><entry><id>http://a.test/1</id></entry><entry><id>tag:a.test,2024:1</id></entry><entry><content src="http://a.test/3"/></entry></feed>`, "atom", "http://a.test/1 - http://a.test/3"},
		{"guid alone", `<rss><channel><item><guid>http://a.test/1</guid></item><item><guid isPermaLink="false">http://a.test/2</guid></item><item><guid isPermaLink="true">x-3</guid></item></channel></rss>`, "rss", "http://a.test/1 - -"},
		{"by way of a counter", `<rss><channel><item><link>http://feeds.test/~r/1</link><feedburner:origLink>http://a.test/1</feedburner:origLink></item></channel></rss>`, "rss", "http://a.test/1"},
		{"Atom links in RSS", `<rss><channel><atom:link rel="self" href="http://a.test/feed"/><item><atom:link href="http://a.test/1"/></item></channel></rss>`, "rss", "http://a.test/1"},
		{"xml:base", `<feed xml:base="http://a.test/x/"><entry xml:base="y/"><link href="1"/></entry><entry><link href="/2"/></entry><entry><link xml:base="http://b.test/" href="3"/></entry></feed>`, "atom", "http://a.test/x/y/1 http://a.test/2 http://b.test/3"},
		{"relative", `<rss><channel><item><link>/1</link></item></channel></rss>`, "rss", "/1"},
		{"of its parts none", `<feed><entry><source><id>http://a.test/s</id><link href="http://a.test/s"/></source><link href="http://a.test/1"/><content type="xhtml"><div><a href="x"/><link href="http://a.test/c"/></div></content></entry></feed>`, "atom", "http://a.test/1"},
		{"image of the channel", `<rss><channel><image><link>http://a.test/i</link></image><item><media:content><link>http://a.test/m</link></media:content><link>http://a.test/1</link></item></channel></rss>`, "rss", "http://a.test/1"},
		{"CDATA and entities", `<rss><channel><item><link><![CDATA[http://a.test/?a=1&b=2]]></link></item><item><link>http://a.test/?a=1&amp;b=3&nbsp;</link></item></channel></rss>`, "rss", "http://a.test/?a=1&b=2 http://a.test/?a=1&b=3"},
		{"unclosed", `<rss><channel><item><link>http://a.test/1<item><link>http://a.test/2</link><description>a <br> b</description><title>T`, "rss", "http://a.test/1 http://a.test/2"},
		{"upper case", `<RSS><CHANNEL><ITEM><LINK>http://a.test/1</LINK></ITEM></CHANNEL></RSS>`, "rss", "http://a.test/1"},
		{"packed", packed(`<rss><channel><item><link>http://a.test/1</link></item></channel></rss>`), "rss", "http://a.test/1"},
		{"junk before", "\n\n<br />Warning<rss><channel><item><link>http://a.test/1</link></item></channel></rss>", "rss", "http://a.test/1"},
		{"JSON Feed 1", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"http://a.test/1"},{"id":2},"x",{"id":"http://a.test/3"},{"id":"4","external_url":"http://b.test/4"}]}`, "json", "http://a.test/1 - http://a.test/3 http://b.test/4"},
		{"JSON Feed, version last", "\ufeff" + `{"items":[{"id":"1","url":"http://a.test/1"}],"version":"https://jsonfeed.org/version/1.1"}`, "json", "http://a.test/1"},
		{"other JSON", `{"items":[{"id":"1","url":"http://a.test/1"}]}`, "", ""},
		{"a page", `<!DOCTYPE html><html><rss><channel>`, "", ""},
		{"a site map", two, "", ""},
		{"nothing", "", "", ""},
	} {
		f, err := ParseFeed(strings.NewReader(tt.in))
		if tt.format == "" {
			if err != ErrNotFeed {
				t.Errorf("%s: got %+v, %v; want ErrNotFeed", tt.name, f, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: got error %v", tt.name, err)
			continue
		}
		var got []string
		for _, it := range f.Items {
			if it.URL == "" {
				it.URL = "-"
			}
			got = append(got, it.URL)
		}
		if s := strings.Join(got, " "); f.Format != tt.format || s != tt.want || f.Broken != "" {
			t.Errorf("%s: got %s %q (%s), want %s %q", tt.name, f.Format, s, f.Broken, tt.format, tt.want)
		}
	}
}

func TestFeedFields(t *testing.T) {
	day := func(d, h int) time.Time { return time.Date(2024, 5, d, h, 0, 0, 0, time.UTC) }
	for name, tt := range map[string]struct {
		in   string
		want Feed
	}{
		"rss": {`<rss><channel><title>T &amp; <![CDATA[U]]></title><link>http://a.test/</link><language>de</language><lastBuildDate>Fri, 31 May 2024 08:00:00 +0000</lastBuildDate>
<atom:link rel="next" href="http://a.test/feed?page=2"/><item><title>A
 b</title><link>http://a.test/1</link><guid isPermaLink="false">g1</guid><pubDate>Thu, 30 May 2024 10:00:00 +0200</pubDate><dc:date>2024-01-01</dc:date></item></channel></rss>`,
			Feed{Format: "rss", Title: "T & U", Home: "http://a.test/", Language: "de", Updated: day(31, 8), Next: "http://a.test/feed?page=2",
				Items: []Item{{URL: "http://a.test/1", ID: "g1", Title: "A b", Published: day(30, 8)}}}},
		"atom": {`<feed xml:lang="zh"><title>T</title><link rel="self" href="http://a.test/atom"/><link rel="prev-archive" href="http://a.test/atom/4"/><updated>2024-05-31T08:00:00Z</updated>
<entry><id>tag:1</id><title type="html">&lt;b&gt;A&lt;/b&gt;</title><link href="http://a.test/1"/><published>2024-05-01T08:00:00Z</published><updated>2024-05-02T08:00:00Z</updated></entry></feed>`,
			Feed{Format: "atom", Title: "T", Self: "http://a.test/atom", PrevArchive: "http://a.test/atom/4", Language: "zh", Updated: day(31, 8),
				Items: []Item{{URL: "http://a.test/1", ID: "tag:1", Title: "<b>A</b>", Published: day(1, 8), Updated: day(2, 8)}}}},
		"json": {`{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"http://a.test/","feed_url":"http://a.test/j","next_url":"http://a.test/j2","language":"fr",
"items":[{"id":"1","url":"http://a.test/1","title":"A","date_published":"2024-05-01T08:00:00Z","date_modified":"2024-05-02T08:00:00Z"}]}`,
			Feed{Format: "json", Title: "T", Home: "http://a.test/", Self: "http://a.test/j", Next: "http://a.test/j2", Language: "fr",
				Items: []Item{{URL: "http://a.test/1", ID: "1", Title: "A", Published: day(1, 8), Updated: day(2, 8)}}}},
	} {
		f, err := ParseFeed(strings.NewReader(tt.in))
		if err != nil || !reflect.DeepEqual(*f, tt.want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, f, err, tt.want)
		}
	}
}

// JSON that ends early keeps the items before.
func TestFeedBroken(t *testing.T) {
	f, err := ParseFeed(strings.NewReader(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"http://a.test/1"},{"id":"2","url`))
	if err != nil || len(f.Items) != 1 || f.Broken == "" {
		t.Errorf("got %+v, %v; want one item and why there are no more", f, err)
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2024": "2024-01-01T00:00:00Z", "2024-05": "2024-05-01T00:00:00Z", "2024-05-31": "2024-05-31T00:00:00Z",
		"2024-05-31T08:00Z": "2024-05-31T08:00:00Z", "2024-05-31T08:00:07.123456+02:00": "2024-05-31T06:00:07Z", "2024-05-31t08:00:00z": "2024-05-31T08:00:00Z",
		"2024-05-31T08:00:00+0200": "2024-05-31T06:00:00Z", "2024-05-31T08:00:00 -05": "2024-05-31T13:00:00Z", "2024-05-31 08:00:00": "2024-05-31T08:00:00Z",
		"2024-05-31T08:00:00": "2024-05-31T08:00:00Z", "2024-5-1": "2024-05-01T00:00:00Z", "2024/05/31": "2024-05-31T00:00:00Z", "20240531": "2024-05-31T00:00:00Z",
		"20240531T080000Z": "2024-05-31T08:00:00Z", "20240531080000": "2024-05-31T08:00:00Z", "1717142400": "2024-05-31T08:00:00Z", "1717142400000": "2024-05-31T08:00:00Z",
		"2024-05-31T08:00:00 GMT+2": "2024-05-31T06:00:00Z", "2024-05-31 8:05 PM": "2024-05-31T20:05:00Z", "2024-05-31T??": "2024-05-31T00:00:00Z",
		"Fri, 31 May 2024 08:00:00 GMT": "2024-05-31T08:00:00Z", "Fri, 31 May 2024 08:00:00 +0200": "2024-05-31T06:00:00Z", "31 May 24 08:00 EST": "2024-05-31T13:00:00Z",
		"Friday, 31-May-24 08:00:00 UTC": "2024-05-31T08:00:00Z", "Fri May 31 08:00:00 2024": "2024-05-31T08:00:00Z", "Fri May 31 08:00:00 PDT 2024": "2024-05-31T15:00:00Z",
		"Friday, May 31, 2024": "2024-05-31T00:00:00Z", "31 may 2024": "2024-05-31T00:00:00Z", "Sat, 1 Jan 99 00:00:00 Z": "1999-01-01T00:00:00Z",
		"0000-00-00": "", "0001-01-01T00:00:00Z": "", "-0001-11-30T00:00:00+00:00": "", "2024-13-01": "", "never": "", "": "", "May": "", "12": "", "2024-05-": "",
	} {
		got := ""
		if d := parseDate(in); !d.IsZero() {
			got = d.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestParsePosts(t *testing.T) {
	p, err := ParsePosts(strings.NewReader(`[{"link":"http:\/\/a.test\/1","modified_gmt":"2024-05-31T08:00:00"},{"link":7},{"id":3},[1,[2]],"x",{"link":"http://a.test/2","date_gmt":"2024-05-30T08:00:00"},{"li`))
	want := []Post{{"http://a.test/1", time.Date(2024, 5, 31, 8, 0, 0, 0, time.UTC)}, {"http://a.test/2", time.Date(2024, 5, 30, 8, 0, 0, 0, time.UTC)}}
	if err != nil || !reflect.DeepEqual(p.Posts, want) || p.Broken == "" {
		t.Errorf("got %+v, %v; want %+v and why it ended", p, err, want)
	}
	for _, in := range []string{`{"code":"rest_forbidden"}`, "<html>", "", "[", "7"} {
		if p, err := ParsePosts(strings.NewReader(in)); err != ErrNotPosts {
			t.Errorf("%q: got %+v, %v; want ErrNotPosts", in, p, err)
		}
	}
	if p, err := ParsePosts(strings.NewReader("[]")); err != nil || len(p.Posts) != 0 {
		t.Errorf("no posts: got %+v, %v", p, err)
	}
}

func TestWordPress(t *testing.T) {
	header := ParseLinks([]string{`<https://a.test/wp-json/>; rel="https://api.w.org/", <https://a.test/?p=1>; rel=shortlink`})
	for _, tt := range []struct {
		links []Link
		page  string
		want  string
	}{
		{header, "", "https://a.test/wp-json/"},
		{nil, `<head><link rel="https://api.w.org/" href="https://a.test/?rest_route=/&amp;x=1" /></head>`, "https://a.test/?rest_route=/&x=1"},
		{nil, `<p>see https://api.w.org/ for more`, ""}, {nil, "", ""}, {nil, "https://api.w.org/", ""},
	} {
		if got := WordPressAPI(tt.links, []byte(tt.page)); got != tt.want {
			t.Errorf("WordPressAPI(%v, %q): got %q, want %q", tt.links, tt.page, got, tt.want)
		}
	}
	const first = "https://a.test/wp-json/wp/v2/posts?per_page=100&_fields=link,modified_gmt,date_gmt&page=1"
	if got := PostsURL("https://a.test/wp-json/", 1); got != first {
		t.Errorf("PostsURL: got %q, want %q", got, first)
	}
	if got, want := PostsURL("https://a.test/?rest_route=/", 2), "https://a.test/?rest_route=/wp/v2/posts&per_page=100&_fields=link,modified_gmt,date_gmt&page=2"; got != want {
		t.Errorf("PostsURL: got %q, want %q", got, want)
	}
	next := ParseLinks([]string{`<https://a.test/n>; rel="next"`})
	for _, tt := range []struct {
		total string
		links []Link
		want  string
	}{{"2", nil, strings.Replace(first, "&page=1", "&page=2", 1)}, {"1", next, ""}, {"", next, "https://a.test/n"}, {"", nil, ""}} {
		if got := NextPosts(first, tt.total, tt.links); got != tt.want {
			t.Errorf("NextPosts(%q, %v): got %q, want %q", tt.total, tt.links, got, tt.want)
		}
	}
	for in, want := range map[string]string{
		"http://a.test/?paged=2": "http://a.test/?paged=3", "http://a.test/?cat=1&paged=9&x=1": "http://a.test/?cat=1&paged=10&x=1",
		"http://a.test/page/2/": "http://a.test/page/3/", "http://a.test/t/page/2": "http://a.test/t/page/3", "http://a.test/page/2/?x=1": "http://a.test/page/3/?x=1",
		"http://a.test/page/2/x": "", "http://a.test/page/two/": "", "http://a.test/": "", "http://a.test/?unpaged=2": "", "http://a.test/?paged=9999999": "",
	} {
		if got := NextPaged(in); got != want {
			t.Errorf("NextPaged(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestParseLinks(t *testing.T) {
	got := ParseLinks([]string{`</a,b>; rel="next last"; title="x, <y>; \"z\"",<b> ; REL=alternate; hreflang=DE ;type="text/html"`, "no link", "<c", `<>; rel=x`, `<d>;rel;x=`})
	want := []Link{{URL: "/a,b", Rel: "next last"}, {URL: "b", Rel: "alternate", HrefLang: "de", Type: "text/html"}, {URL: "d"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !want[0].Has("last") || want[0].Has("las") {
		t.Errorf("%+v: Has does not go by words", want[0])
	}
}

func FuzzParseFeed(f *testing.F) {
	for _, s := range []string{`<rss><channel><item><link>http://a.test/1</link><guid isPermaLink=false>1`, `<feed xml:base="http://a.test/"><entry><link href="1"/><updated>2024-05-31`,
		`<rdf:RDF><item rdf:about="x">`, `{"version":"https://jsonfeed.org/version/1","items":[{"id":1}]}`, `[{"link":"x"}]`, packed(`<rss><item/>`)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ParsePosts(bytes.NewReader(b))
		WordPressAPI(ParseLinks([]string{string(b)}), b)
		NextPaged(string(b))
		parseDate(string(b))
		one, err := ParseFeed(bytes.NewReader(b))
		again, errAgain := ParseFeed(iotest.OneByteReader(bytes.NewReader(b)))
		if (err == nil) != (errAgain == nil) || err == nil && !reflect.DeepEqual(one, again) {
			t.Fatalf("read at once %+v %v, byte by byte %+v %v", one, err, again, errAgain)
		}
		if err != nil {
			return
		}
		for _, it := range one.Items {
			if len(it.URL) > maxText || it.URL == "" && it.ID == "" && it.Title == "" {
				t.Fatalf("an item that cannot be: %+v", it)
			}
		}
	})
}

func BenchmarkParseFeed(b *testing.B) {
	var s strings.Builder
	s.WriteString("<rss><channel>")
	for i := range 1000 {
		fmt.Fprintf(&s, "<item><title>The people of the valley %d</title><link>https://www.example.org/2024/05/31/%d/</link><guid>%d</guid><pubDate>Fri, 31 May 2024 08:00:00 +0000</pubDate><description><![CDATA[%s]]></description></item>\n", i, i, i, strings.Repeat("<p>The people of the valley met in the hall.</p>", 40))
	}
	b.SetBytes(int64(s.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if f, err := ParseFeed(strings.NewReader(s.String())); err != nil || len(f.Items) != 1000 {
			b.Fatal(err)
		}
	}
}

// What is hostile to read takes no longer than what is not.
func TestHostile(t *testing.T) {
	const size = 256 << 10
	for _, s := range []string{`<a "`, `<a="`, "<", "<!", "<![CDATA[", "<a", "<loc>", `<url a='`, "&#", "]]", "</", "<!--", "<?xml ", "[", `{"a":`, `{"items":[`, "<item>", "\r", "<!DOCTYPE [\""} {
		for _, head := range []string{"", "<urlset>", "<rss><item><link>", `{"version":"https://jsonfeed.org/version/1","items":[`, `[`} {
			in := head + strings.Repeat(s, size/len(s))
			began := time.Now()
			ParseSitemap(strings.NewReader(in))
			ParseFeed(strings.NewReader(in))
			ParsePosts(strings.NewReader(in))
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%q and %q for 256 KB: took %v", head, s, took)
			}
		}
	}
}
