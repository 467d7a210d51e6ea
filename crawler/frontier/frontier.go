// Package frontier decides which URL is visited next, and when: it turns among
// the hosts that have rested and hands out their targets one at a time, so
// that a host never sees two requests at once and a slow host never holds up
// the others.
//
// All waiting URLs stay in the archive. Memory holds the hosts in turn and a
// small batch of targets for each, however many URLs wait.
//
// It does not fetch, ask the archive, or look at a clock, and it has no
// goroutine of its own. A [Frontier] is owned by one goroutine, which asks
// [Frontier.Next] with the time of day, carries out its [Frontier.Orders] to
// the archive at leisure, and tells it what came of them and of each [Turn].
package frontier

import (
	"container/heap"
	"time"

	"stet/store"
)

// Config bounds what is held in memory. Its zero value is useful.
type Config struct {
	Hosts int // hosts in turn at once; 1,000 if 0
	Batch int // targets taken from the archive at once for a host; 32 if 0
}

const (
	// Horizon is how long before its time a host should be claimed, so that it
	// stands ready when it may be asked.
	Horizon = 2 * time.Second
	// restInArchive is the rest from which a host is given back to the
	// archive meanwhile: it takes no place among the hosts in turn.
	restInArchive = 15 * time.Second
	// claimSoon and claimAnyway bound how often the archive is asked for more
	// hosts: when there is reason to believe that it has some, and when not.
	claimSoon   = 250 * time.Millisecond
	claimAnyway = time.Second
)

// Turn is the right to send one request to one host, for one target.
type Turn struct {
	Target store.Target
	Lease  store.Lease
	Host   string
	Delay  time.Duration // the host's delay as last used
}

// Order is something the frontier wants of the archive. Orders are to be
// carried out one after another, in the order in which they were given.
type Order struct {
	Do    Task
	Lease store.Lease // of Refill and Release
	Limit int         // of Claim and Refill
	Next  time.Time   // of Release: when the host may be asked again
}

// Task is the kind of an order.
type Task int

// The orders.
const (
	Claim   Task = iota // lease hosts, and tell Claimed
	Refill              // get due targets of a host, and tell Refilled
	Release             // give a host back
)

// Frontier is the hosts in turn. It is not safe for use by several goroutines.
type Frontier struct {
	cfg   Config
	hosts map[int64]*host // all leased hosts, by id
	ready readyHeap       // those that may take a turn at their time
	busy  int             // turns under way
	open  int             // targets handed out and not yet committed

	now      time.Time // as last told
	orders   []Order
	claiming bool      // a Claim is being carried out
	claimed  time.Time // when the last one was given
	news     bool      // the archive may hold ready hosts that are not leased
}

type host struct {
	store.Host
	at    time.Time      // when it may be asked again
	queue []store.Target // to be visited, in order
	// held are the targets in the queue, and those handed out whose visits are
	// not yet committed: the archive still believes them due.
	held  map[int64]bool
	busy  bool // a turn is under way
	more  bool // the archive may hold further due targets
	asked bool // a Refill is being carried out
	// passed are the targets committed since it was given: what it brings may
	// be older than their commits.
	passed map[int64]bool
	uncomm int // targets handed out whose visits are not yet committed
	index  int // in the heap, -1 if not there
}

// New returns a frontier.
func New(cfg Config) *Frontier {
	if cfg.Hosts <= 0 {
		cfg.Hosts = 1000
	}
	if cfg.Batch <= 0 {
		cfg.Batch = 32
	}
	return &Frontier{cfg: cfg, hosts: map[int64]*host{}, news: true}
}

// Hosts is the number of hosts in turn.
func (f *Frontier) Hosts() int { return len(f.hosts) }

// Busy is the number of turns under way.
func (f *Frontier) Busy() int { return f.busy }

// Uncommitted is the number of targets whose visits are recorded, as far as
// the frontier was told, but not yet committed.
func (f *Frontier) Uncommitted() int { return f.open - f.busy }

// Next gives the next turn, if a host has rested and has a target due now.
// Otherwise again is when the first host will have rested, or the zero time if
// only news of the archive or the end of a turn can change anything.
func (f *Frontier) Next(now time.Time) (t Turn, ok bool, again time.Time) {
	f.now = now
	for len(f.ready) > 0 && len(f.ready[0].queue) == 0 && !f.ready[0].at.After(now) {
		h := heap.Pop(&f.ready).(*host) // it waited for a target that is due now
		h.more = true
		f.restock(h)
	}
	if len(f.ready) == 0 {
		return Turn{}, false, time.Time{}
	}
	h := f.ready[0]
	if h.at.After(now) {
		return Turn{}, false, h.at
	}
	heap.Pop(&f.ready)
	target := h.queue[0]
	h.queue = h.queue[1:]
	h.busy = true
	h.uncomm++
	f.busy++
	f.open++
	f.restock(h)
	return Turn{Target: target, Lease: h.Lease, Host: h.Name, Delay: h.Delay}, true, time.Time{}
}

