package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"stet/store"
)

func searchVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "search WORDS… [FLAGS]",
		Short: "search the text of all articles",
		Long: `Search the titles and texts of all articles; the best hits come first. All the
words must be found; words in double quotes must stand together. Chinese and
Japanese need no spaces.

The words found are marked in the passage shown: by colour on a terminal, in
[brackets] elsewhere.`,
		Example:     "stet search censorship\nstet search '\"press freedom\"' --language en --limit 5\nstet search 新闻自由 --json",
		Annotations: exits(done, failed, misused, full, newer, interrupted),
		Args: func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, "")) == "" {
				return usage("search needs words to look for")
			}
			return nil
		},
	}
	path := archiveFlag(cmd)
	filter := filterFlags(cmd)
	filter.Limit = 20
	cmd.Flags().Lookup("limit").DefValue = "20"
	asJSON := jsonFlag(cmd, "one JSON object a hit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFilter(filter); err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		st, err := openToSearch(ctx, c, *path)
		if err != nil {
			return err
		}
		hits, err := st.Search(ctx, newQuery(args, *filter))
		if err != nil {
			st.Close() // the first error is the one that tells
			return fmt.Errorf("search: %w", err)
		}
		if err := printHits(c, hits, *asJSON); err != nil {
			st.Close() // as above
			return err
		}
		return st.Close()
	}
	return cmd
}

func newQuery(words []string, f store.Filter) store.Query {
	limit := f.Limit
	if limit == 0 {
		limit = math.MaxInt32 // all
	}
	f.Limit = 0
	return store.Query{Text: strings.Join(words, " "), Filter: f, Limit: limit}
}

func printHits(c *console, hits []store.Hit, asJSON bool) error {
	enc := jsonLines(c.foreign())
	for _, h := range hits {
		err := error(nil)
		if asJSON {
			err = enc.Encode(newHitRecord(h))
		} else {
			err = printHit(c, h)
		}
		if err != nil {
			return err
		}
	}
	if len(hits) == 0 && c.errTerminal {
		fmt.Fprintln(c.err, "stet: nothing found")
	}
	return nil
}

func printHit(c *console, h store.Hit) error {
	s, width := c.style(), 0
	if c.outTerminal {
		width = min(c.width(), widest) - 2
	}
	facts := joined([]string{clean(day(h.Entry.PublishedAt)), clean(h.Entry.URL)}, "  ")
	var passage []string
	for _, l := range wrap(foldMarks(h.Snippet), width) {
		passage = append(passage, "  "+l)
	}
	title := h.Title
	if title == "" {
		title = titleOf(h.Entry)
	}
	_, err := fmt.Fprintf(c.out, "%s\n  %s\n%s\n", marked(s, foldMarks(title)), s.dim(facts), marked(s, strings.Join(passage, "\n")))
	return err
}

// The marks of store.Hit would not survive clean: they travel through it, and
// through the wrapping, as two characters of the private use area, of which
// any in the text itself are dropped.
const (
	markFrom = "\ue0f1"
	markTo   = "\ue0f2"
)

func foldMarks(s string) string {
	s = strings.NewReplacer(markFrom, "", markTo, "", "\x01", markFrom, "\x02", markTo).Replace(s)
	return clean(s)
}

// marked sets the marks as style, or as brackets where there is none.
func marked(s style, text string) string {
	if !s.on {
		return strings.NewReplacer(markFrom, "[", markTo, "]").Replace(text)
	}
	return strings.NewReplacer(markFrom, "\x1b[1;33m", markTo, "\x1b[0m").Replace(text)
}

// hitRecord is a hit as search --json prints it. Marks are where the words
// found begin and end in the snippet, in characters.
type hitRecord struct {
	listing
	Snippet string   `json:"snippet"`
	Marks   [][2]int `json:"marks"`
	Score   float64  `json:"score"`
}

func newHitRecord(h store.Hit) hitRecord {
	snippet, marks := unmark(h.Snippet)
	return hitRecord{newListing(h.Entry), snippet, marks, h.Score}
}

// unmark takes the marks out of a snippet and says where they were.
func unmark(s string) (plain string, marks [][2]int) {
	marks = [][2]int{}
	var b strings.Builder
	n, from := 0, -1
	for _, r := range s {
		switch {
		case r == '\x01':
			from = n
		case r == '\x02':
			if from >= 0 {
				marks = append(marks, [2]int{from, n})
			}
			from = -1
		default:
			b.WriteRune(r)
			n++
		}
	}
	return b.String(), marks
}
