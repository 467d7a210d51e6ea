package extract

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// least is the weight of the shortest text that can be an article: two lines
// of Latin text, or forty Chinese characters.
const least = 60

// challengeWeight is the most text that a page with a bot challenge shows;
// the longest in use explain themselves in 2,000 characters.
const challengeWeight = 4000

// seen is what the whole page showed before anything was cut.
type seen struct {
	weight     int32
	links      int32
	password   bool
	scripts    int
	types      map[string]bool // of schema.org, as microdata, in lower case
	generators []string        // in lower case
	mount      bool            // an element for a script to fill stands empty
}

// whole surveys the page before pruning.
func (t *tree) whole() seen {
	var s seen
	if len(t.items) == 0 {
		return s
	}
	s.weight, s.links = t.items[0].weight, t.items[0].links
	root := t.items[0].node
	for root.Parent != nil {
		root = root.Parent
	}
	for n := root; n != nil; n = following(n, root) {
		if n.Type == html.ElementNode {
			s.look(n)
		}
	}
	return s
}

// traces are the ids, the addresses and the text of scripts of the page, where
// what betrays a challenge is looked for, in lower case.
func (t *tree) traces() string {
	root := t.items[0].node
	for root.Parent != nil {
		root = root.Parent
	}
	var b strings.Builder
	for n := root; n != nil; n = following(n, root) {
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(attr(n, "id") + " ")
		if n.DataAtom == atom.Script {
			b.WriteString(attr(n, "src") + " ")
			if n.FirstChild != nil {
				b.WriteString(n.FirstChild.Data[:min(len(n.FirstChild.Data), scriptSample)] + " ")
			}
		}
	}
	return strings.ToLower(b.String())
}

// look notes what one element says.
func (s *seen) look(n *html.Node) {
	switch n.DataAtom {
	case atom.Input:
		s.password = s.password || strings.EqualFold(attr(n, "type"), "password")
		return
	case atom.Script:
		s.scripts++
		return
	case atom.Meta:
		if strings.EqualFold(attr(n, "name"), "generator") && len(s.generators) < 8 {
			s.generators = append(s.generators, strings.ToLower(strings.TrimSpace(attr(n, "content"))))
		}
		return
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "id":
			s.mount = s.mount || mountID(a.Val) && emptyElement(n)
		case "itemtype":
			if s.types == nil {
				s.types = map[string]bool{}
			}
			s.types[strings.ToLower(a.Val[strings.LastIndexAny(a.Val, "/:#")+1:])] = true
		}
	}
	s.mount = s.mount || n.DataAtom == 0 && n.Data == "app-root" && emptyElement(n)
}

// scriptSample is how much of a script is looked at for what betrays a
// challenge; the longest beginning without it that was seen takes 20 KB.
const scriptSample = 32 << 10

// mountID tells the ids that frameworks give to the element they fill.
func mountID(id string) bool {
	switch id {
	case "root", "app", "__next", "__nuxt", "___gatsby", "main-app", "react-root", "svelte", "q-app":
		return true
	}
	return false
}

// emptyElement tells whether there is no text but white space in n.
func emptyElement(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = following(c, n) {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" && c.Parent.DataAtom != atom.Noscript && c.Parent.DataAtom != atom.Style && c.Parent.DataAtom != atom.Script {
			return false
		}
	}
	return true
}

// judge says what kind of page this is, and why. An article with its text on
// the page is one whatever else is on it.
func judge(p Page, m metadata, t *tree, before seen, s *story, lines []storyLine) (Kind, string) {
	title := strings.ToLower(strings.TrimSpace(m.Title))
	if before.weight < challengeWeight && s.prose < challengeStory && len(t.items) > 0 {
		if mark := challengeMark(title, t.traces(), s.prose); mark != "" {
			return KindChallenge, "bot challenge: " + mark
		}
	}
	if p.Status >= 400 {
		return KindError, fmt.Sprintf("status %d", p.Status)
	}
	if s.prose < 1200 && s.lines < 12 {
		if said := notFound(title, s.text); said != "" {
			return KindSoft404, "says " + said
		}
	}
	if before.password && s.prose < 600 && (s.weight < 2*least || asksLogin(title) || asksLogin(strings.ToLower(clip(s.text, 300)))) {
		return KindLogin, "a password field and no story"
	}
	t.prompt = t.paywallPrompt(m, s)
	if kind, why := t.stub(m, s); why != "" {
		return kind, why
	}
	if why := t.shell(before, s); why != "" {
		return KindShell, why
	}
	if t.listed(p, s, lines, datedByMachine(m)) {
		if homePath(p.URL) {
			return KindHome, "links to other pages at the root of the site"
		}
		return KindList, "mostly links to other pages"
	}
	if s.weight < least {
		return t.remainder(p, before)
	}
	if kind, why := t.textKind(p, m, before, lines); why != "" {
		return kind, why
	}
	unit := "lines"
	if s.lines == 1 {
		unit = "line"
	}
	why := fmt.Sprintf("%d characters of text in %d %s", utf8.RuneCountInString(s.text), s.lines, unit)
	if t.prompt != "" {
		why += "; it asks to be paid for: " + t.prompt
	}
	return KindArticle, why
}

