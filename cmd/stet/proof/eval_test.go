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

// siteSets are those with many pages of each of a few sites.
var siteSets = []string{"zhfin", "big9"}

// TestEval scores the text and the metadata of real pages with known answers,
// page by page, and the text of sites with many pages once more when what their
// pages have in common is learnt first.
func TestEval(t *testing.T) {
	long(t)
	alone := scored(t, append([]string{"trafilatura"}, textSets...), "extract", "--batch")
	learnt := scored(t, siteSets, "extract", "--batch", "--learn")
	r := newReport(t, "real pages with known answers")
	f1, below := map[string]float64{}, map[string]float64{}
	for _, s := range alone {
		f1[s.Set], below[s.Set] = s.F1, s.Below50
		r.line("  %-12s %4d pages in %5.1f s: %s", s.Set, s.Pages, s.Seconds, s.figures())
		switch s.Set {
		case "trafilatura":
			r.check("eval.snippets", s.SnippetF1)
			r.check("eval.false_author", s.FalseAuthor)
			fallthrough
		case "naeb", "fundus":
			r.check("eval.title."+s.Set, s.Title)
			r.check("eval.authors."+s.Set, s.Authors)
			r.check("eval.date."+s.Set, s.Date)
		case "scrapinghub", "zhfin":
			r.check("eval.f1."+s.Set, s.F1)
		}
	}
	r.check("eval.f1_three", mean(f1, textSets[:3]))
	r.check("eval.f1_five", mean(f1, textSets))
	r.check("eval.below_half", mean(below, textSets[:3]))
	for _, s := range learnt {
		r.check("eval.f1_learnt."+s.Set, s.F1)
	}
}

// scored has the scorer drive stet over some sets.
func scored(t *testing.T, sets []string, args ...string) []setScore {
	t.Helper()
	dir := shared(t, "eval")
	score := build(t, "score", dir, "score.go")
	out := t.TempDir()
	e := run(t, 15*time.Minute, score, "-data", filepath.Join(dir, "dev"),
		"-sets", strings.Join(sets, ","), "-cmd", "'"+stet(t)+"' "+strings.Join(args, " "),
		"-preds", filepath.Join(out, "preds"), "-json", filepath.Join(out, "score.json"))
	if e.code != 0 || e.stderr != "" {
		t.Fatalf("score: exit status %d: %s", e.code, e.tail())
	}
	b, err := os.ReadFile(filepath.Join(out, "score.json"))
	if err != nil {
		t.Fatal(err)
	}
	var scores []setScore
	if err := json.Unmarshal(b, &scores); err != nil {
		t.Fatal(err)
	}
	return scores
}

// setScore is what score.go says of a set.
type setScore struct {
	Set          string
	Pages        int
	Seconds      float64
	TextPages    int `json:"text_pages"`
	F1           float64
	Below50      float64 `json:"share_below_0.5"` // of the pages
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
