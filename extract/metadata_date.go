package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// The keys under which head elements state the day of publication, most
// trusted first, and that of the last change.
var (
	publishedKeys = []string{
		"article:published_time", "og:published_time", "og:article:published_time", "article:published", "datepublished", "article.published",
		"parsely-pub-date", "sailthru.date", "published_time", "publish_date", "publish-date", "publishdate", "publication_date", "publication-date",
		"pubdate", "dcterms.issued", "dc.date.issued", "citation_publication_date", "citation_online_date",
		"citation_date", "rnews:datepublished", "article:publish_date", "cxenseparse:recs:publishtime", "date.published", "article:post_date",
		"weibo: article:create_at", "weibo:article:create_at", "article:create_at", "apub:time", "_pubtime", "publishtime", "firstpublished", "originalpublicationdate", "og:pubdate", "shareaholic:article_published_time",
		"article_date_original", "displaydate",
	}
	// publishedHints are keys that as often tell when a file was made.
	publishedHints = []string{"dc.date", "dcterms.date", "date", "created", "creation_date", "creationdate", "buildtime", "dcterms.available", "dcterms.created", "dc.date.created"}
	modifiedKeys   = []string{
		"article:modified_time", "og:modified_time", "article:modified", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
		"lastmod", "last-modified", "modified_time", "article:update_time", "revised", "updated_time", "publishdate:modified",
	}
)

// readDates fills both dates. What machines are told comes first; of what
// people are shown only dates next to the title count; the address is the last
// resort. Nothing plausible: nothing.
func (r *metaReader) readDates(m *metadata) {
	published, source := r.statedDate("datepublished", []string{"datePublished", "dateCreated", "uploadDate"}, publishedKeys)
	shown := r.shownDate(false)
	switch {
	case published.year == 0 && shown.year != 0:
		published, source = r.shownOrHint(shown)
	case published.year == 0:
		published, source = r.fallbackDate()
	case shown.year != 0:
		published, source = localDay(published, source, shown)
	default:
		published, source = r.sameInstant(published, source)
	}
	modified, modSource := r.statedDate("datemodified", []string{"dateModified"}, modifiedKeys)
	if shown.year != 0 && shown.dayString() > published.dayString() && shown.dayString() == modified.dayString() && r.visible(shown) {
		published, source = shown, "html" // dated anew: readers are told this day
	}
	if modified.year == 0 {
		modified, modSource = r.shownDate(true), "html"
	}
	if published.year == 0 && modSource == "html" {
		published, source = modified, modSource // the only date there is: "as of …"
	}
	m.set(&m.PublishedAt, "published_at", published.String(), source)
	if published.year == 0 || modified.dayString() >= published.dayString() {
		m.set(&m.ModifiedAt, "modified_at", modified.String(), modSource)
	}
}

// shownOrHint takes what people are shown; but if that stands above the title
// and the head has an earlier day, it is the day of the visit.
func (r *metaReader) shownOrHint(shown stamp) (stamp, string) {
	if r.shownAt < r.headline-wellAbove {
		if st, source := r.statedDate("", nil, publishedHints); st.year != 0 && st.dayString() < shown.dayString() {
			return st, source
		}
	}
	return shown, "html"
}

// sameInstant looks around the title, in any part of the page, for a time of
// the day before or after that can only be the stated instant on the clock of
// the page's own zone: a quarter of an hour away, to the minute.
func (r *metaReader) sameInstant(st stamp, source string) (stamp, string) {
	f := r.facts
	for i := range f.lines {
		l := &f.lines[i]
		n := l.end - l.start
		if st.zone != "Z" || n < 10 || n > 160 || l.zone&(zoneNav|zoneFooter|zoneComment) != 0 || !r.near(l.start) || !hasDigit(f.text[l.start:l.end]) {
			continue
		}
		shown, ok := findDate(r.spacedText(l.start, l.end), r.lang, r.order)
		if ok && shown.clock {
			if local, from := localDay(st, source, shown); local != st {
				return local, from
			}
		}
	}
	return st, source
}

