package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"stet/store"
)

func statsVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "stats [FLAGS]",
		Short:       "count what an archive holds",
		Long:        "Count what an archive holds: articles, other pages, languages, sites, bytes,\nwhy pages were not kept and why links were not followed.",
		Example:     "stet stats\nstet stats --json",
		Annotations: exits(done, failed, misused, newer),
		Args:        noArgs,
	}
	path := archiveFlag(cmd)
	sites := cmd.Flags().Int("sites", 10, fmt.Sprintf("show the `N` sites with most articles, at most %d", mostSites))
	asJSON := jsonFlag(cmd, "one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *sites < 0 || *sites > mostSites {
			return usage("--sites %d is not a number from 0 to %d", *sites, mostSites)
		}
		st, err := openToRead(cmd.Context(), *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		s, err := st.Stats(cmd.Context())
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		if *asJSON {
			return json.NewEncoder(c.out).Encode(s)
		}
		printStats(c.out, c.style(), *path, s, *sites)
		return nil
	}
	return cmd
}

// mostSites is how many sites store.Stats names.
const mostSites = 50

func printStats(w io.Writer, s style, path string, t store.Stats, sites int) {
	fmt.Fprintf(w, "%s\n", s.bold(clean(path)))
	fmt.Fprintf(w, "  %s (%s), %s, %s\n", counted(t.Articles, "article"), counted(t.Revisions, "revision"),
		counted(int(t.Words), "word"), counted(t.Links, "link"))
	fmt.Fprintf(w, "  %s", counted(t.Captures, "answer")+" kept")
	if !t.First.IsZero() {
		fmt.Fprintf(w, ", from %s to %s", when(t.First), when(t.Last))
	}
	fmt.Fprintf(w, "\n  %s of pages, compressed to %s; the file is %s\n", size(t.BodyBytes), size(t.Stored), size(t.FileBytes))
	printTally(w, s, "Pages by kind", t.Kinds)
	printTally(w, s, "Articles by language", t.Languages)
	printSites(w, s, t, sites)
	printTally(w, s, "Addresses by state", words(t.Targets))
	printTally(w, s, "Not kept, by reason", reasonsInWords(t.Reasons))
	printTally(w, s, "Links not followed, by reason", t.Refused)
}

func printSites(w io.Writer, s style, t store.Stats, limit int) {
	shown := t.Sites[:min(limit, len(t.Sites))]
	if len(shown) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.bold(fmt.Sprintf("Sites (%s)", count(t.SitesTotal))))
	for _, site := range shown {
		fmt.Fprintf(w, "%9s  %s (%s)\n", count(site.Articles), clean(site.Site), counted(site.Pages, "answer"))
	}
	if rest := t.SitesTotal - len(shown); rest > 0 {
		fmt.Fprintf(w, "%9s  and %s\n", "", counted(rest, "more site"))
	}
}

// printTally prints counts, the largest first.
func printTally(w io.Writer, s style, heading string, tally map[string]int) {
	if len(tally) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.bold(heading))
	for _, name := range byCount(tally) {
		shown := clean(name)
		if shown == "" {
			shown = "(unknown)"
		}
		fmt.Fprintf(w, "%9s  %s\n", count(tally[name]), shown)
	}
}

// byCount gives the names of a tally, the most frequent first.
func byCount(tally map[string]int) []string {
	return slices.SortedFunc(maps.Keys(tally), func(a, b string) int {
		return cmp.Or(cmp.Compare(tally[b], tally[a]), cmp.Compare(a, b))
	})
}

// total sums a tally up.
func total(tally map[string]int) int {
	n := 0
	for _, c := range tally {
		n += c
	}
	return n
}

// words makes a tally of states one of plain words.
func words[K ~string](tally map[K]int) map[string]int {
	plain := map[string]int{}
	for k, n := range tally {
		plain[string(k)] = n
	}
	return plain
}

// reasonsInWords makes a tally of classes one of words.
func reasonsInWords(tally map[string]int) map[string]int {
	plain := map[string]int{}
	for class, n := range tally {
		plain[inWords(class)] += n
	}
	return plain
}
