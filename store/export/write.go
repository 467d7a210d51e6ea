package export

import (
	"context"
	"fmt"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/store"
)

// LinksOf says which links of a page are exported.
type LinksOf string

// The choices of links.
const (
	LinksBody LinksOf = "body" // those in the article's own text
	LinksAll  LinksOf = "all"  // also those around it
	LinksNone LinksOf = "none"
)

// Write streams the pages that pass the filter into the encoder and ends it.
// It says how many it wrote, also when it fails.
func Write(ctx context.Context, st store.Store, f store.Filter, links LinksOf, enc Encoder) (int, error) {
	n := 0
	for e, err := range st.Entries(ctx, f) {
		if err != nil {
			return n, fmt.Errorf("read the archive: %w", err)
		}
		r, err := Load(ctx, st, e, links)
		if err != nil {
			return n, err
		}
		if err := enc.Encode(&r); err != nil {
			return n, err
		}
		n++
	}
	return n, enc.Close()
}

// Load makes the record of an entry with its links read from the archive.
func Load(ctx context.Context, st store.Store, e store.Entry, which LinksOf) (Record, error) {
	if which == LinksNone || !extract.Kind(e.Kind).HasText() {
		return NewRecord(e, nil) // only pages with a text have their links kept
	}
	links, err := st.Links(ctx, weburl.Key(e.URL))
	if err != nil {
		return Record{}, fmt.Errorf("read the links of %s: %w", e.URL, err)
	}
	return NewRecord(e, Choose(links, which))
}

// Choose gives the links of a choice, in order.
func Choose(all []extract.Link, links LinksOf) []extract.Link {
	var chosen []extract.Link
	for _, l := range all {
		if links == LinksAll || links == LinksBody && l.Place == extract.PlaceBody {
			chosen = append(chosen, l)
		}
	}
	return chosen
}
