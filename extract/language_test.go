package extract

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// sampleTexts are the texts by which encodings are told, too: a long and a short
// one for each language.
func sampleTexts(t testing.TB) (all []struct{ Lang, Long, Short string }) {
	data, err := os.ReadFile("charset/testdata/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDetectLanguage(t *testing.T) {
	for _, c := range sampleTexts(t) {
		for _, hint := range []string{"", c.Lang} {
			if got := detectLanguage(c.Long, hint); got != c.Lang {
				t.Errorf("detectLanguage(%.40q, %q) = %q, want %q", c.Long, hint, got, c.Lang)
			}
		}
		// A wrong statement is overruled by the script at once, by words only
		// where there is enough text.
		wrong := "en-US"
		text := strings.Repeat(c.Long+" ", 2)
		if got := detectLanguage(text, wrong); got != c.Lang {
			t.Errorf("detectLanguage(%.40q, %q) = %q, want %q", text, wrong, got, c.Lang)
		}
	}
}

func TestDetectLanguageHints(t *testing.T) {
	texts := sampleTexts(t)
	const hantOnly = "台北市長說明天下雨"
	for _, c := range []struct{ name, text, hint, want string }{
		{"nothing", "", "", ""},
		{"no text", "", "de_DE", "de"},
		{"too little text", "Hello", "sv", "sv"},
		{"short and unstated", "Der Bürgermeister", "", ""},
		{"short Latin against a Chinese statement", "Breaking news today", "zh-CN", ""},
		{"digits only", strings.Repeat("12345 ", 30), "fr", "fr"},
		{"English that says German", strings.Repeat("The council said that the new rules are for the people who live in the old town. ", 6), "de", "en"},
		{"some English in a German page", "Breaking News Live Update Trailer", "de", "de"},
		{"related languages: the statement stands", strings.Repeat("Kommunen opplyste at arbeidet er ferdig. ", 12), "nn-NO", "nn"},
		{"simplified under a statement of Taiwan", texts[0].Long, "zh-TW", "zh-Hans"},
		{"traditional under zh-CN", texts[1].Long, "zh-CN", "zh-Hant"},
		{"traditional, short", hantOnly, "", "zh-Hant"},
		{"Chinese of neither form", "上中下大小人口手足山川日月", "zh-TW", "zh-Hant"},
		{"and unstated", "上中下大小人口手足山川日月", "", "zh"},
		{"Cantonese", texts[1].Long, "yue", "yue-Hant"},
		{"Chinese called Japanese", texts[0].Long + texts[0].Long, "ja", "zh-Hans"},
		{"a Japanese headline", "東京都知事選挙結果発表", "ja", "ja"},
		{"Chinese that quotes kana", texts[0].Long + "「の」", "zh", "zh-Hans"},
		{"Korean called English", texts[3].Short, "en", "ko"},
		{"Bengali", strings.Repeat("আজ বিকেলে শহরের মেয়র সাংবাদিকদের বলেছেন ", 3), "en", "bn"},
		{"Yiddish", strings.Repeat("די שטאָט האָט נעכטן געזאָגט אַז די אַרבעט איז פֿאַרטיק ", 3), "yi", "yi"},
		{"Ukrainian called Russian", strings.Repeat("Міська рада вчора розповіла журналістам, що роботи у дворах вже завершено. ", 6), "ru", "uk"},
		{"Belarusian called Russian", strings.Repeat("Учора гарадская ўлада расказала журналістам, што работы ў дварах ужо скончаныя, і людзі вельмі задаволеныя. ", 2), "ru", "be"},
		{"mixed scripts", "abcdefgh мир дверь 中文 ελληνικά ไทย", "fr", "fr"},
	} {
		if got := detectLanguage(c.text, c.hint); got != c.want {
			t.Errorf("%s: detectLanguage(%.40q, %q) = %q, want %q", c.name, c.text, c.hint, got, c.want)
		}
	}
}

func TestLanguageTag(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "en": "en", "en_US": "en", "EN-us": "en", "de-DE@euro": "de", " fr ": "fr", "de,en": "de", "zh": "zh", "zh-CN": "zh-Hans",
		"zh_TW": "zh-Hant", "zh-Hant-HK": "zh-Hant", "zh-Hans": "zh-Hans", "cn": "zh", "jp": "ja", "iw": "he", "English": "en", "繁體中文": "zh-Hant",
		"x-default": "", "und": "", "{{ lang }}": "", "german": "de", "yue": "yue-Hant", "e": "", "language": "", "en.UTF-8": "en", "---": "",
	} {
		if got := languageTag(in); got != want {
			t.Errorf("languageTag(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzDetectLanguage(f *testing.F) {
	for _, c := range sampleTexts(f) {
		f.Add(c.Short, c.Lang)
	}
	f.Fuzz(func(t *testing.T, text, hint string) {
		got := detectLanguage(text, hint)
		if again := languageTag(got); again != got {
			t.Errorf("detectLanguage(%q, %q) = %q, which reads as %q", text, hint, got, again)
		}
	})
}

func BenchmarkDetectLanguage(b *testing.B) {
	texts := sampleTexts(b)
	for _, i := range []int{0, 2, 5} {
		c := texts[i]
		text := strings.Repeat(c.Long+" ", 20)
		b.Run(c.Lang, func(b *testing.B) {
			for b.Loop() {
				detectLanguage(text, c.Lang)
			}
		})
	}
	b.Run("unstated", func(b *testing.B) {
		text := strings.Repeat(texts[5].Long+" ", 20)
		for b.Loop() {
			detectLanguage(text, "")
		}
	})
}
