// Package frontier decides which URL is visited next, and when: it leases
// hosts from the archive, turns among those that have rested, and hands out
// their targets one at a time, so that a host never sees two requests at once
// and a slow host never holds up the others.
//
// All waiting URLs stay in the archive. Memory holds the hosts in turn and a
// small batch of targets for each, however many URLs wait.
//
// It does not fetch, and it has no clock and no goroutine of its own: a
// [Frontier] is owned by one goroutine that asks [Frontier.Next] with the time
// of day and tells what became of each [Turn].
package frontier

import (
	"container/heap"
	"context"
	"fmt"
	"time"

	"stet/store"
)

// Config bounds what is held in memory. Its zero value is useful.
type Config struct {
	Hosts int // hosts in turn at once; 1,000 if 0
	Batch int // targets taken from the archive at once for a host; 32 if 0
}

const (
	// horizon is how long before its time a host is claimed, so that it
	// stands ready when it may be asked.
	horizon = 2 * time.Second
	// restInArchive is the rest from which a host is given back to the
	// archive meanwhile: it takes no place among the hosts in turn.
	restInArchive = 15 * time.Second
	// claimEvery bounds how often the archive is asked for more hosts while
	// others are in turn.
	claimEvery = 250 * time.Millisecond
)

// Turn is the right to send one request to one host, for one target.
type Turn struct {
	Target store.Target
	Lease  store.Lease
	Host   string
	Delay  time.Duration // the host's delay as last used
}

// Frontier is the hosts in turn. It is not safe for use by several goroutines.
type Frontier struct {
	crawl store.Crawl
	cfg   Config

	hosts     map[int64]*host // all leased hosts, by id
	ready     readyHeap       // those that may take a turn at their time
	unsure    map[int64]*host // without a target in memory while visits are uncommitted
	claimedAt time.Time       // when the archive was last asked for hosts
	news      bool            // the archive may hold ready hosts that are not leased
	busy      int             // turns under way
	open      int             // targets handed out and not yet committed
}

type host struct {
	store.Host
	at    time.Time      // when it may be asked again
	queue []store.Target // to be visited, in order
	// taken holds the targets handed out whose visits are not yet committed:
	// the archive still believes them due.
	taken map[int64]bool
	busy  bool // a turn is under way
	more  bool // the archive may hold further due targets
	index int  // in the heap, -1 if not there
}

// New returns a frontier over a crawl.
func New(c store.Crawl, cfg Config) *Frontier {
	if cfg.Hosts <= 0 {
		cfg.Hosts = 1000
	}
	if cfg.Batch <= 0 {
		cfg.Batch = 32
	}
	return &Frontier{crawl: c, cfg: cfg, hosts: map[int64]*host{}, unsure: map[int64]*host{}, news: true}
}

// Hosts is the number of hosts in turn, Busy that of turns under way.
func (f *Frontier) Hosts() int { return len(f.hosts) }

// Busy is the number of turns under way.
func (f *Frontier) Busy() int { return f.busy }

// Uncommitted is the number of targets handed out whose visits are not yet
// in the archive.
func (f *Frontier) Uncommitted() int { return f.open }

// Next gives the next turn, if a host has rested and has a target due now.
// Otherwise it says when to ask again: the time at which the first host will
// have rested, or the zero time if only a commit (see [Frontier.Committed])
// or the end of a turn can bring news.
func (f *Frontier) Next(ctx context.Context, now time.Time) (t Turn, ok bool, again time.Time, err error) {
	if err := f.claim(ctx, now); err != nil {
		return Turn{}, false, time.Time{}, err
	}
	for len(f.ready) > 0 {
		h := f.ready[0]
		if h.at.After(now) {
			return Turn{}, false, h.at, nil
		}
		heap.Pop(&f.ready)
		if len(h.queue) == 0 && h.more {
			if err := f.refill(ctx, h, now); err != nil {
				return Turn{}, false, time.Time{}, err
			}
		}
		if len(h.queue) == 0 {
			if err := f.rest(ctx, h); err != nil {
				return Turn{}, false, time.Time{}, err
			}
			continue
		}
		target := h.queue[0]
		h.queue = h.queue[1:]
		h.busy, h.taken[target.ID] = true, true
		f.busy++
		f.open++
		return Turn{Target: target, Lease: h.Lease, Host: h.Name, Delay: h.Delay}, true, time.Time{}, nil
	}
	return Turn{}, false, time.Time{}, nil
}

