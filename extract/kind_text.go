package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"
)

// HasText tells whether a page of this kind carries an [Article].
func (k Kind) HasText() bool {
	switch k {
	case KindArticle, KindForum, KindLiveBlog, KindDocumentation:
		return true
	}
	return false
}

// textKind says what kind of text a page with a story holds, and why; "" for
// an article like any other. What a page states of itself for machines is
// believed alone; what its software, its address or its make suggest must be
// borne out by a second sign.
func (t *tree) textKind(p Page, m metadata, before seen, lines []storyLine) (Kind, string) {
	if kind, why := t.discussion(p, m, before); why != "" {
		return kind, why
	}
	if why := t.live(p, m, before, lines); why != "" {
		return KindLiveBlog, why
	}
	if why := t.documentation(p, m, before); why != "" {
		return KindDocumentation, why
	}
	return "", ""
}

// statedType is the first of the wanted types that the page's JSON-LD or
// microdata say it is of, "" if none.
func statedType(m metadata, before seen, wanted ...string) string {
	for _, w := range wanted {
		if strings.EqualFold(m.PageType, w) || before.types[strings.ToLower(w)] {
			return w
		}
	}
	return ""
}

// generatedBy is the first of the programs that the page names as its
// generator, "" if none.
func generatedBy(before seen, programs []string) string {
	for _, g := range before.generators {
		for _, s := range programs {
			if strings.HasPrefix(g, s) {
				return s
			}
		}
	}
	return ""
}

// forumPrograms are what the generator of a forum's pages begins with.
var forumPrograms = []string{"discourse", "phpbb", "vbulletin", "xenforo", "discuz", "mybb", "smf", "simple machines", "nodebb", "flarum", "invision", "ip.board", "phpwind", "vanilla", "punbb", "fluxbb", "esotalk", "woltlab", "burning board", "yabb", "misago", "xiuno", "startbbs", "jforum", "mvnforum"}

// discussion tells a thread of a forum, or a question with its answers.
func (t *tree) discussion(p Page, m metadata, before seen) (Kind, string) {
	if s := statedType(m, before, "DiscussionForumPosting", "QAPage"); s != "" {
		return KindForum, "a discussion: the page states that it is a " + s
	}
	program := generatedBy(before, forumPrograms)
	if program == "" && !threadAddress(p.URL) {
		return "", ""
	}
	posts := t.posts()
	switch {
	case program != "" && (posts >= 1 || threadAddress(p.URL)):
		return KindForum, "a discussion: made by " + program
	case posts >= 2:
		return KindForum, "a discussion: the address of a thread, and several posts"
	}
	return "", ""
}

// threadAddress tells the addresses that programs for forums give to threads.
func threadAddress(u string) bool {
	p, err := url.Parse(u)
	if err != nil {
		return false
	}
	path, query := strings.ToLower(p.Path), strings.ToLower(p.RawQuery)
	for _, s := range []string{"/viewtopic", "/showthread", "/showtopic", "/viewthread", "/threads/", "/thread/", "/thread-", "/discussion/", "/discussions/", "/forum/", "/forums/", "/bbs/", "/questions/", "/question/"} {
		if strings.Contains(path, s) {
			return true
		}
	}
	for _, s := range []string{"mod=viewthread", "topic=", "showtopic=", "tid="} {
		if strings.Contains(query, s) {
			return true
		}
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) >= 2 && (parts[0] == "t" || parts[0] == "topic" || parts[0] == "topics" || parts[0] == "d") && strings.ContainsAny(parts[len(parts)-1], "0123456789") {
		return true
	}
	switch label, _, _ := strings.Cut(strings.ToLower(p.Hostname()), "."); label {
	case "forum", "forums", "bbs", "discuss", "discourse", "community", "club":
		return path != "" && path != "/"
	}
	return false
}

