package proof

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"stet/extract"
)

// realPage is a page of the shared sets.
type realPage struct {
	Set, URL, HTML string
	Text           *string // nil where it is not known
	Body           []byte
}

// realPages reads the pages of some sets, every n-th of each.
func realPages(t testing.TB, sets []string, n int) []realPage {
	t.Helper()
	var pages []realPage
	for _, set := range sets {
		dir := filepath.Join(shared(t, "eval"), "dev", set)
		f, err := os.Open(filepath.Join(dir, "index.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 64<<20)
		for i := 0; lines.Scan(); i++ {
			p := realPage{Set: set}
			if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
				t.Fatalf("%s: line %d: %v", set, i+1, err)
			}
			if i%n == 0 {
				p.Body = unzipped(t, filepath.Join(dir, p.HTML))
				pages = append(pages, p)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		f.Close() // only read from
	}
	return pages
}

func unzipped(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // only read from
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

// TestQuality checks that the quality of an article tells bad texts from good
// ones: it is the chance that a bad one gets less than a good one, the area
// under the curve.
func TestQuality(t *testing.T) {
	long(t)
	x := extract.New(extract.Config{})
	var quality, f1 []float64
	for _, p := range realPages(t, textSets, 1) {
		d := x.Extract(extract.Page{URL: p.URL, Body: p.Body})
		if p.Text != nil && d.Article != nil {
			quality, f1 = append(quality, d.Article.Quality), append(f1, shingleF1(*p.Text, d.Article.Text))
		}
	}
	r := newReport(t, "quality of %d real pages against the F1 of their text", len(f1))
	for _, c := range []struct {
		name  string
		under float64
	}{{"quality.below_half", .5}, {"quality.below_four_fifths", .8}} {
		var good, bad []float64
		for i, f := range f1 {
			if f < c.under {
				bad = append(bad, quality[i])
			} else {
				good = append(good, quality[i])
			}
		}
		r.line("  F1 below %v: %d pages, quality %.2f in the middle; the others: %d, %.2f", c.under, len(bad), middle(bad), len(good), middle(good))
		r.check(c.name, area(bad, good))
	}
}

func middle(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// area is the chance that one of less is less than one of more; that of equals
// counts half.
func area(less, more []float64) float64 {
	n := 0.0
	for _, l := range less {
		for _, m := range more {
			switch {
			case l < m:
				n++
			case l == m:
				n += .5
			}
		}
	}
	return n / float64(max(1, len(less)*len(more)))
}

func TestArea(t *testing.T) {
	for _, c := range []struct {
		less, more []float64
		want       float64
	}{
		{[]float64{1, 2}, []float64{3, 4}, 1},
		{[]float64{3, 4}, []float64{1, 2}, 0},
		{[]float64{1, 3}, []float64{2}, .5},
		{[]float64{2}, []float64{2}, .5},
		{nil, []float64{1}, 0},
	} {
		if got := area(c.less, c.more); got != c.want {
			t.Errorf("area(%v, %v): got %v, want %v", c.less, c.more, got, c.want)
		}
	}
}