// visible says whether a day is written at the title, for people to read.
func (r *metaReader) visible(day stamp) bool {
	f := r.facts
	for i := range f.lines {
		l := &f.lines[i]
		if n := l.end - l.start; n < 6 || n > 300 || !r.near(l.start) || !hasDigit(f.text[l.start:l.end]) {
			continue
		}
		if st, ok := findDate(r.spacedText(l.start, l.end), r.lang, r.order); ok && st.dayString() == day.dayString() {
			return true
		}
	}
	return false
}

func (r *metaReader) fallbackDate() (stamp, string) {
	if st, source := r.statedDate("", nil, publishedHints); st.year != 0 {
		return st, source
	}
	if st, source := r.titleDate(); st.year != 0 {
		return st, source
	}
	if st := r.onlyDate(); st.year != 0 {
		return st, "html"
	}
	if st := urlDate(r.page.URL); r.plausible(st) {
		return st, "url"
	}
	return stamp{}, ""
}

// onlyDate is the one day that the page's date elements name, wherever in the
// story's part of the page they stand.
func (r *metaReader) onlyDate() stamp {
	var only stamp
	for i := range r.facts.spans {
		s := &r.facts.spans[i]
		if s.kind&(spanTime|spanDate) == 0 || s.zone&(zoneNav|zoneComment|zoneRelated|zoneHidden)&^r.titleZone != 0 || s.end-s.start > 80 {
			continue
		}
		st, ok := r.spanDate(s)
		switch {
		case !ok:
		case only.year == 0:
			only = st
		case st.dayString() != only.dayString():
			return stamp{}
		}
	}
	return only
}

// titleDate is a date that is a part of the title by itself: "Story | Site |
// 31.05.2024".
func (r *metaReader) titleDate() (stamp, string) {
	for _, t := range [...]struct{ text, source string }{{r.facts.meta("og:title"), "opengraph"}, {r.facts.title, "html"}} {
		parts, _ := splitTitle(tidy(t.text))
		for i, part := range parts {
			st, from, to, ok := locateDate(part, r.lang, r.order)
			if i > 0 && ok && len(part)-(to-from) <= 2 && r.plausible(st) {
				return st, t.source
			}
		}
	}
	return stamp{}, ""
}

// localDay corrects the day of an instant that is stated in UTC by what people
// are shown, where that is the day before or after: the page's own zone is
// then known, exactly if a time of day is shown with it.
func localDay(st stamp, source string, shown stamp) (stamp, string) {
	at, ok := st.minutes()
	days := dayNumber(shown) - dayNumber(st)
	if !ok || st.zone != "Z" || days != 1 && days != -1 {
		return st, source
	}
	if shown.clock {
		offset := dayNumber(shown)*1440 + shown.hour*60 + shown.minute - at
		if offset%15 != 0 || offset < -12*60 || offset > 14*60 {
			return st, source
		}
		shown.sec, shown.zone = st.sec, zoneOf(offset)
		return shown, source
	}
	if days < 0 && st.hour < 12 || days > 0 && st.hour >= 10 {
		return shown, "html"
	}
	return st, source
}

// zoneOf writes an offset from UTC in minutes.
func zoneOf(offset int) string {
	b := []byte{'+'}
	if offset < 0 {
		b[0], offset = '-', -offset
	}
	return string(appendNumber(append(appendNumber(b, offset/60, 2), ':'), offset%60, 2))
}

// plausible: a day that exists, not more than one day after the fetch.
func (r *metaReader) plausible(s stamp) bool {
	if !s.exists() {
		return false
	}
	if fetched, ok := parseISO(r.page.FetchedAt); ok {
		return dayNumber(s) <= dayNumber(fetched)+1
	}
	return true
}

// dayNumber counts days since 1970-01-01.
func dayNumber(s stamp) int {
	y, m := s.year, s.month
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + s.day - 1 - 719468
}

// minutes is the instant in minutes since 1970; ok is false without a zone.
func (s stamp) minutes() (int, bool) {
	if !s.clock || s.zone == "" {
		return 0, false
	}
	n := dayNumber(s)*1440 + s.hour*60 + s.minute
	if len(s.zone) == 6 {
		offset := digits(s.zone[1:3])*60 + digits(s.zone[4:6])
		if s.zone[0] == '-' {
			offset = -offset
		}
		n -= offset
	}
	return n, true
}

