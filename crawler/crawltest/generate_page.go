package crawltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// newPress makes what all pages of a site share.
func newPress(p *Press, host int) *press {
	s := &press{Press: p, host: host, theme: host % 3, voice: p.tongues[0]}
	if host%4 == 3 {
		s.voice = p.tongues[1]
	}
	s.name = fmt.Sprintf("Gazette %03d", host+1)
	s.buffers.New = func() any { b := make([]byte, 0, 96<<10); return &b }
	r := newRandom(p.seed, host, 99)
	s.head = s.makeHead(r)
	s.top = s.makeTop(r)
	s.side = s.makeSide(r)
	s.foot = s.makeFoot(r)
	return s
}

// makeHead is the inline style and script, about 20 KB.
func (s *press) makeHead(r *random) []byte {
	var b bytes.Buffer
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed/\">\n<style id=\"global-styles-inline-css\">body{")
	for i := range 60 {
		fmt.Fprintf(&b, "--wp--preset--color--tone-%d:#%06x;", i, r.below(1<<24))
	}
	b.WriteString("}")
	kinds := []string{"post", "widget", "menu-item", "entry", "wp-block-group", "comment", "sidebar", "footer-col"}
	for b.Len() < 11_000 {
		fmt.Fprintf(&b, ".%s-%d>.inner,.%s-%d:hover{margin:%dpx auto %dpx;padding:%dpx;color:#%06x;background:rgba(%d,%d,%d,.%d);font:%d 1%drem/1.%d var(--body)}\n",
			kinds[r.below(len(kinds))], r.below(400), kinds[r.below(len(kinds))], r.below(400), r.below(40), r.below(40), r.below(30), r.below(1<<24),
			r.below(256), r.below(256), r.below(256), r.below(9), 100*r.between(1, 9), r.below(4), r.below(9))
	}
	b.WriteString("@media(max-width:782px){.site-nav{display:none}.sidebar{width:100%}}</style>\n<script>window._settings={")
	for b.Len() < 19_000 {
		fmt.Fprintf(&b, "\"m%x\":{\"id\":%d,\"open\":%v,\"tpl\":\"<div class='w-%d'><a href='#'>%x<\\/a><\\/div>\"},", r.below(1<<20), r.below(99999), r.below(2) == 0, r.below(99), r.next())
	}
	b.WriteString("\"end\":0};(function(w,d){w.dataLayer=w.dataLayer||[];function g(){w.dataLayer.push(arguments)}g('js',new Date());for(var i=0;i<2&&w;i++){}})(window,document);</script>\n</head>\n")
	return b.Bytes()
}

// makeTop is the cookie notice, the header and the menus.
func (s *press) makeTop(r *random) []byte {
	w := s.voice.words
	var b bytes.Buffer
	fmt.Fprintf(&b, "<div id=\"cookie-notice\" class=\"cookie-notice\" role=\"dialog\"><p>%s</p><button>OK</button></div>\n", w["cookie"])
	fmt.Fprintf(&b, "<header id=\"masthead\" class=\"site-header\"><div class=\"site-branding\"><a href=\"/\" rel=\"home\">%s</a></div><form role=\"search\" action=\"/private/search\"><input name=\"s\" placeholder=\"%s\"></form>\n<nav id=\"site-navigation\" class=\"site-nav main-navigation\" role=\"navigation\"><ul id=\"primary-menu\" class=\"menu\">", s.name, w["search"])
	for i, name := range s.voice.sections {
		fmt.Fprintf(&b, "<li id=\"menu-item-%d\" class=\"menu-item menu-item-type-taxonomy menu-item-object-category menu-item-has-children menu-item-%d\"><a href=\"/#section-%d\">%s</a><ul class=\"sub-menu\">", 100+i, 100+i, i, name)
		for j := range 4 {
			fmt.Fprintf(&b, "<li class=\"menu-item menu-item-%d\"><a href=\"/#topic-%d-%d\">%s %d</a></li>", 300+i*10+j, i, j, s.voice.sections[(i+j+1)%len(s.voice.sections)], r.between(1, 30))
		}
		b.WriteString("</ul></li>\n")
	}
	b.WriteString("</ul></nav></header>\n")
	fmt.Fprintf(&b, "<div class=\"ad-slot ad-top\"><span class=\"ad-label\">%s</span><div id=\"g-1\"></div></div>\n<div id=\"content\" class=\"site-content\">", w["ad"])
	return b.Bytes()
}

