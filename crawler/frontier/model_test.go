package frontier_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"stet/crawler/frontier"
	"stet/store"
)

// model is an archive, a set of workers and a clock, all in memory and driven
// by one source of random numbers. The orders of the frontier are carried out
// in order but late, and what they bring is told later still, as are commits:
// everything that may happen in a crawl between two steps of the dispatcher
// happens here in some run.
type model struct {
	t   *testing.T
	rng *rand.Rand
	now time.Time
	f   *frontier.Frontier

	hosts   []*modelHost
	targets []*modelTarget
	serial  int64

	orders    []frontier.Order // given, not yet carried out
	told      []func()         // carried out, the frontier not yet told
	turns     []frontier.Turn  // under way
	recorded  []*store.Visit   // not yet committed
	committed []*store.Visit   // the frontier not yet told
	log       []string
}

type modelHost struct {
	id      int64
	next    time.Time // when it may be asked, as committed
	allowed time.Time // when it may be asked, as of its last turn
	epoch   int64     // of its lease, 0 if it is not leased
	busy    bool
}

type modelTarget struct {
	store.Target
	host    *modelHost
	due     time.Time // zero: nothing more is planned
	allowed time.Time // not to be visited before, as recorded
	open    bool      // handed out and not committed
	visits  int
	retries int // failures to come
}

func newModel(t *testing.T, seed uint64) *model {
	m := &model{t: t, rng: rand.New(rand.NewPCG(seed, 1)), now: start}
	m.f = frontier.New(frontier.Config{Hosts: 1 + m.rng.IntN(6), Batch: 1 + m.rng.IntN(9)})
	for i := range 1 + m.rng.IntN(8) {
		m.hosts = append(m.hosts, &modelHost{id: int64(i + 1), next: start})
	}
	for range 1 + m.rng.IntN(40) {
		m.add()
	}
	return m
}

// add makes a target due now.
func (m *model) add() {
	id := int64(len(m.targets) + 1)
	mt := &modelTarget{Target: store.Target{ID: id, URL: fmt.Sprint("t", id)}, due: m.now,
		host: m.hosts[m.rng.IntN(len(m.hosts))], retries: max(0, m.rng.IntN(6)-3)}
	m.targets = append(m.targets, mt)
}

func (m *model) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf("+%v ", m.now.Sub(start))+fmt.Sprintf(format, args...))
}

func (m *model) fatal(format string, args ...any) {
	m.t.Helper()
	for _, l := range m.log[max(0, len(m.log)-40):] {
		m.t.Log(l)
	}
	m.t.Fatalf(format, args...)
}

// due gives the due targets of a host, oldest first.
func (m *model) dueOf(h *modelHost, by time.Time) []*modelTarget {
	var out []*modelTarget
	for _, mt := range m.targets {
		if mt.host == h && !mt.due.IsZero() && !mt.due.After(by) {
			out = append(out, mt)
		}
	}
	slices.SortStableFunc(out, func(a, b *modelTarget) int { return a.due.Compare(b.due) })
	return out
}

// carryOut does the oldest order.
func (m *model) carryOut() {
	o := m.orders[0]
	m.orders = m.orders[1:]
	m.note("carry out %+v", o)
	switch o.Do {
	case frontier.Claim:
		hs := m.claim(o.Limit)
		m.told = append(m.told, func() { m.f.Claimed(hs, len(hs) == o.Limit) })
	case frontier.Refill:
		h := m.leased(o.Lease)
		var ts []store.Target
		for _, mt := range m.dueOf(h, m.now) {
			if len(ts) < o.Limit {
				ts = append(ts, mt.Target)
			}
		}
		m.told = append(m.told, func() { m.f.Refilled(o, ts) })
	case frontier.Release:
		h := m.leased(o.Lease)
		if h.busy {
			m.fatal("a host was given back while it was being asked")
		}
		h.epoch, h.next = 0, o.Next
	}
}

func (m *model) leased(l store.Lease) *modelHost {
	h := m.hosts[l.HostID-1]
	if h.epoch != l.Epoch {
		m.fatal("an order names epoch %d of host %d, which is leased as %d", l.Epoch, l.HostID, h.epoch)
	}
	return h
}

func (m *model) claim(limit int) []store.Host {
	var hs []store.Host
	for _, h := range m.hosts {
		by := m.now.Add(frontier.Horizon)
		ts := m.dueOf(h, by)
		if h.epoch != 0 || len(ts) == 0 || h.next.After(by) || len(hs) == limit {
			continue
		}
		next := h.next
		if ts[0].due.After(next) {
			next = ts[0].due
		}
		m.serial++
		h.epoch = m.serial
		hs = append(hs, store.Host{Lease: store.Lease{HostID: h.id, Epoch: h.epoch}, NextAllowedAt: next})
	}
	return hs
}