// statedDate is what JSON-LD, meta elements or microdata say. Where two of
// them name one instant, the one with a local zone is kept: it tells the day.
func (r *metaReader) statedDate(prop string, ldKeys, metaKeys []string) (stamp, string) {
	var best stamp
	source := ""
	consider := func(s, from string) {
		if s == "" {
			return
		}
		st, ok := parseMachineDate(tidy(s), r.order)
		if !ok || !r.plausible(st) {
			return
		}
		if best.year == 0 || moreLocal(best, st) {
			best, source = st, from
		}
	}
	for _, key := range ldKeys {
		consider(r.ld.str(key), "json-ld")
	}
	for _, key := range metaKeys {
		consider(r.facts.meta(key), metaSource(key))
	}
	for i := range r.facts.spans {
		s := &r.facts.spans[i]
		if s.prop == "" || s.prop != prop || s.zone&(zoneNav|zoneComment|zoneRelated|zoneHidden)&^r.titleZone != 0 {
			continue
		}
		if s.value != "" {
			consider(s.value, "microdata")
		} else if s.end-s.start < 80 {
			consider(r.facts.spanText(s), "microdata")
		}
	}
	return best, source
}

func metaSource(key string) string {
	if strings.HasPrefix(key, "og:") || strings.HasPrefix(key, "article:") {
		return "opengraph"
	}
	return "meta"
}

// moreLocal says whether b is the same instant as a with a zone of its own
// where a has only UTC.
func moreLocal(a, b stamp) bool {
	if a.zone != "Z" || len(b.zone) != 6 {
		return false
	}
	x, okA := a.minutes()
	y, okB := b.minutes()
	return okA && okB && x == y
}

// shownDate looks for a date that people are shown as the page's own.
func (r *metaReader) shownDate(modified bool) stamp {
	r.shownAt = r.headline
	if st := r.timeElement(modified); st.year != 0 {
		return st
	}
	if st := r.dateSpan(modified); st.year != 0 {
		return st
	}
	return r.dateLine(modified)
}

// outside says whether a zone is a part of the page that the title is not in.
// (A page whose whole content stands in a "widget" has none.)
func (r *metaReader) outside(z zone) bool { return z&zoneOutside&^r.titleZone != 0 }

// foreign adds captions, quotations and what is hidden.
func (r *metaReader) foreign(z zone) bool {
	return z&(zoneOutside|zoneCaption|zoneHidden|zoneQuote)&^r.titleZone != 0
}

// Distances, in bytes of text, within which a date belongs to a title: most
// bylines stand right under it, some above it, some after a lead.
const (
	nearBefore = 300
	nearAfter  = 1500
	// wellAbove is more than a line of section and date over a title.
	wellAbove = 100
)

// near says whether a place is around the title and before the story.
func (r *metaReader) near(pos int) bool {
	from := r.headline
	if from < 0 {
		from = max(0, r.body-600)
	}
	return pos >= from-nearBefore && pos <= max(r.body, from)+nearAfter
}

// sameArticle says whether something in that article element may be about the
// page's story.
func (r *metaReader) sameArticle(article int) bool {
	return article == 0 || r.main == 0 || article == r.main
}

// mainArticle is the article element the title stands in.
func (r *metaReader) mainArticle() int {
	if r.headline < 0 {
		return 0
	}
	for i := range r.facts.lines {
		if l := &r.facts.lines[i]; l.start >= r.headline {
			return l.article
		}
	}
	return 0
}

