package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// textSets are the sets of real pages whose text is known.
var textSets = []string{"scrapinghub", "naeb", "fundus", "zhfin", "big9"}

// TestEval scores the text and the metadata of real pages with known answers.
func TestEval(t *testing.T) {
	long(t)
	dir := shared(t, "eval")
	score := build(t, "score", dir, "score.go")
	out := t.TempDir()
	e := run(t, 15*time.Minute, score, "-data", filepath.Join(dir, "dev"),
		"-sets", "scrapinghub,naeb,fundus,zhfin,big9,trafilatura", "-cmd", "'"+stet(t)+"' extract --batch",
		"-preds", filepath.Join(out, "preds"), "-json", filepath.Join(out, "score.json"))
	if e.code != 0 || e.stderr != "" {
		t.Fatalf("score: exit status %d: %s", e.code, e.tail())
	}
	b, err := os.ReadFile(filepath.Join(out, "score.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sets []setScore
	if err := json.Unmarshal(b, &sets); err != nil {
		t.Fatal(err)
	}
	r := newReport(t, "real pages with known answers")
	f1 := map[string]float64{}
	for _, s := range sets {
		f1[s.Set] = s.F1
		r.line("  %-12s %4d pages in %5.1f s: %s", s.Set, s.Pages, s.Seconds, s.figures())
		if s.Set == "trafilatura" {
			r.check("eval.snippets", s.SnippetF1)
		}
	}
	r.check("eval.f1_three", mean(f1, textSets[:3]))
	r.check("eval.f1_five", mean(f1, textSets))
}

// setScore is what score.go says of a set.
type setScore struct {
	Set          string
	Pages        int
	Seconds      float64
	TextPages    int `json:"text_pages"`
	F1           float64
	SnippetPages int     `json:"snippet_pages"`
	SnippetF1    float64 `json:"snippet_f1"`
	TitlePages   int     `json:"title_pages"`
	Title        float64 `json:"title_normalised"`
	AuthorPages  int     `json:"author_pages"`
	Authors      float64 `json:"author_all"`
	FalseAuthor  float64 `json:"author_false"`
	DatePages    int     `json:"date_pages"`
	Date         float64 `json:"date_day"`
	WrongDate    float64 `json:"date_wrong"`
}

// figures prints those that the set has answers for.
func (s setScore) figures() string {
	var b strings.Builder
	for _, f := range []struct {
		name  string
		pages int
		value float64
	}{
		{"F1", s.TextPages, s.F1}, {"snippets", s.SnippetPages, s.SnippetF1}, {"title", s.TitlePages, s.Title},
		{"authors", s.AuthorPages, s.Authors}, {"false authors", s.AuthorPages, s.FalseAuthor},
		{"date", s.DatePages, s.Date}, {"wrong date", s.DatePages, s.WrongDate},
	} {
		if f.pages > 0 {
			fmt.Fprintf(&b, "%s %.4f  ", f.name, f.value)
		}
	}
	return b.String()
}

func mean(f1 map[string]float64, sets []string) float64 {
	sum := 0.0
	for _, s := range sets {
		sum += f1[s]
	}
	return sum / float64(len(sets))
}