// Orders gives what is wanted of the archive now.
func (f *Frontier) Orders(now time.Time) []Order {
	f.now = now
	if room := f.cfg.Hosts - len(f.hosts); room > 0 && f.mayClaim(now) {
		f.orders = append(f.orders, Order{Do: Claim, Limit: room})
		f.claiming, f.claimed, f.news = true, now, false
	}
	out := f.orders
	f.orders = nil
	return out
}

func (f *Frontier) mayClaim(now time.Time) bool {
	since := now.Sub(f.claimed)
	idle := len(f.ready) == 0 && f.busy == 0
	switch {
	case f.claiming:
		return false
	case f.news:
		return idle || since >= claimSoon
	}
	return since >= claimAnyway
}

// Claimed takes in the hosts that were leased; full says that there may be
// more.
func (f *Frontier) Claimed(hs []store.Host, full bool) {
	f.claiming = false
	f.news = f.news || full
	for _, sh := range hs {
		h := &host{Host: sh, at: sh.NextAllowedAt, held: map[int64]bool{}, more: true, index: -1}
		f.hosts[sh.Lease.HostID] = h
		f.settle(h)
	}
}

// Refilled takes in the due targets of a host, which may be among those it
// holds.
func (f *Frontier) Refilled(o Order, ts []store.Target) {
	h := f.hosts[o.Lease.HostID]
	if h == nil || h.Lease != o.Lease {
		return
	}
	h.asked = false
	h.more = len(ts) == o.Limit || len(h.passed) > 0
	for _, t := range ts {
		if !h.held[t.ID] && !h.passed[t.ID] {
			h.held[t.ID] = true
			h.queue = append(h.queue, t)
		}
	}
	h.passed = nil
	f.settle(h)
}

// Done ends a turn whose visit was recorded. The host may be asked again at
// next, with the delay that will then be in force.
func (f *Frontier) Done(t Turn, next time.Time, delay time.Duration) {
	h := f.hosts[t.Lease.HostID]
	h.busy, h.at, h.Delay = false, next, delay
	f.busy--
	f.settle(h)
}

// PutBack ends a turn without a visit of its target (robots.txt was fetched
// instead, or the crawl is stopping): the target is the host's next.
func (f *Frontier) PutBack(t Turn, next time.Time, delay time.Duration) {
	h := f.hosts[t.Lease.HostID]
	h.queue = append([]store.Target{t.Target}, h.queue...)
	h.uncomm--
	f.open--
	f.Done(t, next, delay)
}

// Committed tells that visits are safely in the archive, and with them the
// targets they found.
func (f *Frontier) Committed(vs []*store.Visit) {
	for _, v := range vs {
		f.news = f.news || len(v.Found) > 0
		h := f.hosts[v.Lease.HostID]
		if h == nil || !h.held[v.Target.ID] {
			continue
		}
		delete(h.held, v.Target.ID)
		h.uncomm--
		f.open--
		h.more = true
		if h.asked {
			h.passed[v.Target.ID] = true
		}
		f.settle(h)
	}
}

// Trim gives hosts back to the archive that rest long, so that others may
// take their places.
func (f *Frontier) Trim(now time.Time) {
	var long []*host
	for _, h := range f.ready {
		if h.uncomm == 0 && h.at.Sub(now) > restInArchive {
			long = append(long, h)
		}
	}
	for _, h := range long {
		f.release(h)
	}
}

// Leave gives back all hosts that still rest and are not being asked, for the
// archive to know how long. Nothing is to be asked of the frontier after it.
func (f *Frontier) Leave(now time.Time) {
	f.claiming = true // no further host is wanted
	for _, h := range f.hosts {
		if !h.busy && h.at.After(now) {
			f.release(h)
		}
	}
}

// settle puts a host where it belongs after something has changed: among those
// that may take a turn, or waiting for targets or for a commit, or, with
// nothing left to hope for, back to the archive.
func (f *Frontier) settle(h *host) {
	if h.busy {
		return
	}
	f.restock(h)
	switch {
	case h.index >= 0:
		heap.Fix(&f.ready, h.index)
	case len(h.queue) > 0, !h.asked && h.uncomm == 0 && h.at.After(f.now):
		heap.Push(&f.ready, h)
	case !h.asked && h.uncomm == 0:
		f.release(h)
	}
}

// restock orders more targets for a host that runs low.
func (f *Frontier) restock(h *host) {
	if !h.more || h.asked || len(h.queue) > f.cfg.Batch/4 {
		return
	}
	f.orders = append(f.orders, Order{Do: Refill, Lease: h.Lease, Limit: f.cfg.Batch + len(h.held)})
	h.asked, h.more, h.passed = true, false, map[int64]bool{}
}

func (f *Frontier) release(h *host) {
	delete(f.hosts, h.Lease.HostID)
	if h.index >= 0 {
		heap.Remove(&f.ready, h.index)
	}
	f.orders = append(f.orders, Order{Do: Release, Lease: h.Lease, Next: h.at})
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
