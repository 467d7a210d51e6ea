package extract

import (
	"strings"
	"testing"
)

// TestClosingBudget: a page on which line after line could close the story, and
// the story goes on each time, is not looked through again for each of them.
func TestClosingBudget(t *testing.T) {
	const paragraph = "<p>The council met, and it was said that the bridge would be built in spring, at last. It rained.</p>"
	page := "<html><body><h1>A bridge in spring</h1>" + strings.Repeat(paragraph, 3) +
		strings.Repeat("<p>Tags: a, b</p>"+strings.Repeat(paragraph, 3), 12_000) + "</body></html>"
	d := New(Config{}).Extract(Page{URL: "https://a.example/1", Body: []byte(page)})
	if d.Kind != KindArticle || !strings.Contains(d.Reason, "over budget") {
		t.Errorf("got %s (%s), want an article that says that it was over budget", d.Kind, d.Reason)
	}
}
