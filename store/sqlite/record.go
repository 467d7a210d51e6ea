package sqlite

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"stet/extract"
	"stet/store"
)

// visit is a visit made ready for the writer, in the caller's goroutine: what
// is left to do is SQL.
type visit struct {
	*store.Visit
	body     *body
	request  any // headers as JSON
	response any
	article  *article
	found    []hashed
	refused  []refusal
	now      string // when what it found became known
}

// body is what a capture holds.
type body struct {
	digest string
	size   int
	packed []byte // nil while it is believed to be in the archive
	raw    []byte // then the bytes, in case it is not
}

// article is the article of a visit as columns.
type article struct {
	*extract.Article
	textDigest string
	meta       [metaColumns]string // in the order of the table
	sources    any
	signals    any
	bodyLinks  any
	otherLinks any
	images     any
}

// metaColumns are canonical_url, title, authors, published_at, modified_at,
// site_name, language, description, section, tags, image, license, paywalled,
// translations.
const metaColumns = 14

// Record queues a visit for the writer.
func (c *crawl) Record(ctx context.Context, v *store.Visit) error {
	if err := check(v); err != nil {
		return wrap("record "+v.Target.URL, err)
	}
	if err := c.failure(); err != nil {
		return wrap("record "+v.Target.URL, err)
	}
	if err := c.holds(v.Lease); err != nil {
		return wrap("record "+v.Target.URL, err)
	}
	c.told(v.Started.Add(v.Took))
	p := c.prepare(v)
	return wrap("record "+v.Target.URL, c.submit(ctx, item{visit: p, bytes: p.size()}))
}

// check refuses what cannot be kept, before it can harm a group.
func check(v *store.Visit) error {
	final := []store.State{store.StateFetched, store.StateUnchanged, store.StateRedirected,
		store.StateExcluded, store.StateFailed, store.StateGone}
	switch {
	case v.Target.ID == 0:
		return fmt.Errorf("the target has no id")
	case !v.RetryAt.IsZero():
		v.State = store.StateDiscovered
	case !slices.Contains(final, v.State):
		return fmt.Errorf("a visit cannot end in state %q without a time for the next", v.State)
	}
	if len(v.Refused) > 0 && !v.Fetched {
		return fmt.Errorf("links are found by a visit that was sent")
	}
	if v.Document != nil && v.Document.Article != nil && v.Capture == nil && v.Target.LastDigest == "" {
		return fmt.Errorf("an article needs the capture it was taken from")
	}
	return nil
}

// prepare packs and hashes.
func (c *crawl) prepare(v *store.Visit) *visit {
	p := &visit{Visit: v, now: stamp(c.now()).(string)}
	if v.Capture != nil {
		p.body = c.a.pack(v.Capture, v.Target.LastDigest)
		p.request, p.response = headers(v.Capture.RequestHeader), headers(v.Capture.ResponseHeader)
	}
	if v.Document != nil && v.Document.Article != nil {
		p.article = prepareArticle(v.Document)
	}
	p.found, p.refused = c.hash(v.Found, v.Target.ID), c.hashRefused(v.Refused)
	return p
}

// pack takes over the body of a capture.
func (a *Archive) pack(c *store.Capture, lastDigest string) *body {
	c.Digest = digestOf(c.Body)
	b := &body{digest: c.Digest, size: len(c.Body)}
	if c.Digest == lastDigest {
		b.raw = c.Body
	} else {
		b.packed = a.compress(c.Body)
	}
	c.Body = nil
	return b
}

func headers(h http.Header) any {
	if len(h) == 0 {
		return nil
	}
	return toJSON(h)
}

// size is about what a visit holds in memory.
func (p *visit) size() int64 {
	n := 4096
	if p.body != nil {
		n += len(p.body.packed) + len(p.body.raw)
	}
	if p.article != nil {
		n += 2 * (len(p.article.Text) + len(p.article.HTML))
	}
	if p.Document != nil {
		n += 400 * len(p.Document.Links)
	}
	return int64(n + 400*len(p.found) + 400*len(p.refused))
}

// pageLink is a link as kept in JSON.
type pageLink struct {
	Position int           `json:"position"`
	URL      string        `json:"url"`
	Text     string        `json:"text,omitempty"`
	Rel      string        `json:"rel,omitempty"`
	Place    extract.Place `json:"place,omitempty"` // none within the text
}

func prepareArticle(d *extract.Document) *article {
	a := &article{Article: d.Article}
	a.Text, a.HTML = clean(a.Text), clean(a.HTML)
	a.textDigest = digestOf([]byte(a.Text))
	a.meta = [metaColumns]string{
		clean(a.CanonicalURL), clean(a.Title), listText(a.Authors), clean(a.PublishedAt), clean(a.ModifiedAt),
		clean(a.SiteName), clean(a.Language), clean(a.Description), clean(a.Section), listText(a.Tags), clean(a.Image), clean(a.License),
		clean(a.Paywalled), mapText(a.Translations),
	}
	if a.Signals != nil {
		a.signals = toJSON(a.Signals)
	}
	if len(a.Sources) > 0 {
		a.sources = toJSON(a.Sources)
	}
	inText := func(l extract.Link) bool { return l.Place == extract.PlaceBody }
	a.bodyLinks = linkText(d.Links, inText)
	a.otherLinks = linkText(d.Links, func(l extract.Link) bool { return !inText(l) })
	a.images = jsonText(a.Images)
	return a
}

// listText is a list of strings as JSON, "" if it is empty.
func listText(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return toJSON(list)
}

// mapText is a map of strings as JSON, its keys in order, "" if it is empty.
func mapText(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return toJSON(m)
}

// linkText is the chosen links as JSON, with their positions among all.
func linkText(links []extract.Link, chosen func(extract.Link) bool) any {
	some := make([]pageLink, 0, len(links))
	for i, l := range links {
		if !chosen(l) {
			continue
		}
		p := pageLink{Position: i, URL: l.URL, Text: l.Text, Rel: l.Rel}
		if l.Place != extract.PlaceBody {
			p.Place = l.Place
		}
		some = append(some, p)
	}
	return jsonText(some)
}
