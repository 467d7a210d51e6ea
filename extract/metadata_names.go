package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameTrust says how sure it is that a text was meant to name authors.
type nameTrust uint8

const (
	// trustText is text found by its looks: only what can hardly be anything
	// but a person's name passes.
	trustText nameTrust = iota
	// trustMarked is text of an element marked as byline or author.
	trustMarked
	// trustStated is what a page tells machines about its author.
	trustStated
)

// maxAuthors is how many authors a page can name; more is a list of something
// else.
const maxAuthors = 20

// cleanAuthors makes names of a byline: labels ("By"), roles, dates, addresses
// and what follows them are dropped, several names parted. What does not look
// like a name for the given trust is left out, all of it if most is not.
func cleanAuthors(raw string, trust nameTrust) []string {
	s := partEdges(raw, trust)
	if s = tidy(s); s == "" || len(s) > 400 {
		return nil
	}
	if at := strings.Index(s, "://"); at >= 0 || strings.HasPrefix(s, "www.") && strings.Contains(s, "/") {
		s = strings.TrimSpace(s[:max(0, lastSpace(s, max(at, 0)))])
	}
	s = dropLabel(s)
	var names []string
	dropped := 0
	for part := range splitNames(s) {
		name := cleanName(part, trust)
		if name == "" {
			if len(part) > 4 {
				dropped++
			}
			if trust != trustStated && len(names) > 0 && isDeskName(part) {
				break // "By A, Example News, New York"
			}
			continue
		}
		if trust != trustStated && isDeskName(name) && len(names) > 0 {
			break // "…, Example News, New York": the name is over
		}
		if !containsFold(names, name) {
			names = append(names, name)
		}
		if len(names) > maxAuthors {
			return nil
		}
	}
	if trust == trustText && dropped > 1 {
		return nil
	}
	return names
}

// partEdges decides what the edge of an element between words is: the end of a
// name if the pieces are names by themselves ("A Smith", "B Jones"), else a
// space ("By", "A", "Smith").
func partEdges(s string, trust nameTrust) string {
	if strings.IndexByte(s, edge) < 0 && strings.IndexByte(s, '\n') < 0 {
		return s
	}
	names := 0
	pieces := strings.FieldsFunc(s, func(r rune) bool { return r == edge || r == '\n' })
	for _, p := range pieces {
		if p = strings.TrimSpace(p); strings.Contains(p, " ") && labelLength(p) == 0 && isName(strings.Trim(p, " ,|"), trustText) {
			names++
		}
	}
	if names > 1 || names == 1 && len(pieces) > 1 {
		return strings.Join(pieces, " ; ")
	}
	return strings.Join(pieces, " ")
}

