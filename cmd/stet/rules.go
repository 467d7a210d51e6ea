package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/siterule"
	"stet/store"
)

func rulesVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules check|test …",
		Short: "check and test rules written per site",
		Long: `Check and test site rules: files that say where on a site's pages the story
stands, and what in it is none. stet crawl and stet extract follow them with
--rules DIR.

The format is that of the FiveFilters collection of site patterns, one text file
a site. example.org.txt is for example.org and www.example.org, .example.org.txt
for its other subdomains, global.txt is added to all:

  # The Example
  title: //h1[@class='headline']
  author: //a[@rel='author']
  body: //div[@class='story']
  strip: //div[contains(@class, 'promo')]
  strip_id_or_class: newsletter
  test_url: https://example.org/2024/05/story
  test_contains: the first sentence of that story

A line that cannot be read is left out, and the rest of its file works. What a
rule's body does not find is looked for in the ordinary way, unless the rule
says autodetect_on_failure: no. No one logs in, and no header is sent, for a
rule.

The page that next_page_link finds is joined to the one before where a crawl
has kept it too; what single_page_link finds stays an article of its own.

A crawl follows a rule on the pages that it keeps from then on; what was kept
before, and has not changed, stays as it was read. stet explain URL --rules DIR
shows what a rule does to a page that is kept already.`,
		Example:     "stet rules check rules/\nstet rules test rules/ --archive archive.db\nstet extract page.html --url https://example.org/story --rules rules/",
		Annotations: exits(done, failed, misused, newer, interrupted),
		Args: func(cmd *cobra.Command, args []string) error {
			word := "nothing"
			if len(args) > 0 {
				word = fmt.Sprintf("%q", args[0])
			}
			return &fault{status: misused, err: fmt.Errorf("rules needs check or test, got %s", word), hint: "stet help rules explains both"}
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args has refused it
	}
	for _, sub := range []*cobra.Command{rulesCheckVerb(c), rulesTestVerb(c)} {
		sub.Flags().SortFlags = false
		cmd.AddCommand(sub)
	}
	return cmd
}

func rulesCheckVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check DIR|FILE… [FLAGS]",
		Short: "report the lines of site rules that cannot be read",
		Long: `Report every line of the given rules that cannot be read, one a line, with its
file and number: unknown directives, expressions that are no XPath, a
find_string without its replace_string. Of a folder the files that end in .txt
are read.

--ignored also lists the lines that are read but not acted upon, such as those
for logging in; they are no fault.`,
		Example:     "stet rules check rules/\nstet rules check rules/example.org.txt --json",
		Annotations: exits(done, failed, misused),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("check needs a folder or a file")
			}
			return nil
		},
	}
	ignored := cmd.Flags().Bool("ignored", false, "list also what is not acted upon")
	asJSON := jsonFlag(cmd, "one JSON object a line that cannot be read")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		k := ruleCheck{c: c, ignored: *ignored, asJSON: *asJSON}
		for _, path := range args {
			if err := k.path(path); err != nil {
				return err
			}
		}
		return k.end()
	}
	return cmd
}

// ruleCheck is one call of rules check.
type ruleCheck struct {
	c               *console
	ignored, asJSON bool
	files, problems int
}

func (k *ruleCheck) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return usage("%s: %w", path, withoutPath(err))
	}
	if info.IsDir() {
		rules, problems, err := siterule.Load(os.DirFS(path))
		if err != nil {
			return fmt.Errorf("read the rules in %s: %w", path, pathIn(err))
		}
		return k.report(path, rules.All(), problems)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, withoutPath(err))
	}
	defer f.Close() // only read from
	r, problems := siterule.Parse(filepath.Base(path), f)
	return k.report(filepath.Dir(path), []*siterule.Rule{r}, problems)
}

