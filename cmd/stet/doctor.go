package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stet/store"
)

func doctorVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor [FLAGS]",
		Short: "look for damage in an archive",
		Long: `Look for damage in an archive: the structure of the file, every page's bytes
against their digest, rows that point nowhere, the search index. It changes
nothing.`,
		Example:     "stet doctor\nstet doctor --archive old.db --json",
		Annotations: exits(done, failed, misused, newer),
		Args:        noArgs,
	}
	path := archiveFlag(cmd)
	asJSON := jsonFlag(cmd, "one JSON object a finding")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		st, err := openToRead(ctx, *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		findings, err := st.Check(ctx)
		if err != nil {
			return fmt.Errorf("check the archive: %w", err)
		}
		return printFindings(c, *path, findings, *asJSON)
	}
	return cmd
}

func printFindings(c *console, path string, findings []store.Finding, asJSON bool) error {
	enc, s, bad := jsonLines(c.foreign()), c.style(), 0
	for _, f := range findings {
		if !f.OK {
			bad++
		}
		if asJSON {
			if err := enc.Encode(f); err != nil {
				return err
			}
			continue
		}
		verdict := "ok   "
		if !f.OK {
			verdict = s.red("WRONG")
		}
		fmt.Fprintf(c.out, "%s  %-10s  %s\n", verdict, f.Check, clean(f.Detail))
	}
	if bad > 0 {
		return hinted(fmt.Errorf("%s is damaged: %s", path, counted(bad, "finding")),
			"keep a copy of the file before anything else; stet export saves what can still be read")
	}
	return nil
}
