package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"stet/store"
)

// defaultTTL is how long a lease lasts without Renew.
const defaultTTL = 30 * time.Second

// crawl is the one crawl that holds the archive. It implements [store.Crawl].
type crawl struct {
	a         *Archive
	job       int64
	owner     string
	epoch     int64
	ttl       time.Duration
	resumed   bool
	committed func([]*store.Visit)

	queue   chan item
	room    *semaphore.Weighted // bytes in the queue
	stopped chan struct{}       // closed when the writer has ended
	known   *seen               // keys in this round
	refused *seen               // keys this job has refused
	hosts   map[string]int64    // ids of hosts by name; the writer's alone

	mu     sync.Mutex
	run    store.Run
	time   time.Time                // the latest time told
	leases map[int64]*lease         // hosts being visited
	serial int64                    // of the newest host lease
	robots map[string]*store.Robots // saved but not yet committed
	// templates are those saved but not yet committed, by site
	templates map[string]store.SiteTemplate
	done      bool  // finished: nothing more is taken
	err       error // the first error of the writer
}

// lease is the right of this crawl to visit a host.
type lease struct {
	epoch    int64
	released bool // given back, not yet committed
}

var _ store.Crawl = (*crawl)(nil)

// Begin takes the archive for one crawl.
func (a *Archive) Begin(ctx context.Context, b store.BeginCrawl) (store.Crawl, error) {
	c, err := a.begin(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("begin crawl %q: %w", b.Job, err)
	}
	return c, nil
}