// report prints the problems of the rules in a folder, file by file.
func (k *ruleCheck) report(folder string, rules []*siterule.Rule, problems []siterule.Problem) error {
	by := map[string][]siterule.Problem{}
	for _, p := range problems {
		by[p.File] = append(by[p.File], p)
	}
	for _, r := range rules {
		k.files++
		wrong := append(by[r.Name], r.Check()...)
		k.problems += len(wrong)
		if err := k.print(folder, wrong, false); err != nil {
			return err
		}
		if k.ignored {
			if err := k.print(folder, r.Ignored, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// ruleProblem is a line of the output.
type ruleProblem struct {
	siterule.Problem
	Ignored bool `json:"ignored,omitempty"`
}

func (k *ruleCheck) print(folder string, problems []siterule.Problem, ignored bool) error {
	enc, s := jsonLines(k.c.foreign()), k.c.style()
	for _, p := range problems {
		p.File = filepath.Join(folder, p.File)
		if k.asJSON {
			if err := enc.Encode(ruleProblem{p, ignored}); err != nil {
				return err
			}
			continue
		}
		text := clean(p.String())
		if ignored {
			text = s.dim("not acted upon: " + text)
		}
		if _, err := fmt.Fprintln(k.c.out, text); err != nil {
			return err
		}
	}
	return nil
}

func (k *ruleCheck) end() error {
	if k.problems > 0 {
		return hinted(fmt.Errorf("%s of %s cannot be read", counted(k.problems, "line"), counted(k.files, "file")),
			"they are left out; the rest of each file works")
	}
	if !k.asJSON {
		fmt.Fprintf(k.c.out, "ok  %s\n", counted(k.files, "file"))
	}
	return nil
}

func rulesTestVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test DIR [FLAGS]",
		Short: "run the tests of site rules on pages of an archive",
		Long: `Run the tests that site rules bring along (test_url and test_contains) on the
pages as the archive holds them; nothing is fetched. A rule has passed if on
each of its pages that was kept it finds the story, with all that the story must
contain.`,
		Example:     "stet rules test rules/ --archive archive.db\nstet rules test rules/ --json | jq -r 'select(.result == \"failed\") | .file'",
		Annotations: exits(done, failed, misused, newer, interrupted),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("test needs one folder, got %d", len(args))
			}
			return nil
		},
	}
	path := archiveFlag(cmd)
	asJSON := jsonFlag(cmd, "one JSON object a rule")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		rules, err := loadRules(c, args[0], true)
		if err != nil {
			return err
		}
		st, err := openToRead(ctx, *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		return testRules(ctx, c, st, rules, *asJSON)
	}
	return cmd
}

// The results of a rule's tests.
const (
	rulePassed    = "passed"
	ruleFailed    = "failed"
	ruleNoCapture = "no capture"
)

// ruleResult is what the tests of one rule gave.
type ruleResult struct {
	File   string      `json:"file"`
	Result string      `json:"result"`
	Pages  int         `json:"pages"` // of its test_urls, those that were kept
	Faults []ruleFault `json:"faults,omitempty"`
	tests  int
}

// ruleFault is what was wrong with one page.
type ruleFault struct {
	Line    int      `json:"line"`
	URL     string   `json:"url"`
	Reason  string   `json:"reason"`
	Missing []string `json:"missing,omitempty"`
}

func testRules(ctx context.Context, c *console, st store.Store, rules *siterule.Rules, asJSON bool) error {
	enc, s, bad, all := jsonLines(c.foreign()), c.style(), 0, 0
	for _, r := range rules.All() {
		if len(r.Tests) == 0 {
			continue
		}
		res, err := testRule(ctx, st, rules, r)
		if err != nil {
			return err
		}
		all++
		if res.Result == ruleFailed {
			bad++
		}
		if asJSON {
			err = enc.Encode(res)
		} else {
			err = res.print(c, s)
		}
		if err != nil {
			return err
		}
	}
	if all == 0 && !asJSON {
		fmt.Fprintln(c.err, "stet: no rule in this folder has a test: test_url and test_contains make one")
	}
	if bad > 0 {
		return fmt.Errorf("%s of %s failed", counted(bad, "rule"), counted(all, "rule"))
	}
	return nil
}

func (res *ruleResult) print(c *console, s style) error {
	verdict, detail := "passed", counted(res.Pages, "page")
	switch res.Result {
	case ruleFailed:
		verdict = s.red("FAILED")
	case ruleNoCapture:
		verdict, detail = s.dim("-     "), "no capture of "+counted(res.tests, "test page")
	}
	if _, err := fmt.Fprintf(c.out, "%s  %s  %s\n", verdict, clean(res.File), detail); err != nil {
		return err
	}
	for _, f := range res.Faults {
		if _, err := fmt.Fprintf(c.out, "        line %d: %s: %s\n", f.Line, clean(f.URL), clean(f.Reason)); err != nil {
			return err
		}
		for _, m := range f.Missing {
			if _, err := fmt.Fprintf(c.out, "          lacks %q\n", clean(m)); err != nil {
				return err
			}
		}
	}
	return nil
}

