package sqlite

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"stet/store"
)

// The writer commits when it holds groupPages pages or groupBytes of them, or
// groupWait after the first, or at once when somebody waits. With
// synchronous=FULL a commit costs a flush of the disk; a hundred pages share
// it.
const (
	groupPages = 100
	groupWait  = 250 * time.Millisecond
	// queueBytes bounds what waits in memory, compressed. One larger page is
	// let in when it is alone.
	queueBytes = 8 << 20
	// groupBytes leaves room for the next group to gather while one is
	// committed. Were it all of the queue, the pages would wait for the writer
	// and the writer for more pages, until groupWait ended it.
	groupBytes = queueBytes / 2
)

var errFinished = errors.New("the crawl is finished")

// item is one thing for the writer to do. Items are done in the order in which
// they were handed in.
type item struct {
	visit *visit             // a visit to be kept, or
	apply func(*group) error // something else to be done in the transaction
	after func()             // done once it is committed
	done  chan error         // told how it ended; somebody waits for it
	bytes int64
	last  bool // the writer ends
}

// group is what is committed in one transaction.
type group struct {
	c  *crawl
	tx tx

	hosts   map[int64]*hostChange
	found   []hashed  // in this round for certain, once committed
	refused []refusal // kept for certain, once committed
	visits  []*store.Visit
	counts  store.Counts
}

// hostChange is what a group changes about one host.
type hostChange struct {
	pending     int    // more targets to visit, or fewer
	due         string // when the first of the new ones is due
	visited     bool   // with new politeness:
	nextAllowed time.Time
	delay       time.Duration
}

func (g *group) host(id int64) *hostChange {
	h := g.hosts[id]
	if h == nil {
		h = &hostChange{}
		g.hosts[id] = h
	}
	return h
}

// submit hands an item to the writer.
func (c *crawl) submit(ctx context.Context, it item) error {
	if err := c.failure(); err != nil {
		return err
	}
	it.bytes = min(it.bytes, queueBytes)
	if err := c.room.Acquire(ctx, it.bytes); err != nil {
		return err
	}
	select {
	case c.queue <- it:
		return nil
	case <-ctx.Done():
		c.room.Release(it.bytes)
		return ctx.Err()
	case <-c.stopped:
		return errFinished
	}
}

// do has the writer apply f and commit it, together with everything recorded
// before, and waits.
func (c *crawl) do(ctx context.Context, f func(*group) error) error {
	done := make(chan error, 1)
	if err := c.submit(ctx, item{apply: f, done: done}); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-c.stopped:
		select {
		case err := <-done:
			return err
		default:
			return errFinished
		}
	}
}

// Flush returns when everything recorded before it is committed.
func (c *crawl) Flush(ctx context.Context) error {
	return wrap("flush", c.do(ctx, func(*group) error { return nil }))
}

// failure is the writer's first error, or errFinished.
func (c *crawl) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && c.done {
		return errFinished
	}
	return c.err
}

// write is the writer's goroutine: the only one that changes the archive
// while the crawl lasts. After its first error it takes no more: it cannot
// know what would be missing.
func (c *crawl) write() {
	defer close(c.stopped)
	for {
		items := gather(c.queue, groupWait)
		err := c.failed()
		if err == nil {
			if err = c.commit(items); err != nil {
				c.mu.Lock()
				c.err = wrap("write to the archive", err)
				err = c.err
				c.mu.Unlock()
			}
		}
		last := false
		for _, it := range items {
			c.room.Release(it.bytes)
			if it.done != nil {
				it.done <- err
			}
			last = last || it.last
		}
		if last {
			return
		}
	}
}

func (c *crawl) failed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// gather waits for work and takes what makes a group: what comes within wait
// of its first item, unless it is full before.
func gather(queue <-chan item, wait time.Duration) []item {
	it := <-queue
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var items []item
	var bytes int64
	for {
		items, bytes = append(items, it), bytes+it.bytes
		if it.done != nil || it.last || len(items) >= groupPages || bytes >= groupBytes {
			return items
		}
		select {
		case it = <-queue:
		case <-timer.C:
			return items
		}
	}
}

// commit writes a group in one transaction.
func (c *crawl) commit(items []item) error {
	g := &group{c: c, hosts: map[int64]*hostChange{}}
	err := c.a.writer.write(func(t tx) error {
		g.tx = t
		if err := c.checkLease(t); err != nil {
			return err
		}
		for _, it := range items {
			if err := g.do(it); err != nil {
				return err
			}
		}
		return g.settle()
	})
	if err != nil {
		return err
	}
	remember(c.known, g.found)
	remember(c.refused, g.refused)
	c.count(g.counts)
	for _, it := range items {
		if it.after != nil {
			it.after()
		}
	}
	if c.committed != nil && len(g.visits) > 0 {
		c.committed(g.visits)
	}
	return nil
}

func (g *group) do(it item) error {
	switch {
	case it.visit != nil:
		g.visits = append(g.visits, it.visit.Visit)
		return wrap("record "+it.visit.Target.URL, g.record(it.visit))
	case it.apply != nil:
		return it.apply(g)
	}
	return nil
}

// settle writes what the whole group changed: the hosts, their queues and the
// counts of the run.
func (g *group) settle() error {
	for _, id := range slices.Sorted(maps.Keys(g.hosts)) {
		if err := g.settleHost(id, g.hosts[id]); err != nil {
			return err
		}
	}
	if len(g.visits) == 0 && g.counts.Discovered == 0 && g.counts.Articles == 0 {
		return nil
	}
	counts := g.c.Run().Counts
	addCounts(&counts, g.counts)
	return g.tx.exec(`UPDATE run SET counts = ? WHERE id = ?`, toJSON(counts), g.c.run.ID)
}

// settleHost keeps queue.ready_at at or before the time at which the host's
// first target may be visited.
func (g *group) settleHost(id int64, h *hostChange) error {
	notBefore := ""
	if h.visited {
		if !h.nextAllowed.IsZero() {
			notBefore = stampUp(h.nextAllowed).(string)
		}
		if err := g.tx.exec(`UPDATE host SET next_allowed_at = ?, delay = ? WHERE id = ?`,
			stampUp(h.nextAllowed), seconds(h.delay), id); err != nil {
			return err
		}
	}
	return g.tx.exec(`INSERT INTO queue (job_id, host_id, pending, ready_at) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (job_id, host_id) DO UPDATE SET
		  pending = pending + excluded.pending,
		  ready_at = CASE WHEN pending + excluded.pending > 0 THEN
		    max(min(coalesce(ready_at, ?4), coalesce(?4, ready_at)), ?5) END`,
		g.c.job, id, h.pending, null(h.due), notBefore)
}

// count adds committed counts to the run.
func (c *crawl) count(n store.Counts) {
	r := c.Run().Counts // its maps are copies: readers may still hold the old ones
	addCounts(&r, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run.Counts = r
}

func addCounts(to *store.Counts, n store.Counts) {
	to.Visits += n.Visits
	to.Pages += n.Pages
	to.Articles += n.Articles
	to.Bytes += n.Bytes
	to.Discovered += n.Discovered
	to.States = addMap(to.States, n.States)
	to.Reasons = addMap(to.Reasons, n.Reasons)
}

func addMap[K comparable](to, n map[K]int) map[K]int {
	if to == nil && len(n) > 0 {
		to = map[K]int{}
	}
	for k, v := range n {
		to[k] += v
	}
	return to
}