// begin takes a turn and checks that it may be taken.
func (m *model) begin() {
	t, ok, _ := m.f.Next(m.now)
	if !ok {
		return
	}
	m.note("turn %s of host %d", t.Target.URL, t.Lease.HostID)
	mt, h := m.targets[t.Target.ID-1], m.leased(t.Lease)
	switch {
	case h.busy:
		m.fatal("host %d is asked twice at once", h.id)
	case mt.open:
		m.fatal("%s is handed out twice before its commit", t.Target.URL)
	case mt.due.IsZero():
		m.fatal("%s is handed out though nothing more is planned", t.Target.URL)
	case m.now.Before(mt.allowed):
		m.fatal("%s is handed out %v too early", t.Target.URL, mt.allowed.Sub(m.now))
	case m.now.Before(h.allowed):
		m.fatal("host %d is asked %v too early", h.id, h.allowed.Sub(m.now))
	}
	h.busy, mt.open = true, true
	m.turns = append(m.turns, t)
}

// end ends some turn, in one of the ways in which turns end.
func (m *model) end() {
	i := m.rng.IntN(len(m.turns))
	t := m.turns[i]
	m.turns = slices.Delete(m.turns, i, i+1)
	mt, h := m.targets[t.Target.ID-1], m.hosts[t.Lease.HostID-1]
	rest := time.Duration(m.rng.IntN(3)) * time.Second
	if m.rng.IntN(10) == 0 {
		rest = time.Minute
	}
	h.busy, h.allowed = false, m.now.Add(rest)
	if m.rng.IntN(8) == 0 {
		m.note("put back %s", t.Target.URL)
		mt.open = false
		m.f.PutBack(t, h.allowed, rest)
		return
	}
	v := &store.Visit{Lease: t.Lease, Target: t.Target, NextAllowedAt: h.allowed}
	if mt.retries > 0 {
		mt.retries--
		v.RetryAt = m.now.Add(time.Duration(m.rng.IntN(20)) * time.Second)
	}
	mt.allowed = v.RetryAt
	if len(m.targets) < 200 {
		v.Found = make([]store.NewTarget, max(0, m.rng.IntN(6)-2))
	}
	mt.visits++
	m.recorded = append(m.recorded, v)
	if m.rng.IntN(2) == 0 { // the writer may be faster than the worker
		m.commit()
		m.tellCommits()
	}
	m.note("done %s, again %v", t.Target.URL, v.RetryAt)
	m.f.Done(t, h.allowed, rest)
}

func (m *model) commit() {
	for _, v := range m.recorded {
		m.note("commit %s", v.Target.URL)
		mt := m.targets[v.Target.ID-1]
		mt.due, mt.open = v.RetryAt, false
		mt.host.next = v.NextAllowedAt
		for range v.Found {
			m.add()
		}
	}
	m.committed = append(m.committed, m.recorded...)
	m.recorded = nil
}

func (m *model) tellCommits() {
	m.f.Committed(m.committed)
	m.committed = nil
}

// step lets one thing happen.
func (m *model) step() {
	switch n := m.rng.IntN(12); {
	case n < 3 && len(m.orders) > 0:
		m.carryOut()
	case n < 5 && len(m.told) > 0:
		m.told[0]()
		m.told = m.told[1:]
	case n < 7:
		m.begin()
	case n < 9 && len(m.turns) > 0:
		m.end()
	case n == 9:
		m.commit()
	case n == 10:
		m.tellCommits()
	case m.rng.IntN(4) == 0:
		m.f.Trim(m.now)
	default:
		m.now = m.now.Add(time.Duration(m.rng.IntN(700)) * time.Millisecond)
	}
	m.orders = append(m.orders, m.f.Orders(m.now)...)
}

// left is what is still to be visited.
func (m *model) left() int {
	n := len(m.turns) + len(m.recorded) + len(m.committed)
	for _, mt := range m.targets {
		if !mt.due.IsZero() {
			n++
		}
	}
	return n
}

// TestModel plays many crawls of all kinds and checks that no target is handed
// out twice before it is committed, no host is asked twice at once, neither
// before its time; that everything is visited in the end, and nothing is held.
func TestModel(t *testing.T) {
	for seed := range uint64(150) {
		m := newModel(t, seed)
		for n := 0; m.left() > 0; n++ {
			if n > 200_000 {
				m.fatal("seed %d: %d things are left after %d steps, %d hosts in turn, %d busy, %d uncommitted",
					seed, m.left(), n, m.f.Hosts(), m.f.Busy(), m.f.Uncommitted())
			}
			m.step()
			if t.Failed() {
				return
			}
		}
		// With nothing to do every host goes back.
		for range 1000 {
			m.now = m.now.Add(time.Second)
			m.begin()
			m.step()
		}
		if m.f.Busy() != 0 || m.f.Uncommitted() != 0 || m.f.Hosts() != 0 {
			m.fatal("seed %d: at the end got %d hosts in turn, %d busy, %d uncommitted, want none",
				seed, m.f.Hosts(), m.f.Busy(), m.f.Uncommitted())
		}
	}
}