func (r *metaReader) timeElement(modified bool) stamp {
	f := r.facts
	var best stamp
	bestScore := 0
	for i := range f.spans {
		s := &f.spans[i]
		if s.kind&spanTime == 0 || r.foreign(s.zone) || !r.sameArticle(s.article) {
			continue
		}
		st, ok := r.spanDate(s)
		if !ok {
			continue
		}
		byLabel, byClass := r.saysModified(s)
		if byLabel != modified && byLabel || modified && !byClass && !byLabel || s.prop == "datemodified" && !modified {
			continue
		}
		score := 1
		if byClass != modified {
			score--
		}
		if r.near(s.start) {
			score += 3
		}
		if s.class&clsDate != 0 || s.prop == "datepublished" {
			score++
		}
		if s.zone&zoneLink == 0 {
			score++
		}
		if s.start >= r.headline {
			score++
		}
		if score > bestScore {
			best, bestScore, r.shownAt = st, score, s.start
		}
	}
	if bestScore < 4 {
		return stamp{}
	}
	return best
}

// spanDate reads an element: the attribute for machines and the text for
// people, which between them tell instant and day.
func (r *metaReader) spanDate(s *span) (stamp, bool) {
	var shown stamp
	if n := s.end - s.start; n >= 6 && n <= 120 {
		shown, _ = findDate(r.spacedText(s.start, s.end), r.lang, r.order)
		if !r.plausible(shown) {
			shown = stamp{}
		}
	}
	if s.value != "" {
		if st, ok := parseMachineDate(s.value, r.order); ok && r.plausible(st) {
			if shown.year != 0 {
				st, _ = localDay(st, "", shown)
			}
			return st, true
		}
	}
	return shown, shown.year != 0
}

// spacedText is text with edges and line ends as spaces.
func (r *metaReader) spacedText(start, end int) string {
	b := []byte(string(r.facts.text[start:min(end, len(r.facts.text))]))
	n := 0
	for _, c := range b {
		if c == edge || c == '\n' {
			c = ' '
		}
		if c == ' ' && n > 0 && b[n-1] == ' ' {
			continue
		}
		b[n] = c
		n++
	}
	return strings.TrimSpace(string(b[:n]))
}

// dateSpan takes the first element with a date's class after the title, else
// one there whose class alone says "updated" (many themes call every date so),
// else the last one before the title.
func (r *metaReader) dateSpan(modified bool) stamp {
	f := r.facts
	var before, weak stamp
	for i := range f.spans {
		s := &f.spans[i]
		if s.kind&spanDate == 0 || s.tag == atom.Time || r.foreign(s.zone) || !r.near(s.start) || !r.sameArticle(s.article) {
			continue
		}
		byLabel, byClass := r.saysModified(s)
		if byLabel != modified && byLabel || modified && !byClass && !byLabel {
			continue
		}
		st, ok := r.spanDate(s)
		switch {
		case !ok:
		case s.start < r.headline:
			before, r.shownAt = st, s.start
		case byClass != modified:
			if weak.year == 0 {
				weak = st
			}
		default:
			r.shownAt = s.start
			return st
		}
	}
	if weak.year != 0 {
		r.shownAt = r.headline
		return weak
	}
	return before
}

// saysModified says whether words or the class call a date that of a change.
func (r *metaReader) saysModified(s *span) (byLabel, byClass bool) {
	byLabel = r.labelled(s.start, s.end) < 0
	byClass = s.class&clsModified != 0 && s.class&clsPublished == 0 || s.prop == "datemodified"
	return byLabel, byClass
}

// dateLine looks at short lines around the title. The best is taken: one that
// says it is the date, that is little else than a date, that follows the title.
func (r *metaReader) dateLine(modified bool) stamp {
	f := r.facts
	var best stamp
	bestScore := 1
	title := bareText(r.title)
	for i := range f.lines {
		l := &f.lines[i]
		n := l.end - l.start
		if n < 6 || n > 1200 || !r.near(l.start) || !hasDigit(f.text[l.start:l.end]) || !r.sameArticle(l.article) {
			continue
		}
		text := r.spacedText(l.start, l.end)
		st, from, to, label, ok := r.dateOfLine(text, modified)
		if !ok || speaksOfOthers(text) || bareText(text) == title {
			continue
		}
		if r.foreign(l.zone) && !(r.underTitle(l) && (label != 0 && from < 60 || labelLength(text) > 0 && n < 120)) {
			continue
		}
		score := 0
		rest := len(text) - (to - from)
		switch {
		case label != 0 && rest < 120:
			score = 4
		case l.zone&zoneTitleLine != 0:
			if from == 0 && l.start > r.headline && leadsIn(text[to:]) {
				score = 3
			}
		case rest <= 25, from <= 2 && leadsIn(text[to:]), from <= 30 && l.start == r.body && leadsIn(text[to:]):
			score = 3
		case rest <= 80 && (st.clock || looksByline(text)):
			score = 2
		}
		if l.start >= r.headline {
			score++
		}
		if score > bestScore {
			best, bestScore, r.shownAt = st, score, l.start
		}
	}
	return best
}

