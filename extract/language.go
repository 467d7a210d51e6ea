package extract

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/RadhiFadlillah/whatlanggo"

	"stet/extract/han"
)

// detectLanguage names the language of a text as a BCP 47 tag: the primary
// language alone ("en", "de"; a region says where a page is read rather than
// how it is written), for Chinese with the script ("zh-Hans", "zh-Hant").
//
// hint is what the page states (html lang and the like), in any usual spelling.
// It is followed where the text does not contradict it: by its script, or,
// where a reasonable amount of text shows none of the language's most common
// words, by a detector that is very sure. Without text the hint stands; without
// either the answer is "".
func detectLanguage(text, hint string) string {
	stated := languageTag(hint)
	s := surveyScripts(text)
	if s.letters < minLetters {
		return stated
	}
	switch script, share := s.dominant(); {
	case share < 0.5:
		return stated
	case script == scriptHan:
		return hanLanguage(text, stated, s)
	case script == scriptOther:
		return otherScript(text, stated)
	case soleLanguage[script] != "":
		return soleLanguage[script]
	default:
		return sharedScript(text, stated, script, s.letters)
	}
}

// Numbers of letters from which on text says something about its language, by
// its script, by its words, and against a statement. Chinese characters and
// kana count twice.
const (
	minLetters      = 12
	minForDetection = 40
	minAgainstHint  = 300
)

// surveyLimit is how many characters are looked at.
const surveyLimit = 1500

// script is a group of writing systems that matter here.
type script uint8

const (
	scriptOther script = iota
	scriptLatin
	scriptCyrillic
	scriptHan // with kana
	scriptHangul
	scriptArabic
	scriptDevanagari
	scriptHebrew
	scriptGreek
	scriptThai
	scriptGeorgian
	scriptArmenian
	scriptCount
)

// soleLanguage is the language of scripts that (almost) one language uses.
// Yiddish, in Hebrew letters, is left to the statement: see sharedScript.
var soleLanguage = [scriptCount]string{
	scriptHangul: "ko", scriptGreek: "el", scriptThai: "th", scriptGeorgian: "ka", scriptArmenian: "hy",
}

type scriptSurvey struct {
	count   [scriptCount]int
	kana    int
	han     int
	letters int
}

func surveyScripts(text string) scriptSurvey {
	var s scriptSurvey
	n := 0
	for _, r := range text {
		if n++; n > surveyLimit {
			break
		}
		sc, ok := scriptOf(r)
		if !ok {
			continue
		}
		weight := 1
		if sc == scriptHan {
			weight = 2
			if r < 0x3400 || r > 0xFF00 {
				s.kana++
			} else {
				s.han++
			}
		}
		s.count[sc] += weight
		s.letters += weight
	}
	return s
}

func scriptOf(r rune) (script, bool) {
	switch {
	case r < 'A':
		return 0, false
	case r < 0x250:
		return scriptLatin, unicode.IsLetter(r)
	case r >= 0x370 && r < 0x400:
		return scriptGreek, unicode.IsLetter(r)
	case r >= 0x400 && r < 0x530:
		return scriptCyrillic, unicode.IsLetter(r)
	case r >= 0x530 && r < 0x590:
		return scriptArmenian, unicode.IsLetter(r)
	case r >= 0x590 && r < 0x600:
		return scriptHebrew, unicode.IsLetter(r)
	case r >= 0x600 && r < 0x780:
		return scriptArabic, unicode.IsLetter(r)
	case r >= 0x900 && r < 0x980:
		return scriptDevanagari, unicode.IsLetter(r)
	case r >= 0xE00 && r < 0xE80:
		return scriptThai, unicode.IsLetter(r)
	case r >= 0x10A0 && r < 0x1100:
		return scriptGeorgian, unicode.IsLetter(r)
	case r >= 0x1E00 && r < 0x1F00:
		return scriptLatin, true
	case isHan(r), isKana(r):
		return scriptHan, true
	case r >= 0xAC00 && r < 0xD7A4:
		return scriptHangul, true
	}
	return scriptOther, unicode.IsLetter(r)
}

func isHan(r rune) bool {
	return r >= 0x4E00 && r < 0xA000 || r >= 0x3400 && r < 0x4DC0 || r >= 0xF900 && r < 0xFB00 || r >= 0x20000 && r < 0x32000
}

func isKana(r rune) bool { return r >= 0x3041 && r < 0x3100 || r >= 0xFF66 && r < 0xFF9E }

func (s scriptSurvey) dominant() (script, float64) {
	best := scriptOther
	for i := range s.count {
		if s.count[i] > s.count[best] {
			best = script(i)
		}
	}
	return best, float64(s.count[best]) / float64(s.letters)
}

