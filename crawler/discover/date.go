package discover

import (
	"strconv"
	"strings"
	"time"
)

// parseDate reads a date as site maps and feeds write it: the profile of ISO
// 8601 that W3C-DTF is (https://www.w3.org/TR/NOTE-datetime), RFC 822 with its
// successors, and what is written instead. A date without a zone is read as UTC.
// It gives the zero time for what is none, and for 0000-00-00.
//
//	2024  2024-05  2024-05-31  2024-05-31T08:00Z  2024-05-31T08:00:00.5+02:00
//	2024-05-31 08:00:00  20240531T080000Z  2024/5/31  2024-05-31T08:00:00+0200
//	Fri, 31 May 2024 08:00:00 GMT  31 May 24 08:00 EST  Friday, May 31, 2024
//	Fri May 31 08:00:00 2024  1717142400
func parseDate(s string) time.Time {
	s = words(s)
	if len(s) < 4 || len(s) > 64 {
		return time.Time{}
	}
	t, ok := isoDate(s)
	if !ok {
		t, ok = wordDate(s)
	}
	if !ok || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC()
}

// isoDate reads a date that begins with its year, or is seconds since 1970.
func isoDate(s string) (time.Time, bool) {
	n := digits(s)
	switch {
	case n == len(s) && (n == 10 || n == 13): // seconds, milliseconds
		v, _ := strconv.ParseInt(s, 10, 64) // they are digits
		if n == 13 {
			v /= 1000
		}
		return time.Unix(v, 0), true
	case n == 8 || n == 14:
		return compactDate(s, n)
	case n != 4:
		return time.Time{}, false
	}
	var f [3]int // year, month, day
	f[0], f[1], f[2] = number(s[:4]), 1, 1
	rest := s[4:]
	for i := 1; i < 3 && rest != "" && strings.IndexByte("-/.", rest[0]) >= 0; i++ {
		k := min(digits(rest[1:]), 2)
		if k == 0 {
			return time.Time{}, false
		}
		f[i], rest = number(rest[1:1+k]), rest[1+k:]
	}
	return dateAndTime(f[0], f[1], f[2], rest)
}

// compactDate reads 20240531, 20240531080000 and 20240531T080000Z.
func compactDate(s string, n int) (time.Time, bool) {
	rest := s[n:]
	if n == 14 {
		rest = s[8:10] + ":" + s[10:12] + ":" + s[12:14] + rest
	} else if rest != "" && rest[0]|0x20 == 't' && digits(rest[1:]) >= 4 {
		h := rest[1:]
		rest = h[:2] + ":" + h[2:4]
		if k := digits(h); k >= 6 {
			rest += ":" + h[4:6] + h[6:]
		} else {
			rest += h[k:]
		}
	}
	return dateAndTime(number(s[:4]), number(s[4:6]), number(s[6:8]), rest)
}

// dateAndTime adds a time of day, if there is one that can be read.
func dateAndTime(year, month, day int, rest string) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	rest = strings.TrimLeft(rest, "Tt ,")
	h, m, sec, zone, ok := clock(rest)
	if !ok { // the day is known all the same
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
	}
	return time.Date(year, time.Month(month), day, h, m, sec, 0, time.UTC).Add(-zoneOffset(zone)), true
}

// clock reads a time of day and what follows it, its zone.
func clock(s string) (h, m, sec int, zone string, ok bool) {
	k := digits(s)
	if k < 1 || k > 2 || k >= len(s) || s[k] != ':' {
		return 0, 0, 0, "", false
	}
	h, s = number(s[:k]), s[k+1:]
	if k = min(digits(s), 2); k == 0 {
		return 0, 0, 0, "", false
	}
	m, s = number(s[:k]), s[k:]
	if len(s) > 1 && s[0] == ':' {
		if k = min(digits(s[1:]), 2); k > 0 {
			sec, s = number(s[1:1+k]), s[1+k:]
		}
	}
	if len(s) > 0 && (s[0] == '.' || s[0] == ',') { // fractions of a second tell nothing here
		s = s[1+digits(s[1:]):]
	}
	s = strings.TrimSpace(s)
	if lower := strings.ToLower(s); strings.HasPrefix(lower, "pm") || strings.HasPrefix(lower, "am") {
		if h %= 12; lower[0] == 'p' {
			h += 12
		}
		s = strings.TrimSpace(s[2:])
	}
	return h, m, sec, s, h <= 24 && m < 60 && sec <= 60
}

// zoneOffset reads Z, +02:00, +0200, +02, GMT+2 and the names that RFC 822 and
// its readers know; anything else is UTC.
func zoneOffset(zone string) time.Duration {
	zone = strings.ToUpper(zone)
	for _, p := range []string{"GMT", "UTC", "UT"} {
		if rest := strings.TrimPrefix(zone, p); rest != zone {
			zone = rest
			break
		}
	}
	name, _, _ := strings.Cut(zone, " ")
	if h, ok := zones[name]; ok {
		return time.Duration(h * float64(time.Hour))
	}
	if len(name) < 2 || name[0] != '+' && name[0] != '-' {
		return 0
	}
	d := strings.ReplaceAll(name[1:], ":", "")
	k := digits(d)
	var off time.Duration
	switch {
	case k == 1 || k == 2:
		off = time.Duration(number(d[:k])) * time.Hour
	case k == 3:
		off = time.Duration(number(d[:1]))*time.Hour + time.Duration(number(d[1:3]))*time.Minute
	case k >= 4:
		off = time.Duration(number(d[:2]))*time.Hour + time.Duration(number(d[2:4]))*time.Minute
	}
	if off > 18*time.Hour {
		return 0
	}
	if name[0] == '-' {
		return -off
	}
	return off
}

// zones are the names of RFC 822, section 5, and others that feeds have.
var zones = map[string]float64{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"AKST": -9, "AKDT": -8, "HST": -10, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
	"EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9,
	"AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}

// wordDate reads a date with the name of its month.
func wordDate(s string) (time.Time, bool) {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
	var year, month, day int
	rest := ""
	for i := 0; i < len(fields); i++ {
		f := fields[i]
		if strings.Count(f, "-") == 2 && digits(f) > 0 && digits(f) < 3 { // 31-May-24
			fields = append(append(append([]string{}, fields[:i]...), strings.Split(f, "-")...), fields[i+1:]...)
			f = fields[i]
		}
		k := digits(f)
		switch {
		case k > 0 && k < len(f) && f[k] == ':':
			rest = f
			if i+1 < len(fields) && !isYear(fields[i+1]) {
				i++
				rest += " " + fields[i]
			}
		case k == 0 && month == 0:
			month = monthOf(f) // or it is the day of the week
		case k == 0:
		case day == 0 && k <= 2:
			day = number(f[:k])
		case year == 0 && (k == 4 || k == 2):
			if year = number(f[:k]); k == 2 { // RFC 2822, section 4.3
				year += 1900
				if year < 1950 {
					year += 100
				}
			}
		}
	}
	if year == 0 || month == 0 || day == 0 {
		return time.Time{}, false
	}
	return dateAndTime(year, month, day, rest)
}

func isYear(s string) bool { return len(s) == 4 && digits(s) == 4 }

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

func monthOf(s string) int {
	if len(s) < 3 {
		return 0
	}
	if i := strings.Index(months, strings.ToLower(s[:3])); i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

// digits counts the digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// number reads a text of few digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
