package extract

import "testing"

func TestParseMachineDate(t *testing.T) {
	for _, c := range []struct {
		in, want string
		order    dateOrder
	}{
		{"2024-05-31", "2024-05-31", 0},
		{"2024-05-31T08:00:00+02:00", "2024-05-31T08:00:00+02:00", 0},
		{"2024-05-31T08:00:00.123Z", "2024-05-31T08:00:00Z", 0},
		{"2024-05-31T08:00:00+0200", "2024-05-31T08:00:00+02:00", 0},
		{"2024-05-31 08:00", "2024-05-31T08:00:00", 0},
		{"2024-05-31 08:00:05 +02", "2024-05-31T08:00:05+02:00", 0},
		{"2024-05-31T08:00:00-00:00", "2024-05-31T08:00:00Z", 0},
		{"2024/05/31 8:00", "2024-05-31T08:00:00", 0},
		{"20240531", "2024-05-31", 0},
		{"20240531T080000Z", "2024-05-31T08:00:00Z", 0},
		{"20240531080000", "2024-05-31T08:00:00", 0},
		{"Fri, 31 May 2024 08:00:00 GMT", "2024-05-31T08:00:00Z", 0},
		{"Fri May 31 2024 08:00:00 GMT+0200 (CEST)", "2024-05-31T08:00:00+02:00", 0},
		{"May 31, 2024 8:00 am EDT", "2024-05-31T08:00:00-04:00", 0},
		{"May 31, 2024 12:05 a.m.", "2024-05-31T00:05:00", 0},
		{"1717142400", "2024-05-31T08:00:00Z", 0},
		{"1717142400000", "2024-05-31T08:00:00Z", 0},
		{"31/05/2024", "2024-05-31", 0},
		{"03/04/2024", "", orderUnknown},
		{"03/04/2024", "2024-04-03", orderDayFirst},
		{"03/04/2024", "2024-03-04", orderMonthFirst},
		{"05/31/2024", "2024-05-31", orderDayFirst},
		{"2024-13-01", "", 0}, {"2024-02-30", "", 0}, {"0001-01-01T00:00:00", "", 0}, {"1970-01-01", "", 0},
		{"", "", 0}, {"yesterday", "", 0}, {"2024", "", 0}, {"May 2024", "", 0}, {"12345678901", "", 0},
	} {
		got, _ := parseMachineDate(c.in, c.order)
		if got.String() != c.want {
			t.Errorf("parseMachineDate(%q, %d) = %q, want %q", c.in, c.order, got, c.want)
		}
	}
}

func TestFindDate(t *testing.T) {
	for _, c := range []struct{ in, lang, want string }{
		{"Dienstag, 31. Mai 2024, 08:00 Uhr", "de", "2024-05-31T08:00:00"},
		{"Veröffentlicht am 31.05.2024 um 8.15 Uhr", "de", "2024-05-31T08:15:00"},
		{"31.05.24", "de", "2024-05-31"},
		{"le 31 mai 2024 à 8h30", "fr", "2024-05-31T08:30:00"},
		{"1er février 2024", "fr", "2024-02-01"},
		{"31 de mayo de 2024", "es", "2024-05-31"},
		{"31 maggio 2024", "it", "2024-05-31"},
		{"31 de maio de 2024 às 08:00", "pt", "2024-05-31T08:00:00"},
		{"31 mei 2024", "nl", "2024-05-31"},
		{"31 maja 2024", "pl", "2024-05-31"},
		{"31. května 2024", "cs", "2024-05-31"},
		{"31 мая 2024, 08:00", "ru", "2024-05-31T08:00:00"},
		{"31 травня 2024 року", "uk", "2024-05-31"},
		{"31 Mayıs 2024", "tr", "2024-05-31"},
		{"2024. május 31. 08:00", "hu", "2024-05-31T08:00:00"},
		{"31. listopada 2024.", "hr", "2024-10-31"},
		{"30 listopada 2024", "pl", "2024-11-30"},
		{"31 Μαΐου 2024", "el", "2024-05-31"},
		{"٣١", "ar", ""},
		{"31 مايو 2024", "ar", "2024-05-31"},
		{"31 במאי 2024", "he", "2024-05-31"},
		{"2024年5月31日 08:00", "zh", "2024-05-31T08:00:00"},
		{"2024年5月31日 下午3:05", "zh", "2024-05-31T15:05:00"},
		{"2024年5月31日 8時30分", "ja", "2024-05-31T08:30:00"},
		{"2024년 5월 31일 08:00", "ko", "2024-05-31T08:00:00"},
		{"May 31st, 2024", "en", "2024-05-31"},
		{"31st of May, 2024", "en", "2024-05-31"},
		{"8:00 PM EST, Tue December 19, 2023", "en", "2023-12-19T20:00:00-05:00"},
		{"31 May 08:00", "en", ""},
		{"1.2.3.2024", "de", ""},
		{"Version 10.4.2", "en", ""},
		{"call 020 7946 0958", "en", ""},
		{"26 | 01 | 2022", "de", "2022-01-26"},
		{"令和6年5月31日", "ja", "2024-05-31"},
	} {
		got, _ := findDate(c.in, c.lang, dateOrderOf(c.lang, ""))
		if got.String() != c.want {
			t.Errorf("findDate(%q, %q) = %q, want %q", c.in, c.lang, got, c.want)
		}
	}
}

