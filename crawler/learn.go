package crawler

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"stet/extract"
	"stet/extract/template"
	"stet/store"
)

// lessonsKept bounds the sites whose pages are being learnt from at once; each
// takes about 40 KB. The others are read from the archive when they come again.
const lessonsKept = 1000

// storiesKept is how many stories of a site are remembered as seen.
const storiesKept = 256

// latelyKept is how many of the pages learnt from last are cleaned again when a
// site has changed: no fewer than it takes to know that.
const latelyKept = 20

// lessons are what was learnt of the sites in turn.
type lessons struct {
	mu    sync.Mutex
	seed  maphash.Seed
	sites map[string]*lesson
}

// lesson is what was learnt of one site.
type lesson struct {
	mu      sync.Mutex
	loaded  bool
	gone    bool // it made room for others: nothing is learnt any more
	learner template.Learner
	newest  *template.Template
	unsaved int                 // pages learnt since it was last saved
	early   []learnt            // pages cleaned before it settled, in question when it has
	lately  []learnt            // the newest pages, in question when the site changes
	stories map[uint64]struct{} // hashes of the texts learnt from lately: copies teach nothing
}

// learnt is a page that was learnt from.
type learnt struct {
	target  int64
	excerpt template.Excerpt
}

func newLessons() *lessons {
	return &lessons{seed: maphash.MakeSeed(), sites: map[string]*lesson{}}
}

// lesson gives what was learnt of a site, read from the archive if need be; nil
// where nothing is to be learnt.
func (c *crawl) lesson(ctx context.Context, site string) (*lesson, error) {
	if c.cfg.NoLearn {
		return nil, nil
	}
	if err := c.forgetLessons(ctx, false); err != nil {
		return nil, err
	}
	c.lessons.mu.Lock()
	l := c.lessons.sites[site]
	if l == nil {
		l = &lesson{stories: map[uint64]struct{}{}}
		c.lessons.sites[site] = l
	}
	c.lessons.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loaded {
		return l, nil
	}
	kept, err := c.archive.Template(ctx, site)
	if err != nil {
		return nil, err
	}
	if len(kept.Learner) > 0 {
		if err := l.learner.UnmarshalBinary(kept.Learner); err != nil {
			return nil, fmt.Errorf("what was learnt of %s: %w", site, err)
		}
	}
	if l.newest, err = readTemplate(site, kept.Template); err != nil {
		return nil, err
	}
	l.loaded = true
	return l, nil
}

// readTemplate reads the newest template of a site as it is kept, nil if there
// is none yet.
func readTemplate(site string, kept []byte) (*template.Template, error) {
	if len(kept) == 0 {
		return nil, nil
	}
	return template.Read(site, kept)
}

// template is the newest of the site, nil without a lesson.
func (l *lesson) template() *template.Template {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.newest
}

// lecture is what a site's lesson may take in of a page.
type lecture struct {
	site  string
	from  int64 // the target
	pages int   // generation of the template it was cleaned by
	to    *lesson
	lines []template.Line
	story uint64 // hash of the text
}

// lecture takes the lines of a page that is learnt from: an article that the
// archive has nothing of. One that comes again tells nothing new, and its story
// would soon be the site's own.
func (c *crawl) lecture(v *store.Visit, site string, l *lesson) lecture {
	d := v.Document
	lines := d.Lines
	d.Lines = nil // they are not needed any more, and the document waits to be written
	if l == nil || v.State != store.StateFetched || v.Target.LastDigest != "" || d.Article == nil || d.Kind != extract.KindArticle {
		return lecture{}
	}
	return lecture{site, v.Target.ID, v.TemplatePages, l, lines, maphash.String(c.lessons.seed, d.Article.Text)}
}