// makeSide is the sidebar.
func (s *press) makeSide(r *random) []byte {
	w := s.voice.words
	var b bytes.Buffer
	fmt.Fprintf(&b, "<aside id=\"secondary\" class=\"widget-area sidebar\" role=\"complementary\">\n<section class=\"widget widget_newsletter\"><h2>%s</h2><p>%s</p><form><input type=\"email\"><button>OK</button></form></section>\n", w["news"], w["news1"])
	for _, list := range []string{"popular", "recent"} {
		fmt.Fprintf(&b, "<section class=\"widget widget_posts\"><h2 class=\"widget-title\">%s</h2><ul>", w[list])
		for range 8 {
			n := r.below(s.pages)
			fmt.Fprintf(&b, "<li><a href=\"%s\"><img src=\"/private/thumb-%d.jpg\" width=\"90\" height=\"60\" alt=\"\" loading=\"lazy\"><span class=\"title\">%s</span></a><span class=\"post-date\">%s</span></li>\n", s.appendPath(nil, n), n, s.title(n), s.day(n).Format("Jan 2, 2006"))
		}
		b.WriteString("</ul></section>\n")
	}
	fmt.Fprintf(&b, "<section class=\"widget widget_donate\"><h2>%s</h2><p>%s</p><a class=\"button\" href=\"/private/give\">%s</a></section>\n<section class=\"widget widget_archive\"><ul>", w["gift"], w["gift1"], w["gift"])
	for m := range 48 {
		fmt.Fprintf(&b, "<li><a href=\"/#month-%d\">%s</a> (%d)</li>", m, epochDay.AddDate(0, m, 0).Format("January 2006"), r.between(1, 60))
	}
	b.WriteString("</ul></section></aside>\n")
	return b.Bytes()
}

// makeFoot is the footer.
func (s *press) makeFoot(r *random) []byte {
	w := s.voice.words
	var b bytes.Buffer
	b.WriteString("</div>\n<footer id=\"colophon\" class=\"site-footer\" role=\"contentinfo\"><div class=\"footer-cols\">")
	for c := range 4 {
		fmt.Fprintf(&b, "<div class=\"footer-col\"><h3>%s</h3><ul>", s.voice.sections[c])
		for j := range 10 {
			fmt.Fprintf(&b, "<li><a href=\"/#f-%d-%d\">%s %d</a></li>", c, j, s.voice.sections[(c+j)%len(s.voice.sections)], r.between(1, 30))
		}
		b.WriteString("</ul></div>")
	}
	fmt.Fprintf(&b, "</div><p class=\"copyright\">© 2014–2024 %s. %s</p></footer>\n<div id=\"modal\" class=\"popup-overlay\" aria-hidden=\"true\"><h2>%s</h2><p>%s</p></div>\n<script>", s.name, w["foot"], w["gift"], w["gift1"])
	for b.Len() < 9000 {
		fmt.Fprintf(&b, "d.register(%d,{sel:'.w-%d',fn:function(e){if(e&&e.target<%d){return e.data||'%x'}}});\n", r.below(9999), r.below(99), r.below(99), r.next())
	}
	b.WriteString("</script>\n</body></html>\n")
	return b.Bytes()
}

