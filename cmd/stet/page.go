package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stet/crawler/weburl"
	"stet/store"
)

// address is a URL as the user gave it, completed, and its key.
type address struct{ url, key string }

// addresses completes a URL argument. Without a scheme it may be the https or
// the http page, in this order.
func addresses(raw string) ([]address, error) {
	raw = strings.TrimSpace(raw)
	tries := []string{raw}
	if !strings.Contains(raw, "://") {
		tries = []string{"https://" + raw, "http://" + raw}
	}
	var found []address
	for _, t := range tries {
		u, err := weburl.Parse(t)
		if err != nil || !u.IsHTTP() {
			return nil, usage("%q is not an http or https URL", raw)
		}
		found = append(found, address{u.Fetchable().String(), u.Key()})
	}
	return found, nil
}

// findPage looks a URL argument up under each address it may mean, and gives
// what the first known one gives.
func findPage[T any](ctx context.Context, st store.Store, raw string, look func(address) (T, error)) (T, error) {
	var none T
	tries, err := addresses(raw)
	if err != nil {
		return none, err
	}
	for _, a := range tries {
		v, err := look(a)
		if err == nil {
			return v, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return none, err
		}
	}
	return none, missing(ctx, st, raw, tries)
}

// missing says that a page is not in the archive, and what is known of it or
// which pages have a similar address.
func missing(ctx context.Context, st store.Store, raw string, tries []address) error {
	for _, a := range tries {
		if t, err := st.Trace(ctx, a.key, a.url); err == nil {
			return hinted(fmt.Errorf("%s: nothing of it was kept", a.url), "%s", knownAs(t))
		}
	}
	err := fmt.Errorf("%s: %w", raw, store.ErrNotFound)
	near := nearest(ctx, st, tries[0].url)
	if len(near) == 0 {
		return hinted(err, "stet list shows what is")
	}
	return hinted(err, "there is %s", strings.Join(near, " and "))
}

func knownAs(t store.Trace) string {
	if t.TargetID == 0 && len(t.Refused) > 0 {
		return fmt.Sprintf("it is linked but was not followed (%s); stet why %s tells the story", t.Refused[0].Reason, t.URL)
	}
	if t.TargetID == 0 {
		return "it is linked but was never visited; stet why " + t.URL + " tells the story"
	}
	reason := ""
	if t.Reason != "" {
		reason = " (" + t.Reason + ")"
	}
	return fmt.Sprintf("it is %s%s; stet why %s tells the story", t.State, reason, t.URL)
}

// looked is how many pages of a site are compared for a suggestion.
const looked = 1000

// nearest gives up to two kept addresses of the same host that are most like
// the one asked for. It is only a help: errors give none.
func nearest(ctx context.Context, st store.Store, raw string) []string {
	u, err := weburl.Parse(raw)
	if err != nil {
		return nil
	}
	type like struct {
		url  string
		same int
	}
	var all []like
	for e, err := range st.Entries(ctx, store.Filter{Site: u.Hostname(), Kind: "any", Limit: looked}) {
		if err != nil {
			break
		}
		all = append(all, like{e.URL, alike(withoutScheme(u.Key()), withoutScheme(weburl.Key(e.URL)))})
	}
	slices.SortStableFunc(all, func(a, b like) int { return cmp.Compare(b.same, a.same) })
	var urls []string
	for _, l := range all[:min(2, len(all))] {
		urls = append(urls, l.url)
	}
	return urls
}

// withoutScheme gives what follows https://, which the user need not have given.
func withoutScheme(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	return rest
}

// alike counts the bytes two addresses share at their beginning and end, less
// those in which their lengths differ.
func alike(a, b string) int {
	n, head, tail := min(len(a), len(b)), 0, 0
	for head < n && a[head] == b[head] {
		head++
	}
	for tail < n-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head + tail - max(len(a), len(b)) + n
}
