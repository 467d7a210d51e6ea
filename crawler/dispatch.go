package crawler

import (
	"context"
	"fmt"
	"time"

	"stet/crawler/frontier"
	"stet/store"
)

// dispatcher owns the frontier while a crawl runs. It never waits for the
// archive: what the frontier wants of it is done by errands.
type dispatcher struct {
	*crawl
	frontier  *frontier.Frontier
	began     time.Time
	turns     chan<- frontier.Turn
	ends      <-chan ended
	committed *inbox[[]*store.Visit]
	errands   *inbox[errand]
	done      *inbox[func()]
	out       int   // errands not yet done
	bytes     int64 // received in this run
	left      bool  // the hosts are given back

	stopping string // why no further turn begins, "" while the crawl goes on
	state    store.RunState

	waiting int       // targets not yet visited, when last counted
	first   time.Time // when the first of them may be visited
	counted time.Time // when that was counted, zero if it may have changed

	recounted time.Time // when the count for the display was last ordered
	trimmed   time.Time // when resting hosts were last given back
}

const (
	// recount is how often the queue is counted for the display.
	recount = 5 * time.Second
	// trimEvery is how often resting hosts are given back to the archive.
	trimEvery = time.Second
	// nap bounds how long the dispatcher waits for something to happen.
	nap = time.Second
)

// dispatch hands out turns until nothing is left or the crawl is to stop.
// It returns when no turn is under way any more.
func (d *dispatcher) dispatch(ctx context.Context) (store.RunState, string, error) {
	for ctx.Err() == nil {
		now := time.Now()
		d.checkLimits(now)
		if d.stopping != "" && d.frontier.Busy() == 0 {
			if d.leave(now); d.out == 0 {
				return d.state, d.stopping, nil
			}
		}
		again := now.Add(nap)
		if d.stopping == "" {
			turn, ok, at := d.next(now)
			d.sendOrders(now)
			if ok {
				select {
				case d.turns <- turn:
					d.sent.Add(1)
				case <-ctx.Done():
				}
				continue
			}
			if !at.IsZero() {
				again = earlier(again, at)
			} else if d.frontier.Busy() == 0 && d.out == 0 {
				again = earlier(again, d.starved(now))
			}
		}
		d.wait(ctx, now, again)
	}
	return store.RunInterrupted, "stopped", nil
}

// leave gives back the hosts that still rest, so that the next run lets them
// rest as long: not every request is a visit (robots.txt is none).
func (d *dispatcher) leave(now time.Time) {
	if d.left {
		return
	}
	d.left = true
	d.frontier.Leave(now)
	d.sendOrders(now)
}

// next asks the frontier for a turn if a worker is free to take it.
func (d *dispatcher) next(now time.Time) (frontier.Turn, bool, time.Time) {
	if d.frontier.Busy() >= d.cfg.Workers || !d.withinLimit() {
		return frontier.Turn{}, false, now.Add(nap)
	}
	return d.frontier.Next(now)
}

func (d *dispatcher) sendOrders(now time.Time) {
	for _, o := range d.frontier.Orders(now) {
		d.send(d.order(o))
	}
}

func (d *dispatcher) send(e errand) {
	d.out++
	d.errands.put(e)
}

// starved decides what to do when no host has a target, no turn is under way
// and nothing is awaited of the archive: commit what may bring new targets,
// count what is left, wait for it, or end. It says when to look again.
func (d *dispatcher) starved(now time.Time) time.Time {
	switch {
	case d.frontier.Uncommitted() > 0:
		d.send(d.flush)
	case now.Sub(d.counted) > nap:
		d.send(d.count)
	case d.waiting == 0:
		d.stop(store.RunFinished, "nothing is left to visit")
		return now
	case d.first.Sub(now) > time.Duration(d.cfg.MaxWait):
		d.stop(store.RunLimited, fmt.Sprintf("%d URLs wait, the first until %s", d.waiting, d.first.UTC().Format(time.RFC3339)))
		return now
	}
	return now.Add(nap)
}

// wait takes in what happens next, or waits until again.
func (d *dispatcher) wait(ctx context.Context, now, again time.Time) {
	timer := time.NewTimer(again.Sub(now))
	defer timer.Stop()
	stop := d.cfg.Stop
	if d.stopping != "" {
		stop = nil
	}
	select {
	case <-ctx.Done():
	case <-stop:
		d.stop(store.RunInterrupted, "stopped by the user")
	case e := <-d.ends:
		d.end(e)
	case <-d.committed.full:
		for _, vs := range d.committed.take() {
			d.frontier.Committed(vs)
		}
	case <-d.done.full:
		for _, then := range d.done.take() {
			d.out--
			then()
		}
	case <-timer.C:
	}
	d.housekeeping()
}

// end takes a turn back from its worker.
func (d *dispatcher) end(e ended) {
	if e.visit == nil {
		d.sent.Add(-1)
		d.frontier.PutBack(e.turn, e.next, e.delay)
		return
	}
	if !e.visit.Fetched {
		d.sent.Add(-1)
	}
	d.bytes += e.bytes
	d.counted = time.Time{} // what was counted may have changed
	d.frontier.Done(e.turn, e.next, e.delay)
}

// housekeeping gives resting hosts back and keeps the display's figures.
func (d *dispatcher) housekeeping() {
	now := time.Now()
	waiting := ""
	if d.frontier.Busy() == 0 && d.first.After(now) {
		waiting = "until " + d.first.Format("15:04:05")
	}
	d.tally.hosts(d.frontier.Busy(), d.frontier.Hosts(), waiting)
	if now.Sub(d.trimmed) >= trimEvery {
		d.trimmed = now
		d.frontier.Trim(now)
	}
	if now.Sub(d.recounted) >= recount && d.stopping == "" {
		d.recounted = now
		d.send(d.count)
	}
}

// checkLimits stops the crawl when one of its limits is reached.
func (d *dispatcher) checkLimits(now time.Time) {
	if d.stopping != "" {
		return
	}
	select {
	case <-d.cfg.Stop:
		d.stop(store.RunInterrupted, "stopped by the user")
		return
	default:
	}
	switch {
	case d.cfg.Time > 0 && now.Sub(d.began) >= time.Duration(d.cfg.Time):
		d.stop(store.RunLimited, "the time limit of "+d.cfg.Time.String()+" is reached")
	case d.cfg.Size > 0 && d.bytes >= int64(d.cfg.Size):
		d.stop(store.RunLimited, "the size limit of "+d.cfg.Size.String()+" is reached")
	case !d.withinLimit() && d.frontier.Busy() == 0:
		d.stop(store.RunLimited, fmt.Sprintf("the limit of %d pages is reached", d.cfg.Limit))
	}
}

// withinLimit says whether one more request may be sent.
func (d *dispatcher) withinLimit() bool {
	return d.cfg.Limit <= 0 || d.sent.Load() < int64(d.cfg.Limit)
}

func (d *dispatcher) stop(state store.RunState, why string) { d.state, d.stopping = state, why }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