// underTitle says whether a line that is in a part of the page with another
// name ("teaser") stands between title and story, where no such part is.
func (r *metaReader) underTitle(l *line) bool {
	return r.headline >= 0 && l.start > r.headline && l.start < r.body && l.zone&zoneOutside&^(zoneRelated|zoneAside) == 0 && l.zone&(zoneCaption|zoneHidden|zoneQuote) == 0
}

// dateOfLine is the first date of a line that the line calls one of a change,
// or does not; label is what it calls it.
func (r *metaReader) dateOfLine(text string, modified bool) (st stamp, from, to, label int, ok bool) {
	at := 0
	for range 4 {
		st, from, to, ok = locateDate(text[at:], r.lang, r.order)
		if !ok {
			break
		}
		label = labelOfDate(text[at:][max(0, from-40):from])
		if after := text[at+to : min(len(text), at+to+30)]; label == 0 {
			if _, _, _, more := locateDate(text[at+to:min(len(text), at+to+60)], r.lang, r.order); !more {
				label = labelOfDate(after) // else that is what the next one is called
			}
		}
		if (label < 0) == modified && r.plausible(st) {
			return st, at + from, at + to, label, true
		}
		at += to
	}
	return stamp{}, 0, 0, 0, false
}

// hasDigit looks for a digit of any script.
func hasDigit(b []byte) bool {
	for i, c := range b {
		if isDigit(c) {
			return true
		}
		if c >= 0xD9 {
			if r, _ := utf8.DecodeRune(b[i:]); digitOf(r) >= 0 {
				return true
			}
		}
	}
	return false
}

// leadsIn says whether a date is followed by a dash or bar, as at the start of
// a story: "31.05.2024 – The council …".
func leadsIn(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	for _, sign := range [...]string{"–", "-", "—", "|", "/", "•", "·"} {
		if strings.HasPrefix(rest, sign) {
			return true
		}
	}
	return false
}

// looksByline says whether a line is made of small parts: "By A | 31 May".
func looksByline(text string) bool {
	return strings.ContainsAny(text, "|•·/–—") || labelLength(text) > 0
}

// speaksOfOthers says whether a line with a date is about copyright or about
// how long a member of a forum has been one.
func speaksOfOthers(text string) bool {
	low := strings.ToLower(text)
	for _, bad := range [...]string{"©", "copyright", "(c)", "all rights", "impressum", "registriert", "registered", "joined", "member since", "mitglied seit", "dabei seit", "inscrit", "registrado", "iscritto", "регистрация", "注册时间", "註冊時間", "注册日期"} {
		if strings.Contains(low, bad) {
			return true
		}
	}
	return false
}

// labelled looks for words before a date, within its element or right before
// it: +1 they say published, -1 they say updated, 0 neither.
func (r *metaReader) labelled(start, end int) int {
	from := max(0, start-40)
	text := string(r.facts.text[from:min(start+40, end, len(r.facts.text))])
	if cut := strings.LastIndexByte(text[:min(start-from, len(text))], '\n'); cut >= 0 {
		text = text[cut+1:]
	}
	return labelOfDate(text)
}

// labelOfDate looks for such words in a text; the last one counts.
func labelOfDate(text string) int {
	low := strings.ToLower(text)
	if strings.IndexByte(low, 0xD9) >= 0 {
		low = strings.Map(func(r rune) rune {
			if r >= 0x64B && r <= 0x652 {
				return -1 // Arabic vowels, written by some
			}
			return r
		}, low)
	}
	published, modified := lastWord(low, publishedWords), lastWord(low, modifiedWords)
	switch {
	case published > modified:
		return 1
	case modified > published:
		return -1
	}
	return 0
}

