package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stet/store"
	"stet/store/export"
)

func exportVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export [FLAGS]",
		Short: "write the articles as a dataset",
		Long: `Write the articles of an archive as a dataset, one record a page, in the order
in which the pages were found. The fields are the same in every format:

  url, canonical_url, title, authors, published_at, modified_at, site_name,
  language, description, section, tags, image, license, text, html, markdown,
  word_count, captured_at, status, content_digest, text_digest, revision,
  links, extractor, quality, kind, paywalled, translations, signals

paywalled is free, metered or locked, as the page tells machines; translations
are the URLs of the same page in other languages; signals are what quality, from
0 to 1, was told from.

jsonl is one JSON object a line with null for what is absent; csv is RFC 4180
with a header line, empty for what is absent, lists and objects as JSON. Both
are UTF-8.

Without --output it goes to standard output. A file appears under its name only
when it is whole: until then it has a temporary name beside it, and a file that
is there already stays as it was, then is replaced.`,
		Example: `stet export --output articles.jsonl
stet export --output chinese.csv --language zh --after 2024
stet export --site example.org | jq -r .title`,
		Annotations: exits(done, failed, misused, full, newer, interrupted),
		Args:        noArgs,
	}
	path := archiveFlag(cmd)
	format := cmd.Flags().String("format", "", "`FORMAT` of the records: "+strings.Join(export.Names(), ", ")+" (default from the ending of --output; without one "+export.Formats[0].Name+")")
	output := cmd.Flags().StringP("output", "o", "", "write to this `FILE`")
	links := cmd.Flags().String("links", string(export.LinksBody), "which `LINKS`: body (in the article's text), all, none")
	filter := filterFlags(cmd)
	complete(cmd, "format", export.Names())
	complete(cmd, "links", linkChoices)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkExport(filter, *links, *output, *path); err != nil {
			return err
		}
		f, err := chooseFormat(*format, *output)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		st, err := openToRead(ctx, *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		x := exporter{st, *filter, export.LinksOf(*links), f}
		if *output == "" || *output == "-" {
			_, err := x.write(ctx, c.foreign())
			return err
		}
		return x.toFile(ctx, c, *output)
	}
	return cmd
}

var linkChoices = []string{string(export.LinksBody), string(export.LinksAll), string(export.LinksNone)}

// chooseFormat takes the format asked for, or the one the file's name asks for.
func chooseFormat(name, output string) (export.Format, error) {
	if name == "" {
		ending := strings.ToLower(filepath.Ext(output))
		f, ok := export.ForExtension(ending)
		switch {
		case ok:
			return f, nil
		case ending != "":
			return f, &fault{status: misused, err: fmt.Errorf("--output %s: its ending names no format", output),
				hint: "--format " + strings.Join(export.Names(), " or ") + " says what to write"}
		}
		return export.Formats[0], nil
	}
	f, ok := export.Named(name)
	if !ok {
		return f, usage("--format %q is none of %s", name, strings.Join(export.Names(), ", "))
	}
	return f, nil
}

func checkExport(f *store.Filter, links, output, archive string) error {
	if err := checkFilter(f); err != nil {
		return err
	}
	if !slices.Contains(linkChoices, links) {
		return usage("--links %q is none of %s", links, strings.Join(linkChoices, ", "))
	}
	if output == "" || output == "-" {
		return nil
	}
	for _, part := range []string{archive, archive + "-wal", archive + "-shm"} {
		if sameFile(output, part) {
			return usage("--output %s is the archive itself", output)
		}
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return usage("--output %s is a folder", output)
	}
	return nil
}

// sameFile says whether two names mean the same file.
func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	ia, err := os.Stat(a)
	if err != nil {
		return false
	}
	ib, err := os.Stat(b)
	return err == nil && os.SameFile(ia, ib)
}

// exporter is one export.
type exporter struct {
	st     store.Store
	filter store.Filter
	links  export.LinksOf
	format export.Format
}

func (x exporter) write(ctx context.Context, w io.Writer) (int, error) {
	n, err := export.Write(ctx, x.st, x.filter, x.links, x.format.New(w))
	if err == nil {
		err = ctx.Err()
	}
	return n, err
}

func (x exporter) toFile(ctx context.Context, c *console, path string) error {
	n := 0
	err := export.ToFile(path, func(w io.Writer) (err error) {
		n, err = x.write(ctx, w)
		return err
	})
	if err != nil {
		return fmt.Errorf("export to %s: %w", path, withoutPath(err))
	}
	_, err = fmt.Fprintf(c.err, "stet: %s written to %s\n", counted(n, "record"), clean(path))
	return err
}
