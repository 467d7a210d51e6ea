package charset

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// sampleText is a text of testdata/texts.json: one long and one short per language,
// and encodings it may be in.
type sampleText struct {
	Lang, Long, Short string
	Encodings         []string
}

func sampleTexts(t testing.TB) []sampleText {
	data, err := os.ReadFile("testdata/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []sampleText
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func encodeAs(t *testing.T, label, s string) []byte {
	t.Helper()
	enc, err := htmlindex.Get(label)
	if err != nil {
		t.Fatal(err)
	}
	b, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v in %q", label, err, s)
	}
	return b
}

func pageOf(head, text string) string {
	return "<!doctype html><html><head>" + head + "<title>" + text + "</title></head><body><p>" + text + "</p></body></html>"
}

// sameDecoder groups encodings that read these texts alike.
func sameDecoder(a, b string) bool {
	group := func(s string) string {
		switch s = strings.ToLower(s); s {
		case "gb2312", "gbk", "gb18030":
			return "gb"
		case "iso-8859-1":
			return "windows-1252"
		}
		return s
	}
	return group(a) == group(b)
}

func TestDecodeEveryLanguage(t *testing.T) {
	for _, c := range sampleTexts(t) {
		for _, label := range c.Encodings {
			for _, text := range []string{c.Short, c.Long, c.Long + c.Short + c.Long} {
				for name, in := range map[string]struct {
					head, header string
				}{
					"header":     {"", "text/html; charset=" + label},
					"quoted":     {"", `text/html; charset="` + strings.ToUpper(label) + `"`},
					"meta":       {`<meta charset="` + label + `">`, "text/html"},
					"http-equiv": {`<meta http-equiv=Content-Type content="text/html; charset=` + label + `">`, ""},
					"late meta":  {"<style>" + strings.Repeat("p{color:red} ", 300) + `</style><meta charset="` + label + `">`, ""},
					"undeclared": {"", "text/html"},
					"unknown":    {"", "text/html; charset=x-klingon"},
					"utf-8 lie":  {`<meta charset="utf-8">`, "text/html; charset=utf-8"},
				} {
					want := pageOf(in.head, text)
					got, charset := Decode(encodeAs(t, label, want), in.header)
					if string(got) != want || !sameDecoder(charset, label) && name != "undeclared" && name != "unknown" && name != "utf-8 lie" {
						t.Errorf("%s in %s, %s, %d characters: got %s\n%s\nwant\n%s", c.Lang, label, name, utf8.RuneCountInString(text), charset, cutTo(string(got), 600), want)
					}
				}
			}
		}
	}
}

func cutTo(s string, n int) string { return s[:min(n, len(s))] }

func TestDecodeShort(t *testing.T) {
	for _, c := range []struct{ label, text string }{
		{"gbk", "新闻中心"}, {"gbk", "联系我们"}, {"gbk", "关于我们"}, {"gbk", "首页"}, {"gbk", "北京时间，记者"},
		{"big5", "新聞中心"}, {"big5", "關於我們"}, {"big5", "最新消息"},
		{"shift_jis", "お知らせ"}, {"shift_jis", "ニュース"}, {"shift_jis", "今日の天気"},
		{"euc-jp", "お知らせ"}, {"euc-jp", "今日の天気"},
		{"euc-kr", "새로운 소식"}, {"euc-kr", "오늘의 뉴스"},
		{"windows-1251", "Новости"}, {"windows-1251", "Главная страница"}, {"koi8-r", "Новости сегодня"},
		{"windows-1252", "Über uns"}, {"windows-1252", "café"}, {"windows-1252", "© 2019 Müller"}, {"windows-1252", "it’s “here”"},
		{"windows-1252", "Größe"}, {"windows-1252", "¿Qué pasa?"}, {"windows-1252", "à la carte"}, {"windows-1252", "prix : 5 €"},
		{"windows-1250", "Zażółć gęślą"}, {"windows-1253", "Ειδήσεις"}, {"windows-1255", "חדשות היום"},
	} {
		want := pageOf("", c.text)
		got, charset := Decode(encodeAs(t, c.label, want), "")
		if string(got) != want {
			t.Errorf("%s %q: got %s %q", c.label, c.text, charset, got[len(got)-60:])
		}
	}
}

func TestDecodeLies(t *testing.T) {
	texts := sampleTexts(t)
	zh, ru, de := texts[0].Long, texts[4].Long, texts[5].Long
	zht, fr := texts[1].Long, texts[6].Long
	for _, c := range []struct{ name, is, head, header, text, want string }{
		{"UTF-8 called windows-1252", "utf-8", "", "text/html; charset=windows-1252", zh, "UTF-8"},
		{"UTF-8 called windows-1252, German", "utf-8", "", "text/html; charset=windows-1252", de, "UTF-8"},
		{"UTF-8 called gbk", "utf-8", `<meta charset=gbk>`, "", zh, "UTF-8"},
		{"UTF-8 called big5 by the header", "utf-8", "", "text/html; charset=big5", zht, "UTF-8"},
		{"UTF-8 called shift_jis", "utf-8", `<meta charset=shift_jis>`, "", texts[2].Short, "UTF-8"},
		{"UTF-8 called utf-16", "utf-8", "", "text/html; charset=utf-16", fr, "UTF-8"},
		{"GBK called UTF-8", "gbk", "", "text/html; charset=utf-8", zh, "GBK"},
		{"Big5 called UTF-8", "big5", `<meta charset=utf-8>`, "", zht, "Big5"},
		{"Latin 1 called UTF-8", "windows-1252", `<meta charset=utf-8>`, "text/html; charset=utf-8", fr, "windows-1252"},
		{"the server's default over a right meta", "gbk", `<meta charset=gbk>`, "text/html; charset=iso-8859-1", zh, "GBK"},
		{"the server's default over a right meta", "windows-1251", `<meta charset=windows-1251>`, "text/html; charset=iso-8859-1", ru, "windows-1251"},
		{"header GBK, meta UTF-8", "gbk", `<meta charset=utf-8>`, "text/html; charset=gbk", zh, "GBK"},
		{"header right, meta another", "koi8-r", `<meta charset=windows-1251>`, "text/html; charset=koi8-r", ru, "KOI8-R"},
		{"KOI8-R called windows-1251", "koi8-r", "", "text/html; charset=windows-1251", ru, "KOI8-R"},
		{"Big5 called gb2312", "big5", `<meta charset=gb2312>`, "", zht, "Big5"},
		{"Korean under the server's default", "euc-kr", "", "text/html; charset=iso-8859-1", texts[3].Long, "EUC-KR"},
		{"a mistyped label", "gbk", `<meta charset=gb-2312>`, "", zh, "GBK"},
	} {
		want := pageOf(c.head, c.text)
		got, charset := Decode(encodeAs(t, c.is, want), c.header)
		if string(got) != want || charset != c.want {
			t.Errorf("%s: got %s, want %s; text right: %v", c.name, charset, c.want, string(got) == want)
		}
	}
}

func TestDecodeUTF16(t *testing.T) {
	texts := sampleTexts(t)
	for _, text := range []string{texts[0].Long, texts[5].Long, "plain"} {
		page := pageOf("", text)
		for _, label := range []string{"utf-16le", "utf-16be"} {
			raw := encodeAs(t, label, page)
			bom := map[string]string{"utf-16le": "\xFF\xFE", "utf-16be": "\xFE\xFF"}[label]
			for name, in := range map[string][]string{
				"mark": {bom, ""}, "header": {"", "text/html; charset=" + label}, "nothing": {"", ""}, "mark against header": {bom, "text/html; charset=gbk"},
			} {
				got, charset := Decode(append([]byte(in[0]), raw...), in[1])
				if string(got) != page || !strings.EqualFold(charset, label) {
					t.Errorf("%s, %s, %.20s: got %s %.60q", label, name, text, charset, got)
				}
			}
		}
	}
	if got, charset := Decode([]byte("\xFF\xFEa\x00\x3D\xD8\x00\xDEb\x00\x00\xD8c\x00d"), ""); string(got) != "a😀b\uFFFDc\uFFFD" || charset != "UTF-16LE" {
		t.Errorf("surrogates: got %q %s", got, charset)
	}
}

func TestDecodeSmallThings(t *testing.T) {
	texts := sampleTexts(t)
	broken := pageOf("", texts[0].Long)
	for _, c := range []struct{ name, in, header, want, charset string }{
		{"nothing", "", "", "", "windows-1252"},
		{"ASCII undeclared", "<p>hello", "", "<p>hello", "windows-1252"},
		{"ASCII declared", "<p>hello", "text/html;charset=UTF8", "<p>hello", "UTF-8"},
		{"mark of UTF-8", "\xEF\xBB\xBFhé", "text/html; charset=gbk", "hé", "UTF-8"},
		{"mark in the middle stays", "a\uFEFFb", "", "a\uFEFFb", "UTF-8"},
		{"NUL", "a\x00b", "text/html; charset=utf-8", "a\uFFFDb", "UTF-8"},
		{"short UTF-8 under another name is believed", "\xC3\xBD\xC3\xA4\xC3\xA8", "text/html; charset=iso-8859-15", "ÃœÃ€Ãš", "ISO-8859-15"},
		{"replacement", "abc", "text/html; charset=iso-2022-kr", "\uFFFD", "replacement"},
		{"user-defined", "a\x80", "text/plain; charset=x-user-defined", "a\uF780", "x-user-defined"},
		{"header's parameters", "\xE9t\xE9 \xE0 la mer", `text/html; version=1; CHARSET = 'latin1'; x`, "été à la mer", "windows-1252"},
		{"end of a UTF-8 page cut off", broken + "\xE4\xB8", "text/html; charset=utf-8", broken + "\uFFFD", "UTF-8"},
		{"and undeclared", broken + "\xE4\xB8", "", broken + "\uFFFD", "UTF-8"},
		{"broken UTF-8 that looks like nothing else", "\xC0\x80\xE0\x80\x80\xF8 \xED\xA0\x80", "text/html; charset=utf-8", strings.Repeat("\uFFFD", 6) + " " + strings.Repeat("\uFFFD", 3), "UTF-8"},
		{"XML declaration", "<?xml version='1.0' encoding='windows-1251'?><a>\xCF\xF0", "", "<?xml version='1.0' encoding='windows-1251'?><a>Пр", "windows-1251"},
		{"gb18030 of four bytes", "\x81\x30\x81\x30\x84\x31\xA4\x37", "text/html; charset=gb18030", "\u0080\uFFFD", "gb18030"},
		{"gbk: an ASCII byte after a stray lead", "\x81<p>\xFF", "text/html; charset=gbk", "\uFFFD<p>\uFFFD", "GBK"},
		{"big5: two characters of one", "\x88\x62\x88\xA5", "text/html; charset=big5", "\u00CA\u0304\u00EA\u030C", "Big5"},
		{"shift_jis: half-width and private", "\xB1\xF0\x40\x81", "text/html; charset=shift_jis", "ｱ\uE000\uFFFD", "Shift_JIS"},
		{"euc-jp: three bytes", "\x8E\xB1\x8F\xB0\xA1\x8F\xA1", "text/html; charset=euc-jp", "ｱ丂\uFFFD", "EUC-JP"},
		{"iso-2022-jp: states", "a\x1B(J\\~\x1B(I\x31\x1B$B\x30\x21\x1B(Bz\x1B\x1B(B\x1B(Bq\x80", "text/html; charset=iso-2022-jp", "a¥‾ｱ亜z\uFFFD\uFFFDq\uFFFD", "ISO-2022-JP"},
	} {
		got, charset := Decode([]byte(c.in), c.header)
		if string(got) != c.want || charset != c.charset {
			t.Errorf("%s: got %q %s, want %q %s", c.name, got, charset, c.want, c.charset)
		}
	}
}

// Every byte of a declared single-byte encoding is read as declared, however
// odd the text is.
func TestDecodeDeclaredTables(t *testing.T) {
	var high []byte
	for c := 0xA0; c < 0x100; c++ {
		high = append(high, byte(c), ' ')
	}
	for _, s := range singleByteEncodings {
		want := s.name
		if got, charset := Decode(high, "text/html; charset="+s.name); charset != want {
			t.Errorf("%s: read as %s: %q", want, charset, got)
		}
	}
	for _, name := range []string{"GBK", "Big5", "EUC-KR", "Shift_JIS", "EUC-JP"} {
		var all []byte
		for lead := 0xFE; lead >= 0x81; lead-- {
			for trail := 0xFE; trail >= 0x40; trail-- {
				pair := []byte{byte(lead), byte(trail)}
				if r, size := utf8.DecodeRune(encodingByName(name).decode(pair)); r != utf8.RuneError && size > 1 {
					all = append(append(all, pair...), ' ')
				}
			}
		}
		if _, charset := Decode(all, "text/html; charset="+name); charset != name {
			t.Errorf("all characters of %s: read as %s", name, charset)
		}
	}
}

func TestMetaEncoding(t *testing.T) {
	pad := strings.Repeat("x", 1010)
	for _, c := range []struct{ in, want string }{
		{`<meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<meta charset="iso8859-2" >`, "ISO-8859-2"},
		{"<META\nCharSet='iso8859-2'>", "ISO-8859-2"},
		{`<meta charset = iso8859-2 x>`, "ISO-8859-2"},
		{`<meta/charset=iso8859-2/>`, ""},
		{`<meta/charset="iso8859-2"/>`, "ISO-8859-2"},
		{`<metacharset=iso8859-2>`, ""},
		{`<meta charset=iso8859-2`, ""},
		{`<meta charset="iso8859-2`, ""},
		{`<!-- <meta charset=iso8859-2> -->`, ""},
		{`<!--><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<!-- a --><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<!doctype html><?x ?></a title=">"><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<a title="<meta charset=gbk>"><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<meta content="text/html; charset=iso8859-2">`, ""},
		{`<meta http-equiv="Content-Type" content="text/html; charset=iso8859-2">`, "ISO-8859-2"},
		{`<meta content="text/html; charset=iso8859-2" http-equiv=content-type>`, "ISO-8859-2"},
		{`<meta http-equiv="refresh" content="text/html; charset=iso8859-2">`, ""},
		{`<meta http-equiv="Content-Type" content="text/html; charset charset='iso8859-2' x">`, "ISO-8859-2"},
		{`<meta http-equiv="Content-Type" content="text/html; charset='iso8859-2">`, ""},
		{`<meta http-equiv="Content-Type" content="text/html; charset=">`, ""},
		{`<meta charset=bogus><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<meta charset=utf-16le>`, "UTF-8"},
		{`<meta charset=x-user-defined>`, "windows-1252"},
		{`<meta charset=gbk charset=big5>`, "GBK"},
		{"<?xml version=\"1.0\" encoding=\"iso8859-2\"?>", "ISO-8859-2"},
		{"<?xml version=\"1.0\" encoding=\"utf-16\"?>", "UTF-8"},
		{"<?xml version=\"1.0\" encoding = 'iso8859-2' ?><meta charset=gbk>", "GBK"},
		{"<?xml version='1.0'?>", ""},
		{"<?xml encoding", ""},
		{"<?xml encoding >", ""},
		{"<?xml encoding=x>", ""},
		{"<?xml encoding='a b'>", ""},
		{pad + `<meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<script>` + pad + `"<meta charset=gbk>"</script><meta charset=iso8859-2>`, "ISO-8859-2"},
		{`<!--` + pad + `--><meta charset=iso8859-2>`, "ISO-8859-2"},
		{pad + `x<body><meta charset=iso8859-2>`, ""},
		{pad + `<script>`, ""},
		{"<", ""}, {"<!", ""}, {"</", ""}, {"<a", ""}, {"<!--", ""}, {"<meta ", ""}, {"<meta a", ""}, {"<meta a=", ""}, {"<meta a='", ""},
	} {
		got := ""
		if enc := metaEncoding([]byte(c.in)); enc != nil {
			got = enc.name
		}
		if got != c.want {
			t.Errorf("%.120q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range sampleTexts(f) {
		f.Add([]byte(c.Short), "text/html")
	}
	f.Add([]byte("\xFF\xFE<\x00"), "")
	f.Add([]byte("<meta charset=gbk>\x81\x30\x81"), "text/html; charset=\"utf-8")
	f.Add([]byte("a\x1B$B0!\x1B(B"), "text/html; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		before := string(body)
		text, charset := Decode(body, contentType)
		if !utf8.Valid(text) || strings.IndexByte(string(text), 0) >= 0 {
			t.Errorf("Decode(%q, %q): not clean UTF-8: %q", body, contentType, text)
		}
		if encodingByName(charset) == nil {
			t.Errorf("Decode(%q, %q): no such encoding: %q", body, contentType, charset)
		}
		if len(text) > 3*len(body)+3 {
			t.Errorf("Decode(%q, %q): %d bytes became %d", body, contentType, len(body), len(text))
		}
		if string(body) != before {
			t.Errorf("Decode(%q, %q) changed its input", before, contentType)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	texts := sampleTexts(b)
	page := func(label string, c int) []byte {
		var body strings.Builder
		for body.Len() < 60<<10 {
			body.WriteString("<p class=text>" + texts[c].Long + "</p>\n<script>var a = 1;</script>")
		}
		enc, _ := htmlindex.Get(label)
		raw, _ := enc.NewEncoder().Bytes([]byte(pageOf("", body.String())))
		return raw
	}
	for _, c := range []struct {
		name, label string
		text        int
		header      string
	}{
		{"utf8", "utf-8", 5, "text/html; charset=utf-8"}, {"utf8-chinese", "utf-8", 0, ""},
		{"gbk-declared", "gbk", 0, "text/html; charset=gbk"}, {"gbk-undeclared", "gbk", 0, ""}, {"cyrillic-undeclared", "windows-1251", 4, ""},
	} {
		raw := page(c.label, c.text)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				Decode(raw, c.header)
			}
		})
	}
}