// testRule runs the tests of one rule on what was kept. The rule is followed
// also where a test page is on a host that another rule is for.
func testRule(ctx context.Context, st store.Store, rules *siterule.Rules, r *siterule.Rule) (ruleResult, error) {
	res := ruleResult{File: r.Name, Result: ruleNoCapture, tests: len(r.Tests)}
	x := extract.New(extract.Config{Rules: rules.Only(r)})
	for _, t := range r.Tests {
		capture, err := testPage(ctx, st, t.URL)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return res, err
		}
		res.Pages++
		if f := judgeTest(x, r, t, capture); f != nil {
			res.Faults = append(res.Faults, *f)
		}
	}
	switch {
	case len(res.Faults) > 0:
		res.Result = ruleFailed
	case res.Pages > 0:
		res.Result = rulePassed
	}
	return res, nil
}

// testPage finds the capture of a test page: under http where the rule is older
// than the site's https, and where it was moved to.
func testPage(ctx context.Context, st store.Store, raw string) (store.Capture, error) {
	for range 5 {
		capture, err := anyScheme(ctx, st, raw)
		if err != nil || capture.Status < 300 || capture.Status >= 400 {
			return capture, err
		}
		base, err := weburl.Parse(capture.URL)
		if err != nil {
			return capture, store.ErrNotFound
		}
		to, err := base.Resolve(capture.ResponseHeader.Get("Location"))
		if err != nil || !to.IsHTTP() {
			return capture, store.ErrNotFound
		}
		raw = to.String()
	}
	return store.Capture{}, store.ErrNotFound
}

func anyScheme(ctx context.Context, st store.Store, raw string) (store.Capture, error) {
	rest := withoutScheme(raw)
	if rest == "" {
		return store.Capture{}, store.ErrNotFound // no address
	}
	for _, try := range []string{raw, "https://" + rest, "http://" + rest} {
		u, err := weburl.Parse(try)
		if err != nil || !u.IsHTTP() {
			continue
		}
		capture, err := st.Body(ctx, u.Key())
		if !errors.Is(err, store.ErrNotFound) {
			return capture, err
		}
	}
	return store.Capture{}, store.ErrNotFound
}

// judgeTest says what is wrong with a page as its rule reads it, nil if nothing.
func judgeTest(x *extract.Extractor, r *siterule.Rule, t siterule.Test, capture store.Capture) *ruleFault {
	f := ruleFault{Line: t.Line, URL: t.URL}
	if capture.Truncated != "" || capture.Encoded {
		f.Reason = "the capture is not whole"
		return &f
	}
	d := x.Extract(extract.Page{
		URL: capture.URL, Status: capture.Status, Header: capture.ResponseHeader, Body: capture.Body,
	})
	if d.Article == nil {
		f.Reason = "no article but " + aKind(string(d.Kind)) + ": " + d.Reason
		return &f
	}
	text := strings.Join(strings.Fields(d.Article.Text), " ")
	for _, want := range t.Contains {
		if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
			f.Missing = append(f.Missing, want)
		}
	}
	switch {
	case r.HasBody() && d.BodyRule == "":
		f.Reason = d.Reason
	case len(f.Missing) > 0:
		f.Reason = fmt.Sprintf("the story, %d characters, is not whole", len([]rune(d.Article.Text)))
	default:
		return nil
	}
	return &f
}

// rulesFlag adds --rules to a verb.
func rulesFlag(fs *pflag.FlagSet, dir *string) {
	fs.StringVar(dir, "rules", "", "follow the site rules in this `DIR`; stet help rules explains them")
}

// loadRules reads the rules in a folder, nil if none is named. Lines that
// cannot be read are no error: they are counted on standard error.
func loadRules(c *console, dir string, quiet bool) (*siterule.Rules, error) {
	if dir == "" {
		return nil, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, usage("the rules in %s: %w", dir, withoutPath(err))
	}
	if !info.IsDir() {
		return nil, usage("the rules in %s: it is not a folder", dir)
	}
	rules, problems, err := siterule.Load(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("read the rules in %s: %w", dir, pathIn(err))
	}
	if len(rules.All()) == 0 && !quiet {
		fmt.Fprintf(c.err, "stet: there are no rules in %s: they are files such as example.org.txt\n", clean(dir))
	}
	if len(problems) > 0 && !quiet {
		fmt.Fprintf(c.err, "stet: %s of the site rules cannot be read; stet rules check %s tells which\n", counted(len(problems), "line"), clean(dir))
	}
	return rules, nil
}

// pathIn keeps the path of an error within the folder.
func pathIn(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
