package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stet/extract"
	"stet/store"
	"stet/store/export"
)

// articleFormats are the ways to print one article.
var articleFormats = []string{"text", "markdown", "html", "json"}

func showVerb(c *console) *cobra.Command {
	formats := append(slices.Clone(articleFormats), "raw")
	cmd := &cobra.Command{
		Use:   "show URL [FLAGS]",
		Short: "read one article",
		Long: `Print an article of the archive for reading: title, authors, day and text. An
article of several pages is read whole at the URL of its first page.

With --format nothing but what is asked for is printed, as it is in the
archive: the text, a line a block; the same as Markdown or HTML; the whole
record as JSON, as export writes it; or the raw bytes the server sent.

A URL matches in every spelling of the same page (http or https is tried if
neither is given; fragments and tracking parameters do not count).`,
		Example:     "stet show https://example.org/2024/05/story\nstet show example.org/2024/05/story --format markdown > story.md",
		Annotations: exits(done, failed, misused, newer),
		Args:        oneArg("URL"),
	}
	path := archiveFlag(cmd)
	format := cmd.Flags().String("format", "", "print only this `FORMAT`: "+strings.Join(formats, ", "))
	complete(cmd, "format", formats)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *format != "" && !slices.Contains(formats, *format) {
			return usage("--format %q is none of %s", *format, strings.Join(formats, ", "))
		}
		st, err := openToRead(cmd.Context(), *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		if *format == "raw" {
			return showRaw(cmd.Context(), c, st, args[0])
		}
		return show(cmd.Context(), c, st, args[0], *format)
	}
	return cmd
}

func showRaw(ctx context.Context, c *console, st store.Store, raw string) error {
	capture, err := findPage(ctx, st, raw, func(a address) (store.Capture, error) { return sourceOf(ctx, st, a.key) })
	if err != nil {
		return err
	}
	_, err = c.foreign().Write(capture.Body)
	return err
}

func show(ctx context.Context, c *console, st store.Store, raw, format string) error {
	e, err := findPage(ctx, st, raw, func(a address) (store.Entry, error) { return st.Entry(ctx, a.key) })
	if err != nil {
		return err
	}
	if !extract.Kind(e.Kind).HasText() && format != "json" {
		return hinted(noArticle(e), "--format raw prints what was kept; stet why %s tells the story", shellWord(e.URL))
	}
	if format == "" {
		return readable(c, e)
	}
	r, err := export.Load(ctx, st, e, export.LinksBody)
	if err != nil {
		return err
	}
	return printArticle(c.foreign(), &r, format)
}

// noArticle says what a kept page is instead of an article. What was not
// extracted, as it was not answered with 200, has no kind.
func noArticle(e store.Entry) error {
	switch {
	case e.Kind != "":
		return fmt.Errorf("%s is no article but %s", e.URL, aKind(e.Kind))
	case e.Status >= 300 && e.Status < 400:
		return fmt.Errorf("%s is no article but leads elsewhere", e.URL)
	}
	return fmt.Errorf("%s is no article: it %s", e.URL, inWords(fmt.Sprintf("http-%d", e.Status)))
}

// aKind is a kind of page in words.
func aKind(kind string) string {
	switch extract.Kind(kind) {
	case extract.KindArticle:
		return "an article"
	case extract.KindForum:
		return "a discussion"
	case extract.KindLiveBlog:
		return "a live blog"
	case extract.KindDocumentation:
		return "a page of documentation"
	case extract.KindPaywall:
		return "a prompt to pay or subscribe"
	case extract.KindList:
		return "a list of links"
	case extract.KindHome:
		return "a front page"
	case extract.KindSoft404:
		return "a page that says it was not found"
	case extract.KindLogin:
		return "a login form"
	case extract.KindConsent:
		return "a consent dialog"
	case extract.KindChallenge:
		return "a bot challenge"
	case extract.KindShell:
		return "a page that is empty without scripts"
	case extract.KindError:
		return "an error page"
	case extract.KindEmpty:
		return "a page without text"
	case extract.KindBinary:
		return "a file that is not text"
	case extract.KindOther:
		return "a text that is not HTML"
	}
	return "of kind " + kind
}

// printArticle prints a record in one of articleFormats and nothing else.
func printArticle(w io.Writer, r *export.Record, format string) error {
	var err error
	switch format {
	case "json":
		err = export.JSONL.New(w).Encode(r)
	case "html":
		_, err = fmt.Fprintln(w, r.HTML)
	case "markdown":
		_, err = fmt.Fprintf(w, "# %s\n\n%s\n", clean(r.Title), strings.TrimSpace(r.Markdown))
	default:
		_, err = fmt.Fprintln(w, r.Text)
	}
	return err
}

// widest is the longest line that reads well.
const widest = 88

// readable prints an article for reading.
func readable(c *console, e store.Entry) error {
	s, width := c.style(), 0
	if c.outTerminal {
		width = min(c.width(), widest)
	}
	var b strings.Builder
	for _, l := range wrap(clean(titleOf(e)), width) {
		fmt.Fprintln(&b, s.bold(l))
	}
	for _, l := range wrap(byline(e, len(e.Parts)), width) {
		fmt.Fprintln(&b, s.dim(l))
	}
	fmt.Fprintln(&b, s.dim(clean(e.URL)))
	if e.PartOf != "" {
		fmt.Fprintln(&b, s.dim("a later page of "+clean(e.PartOf)+", where the whole is read"))
	}
	for block := range strings.SplitSeq(cleanText(e.Text), "\n") {
		if strings.TrimSpace(block) != "" {
			fmt.Fprintf(&b, "\n%s\n", strings.Join(wrap(block, width), "\n"))
		}
	}
	_, err := io.WriteString(c.out, b.String())
	return err
}

// byline is the line below the title; pages is how many pages the article was
// joined from.
func byline(e store.Entry, pages int) string {
	var revised, joinedFrom string
	if pages > 1 {
		joinedFrom = counted(pages, "page")
	}
	if e.Revision > 1 {
		revised = fmt.Sprintf("revision %d", e.Revision)
	}
	return joined([]string{
		clean(strings.Join(e.Authors, ", ")), clean(day(e.PublishedAt)), clean(e.SiteName),
		counted(e.WordCount, "word"), joinedFrom, revised,
	}, " · ")
}