// remainder judges a page without a story.
func (t *tree) remainder(p Page, before seen) (Kind, string) {
	switch {
	case before.weight >= 3*least && t.consent(before):
		return KindConsent, "a consent dialog and no story"
	case before.links >= 10 && homePath(p.URL):
		return KindHome, "links to other pages at the root of the site"
	case before.links >= 10:
		return KindList, "links and no story"
	case before.scripts > 0 && (before.weight < 1000 || before.mount):
		return KindShell, "next to no text without scripts"
	}
	return KindEmpty, fmt.Sprintf("no text worth keeping (%d characters)", before.weight)
}

// consent tells whether the page speaks of cookies.
func (t *tree) consent(before seen) bool {
	text := strings.ToLower(t.allText(8000))
	return strings.Count(text, "cookie") >= 2 || strings.Contains(text, "consent")
}

// allText is the text of the page, cut or not.
func (t *tree) allText(limit int) string {
	var b strings.Builder
	for i := range t.items {
		if t.items[i].form == formText && b.Len() < limit {
			foldInto(&b, t.items[i].node.Data, true, limit)
		}
	}
	return b.String()
}

// notFoundTitles are what titles say of a page that is not there; whole, at
// the beginning or at the end.
var notFoundTitles = []string{"404", "not found", "page not found", "nothing found", "nothing was found", "no results found", "error 404", "没有找到", "沒有找到", "未找到", "内容不存在"}

// notFoundPhrases say so in a title or in a short text.
var notFoundPhrases = []string{"page not found", "page cannot be found", "page can't be found", "page doesn't exist", "page does not exist",
	"page you are looking for", "page you're looking for", "page you requested", "page could not be found", "page couldn't be found", "page is no longer available", "page has been removed",
	"页面不存在", "页面未找到", "找不到页面", "頁面不存在", "找不到頁面", "您访问的页面", "您要找的页面", "您要找的頁面", "页面已删除", "頁面已刪除", "お探しのページ", "ページが見つかりません",
	"seite nicht gefunden", "seite wurde nicht gefunden", "seite existiert nicht", "page introuvable", "page non trouvée", "página no encontrada", "página no existe", "страница не найдена"}

// notFound is the phrase by which a page says that there is nothing here.
func notFound(title, text string) string {
	for _, s := range notFoundTitles {
		if (strings.HasPrefix(title, s) || strings.HasSuffix(title, s)) && len(title) < 60+len(s) {
			return s
		}
	}
	low := strings.ToLower(clip(text, 300))
	for _, s := range notFoundPhrases {
		if strings.Contains(title, s) && len(title) < 60+len(s) || len(text) < 600 && strings.Contains(low, s) {
			return s
		}
	}
	return ""
}

func homePath(u string) bool {
	p, err := url.Parse(u)
	if err != nil || p.RawQuery != "" {
		return false
	}
	switch strings.ToLower(strings.Trim(p.Path, "/")) {
	case "", "index.html", "index.htm", "index.php", "home", "index.shtml", "default.aspx":
		return p.Host != ""
	}
	return false
}

// datedByMachine tells whether the page states for machines when it was
// published, as articles do. The days printed on a list are its articles'.
func datedByMachine(m metadata) bool {
	switch m.Sources["published_at"] {
	case "json-ld", "opengraph":
		return true
	}
	return false
}