// posts counts the elements that are made as one post of a thread each: by
// the most common beginning of numbered ids ("post-12", "pid12"), or by class.
func (t *tree) posts() int {
	byID, byClass := map[string]int{}, map[string]int{}
	for i := range t.items {
		it := &t.items[i]
		if it.form != formBlock {
			continue
		}
		for j := range it.node.Attr {
			switch a := &it.node.Attr[j]; a.Key {
			case "id":
				name := strings.TrimRight(strings.ToLower(a.Val), "0123456789")
				if name != strings.ToLower(a.Val) && postIDs[strings.TrimRight(name, "-_")] {
					byID[name]++
				}
			case "class":
				for class := range strings.FieldsSeq(a.Val) {
					if postClasses[strings.ToLower(class)] {
						byClass[class]++
					}
				}
			}
		}
	}
	most := 0
	for _, n := range byID {
		most = max(most, n)
	}
	for _, n := range byClass {
		most = max(most, n)
	}
	return most
}

var postIDs = map[string]bool{"post": true, "pid": true, "p": true, "msg": true, "message": true, "reply": true, "r": true, "floor": true, "topic-post": true, "post-container": true, "js-post": true, "postmenu": true, "postnum": true, "answer": true}

var postClasses = map[string]bool{"postbit": true, "postbitlegacy": true, "postcontainer": true, "post-container": true, "message--post": true, "topic-post": true, "topic-body": true, "plhin": true, "l_post": true, "forum-post": true, "post_block": true, "reply-item": true, "floor": true, "poststream-item": true, "post-stream-item": true, "ipscomment": true, "answer": true, "post": true, "message": true, "postitem": true}

// liveWords are what a title or an address says of a report that is written
// while the thing happens.
var liveWords = []string{"live blog", "live-blog", "liveblog", "live updates", "live-updates", "live update", "live coverage", "live report", "live feed", "liveticker", "live-ticker", "live ticker", "as it happened", "minute by minute", "minute-by-minute", "newsblog", "newsticker",
	"en direct", "en-direct", "minuto a minuto", "en directo", "en vivo", "en-vivo", "ao vivo", "minuto por minuto", "in diretta", "liveblogg", "онлайн", "хроника",
	"直播", "实录", "實錄", "实时更新", "實時更新", "即时更新", "即時更新", "滚动更新", "滾動更新", "滚动播报", "持续更新", "持續更新", "実況", "ライブ"}

// liveEntries is how many times of day a page that calls itself live must
// give: a story about a live show gives none, or that of the show.
const liveEntries = 4

// live tells a live blog.
func (t *tree) live(p Page, m metadata, before seen, lines []storyLine) string {
	if s := statedType(m, before, "LiveBlogPosting"); s != "" {
		return "a live blog: the page states that it is a " + s
	}
	title, address := strings.ToLower(m.Title), strings.ToLower(p.URL)
	for _, s := range liveWords {
		if (strings.Contains(title, s) || strings.Contains(address, s)) && t.clocks(lines) >= liveEntries {
			return "a live blog: " + s + ", and entries with their times"
		}
	}
	return ""
}

// clocks counts the entries of the story that are headed by a time: time
// elements, or short lines with a time of day.
func (t *tree) clocks(lines []storyLine) int {
	elements, short := 0, 0
	for i := range t.items {
		if it := &t.items[i]; it.tag == atom.Time && it.state == kept {
			elements++
		}
	}
	for i := range lines {
		if l := &lines[i]; !l.gone && (l.weight <= 60 && clock(l.text) || clock(clip(l.text, 6))) {
			short++
		}
	}
	return max(elements, short)
}

