package extract

import "testing"

// TestVoice hears lines of sites and lines of stories, in words that stand on
// no page of the tests.
func TestVoice(t *testing.T) {
	tr := &tree{p: readPhrases(phraseFiles), siteName: "Hill Gazette"}
	for _, test := range []struct {
		line string
		asks bool
	}{
		{"We send a newsletter on Sundays. Please join our list.", true},
		{"Our reporters are paid by you: donate whatever you can.", true},
		{"Download our app and you will never miss a story.", true},
		{"The Hill Gazette is free because its readers support it. Sign up today.", true},
		{"我们的早报免费寄到您的邮箱，欢迎订阅。", true},
		{"請關注我們的頻道，網站打不開時您也能讀到。", true},
		{"The minister said that the app was downloaded by nine thousand people.", false},
		{"\"Please donate to our fund,\" the poster says, \"and subscribe.\"", false},
		{"US officials told the court that the newsletter had no subscribers.", false},
		{"县政府称，应用的下载量为九千次，捐款已经退还。", false},
		{"“请订阅我们的频道，”海报上写着，“您不会后悔。”", false},
		{"代表们在请愿书上签了字。", false},
	} {
		h := tr.hear(test.line)
		v := h.voice(nil)
		if got := v.speaks() && v.marks() >= 3 && !v.reports; got != test.asks {
			t.Errorf("%q: got %v (%+v), want %v", test.line, got, v, test.asks)
		}
	}
}

// TestTopic checks that words of what a story is about are no marks.
func TestTopic(t *testing.T) {
	tr := &tree{p: readPhrases(phraseFiles)}
	h := tr.hear("You can read the newsletter.")
	if v := h.voice(map[string]int{"newsletter": topicLines}); v.service != 0 {
		t.Errorf("got %d services, want none", v.service)
	}
}

func TestWays(t *testing.T) {
	tr := &tree{p: readPhrases(phraseFiles), title: "The ferry that stopped at noon"}
	for line, want := range map[string]bool{
		"Coast » Harbours » The ferry that stopped at noon": true,
		"Home > Coast > Article":                            true,
		"首页 > 水乡 > 正文":                                      true,
		"Either/or is no question.":                         false,
		"The ferry stopped at noon.":                        false,
	} {
		w, _ := weigh(line)
		if got := tr.waymark(&storyLine{text: line, weight: w}); got != want {
			t.Errorf("way %q: got %v, want %v", line, got, want)
		}
	}
	for line, want := range map[string]bool{
		"Read in: English · Deutsch · 中文":         true,
		"He speaks English and Spanish, she said": false,
	} {
		w, _ := weigh(line)
		if got := tr.tongues(&storyLine{text: line, weight: w}); got != want {
			t.Errorf("languages %q: got %v, want %v", line, got, want)
		}
	}
}

func TestTellsOfOthers(t *testing.T) {
	p := readPhrases(phraseFiles)
	for line, want := range map[string]bool{
		"They give their newsletter away.": true,
		"“Она сама нас нашла”":             true,
		"彼女は会報を配る。":                        true,
		"她们请读者订阅。":                         true,
		"It's free: join us.":              false,
		"Items for sale are listed here.":  false,
		"Weiter unten: die Fähre.":         false,
	} {
		if got := p.tellsOfOthers(line); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}
