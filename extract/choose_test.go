package extract

import (
	"os"
	"path/filepath"
	"testing"
)

// TestForegone checks on all hand-made pages that readability, where it is not
// asked, would not have changed the container.
func TestForegone(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*/source.html")
	if err != nil {
		t.Fatal(err)
	}
	phrases, saved := readPhrases(phraseFiles), 0
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := Decode(body, "")
		root, _, err := parse(text)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		tr := newTree(root)
		tr.p = phrases
		for _, s := range stages {
			if s.name == "choose" {
				break
			}
			s.run(tr)
		}
		c := tr.foregone()
		if c < 0 || tr.items[0].prose == 0 {
			continue
		}
		saved++
		if got := tr.asked(); got != c {
			t.Errorf("%s: container %s, with readability %s", f, tr.path(c), tr.path(got))
		}
	}
	if saved < 5 {
		t.Errorf("readability was asked for all but %d of %d pages", saved, len(files))
	}
}