func lastWord(low string, words []string) int {
	last := -1
	for _, w := range words {
		last = max(last, strings.LastIndex(low, w))
	}
	return last
}

// What dates are called, in lower case.
var (
	publishedWords = []string{
		"publish", "posted", "created", "date:", "date ", "issued", "veröffentlicht", "erschienen", "erstellt", "eingestellt", "datum", "gepostet", "geschrieben",
		"publié", "publicado", "publicada", "fecha", "publicat", "pubblicato", "pubblicata", "gepubliceerd", "geplaatst", "publicerad", "publiceret", "publisert", "julkaistu",
		"opublikowan", "dodano", "publikováno", "zveřejněno", "vydáno", "közzétéve", "megjelent", "опубликов", "опубліков", "δημοσίευση", "δημοσιεύτηκε",
		"yayınlan", "yayım", "yayın tarihi", "giriş tarihi", "eklenme", "oluşturulma", "diterbitkan", "dipublikasikan", "terbit", "đăng",
		"نشر", "النشر", "انتشار", "प्रकाशित", "पब्लिश", "פורסם", "เผยแพร่",
		"出版", "发布", "發布", "發佈", "发表", "發表", "刊登", "公開日", "公開", "掲載", "配信", "投稿", "입력", "등록", "게시", "승인",
	}
	modifiedWords = []string{
		"update", "modified", "last edited", "revised", "aktualisiert", "geändert", "bearbeitet", "mis à jour", "mise à jour", "modifié", "actualizad", "modificad", "actualitzat", "aggiornat", "ultima modifica", "atualizad",
		"bijgewerkt", "gewijzigd", "uppdaterad", "opdateret", "oppdatert", "päivitetty", "muokattu", "aktualizacja", "zaktualizowan", "aktualizováno", "upraveno", "frissítve", "módosítva", "обновл", "оновлен", "ενημέρωση", "ενημερώθηκε",
		"güncelle", "diperbarui", "cập nhật", "تحديث", "به\u200cروزرسانی", "अपडेट", "अद्यतन", "עודכן", "อัปเดต",
		"更新", "修改", "수정", "업데이트",
	}
)

// urlDate reads /2024/05/31/, /2024-05-31, /20240531/ in the path of an
// address; what has no day is no date.
func urlDate(url string) stamp {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return stamp{}
	}
	_, path, _ := strings.Cut(rest, "/")
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	for i := 0; i+8 <= len(path); i++ {
		if i > 0 && isDigit(path[i-1]) || !isDigit(path[i]) {
			continue
		}
		if st := pathDate(path[i:]); st.exists() {
			return st
		}
	}
	return stamp{}
}

func pathDate(s string) stamp {
	year := digits(s[:min(4, len(s))])
	if year < firstYear || year > 2199 || len(s) < 8 {
		return stamp{}
	}
	sep := s[4]
	if isDigit(sep) { // 20240531
		if len(s) > 8 && isDigit(s[8]) {
			return stamp{}
		}
		return stamp{year: year, month: digits(s[4:6]), day: digits(s[6:8])}
	}
	if sep != '/' && sep != '-' && sep != '_' && sep != '.' {
		return stamp{}
	}
	month, n := leadingNumber(s[5:])
	if n == 0 {
		if month = monthOf(strings.ToLower(s[5:8]), ""); month == 0 {
			return stamp{}
		}
		n = 3
	}
	if s = s[5+n:]; s == "" || s[0] != sep {
		if s == "" || n != 2 || sep != '/' || s[0] != '-' { // /2024/05-31/
			return stamp{}
		}
	}
	day, n := leadingNumber(s[1:])
	if n == 0 || len(s) > 1+n && isDigit(s[1+n]) {
		return stamp{}
	}
	return stamp{year: year, month: month, day: day}
}

// leadingNumber reads one or two digits.
func leadingNumber(s string) (value, n int) {
	for n < len(s) && n < 2 && isDigit(s[n]) {
		n++
	}
	return digits(s[:n]), n
}
