package extract

import (
	"slices"
	"strings"

	"stet/crawler/weburl"
)

// An address is a page's URL taken apart: without scheme, "www." and fragment,
// and read in every way in which sites write page numbers into it.
//
//	https://www.a.example/mill/2/          a.example/mill            "/" 2
//	https://a.example/mill/page/2/         a.example/mill            "/page/" 2
//	https://a.example/mill?id=7&page=2     a.example/mill?id=7       "?page" 2
//	https://a.example/t20240531_7_1.shtml  a.example/t20240531_7.shtml  "_" 1
//	https://a.example/mill-p2.html         a.example/mill.html       "-p" 2
type address struct {
	plain string // the whole address, as that of a first page
	spots []spot
}

// A spot is one way to read a page number in an address.
type spot struct {
	stem   string // the address without the number, a plain one
	style  string // how the number is written
	number int
}

// pageParams are the query parameters that number pages of anything. Left out
// are those of comments (cpage), of lists alone (paged, start, offset) and of
// pictures.
var pageParams = []string{"page", "p", "pg", "pn", "pageno", "page_no", "pagenum", "page_num", "pagenumber", "page_number", "curpage", "currentpage", "pagewanted", "seite", "pagina", "pag", "strona", "sayfa"}

// pageWords stand before a page number in a path.
var pageWords = []string{"page", "seite", "pagina", "pag", "strona", "sayfa", "sida", "pg", "p"}

// pageSuffixes are these words as they stand before a number at the end of a
// name: "-page-", "_p", ….
var pageSuffixes = func() (all []string) {
	for _, word := range pageWords {
		for _, sep := range []string{"-", "_", ".", ","} {
			for _, end := range []string{"", "-", "_"} {
				all = append(all, sep+word+end)
			}
		}
	}
	return all
}()

// bareURL is a URL without scheme, www. and fragment; "" if it is not of the
// web.
func bareURL(u string) string {
	_, rest, ok := strings.Cut(u, "://")
	if !ok || !isWeb(u) {
		return ""
	}
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimPrefix(rest, "www.")
}

// addressOf takes a URL apart; ok is false for the root of a site, which has
// no pages of its own.
func addressOf(u string) (a address, ok bool) {
	bare := bareURL(weburl.Key(u))
	path, query, _ := strings.Cut(bare, "?")
	path = plainPath(path)
	if strings.IndexByte(path, '/') < 0 {
		return a, false
	}
	a.plain = withQuery(path, query)
	a.spotQuery(path, query)
	a.spotPath(path, query)
	return a, true
}

// plainPath drops the slash at the end and the name of an index file.
func plainPath(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return path
	}
	if name, ext, _ := strings.Cut(path[i+1:], "."); name == "index" && isExtension(ext) {
		path = path[:i]
	}
	return strings.TrimRight(path, "/")
}

