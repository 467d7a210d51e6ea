package discover

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func utf16(t testing.TB, s string, bom unicode.BOMPolicy) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, bom).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// locs are the addresses of a site map, those of an index with "> " before.
func locs(m *Sitemap) []string {
	var out []string
	for _, e := range m.Sitemaps {
		out = append(out, "> "+e.Loc)
	}
	for _, e := range m.URLs {
		out = append(out, e.Loc)
	}
	return out
}

const two = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.test/1</loc></url><url><loc>http://a.test/2</loc></url></urlset>`

func TestParseSitemap(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		kind     SitemapKind
		want     string // addresses, a blank between
	}{
		{"plain", `<?xml version="1.0" encoding="UTF-8"?>` + two, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"empty", `<urlset/>`, KindURLSet, ""},
		{"index", `<sitemapindex><sitemap><loc>http://a.test/s.xml</loc><lastmod>2024-05-31</lastmod></sitemap></sitemapindex>`, KindIndex, "> http://a.test/s.xml"},
		{"index under urlset", `<urlset><sitemap><loc>http://a.test/s.xml</loc></sitemap><url><loc>http://a.test/1</loc></url></urlset>`, KindURLSet, "> http://a.test/s.xml http://a.test/1"},
		{"packed", packed(two), KindURLSet, "http://a.test/1 http://a.test/2"},
		{"packed twice", packed(packed(two)), KindURLSet, "http://a.test/1 http://a.test/2"},
		{"packed and cut off", packed(strings.Repeat(" ", 70000) + two)[:150], "", ""},
		{"byte order mark", "\ufeff" + two, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"UTF-16", utf16(t, two, unicode.UseBOM), KindURLSet, "http://a.test/1 http://a.test/2"},
		{"UTF-16 without mark", utf16(t, two, unicode.IgnoreBOM), KindURLSet, "http://a.test/1 http://a.test/2"},
		{"declared UTF-16, is UTF-8", `<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>http://a.test/é</loc></url>`, KindURLSet, "http://a.test/é"},
		{"declared GBK", gbk(t, `<?xml version="1.0" encoding="gb2312"?><urlset><url><loc>http://a.test/新闻</loc></url>`), KindURLSet, "http://a.test/新闻"},
		{"declared GBK, is UTF-8", `<?xml version="1.0" encoding="gbk"?><urlset><url><loc>http://a.test/新闻</loc></url>`, KindURLSet, "http://a.test/新闻"},
		{"declared UTF-8, is not", "<?xml version='1.0' encoding='utf-8'?><urlset><url><loc>http://a.test/\xe9</loc></url>", KindURLSet, "http://a.test/%E9"},
		{"upper case, no name space", `<URLSET><URL><LOC>http://a.test/1</LOC></URL></URLSET>`, KindURLSet, "http://a.test/1"},
		{"prefixed", `<sm:urlset xmlns:sm="x"><sm:url><sm:loc>http://a.test/1</sm:loc></sm:url></sm:urlset>`, KindURLSet, "http://a.test/1"},
		{"white space", "<urlset><url><loc>\n\t http://a.test/a\n\t  b/c \n</loc></url></urlset>", KindURLSet, "http://a.test/ab/c"},
		{"CDATA", `<urlset><url><loc><![CDATA[http://a.test/?a=1&b=2]]></loc></url></urlset>`, KindURLSet, "http://a.test/?a=1&b=2"},
		{"entities", `<urlset><url><loc>http://a.test/?a=1&amp;b=&#x32;&#51;&apos;</loc></url></urlset>`, KindURLSet, "http://a.test/?a=1&b=23'"},
		{"bare ampersands", `<urlset><url><loc>http://a.test/?a=1&copy=2&b</loc></url></urlset>`, KindURLSet, "http://a.test/?a=1&copy=2&b"},
		{"entities of its own", `<!DOCTYPE urlset [<!ENTITY a "b>"> <!ENTITY l "&a;&a;">]><urlset><url><loc>http://a.test/&l;</loc></url></urlset>`, KindURLSet, "http://a.test/&l;"},
		{"images", `<urlset><url><image:image><image:loc>http://a.test/i.jpg</image:loc></image:image><loc>http://a.test/1</loc><image:image><image:loc>http://a.test/j.jpg</image:loc></image:image></url></urlset>`, KindURLSet, "http://a.test/1"},
		{"unclosed image", `<urlset><url><loc>http://a.test/1</loc><image:image><image:loc>http://a.test/i.jpg</url><url><loc>http://a.test/2</loc></url>`, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"unclosed entries", `<urlset><url><loc>http://a.test/1<lastmod>2024-05-31<url><loc>http://a.test/2`, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"cut off", two[:len(two)-20], KindURLSet, "http://a.test/1 http://a.test/2"},
		{"two in one", `<urlset><url><loc>http://a.test/1</loc><loc>http://a.test/2</loc></url>`, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"control characters", "<urlset>\x00\x0b<url><loc>http://a.test/1</loc></url>", KindURLSet, "http://a.test/1"},
		{"a tag broken", `<urlset><url <loc>http://a.test/1</loc></url><url a="><loc>http://a.test/2</loc></url><url><loc>http://a.test/3</loc></url>`, KindURLSet, "http://a.test/2 http://a.test/3"},
		{"no first tag", `<url><loc>http://a.test/1</loc></url>`, KindURLSet, "http://a.test/1"},
		{"a warning before", "Warning: x in y\n<br />" + two, KindURLSet, "http://a.test/1 http://a.test/2"},
		{"commented out", `<urlset><!-- <url><loc>http://a.test/0</loc></url> --><url><loc>http://a.test/1</loc></url></urlset>`, KindURLSet, "http://a.test/1"},
		{"relative", `<urlset><url><loc>/1</loc></url></urlset>`, KindURLSet, "/1"},
		{"text", "\ufeffhttp://a.test/1\r\n\r\n# no\rHTTPS://a.test/2 \nftp://a.test/3\n", KindText, "http://a.test/1 HTTPS://a.test/2"},
		{"packed text", packed("http://a.test/1\n"), KindText, "http://a.test/1"},
		{"RSS", `<rss><channel><item><link>http://a.test/1</link></item></channel></rss>`, KindFeed, "http://a.test/1"},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="http://a.test/1"/></entry></feed>`, KindFeed, "http://a.test/1"},
		{"a page", `<!DOCTYPE html><html><body><url><loc>http://a.test/1</loc></url>`, "", ""},
		{"words", "no such file", "", ""},
		{"nothing", "", "", ""},
	} {
		m, err := ParseSitemap(strings.NewReader(tt.in))
		if tt.kind == "" {
			if err == nil {
				t.Errorf("%s: got %+v, want an error", tt.name, m)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: got error %v", tt.name, err)
			continue
		}
		if got := strings.Join(locs(m), " "); m.Kind != tt.kind || got != tt.want || m.Truncated || m.Broken != "" {
			t.Errorf("%s: got %s %q (truncated %v, broken %q), want %s %q", tt.name, m.Kind, got, m.Truncated, m.Broken, tt.kind, tt.want)
		}
	}
}