func lastSpace(s string, before int) int {
	return strings.LastIndexByte(s[:min(before, len(s))], ' ')
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// authorLabels introduce a byline, in lower case, longest first where one
// begins another. A space at the end means that one must follow.
var authorLabels = []string{
	"written and photographed by ", "reported and written by ", "words and photos by ", "words and pictures by ", "text and photos by ",
	"written by ", "posted by ", "published by ", "reported by ", "reviewed by ", "story by ", "article by ", "words by ", "report by ", "opinion by ", "analysis by ", "edited by ", "compiled by ", "contributed by ", "submitted by ", "created by ", "authored by ", "review by ", "interview by ", "guest post by ", "text by ", "by: ", "by ", "author: ", "author:", "authors: ", "authors:", "author ", "authors ", "escribe ", "text & fotos: ", "text und fotos: ", "text und foto: ", "text/foto: ", "text & foto: ", "fotos und text: ", "autorin/autor ", "autor/autorin ", "autoren ", "erstellt durch ", "gespeichert von ", "byline: ", "text: ", "words: ", "writer: ", "from ",
	"ein kommentar von ", "ein gastbeitrag von ", "gastbeitrag von ", "eine kolumne von ", "eine analyse von ", "ein interview von ", "ein beitrag von ", "ein essay von ", "eine rezension von ", "eine reportage von ", "eine glosse von ", "ein leitartikel von ", "ein artikel von ", "kommentar von ", "interview von ", "essay von ", "analyse von ", "kolumne von ", "geschrieben von ", "veröffentlicht von ", "erstellt von ", "verfasst von ", "eingestellt von ", "gepostet von ", "beitrag von ", "artikel von ", "text von ", "aufgezeichnet von ", "protokoll: ", "protokoll von ", "interview: ", "von: ", "von ", "vom ", "autor: ", "autor:", "autorin: ", "autorin:", "autoren: ", "autor ", "autorin ", "autor/in: ", "autor*in: ", "redaktion: ", "redakteur: ", "verfasser: ", "verfasst: ", "ein beitrag der ",
	"publié par ", "écrit par ", "rédigé par ", "propos recueillis par ", "article de ", "par: ", "par ", "auteur : ", "auteur: ", "auteur ", "texte : ", "texte: ",
	"story and photos by ", "photos and story by ", "stories and photos by ", "photos and text by ", "text and pictures by ", "words and photography by ", "as told to ",
	"texto e fotos: ", "texto e fotos de ", "texto y fotos: ", "texto y fotos de ", "texto de ", "reportagem de ", "reportaje de ", "crónica de ", "un texto de ", "redação: ", "reportagem: ", "edição: ", "testi di ", "servizio di ", "tekst i foto: ", "autorka: ", "autorzy: ", "haberi yapan: ", "röportaj: ", "yazarı: ",
	"بقلم: ", "بقلم ", "بقلم/ ", "كتب: ", "كتب ", "كتبت: ", "كتبت ", "كتبه: ", "كتبته: ", "الكاتب: ", "الكاتبة: ", "إعداد: ", "نوشته ", "نویسنده: ", "تحریر: ", "लेखक: ", "लेखक ", "लेखिका: ", "द्वारा ", "रिपोर्ट: ", "लेखन: ", "מאת: ", "מאת ", "ผู้เขียน: ", "โดย: ", "โดย ", "theo ",
	"publicado por ", "escrito por ", "redacción: ", "por: ", "por ", "texto: ", "autora: ", "autores: ",
	"pubblicato da ", "scritto da ", "articolo di ", "a cura di ", "di: ", "di ", "autore: ", "testo di ",
	"geschreven door ", "gepubliceerd door ", "door: ", "door ", "tekst: ", "av: ", "av ", "af: ", "af ", "skriven av ", "publicerad av ", "skrevet av ", "skrevet af ", "journalist: ", "tekst og foto: ",
	"napisane przez ", "autor tekstu: ", "przez ", "oprac. ", "opracowanie: ", "tekst i zdjęcia: ", "text a foto: ", "napsal ", "yazan: ", "yazar: ", "haber: ", "автор: ", "автор статьи: ", "автор ", "текст: ", "kirjoittaja: ", "teksti: ", "od ", "írta: ", "szerző: ", "de: ", "oleh: ", "oleh ", "penulis: ", "reporter: ", "tác giả: ",
	"作者：", "作者:", "作者 ", "文：", "文:", "文/", "文／", "文｜", "文|", "撰文：", "撰文:", "撰文/", "撰稿：", "撰稿:", "撰稿人：", "撰稿人:", "特约作者：", "特約作者：", "特约撰稿人 ", "特约撰稿人", "特約撰稿人 ", "特约评论员 ", "特約記者 ", "记者：", "记者:", "记者 ", "記者：", "記者:", "記者 ", "本报记者 ", "本报记者：", "本报记者", "本报讯 记者", "本報記者", "本刊记者 ", "特约记者 ", "实习记者 ", "编译：", "编译:", "編譯：", "著者：", "著者:", "執筆：", "執筆:", "筆者：", "文・", "文＝", "取材・文／", "取材・文：", "取材・文＝", "글 ", "기자: ", "글: ", "글=",
}

// dropLabel takes labels off the front, also two in a row ("Text: Von …").
func dropLabel(s string) string {
	s = strings.TrimLeft(s, "-–—|•·,/:@ ")
	for range 3 {
		n := labelLength(s)
		if n == 0 {
			break
		}
		s = strings.TrimLeft(s[n:], "-–—|•·,/: \u3000")
	}
	return s
}

// labelLength is the length of a label at the start of s, 0 if there is none.
func labelLength(s string) int {
	low := strings.ToLower(s[:min(len(s), 48)])
	best := 0
	for _, l := range authorLabels {
		if len(l) > best && strings.HasPrefix(low, l) {
			best = len(l)
		}
	}
	return best
}

// splitNames parts a list of names.
func splitNames(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i < len(s); {
			n := separatorLength(s, i)
			if n == 0 {
				i++
				continue
			}
			if part := strings.TrimSpace(s[start:i]); part != "" && !yield(part) {
				return
			}
			i += n
			start = i
		}
		if part := strings.TrimSpace(s[start:]); part != "" {
			yield(part)
		}
	}
}

