package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// authorKeys are the keys under which head elements name authors.
var authorKeys = []string{
	"parsely-author", "sailthru.author", "citation_author", "citation_authors", "dc.creator", "dcterms.creator", "author", "article:author",
	"article.author", "article:author_name", "article:author:name", "authors", "byl", "byline", "article_author", "dc.creator.personalname", "rnews:author", "cxenseparse:author",
	"article-author", "page.author", "og:author", "og:article:author", "dc.contributor", "shareaholic:article_author_name", "news:author", "creator",
}

// named are the authors one source gives.
type named struct {
	names  []string
	source string
}

// readAuthors weighs what machines are told against what people are shown.
//
// Machines: JSON-LD, else meta elements, else microdata or rel=author. Such
// names must stand on the page as well, except for those written out in
// JSON-LD's article itself: content managers tell machines the account that
// pressed the button (on 25 of 27 pages where a stated name was not to be seen,
// people saw no author). People: a line "By …" at the title, else elements
// marked as author. The line is followed where it has all the stated
// authors and more. A desk or the site
// itself is an author only if no person is, on conditions: see keepDesk.
func (r *metaReader) readAuthors(m *metadata) {
	stated, desk := r.firstNamed(r.ldAuthors, r.metaAuthors, r.propAuthors)
	line := r.lineAuthors()
	stated.names = r.withoutEditors(stated.names)
	switch {
	case len(stated.names) > 0 && len(line.names) > 0 && (fuller(line.names, stated.names) || accountLike(stated.names)):
		stated = line
	case len(stated.names) == 0 && len(line.names) > 0:
		stated = line
	case len(stated.names) == 0:
		var more named
		stated, more = r.firstNamed(r.markedAuthors, r.linkedAuthors, r.datedAuthors)
		if len(desk.names) == 0 {
			desk = more
		}
	}
	if len(stated.names) == 0 {
		stated = desk
	}
	if len(stated.names) > 0 {
		m.Authors, m.Sources["authors"] = stated.names, stated.source
	}
}