func TestSitemapFields(t *testing.T) {
	const in = `<urlset><url><loc>http://a.test/1</loc><lastmod> 2024-05-31T08:00:00+02:00</lastmod><changefreq>Daily</changefreq><priority>0,8</priority>
<xhtml:link rel="alternate" hreflang="DE" href="http://a.test/de/1?a=1&amp;b=2"/>
<news:news><news:publication><news:name>N</news:name></news:publication><news:publication_date>2024-05-30</news:publication_date><news:title>A &amp; B</news:title></news:news></url>
<url><loc>http://a.test/2</loc><lastmod>never</lastmod><priority>7</priority><changefreq>often</changefreq></url></urlset>`
	m, err := ParseSitemap(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{
		{Loc: "http://a.test/1", LastMod: time.Date(2024, 5, 31, 6, 0, 0, 0, time.UTC), ChangeFreq: "daily", Priority: 0.8,
			Alternates: []Alternate{{"de", "http://a.test/de/1?a=1&b=2"}}, Title: "A & B", Published: time.Date(2024, 5, 30, 0, 0, 0, 0, time.UTC)},
		{Loc: "http://a.test/2", Priority: 1},
	}
	if !reflect.DeepEqual(m.URLs, want) {
		t.Errorf("got  %+v\nwant %+v", m.URLs, want)
	}
}

// What was read before an error is kept, and so is the error.
func TestSitemapBroken(t *testing.T) {
	whole := packed(strings.Repeat(two, 1) + strings.Repeat("<url><loc>http://a.test/x</loc></url>", 5000))
	for name, r := range map[string]io.Reader{
		"reader fails":    io.MultiReader(strings.NewReader(two[:100]+"</loc></url>"), iotest.ErrReader(io.ErrUnexpectedEOF)),
		"packing cut off": strings.NewReader(whole[:len(whole)-10]),
	} {
		m, err := ParseSitemap(r)
		if err != nil || len(m.URLs) == 0 || m.URLs[0].Loc != "http://a.test/1" || m.Broken == "" {
			t.Errorf("%s: got %+v, %v; want what was read and why it ended", name, m, err)
		}
	}
	if m, err := ParseSitemap(iotest.ErrReader(io.ErrClosedPipe)); err != io.ErrClosedPipe {
		t.Errorf("nothing read: got %v, %v; want the reader's error", m, err)
	}
}

// zeros is an endless file.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) { z.n += int64(len(p)); clear(p); return len(p), nil }

func TestSitemapBounds(t *testing.T) {
	z := &zeros{}
	m, err := ParseSitemap(io.MultiReader(strings.NewReader(two), z))
	if err != nil || len(m.URLs) != 2 || !m.Truncated {
		t.Errorf("endless: got %+v, %v; want two URLs, truncated", m, err)
	}
	if z.n > MaxBytes+1 {
		t.Errorf("read %d bytes of an endless file, want at most %d", z.n, MaxBytes+1)
	}
	var b strings.Builder
	for i := range MaxItems + 5 {
		fmt.Fprintf(&b, "<url><loc>http://a.test/%d</loc></url>", i)
	}
	m, err = ParseSitemap(strings.NewReader(b.String()))
	if err != nil || len(m.URLs) != MaxItems || !m.Truncated {
		t.Errorf("too many: got %d, %v, %v; want %d, truncated", len(m.URLs), m.Truncated, err, MaxItems)
	}
	long := "<urlset><url><loc>http://a.test/" + strings.Repeat("x", 1<<20) + "</loc></url><url><loc>http://a.test/1</loc></url>"
	if m, err = ParseSitemap(strings.NewReader(long)); err != nil || len(m.URLs) != 1 {
		t.Errorf("an address of a MB: got %d addresses, %v; want the other one", len(m.URLs), err)
	}
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	io.CopyN(w, &zeros{}, 512<<20)
	w.Close()
	if m, err := ParseSitemap(strings.NewReader(packed(bomb.String()))); err != ErrNotSitemap {
		t.Errorf("a bomb: got %v, %v; want ErrNotSitemap", m, err)
	}
}

func TestSniff(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Source
	}{
		{two, SourceSitemap}, {packed(two), SourceSitemap}, {"\ufeff<?xml version='1.0'?><!-- x -->\n<?xml-stylesheet x?>" + two, SourceSitemap},
		{utf16(t, two, unicode.UseBOM), SourceSitemap}, {"<rss version='2.0'><channel>", SourceFeed}, {"<rdf:RDF xmlns='x'>        ", SourceFeed},
		{`{"version": "https:\/\/jsonfeed.org\/version\/1"}`, SourceFeed}, {`{"version": "1.1", "x": 1}`, ""},
		{"<!DOCTYPE html><html><feed>", ""}, {"<div class='feed'><rss>", ""}, {"http://a.test/1\nhttp://a.test/2\n", ""}, {"", ""}, {"<", ""},
	} {
		if got := Sniff([]byte(tt.in)); got != tt.want {
			t.Errorf("Sniff(%.60q): got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzParseSitemap(f *testing.F) {
	for _, s := range []string{two, packed(two), "http://a.test/\n", "<sitemapindex><sitemap><loc>x</loc>", "<!DOCTYPE a [<!ENTITY b '>'>]><url><loc>&b;",
		"<urlset><url><loc><![CDATA[a]]>b<!-- c --></loc><x:link rel=alternate href='d'/>", "<rss><item><link>http://a.test/", utf16(f, two, unicode.UseBOM)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		Sniff(b)
		m, err := ParseSitemap(bytes.NewReader(b))
		again, errAgain := ParseSitemap(iotest.OneByteReader(bytes.NewReader(b)))
		if (err == nil) != (errAgain == nil) || err == nil && !reflect.DeepEqual(m, again) {
			t.Fatalf("read at once %+v %v, byte by byte %+v %v", m, err, again, errAgain)
		}
		if err != nil {
			return
		}
		for _, e := range append(m.URLs, m.Sitemaps...) {
			if e.Loc == "" || len(e.Loc) > maxText || e.Priority < 0 || e.Priority > 1 || strings.ContainsAny(e.Loc, "\r\n") {
				t.Fatalf("an entry that cannot be: %+v", e)
			}
		}
	})
}

func BenchmarkParseSitemap(b *testing.B) {
	var s strings.Builder
	s.WriteString("<urlset>")
	for i := range 50_000 {
		fmt.Fprintf(&s, "<url><loc>https://www.example.org/2024/05/31/the-people-of-the-valley-met-%d/</loc><lastmod>2024-05-31T08:00:00+00:00</lastmod></url>\n", i)
	}
	b.SetBytes(int64(s.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if m, err := ParseSitemap(strings.NewReader(s.String())); err != nil || len(m.URLs) != 50_000 {
			b.Fatal(err)
		}
	}
}
