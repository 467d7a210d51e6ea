package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pagerWord is what a word of a row of pages means; words mean several things
// at once ("下一页" is the next page).
type pagerWord uint8

const (
	sayPage pagerWord = 1 << iota // the word "page" itself
	sayNext
	sayPrev
	sayEnd // first, last
	sayOf  // joins numbers: "2 of 5"
	sayAll // everything on one page
	sayFill
)

// pagerWords are the words of rows of pages in scripts with spaces.
var pagerWords = map[string]pagerWord{
	"page": sayPage, "pages": sayPage, "pg": sayPage, "seite": sayPage, "seiten": sayPage, "página": sayPage, "páginas": sayPage,
	"pagina": sayPage, "pagine": sayPage, "strona": sayPage, "strony": sayPage, "sayfa": sayPage, "trang": sayPage, "sida": sayPage, "side": sayPage, "sivu": sayPage,
	"страница": sayPage, "страницы": sayPage, "страниц": sayPage, "стр": sayPage, "сторінка": sayPage, "صفحة": sayPage, "الصفحة": sayPage,
	"next": sayNext, "weiter": sayNext, "nächste": sayNext, "vor": sayNext, "suivant": sayNext, "suivante": sayNext, "siguiente": sayNext, "seguinte": sayNext,
	"próxima": sayNext, "próximo": sayNext, "avanti": sayNext, "successiva": sayNext, "prossima": sayNext, "volgende": sayNext, "następna": sayNext, "dalej": sayNext,
	"sonraki": sayNext, "nästa": sayNext, "næste": sayNext, "neste": sayNext, "seuraava": sayNext, "tiếp": sayNext, "следующая": sayNext, "далее": sayNext, "дальше": sayNext, "вперед": sayNext, "вперёд": sayNext, "наступна": sayNext,
	"التالي": sayNext, "التالية": sayNext,
	"prev": sayPrev, "previous": sayPrev, "back": sayPrev, "zurück": sayPrev, "vorherige": sayPrev, "précédent": sayPrev, "précédente": sayPrev, "anterior": sayPrev, "indietro": sayPrev,
	"precedente": sayPrev, "vorige": sayPrev, "poprzednia": sayPrev, "wstecz": sayPrev, "önceki": sayPrev, "föregående": sayPrev, "forrige": sayPrev, "edellinen": sayPrev, "trước": sayPrev,
	"предыдущая": sayPrev, "назад": sayPrev, "попередня": sayPrev, "السابق": sayPrev, "السابقة": sayPrev,
	"first": sayEnd, "last": sayEnd, "erste": sayEnd, "letzte": sayEnd, "première": sayEnd, "dernière": sayEnd, "primera": sayEnd, "última": sayEnd, "primeira": sayEnd,
	"prima": sayEnd, "ultima": sayEnd, "первая": sayEnd, "последняя": sayEnd, "eerste": sayEnd, "laatste": sayEnd,
	"of": sayOf, "von": sayOf, "sur": sayOf, "de": sayOf, "di": sayOf, "van": sayOf, "из": sayOf, "з": sayOf, "z": sayOf, "af": sayOf, "av": sayOf, "من": sayOf,
	"all": sayAll, "single": sayAll, "alle": sayAll, "toutes": sayAll, "todas": sayAll,
	"to": sayFill, "go": sayFill, "the": sayFill, "continue": sayFill, "continued": sayFill, "on": sayFill, "auf": sayFill, "zur": sayFill, "la": sayFill, "view": sayFill, "jump": sayFill, "an": sayFill, "as": sayFill, "one": sayAll,
}

// pagerSigns are the same for scripts without spaces, the longer before what
// it begins with.
var pagerSigns = []struct {
	text string
	says pagerWord
}{
	{"下一页", sayNext | sayPage}, {"下一頁", sayNext | sayPage}, {"下页", sayNext | sayPage}, {"下頁", sayNext | sayPage}, {"后一页", sayNext | sayPage}, {"後一頁", sayNext | sayPage},
	{"上一页", sayPrev | sayPage}, {"上一頁", sayPrev | sayPage}, {"上页", sayPrev | sayPage}, {"上頁", sayPrev | sayPage}, {"前一页", sayPrev | sayPage}, {"前一頁", sayPrev | sayPage},
	{"首页", sayEnd}, {"首頁", sayEnd}, {"末页", sayEnd}, {"末頁", sayEnd}, {"尾页", sayEnd}, {"尾頁", sayEnd},
	{"第一页", sayEnd}, {"第一頁", sayEnd}, {"最后一页", sayEnd}, {"最後一頁", sayEnd},
	{"本文", sayFill}, {"当前", sayFill}, {"當前", sayFill}, {"分页", sayPage}, {"分頁", sayPage}, {"页码", sayPage}, {"頁碼", sayPage}, {"页数", sayPage}, {"頁數", sayPage}, {"页次", sayPage},
	{"跳转", sayFill}, {"跳到", sayFill}, {"转到", sayFill}, {"到", sayFill}, {"第", sayFill}, {"共", sayOf}, {"总", sayOf}, {"全", sayOf},
	{"页", sayPage}, {"頁", sayPage}, {"在", sayFill}, {"是", sayFill}, {"为", sayFill},
	{"次のページ", sayNext | sayPage}, {"前のページ", sayPrev | sayPage}, {"次ページ", sayNext | sayPage}, {"前ページ", sayPrev | sayPage}, {"ページ目", sayPage}, {"ページ", sayPage}, {"頁目", sayPage},
	{"次へ", sayNext}, {"次", sayNext}, {"前へ", sayPrev}, {"前", sayPrev}, {"最初", sayEnd}, {"最後", sayEnd}, {"へ", sayFill}, {"に", sayFill}, {"の", sayFill}, {"中", sayOf},
	{"다음", sayNext}, {"이전", sayPrev}, {"처음", sayEnd}, {"마지막", sayEnd}, {"페이지", sayPage}, {"쪽", sayPage},
}