// claim leases more hosts when there is room and reason to ask.
func (f *Frontier) claim(ctx context.Context, now time.Time) error {
	room := f.cfg.Hosts - len(f.hosts)
	starved := len(f.ready) == 0 && f.busy == 0
	due := now.Sub(f.claimedAt)
	if room <= 0 || due < claimEvery && !(f.news && starved) || !f.news && due < time.Second && due >= 0 {
		return nil
	}
	hs, err := f.crawl.ClaimHosts(ctx, now, horizon, room)
	if err != nil {
		return fmt.Errorf("claim hosts: %w", err)
	}
	f.claimedAt, f.news = now, len(hs) == room
	for _, sh := range hs {
		h := &host{Host: sh, at: sh.NextAllowedAt, taken: map[int64]bool{}, more: true, index: -1}
		f.hosts[sh.Lease.HostID] = h
		heap.Push(&f.ready, h)
	}
	return nil
}

// refill takes the next batch of a host's targets from the archive.
func (f *Frontier) refill(ctx context.Context, h *host, now time.Time) error {
	want := f.cfg.Batch + len(h.taken)
	ts, err := f.crawl.Due(ctx, h.Lease, now, want)
	if err != nil {
		return fmt.Errorf("targets of %s: %w", h.Name, err)
	}
	h.more = len(ts) == want
	h.queue = h.queue[:0]
	for _, t := range ts {
		if !h.taken[t.ID] {
			h.queue = append(h.queue, t)
		}
	}
	return nil
}

// rest puts a host without targets aside: until its visits are committed,
// which may bring new targets, or, when nothing is open, back to the archive.
func (f *Frontier) rest(ctx context.Context, h *host) error {
	if len(h.taken) > 0 {
		f.unsure[h.Lease.HostID] = h
		return nil
	}
	return f.release(ctx, h)
}

func (f *Frontier) release(ctx context.Context, h *host) error {
	delete(f.hosts, h.Lease.HostID)
	delete(f.unsure, h.Lease.HostID)
	if h.index >= 0 {
		heap.Remove(&f.ready, h.index)
	}
	if err := f.crawl.Release(ctx, h.Lease, h.at); err != nil {
		return fmt.Errorf("release %s: %w", h.Name, err)
	}
	return nil
}

// Done ends a turn whose visit was recorded. The host may be asked again at
// next, with the delay that will then be in force.
func (f *Frontier) Done(t Turn, next time.Time, delay time.Duration) {
	f.end(t, next, delay)
}

// PutBack ends a turn without a visit of its target (robots.txt was fetched
// instead, or the crawl is stopping): the target is the host's next.
func (f *Frontier) PutBack(t Turn, next time.Time, delay time.Duration) {
	h := f.hosts[t.Lease.HostID]
	delete(h.taken, t.Target.ID)
	f.open--
	h.queue = append([]store.Target{t.Target}, h.queue...)
	f.end(t, next, delay)
}

func (f *Frontier) end(t Turn, next time.Time, delay time.Duration) {
	h := f.hosts[t.Lease.HostID]
	h.busy = false
	f.busy--
	h.at = next
	h.Delay = delay
	h.more = h.more || len(h.queue) == 0
	heap.Push(&f.ready, h)
}

// Committed tells that visits are safely in the archive, and with them the
// targets they found.
func (f *Frontier) Committed(vs []*store.Visit) {
	for _, v := range vs {
		f.news = f.news || len(v.Found) > 0
		h := f.hosts[v.Lease.HostID]
		if h == nil {
			continue
		}
		if h.taken[v.Target.ID] {
			delete(h.taken, v.Target.ID)
			f.open--
		}
		h.more = true
		if f.unsure[v.Lease.HostID] != nil {
			delete(f.unsure, v.Lease.HostID)
			heap.Push(&f.ready, h)
		}
	}
}

// Trim gives hosts back to the archive that rest long, so that others may
// take their places.
func (f *Frontier) Trim(ctx context.Context, now time.Time) error {
	var long []*host
	for _, h := range f.ready {
		if len(h.taken) == 0 && h.at.Sub(now) > restInArchive {
			long = append(long, h)
		}
	}
	for _, h := range long {
		if err := f.release(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// readyHeap orders hosts by the time at which they may be asked.
type readyHeap []*host

func (q readyHeap) Len() int           { return len(q) }
func (q readyHeap) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q readyHeap) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *readyHeap) Push(x any) {
	h := x.(*host)
	h.index = len(*q)
	*q = append(*q, h)
}

func (q *readyHeap) Pop() any {
	old := *q
	h := old[len(old)-1]
	h.index = -1
	*q = old[:len(old)-1]
	return h
}