// hanLanguage tells Japanese, by its kana, from Chinese, and the two forms of
// Chinese by their characters. Japanese headlines have few kana, never none
// over a paragraph; Chinese text has some only where it quotes.
func hanLanguage(text, stated string, s scriptSurvey) string {
	share := float64(s.kana) / float64(s.kana+s.han)
	switch {
	case share > 0.1, share > 0.03 && stated == "ja", stated == "ja" && s.han < 40:
		return "ja"
	case s.count[scriptHangul]*2 > s.letters/4:
		return "ko"
	}
	base := "zh"
	if b, _, _ := strings.Cut(stated, "-"); b == "yue" || b == "wuu" || b == "nan" || b == "hak" {
		base = b
	}
	switch han.FormOf(text, surveyLimit) {
	case han.SimplifiedForm:
		return base + "-Hans"
	case han.TraditionalForm:
		return base + "-Hant"
	}
	if strings.HasPrefix(stated, base) {
		return stated
	}
	return base
}

// otherScript is for scripts not told apart here; most have one language.
func otherScript(text, stated string) string {
	if found := whatlanggo.DetectLang(head(text)).Iso6391(); found != "" {
		return found
	}
	return stated
}

// sharedScript is for scripts that many languages use.
func sharedScript(text, stated string, sc script, letters int) string {
	if found := eastSlavic(text, sc); found != "" {
		return found
	}
	possible := stated != "" && writtenIn(stated) == sc
	if possible && hasStopWords(text, stated) {
		return stated
	}
	if letters < minForDetection {
		if possible {
			return stated
		}
		return ""
	}
	info := whatlanggo.Detect(head(text))
	found := info.Lang.Iso6391()
	sure := info.Confidence >= 0.9 && letters >= minAgainstHint
	switch {
	case found == "", possible && !sure, possible && related(found, stated):
		if possible {
			return stated
		}
		return ""
	case !possible && !sure && info.Confidence < 0.2:
		return ""
	}
	return found
}

// eastSlavic tells Ukrainian and Belarusian by the letters that only they
// have, where Russian's own do not stand as well; "" for all else.
func eastSlavic(text string, sc script) string {
	if sc != scriptCyrillic {
		return ""
	}
	own, short, russian := 0, 0, 0
	for _, r := range head(text) {
		switch r {
		case 'і', 'ї', 'є', 'ґ':
			own++
		case 'ў':
			short++
		case 'ы', 'э', 'ъ':
			russian++
		}
	}
	switch {
	case short >= 3 && own >= 3:
		return "be"
	case own >= 5 && russian*10 <= own:
		return "uk"
	}
	return ""
}

// head is the part of a text that a detector needs: four hundred characters
// did as well as fifteen hundred on pages in eleven languages.
func head(text string) string {
	const enough = 1200
	if len(text) <= enough {
		return text
	}
	cut := enough
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// writtenIn is the script a stated language is written in; Latin unless known
// otherwise, Other for those written in several.
func writtenIn(lang string) script {
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "ru", "uk", "be", "bg", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "ce", "os":
		return scriptCyrillic
	case "ar", "fa", "ur", "ps", "sd", "ckb", "ug":
		return scriptArabic
	case "hi", "mr", "ne", "sa":
		return scriptDevanagari
	case "he", "yi":
		return scriptHebrew
	case "zh", "ja", "yue", "wuu", "nan", "hak":
		return scriptHan
	case "ko":
		return scriptHangul
	case "el":
		return scriptGreek
	case "th":
		return scriptThai
	case "ka":
		return scriptGeorgian
	case "hy":
		return scriptArmenian
	case "bn", "ta", "te", "ml", "kn", "gu", "pa", "my", "km", "lo", "si", "am", "ti", "bo", "dv":
		return scriptOther
	}
	return scriptLatin
}

// related groups languages that detectors mix up: within a group the
// statement stands.
func related(a, b string) bool {
	for _, group := range relatedLanguages {
		if hasWord(group, a) && hasWord(group, b) {
			return true
		}
	}
	return a == b
}

var relatedLanguages = []string{
	"no nb nn da sv", "hr sr bs sl", "cs sk", "es pt gl ca ast oc", "id ms jv su", "nl af fy li", "ru uk be bg mk",
	"fa ps ur ar", "hi mr ne", "tr az tk", "de lb als gsw nds", "it co scn", "fi et", "he yi",
}

