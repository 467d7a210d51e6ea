package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/template"
	"stet/store"
	"stet/store/export"
)

func explainVerb(c *console) *cobra.Command {
	x := explaining{c: c}
	cmd := &cobra.Command{
		Use:   "explain URL|FILE|- [FLAGS]",
		Short: "show what was kept of a page, what was cut, and why",
		Long: `Show a page block by block, in its own order: what is in the article, and what
was cut, by which stage and rule. Above it stand what the page was taken for,
how much of it was kept, and where each field of its metadata came from.

A URL is a page of the archive: the stored bytes its article was read from (of a
page without one, the newest) are read again, and nothing is fetched. A file
(also .gz) or, with -, standard input is any page. With --rules it is read as
the site rules say; so a rule can be tried before the next crawl.

--html writes the same as a report that needs nothing else to be read: one file,
no scripts, in light and dark, fit for print. --find tells for a sentence where
in the page's bytes it stands, be it in the article or not; white space does not
count. Ranges of bytes begin at 0 and end one past the last; they count the
bytes as they are stored, which show --format raw prints.`,
		Example: `stet explain https://example.org/2024/05/story
stet explain example.org/2024/05/story --html story.html
stet explain page.html --json | jq '.blocks[] | select(.kept)'
stet explain example.org/2024/05/story --find "The council agreed"`,
		Annotations: exits(done, failed, misused, full, newer),
		Args:        x.args,
	}
	path := archiveFlag(cmd)
	fs := cmd.Flags()
	fs.StringVar(&x.url, "url", "", "the `URL` a file or standard input came from")
	fs.StringVar(&x.html, "html", "", "write a report to this `FILE`")
	fs.StringVar(&x.find, "find", "", "tell where this `TEXT` stands")
	rulesFlag(fs, &x.rulesDir)
	asJSON := jsonFlag(cmd, "one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		x.archive, x.json = *path, *asJSON
		return x.run(cmd.Context(), args[0])
	}
	return cmd
}

// explaining is one call of the verb.
type explaining struct {
	c                        *console
	archive, url, html, find string
	rulesDir                 string
	json                     bool
}

func (x *explaining) args(cmd *cobra.Command, args []string) error {
	if err := oneArg("URL, file or -")(cmd, args); err != nil {
		return err
	}
	return x.fits(cmd.Flags(), args[0])
}

// fits refuses flags that would do nothing.
func (x *explaining) fits(fs *pflag.FlagSet, source string) error {
	switch inArchive := isAddress(source); {
	case inArchive && x.url != "":
		return usage("--url is for files; %s is a URL already", source)
	case !inArchive && fs.Changed("archive"):
		return usage("--archive is for URLs; %s is a file", sourceName(source))
	case fs.Changed("html") && (fs.Changed("json") || fs.Changed("find")):
		return usage("--html writes a report: --json and --find are for the terminal")
	case fs.Changed("html") && (x.html == "" || x.html == "-"):
		return usage("--html needs the name of a file")
	case fs.Changed("html") && (sameFile(x.html, source) || inArchive && sameFile(x.html, fs.Lookup("archive").Value.String())):
		return usage("--html %s is what is to be explained", x.html)
	case fs.Changed("find") && strings.TrimSpace(x.find) == "":
		return usage("--find needs some text")
	}
	if x.url != "" {
		if _, err := weburl.Parse(x.url); err != nil {
			return usage("--url %q is not a URL: %w", x.url, err)
		}
	}
	return nil
}

// isAddress tells a URL from the name of a file: it has a scheme, or there is
// no such file and it looks like a host with a path.
func isAddress(source string) bool {
	if source == "-" || strings.Contains(source, "://") {
		return source != "-"
	}
	if _, err := os.Stat(source); err == nil {
		return false
	}
	host, _, path := strings.Cut(source, "/")
	return path && strings.Contains(host, ".") && strings.Trim(host, ".") != ""
}

func (x *explaining) run(ctx context.Context, source string) error {
	rules, err := loadRules(x.c, x.rulesDir, false)
	if err != nil {
		return err
	}
	s, err := x.read(ctx, source)
	if err != nil {
		return err
	}
	d := extract.New(extract.Config{Explain: true, Rules: rules}).Extract(s.page)
	if x.find != "" {
		return x.tellFound(d, s.page)
	}
	r := newReport(s, d)
	switch {
	case x.json:
		return jsonLines(x.c.foreign()).Encode(r)
	case x.html != "":
		return x.writeHTML(r)
	}
	return printReport(x.c, r)
}

// studied is a page that is explained, and what is known of its bytes.
type studied struct {
	page       extract.Page
	capturedAt time.Time // zero for a file
	truncated  string    // why the bytes are not whole
	archived   string    // the text of the article in the archive
	partOf     string    // the first page of the article it is a later page of
	pages      int       // that the archive's article was joined from, 0 for one
}

func (x *explaining) read(ctx context.Context, source string) (studied, error) {
	if !isAddress(source) {
		one := extraction{c: x.c, url: x.url}
		p, err := one.page(ctx, source)
		return studied{page: p}, err
	}
	st, err := openToRead(ctx, x.archive)
	if err != nil {
		return studied{}, err
	}
	defer st.Close() // only read from
	s, err := findPage(ctx, st, source, func(a address) (studied, error) { return study(ctx, st, a.key) })
	if errors.Is(err, store.ErrNotFound) {
		hint := hintOf(err)
		if hint != "" {
			hint += "; "
		}
		return s, hinted(err, "%sstet extract %s asks the web for it", hint, shellWord(source))
	}
	return s, err
}

// study reads the stored bytes of a page.
func study(ctx context.Context, st store.Store, key string) (studied, error) {
	capture, err := sourceOf(ctx, st, key)
	if err != nil {
		return studied{}, err
	}
	if capture.Encoded {
		return studied{}, fmt.Errorf("%s: its bytes are kept as they came, in the coding %q, and cannot be read", capture.URL, capture.ResponseHeader.Get("Content-Encoding"))
	}
	s := studied{page: pageOf(capture), capturedAt: capture.CapturedAt, truncated: capture.Truncated}
	e, err := st.Entry(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return s, err
	}
	s.archived, s.partOf, s.pages = e.Text, e.PartOf, len(e.Parts)
	if e.TemplatePages == 0 {
		return s, nil
	}
	kept, err := st.Template(ctx, e.Site, e.TemplatePages)
	if err != nil {
		return s, err
	}
	s.page.Template, err = template.Read(kept.Site, kept.Template)
	return s, err
}

// sourceOf gives the answer that the article of a page was read from, or the newest
// of a page without one.
func sourceOf(ctx context.Context, st store.Store, key string) (store.Capture, error) {
	capture, err := st.Source(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return st.Body(ctx, key)
	}
	return capture, err
}

// pageOf is a capture as the crawl gave it to the extractor.
func pageOf(c store.Capture) extract.Page {
	return extract.Page{
		URL: c.URL, Status: c.Status, Header: c.ResponseHeader, Body: c.Body,
		FetchedAt: c.CapturedAt.UTC().Format(time.DateOnly),
	}
}

func (x *explaining) writeHTML(r *report) error {
	if err := export.ToFile(x.html, r.html); err != nil {
		return fmt.Errorf("write %s: %w", x.html, withoutPath(err))
	}
	_, err := fmt.Fprintf(x.c.err, "stet: the report is in %s\n", clean(x.html))
	return err
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
