package demosite

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"time"
)

func robots(s *Site, e Edition) []byte {
	return []byte(`# Robots are welcome. The newsroom's own pages are not for you.
User-agent: *
Disallow: /private/
Disallow: /search
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php
Crawl-delay: 0

User-agent: TideScraper
Disallow: /

Sitemap: ` + s.Origin(e) + "/sitemap.xml\n")
}

func sitemapIndex(s *Site, e Edition) []byte {
	return []byte(xml.Header + `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>` +
		escapeXML(s.Origin(e)+"/sitemap-reports.xml") + "</loc></sitemap></sitemapindex>\n")
}

func sitemap(s *Site, e Edition) []byte {
	var b strings.Builder
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	epoch := s.Epoch()
	for _, a := range s.listed(e) {
		at := a.head["published"]
		if m := a.modified(epoch); m != "" {
			at = m
		}
		fmt.Fprintf(&b, "<url><loc>%s</loc><lastmod>%s</lastmod></url>\n", escapeXML(s.abs(e, a.path(0))), at)
	}
	b.WriteString("</urlset>\n")
	return []byte(b.String())
}

// listed are the reports that lists name in the present epoch, newest first.
func (s *Site) listed(e Edition) []*article {
	var out []*article
	epoch := s.Epoch()
	for _, a := range s.articles[e] {
		if a.listed() && !a.gone(epoch) {
			out = append(out, a)
		}
	}
	return out
}

// feed is RSS 2.0 of the ten newest reports.
func feed(s *Site, e Edition) []byte {
	w := s.words[e.lang()]
	var b strings.Builder
	fmt.Fprintf(&b, xml.Header+`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>%s</title><link>%s</link><description>%s</description><language>%s</language>
<atom:link href="%s" rel="self" type="application/rss+xml"/>
`, escapeXML(w["site"]), s.abs(e, "/"), escapeXML(w["tagline"]), e.lang(), s.abs(e, "/feed/"))
	all := s.listed(e)
	for _, a := range all[:min(10, len(all))] {
		day, _ := time.Parse(time.DateOnly, a.day()) // checked by the tests
		link := escapeXML(s.abs(e, a.path(0)))
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"true\">%s</guid><pubDate>%s</pubDate>",
			escapeXML(a.head["title"]), link, link, day.Format(time.RFC1123Z))
		for _, who := range a.authors {
			fmt.Fprintf(&b, "<dc:creator>%s</dc:creator>", escapeXML(who))
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel></rss>\n")
	return []byte(b.String())
}

func escapeXML(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

// pdf is a document of one page, with a true table of its objects.
func pdf(*Site, Edition) []byte {
	stream := "BT /F1 18 Tf 72 760 Td (Inspection of the ferry Pale Heron) Tj 0 -28 Td /F1 11 Tf (Eleven frames in the stern are rusted through.) Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// picture draws a sea under a sky, another one for each name; the spacer is
// one transparent dot.
func picture(name string) []byte {
	var b bytes.Buffer
	if strings.HasSuffix(name, ".gif") {
		dot := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Transparent, color.White})
		gif.Encode(&b, dot, nil) // a buffer takes everything
		return b.Bytes()
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	hue := uint8(h.Sum32())
	const width, height = 160, 90
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{hue / 2, 120 + uint8(y), 200, 255}
			if y > 55+(x/9)%3 {
				c = color.RGBA{20, 60 + hue/4, 90 + uint8(y/2), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	png.Encode(&b, img) // as above
	return b.Bytes()
}