// stopWords are the commonest words of a language that few others share.
var stopWords = map[string]string{
	"en": "the and of to in that is for with on was as by at from are this it be have",
	"de": "der die und das den von ist mit des auf für im dem nicht ein eine sich auch als an",
	"fr": "les des est dans une que pour qui sur par pas plus au avec sont ce du et il",
	"es": "los las que una con por para del está como más pero sus fue este el se su",
	"pt": "os as uma para com não que mais foi dos das pelo por como mas ao em seu",
	"it": "il che di della per una con sono del non nel alla anche più gli le dei si",
	"nl": "het een van de dat niet zijn voor met op aan ook er maar door bij naar wordt",
	"sv": "och att det som en är på för med av inte den till har om ett var de",
	"da": "og at det som en er på for med af ikke den til har om et de der",
	"no": "og at det som en er på for med av ikke den til har om et de ble",
	"nb": "og at det som en er på for med av ikke den til har om et de ble",
	"fi": "ja on että ei se oli hän mutta ovat myös kun mukaan joka ole sen tai",
	"pl": "i w na się nie do z że jest to po jak od przez za dla są tym o",
	"cs": "a se na je že v to s do by o jsou za ve podle jako ale pro který",
	"sk": "a sa na je že v to s do by o sú za vo podľa ako ale pre ktorý",
	"hu": "a az és hogy nem is egy meg volt van de ez csak már mint el",
	"ro": "și în de la pe cu că nu din este care pentru un o mai au fost sau",
	"tr": "ve bir bu için da de ile olarak olan daha çok gibi kadar ise en var",
	"id": "yang dan di dengan untuk ini dari tidak itu dalam pada akan ke telah juga",
	"vi": "và của là có không được cho trong một những với các người đã này",
	"ca": "el la els les que amb per una dels del és no com més aquest han",
	"ru": "и в не на что с по как это из но за от для был к его а о",
	"uk": "і в не на що з та як це до за від для був у його про й",
	"bg": "и на да се за от в не че с по са като до това ще беше",
}

// hasStopWords says whether at least one word in twelve of the first two
// hundred is a stop word of the language; false for languages without a list.
func hasStopWords(text, lang string) bool {
	set, ok := stopWordSets()[lang]
	if !ok {
		return false
	}
	words, hits := 0, 0
	for w := range strings.FieldsSeq(head(text)) {
		if words++; words > 200 {
			break
		}
		if len(w) <= 12 && set[strings.ToLower(w)] {
			hits++
		}
	}
	return words >= 3 && hits*12 >= words
}

var stopWordSets = sync.OnceValue(func() map[string]map[string]bool {
	sets := map[string]map[string]bool{}
	for lang, list := range stopWords {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(list) {
			set[w] = true
		}
		sets[lang] = set
	}
	return sets
})

// languageTag reads what pages write for a language ("en_US", "de-DE@euro",
// "ZH-tw", "english") as this package's tags; "" for what is none.
func languageTag(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s, _, _ = strings.Cut(s, ",") // Content-Language may list several
	if name, ok := languageNames[s]; ok {
		return name
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == '@' || r == ' ' || r == ';' })
	if len(parts) == 0 {
		return ""
	}
	base := parts[0]
	if mended, ok := mendedTags[base]; ok {
		base = mended
	}
	if len(base) < 2 || len(base) > 3 || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	if base == "zh" || base == "yue" {
		return base + chineseScript(base, parts[1:])
	}
	return base
}

// chineseScript reads script and region of a Chinese tag.
func chineseScript(base string, subtags []string) string {
	for _, p := range subtags {
		switch p {
		case "hans", "cn", "sg", "my", "chs":
			return "-Hans"
		case "hant", "tw", "hk", "mo", "cht":
			return "-Hant"
		}
	}
	if base == "yue" {
		return "-Hant"
	}
	return ""
}

// mendedTags are country codes and old codes met in place of languages, and
// what are no languages.
var mendedTags = map[string]string{
	"cn": "zh", "jp": "ja", "kr": "ko", "cz": "cs", "gr": "el", "ua": "uk", "dk": "da", "iw": "he", "in": "id", "ji": "yi", "cmn": "zh",
	"eng": "en", "ger": "de", "deu": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "rus": "ru", "chi": "zh", "zho": "zh", "jpn": "ja", "kor": "ko", "por": "pt", "gb": "en", "us": "en",
	"und": "", "mul": "", "zxx": "", "mis": "", "x": "", "xx": "",
}

var languageNames = map[string]string{
	"english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es", "italian": "it",
	"italiano": "it", "russian": "ru", "русский": "ru", "chinese": "zh", "中文": "zh", "japanese": "ja", "日本語": "ja", "korean": "ko",
	"portuguese": "pt", "português": "pt", "dutch": "nl", "nederlands": "nl", "polish": "pl", "polski": "pl", "turkish": "tr", "türkçe": "tr",
	"simplified chinese": "zh-Hans", "traditional chinese": "zh-Hant", "简体中文": "zh-Hans", "繁體中文": "zh-Hant",
}