// listPath tells addresses that hold lists on most sites: one of these words
// is the last part of the path or the last but one ("/tag/mills/").
func listPath(u string) bool {
	p, err := url.Parse(u)
	if err != nil {
		return false
	}
	parts := strings.Split(strings.ToLower(strings.Trim(p.Path, "/")), "/")
	for i := len(parts) - 1; i >= 0 && i >= len(parts)-2; i-- {
		switch parts[i] {
		case "tag", "tags", "category", "categories", "topic", "topics", "author", "authors", "page", "archive", "archives", "search", "label", "section":
			return !strings.Contains(parts[len(parts)-1], ".")
		}
	}
	return false
}

// listed tells whether what was kept is a list of teasers: headings that are
// links, with little text for each, and hardly a paragraph besides.
func (t *tree) listed(p Page, s *story, lines []storyLine, dateStated bool) bool {
	if s.embedded {
		return false
	}
	teasers, under, own := t.teasers(lines)
	switch {
	case listPath(p.URL) && s.prose < stubWeight && own < stubWeight && t.items[0].links >= 10 && !dateStated:
		return true
	case teasers >= 3 && own < 3*proseWeight && under > own && !t.briefAbove(lines) && (t.teased == 0 || listPath(p.URL)):
		return true
	case teasers >= 3 && own == 0, t.lone && own == 0 && under > 0:
		return true
	case homePath(p.URL) && (teasers >= 3 && own < 3000 || own < 800 && t.items[0].links >= 5):
		return true
	case s.weight > 0 && s.linked*10 > s.weight*7 && s.lines >= 4:
		return true
	}
	return false
}

// teasers counts the headings of the live page that lead to other pages, and
// the weight of the kept lines that stand under them and of those that do not.
func (t *tree) teasers(lines []storyLine) (n int, under, own int32) {
	covered := make([]bool, len(t.items)+1)
	for i := int32(0); i < int32(len(t.items)); i++ {
		it := &t.items[i]
		if it.state == cut && !it.teaser {
			i = it.end - 1
			continue
		}
		if heading(it.tag) && it.weight >= 10 && it.linked*10 >= it.weight*8 {
			n++
			t.lone = t.lone || t.leadsTwice(i)
			from, to := t.teaserBox(i)
			for j := from; j < to; j++ {
				covered[j] = true
			}
		}
	}
	for i := range lines {
		switch l := &lines[i]; {
		case l.gone || l.caption:
		case covered[l.from]:
			under += l.weight
		case l.weight >= 40 && l.linked*2 < l.weight:
			own += l.weight
		}
	}
	return n, under + t.teased, own
}

// teaserBox is the range of the box that the linked heading i is the head of:
// the elements around it, up to one that has another heading or much text.
func (t *tree) teaserBox(i int32) (from, to int32) {
	p := i
	for up := t.items[p].parent; up > 0 && t.items[up].weight <= 1200; up = t.items[p].parent {
		headings := 0
		for j, end := up, t.scan(up); j < end; j++ {
			if heading(t.items[j].tag) {
				headings++
			}
		}
		if headings > 1 {
			break
		}
		p = up
	}
	return p, t.items[p].end
}

// asksLogin tells whether a text asks the reader to log in.
func asksLogin(s string) bool {
	for _, p := range []string{"log in", "login", "sign in", "logged in", "anmelden", "einloggen", "登录", "登入", "ログイン", "connexion", "se connecter", "iniciar sesión", "войти", "авторизация"} {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// leadsTwice tells whether the linked heading i has a second link to the same
// page in its box: "continue reading".
func (t *tree) leadsTwice(i int32) bool {
	from, to := t.teaserBox(i)
	target := ""
	for j := from; j < to; j++ {
		if t.items[j].tag != atom.A {
			continue
		}
		href, _, _ := strings.Cut(attr(t.items[j].node, "href"), "#")
		switch {
		case j > i && j < t.items[i].end:
			target = href
		case target != "" && href == target && t.items[j].weight > 0:
			return true
		}
	}
	return false
}

// briefAbove tells a brief from the introduction of a list: a brief ends, and
// a heading of their own stands above the teasers below it.
func (t *tree) briefAbove(lines []storyLine) bool {
	last := int32(-1)
	for i := range lines {
		if l := &lines[i]; !l.gone && l.weight >= least && endsSentence(l.text) && l.linked*4 < l.weight {
			last = l.to
			break
		}
	}
	if last < 0 {
		return false
	}
	for i := last; i < int32(len(t.items)); i++ {
		it := &t.items[i]
		if heading(it.tag) && it.weight > 0 {
			return it.linked == 0
		}
	}
	return false
}