// withoutEditors leaves out whom the page calls an editor, and not a writer:
// machines are often told who put the story in.
func (r *metaReader) withoutEditors(names []string) []string {
	var kept []string
	for _, n := range names {
		if !r.calledEditor(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// editorLabels stand before the name of an editor, in lower case.
var editorLabels = [...]string{"editor", "edited by", "redaktur", "penyunting", "editör", "責任編輯", "责任编辑", "责编", "責編", "编辑", "編輯", "biên tập"}

func (r *metaReader) calledEditor(name string) bool {
	f, called := r.facts, false
	low := strings.ToLower(name)
	for i := range f.lines {
		l := &f.lines[i]
		if l.end-l.start > 160 || l.zone&(zoneNav|zoneComment) != 0 || !holdsName(f.text[l.start:l.end], name) {
			continue
		}
		lead, _, _ := strings.Cut(strings.ToLower(r.spacedText(l.start, l.end)), low)
		if lead = strings.TrimRight(lead, " :：/／|("); !endsWithAny(lead, editorLabels[:]) {
			return false // stands there as something else as well
		}
		called = true
	}
	return called
}

func endsWithAny(s string, ends []string) bool {
	for _, end := range ends {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// firstNamed asks sources in turn; desk is the first that names no person.
func (r *metaReader) firstNamed(sources ...func() named) (found, desk named) {
	for _, find := range sources {
		n := find()
		if persons := r.persons(n.names); len(persons) > 0 {
			return named{persons, n.source}, desk
		}
		if kept := r.keepDesk(n); len(desk.names) == 0 && len(kept) > 0 {
			desk = named{kept, n.source}
		}
	}
	return named{}, desk
}

// fuller says whether list a has all names of b and more, or the whole name
// where b has a part.
func fuller(a, b []string) bool {
	longer := false
	for _, y := range b {
		key, found := bareText(y), false
		for _, x := range a {
			k := bareText(x)
			whole := !strings.Contains(y, " ") && len(key) > 2 && len(k) > len(key) && strings.Contains(k, key)
			found = found || k == key || whole
			longer = longer || whole
		}
		if !found {
			return false
		}
	}
	return longer || len(a) > len(b)
}

// accountLike: every name is one word in small letters, as of a log-in.
func accountLike(names []string) bool {
	for _, n := range names {
		if strings.Contains(n, " ") || startsCJK(n) || strings.ToLower(n) != n {
			return false
		}
	}
	return true
}

// persons leaves out the site itself and its desks.
func (r *metaReader) persons(names []string) []string {
	var list []string
	for _, n := range names {
		if !r.isDesk(n) {
			list = append(list, n)
		}
	}
	return list
}

func (r *metaReader) isDesk(name string) bool {
	key := bareText(name)
	for _, site := range r.siteKeys {
		if key == site || len(site) > 4 && strings.Contains(key, site) || len(key) > 4 && strings.Contains(site, key) {
			return true
		}
	}
	// Named in the title element but not in the title: a site or section.
	if len(key) > 3 && strings.Contains(bareText(r.facts.title), key) && !strings.Contains(bareText(r.title), key) {
		return true
	}
	return isDeskName(name)
}

// deskWords are parts of names that stand for nobody in particular.
var deskWords = []string{
	"redaktion", "redaction", "rédaction", "redacción", "redação", "redazione", "redactie", "redakcja", "редакция", "editorial", " editor ", " editors ", " staff ", " team ", "-team", "admin",
	"webmaster", " news ", "newsroom", "編集部", "编辑部", "本报", " desk ", "agentur", "agencies", "agência", "agencia", " agency ", "presse", " press ", " online ", "unknown",
	"anonym", " guest ", "gastautor", " author ", " autor ", " none ", " null ", "undefined", " user ", " root ", " super ", " test ", ".com", ".de ", ".org", ".net", ".ch ", ".at ", ".it ", ".fr ", ".co.", " gmbh", " ag ", " kg ", " e.v.", " inc", " ltd", " llc", " se ",
	" media ", " magazine ", "magazin ", "university", "universität", "institut", "foundation", "stiftung", "verband", "verein ", "bundes", "ministerium", "ministry", " group ", " network ", "zeitung", "fraktion", " contributors", " reporters", " wire", "daily ", "verlag", " blog ",
}

func isDeskName(name string) bool {
	low := " " + strings.ToLower(name) + " "
	for _, w := range deskWords {
		if strings.Contains(low, w) {
			return true
		}
	}
	for _, w := range [...]string{"网", "網", "报", "報", "社", "新闻", "新聞", "频道", "在线", "中心", "公司", "集团", "周刊", "杂志", "论坛", "电视台", "平台"} {
		if strings.HasSuffix(name, w) {
			return true
		}
	}
	return false
}

// keepDesk leaves desks and site names that stand around the title as authors
// do, or that the JSON-LD of a news article names. Meta elements name the
// site's owner as often.
func (r *metaReader) keepDesk(n named) []string {
	if n.source == "json-ld" && r.ld.article != nil && isNewsType(r.ld.article.get("@type").strings()) {
		return n.names
	}
	var kept []string
	for _, name := range n.names {
		if n.source != "meta" && n.source != "opengraph" && r.shownNear(name) {
			kept = append(kept, name)
		}
	}
	return kept
}

func isNewsType(types []string) bool {
	for _, t := range types {
		if strings.HasSuffix(t, "NewsArticle") {
			return true
		}
	}
	return false
}

// shownNear says whether a name stands around the title.
func (r *metaReader) shownNear(name string) bool {
	text := r.facts.text
	from := max(0, r.headline-nearBefore)
	to := min(len(text), max(r.body, r.headline)+nearAfter/2)
	return from < to && holdsName(text[from:to], name)
}

// shown says whether a name stands on the page as words of their own, outside
// of comments, menus, footers and links to other stories.
func (r *metaReader) shown(name string) bool {
	f := r.facts
	if r.shownNear(name) {
		return true
	}
	for i := range f.lines {
		l := &f.lines[i]
		if l.zone&(zoneComment|zoneNav|zoneFooter|zoneRelated|zoneHidden)&^r.titleZone == 0 && holdsName(f.text[l.start:l.end], name) {
			return true
		}
	}
	return false
}

// holdsName looks for a name in a text as whole words, without regard to case
// and signs.
func holdsName(text []byte, name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), notNameRune)
	if len(words) == 0 || !mayHold(text, words[len(words)-1]) {
		return false
	}
	have := strings.FieldsFunc(strings.ToLower(string(text)), notNameRune)
	if startsCJK(name) {
		return strings.Contains(strings.Join(have, ""), strings.Join(words, ""))
	}
	for i := 0; i+len(words) <= len(have); i++ {
		if slices.Equal(have[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

func notNameRune(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// mayHold is a cheap first look for a word in lower case; where it is not
// ASCII the answer is yes.
func mayHold(text []byte, word string) bool {
	for i := range len(word) {
		if word[i] >= 0x80 {
			return true
		}
	}
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i]|0x20 == word[0]|0x20 && strings.EqualFold(string(text[i:i+len(word)]), word) {
			return true
		}
	}
	return false
}

func (r *metaReader) shownOnly(names []string) []string {
	var kept []string
	for _, n := range names {
		if r.shown(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !containsFold(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// stated cleans what one field tells machines. A field that begins with the
// site or an organisation names that; what follows is its place or branch.
func (r *metaReader) stated(raw string) []string {
	if s := tidy(raw); r.isDesk(s) && len(s) < 80 && !strings.ContainsAny(s, ",;@") && !strings.Contains(s, "://") {
		if label := labelLength(s); label == 0 && !r.hasPerson(s) {
			return []string{s}
		}
	}
	names := cleanAuthors(raw, trustStated)
	if len(names) > 1 && r.isDesk(names[0]) {
		return names[:1]
	}
	return names
}

// hasPerson says whether a field parts into names of which one is a person's.
func (r *metaReader) hasPerson(s string) bool {
	names := cleanAuthors(s, trustText)
	return len(r.persons(names)) > 0 && len(names) > 1
}

func (r *metaReader) ldAuthors() named {
	var names []string
	node := r.ld.article
	if node == nil {
		node = r.ld.webPage
	}
	for _, a := range r.ld.authors(node) {
		if n := tidy(a.name); a.organization {
			if n != "" && len(n) < 60 && !strings.Contains(n, "://") {
				names = append(names, n)
			}
			continue
		}
		found := r.stated(a.name)
		if a.account || node == r.ld.webPage {
			found = r.shownOnly(found)
		}
		for _, n := range found {
			if strings.Contains(n, " ") || startsCJK(n) || r.isDesk(n) || r.shown(n) {
				names = append(names, n)
			}
		}
	}
	return named{unique(names), "json-ld"}
}

func (r *metaReader) metaAuthors() named {
	for _, key := range authorKeys {
		var names []string
		for i := range r.facts.metas {
			if r.facts.metas[i].key == key {
				names = append(names, r.stated(r.facts.metas[i].content)...)
			}
		}
		if names = r.shownOnly(unique(names)); len(names) > 0 {
			return named{names, metaSource(key)}
		}
	}
	return named{}
}

// inPlace says whether a span may speak of the page's author.
func (r *metaReader) inPlace(s *span) bool {
	return s.zone&(zoneNav|zoneComment|zoneRelated|zoneCaption|zoneHidden|zoneQuote)&^r.titleZone == 0 && r.sameArticle(s.article)
}

// propAuthors reads itemprop=author (the name within, if it is marked) and
// rel=author.
func (r *metaReader) propAuthors() named {
	f := r.facts
	var names []string
	for i := range f.spans {
		if s := &f.spans[i]; s.prop == "author" && r.inPlace(s) {
			names = append(names, r.spanNames(r.innerName(i))...)
		}
	}
	if len(names) > 0 {
		return named{unique(names), "microdata"}
	}
	for i := range f.spans {
		if s := &f.spans[i]; s.kind&spanRelAuthor != 0 && r.inPlace(s) && (r.near(s.start) || s.article > 0) {
			names = append(names, cleanAuthors(f.nameText(s), trustMarked)...)
		}
	}
	return named{unique(names), "html"}
}

// innerName is the name that stands marked within an author's span.
func (r *metaReader) innerName(i int) *span {
	f := r.facts
	outer := &f.spans[i]
	for k := i + 1; k < len(f.spans) && f.spans[k].start < outer.end; k++ {
		if s := &f.spans[k]; s.prop == "name" {
			return s
		}
	}
	return outer
}

func (r *metaReader) spanNames(s *span) []string {
	if s.end <= s.start || s.value != "" && s.end-s.start > 80 {
		return r.stated(s.value)
	}
	return cleanAuthors(r.facts.nameText(s), trustMarked)
}

// nameText is the text of a span with edges kept: names may part there.
func (f *facts) nameText(s *span) string {
	return string(f.text[s.start:min(s.end, len(f.text))])
}

// markedAuthors reads elements whose class speaks of a byline or an author.
func (r *metaReader) markedAuthors() named {
	f := r.facts
	var names []string
	for i := range f.spans {
		s := &f.spans[i]
		n := s.end - s.start
		if s.kind&spanAuthor == 0 || n < 3 || n > 300 || s.zone&zoneLink != 0 || !r.inPlace(s) || !r.near(s.start) || r.holdsAuthorSpan(i) {
			continue
		}
		found := cleanAuthors(f.nameText(s), trustMarked)
		if len(found) > 1 && r.isDesk(found[0]) {
			found = found[:1] // "Example News, New York"
		}
		names = append(names, found...)
	}
	if names = unique(names); len(names) > 8 {
		return named{}
	}
	return named{names, "html"}
}

// holdsAuthorSpan says whether a span is a wrapper: it holds another one that
// names somebody, more exactly.
func (r *metaReader) holdsAuthorSpan(i int) bool {
	f := r.facts
	outer := &f.spans[i]
	for k := i + 1; k < len(f.spans) && f.spans[k].start < outer.end; k++ {
		s := &f.spans[k]
		if n := s.end - s.start; s.kind&spanAuthor != 0 && s.end <= outer.end && n >= 3 && n < 120 && len(cleanAuthors(f.nameText(s), trustMarked)) > 0 {
			return true
		}
	}
	return false
}

// linkedAuthors reads links that lead to an author's page.
func (r *metaReader) linkedAuthors() named {
	f := r.facts
	var names []string
	for i := range f.spans {
		s := &f.spans[i]
		if s.kind&spanAuthorLink == 0 || !r.inPlace(s) || s.start < r.headline-nearBefore || s.start > max(r.body, r.headline) {
			continue
		}
		names = append(names, cleanAuthors(f.nameText(s), trustMarked)...)
	}
	if names = unique(names); len(names) > 6 {
		return named{}
	}
	return named{names, "html"}
}

// lineAuthors looks for a line that says who wrote the story: at the title, or,
// with an unmistakable label ("Author: …"), anywhere in the story's part of the
// page.
func (r *metaReader) lineAuthors() named {
	f := r.facts
	var late []string
	for i := range f.lines {
		l := &f.lines[i]
		n := l.end - l.start
		if n < 5 || n > 180 && l.start != r.body || l.zone&(zoneNav|zoneFooter|zoneComment|zoneHidden|zoneLink|zoneTitleLine|zoneQuote)&^r.titleZone != 0 || l.zone&(zoneLink|zoneTitleLine) != 0 || !r.sameArticle(l.article) {
			continue
		}
		between := r.headline >= 0 && l.start >= r.headline && l.start <= r.body
		if !between && r.foreign(l.zone) {
			continue
		}
		names, kind := lineNames(f.text[l.start:l.end], r.lang, r.order)
		if cjk := reporterNames(f.text[l.start:min(l.end, l.start+240)]); len(cjk) > 0 {
			names, kind = cjk, bylineWhole
		}
		if names = r.persons(names); len(names) == 0 || len(names) > 5 {
			continue
		}
		near := l.start >= r.headline-nearBefore && l.start <= r.body
		if kind == bylineWhole {
			near = l.start >= r.headline && l.start <= r.body+nearAfter
		}
		if near && l.zone&zoneCaption == 0 {
			return named{names, "html"}
		}
		if kind == bylineStrong && late == nil {
			late = names
		}
	}
	return named{late, "html"}
}

// bylineKind says how sure a line is a byline.
type bylineKind uint8

const (
	bylineMixed  bylineKind = iota // names among other things
	bylineWhole                    // a label and names, nothing else
	bylineStrong                   // a label that hardly stands for anything else
)

// longestByline is how much of a line, in bytes, is looked at for names: one
// that goes on is a paragraph.
const longestByline = 4000

// lineNames reads the names after a label in a line of text with edges.
func lineNames(raw []byte, lang string, order dateOrder) ([]string, bylineKind) {
	raw = raw[:min(len(raw), longestByline)]
	text := strings.ReplaceAll(string(raw), string(edge), "|")
	lead := strings.TrimLeft(text, "|-–— ")
	if n := labelLength(strings.Replace(lead, "|", " ", 1)); n > 0 {
		rest := strings.TrimLeft(lead[min(n, len(lead)):], "| ")
		if _, from, _, ok := locateDate(rest, lang, order); ok {
			rest = rest[:from]
		}
		if strongLabel(lead[:min(n, len(lead))]) {
			return cleanAuthors(rest, trustMarked), bylineStrong
		}
		names := cleanAuthors(rest, trustText)
		length := 0
		for _, name := range names {
			length += len(name) + 6
		}
		if len(names) > 0 && length+8 >= len(rest) {
			return names, bylineWhole
		}
		return names, bylineMixed
	}
	_, _, _, dated := locateDate(text, lang, order)
	if !dated && !strings.ContainsAny(text, "·•") {
		return nil, bylineMixed
	}
	text = strings.ReplaceAll(text, "|", " ")
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return nil, bylineMixed
	}
	for _, label := range midLabels {
		if i := strings.Index(low, label); i >= 0 && !hasWords(text[:i], lang, order) {
			rest := text[i+len(label):]
			if _, from, _, ok := locateDate(rest, lang, order); ok {
				rest = rest[:from]
			}
			return cleanAuthors(rest, trustMarked), bylineMixed
		}
	}
	return nil, bylineMixed
}

// hasWords says whether more than a date and its label stands before a label
// within the line; a sign right before it parts what does.
func hasWords(lead, lang string, order dateOrder) bool {
	lead = strings.TrimRight(lead, " ")
	if lead == "" || strings.ContainsRune("|·-–—/•@,", lastRune(lead)) {
		return false
	}
	if _, from, to, ok := locateDate(lead, lang, order); ok {
		lead = lead[:from] + lead[to:]
	}
	letters := 0
	for _, c := range lead {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return letters > 16 && labelOfDate(lead) == 0
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// midLabels introduce an author within a line that also has a date.
var midLabels = []string{"autor: ", "autorin: ", "author: ", "redaktion: ", " by ", " von ", " par ", " por ", " di ", " door ", " av ", " af ", " przez ", " oleh ", "作者：", "作者:", "记者：", "文/"}

// strongLabel: a label with a colon, or of more than one word.
func strongLabel(label string) bool {
	label = strings.TrimSpace(label)
	return strings.ContainsAny(label, ":：／/") || strings.Contains(label, " ")
}

// datedAuthors is the last resort: a line at the title that is a date and one
// name, parted by a sign or an element.
func (r *metaReader) datedAuthors() named {
	f := r.facts
	for i := range f.lines {
		l := &f.lines[i]
		if n := l.end - l.start; n < 14 || n > 90 || l.start < r.headline || l.start > r.body || r.foreign(l.zone) || l.zone&(zoneLink|zoneHeading) != 0 {
			continue
		}
		text := strings.ReplaceAll(string(f.text[l.start:l.end]), string(edge), "|")
		_, from, to, ok := locateDate(text, r.lang, r.order)
		if !ok {
			continue
		}
		var found []string
		other := from - to
		for _, part := range [...]string{text[:from], text[to:]} {
			for piece := range strings.FieldsFuncSeq(part, func(c rune) bool { return strings.ContainsRune("|–—•·/", c) }) {
				if name := cleanName(strings.Trim(piece, " -,"), trustText); name != "" && strings.Count(name, " ") < 3 && labelOfDate(piece) == 0 && !r.isDesk(name) {
					found = append(found, name)
				}
			}
		}
		left := 24
		if len(found) == 1 && strings.HasPrefix(text, found[0]) {
			left = 50
		}
		if len(found) == 1 && len(text)-len(found[0])+other <= left {
			return named{found, "html"}
		}
	}
	return named{}
}

// reporterMarks stand before the names of a Chinese byline. An editor in
// charge (责任编辑) wrote nothing and is none.
var reporterMarks = [...]string{"记者", "記者", "作者", "撰文", "文/", "文／", "撰稿人", "撰稿", "特约评论员", "特約評論員"}

// reporterNames reads Chinese and Korean bylines wherever they stand in the
// text: "本报记者 张三 李四", "（记者王五）", "作者：赵六", "김민수 기자". Names are
// two to four characters (or two single ones, parted for looks) and must end
// where a name can end.
func reporterNames(raw []byte) []string {
	text := strings.ReplaceAll(string(raw), string(edge), " ")
	for _, marker := range reporterMarks {
		i := strings.Index(text, marker)
		if i < 0 {
			continue
		}
		after := text[i+len(marker):]
		rest := strings.TrimLeft(after, "：: \u3000/|")
		before := strings.TrimRight(text[:i], " ")
		bracket := strings.HasSuffix(before, "（") || strings.HasSuffix(before, "(") || strings.HasSuffix(before, "本报") || strings.HasSuffix(before, "本報")
		if len(rest) == len(after) && !bracket && !strings.HasSuffix(marker, "/") && !strings.HasSuffix(marker, "／") && (before != "" || !reportedFrom(rest)) {
			continue
		}
		if names := hanNames(rest); len(names) > 0 {
			return names
		}
	}
	return koreanReporters(text)
}

// reportedFrom: "陳小明／台北報導", right after the word for reporter.
func reportedFrom(s string) bool {
	cut := strings.IndexAny(s, "/／")
	return cut > 0 && cut <= 4*len("明") && (strings.Contains(s[cut:], "报道") || strings.Contains(s[cut:], "報導") || strings.Contains(s[cut:], "報道"))
}

// koreanReporters are the names before 기자 (reporter), if that ends the line
// but for a mail address, or a dateline ("= ") begins there.
func koreanReporters(text string) []string {
	const reporter = "기자"
	var names []string
	for {
		i := strings.Index(text, reporter)
		if i < 0 {
			return names
		}
		rest := strings.TrimLeft(text[i+len(reporter):], " ")
		if rest != "" && !isLetter(rest[0]) && !strings.ContainsAny(rest[:1], "=|(·,[/@") && !strings.HasPrefix(rest, "·") {
			return names
		}
		before := text[:i]
		for _, kind := range [...]string{"선임", "인턴", "객원", "수습", "전문"} {
			before = strings.TrimSuffix(before, kind)
		}
		name := strings.TrimRight(before, " ")
		start := len(name)
		for start > 0 {
			r, size := utf8.DecodeLastRuneInString(name[:start])
			if r < 0xAC00 || r > 0xD7A3 {
				break
			}
			start -= size
		}
		name = name[start:]
		if n := utf8.RuneCountInString(name); n < 2 || n > 4 || notACJKName(name) || containsFold(names, name) {
			return names
		}
		names = append(names, name)
		text = rest
	}
}

// hanNames takes names off the front of a text.
func hanNames(s string) []string {
	var names []string
	for len(names) < 6 {
		for _, role := range [...]string{"见习记者", "实习记者", "特约记者", "实习生", "實習生", "通讯员", "通訊員", "记者", "記者"} {
			if rest, ok := strings.CutPrefix(s, role); ok {
				s = strings.TrimLeft(rest, " \u3000：:")
			}
		}
		n, runes := 0, 0
		for n < len(s) {
			r, size := utf8.DecodeRuneInString(s[n:])
			if !isHan(r) && r != '·' {
				break
			}
			n += size
			runes++
		}
		name := s[:n]
		for _, verb := range [...]string{"报道", "報導", "摄影", "摄", "文"} {
			if cut := strings.TrimSuffix(name, verb); cut != name && utf8.RuneCountInString(cut) >= 2 {
				name = cut
			}
		}
		if len(name) < n && len(names) > 0 {
			break // "…记者 王五 北京报道": where, not who
		}
		if k := utf8.RuneCountInString(name); k < 2 || k > 4 && !strings.Contains(name, "·") || notACJKName(name) || isDeskName(name) || !endsName(s[n:]) {
			break
		}
		names = append(names, name)
		if strings.HasPrefix(s[n:], "／") || strings.HasPrefix(s[n:], "/") && reportedFrom(s) {
			break // and the place
		}
		s = strings.TrimLeft(s[n:], " \u3000、,，/")
	}
	return names
}

// endsName says whether a name can end before s.
func endsName(s string) bool {
	if s == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(" \u3000、,，/／|）)】]\n“\"；;_0123456789", r)
}
