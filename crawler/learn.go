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
// takes about 20 KB. The others are read from the archive when they come again.
const lessonsKept = 1000

// storiesKept is how many stories of a site are remembered as seen.
const storiesKept = 256

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
	early   []int64             // targets of the pages learnt before it settled, to be cleaned again then
	stories map[uint64]struct{} // hashes of the texts learnt from lately: copies teach nothing
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
	return lecture{site, v.Target.ID, l, lines, maphash.String(c.lessons.seed, d.Article.Text)}
}

// learn takes in a page. If the site's template has settled with it, it gives
// the pages learnt before, which were cleaned by an early one. The page is
// recorded before: what is learnt may be lost in a crash, but no page is learnt
// from twice.
func (c *crawl) learn(ctx context.Context, from lecture) (early []int64, err error) {
	l := from.to
	if l == nil {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, again := l.stories[from.story]; again || l.gone {
		return nil, nil
	}
	if len(l.stories) >= storiesKept {
		clear(l.stories)
	}
	l.stories[from.story] = struct{}{}
	if !l.learner.Add(from.lines) {
		return nil, nil
	}
	l.unsaved++
	if l.learner.Pages() <= template.Settled {
		l.early = append(l.early, from.from)
	}
	if !l.learner.Ripe() {
		return nil, nil
	}
	l.newest = l.learner.Template()
	if l.learner.Pages() == template.Settled {
		early, l.early = l.early, nil
	}
	return early, c.saveLesson(ctx, from.site, l, l.newest)
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