// wordSeparators stand between names, with spaces around them.
var wordSeparators = []string{" and ", " und ", " et ", " y ", " e ", " i ", " en ", " och ", " og ", " ja ", " и ", " и ", " ve ", " with ", " mit ", " avec ", " con ", " com ", " & ", " + ", " i ", " a ", " dan ", " và "}

func separatorLength(s string, i int) int {
	switch c := s[i]; c {
	case ',', ';', '|', '\n', edge, '/':
		if c == ',' && suffixFollows(s[i+1:]) {
			return 0
		}
		return 1
	case ' ':
		low := s[i:min(len(s), i+8)]
		for _, sep := range wordSeparators {
			if len(low) >= len(sep) && strings.EqualFold(low[:len(sep)], sep) && !inParticle(s, i, sep) {
				return len(sep)
			}
		}
		for _, sep := range [...]string{" - ", " – ", " — ", " · ", " • ", " // "} {
			if strings.HasPrefix(s[i:], sep) {
				return len(sep)
			}
		}
		return 0
	case '&':
		return 1
	}
	for _, sep := range [...]string{"、", "，", "；", "｜", "／", "•", "·", "＆"} {
		if strings.HasPrefix(s[i:], sep) {
			if sep == "·" && nameDot(s, i) {
				return 0
			}
			return len(sep)
		}
	}
	return 0
}

// inParticle keeps "Gómez y Pérez"-like surnames apart from lists only where
// that can be seen: one-letter words between single names are left together.
func inParticle(s string, i int, sep string) bool {
	if len(sep) != 3 {
		return false
	}
	return !strings.Contains(strings.TrimSpace(s[:i]), " ") || !strings.Contains(strings.TrimSpace(s[i+len(sep):]), " ")
}

// nameDot: the middle dot within a foreign name written in Chinese.
func nameDot(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+len("·"):])
	return isHan(before) && isHan(after)
}

// suffixFollows: "Jr.", "PhD" and the like after a comma belong to the name
// before, and are dropped with it as roles are.
func suffixFollows(s string) bool {
	s = strings.TrimLeft(s, " ")
	for _, suffix := range [...]string{"Jr", "Sr.", "III", "II"} {
		if strings.HasPrefix(s, suffix) {
			return true
		}
	}
	return false
}

// cutMarks end a name: what follows is something else.
var cutMarks = []string{" (", "（", "(", " [", "【", "[", " @", " | ", "｜", " für ", " for ", " in ", " im gespräch", " im interview", " as told", " aus ", " vom ", " am ", " on ", " at ", " um ", " is ", " ist ", " le ", " el ", " il ", " publié", " updated", " published", ", ", " via ", " des ", "：", ": ", " 发表于", " 发布于", " 發表於", " 来源", " 编辑", "\u3000", " >", " »", " wrote", " writes", " reports", " says", " schrieb", " schreibt", "»", " under ", " unter ", " In "}

// cleanName trims one name and judges it; "" if it is none.
func cleanName(s string, trust nameTrust) string {
	s = dropLabel(strings.TrimSpace(s))
	for _, mark := range cutMarks {
		if i := indexFoldString(s, mark); i > 0 {
			s = s[:i]
		}
	}
	if i := digitCut(s); i >= 0 && trust != trustStated {
		s = s[:i]
	}
	s = dropCourtesy(strings.Trim(s, " -–—|•·,;:/*\"“”„'`\u3000~_#>)("))
	s = dropCJKRole(s)
	if strings.HasSuffix(s, ".") && !abbreviated(s) {
		s = strings.TrimRight(s, ".")
	}
	if !isName(s, trust) {
		return ""
	}
	return properCase(s)
}

// indexFoldString finds a mark as written; in names all in capitals without
// regard to case ("Loïc Le Clerc" is no "Loïc" with an article after it).
func indexFoldString(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 || strings.ToUpper(s) != s {
		return i
	}
	return strings.Index(strings.ToLower(s), mark)
}

// digitCut is where a date or number begins, -1 if nowhere.
func digitCut(s string) int {
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) && (i == 0 || s[i-1] == ' ') {
			return i
		}
	}
	return -1
}

