package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/siterule"
	"stet/store"
	"stet/store/export"
)

func extractVerb(c *console) *cobra.Command {
	formats := append(slices.Clone(articleFormats), "cuts")
	x := extraction{c: c}
	cmd := &cobra.Command{
		Use:   "extract FILE|URL|- [FLAGS]",
		Short: "print the article of one page",
		Long: `Print the article of a page: a file (also .gz), a URL, or with - standard input.
Nothing is kept. A URL is fetched as crawl would, robots.txt included.

--format cuts lists instead what was taken away from the page, and by which
rule. A page that is no article is an error that says what it is; with --format
json it is printed all the same, with its kind.

With --batch it reads JSON lines {"id", "url", "html_path"} from standard input
and writes {"id", "text", "title", "authors", "author", "date", "language",
"links", "kind"} a line, in the same order, on all cores. html_path may be .gz.
A line that cannot be done gives {"id", "error"} and exit status 3 at the end.

--learn reads the list twice: first it learns what the pages of each site
repeat, as a crawl does, and then cuts it. It needs three articles of a site;
lines without a "url" count as one.`,
		Example: `stet extract page.html --url https://example.org/2024/05/story
stet extract https://example.org/2024/05/story --format markdown
curl -s https://example.org/story | stet extract - --format json
stet extract --batch < pages.jsonl > articles.jsonl
stet extract --batch --learn < one-site.jsonl > articles.jsonl`,
		Annotations: exits(done, failed, misused, partly, interrupted),
		Args:        x.args,
	}
	fs := cmd.Flags()
	fs.StringVar(&x.format, "format", "text", "`FORMAT`: "+strings.Join(formats, ", "))
	fs.StringVar(&x.url, "url", "", "the `URL` a file or standard input came from")
	rulesFlag(fs, &x.rulesDir)
	fs.BoolVar(&x.batch, "batch", false, "extract the pages listed on standard input")
	fs.IntVar(&x.workers, "workers", 0, "with --batch work on `N` pages at once (default all cores)")
	fs.BoolVar(&x.learn, "learn", false, "with --batch cut what the pages of each site repeat")
	complete(cmd, "format", formats)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(formats, x.format) {
			return usage("--format %q is none of %s", x.format, strings.Join(formats, ", "))
		}
		rules, err := loadRules(c, x.rulesDir, false)
		if err != nil {
			return err
		}
		x.rules = rules
		if x.batch {
			return batch(cmd.Context(), c, x.workers, extract.Config{Rules: rules}, x.learn)
		}
		return x.one(cmd.Context(), args[0])
	}
	return cmd
}

// extraction is one call of the verb.
type extraction struct {
	c           *console
	format, url string
	rulesDir    string
	rules       *siterule.Rules
	batch       bool
	learn       bool
	workers     int
}

func (x *extraction) args(cmd *cobra.Command, args []string) error {
	if err := checkWorkers(x.workers); err != nil {
		return err
	}
	if err := x.fits(cmd.Flags()); err != nil {
		return err
	}
	if x.batch && len(args) > 0 {
		return &fault{status: misused, err: fmt.Errorf("with --batch the pages are listed on standard input, got the argument %q", args[0]),
			hint: "stet extract --batch < pages.jsonl"}
	}
	if x.batch {
		return nil
	}
	if x.url != "" {
		if _, err := weburl.Parse(x.url); err != nil {
			return usage("--url %q is not a URL: %w", x.url, err)
		}
	}
	return oneArg("file, URL or -")(cmd, args)
}

// fits refuses flags that would do nothing.
func (x *extraction) fits(fs *pflag.FlagSet) error {
	for _, name := range []string{"workers", "learn"} {
		if !x.batch && fs.Changed(name) {
			return usage("--%s is for --batch", name)
		}
	}
	for _, name := range []string{"format", "url"} {
		if x.batch && fs.Changed(name) {
			return usage("--%s is for one page: --batch writes JSON lines, and reads each URL from its line", name)
		}
	}
	return nil
}

// one prints the article of one page.
func (x *extraction) one(ctx context.Context, source string) error {
	p, err := x.page(ctx, source)
	if err != nil {
		return err
	}
	d := extract.New(extract.Config{Explain: x.format == "cuts", Rules: x.rules}).Extract(p)
	switch {
	case x.format == "cuts":
		return printCuts(x.c, d.Cuts())
	case d.Article == nil && x.format != "json":
		return fmt.Errorf("%s is no article but %s: %s", sourceName(source), aKind(string(d.Kind)), d.Reason)
	}
	r, err := recordOf(p, d)
	if err != nil {
		return err
	}
	return printArticle(x.c.foreign(), &r, x.format)
}

// sourceName is how a source is spoken of.
func sourceName(source string) string {
	if source == "-" {
		return "standard input"
	}
	return source
}

// recordOf gives what the archive would hold of the page.
func recordOf(p extract.Page, d *extract.Document) (export.Record, error) {
	e := store.Entry{Kind: string(d.Kind), Status: p.Status, Extractor: extract.Version}
	if d.Article == nil {
		e.URL, e.Title, e.Language, e.CanonicalURL = d.URL, d.Title, d.Language, d.Canonical
		return export.NewRecord(e, nil)
	}
	e.Article = *d.Article
	return export.NewRecord(e, export.Choose(d.Links, export.LinksBody))
}

func (x *extraction) page(ctx context.Context, source string) (extract.Page, error) {
	switch {
	case source == "-":
		body, err := readLimited(x.c.in)
		if err != nil {
			return extract.Page{}, fmt.Errorf("read standard input: %w", err)
		}
		return extract.Page{URL: x.url, Body: body}, nil
	case strings.Contains(source, "://"):
		if x.url != "" {
			return extract.Page{}, usage("--url is for files; %s is a URL already", source)
		}
		return fetchPage(ctx, source)
	}
	body, err := readPage(source)
	if errors.Is(err, os.ErrNotExist) {
		return extract.Page{}, hinted(fmt.Errorf("%s: no such file", source), "a URL begins with https:// or http://")
	}
	if err != nil {
		return extract.Page{}, fmt.Errorf("read %s: %w", source, withoutPath(err))
	}
	return extract.Page{URL: x.url, Body: body}, nil
}

// pageLimit is the largest page that is read from a file: twice what a crawl
// keeps of a page by default.
const pageLimit = 64 << 20

// readPage reads the page in a file, decompressed if its name ends in .gz.
func readPage(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	if !strings.HasSuffix(path, ".gz") {
		return readLimited(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.New("it is no gzip file")
	}
	return readLimited(z)
}

func readLimited(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, pageLimit+1))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file is cut short")
	}
	if err == nil && len(body) > pageLimit {
		err = fmt.Errorf("larger than %s", size(pageLimit))
	}
	return body, err
}

// printCuts lists what was taken away, a block each: the rule, where it stood
// and how it began.
func printCuts(c *console, cuts []extract.Cut) error {
	s, width := c.style(), 80
	if c.outTerminal {
		width = c.width()
	}
	for _, x := range cuts {
		text := clean(x.Text)
		if begins := firstRunes(text, 200); begins != text {
			text = begins + " …"
		}
		lines := append([]string{cut(clean(x.Path), width-4)}, wrap(text, width-4)...)
		lines[0] = s.dim(lines[0])
		_, err := fmt.Fprintf(c.out, "%s  %s\n    %s\n", s.bold(clean(x.Stage+": "+x.Rule)),
			s.dim(counted(x.Chars, "character")), strings.Join(lines, "\n    "))
		if err != nil {
			return err
		}
	}
	return nil
}

// firstRunes gives at most the first n characters of s.
func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
