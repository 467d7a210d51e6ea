package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stet/extract"
	"stet/store"
)

// withText asks for every kind of page that carries a text.
const withText = "text"

// kinds are the kinds of page a filter may ask for.
var kinds = []string{
	withText, string(extract.KindArticle), string(extract.KindForum), string(extract.KindLiveBlog), string(extract.KindDocumentation),
	string(extract.KindList), string(extract.KindHome), string(extract.KindSoft404), string(extract.KindLogin), string(extract.KindPaywall), string(extract.KindConsent),
	string(extract.KindChallenge), string(extract.KindShell), string(extract.KindError),
	string(extract.KindEmpty), string(extract.KindBinary), string(extract.KindOther), "any",
}

// filterFlags adds the filters that all listing verbs share.
func filterFlags(cmd *cobra.Command) *store.Filter {
	f := new(store.Filter)
	fs := cmd.Flags()
	fs.StringVar(&f.Site, "site", "", "only this `SITE`: a domain with all its hosts, or one host")
	fs.StringVar(&f.Language, "language", "", "only this `LANGUAGE`; zh also finds zh-Hans")
	fs.StringVar(&f.After, "after", "", "only published on or after this `DAY` (2024-05-31, 2024-05 or 2024)")
	fs.StringVar(&f.Before, "before", "", "only published before this `DAY`")
	fs.StringVar(&f.Kind, "kind", withText, "only this `KIND` of page: "+strings.Join(kinds, ", ")+"; text means the four with a text: article, forum, live-blog, documentation")
	fs.IntVar(&f.Limit, "limit", 0, "at most `N` pages; 0 for all")
	group(fs, "Which pages", "site", "language", "after", "before", "kind", "limit")
	complete(cmd, "kind", kinds)
	return f
}

// jsonFlag adds --json.
func jsonFlag(cmd *cobra.Command, what string) *bool {
	return cmd.Flags().Bool("json", false, "print "+what)
}

// complete lets the shell complete a flag from a list.
func complete(cmd *cobra.Command, flag string, values []string) {
	// The error says only that the flag does not exist, which a test of the
	// help would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// languageForm is the beginning of a BCP 47 tag.
var languageForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// checkFilter completes a filter, or says what is wrong with it.
func checkFilter(f *store.Filter) error {
	if !slices.Contains(kinds, f.Kind) {
		return usage("--kind %q is none of %s", f.Kind, strings.Join(kinds, ", "))
	}
	if f.Kind == withText {
		f.Kind = ""
	}
	if f.Language != "" && !languageForm.MatchString(f.Language) {
		return usage("--language %q is not a language such as en or zh-Hans", f.Language)
	}
	if err := checkCount("limit", f.Limit); err != nil {
		return err
	}
	if strings.ContainsAny(f.Site, "/ ") {
		return usage("--site %q is not a domain or host such as example.org", f.Site)
	}
	f.Site = strings.ToLower(f.Site)
	for _, d := range []struct {
		flag string
		day  *string
	}{{"--after", &f.After}, {"--before", &f.Before}} {
		full, err := wholeDay(*d.day)
		if err != nil {
			return usage("%s %w", d.flag, err)
		}
		*d.day = full
	}
	if f.After != "" && f.Before != "" && f.After >= f.Before {
		return usage("--after %s and --before %s leave no day between them", f.After, f.Before)
	}
	return nil
}

// wholeDay completes a year or month to its first day.
func wholeDay(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	for _, form := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Format("2006-01-02"), nil
		}
	}
	return "", fmt.Errorf("%q is not a day such as 2024-05-31, 2024-05 or 2024", s)
}

// jsonLines writes one JSON object a line.
func jsonLines(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
