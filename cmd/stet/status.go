package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stet/store"
)

func statusVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status [FLAGS]",
		Short: "tell of the crawls, finished or running",
		Long: `Tell of the crawls into an archive, the newest first: how each stands or ended,
and what it kept. The figures of a running crawl are those it last committed.`,
		Example:     "stet status\nstet status --limit 1 --json",
		Annotations: exits(done, failed, misused, newer),
		Args:        noArgs,
	}
	path := archiveFlag(cmd)
	limit := cmd.Flags().Int("limit", 5, "at most `N` crawls; 0 for all")
	asJSON := jsonFlag(cmd, "one JSON object a crawl")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkCount("limit", *limit); err != nil {
			return err
		}
		st, err := openToRead(cmd.Context(), *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		runs, err := st.Runs(cmd.Context(), *limit)
		if err != nil {
			return fmt.Errorf("read the runs: %w", err)
		}
		return printRuns(c, runs, *asJSON)
	}
	return cmd
}

func printRuns(c *console, runs []store.Run, asJSON bool) error {
	enc := jsonLines(c.foreign())
	for i, r := range runs {
		if asJSON {
			if err := enc.Encode(r); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		printRun(c.out, c.style(), r)
	}
	if len(runs) == 0 && !asJSON {
		fmt.Fprintln(c.out, "No crawl yet.")
	}
	return nil
}

func printRun(w io.Writer, s style, r store.Run) {
	fmt.Fprintf(w, "%s %s\n", s.bold(fmt.Sprintf("Run %d", r.ID)), clean(r.Job))
	fmt.Fprintf(w, "  %s\n", runState(r))
	fmt.Fprintf(w, "  began %s", when(r.StartedAt))
	if !r.FinishedAt.IsZero() {
		fmt.Fprintf(w, ", took %s", span(r.FinishedAt.Sub(r.StartedAt).Round(time.Millisecond)))
	}
	n := r.Counts
	fmt.Fprintf(w, "\n  %s, %s kept, %s, %s received\n", counted(n.Visits, "request"), counted(n.Pages, "page"),
		counted(n.Articles, "new article"), size(n.Bytes))
	for _, class := range byCount(n.Reasons) {
		fmt.Fprintf(w, "%9s  %s\n", count(n.Reasons[class]), inWords(class))
	}
}

// runState tells how a run stands, in words.
func runState(r store.Run) string {
	text := map[store.RunState]string{
		store.RunRunning:     "running",
		store.RunFinished:    "finished: nothing is left to visit",
		store.RunLimited:     "ended by a limit; pages are left to visit",
		store.RunInterrupted: "interrupted; the same command resumes it",
		store.RunFailed:      "failed",
	}[r.State]
	if text == "" {
		text = string(r.State)
	}
	if r.Reason != "" && !strings.Contains(text, r.Reason) {
		text += " (" + clean(r.Reason) + ")"
	}
	return text
}
