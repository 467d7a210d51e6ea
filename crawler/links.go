package crawler

import (
	"cmp"
	"slices"
	"strings"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/store"
)

// onlyThese is why other link elements (feeds, translations, licences) are not
// followed, though the bounds would let them.
const onlyThese = "of the link elements only next, prev and canonical are followed"

// links sorts what a page points to into targets and what is not followed.
func (c *crawl) links(v *store.Visit, doc *extract.Document) {
	l := linker{bounds: c.bounds, visit: v, depth: v.Target.Depth + 1, followed: map[string]bool{v.Target.Key: true}}
	if doc.Refresh != "" {
		l.add(doc.Refresh, "refresh", "")
	}
	for _, d := range doc.Links {
		if d.Place != extract.PlaceHead {
			l.add(d.URL, "link", "")
		} else if via := headVia(d.Rel); via != "" {
			l.add(d.URL, via, "")
		} else if d.Rel != "" { // or it is the refresh
			l.add(d.URL, "link element", onlyThese)
		}
	}
	v.Refused = slices.DeleteFunc(v.Refused, func(r store.Refusal) bool { return l.followed[r.Key] })
}

// linker sorts the links of one page.
type linker struct {
	bounds   *Bounds
	visit    *store.Visit
	depth    int
	followed map[string]bool // by key; false: refused so far
}

// add takes in a link, which is not followed if there is a reason against it.
// One that is no http URL is no page: mailto:, tel:.
//
// A link that was refused is judged again where it comes again: an expression
// may exclude one spelling of a key, and a link element may be an ordinary
// link as well.
func (l *linker) add(raw, via, against string) {
	u, err := weburl.Parse(raw)
	if err != nil || !u.IsHTTP() {
		return
	}
	key := u.Key()
	followed, known := l.followed[key]
	if followed {
		return
	}
	ok, why := l.bounds.Follow(u, l.depth)
	switch {
	case ok && l.bounds.scope == ScopePage: // another seed
	case ok && against == "":
		l.followed[key] = true
		n := newTarget(u, via)
		n.Depth, n.FoundOn = l.depth, l.visit.Target.ID
		l.visit.Found = append(l.visit.Found, n)
	case !known:
		l.followed[key] = false
		refuse(l.visit, u, via, cmp.Or(why, against))
	}
}

// refuse notes that a URL was found and is not followed.
func refuse(v *store.Visit, u weburl.URL, via, why string) {
	v.Refused = append(v.Refused, store.Refusal{URL: u.Fetchable().String(), Key: u.Key(), Via: via, Reason: why})
}

// headVia names the link elements that lead to pages.
func headVia(rel string) string {
	for _, r := range strings.Fields(rel) {
		switch r {
		case "next", "prev", "canonical":
			return r
		}
	}
	return ""
}