// courtesyTitles precede names and are no part of them; academic ones are.
var courtesyTitles = []string{"Mr. ", "Mrs. ", "Ms. ", "Frau ", "Herr "}

func dropCourtesy(s string) string {
	for _, t := range courtesyTitles {
		s = strings.TrimPrefix(s, t)
	}
	return s
}

// dropCJKRole takes off what Chinese, Japanese and Korean bylines put behind
// or before a name.
func dropCJKRole(s string) string {
	for _, role := range [...]string{"文并访", "文并摄", "文并图", "文/图", "记者", "記者", "编辑", "編輯", "报道", "報導", "報道", "撰文", "摄", "攝", "文", "기자", "さん", "氏", "特派员", "特派員", "通讯员"} {
		if rest := strings.TrimSuffix(s, role); rest != s && utf8.RuneCountInString(strings.TrimSpace(rest)) >= 2 && startsCJK(rest) {
			s = strings.TrimSpace(rest)
		}
		if rest := strings.TrimPrefix(s, role); rest != s && len(role) > 3 && utf8.RuneCountInString(strings.TrimSpace(rest)) >= 2 {
			s = strings.TrimSpace(rest)
		}
	}
	return s
}

func startsCJK(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isHan(r) || isKana(r) || r >= 0xAC00 && r < 0xD7A4
}

func abbreviated(s string) bool {
	last := s[strings.LastIndexByte(s, ' ')+1:]
	return len(last) <= 3
}

// isName judges a trimmed candidate.
func isName(s string, trust nameTrust) bool {
	runes := utf8.RuneCountInString(s)
	if runes < 2 || runes > 60 {
		return false
	}
	if strings.ContainsAny(s, "@=<>{}[]%$?!\\^\n") || strings.Contains(s, "..") {
		return false
	}
	if startsCJK(s) {
		return isCJKName(s, runes, trust)
	}
	letters, capitals, digitCount, words := nameStats(s)
	if letters*2 < runes || words == 0 || words > 7 {
		return false
	}
	if digitCount > 0 && (trust != trustStated || digitCount > letters) {
		return false
	}
	if notAName(s) {
		return false
	}
	if trust != trustStated && (hasRole(s) || words == 1 && runes <= 3) {
		return false
	}
	switch trust {
	case trustText:
		return !strings.Contains(s, "&") && words >= 2 && words <= 5 && capitals >= 2 && !hasSmallWord(s)
	case trustMarked:
		return words == 1 || words <= 6 && capitals >= 1 && !hasSmallWord(s) || words == 2 && capitals == 0
	}
	return true
}

func nameStats(s string) (letters, capitals, digitCount, words int) {
	inWord := false
	for _, r := range s {
		letter := unicode.IsLetter(r)
		if letter {
			letters++
			if !inWord && (unicode.IsUpper(r) || !unicode.IsLower(r)) {
				capitals++
			}
		}
		if r >= '0' && r <= '9' {
			digitCount++
		}
		boundary := r == ' ' || r == '-' && false
		if !boundary && !inWord {
			words++
		}
		inWord = !boundary
	}
	return letters, capitals, digitCount, words
}

// nameParticles are the small words that stand within names.
const nameParticles = " von van de der den del della da di do dos das du la le el al bin ibn ter ten zu zur zum y e of st. san mac ap op het af av nic ó ni "

// hasSmallWord says whether a word is in small letters and no particle.
func hasSmallWord(s string) bool {
	for w := range strings.FieldsSeq(s) {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(r) && !strings.Contains(nameParticles, " "+w+" ") {
			return true
		}
	}
	return false
}

// isCJKName: two to four characters for Chinese, up to seven with kana or a
// space for Japanese and transcribed names.
func isCJKName(s string, runes int, trust nameTrust) bool {
	for _, r := range s {
		if !isHan(r) && !isKana(r) && !(r >= 0xAC00 && r < 0xD7A4) && r != ' ' && r != '·' && r != '・' && r != 'ー' && r != '々' {
			return trust == trustStated && runes <= 30
		}
	}
	if notACJKName(s) {
		return trust == trustStated && runes <= 20
	}
	if trust == trustStated {
		return runes <= 20
	}
	return runes <= 4 || runes <= 8 && strings.ContainsAny(s, " ·・") || runes <= 7 && hasKana(s)
}