func (s *press) appendArticle(b []byte, host string, n int) []byte {
	w := s.voice.words
	title, author, day := s.title(n), s.author(n), s.day(n)
	section := s.voice.sections[n%len(s.voice.sections)]
	put := func(parts ...string) {
		for _, p := range parts {
			b = append(b, p...)
		}
	}
	put("<!DOCTYPE html>\n<html lang=\"", s.voice.lang, "\">\n<head>\n<meta charset=\"UTF-8\">\n<title>", title, " - ", s.name, "</title>\n")
	b = s.appendMeta(b, host, n, title, author, section)
	b = append(b, s.head...)
	put("<body class=\"single single-post postid-", strconv.Itoa(n), "\">\n")
	b = append(b, s.top...)
	open, shut := s.container()
	put("<main id=\"main\" class=\"site-main\">", open[0], "<h1 class=\"entry-title\">", title, "</h1>\n<div class=\"entry-meta\"><span class=\"byline\">", w["by"], " ", author, "</span> <time datetime=\"")
	b = day.AppendFormat(b, time.DateOnly)
	put("\">")
	b = day.AppendFormat(b, "January 2, 2006")
	put("</time></div>\n<div class=\"share-row\"><span>", w["share"], ":</span> <a href=\"https://share-a.example/?u=", strconv.Itoa(n), "\">A</a> <a href=\"https://share-b.example/?u=", strconv.Itoa(n), "\">B</a></div>\n", open[1])
	b = s.appendStory(b, n)
	put(shut[0], "<p class=\"cat-links\">", w["posted"], " <a href=\"/#section-", strconv.Itoa(n%len(s.voice.sections)), "\">", section, "</a></p>\n", shut[1])
	b = s.appendRelated(b, n)
	b = s.appendComments(b, n)
	put("</main>\n")
	b = append(b, s.side...)
	return append(b, s.foot...)
}

// container is the markup around the article and around its text.
func (s *press) container() (open, shut [2]string) {
	switch s.theme {
	case 0:
		return [2]string{"<article class=\"post type-post hentry\">", "<div class=\"entry-content\">\n"}, [2]string{"</div>\n", "</article>\n"}
	case 1:
		return [2]string{"<div class=\"post\">", "<div class=\"entry-content clearfix\">\n"}, [2]string{"</div>\n", "</div>\n"}
	}
	return [2]string{"<div class=\"c-9a71f\">", "<div class=\"c-02bd4\">\n"}, [2]string{"</div>\n", "</div>\n"}
}

func (s *press) appendMeta(b []byte, host string, n int, title, author, section string) []byte {
	url := append([]byte("http://"+host), s.appendPath(nil, n)...)
	day := s.day(n).Format("2006-01-02T08:00:00+00:00")
	b = fmt.Appendf(b, "<link rel=\"canonical\" href=\"%s\">\n<meta property=\"og:title\" content=\"%s\">\n<meta property=\"og:type\" content=\"article\">\n<meta property=\"og:url\" content=\"%s\">\n<meta property=\"og:site_name\" content=\"%s\">\n<meta property=\"article:published_time\" content=\"%s\">\n", url, title, url, s.name, day)
	if s.theme != 0 {
		return fmt.Appendf(b, "<meta name=\"author\" content=\"%s\">\n", author)
	}
	quoted, _ := json.Marshal(title) // a string never fails
	return fmt.Appendf(b, "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":%s,\"datePublished\":\"%s\",\"author\":[{\"@type\":\"Person\",\"name\":\"%s\"}],\"publisher\":{\"@type\":\"Organization\",\"name\":\"%s\"},\"articleSection\":\"%s\",\"mainEntityOfPage\":\"%s\"}</script>\n", quoted, day, author, s.name, section, url)
}

func (s *press) appendStory(b []byte, n int) []byte {
	w := s.voice.words
	for i, p := range s.story(n) {
		open, shut := "<p>", "</p>\n"
		if p.heading {
			open, shut = "<h2>", "</h2>\n"
		}
		b = append(b, open...)
		for j, t := range p.sentences {
			if j > 0 {
				b = append(b, s.voice.space...)
			}
			b = append(b, t...)
		}
		if p.link != "" {
			b = append(b, s.voice.space...)
			b = append(b, "<a href=\""...)
			b = append(b, p.link...)
			b = append(b, "\">"...)
			b = append(b, p.linked...)
			b = append(b, "</a>"...)
		}
		b = append(b, shut...)
		if i == 2 {
			b = append(b, "<div class=\"newsletter-box\"><strong>"+w["news"]+"</strong><p>"+w["news1"]+"</p><form><input type=\"email\"><button>OK</button></form></div>\n"...)
		}
	}
	return b
}

