package siterule

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func parsePage(t testing.TB, source string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func number(s string) int { n, _ := strconv.Atoi(s); return n } // the page is our own

// answer is what an expression gives, as in testdata/xpath.txt.
func answer(doc *html.Node, text string) string {
	e := &expression{file: "test", text: text}
	v, err := e.evaluate(&page{root: doc, steps: pageSteps})
	if err != nil {
		return err.Error()
	}
	nodes, ok := v.([]ref)
	if !ok {
		return strconv.Quote(fmt.Sprint(v))
	}
	var numbers []string
	for _, n := range nodes {
		e := n.node
		for e.Type != html.ElementNode {
			e = e.Parent
		}
		for _, a := range e.Attr {
			if a.Key == "n" && (len(numbers) == 0 || numbers[len(numbers)-1] != a.Val) {
				numbers = append(numbers, a.Val)
			}
		}
	}
	slices.SortStableFunc(numbers, func(a, b string) int { return number(a) - number(b) })
	return strings.Join(slices.Compact(numbers), " ")
}

func TestExpressionsAsLibxml(t *testing.T) {
	source, err := os.ReadFile("testdata/xpath.html")
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := os.ReadFile("testdata/xpath.txt")
	if err != nil {
		t.Fatal(err)
	}
	doc := parsePage(t, string(source))
	for line := range strings.Lines(string(wanted)) {
		text, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue
		}
		for range 2 { // the second use may not differ from the first
			if got := answer(doc, text); got != want {
				t.Errorf("%s: got %s, want %s", text, got, want)
			}
		}
	}
}