// clock tells whether a text has a time of day in it: 9:05, 14h52, 21.30 Uhr.
func clock(s string) bool {
	for i := 1; i+2 < len(s); i++ {
		if c := s[i]; (c == ':' || c == 'h') && digit(s[i-1]) && digit(s[i+1]) && digit(s[i+2]) {
			return true
		}
	}
	return strings.Contains(s, " Uhr") && strings.ContainsAny(s, "0123456789")
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// docPrograms are what the generator of a manual's pages begins with.
var docPrograms = []string{"sphinx", "mkdocs", "docusaurus", "mdbook", "gitbook", "vuepress", "vitepress", "doxygen", "javadoc", "rustdoc", "docbook", "antora", "docsify", "nextra", "starlight", "asciidoctor", "pdoc", "docutils", "mintlify", "zensical", "texinfo", "makeinfo", "latex2html", "madcap", "dita-ot", "docfx", "exdoc", "honkit", "rspress"}

// documentation tells a page of a manual or reference. A page that states for
// machines when it was published is an article, whatever made it.
func (t *tree) documentation(p Page, m metadata, before seen) string {
	if datedByMachine(m) {
		return ""
	}
	if s := generatedBy(before, docPrograms); s != "" {
		return "documentation: made by " + s
	}
	if s := statedType(m, before, "APIReference"); s != "" {
		return "documentation: the page states that it is an " + s
	}
	address := docAddress(p.URL)
	if s := statedType(m, before, "TechArticle"); s != "" && address {
		return "documentation: the page states that it is a " + s
	}
	if m.PublishedAt != "" && !address {
		return ""
	}
	code, permalinks, edit := t.docSigns()
	signs := 0
	for _, sign := range []bool{address, code >= 2, permalinks >= 2, edit} {
		if sign {
			signs++
		}
	}
	if signs >= 2 && (address || edit || permalinks >= 2) {
		return "documentation: by its address, its code, its links to headings or to its source"
	}
	return ""
}

// docAddress tells the addresses that manuals stand at.
func docAddress(u string) bool {
	p, err := url.Parse(u)
	if err != nil {
		return false
	}
	switch label, _, _ := strings.Cut(strings.ToLower(p.Hostname()), "."); label {
	case "docs", "doc", "documentation", "devdocs", "manual", "manuals", "developer", "developers", "devguide":
		return true
	}
	for part := range strings.SplitSeq(strings.ToLower(p.Path), "/") {
		switch part {
		case "docs", "doc", "documentation", "manual", "handbook", "reference", "api-docs", "apidocs", "api-reference", "javadoc", "man-pages", "userguide", "user-guide", "文档":
			return true
		}
	}
	return strings.HasSuffix(strings.ToLower(p.Hostname()), ".readthedocs.io")
}

// docSigns counts the blocks of code of the story and the headings that link
// to themselves, and tells whether a link leads to the page's source.
func (t *tree) docSigns() (code, permalinks int, edit bool) {
	for i := range t.items {
		it := &t.items[i]
		switch it.tag {
		case atom.Pre:
			if it.state == kept {
				code++
			}
		case atom.A:
			switch {
			case permalink(it.node), hasAnchorClass(attr(it.node, "class")):
				permalinks++
			case !edit && it.node.FirstChild != nil:
				edit = editsPage(strings.ToLower(t.ownString(int32(i), 60)))
			}
		}
	}
	return code, permalinks, edit
}

func hasAnchorClass(class string) bool {
	for c := range strings.FieldsSeq(class) {
		switch c {
		case "headerlink", "header-anchor", "hash-link", "heading-anchor", "anchor-link", "toclink":
			return true
		}
	}
	return false
}

// editsPage tells the text of the link to a page's source.
func editsPage(s string) bool {
	for _, p := range []string{"edit this page", "edit on git", "edit page", "suggest edits", "view page source", "show source", "view source", "improve this page", "编辑此页", "编辑本页", "编辑页面", "編輯此頁", "在 github 上编辑", "在github上编辑", "このページを編集", "diese seite bearbeiten", "modifier cette page"} {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// ownString is the text under item i, cut or not.
func (t *tree) ownString(i int32, limit int) string {
	var b strings.Builder
	for j := i; j < t.items[i].end && b.Len() < limit; j++ {
		if t.items[j].form == formText {
			foldInto(&b, t.items[j].node.Data, b.Len() > 0, limit)
		}
	}
	return b.String()
}