// A pagerLine is a text read as (part of) a row of pages.
type pagerLine struct {
	numbers []int
	says    pagerWord
	arrow   bool // nothing but a sign that points onward
}

// readPager reads a text of which every word belongs to rows of pages; ok is
// false if one does not.
func readPager(s string) (p pagerLine, ok bool) {
	arrow, other := false, false
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case digitValue(r) >= 0:
			value, rest, ok := pageNumber(s)
			if !ok {
				return p, false
			}
			p.numbers = append(p.numbers, value)
			s, other = rest, true
		case wide(r) && (unicode.IsLetter(r) || r == 'ー'):
			says, rest := pagerSign(s)
			if says == 0 {
				return p, false
			}
			p.says |= says
			s, other = rest, true
		case unicode.IsLetter(r):
			end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) || wide(r) })
			if end < 0 {
				end = len(s)
			}
			says := pagerWords[strings.ToLower(s[:end])]
			if says == 0 || end > 40 {
				return p, false
			}
			p.says |= says
			s, other = s[end:], true
		default:
			arrow = arrow || strings.ContainsRune("›»>→▶❯＞≫", r)
			s = s[n:]
		}
	}
	p.arrow = arrow && !other
	return p, other || arrow
}

func pagerSign(s string) (pagerWord, string) {
	best, says := "", pagerWord(0)
	for i := range pagerSigns {
		if t := pagerSigns[i].text; len(t) > len(best) && strings.HasPrefix(s, t) {
			best, says = t, pagerSigns[i].says
		}
	}
	return says, s[len(best):]
}

// pageNumber is the number of at most three digits that s begins with; no
// article has a thousand pages.
func pageNumber(s string) (value int, rest string, ok bool) {
	digits := 0
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		d := digitValue(r)
		if d < 0 {
			break
		}
		if value, digits = value*10+d, digits+1; digits > 3 {
			return 0, s, false
		}
		s = s[n:]
	}
	return value, s, true
}

func digitValue(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// states reads "page 2 of 5", "第2页/共5页", "(2/5)", also with "next" beside.
func (p pagerLine) states() (number, count int) {
	if len(p.numbers) != 2 || p.says&(sayNext|sayPrev|sayEnd) != 0 && p.says&(sayPage|sayOf) != sayPage|sayOf {
		return 0, 0
	}
	a, b := p.numbers[0], p.numbers[1]
	if p.says&sayOf != 0 && a > b {
		a, b = b, a // 本文共5页，当前第2页
	}
	if a < 1 || a > b || b > 200 {
		return 0, 0
	}
	return a, b
}

// withoutPage is a title without its page part, for comparing titles, and the
// number stated there, 0 if none: "The mill (2)", "The mill - Page 2 of 5",
// "磨坊（第2页）", "The mill | Page 2 | The Valley".
func withoutPage(title string) (rest string, number int) {
	rest = strings.TrimSpace(title)
	for {
		cut, n := cutPagePart(rest)
		if cut == rest {
			return rest, number
		}
		rest = cut
		if n > 0 {
			number = n
		}
	}
}

func cutPagePart(s string) (rest string, number int) {
	for _, pair := range []string{"()", "（）", "[]", "【】", "［］"} {
		open, closed := firstRune(pair)
		if !strings.HasSuffix(s, closed) {
			continue
		}
		i := strings.LastIndex(s, open)
		if i < 0 {
			continue
		}
		p, ok := readPager(s[i+len(open) : len(s)-len(closed)])
		if ok && len(p.numbers) > 0 {
			return strings.TrimRight(s[:i], " \t-–—|_"), p.numbers[0]
		}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-–—|_·•｜:：,，", r) })
	for _, part := range parts {
		if p, ok := readPager(part); ok && p.says&sayPage != 0 && len(p.numbers) > 0 {
			i := strings.Index(s, part)
			before := strings.TrimRight(s[:i], " \t-–—|_·•｜:：,，")
			after := strings.TrimLeft(s[i+len(part):], " \t-–—|_·•｜:：,，")
			if before == "" || after == "" {
				return before + after, p.numbers[0]
			}
			return before + " | " + after, p.numbers[0]
		}
	}
	return s, 0
}

func firstRune(s string) (first, rest string) {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n], s[n:]
}