func hasKana(s string) bool {
	for _, r := range s {
		if isKana(r) {
			return true
		}
	}
	return false
}

func notACJKName(s string) bool {
	for _, w := range [...]string{"编辑", "編輯", "记者", "記者", "来源", "來源", "作者", "新闻", "新聞", "评论", "阅读", "报道", "网站", "本报", "综合", "责任", "点击", "发布", "分享", "中心", "新华社", "ニュース", "新聞", "編集部", "日期", "时间", "時間", "更新", "通讯员", "实习生", "實習生", "报导", "報導", "摄影", "攝影", "입력", "수정", "등록", "뉴스", "신문", "일보", "기사", "기자", "업데이트", "사진", "日报", "晚报", "时报", "财经", "公司", "大学", "匿名", "佚名"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// wordsOfNoName never stand in the name of a person.
var wordsOfNoName = " the a an and or about more read click here home news category categories tags tag share comments comment login subscribe newsletter photo photos image images getty istock shutterstock minute minutes min ago hours hour today yesterday january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember uhr kommentar kommentare artikel beitrag mehr alle zum über uns impressum lesezeit published updated posted written article articles story stories this that with your you we our is are was has have all rights reserved copyright sponsored advertisement anzeige stand publicado publicada hace vor quelle source foto fotos bild text photograph veröffentlicht aktualisiert erstellt uncategorized allgemein edit mins wochen tagen stunden message reply send share datum date fecha data "

// rolesOfNoName are what people are called next to their names; alone, or as
// all of a part between commas, they are no name.
var rolesOfNoName = " editor reporter correspondent writer journalist author contributor columnist producer photographer staff senior chief deputy associate assistant managing executive contributing freelance political science business sports health culture travel features news national international foreign world washington bureau editorial director publisher ceo founder co-founder president professor md phd ph.d. ma msc mba rd rn esq analyst consultant expert intern fellow guest special digital content strategist manager head lead redakteur redakteurin reporterin chefredakteur chefredakteurin korrespondent korrespondentin autor autorin volontär volontärin freie freier journalistin mitarbeiter mitarbeiterin leiter leiterin ressortleiter redakteure journaliste rédacteur rédactrice correspondant correspondante périodista periodista redactor redactora corresponsal giornalista redattore verslaggever correspondente repórter dziennikarz redaktor journalister medarbejder lecturer lifestyle tech technology entertainment commerce shopping deals beauty style food opinion audience engagement social media video multimedia "

// strongRoles are words for what people do that are in nobody's name.
const strongRoles = " reporter editor correspondent columnist journalist contributor photographer producer redakteur redakteurin korrespondent korrespondentin chefredakteur reporterin journalistin rédacteur journaliste corresponsal redactor giornalista writer illustrator ilustrator übersetzung twitter facebook instagram email e-mail follow linkedin "

func hasRole(s string) bool {
	for w := range strings.FieldsSeq(strings.ToLower(s)) {
		if strings.Contains(strongRoles, " "+strings.Trim(w, ".,:;")+" ") {
			return true
		}
	}
	return false
}

// notAName finds words that tell the candidate is something else.
func notAName(s string) bool {
	if labelLength(s+" ") > 0 || labelLength(s+": ") > 0 || !strings.Contains(s, " ") && monthOf(strings.ToLower(strings.Trim(s, ".")), "") > 0 {
		return true
	}
	roles, words := 0, 0
	for w := range strings.FieldsSeq(strings.ToLower(s)) {
		words++
		if len(w) == 2 && w[1] == '.' {
			continue // an initial
		}
		key := " " + strings.Trim(w, ".,:;") + " "
		if strings.Contains(wordsOfNoName, key) {
			return true
		}
		if strings.Contains(rolesOfNoName, key) {
			roles++
		}
	}
	return roles == words
}

// properCase writes names in all capitals with small letters.
func properCase(s string) string {
	upper, lower := 0, 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			upper++
		} else if unicode.IsLower(r) {
			lower++
		}
	}
	if lower > 0 || upper < 6 || !strings.Contains(s, " ") {
		return s
	}
	var b strings.Builder
	start := true
	for _, r := range s {
		if start {
			b.WriteRune(r)
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		start = r == ' ' || r == '-' || r == '\'' || r == '’' || r == '.'
	}
	return b.String()
}
