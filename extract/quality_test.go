package extract

import (
	"strings"
	"testing"
)

// TestSignals checks what is measured of pages made for it.
func TestSignals(t *testing.T) {
	body := func(s string) Page {
		return Page{URL: "https://a.example/1", Body: []byte(`<meta charset="utf-8"><title>The mill</title><meta name="description" content="The council agreed to rebuild the old mill.">` + s)}
	}
	signals := func(p Page) *Signals {
		d := New(Config{}).Extract(p)
		if d.Article == nil {
			t.Fatalf("%s: got %s (%s), want an article", p.Body, d.Kind, d.Reason)
		}
		if d.Article.Quality != d.Article.Signals.Confidence {
			t.Errorf("quality %v, confidence %v", d.Article.Quality, d.Article.Signals.Confidence)
		}
		return d.Article.Signals
	}
	story := strings.Repeat("<p>"+sentence+"</p><p>Nobody was against it, and the miller, who is eighty, was at the meeting and was glad of it.</p>", 5)
	good := signals(body("<article><h1>The mill</h1>" + story + "</article><footer>" + strings.Repeat("Imprint and terms. ", 50) + "</footer>"))
	if good.Kept < .3 || good.Kept > .7 || good.Chosen < .98 || good.Prose != 1 || good.Links != 0 || good.Sentences != 1 || good.Repeated < .7 || good.Told != 1 {
		t.Errorf("a story: got %+v", good)
	}
	if good.StopWords == nil || *good.StopWords < .25 || good.Scripts["Latn"] != 1 {
		t.Errorf("a story: got stop words %v, scripts %v", good.StopWords, good.Scripts)
	}
	linked := signals(body("<article><h1>The mill</h1>" + strings.Repeat(`<p><a href="/2">The council met on Tuesday, and after three hours</a> it agreed, by nine votes to four, to rebuild the old mill again</p>`, 5) + "</article>"))
	if linked.Links < .4 || linked.Sentences != 0 || linked.Confidence >= good.Confidence {
		t.Errorf("a linked text: got %+v, want less confidence than %v", linked, good.Confidence)
	}
	zh := signals(body("<p>" + strings.Repeat("镇上的老磨坊在春天重新转动起来，磨坊主说他等了九年，也不知道 Vera 号水轮还能转多久。", 6) + "</p>"))
	if zh.StopWords == nil || *zh.StopWords < .1 || zh.Scripts["Hani"] < .9 || zh.Scripts["Latn"] < .01 {
		t.Errorf("Chinese: got %+v", zh)
	}
}

// TestTold checks which words of a description are looked for.
func TestTold(t *testing.T) {
	for _, c := range []struct {
		description, text string
		want              float64
	}{
		{"", "anything", 1},
		{"An old one", "of short words", 1},
		{"The Mill burned", "the mill has BURNED down", 1},
		{"The mill burned", "the weir has burned", .5},
		{"磨坊重开", "老磨坊终于重开了", 2.0 / 3},
		{"磨坊重开", "堤坝", 0},
	} {
		if got := told(c.description, c.text); got != c.want {
			t.Errorf("told(%q, %q): got %v, want %v", c.description, c.text, got, c.want)
		}
	}
}