func (a *Archive) begin(ctx context.Context, b store.BeginCrawl) (*crawl, error) {
	if a.writer == nil {
		return nil, errReadOnly
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &crawl{
		a: a, owner: b.Owner, ttl: b.TTL, committed: b.Committed, time: b.Now,
		queue:   make(chan item, groupPages),
		room:    semaphore.NewWeighted(queueBytes),
		stopped: make(chan struct{}),
		known:   newSeen(targetSlots),
		refused: newSeen(refusedSlots),
		hosts:   map[string]int64{},
		leases:  map[int64]*lease{},
		robots:  map[string]*store.Robots{},

		templates: map[string]store.SiteTemplate{},
	}
	if c.owner == "" {
		c.owner = Owner()
	}
	if c.ttl <= 0 {
		c.ttl = defaultTTL
	}
	if b.Config == "" {
		b.Config = "{}"
	}
	if b.MadeBy == "" {
		b.MadeBy = "stet"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.writer.write(func(t tx) error { return c.take(t, b) }); err != nil {
		return nil, err
	}
	a.crawls[c] = true
	go c.write()
	return c, nil
}

var errReadOnly = errors.New("the archive was opened for reading only")

// take takes the archive's crawl lease and starts a run.
func (c *crawl) take(t tx, b store.BeginCrawl) error {
	if err := c.takeLease(t, b.Now); err != nil {
		return err
	}
	if err := t.exec(`INSERT INTO job (name, config, created_at) VALUES (?1, ?2, ?3)
		ON CONFLICT (name) DO UPDATE SET config = excluded.config`,
		clean(b.Job), clean(b.Config), stamp(b.Now)); err != nil {
		return err
	}
	c.run = store.Run{Job: b.Job, State: store.RunRunning, StartedAt: b.Now, Config: b.Config, MadeBy: b.MadeBy}
	// A round is unfinished while targets wait, or when the run that was at it
	// died or was stopped, even if that was after the last page: articles may
	// wait to be read anew.
	if _, err := t.row(`SELECT id, round, EXISTS (SELECT 1 FROM queue WHERE job_id = job.id AND pending > 0)
		  OR coalesce((SELECT state FROM run WHERE job_id = job.id AND run.round = job.round ORDER BY id DESC LIMIT 1) IN (?, ?), 0)
		FROM job WHERE name = ?`, []any{store.RunRunning, store.RunInterrupted, clean(b.Job)}, &c.job, &c.run.Round, &c.resumed); err != nil {
		return err
	}
	if err := t.exec(`UPDATE run SET state = ?, reason = 'the process ended without a word' WHERE state = ?`,
		store.RunInterrupted, store.RunRunning); err != nil {
		return err
	}
	if !c.resumed {
		c.run.Round++
		if err := t.exec(`UPDATE job SET round = ? WHERE id = ?`, c.run.Round, c.job); err != nil {
			return err
		}
	}
	id, err := t.insert(`INSERT INTO run (job_id, round, state, started_at, config, made_by) VALUES (?, ?, ?, ?, ?, ?)`,
		c.job, c.run.Round, store.RunRunning, stamp(b.Now), clean(b.Config), clean(b.MadeBy))
	c.run.ID = id
	return err
}

// takeLease takes the lease unless a living process holds it.
func (c *crawl) takeLease(t tx, now time.Time) error {
	var owner, until text
	if _, err := t.row(`SELECT crawl_owner, crawl_until, crawl_epoch FROM archive`, nil, &owner, &until, &c.epoch); err != nil {
		return err
	}
	if err := heldBy(string(owner), until.time(), now); err != nil {
		return err
	}
	c.epoch++
	return t.exec(`UPDATE archive SET crawl_owner = ?, crawl_epoch = ?, crawl_until = ?`,
		clean(c.owner), c.epoch, stamp(now.Add(c.ttl)))
}

// checkLease makes sure that nobody has taken over the archive.
func (c *crawl) checkLease(t tx) error {
	var epoch int64
	if _, err := t.row(`SELECT crawl_epoch FROM archive`, nil, &epoch); err != nil {
		return err
	}
	if epoch != c.epoch {
		return store.ErrStale
	}
	return nil
}

// Run is the run with its counts as last committed.
func (c *crawl) Run() store.Run {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.run
	r.Counts.States = maps.Clone(r.Counts.States)
	r.Counts.Reasons = maps.Clone(r.Counts.Reasons)
	return r
}

// Resumed says whether the round had begun earlier.
func (c *crawl) Resumed() bool { return c.resumed }

// now is the latest time the crawl was told of.
func (c *crawl) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

// told makes the crawl at least as late as t.
func (c *crawl) told(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.time) {
		c.time = t
	}
}

// Renew prolongs the lease.
func (c *crawl) Renew(ctx context.Context, now time.Time) error {
	c.told(now)
	err := c.do(ctx, func(g *group) error {
		return g.tx.exec(`UPDATE archive SET crawl_until = ?`, stamp(now.Add(c.ttl)))
	})
	return wrap("renew the lease of the archive", err)
}

// Finish writes how the run ended and gives the archive back. Called again it
// does nothing.
func (c *crawl) Finish(ctx context.Context, now time.Time, state store.RunState, reason string) error {
	c.mu.Lock()
	finished := c.done
	c.mu.Unlock()
	if finished {
		return nil
	}
	err := c.do(ctx, func(g *group) error {
		if err := g.tx.exec(`UPDATE run SET state = ?, reason = ?, finished_at = ? WHERE id = ?`,
			state, null(reason), stamp(now), c.run.ID); err != nil {
			return err
		}
		return g.tx.exec(`UPDATE archive SET crawl_owner = NULL, crawl_until = NULL`)
	})
	if err == nil || c.failure() != nil {
		c.end(now, state, reason, err == nil)
	}
	return wrap("finish the crawl", err)
}

// end stops the writer. A crawl whose writer failed is over, too: what it
// holds on disk is taken over like that of a dead process.
func (c *crawl) end(now time.Time, state store.RunState, reason string, written bool) {
	c.mu.Lock()
	if c.done {
		c.mu.Unlock()
		return
	}
	c.done = true
	if written {
		c.run.State, c.run.Reason, c.run.FinishedAt = state, reason, now
	}
	c.mu.Unlock()
	c.queue <- item{last: true}
	<-c.stopped
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	delete(c.a.crawls, c)
}

// wrap says what was being done.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
