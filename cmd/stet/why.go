package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stet/crawler"
	"stet/crawler/robots"
	"stet/crawler/weburl"
	"stet/extract"
	"stet/store"
)

func whyVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why URL [FLAGS]",
		Short: "tell every decision about one URL",
		Long: `Tell what became of a URL and why: where it was found, whether it is in the
scope of the crawl, which line of robots.txt applied, each visit and what came
of it, whether an article was kept, and its revisions.

It also answers for a URL that was never visited, if a page links to it: why
the link was not followed.`,
		Example:     "stet why https://example.org/2024/05/story\nstet why example.org/private/ --json",
		Annotations: exits(done, failed, misused, newer),
		Args:        oneArg("URL"),
	}
	path := archiveFlag(cmd)
	asJSON := jsonFlag(cmd, "one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		st, err := openToRead(ctx, *path)
		if err != nil {
			return err
		}
		defer st.Close() // only read from
		t, err := trace(ctx, st, args[0])
		if err != nil {
			return err
		}
		story := newStory(ctx, st, t)
		if *asJSON {
			return jsonLines(c.foreign()).Encode(story)
		}
		tellStory(c, story)
		return nil
	}
	return cmd
}

// trace finds the trace of a URL. A target comes before a link that was not
// followed, and that before one of which no more is known.
func trace(ctx context.Context, st store.Store, raw string) (store.Trace, error) {
	tries, err := addresses(raw)
	if err != nil {
		return store.Trace{}, err
	}
	var other store.Trace
	for _, a := range tries {
		t, err := st.Trace(ctx, a.key, a.url)
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return t, fmt.Errorf("trace %s: %w", a.url, err)
		case t.TargetID != 0:
			return t, nil
		case other.URL == "" || len(other.Refused) < len(t.Refused):
			other = t
		}
	}
	if other.URL != "" {
		return other, nil
	}
	return other, missing(ctx, st, raw, tries)
}

// story is what why tells, in the order it tells it.
type story struct {
	URL       string         `json:"url"`
	State     store.State    `json:"state,omitempty"` // empty: never a target; Reason says why it was not followed
	Reason    string         `json:"reason,omitempty"`
	Found     foundStory     `json:"found"`
	Scope     verdict        `json:"scope"`
	Robots    verdict        `json:"robots"`
	Visits    []visitStory   `json:"visits"`
	Revisions []revisedStory `json:"revisions"`
	PartOf    string         `json:"part_of,omitempty"` // the first page of its article
	Pages     []string       `json:"pages,omitempty"`   // of its article, if there are several
	DueAt     time.Time      `json:"due_at,omitzero"`
	Attempts  int            `json:"attempts,omitempty"`
	LinkedBy  []string       `json:"linked_by"`
	Refused   []refusedStory `json:"refused"`
}

// refusedStory is the first time that a job did not follow a link to the URL.
type refusedStory struct {
	foundStory
	Reason string `json:"reason"`
}

type foundStory struct {
	On    string    `json:"on,omitempty"`
	Via   string    `json:"via,omitempty"`
	Depth int       `json:"depth"`
	At    time.Time `json:"at,omitzero"`
	Job   string    `json:"job,omitempty"`
}

// verdict is one decision; Allowed is nil where none was made.
type verdict struct {
	Allowed *bool     `json:"allowed"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at,omitzero"`
}

type visitStory struct {
	Run       int64       `json:"run"`
	At        time.Time   `json:"at"`
	TookMS    int64       `json:"took_ms"`
	Status    int         `json:"status,omitempty"`
	State     store.State `json:"state"`
	Reason    string      `json:"reason,omitempty"`
	Bytes     int64       `json:"bytes"`
	MediaType string      `json:"media_type,omitempty"`
	Digest    string      `json:"content_digest,omitempty"`
	Truncated string      `json:"truncated,omitempty"`
	Kind      string      `json:"kind,omitempty"`
	KindWhy   string      `json:"kind_reason,omitempty"`
}

type revisedStory struct {
	Number     int       `json:"revision"`
	At         time.Time `json:"captured_at"`
	Title      string    `json:"title,omitempty"`
	TextDigest string    `json:"text_digest"`
	Extractor  string    `json:"extractor"`
}