// learn takes in a page. It gives the pages to be cleaned again: when the site's
// template has settled those that were cleaned by an early one, and when the site
// has changed the newest, as far as it makes a difference to their stories. The
// page is recorded before: what is learnt may be lost in a crash, but no page is
// learnt from twice.
func (c *crawl) learn(ctx context.Context, from lecture) (again []int64, err error) {
	l := from.to
	if l == nil {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.take(from) {
		return nil, nil
	}
	changed := l.learner.Changed()
	ripe := l.learner.Ripe()
	if ripe {
		l.newest = l.learner.Template()
		if err := c.saveLesson(ctx, from.site, l, l.newest); err != nil {
			return nil, err
		}
		if changed {
			again, _ = l.divide(l.lately)
			l.lately = nil
		}
	}
	if l.newest.Pages() < template.Settled || len(l.early) == 0 {
		return again, nil
	}
	early, rest := l.divide(l.early)
	l.early = nil
	return append(again, early...), c.settled(ctx, rest, l.newest)
}

// take learns from a page, unless it is a copy of one that was seen.
func (l *lesson) take(from lecture) bool {
	if _, again := l.stories[from.story]; again || l.gone {
		return false
	}
	if len(l.stories) >= storiesKept {
		clear(l.stories)
	}
	l.stories[from.story] = struct{}{}
	if !l.learner.Add(from.lines) {
		return false
	}
	l.unsaved++
	page := learnt{from.from, template.NewExcerpt(from.lines)}
	if from.pages < template.Settled {
		l.early = append(l.early, page)
	}
	if len(l.lately) == latelyKept {
		l.lately = append(l.lately[:0], l.lately[1:]...)
	}
	l.lately = append(l.lately, page)
	return true
}

// divide tells the pages that the newest template cleans better from the rest.
func (l *lesson) divide(pages []learnt) (again, rest []int64) {
	for _, p := range pages {
		if l.newest.Changes(p.excerpt) {
			again = append(again, p.target)
		} else {
			rest = append(rest, p.target)
		}
	}
	return again, rest
}

// settled notes of articles that a template would not change them.
func (c *crawl) settled(ctx context.Context, targets []int64, t *template.Template) error {
	if len(targets) == 0 {
		return nil
	}
	return c.archive.Settle(ctx, targets, t.Pages())
}

// settleLessons settles what it can of the sites that this run has learnt of
// but that have not settled, so that fewer of their pages are read anew.
func (c *crawl) settleLessons(ctx context.Context) error {
	c.lessons.mu.Lock()
	defer c.lessons.mu.Unlock()
	for _, l := range c.lessons.sites {
		l.mu.Lock()
		var err error
		if l.newest != nil {
			_, rest := l.divide(l.early)
			err = c.settled(ctx, rest, l.newest)
		}
		l.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// saveLesson keeps what was learnt; made is the template if it is a new one.
func (c *crawl) saveLesson(ctx context.Context, site string, l *lesson, made *template.Template) error {
	t := store.SiteTemplate{Site: site, MadeAt: time.Now(), Pages: l.learner.Pages()}
	var err error
	if t.Learner, err = l.learner.MarshalBinary(); err != nil {
		return err
	}
	if made != nil {
		if t.Template, err = made.MarshalBinary(); err != nil {
			return err
		}
		t.TemplatePages = made.Pages()
	}
	l.unsaved = 0
	return c.archive.SaveTemplate(ctx, t)
}

// forgetLessons saves what was learnt and not yet saved, and makes room: of
// all sites if all is set, or else where there are too many.
func (c *crawl) forgetLessons(ctx context.Context, all bool) error {
	c.lessons.mu.Lock()
	defer c.lessons.mu.Unlock()
	if !all && len(c.lessons.sites) <= lessonsKept {
		return nil
	}
	for site, l := range c.lessons.sites {
		l.mu.Lock()
		var err error
		if l.loaded && l.unsaved > 0 {
			err = c.saveLesson(ctx, site, l, nil)
		}
		l.gone = true
		l.mu.Unlock()
		if err != nil {
			return err
		}
		delete(c.lessons.sites, site)
		if !all && len(c.lessons.sites) <= lessonsKept*9/10 {
			return nil
		}
	}
	return nil
}
