package crawltest

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Press is a number of generated news sites, for benchmarks and for crawls of
// any size. Everything follows from the seed; nothing is kept per page, so a
// million pages cost no more memory than one.
//
// Each site has a front page and lists of 20 (/, /page/2/, …), its articles
// (/2019/03/07/slug-12/), /robots.txt that closes /private/, and /sitemap.xml.
// A page of about 60 KB holds what WordPress pages hold: inline CSS and
// scripts of 20 KB, menus with 60 links, a cookie notice, an article of 3 to
// 10 KB with links, a subscribe box inside it, related posts, comments, a
// sidebar, a footer. Every fourth site is Chinese. The sites take turns in
// three themes: JSON-LD with an article element; OpenGraph with
// .entry-content; div soup with OpenGraph alone.
type Press struct {
	seed         uint64
	hosts, pages int
	tongues      [2]*voice
	sites        []*press
	asked        atomic.Int64
}

// voice is a tongue with its sentences made.
type voice struct {
	*tongue
	sentences []string
	excerpts  []string
}

// press is one site.
type press struct {
	*Press
	host  int
	theme int
	voice *voice
	name  string
	// What all its pages share.
	head, top, side, foot []byte
	buffers               sync.Pool
}

// Truth is what a reader should get of one article.
type Truth struct {
	Path      string
	Title     string
	Author    string
	Published string // the day
	Language  string
	Text      []string // a line per paragraph or heading
	Links     []string // of the article's own text, as written on the page
}

const perListing = 20

// Generate makes that many sites with that many articles each.
func Generate(seed uint64, hosts, pages int) *Press {
	p := &Press{seed: seed, hosts: hosts, pages: pages}
	for i, l := range []*tongue{&english, &chinese} {
		p.tongues[i] = newVoice(seed, l)
	}
	for h := range hosts {
		p.sites = append(p.sites, newPress(p, h))
	}
	return p
}

// newVoice makes 2,000 sentences, so that a page only copies them.
func newVoice(seed uint64, l *tongue) *voice {
	v := &voice{tongue: l}
	r := newRandom(seed, len(l.patterns))
	for range 2000 {
		v.sentences = append(v.sentences, l.sentence(r, l.patterns))
	}
	for i := range 200 {
		v.excerpts = append(v.excerpts, v.sentences[i]+l.space+v.sentences[1999-i])
	}
	return v
}

// Hosts is the number of sites, Pages that of the articles of each.
func (p *Press) Hosts() int { return p.hosts }

// Pages is the number of articles of each site.
func (p *Press) Pages() int { return p.pages }

// Listings is the number of lists of each site, the front page included.
func (p *Press) Listings() int { return max(1, (p.pages+perListing-1)/perListing) }

// Requests is how many requests have been answered.
func (p *Press) Requests() int64 { return p.asked.Load() }

// Start serves every site on a loopback address of its own until the test
// ends, and gives their front pages. It records no requests but their number.
func (p *Press) Start(t testing.TB) []string {
	t.Helper()
	var seeds []string
	var servers []*http.Server
	var wg sync.WaitGroup
	t.Cleanup(func() {
		for _, srv := range servers {
			srv.Close() // the test is over
		}
		wg.Wait()
	})
	for h := range p.hosts {
		l, err := listen(h)
		if err != nil {
			t.Fatal(err)
		}
		srv := &http.Server{Handler: p.Handler(h)}
		wg.Go(func() { srv.Serve(l) }) // ends with ErrServerClosed
		servers = append(servers, srv)
		seeds = append(seeds, "http://"+l.Addr().(*net.TCPAddr).String()+"/")
	}
	return seeds
}

// Handler answers for one site, whatever name it is asked by.
func (p *Press) Handler(host int) http.Handler {
	return http.HandlerFunc(p.sites[host].answer)
}

func (s *press) answer(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	path := r.URL.Path
	switch path {
	case "/robots.txt":
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "User-agent: *\nDisallow: /private/\nSitemap: http://%s/sitemap.xml\n", r.Host)
		return
	case "/sitemap.xml":
		w.Header().Set("Content-Type", "application/xml")
		w.Write(s.sitemap(r.Host))
		return
	}
	b := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(b)
	if n, ok := s.listing(path); ok {
		*b = s.appendListing((*b)[:0], r.Host, n)
	} else if n, ok := s.number(path); ok {
		w.Header().Set("ETag", `"`+strconv.Itoa(n)+`"`)
		if notModified(r.Header, w.Header()) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		*b = s.appendArticle((*b)[:0], r.Host, n)
	} else {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(*b)))
	w.Write(*b) // the client may have gone: its own affair
}