func newStory(ctx context.Context, st store.Store, t store.Trace) story {
	s := story{
		URL: t.URL, State: t.State, Reason: t.Reason, DueAt: t.DueAt, Attempts: t.Attempts,
		Found:  foundStory{On: t.FoundOn, Via: t.Via, Depth: t.Depth, At: t.FoundAt, Job: t.Job},
		Visits: []visitStory{}, Revisions: []revisedStory{}, LinkedBy: append([]string{}, t.LinkedBy...),
		Refused: []refusedStory{}, PartOf: t.PartOf, Pages: t.Parts,
	}
	for _, r := range t.Refused {
		s.Refused = append(s.Refused, refusedStory{foundStory{r.FoundOn, r.Via, r.Depth, r.FoundAt.UTC(), r.Job}, r.Reason})
	}
	if t.TargetID == 0 && len(s.Refused) > 0 {
		s.Found, s.Reason = s.Refused[0].foundStory, s.Refused[0].Reason
	}
	s.Scope = scopeVerdict(ctx, st, t)
	s.Robots = robotsVerdict(t)
	for _, v := range t.Visits {
		s.Visits = append(s.Visits, visitStory{v.Run, v.Started.UTC(), v.Took.Milliseconds(), v.Status, v.State,
			v.Reason, v.Bytes, v.MediaType, v.Digest, v.Truncated, v.Kind, v.KindWhy})
	}
	for _, r := range t.Revisions {
		s.Revisions = append(s.Revisions, revisedStory{r.Number, r.CapturedAt.UTC(), r.Title, r.TextDigest, r.Extractor})
	}
	return s
}

// scopeVerdict says whether the job follows the URL, and by which rule. For a
// URL that is no target it asks the job that refused it, or that of the page
// that links to it.
func scopeVerdict(ctx context.Context, st store.Store, t store.Trace) verdict {
	config, depth, refused := t.JobConfig, t.Depth, ""
	switch {
	case t.TargetID != 0:
	case len(t.Refused) > 0:
		r := t.Refused[0]
		config, depth, refused = r.JobConfig, r.Depth, r.Reason
	case len(t.LinkedBy) > 0:
		if from, err := st.Trace(ctx, weburl.Key(t.LinkedBy[0]), t.LinkedBy[0]); err == nil {
			config, depth = from.JobConfig, from.Depth+1
		}
	}
	if t.Via == "seed" {
		return judged(true, "it is a seed")
	}
	var cfg crawler.Config
	if config == "" || json.Unmarshal([]byte(config), &cfg) != nil {
		return verdict{Reason: "the job is not known"}
	}
	u, err := weburl.Parse(t.URL)
	if err != nil {
		return verdict{Reason: "not a URL: " + err.Error()}
	}
	bounds, err := crawler.NewBounds(cfg)
	if err != nil {
		return verdict{Reason: "the job cannot be read: " + err.Error()}
	}
	in, why := bounds.Follow(u, depth)
	switch {
	case in:
		return judged(true, "it is within "+boundsInWords(cfg))
	case t.TargetID != 0 && !refusedSince(t, why):
		// Found by a rule the seeds alone do not show.
		return judged(true, "a seed redirects to its site")
	}
	return judged(false, cmp.Or(refused, why))
}

// refusedSince says whether the job of a target has refused it for that reason
// after it was found: its bounds were drawn closer.
func refusedSince(t store.Trace, why string) bool {
	return slices.ContainsFunc(t.Refused, func(r store.RefusalRow) bool {
		return r.Job == t.Job && r.Reason == why && r.FoundAt.After(t.FoundAt)
	})
}

func judged(allowed bool, reason string) verdict { return verdict{Allowed: &allowed, Reason: reason} }

func boundsInWords(cfg crawler.Config) string {
	text := "the scope (" + string(cfg.Scope) + ")"
	if cfg.Depth != nil {
		text += fmt.Sprintf(" and the depth of %d", *cfg.Depth)
	}
	if len(cfg.Include) > 0 {
		text += ", matches an include expression"
	}
	if len(cfg.Exclude) > 0 {
		text += ", matches no exclude expression"
	}
	return text
}

// robotsVerdict says what robots.txt says of the URL, and on which line.
func robotsVerdict(t store.Trace) verdict {
	r := t.Robots
	if r == nil {
		return verdict{Reason: "robots.txt was not asked"}
	}
	v := verdict{At: r.FetchedAt.UTC()}
	if r.Verdict != "rules" {
		open := r.Verdict == "allow-all"
		v.Allowed, v.Reason = &open, r.Reason
		return v
	}
	allowed, rule := robots.Parse(r.Body).Match(crawler.Product, t.URL)
	v.Allowed = &allowed
	v.Reason = "no line of robots.txt speaks of it"
	if rule.Line > 0 {
		v.Reason = fmt.Sprintf("robots.txt line %d: %s", rule.Line, rule.Text)
	}
	return v
}