func isExtension(s string) bool {
	switch s {
	case "html", "htm", "shtml", "shtm", "xhtml", "php", "asp", "aspx", "jsp", "jhtml", "phtml", "do", "cfm", "stm":
		return true
	}
	return false
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

func (a *address) spotQuery(path, query string) {
	if query == "" {
		return
	}
	params := strings.Split(query, "&")
	for i, param := range params {
		name, value, _ := strings.Cut(param, "=")
		name = strings.ToLower(name)
		n, ok := wholeNumber(value)
		if !ok || !slices.Contains(pageParams, name) {
			continue
		}
		others := slices.Delete(slices.Clone(params), i, i+1)
		a.spots = append(a.spots, spot{stem: withQuery(path, strings.Join(others, "&")), style: "?" + name, number: n})
	}
}

// wholeNumber reads a page number without leading zeros, as "05" is a day.
func wholeNumber(s string) (int, bool) {
	if s == "" || len(s) > 3 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func (a *address) spotPath(path, query string) {
	i := strings.LastIndexByte(path, '/')
	dir, name := path[:i], path[i+1:]
	base, ext := name, ""
	if j := strings.LastIndexByte(name, '.'); j >= 0 && isExtension(strings.ToLower(name[j+1:])) {
		base, ext = name[:j], name[j:]
	}
	digits := len(base)
	for digits > 0 && base[digits-1] >= '0' && base[digits-1] <= '9' {
		digits--
	}
	n, ok := wholeNumber(base[digits:])
	if !ok {
		return
	}
	add := func(stem, style string) {
		if strings.IndexByte(stem, '/') > 0 {
			a.spots = append(a.spots, spot{stem: withQuery(plainPath(stem), query), style: style, number: n})
		}
	}
	mark := base[:digits]
	word := strings.ToLower(strings.TrimRight(mark, "-_"))
	switch {
	case mark == "":
		a.spotFolder(dir, ext, add)
	case slices.Contains(pageWords, word):
		add(dir, "/"+mark)
		add(dir+ext, "/"+mark)
	default:
		stem, style := suffixOf(mark)
		if stem != "" {
			add(dir+"/"+stem+ext, style+ext)
		}
	}
}

// spotFolder reads a last part that is nothing but a number.
func (a *address) spotFolder(dir, ext string, add func(stem, style string)) {
	i := strings.LastIndexByte(dir, '/')
	if i >= 0 && ext == "" && slices.Contains(pageWords, strings.ToLower(dir[i+1:])) {
		add(dir[:i], "/"+strings.ToLower(dir[i+1:])+"/")
		return
	}
	if i < 0 || calendarPart(dir[i+1:]) {
		return
	}
	add(dir, "/"+ext)
	if ext != "" {
		add(dir+ext, "/"+ext)
	}
}

// calendarPart tells the year or month in /2024/05/2/, a day's archive.
func calendarPart(s string) bool {
	if len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	return len(s) <= 2 || len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20"))
}

// suffixOf takes the mark of a page number off the end of a file's name.
func suffixOf(mark string) (stem, style string) {
	low := strings.ToLower(mark)
	for _, w := range pageSuffixes {
		if strings.HasSuffix(low, w) {
			return mark[:len(mark)-len(w)], w
		}
	}
	if strings.HasSuffix(mark, "(") {
		return "", ""
	}
	if strings.ContainsAny(mark[len(mark)-1:], "-_.,") {
		return mark[:len(mark)-1], mark[len(mark)-1:]
	}
	return mark, ""
}

// A relation is how another address stands to this page's own.
type relation struct {
	stem, style string
	own, other  int // page numbers, none if the address has none
}

// none is the number of an address without one: a first page.
const none = -1

// relations are the ways in which b can be another page of what a is a page of.
func (a *address) relations(b *address, to []relation) []relation {
	for _, s := range b.spots {
		if s.stem == a.plain {
			to = append(to, relation{s.stem, s.style, none, s.number})
		}
		for _, o := range a.spots {
			if s.stem == o.stem && s.style == o.style {
				to = append(to, relation{s.stem, s.style, o.number, s.number})
			}
		}
	}
	for _, o := range a.spots {
		if b.plain == o.stem {
			to = append(to, relation{o.stem, o.style, o.number, none})
		}
	}
	return to
}

// prefix is what every address related to this one begins with.
func (a *address) prefix() string {
	p := cutName(a.plain)
	for _, s := range a.spots {
		if q := cutName(s.stem); len(q) < len(p) {
			p = q
		}
	}
	return p
}

// cutName is an address without query and extension.
func cutName(s string) string {
	s, _, _ = strings.Cut(s, "?")
	i := strings.LastIndexByte(s, '.')
	if i <= strings.LastIndexByte(s, '/') || len(s)-i > 6 || strings.ContainsFunc(s[i+1:], func(r rune) bool { return r < 'A' || r > 'z' }) {
		return s
	}
	return s[:i]
}
