package extract

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stamp is a date, perhaps with a time of day, perhaps with a zone, as stated.
type stamp struct {
	year, month, day  int
	clock             bool
	hour, minute, sec int
	zone              string // "", "Z" or "+02:00"
}

// String is as precise as what was read; see Article.PublishedAt.
func (s stamp) String() string {
	if s.year == 0 {
		return ""
	}
	b := make([]byte, 0, 25)
	b = appendNumber(b, s.year, 4)
	b = appendNumber(append(b, '-'), s.month, 2)
	b = appendNumber(append(b, '-'), s.day, 2)
	if !s.clock {
		return string(b)
	}
	b = appendNumber(append(b, 'T'), s.hour, 2)
	b = appendNumber(append(b, ':'), s.minute, 2)
	b = appendNumber(append(b, ':'), s.sec, 2)
	return string(append(b, s.zone...))
}

func (s stamp) dayString() string { s.clock = false; return s.String() }

func appendNumber(b []byte, n, width int) []byte {
	t := strconv.Itoa(n)
	for range width - len(t) {
		b = append(b, '0')
	}
	return append(b, t...)
}

// firstYear is the first year a page can be of: the first web pages are of
// 1990.
const firstYear = 1990

// exists says whether the day is in the calendar and its time on the clock.
func (s stamp) exists() bool {
	if s.year < firstYear || s.year > 2199 || s.month < 1 || s.month > 12 || s.day < 1 || s.day > daysIn(s.year, s.month) {
		return false
	}
	return s.hour >= 0 && s.hour < 24 && s.minute >= 0 && s.minute < 60 && s.sec >= 0 && s.sec <= 60
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// dateOrder says how the numbers of 03/04/2024 are meant.
type dateOrder uint8

const (
	orderUnknown dateOrder = iota
	orderDayFirst
	orderMonthFirst
)

// dateOrderOf is by language: all put the day first, English as its country
// does, and where that is unknown nobody can tell.
func dateOrderOf(lang, host string) dateOrder {
	low := strings.ToLower(strings.ReplaceAll(lang, "_", "-"))
	base, region, _ := strings.Cut(low, "-")
	if base != "en" && base != "" {
		return orderDayFirst
	}
	tld := host[strings.LastIndexByte(host, '.')+1:]
	switch tld {
	case "uk", "au", "nz", "ie", "in", "za", "sg", "my", "ng", "ke", "pk", "lk", "bd", "eu", "de", "fr", "es", "it", "nl", "at", "ch", "be",
		"se", "no", "dk", "fi", "pl", "cz", "pt", "br", "mx", "ar", "ru", "tr", "gr", "hk", "jm", "tt", "mt", "gh", "zw", "ug", "scot", "wales":
		return orderDayFirst
	case "us", "gov", "mil", "edu":
		return orderMonthFirst
	}
	switch region {
	case "us":
		return orderMonthFirst
	case "":
		return orderUnknown
	case "ca", "ph":
		return orderUnknown
	}
	return orderDayFirst
}

// parseMachineDate reads what attributes and meta elements hold: ISO 8601 and
// what passes for it, RFC 1123 and relatives, seconds since 1970, or else a
// date as people write it, which must be most of the text.
func parseMachineDate(s string, order dateOrder) (stamp, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 120 {
		return stamp{}, false
	}
	if st, ok := parseISO(s); ok {
		return st, true
	}
	if st, ok := parseEpoch(s); ok {
		return st, true
	}
	if st, ok := parseUnixDate(s); ok {
		return st, true
	}
	return findDate(s, "", order)
}

// parseEpoch reads seconds or milliseconds since 1970. The day is that of
// UTC: nothing better is known.
func parseEpoch(s string) (stamp, bool) {
	if len(s) != 10 && len(s) != 13 {
		return stamp{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return stamp{}, false
	}
	if len(s) == 13 {
		n /= 1000
	}
	st := civil(int(n / 86400))
	rest := int(n % 86400)
	st.clock, st.hour, st.minute, st.sec, st.zone = true, rest/3600, rest/60%60, rest%60, "Z"
	return st, st.exists()
}

// parseUnixDate reads what the date command and Java print: "Fri May 31
// 08:00:00 CEST 2024", the zone left out or not.
func parseUnixDate(s string) (stamp, bool) {
	f := strings.Fields(s)
	if n := len(f); n != 5 && n != 6 {
		return stamp{}, false
	}
	st := stamp{year: digits(f[len(f)-1]), month: monthOf(strings.ToLower(f[1]), ""), day: digits(f[2])}
	if st.month == 0 || len(f[3]) != len("08:00:00") || f[3][2] != ':' {
		return stamp{}, false
	}
	readClock(&st, f[3])
	if len(f) == 6 {
		st.zone = readZone(f[4])
	}
	return st, st.clock && st.exists()
}

// civil is the date of the n-th day since 1970-01-01 (Howard Hinnant's
// days-to-civil).
func civil(n int) stamp {
	n += 719468
	era := n / 146097
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	st := stamp{year: yoe + era*400, month: mp + 3, day: doy - (153*mp+2)/5 + 1}
	if st.month > 12 {
		st.month -= 12
		st.year++
	}
	return st
}

// parseISO reads 2024-05-31, 20240531, 2024-05-31T08:00:00.000+02:00 and near
// relatives (a space for the T, slashes, a zone apart or without a colon).
func parseISO(s string) (stamp, bool) {
	var st stamp
	i, ok := 0, false
	switch {
	case len(s) >= 10 && (s[4] == '-' || s[4] == '/') && s[7] == s[4]:
		st.year, st.month, st.day, ok = digits(s[:4]), digits(s[5:7]), digits(s[8:10]), true
		i = 10
	case len(s) >= 8 && digits(s[:8]) > 0 && (len(s) == 8 || len(s) == 14 || !isDigit(s[8])):
		st.year, st.month, st.day, ok = digits(s[:4]), digits(s[4:6]), digits(s[6:8]), true
		i = 8
	}
	if !ok || !st.exists() {
		return stamp{}, false
	}
	rest := s[i:]
	if rest == "" {
		return st, true
	}
	if isDigit(rest[0]) && i == 10 {
		return stamp{}, false
	}
	readClock(&st, strings.TrimLeft(rest, "Tt ,"))
	return st, st.exists()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits is the number s is made of, -1 if it is made of anything else.
func digits(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// readClock reads HH:MM[:SS[.fff]], HHMM[SS] and a zone from the start of s.
// What it does not understand it leaves.
func readClock(st *stamp, s string) {
	if len(s) >= 6 && digits(s[:6]) >= 0 && (len(s) == 6 || !isDigit(s[6])) {
		s = s[:2] + ":" + s[2:4] + ":" + s[4:]
	}
	if len(s) >= 4 && s[1] == ':' && isDigit(s[0]) {
		s = "0" + s
	}
	if len(s) < 5 || s[2] != ':' || digits(s[:2]) < 0 || digits(s[3:5]) < 0 {
		return
	}
	hour, minute := digits(s[:2]), digits(s[3:5])
	if hour > 23 || minute > 59 {
		return
	}
	st.clock, st.hour, st.minute = true, hour, minute
	s = s[5:]
	if len(s) >= 3 && s[0] == ':' && digits(s[1:3]) >= 0 && digits(s[1:3]) <= 60 {
		st.sec = min(digits(s[1:3]), 59)
		s = s[3:]
		if s != "" && (s[0] == '.' || s[0] == ',') {
			s = strings.TrimLeft(s[1:], "0123456789")
		}
	}
	s = strings.TrimLeft(s, " ")
	s = st.halfDay(s)
	st.zone = readZone(s)
}

// halfDay applies am or pm at the start of s.
func (st *stamp) halfDay(s string) string {
	low := strings.ToLower(s[:min(4, len(s))])
	low = strings.ReplaceAll(low, ".", "")
	n := 2
	if len(s) > 1 && s[1] == '.' {
		n = min(4, len(s))
	}
	switch {
	case strings.HasPrefix(low, "am"):
		if st.hour == 12 {
			st.hour = 0
		}
	case strings.HasPrefix(low, "pm"):
		if st.hour < 12 {
			st.hour += 12
		}
	default:
		return s
	}
	return strings.TrimLeft(s[n:], ". ")
}

// zoneNames are the abbreviations that mean one thing in the press. "IST",
// "CST" outside America and "ET" with its two halves of the year are left out
// or taken as most common.
var zoneNames = map[string]string{
	"z": "Z", "utc": "Z", "gmt": "Z", "edt": "-04:00", "est": "-05:00", "cdt": "-05:00", "mdt": "-06:00", "mst": "-07:00",
	"pdt": "-07:00", "pst": "-08:00", "bst": "+01:00", "cet": "+01:00", "cest": "+02:00", "mez": "+01:00", "mesz": "+02:00",
	"eet": "+02:00", "eest": "+03:00", "msk": "+03:00", "jst": "+09:00", "kst": "+09:00", "hkt": "+08:00", "sgt": "+08:00",
	"aest": "+10:00", "aedt": "+11:00", "nzst": "+12:00", "nzdt": "+13:00", "wib": "+07:00",
}

// readZone reads Z, +02:00, +0200, +02, UTC+2, GMT-0500 or a name.
func readZone(s string) string {
	s = strings.TrimLeft(s, " (")
	if s == "" {
		return ""
	}
	if strings.HasPrefix(strings.ToLower(s[:min(6, len(s))]), "мск") {
		return "+03:00"
	}
	if c := s[0]; c != '+' && c != '-' {
		end := 0
		for end < len(s) && isLetter(s[end]) {
			end++
		}
		zone := zoneNames[strings.ToLower(s[:end])]
		if zone == "Z" && end < len(s) && (s[end] == '+' || s[end] == '-') {
			if offset := readOffset(s[end:]); offset != "" {
				return offset
			}
		}
		return zone
	}
	return readOffset(s)
}

func readOffset(s string) string {
	sign, s := s[:1], s[1:]
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	hour, minute := -1, 0
	switch {
	case n == 4:
		hour, minute = digits(s[:2]), digits(s[2:4])
	case n == 1 || n == 2:
		hour = digits(s[:n])
		if len(s) >= n+3 && s[n] == ':' && digits(s[n+1:n+3]) >= 0 {
			minute = digits(s[n+1 : n+3])
		}
	}
	if hour < 0 || hour > 14 || minute > 59 {
		return ""
	}
	if hour == 0 && minute == 0 {
		return "Z"
	}
	b := appendNumber([]byte(sign), hour, 2)
	return string(appendNumber(append(b, ':'), minute, 2))
}

// dateToken is a number or a word of a text with a date in it.
type dateToken struct {
	num    int // -1 for a word
	width  int // digits of the number
	month  int // a word that names a month
	start  int
	end    int
	before byte // the sign directly before: '.', '/', '-', ':', 0 for space and all else
}

const maxDateTokens = 24

// findDate finds the first date in s as people write it, in any language whose
// months are known, and a time of day next to it. lang decides a few names;
// order decides 03/04/2024.
func findDate(s, lang string, order dateOrder) (stamp, bool) {
	st, _, _, ok := locateDate(s, lang, order)
	return st, ok
}

// locateDate is findDate that also says where the date stands in s.
func locateDate(s, lang string, order dateOrder) (st stamp, start, end int, ok bool) {
	western, at := westernDate(s)
	if st, start, end, ok = locateWestern(western, lang, order); ok && at != nil {
		start, end = at[start], at[end]
	}
	return st, start, end, ok
}

func locateWestern(s, lang string, order dateOrder) (st stamp, start, end int, ok bool) {
	var buf [maxDateTokens]dateToken
	toks := dateTokens(buf[:0], s, lang)
	for i := range toks {
		if st, used := dateAt(s, toks[i:], order); used > 0 && st.exists() {
			if i > 0 && glued(s, toks[i-1], toks[i]) {
				continue
			}
			readNearClock(&st, s, toks, i, i+used)
			return st, toks[i].start, toks[i+used-1].end, st.exists()
		}
	}
	return stamp{}, 0, 0, false
}

// glued says that two numbers are parts of one thing: 1.2.3.2024.
func glued(s string, a, b dateToken) bool {
	return a.num >= 0 && b.num >= 0 && b.start-a.end == 1 && strings.IndexByte("./-", s[a.end]) >= 0
}

// dateTokens splits a text into numbers and words. Full-width digits count as
// digits; words that only join (of, de, den, the …) are left out.
func dateTokens(toks []dateToken, s, lang string) []dateToken {
	for i := 0; i < len(s) && len(toks) < maxDateTokens; {
		c := s[i]
		if isDigit(c) {
			end := i
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			t := dateToken{num: digits(s[i:end]), width: end - i, start: i, end: end}
			if i > 0 {
				t.before = s[i-1]
			}
			if t.num < 0 {
				t.num, t.width = 0, 99
			}
			toks = append(toks, t)
			i = end
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '年' || r == '月' || r == '日' || r == '号' || r == '號':
			toks = append(toks, dateToken{num: -1, start: i, end: i + size, before: byte(cjkUnit(r))})
			i += size
		case r == '년' || r == '월' || r == '일':
			toks = append(toks, dateToken{num: -1, start: i, end: i + size, before: byte(cjkUnit(r))})
			i += size
		case unicode.IsLetter(r):
			end := i + size
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) || isDateUnit(r) {
					break
				}
				end += size
			}
			if word := strings.ToLower(s[i:end]); !joinsDate(word) {
				t := dateToken{num: -1, month: monthOf(word, lang), start: i, end: end}
				if n := len(toks); n > 0 && t.month > 0 && toks[n-1].month == t.month {
					toks[n-1].end = end // one month by two names: "آذار/مارس"
				} else {
					toks = append(toks, t)
				}
			}
			i = end
		default:
			i += size
		}
	}
	return toks
}

func isDateUnit(r rune) bool {
	switch r {
	case '年', '月', '日', '号', '號', '년', '월', '일':
		return true
	}
	return false
}

// cjkUnit maps year, month and day signs to 'y', 'm', 'd'.
func cjkUnit(r rune) rune {
	switch r {
	case '年', '년':
		return 'y'
	case '月', '월':
		return 'm'
	}
	return 'd'
}

func joinsDate(w string) bool {
	switch w {
	case "of", "de", "del", "den", "the", "do", "st", "nd", "rd", "th", "er", "ter", "di", "a", "e", "г", "года", "року", "م", "gada", "m", "o", "ª", "º", "mensis":
		return true
	}
	return false
}

// dateAt reads a date from the start of the tokens; used is how many it took.
func dateAt(s string, t []dateToken, order dateOrder) (stamp, int) {
	if len(t) >= 5 && t[0].num >= 0 && t[1].before == 'y' && t[1].num < 0 {
		return cjkDate(t)
	}
	if len(t) < 3 {
		return stamp{}, 0
	}
	a, b, c := t[0], t[1], t[2]
	switch {
	case a.isDay() && b.month > 0 && c.isYear(): // 31 May 2024
		return stamp{year: c.num, month: b.month, day: a.num}, 3
	case a.isDay() && b.month > 0 && c.isShortYear() && !clockFollows(s, c): // 31 May 24
		return stamp{year: fullYear(c.num), month: b.month, day: a.num}, 3
	case a.month > 0 && b.isDay() && c.isYear(): // May 31, 2024
		return stamp{year: c.num, month: a.month, day: b.num}, 3
	case a.isYear() && b.month > 0 && c.isDay(): // 2024. május 31.
		return stamp{year: a.num, month: b.month, day: c.num}, 3
	case a.num >= 0 && b.num >= 0 && c.num >= 0:
		return numericDate(s, a, b, c, order), 3
	}
	return stamp{}, 0
}

func (t dateToken) isDay() bool       { return t.num >= 1 && t.num <= 31 && t.width <= 2 }
func (t dateToken) isYear() bool      { return t.width == 4 && t.num >= firstYear && t.num < 2200 }
func (t dateToken) isShortYear() bool { return t.width == 2 && t.num < 70 }

func fullYear(n int) int { return 2000 + n }

// clockFollows tells the hour of "31 May 08:00" from a year.
func clockFollows(s string, t dateToken) bool {
	return t.end < len(s) && (s[t.end] == ':' || s[t.end] == 'h')
}

// numericDate reads three numbers with the same sign between them.
func numericDate(s string, a, b, c dateToken, order dateOrder) stamp {
	sep1, sep2 := strings.TrimSpace(s[a.end:b.start]), strings.TrimSpace(s[b.end:c.start])
	if sep1 != sep2 || len(s[a.end:b.start]) > 3 {
		return stamp{}
	}
	switch sep1 {
	case ".", "/", "-", "|", "．", "／":
	default:
		return stamp{}
	}
	switch {
	case a.width == 4 && b.width <= 2 && c.width <= 2:
		return stamp{year: a.num, month: b.num, day: c.num}
	case a.width > 2 || b.width > 2 || (c.width != 4 && !(c.isShortYear() && b.width == 2)):
		return stamp{}
	}
	year := c.num
	if c.width == 2 {
		year = fullYear(c.num)
	}
	dayFirst := stamp{year: year, month: b.num, day: a.num}
	monthFirst := stamp{year: year, month: a.num, day: b.num}
	switch {
	case sep1 == ".", a.num > 12, a.num == b.num:
		return dayFirst
	case b.num > 12, order == orderMonthFirst:
		return monthFirst
	case order == orderDayFirst:
		return dayFirst
	}
	return stamp{}
}

// cjkDate reads 2024年5月31日 and its like; two digits of a year are not
// enough, of an era (令和6年) neither.
func cjkDate(t []dateToken) (stamp, int) {
	if !t[0].isYear() || t[2].num < 0 || t[3].before != 'm' || t[4].num < 0 {
		return stamp{}, 0
	}
	used := 5
	if len(t) > 5 && t[5].before == 'd' && t[5].num < 0 {
		used = 6
	}
	return stamp{year: t[0].num, month: t[2].num, day: t[4].num}, used
}

// readNearClock looks for a time of day right after the date, or right before.
func readNearClock(st *stamp, s string, toks []dateToken, from, to int) {
	after := s[toks[to-1].end:]
	if readTimeOfDay(st, after, 24) {
		return
	}
	if before := s[:toks[from].start]; len(before) >= 4 {
		tail := before[max(0, len(before)-24):]
		for i := 0; i < len(tail); i++ {
			if isDigit(tail[i]) && (i == 0 || !isDigit(tail[i-1])) && readTimeOfDay(st, tail[i:], 0) {
				return
			}
		}
	}
}

// readTimeOfDay reads 08:00, 8.00 Uhr, 8h30, 8:00 pm EDT, 上午8:00, 8時30分 within
// the first bytes of s, with nothing but joining words before it.
func readTimeOfDay(st *stamp, s string, within int) bool {
	i := 0
	for i < len(s) && !isDigit(s[i]) {
		if i > within {
			return false
		}
		i++
	}
	if i >= len(s) {
		return false
	}
	lead := s[:i]
	if between := strings.Trim(lead, " .,|-–—·"); strings.ContainsAny(lead, "\n.!?") && between != "" && between != "오후" && between != "오전" && !strings.Contains(lead, "kl.") {
		return false
	}
	s = s[i:]
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n == 0 || n > 2 || n >= len(s) {
		return false
	}
	hour := digits(s[:n])
	rest := s[n:]
	minute, tail, ok := minutesOf(rest)
	if !ok || hour > 23 || minute > 59 {
		return false
	}
	st.clock, st.hour, st.minute, st.sec, st.zone = true, hour, minute, 0, ""
	if len(tail) >= 3 && tail[0] == ':' && digits(tail[1:3]) >= 0 {
		st.sec = min(digits(tail[1:3]), 59)
		tail = tail[3:]
	}
	tail = st.halfDay(strings.TrimLeft(tail, " \x1f"))
	if (strings.Contains(lead, "下午") || strings.Contains(lead, "午後") || strings.Contains(lead, "晚上") || strings.Contains(lead, "오후")) && st.hour < 12 {
		st.hour += 12
	}
	st.zone = readZone(tail)
	return true
}

// minutesOf reads what stands between hour and minute, and the minute.
func minutesOf(s string) (minute int, rest string, ok bool) {
	for _, sep := range [...]string{":", "：", "h", "時", "时", "시 ", "시", ".", " h "} {
		after, found := strings.CutPrefix(s, sep)
		if !found {
			continue
		}
		if len(after) < 2 || digits(after[:2]) < 0 || len(after) > 2 && isDigit(after[2]) {
			return 0, "", false
		}
		rest = after[2:]
		if sep == "." && !strings.HasPrefix(strings.TrimLeft(rest, " "), "Uhr") && !clockWordBefore(rest) {
			return 0, "", false
		}
		return digits(after[:2]), rest, true
	}
	return 0, "", false
}

// clockWordBefore accepts 08.00 only where nothing follows that would make it
// another number.
func clockWordBefore(rest string) bool {
	return rest == "" || rest[0] == ' ' || rest[0] == '\n' || rest[0] == ','
}

// monthOf is the number of the month a word names, 0 for none.
func monthOf(word, lang string) int {
	if n := len(word); n < 3 || n > 24 {
		return 0
	}
	if strings.HasPrefix(lang, "hr") {
		if m := croatianMonths[word]; m > 0 {
			return m
		}
	}
	return monthNames()[word]
}