// tellStory prints a story.
func tellStory(c *console, s story) {
	st := c.style()
	tell := func(what, format string, args ...any) {
		fmt.Fprintf(c.out, "%s%s\n", st.dim(fmt.Sprintf("%-10s", what)), fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(c.out, "%s\n", st.bold(clean(s.URL)))
	tell("Now", "%s", stateInWords(s))
	tell("Found", "%s", foundInWords(s))
	tell("Scope", "%s", verdictInWords(s.Scope, "in: ", "out: "))
	tell("Robots", "%s", verdictInWords(s.Robots, "allowed: ", "closed: "))
	for _, v := range s.Visits {
		tell("Visit", "%s", visitInWords(v))
		if v.Kind != "" {
			tell("", "%s", keptInWords(v))
		}
	}
	for _, r := range s.Revisions {
		tell("Revision", "%d, %s: %s", r.Number, when(r.At), clean(r.Title))
	}
	if s.PartOf != "" {
		tell("Part of", "%s, where the whole article is read", clean(s.PartOf))
	}
	for i, u := range s.Pages {
		what := ""
		if i == 0 {
			what = "Pages"
		}
		tell(what, "%s", clean(u))
	}
	if !s.DueAt.IsZero() {
		tell("Next", "to be visited %s", when(s.DueAt))
	}
	if s.State != "" || len(s.Refused) > 1 {
		for _, r := range s.Refused {
			tell("Refused", "%s: %s", whereInWords(r.foundStory), clean(r.Reason))
		}
	}
	for i, u := range s.LinkedBy {
		what := ""
		if i == 0 {
			what = "Linked by"
		}
		tell(what, "%s", clean(u))
	}
}

func stateInWords(s story) string {
	text := map[store.State]string{
		"":                    "never visited",
		store.StateDiscovered: "waiting to be visited",
		store.StateClaimed:    "being visited",
		store.StateFetched:    "kept",
		store.StateUnchanged:  "kept; unchanged when last asked",
		store.StateRedirected: "leads elsewhere",
		store.StateExcluded:   "not asked for",
		store.StateFailed:     "given up",
		store.StateGone:       "gone",
	}[s.State]
	if text == "" {
		text = string(s.State)
	}
	if s.State == "" && len(s.Refused) > 0 {
		text = "not followed"
	}
	if s.Reason != "" {
		text += ": " + clean(s.Reason)
	}
	return text
}

func foundInWords(s story) string {
	f := s.Found
	if f.At.IsZero() && f.Via == "" {
		return "only as a link"
	}
	return whereInWords(f)
}

func whereInWords(f foundStory) string {
	text := when(f.At)
	switch {
	case f.Via == "seed":
		text += " as a seed"
	case f.On != "":
		text += " on " + clean(f.On) + " (" + clean(f.Via) + ", " + counted(f.Depth, "step") + " from a seed)"
	default:
		text += " by " + clean(f.Via)
	}
	if f.Job != "" {
		text += ", job " + clean(f.Job)
	}
	return text
}

func verdictInWords(v verdict, yes, no string) string {
	text := clean(v.Reason)
	if v.Allowed != nil && *v.Allowed {
		text = yes + text
	} else if v.Allowed != nil {
		text = no + text
	}
	if !v.At.IsZero() {
		text += " (as of " + when(v.At) + ")"
	}
	return text
}

// outcomes are the states a visit leaves its URL in, in words.
var outcomes = map[store.State]string{
	store.StateDiscovered: "to be tried again",
	store.StateFetched:    "kept",
	store.StateUnchanged:  "unchanged",
	store.StateRedirected: "leads elsewhere",
	store.StateExcluded:   "not asked for",
	store.StateFailed:     "given up",
	store.StateGone:       "gone",
}

func visitInWords(v visitStory) string {
	parts := []string{when(v.At), fmt.Sprintf("run %d", v.Run)}
	if v.Status != 0 {
		parts = append(parts, fmt.Sprintf("answered %d", v.Status))
	}
	parts = append(parts, clean(v.MediaType), size(v.Bytes)+" in "+span(time.Duration(v.TookMS)*time.Millisecond))
	if v.Truncated != "" {
		parts = append(parts, "cut off ("+v.Truncated+")")
	}
	text := joined(parts, ", ") + ": " + cmp.Or(outcomes[v.State], string(v.State))
	if v.Reason != "" && !strings.EqualFold(v.Reason, string(v.State)) {
		text += " (" + clean(v.Reason) + ")"
	}
	return text
}

// keptInWords says whether a visit gave an article.
func keptInWords(v visitStory) string {
	because := ""
	if v.KindWhy != "" {
		because = ": " + clean(v.KindWhy)
	}
	if extract.Kind(v.Kind).HasText() {
		return "kept as " + aKind(v.Kind) + because
	}
	return "kept, but no article; it is " + aKind(v.Kind) + because
}
