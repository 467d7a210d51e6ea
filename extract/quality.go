package extract

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Signals are what a text and its page tell of how well the one was taken out
// of the other. Shares are from 0 to 1.
type Signals struct {
	// Kept is the share of the page's visible characters that was kept, and
	// Chosen that of those which no rule had cut: of a page that is nothing
	// but its story both are near 1, of a portal's Kept is small.
	Kept   float64 `json:"kept"`
	Chosen float64 `json:"chosen"`
	// Prose is the share of the text in lines that read like paragraphs,
	// Links that in links, Repeated that in lines that were there before.
	Prose    float64 `json:"prose"`
	Links    float64 `json:"links"`
	Repeated float64 `json:"repeated"`
	// Sentences is the share of the lines that end as sentences do.
	Sentences float64 `json:"sentences"`
	// Told is the share of the words of the page's description that stand in
	// the text; 1 if it has none.
	Told float64 `json:"told"`
	// StopWords is the share of the words (of Chinese and Japanese: of the
	// characters) that are the commonest of the language; absent for
	// languages without a list. Running text has .05 to .4, a list of names
	// next to none.
	StopWords *float64 `json:"stop_words,omitempty"`
	// Scripts are the shares of the letters by script, as ISO 15924 names
	// them: Latn, Hani, Kana, Cyrl, …; those below 1 in 100 are left out.
	Scripts map[string]float64 `json:"scripts,omitempty"`
	// Confidence is the article's quality.
	Confidence float64 `json:"confidence"`
}

// signals measures the story; language is the text's.
func (s *story) signals(t *tree, before seen, lines []storyLine, description, language string) *Signals {
	g := &Signals{Kept: 1, Chosen: 1, Prose: share(s.prose, s.weight), Links: share(s.linked, s.weight), Sentences: 1}
	if !s.embedded { // of what is in the page's data alone nothing is visible
		g.Kept, g.Chosen = share(s.weight, before.weight), share(s.weight, t.items[0].weight)
		g.Sentences, g.Repeated = measureLines(lines)
	}
	g.Told = rounded(told(clip(description, toldSample), clip(s.text, toldText)))
	sample := clip(s.text, languageSample)
	g.StopWords = stopWordShare(sample, language)
	g.Scripts = scriptShares(sample)
	g.Confidence = g.confidence(s.weight)
	return g
}

// confidence is the chance, from what news pages with known answers taught,
// that the text is the story and little else (F1 of at least .8, which 986 of
// 1,044 reach). The weights are those of a logistic regression over these
// pages, rounded. It tells the bad pages from the good with an area under the
// curve of .81 (.84 for those below .5), and of .80 and .78 on a set of pages
// when learnt from the others only. Length, prose and links alone, as they
// were weighed by hand before, gave .70 (.66). TestQuality in cmd/stet/proof
// holds it.
func (g *Signals) confidence(weight int32) float64 {
	z := -5.7 + 1.0*g.Kept + 2.0*g.Chosen + 4.5*g.Prose - 4.0*g.Links + 1.5*g.Sentences + 2.0*g.Told
	switch w := float64(max(1, weight)); {
	case w < shortStory:
		z -= 1.3 * math.Log(shortStory/w) // a stub, or the wrong box
	case w > longStory:
		z -= 2.3 * math.Log(w/longStory) // several stories
	}
	return math.Round(100/(1+math.Exp(-z))) / 100
}

// The weights between which the length of a text tells nothing: 8 % of
// the stories with known text are shorter, 12 % longer.
const (
	shortStory = 1000
	longStory  = 8000
)

func share(part, whole int32) float64 {
	if whole <= 0 {
		return 0
	}
	return rounded(min(1, float64(part)/float64(whole)))
}

// rounded keeps three digits: more tell nothing and take room in the archive.
func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }

// measureLines gives the share of the lines that end as sentences do, and of
// the text in lines that stand in it more than once.
func measureLines(lines []storyLine) (sentences, repetition float64) {
	seen := make(map[string]bool, len(lines))
	var ends, all, twice, weight int32
	for i := range lines {
		l := &lines[i]
		if l.gone || l.caption {
			continue
		}
		all++
		if endsSentence(l.text) {
			ends++
		}
		if l.weight < 8 {
			continue // a number, a mark
		}
		weight += l.weight
		if seen[l.text] {
			twice += l.weight
		}
		seen[l.text] = true
	}
	return share(ends, all), share(twice, weight)
}

// stopCharacters are the commonest characters of languages without spaces
// that carry grammar.
var stopCharacters = map[string]string{
	"zh": "的了是在和不有也就与為为对對将將及从從被而等于於以这這",
	"ja": "のにはをたがでてとしれさもな",
}

// stopWordShare is nil for languages without a list.
func stopWordShare(text, language string) *float64 {
	base, _, _ := strings.Cut(language, "-")
	hits, all := 0, 0
	if marks := stopCharacters[base]; marks != "" {
		for _, r := range text {
			if isHan(r) || isKana(r) {
				all++
				if strings.ContainsRune(marks, r) {
					hits++
				}
			}
		}
	} else if set, ok := stopWordSets()[base]; ok {
		for w := range strings.FieldsSeq(text) {
			all++
			if len(w) <= 12 && set[strings.ToLower(w)] {
				hits++
			}
		}
	} else {
		return nil
	}
	v := share(int32(hits), int32(all))
	return &v
}

// scriptNames are the names of ISO 15924.
var scriptNames = [scriptCount]string{
	scriptLatin: "Latn", scriptCyrillic: "Cyrl", scriptHangul: "Hang", scriptArabic: "Arab", scriptDevanagari: "Deva",
	scriptHebrew: "Hebr", scriptGreek: "Grek", scriptThai: "Thai", scriptGeorgian: "Geor", scriptArmenian: "Armn", scriptOther: "Zyyy",
}

func scriptShares(text string) map[string]float64 {
	s := surveyScripts(text)
	if s.letters == 0 {
		return nil
	}
	shares := map[string]float64{}
	add := func(name string, n int) {
		if v := rounded(float64(n) / float64(s.letters)); v >= 0.01 && name != "" {
			shares[name] = v
		}
	}
	for i, n := range s.count {
		add(scriptNames[i], n)
	}
	add("Hani", 2*s.han)
	add("Kana", 2*s.kana) // hiragana and katakana together
	return shares
}

// toldSample is how many characters of a description are looked for, as many
// as search engines show, and toldText in how many of the text.
const (
	toldSample = 200
	toldText   = 20_000
)

// told is the share of a description's words that stand in the text: words of
// four letters or more, and pairs of Chinese or Japanese characters.
func told(description, text string) float64 {
	description, text = strings.ToLower(description), strings.ToLower(text)
	found, all := 0, 0
	each := func(piece string) {
		all++
		if strings.Contains(text, piece) {
			found++
		}
	}
	for w := range strings.FieldsFuncSeq(description, ornament) {
		var last rune
		han, at := false, 0
		for i, r := range w {
			if isHan(r) || isKana(r) {
				if han && last != 0 {
					each(w[at : i+utf8.RuneLen(r)])
				}
				han, at, last = true, i, r
			} else {
				last = 0
			}
		}
		if !han && utf8.RuneCountInString(w) >= 4 {
			each(w)
		}
	}
	if all == 0 {
		return 1
	}
	return float64(found) / float64(all)
}
