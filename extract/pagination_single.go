package extract

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"stet/crawler/weburl"
)

// singleWords are what the link to the whole article on one page says.
var singleWords = []string{"single page", "one page", "view all", "view as one", "show all", "full article", "full story", "all on one page", "all pages", "print view", "printer friendly", "printer-friendly",
	"全文阅读", "阅读全文", "閱讀全文", "在本页阅读全文", "在本頁閱讀全文", "单页阅读", "單頁閱讀", "余下全文", "显示全文", "顯示全文", "查看全文", "全文を読む", "全ページ", "全文表示", "1ページで",
	"auf einer seite", "alles auf einer seite", "artikel auf einer", "druckansicht", "sur une page", "sur une seule page", "tout afficher", "en una página", "en una sola página", "ver todo", "su una pagina", "на одной странице", "одной страницей", "весь текст"}

// singleMarks are the values and parts of an address that ask for all pages.
var singleMarks = []string{"all", "full", "single", "singlepage", "single-page", "one", "onepage", "one-page", "viewall", "view-all", "complete", "komplett", "print", "printable", "integral", "fullpage"}

// viewParams are the parameters, besides those of pages, that choose how much
// of an article is shown.
var viewParams = []string{"view", "display", "mode", "show", "output", "layout", "format"}

// single is the address of the whole article on one page: the words say so and
// the address is this article's but for a mark that says so too.
func (p *pager) single(f *pageFamily) string {
	for i := range p.links {
		l := &p.links[i]
		if len(l.Text) > 100 || l.Text == "" || l.Place == PlaceHead {
			continue
		}
		text := plainLine(l.Text)
		if !slices.ContainsFunc(singleWords, func(w string) bool { return strings.HasPrefix(text, w) }) {
			continue
		}
		if asksForAll(f.stem, bareURL(weburl.Key(l.URL))) {
			return withoutFragment(l.URL)
		}
	}
	return ""
}

// asksForAll tells whether address u is the stem with a mark added.
func asksForAll(stem, u string) bool {
	path, query, _ := strings.Cut(u, "?")
	stemPath, stemQuery, _ := strings.Cut(stem, "?")
	path = plainPath(path)
	if path == stemPath {
		return query != stemQuery && allParam(query, stemQuery)
	}
	if query != stemQuery {
		return false
	}
	name, other := cutName(stemPath), cutName(path)
	i := strings.LastIndexAny(other, "/-_.,")
	if i < 0 || !slices.Contains(singleMarks, strings.ToLower(other[i+1:])) {
		return false
	}
	if other[:i] == name {
		return true
	}
	// Where every view of an article has a number of its own behind its name,
	// most of the name has to agree.
	dir := strings.LastIndexByte(name, '/') + 1
	same := 0
	for same < min(len(name), i) && name[same] == other[same] {
		same++
	}
	return same-dir >= 16 && (same-dir)*10 >= (len(name)-dir)*6
}

// allParam tells whether a query is another with one parameter more, of the
// kind of page=all, view=print or singlepage=1.
func allParam(query, stem string) bool {
	had := strings.Split(stem, "&")
	added := 0
	for param := range strings.SplitSeq(query, "&") {
		if slices.Contains(had, param) {
			continue
		}
		name, value, _ := strings.Cut(strings.ToLower(param), "=")
		asks := slices.Contains(singleMarks, value) && (slices.Contains(pageParams, name) || slices.Contains(viewParams, name))
		if !asks && !slices.Contains(singleMarks, name) {
			return false
		}
		added++
	}
	return added == 1
}

// scriptPages reads the call by which the pages of one widespread Chinese
// system write their page links, so that there is none in the markup:
// createPageHTML(count, current, "t20240531_7", "shtml"), counting from 0.
func scriptPages(d *Document, text []byte) {
	i := bytes.Index(text, []byte("createPageHTML("))
	if i < 0 || d.PageNumber > 0 {
		return
	}
	text = text[i+len("createPageHTML("):]
	call, _, ok := strings.Cut(string(text[:min(len(text), 300)]), ")")
	args := strings.Split(call, ",")
	if !ok || len(args) < 4 {
		return
	}
	for i := range args {
		args[i] = strings.Trim(args[i], " \t\r\n'\"")
	}
	count, err1 := strconv.Atoi(args[0])
	current, err2 := strconv.Atoi(args[1])
	own, ok := addressOf(d.URL)
	if err1 != nil || err2 != nil || !ok || count < 2 || count > MaxPages || current < 0 || current >= count {
		return
	}
	name, ext := args[2], "."+args[3]
	address := func(i int) string {
		file := name + ext
		if i > 0 {
			file = name + "_" + strconv.Itoa(i) + ext
		}
		u, err := weburl.Resolve(d.URL, file)
		if err != nil {
			return ""
		}
		return u
	}
	if a, ok := addressOf(address(current)); !ok || a.plain != own.plain || name == "index" {
		return // the call of some list on the page
	}
	d.PageNumber, d.PageCount = current+1, count
	if current > 0 {
		d.FirstPage = address(0)
	}
	if current+1 < count {
		d.NextPage = address(current + 1)
	}
}
