package crawler

import (
	"maps"
	"sync"
	"time"

	"stet/store"
)

// rateWindow is the time over which the rate of a display is taken.
const rateWindow = 10 * time.Second

// tally counts a run as its visits reach the archive.
type tally struct {
	page    func(*store.Visit)
	began   time.Time
	run     store.Run
	resumed bool

	mu      sync.Mutex
	c       store.Counts
	recent  []mark // one a second, oldest first
	busy    int
	turning int
	queue   int
	waiting string
}

type mark struct {
	at     time.Time
	visits int
}

func newTally(now time.Time, page func(*store.Visit)) *tally {
	return &tally{page: page, began: now,
		c: store.Counts{States: map[store.State]int{}, Reasons: map[string]int{}}}
}

// committed counts visits that are safely in the archive.
func (t *tally) committed(vs []*store.Visit) {
	t.mu.Lock()
	for _, v := range vs {
		t.add(v)
	}
	t.mu.Unlock()
	if t.page == nil {
		return
	}
	for _, v := range vs {
		t.page(v)
	}
}

func (t *tally) add(v *store.Visit) {
	if v.Fetched {
		t.c.Visits++
		t.c.Bytes += v.Bytes
	}
	if v.State == store.StateFetched {
		t.c.Pages++
	}
	if v.Revised {
		t.c.Articles++
	}
	t.c.States[v.State]++
	if v.Class != "" {
		t.c.Reasons[v.Class]++
	}
}

// hosts notes how many hosts are being asked and in turn.
func (t *tally) hosts(busy, turning int, waiting string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy, t.turning, t.waiting = busy, turning, waiting
}

func (t *tally) queued(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = n
}

func (t *tally) progress(now time.Time) Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.recent) > 1 && now.Sub(t.recent[0].at) > rateWindow {
		t.recent = t.recent[1:]
	}
	since := mark{at: t.began}
	if len(t.recent) > 0 {
		since = t.recent[0]
	}
	t.recent = append(t.recent, mark{now, t.c.Visits})
	p := Progress{Run: t.run, Resumed: t.resumed, Elapsed: now.Sub(t.began),
		HostsBusy: t.busy, Hosts: t.turning, Queue: t.queue, Waiting: t.waiting}
	if d := now.Sub(since.at).Seconds(); d > 0 {
		p.Rate = float64(t.c.Visits-since.visits) / d
	}
	p.Run.Counts = t.c
	p.Run.Counts.States = maps.Clone(t.c.States)
	p.Run.Counts.Reasons = maps.Clone(t.c.Reasons)
	return p
}