// listing reads "/" and "/page/3/".
func (s *press) listing(path string) (n int, ok bool) {
	if path == "/" {
		return 0, true
	}
	digits, ok1 := strings.CutPrefix(path, "/page/")
	digits, ok2 := strings.CutSuffix(digits, "/")
	n, err := strconv.Atoi(digits)
	return n - 1, ok1 && ok2 && err == nil && n > 1 && n <= s.Listings()
}

// number reads the article's number from its path, which must be wholly right.
func (s *press) number(path string) (n int, ok bool) {
	i := strings.LastIndexByte(path, '-')
	n, err := strconv.Atoi(strings.TrimSuffix(path[i+1:], "/"))
	if err != nil || n < 0 || n >= s.pages {
		return 0, false
	}
	return n, path == string(s.appendPath(nil, n))
}

// epochDay is the day of the first article.
var epochDay = time.Date(2014, 1, 6, 0, 0, 0, 0, time.UTC)

// day is when an article was published: the later the higher its number.
func (s *press) day(n int) time.Time { return epochDay.AddDate(0, 0, n*3900/s.pages) }

func (s *press) appendPath(b []byte, n int) []byte {
	b = s.day(n).AppendFormat(b, "/2006/01/02/")
	r := newRandom(s.seed, s.host, n, 7)
	for range 3 {
		words := english.slots["do"]
		b = append(b, words[r.below(len(words))]...)
		b = append(b, '-')
	}
	b = strconv.AppendInt(b, int64(n), 10)
	return append(b, '/')
}

// Path is where an article stands on its site.
func (p *Press) Path(host, page int) string { return string(p.sites[host].appendPath(nil, page)) }

func (s *press) title(n int) string {
	return s.voice.sentence(newRandom(s.seed, s.host, n, 1), s.voice.titles)
}

func (s *press) author(n int) string {
	return s.voice.names[newRandom(s.seed, s.host, n, 2).below(len(s.voice.names))]
}

// paragraph is a run of sentences, perhaps with a link at its end.
type paragraph struct {
	heading   bool
	sentences []string
	link      string // its address, "" if there is none
	linked    string // its text, one more sentence
}

// story decides what an article says.
func (s *press) story(n int) []paragraph {
	r := newRandom(s.seed, s.host, n, 3)
	pick := func() string { return s.voice.sentences[r.below(len(s.voice.sentences))] }
	var out []paragraph
	size, want := 0, r.between(3000, 9400)
	for i := 0; size < want; i++ {
		p := paragraph{heading: i > 2 && i%5 == 0}
		if p.heading {
			p.sentences = []string{s.voice.sentence(r, s.voice.titles)}
		}
		for j := r.between(2, 5); j > 0 && !p.heading; j-- {
			p.sentences = append(p.sentences, pick())
		}
		if !p.heading && r.below(3) == 0 {
			p.linked = pick()
			p.link = "https://source-" + strconv.Itoa(r.below(900)) + ".example/paper/" + strconv.Itoa(r.below(9000))
			if r.below(2) == 0 {
				p.link = string(s.appendPath(nil, r.below(s.pages)))
			}
		}
		for _, t := range p.sentences {
			size += len(t)
		}
		size += len(p.linked)
		out = append(out, p)
	}
	return out
}

// Truth gives what a reader should get of one article.
func (p *Press) Truth(host, page int) Truth {
	s := p.sites[host]
	t := Truth{
		Path: p.Path(host, page), Title: s.title(page), Author: s.author(page),
		Published: s.day(page).Format(time.DateOnly), Language: s.voice.code,
	}
	for _, para := range s.story(page) {
		line := strings.Join(para.sentences, s.voice.space)
		if para.link != "" {
			line += s.voice.space + para.linked
			t.Links = append(t.Links, para.link)
		}
		t.Text = append(t.Text, line)
	}
	return t
}

func (s *press) sitemap(host string) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for n := range s.pages {
		fmt.Fprintf(&b, "<url><loc>http://%s%s</loc><lastmod>%s</lastmod></url>\n", host, s.appendPath(nil, n), s.day(n).Format(time.DateOnly))
	}
	b.WriteString("</urlset>\n")
	return b.Bytes()
}