func (s *press) appendRelated(b []byte, n int) []byte {
	r := newRandom(s.seed, s.host, n, 4)
	b = append(b, "<section class=\"related-posts\"><h2>"+s.voice.words["related"]+"</h2><div class=\"grid\">\n"...)
	for range 6 {
		m := r.below(s.pages)
		b = append(b, "<div class=\"card\"><a href=\""...)
		b = s.appendPath(b, m)
		b = append(b, "\"><img loading=\"lazy\" width=\"300\" height=\"200\" src=\"/private/thumb.jpg\" alt=\"\"><h3>"...)
		b = append(b, s.title(m)...)
		b = append(b, "</h3></a><p>"...)
		b = append(b, s.voice.excerpts[r.below(len(s.voice.excerpts))]...)
		b = append(b, " […]</p></div>\n"...)
	}
	return append(b, "</div></section>\n"...)
}

func (s *press) appendComments(b []byte, n int) []byte {
	w := s.voice.words
	r := newRandom(s.seed, s.host, n, 5)
	count := r.between(2, 9)
	b = append(b, "<section id=\"comments\" class=\"comments-area\"><h2>"...)
	b = strconv.AppendInt(b, int64(count), 10)
	b = append(b, " "+w["comments"]+"</h2><ol class=\"comment-list\">\n"...)
	for i := range count {
		b = append(b, "<li class=\"comment depth-1\" id=\"comment-"...)
		b = strconv.AppendInt(b, int64(n*16+i), 10)
		b = append(b, "\"><article class=\"comment-body\"><footer class=\"comment-meta\"><b class=\"fn\">reader"...)
		b = strconv.AppendInt(b, int64(r.below(900)), 10)
		b = append(b, "</b></footer><div class=\"comment-content\"><p>"...)
		for range r.between(1, 3) {
			b = append(b, s.voice.sentences[r.below(len(s.voice.sentences))]...)
			b = append(b, s.voice.space...)
		}
		b = append(b, "</p></div><a class=\"comment-reply-link\" href=\"#respond\">"+w["reply"]+"</a></article></li>\n"...)
	}
	return append(b, "</ol><div id=\"respond\"><h3>"+w["leave"]+"</h3><p>"+w["note"]+"</p><form><textarea name=\"comment\"></textarea></form></div></section>\n"...)
}

// appendListing is a list of articles, the newest first.
func (s *press) appendListing(b []byte, host string, list int) []byte {
	w := s.voice.words
	b = append(b, "<!DOCTYPE html>\n<html lang=\""+s.voice.lang+"\">\n<head>\n<meta charset=\"UTF-8\">\n<title>"+s.name+"</title>\n<meta property=\"og:type\" content=\"website\">\n"...)
	b = append(b, s.head...)
	b = append(b, "<body class=\"home blog\">\n"...)
	b = append(b, s.top...)
	b = append(b, "<main id=\"main\" class=\"site-main\">\n"...)
	first := s.pages - 1 - list*perListing
	for n := first; n >= 0 && n > first-perListing; n-- {
		b = append(b, "<article class=\"post teaser\"><h2 class=\"entry-title\"><a href=\""...)
		b = s.appendPath(b, n)
		b = append(b, "\" rel=\"bookmark\">"...)
		b = append(b, s.title(n)...)
		b = append(b, "</a></h2><div class=\"entry-summary\"><p>"...)
		b = append(b, s.voice.excerpts[n%len(s.voice.excerpts)]...)
		b = append(b, " <a class=\"more-link\" href=\""...)
		b = s.appendPath(b, n)
		b = append(b, "#more\">"+w["more"]+"</a></p></div></article>\n"...)
	}
	b = append(b, "<nav class=\"pagination\">"...)
	if list > 1 {
		b = fmt.Appendf(b, "<a class=\"prev\" rel=\"prev\" href=\"/page/%d/\">%s</a>", list, w["newer"])
	} else if list == 1 {
		b = append(b, "<a class=\"prev\" rel=\"prev\" href=\"/\">"+w["newer"]+"</a>"...)
	}
	if list+1 < s.Listings() {
		b = fmt.Appendf(b, "<a class=\"next\" rel=\"next\" href=\"/page/%d/\">%s</a>", list+2, w["older"])
	}
	b = append(b, "</nav></main>\n"...)
	b = append(b, s.side...)
	return append(b, s.foot...)
}