func TestDateOrderOf(t *testing.T) {
	for _, c := range []struct {
		lang, host string
		want       dateOrder
	}{
		{"de", "a.com", orderDayFirst}, {"en-GB", "a.com", orderDayFirst}, {"en_US", "a.com", orderMonthFirst}, {"en", "a.co.uk", orderDayFirst},
		{"en", "a.gov", orderMonthFirst}, {"en", "a.com", orderUnknown}, {"", "a.com", orderUnknown}, {"en-CA", "a.com", orderUnknown},
	} {
		if got := dateOrderOf(c.lang, c.host); got != c.want {
			t.Errorf("dateOrderOf(%q, %q) = %d, want %d", c.lang, c.host, got, c.want)
		}
	}
}

func TestURLDate(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/2024/05/31/story/":  "2024-05-31",
		"https://a.example/news/2024-05-31-x":  "2024-05-31",
		"https://a.example/20240531/story":     "2024-05-31",
		"https://a.example/2024/may/31/story":  "2024-05-31",
		"https://a.example/2024/5/1":           "2024-05-01",
		"https://a.example/n/2018/05-31/1.htm": "2018-05-31",
		"https://a.example/2024/05/story":      "",
		"https://a.example/id/120240531999":    "",
		"https://a.example/2024/13/31/":        "",
		"https://a.example/?d=2024-05-31":      "",
		"nonsense":                             "",
	} {
		if got := urlDate(in); got.exists() && got.String() != want || !got.exists() && want != "" {
			t.Errorf("urlDate(%q) = %q, want %q", in, got, want)
		}
	}
}

// Between an instant in UTC and a local day that is shown, the local day wins
// and tells the zone.
func TestLocalDay(t *testing.T) {
	for _, c := range []struct{ stated, shown, want string }{
		{"2023-12-20T01:00:21Z", "2023-12-19T20:00:00", "2023-12-19T20:00:21-05:00"},
		{"2024-05-30T22:30:00Z", "2024-05-31T00:30:00", "2024-05-31T00:30:00+02:00"},
		{"2024-05-31T08:00:00Z", "2024-05-31T10:00:00", "2024-05-31T08:00:00Z"},
		{"2024-05-31T01:00:00Z", "2024-05-30", "2024-05-30"},
		{"2024-05-31T08:00:00+02:00", "2024-05-30", "2024-05-31T08:00:00+02:00"},
		{"2024-05-31T08:00:00Z", "2024-05-28", "2024-05-31T08:00:00Z"},
		{"2024-05-31T08:07:00Z", "2024-05-30T23:59:00", "2024-05-31T08:07:00Z"},
	} {
		stated, _ := parseISO(c.stated)
		shown, _ := parseISO(c.shown)
		if got, _ := localDay(stated, "json-ld", shown); got.String() != c.want {
			t.Errorf("localDay(%s, %s) = %s, want %s", c.stated, c.shown, got, c.want)
		}
	}
}

func TestDayNumber(t *testing.T) {
	for n := -1000; n < 60_000; n += 37 {
		if got := dayNumber(civil(n)); got != n {
			t.Fatalf("dayNumber(civil(%d)) = %d", n, got)
		}
	}
}

func FuzzFindDate(f *testing.F) {
	for _, s := range []string{"31. Mai 2024, 08:00 Uhr", "2024年5月31日 下午3:05", "May 31, 2024 8:00 am EDT", "2024-05-31T08:00:00+02:00", "1717142400"} {
		f.Add(s, "de")
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		for _, order := range []dateOrder{orderUnknown, orderDayFirst, orderMonthFirst} {
			for _, read := range []func() (stamp, bool){
				func() (stamp, bool) { return findDate(s, lang, order) },
				func() (stamp, bool) { return parseMachineDate(s, order) },
			} {
				st, ok := read()
				if ok && !st.exists() {
					t.Errorf("%q gives %q, which is no date", s, st)
				}
				if back, ok2 := parseISO(st.String()); ok && (!ok2 || back != st) && st.sec < 60 {
					t.Errorf("%q gives %q, which reads as %q", s, st, back)
				}
			}
		}
		urlDate(s)
	})
}
