package crawler

import (
	"context"
	"fmt"
	"time"

	"stet/crawler/frontier"
	"stet/store"
)

// dispatcher owns the frontier while a crawl runs.
type dispatcher struct {
	*crawl
	frontier  *frontier.Frontier
	began     time.Time
	turns     chan<- frontier.Turn
	ends      <-chan ended
	committed *inbox

	stopping string // why no further turn begins, "" while the crawl goes on
	state    store.RunState
	waiting  time.Time // when the archive last said that something will be due
	counted  time.Time // when the queue was last counted
}

const (
	// flushWithin is the wait below which a starved frontier lets the writer
	// keep its own time.
	flushWithin = 100 * time.Millisecond
	// recount is how often the queue is counted for the display.
	recount = 5 * time.Second
)

// dispatch hands out turns until nothing is left or the crawl is to stop.
// It returns when no turn is under way any more.
func (d *dispatcher) dispatch(ctx context.Context) (store.RunState, string, error) {
	for {
		now := time.Now()
		d.checkLimits(now)
		if d.stopping != "" && d.frontier.Busy() == 0 {
			return d.state, d.stopping, nil
		}
		var again time.Time
		if d.stopping == "" && d.frontier.Busy() < d.cfg.Workers && d.withinLimit() {
			turn, ok, at, err := d.frontier.Next(ctx, now)
			if err != nil {
				return "", "", err
			}
			if ok {
				select {
				case d.turns <- turn:
					d.sent.Add(1)
				case <-ctx.Done():
					return store.RunInterrupted, "stopped", nil
				}
				continue
			}
			if again, err = d.starved(ctx, now, at); err != nil {
				return "", "", err
			}
			if d.stopping != "" {
				continue
			}
		}
		if err := d.wait(ctx, now, again); err != nil {
			return "", "", err
		}
		if ctx.Err() != nil {
			return store.RunInterrupted, "stopped", nil
		}
	}
}

// starved decides what to do when no host may be asked now: let the writer
// commit what may bring new targets, wait for a host, or end.
func (d *dispatcher) starved(ctx context.Context, now, at time.Time) (time.Time, error) {
	recorded := d.frontier.Uncommitted() - d.frontier.Busy()
	if recorded > 0 && d.frontier.Busy() == 0 && (at.IsZero() || at.Sub(now) > flushWithin) {
		return now, d.flush(ctx) // what it brought is looked at without waiting
	}
	if !at.IsZero() || d.frontier.Busy() > 0 || recorded > 0 {
		return at, nil
	}
	n, first, err := d.archive.Waiting(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("count what waits: %w", err)
	}
	switch {
	case n == 0:
		d.stop(store.RunFinished, "nothing is left to visit")
	case first.Sub(now) > time.Duration(d.cfg.MaxWait):
		d.stop(store.RunLimited, fmt.Sprintf("%d URLs wait, the first until %s", n, first.UTC().Format(time.RFC3339)))
	default:
		d.waiting = first
		return minTime(first, now.Add(time.Second)), nil
	}
	return time.Time{}, nil
}

// flush has the writer commit, and takes its news meanwhile.
func (d *dispatcher) flush(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- d.archive.Flush(ctx) }()
	for {
		select {
		case err := <-done:
			if ctx.Err() != nil {
				return nil
			}
			return err
		case <-d.committed.full:
			d.frontier.Committed(d.committed.take())
		case e := <-d.ends:
			d.end(e)
		}
	}
}

// wait takes in what happens next, or waits until again.
func (d *dispatcher) wait(ctx context.Context, now, again time.Time) error {
	until := now.Add(time.Second)
	if !again.IsZero() {
		until = minTime(until, again)
	}
	timer := time.NewTimer(until.Sub(now))
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
		d.frontier.Committed(d.committed.take())
	case <-timer.C:
	}
	return d.housekeeping(ctx)
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
	d.frontier.Done(e.turn, e.next, e.delay)
}

// housekeeping gives resting hosts back and keeps the display's figures.
func (d *dispatcher) housekeeping(ctx context.Context) error {
	now := time.Now()
	waiting := ""
	if d.frontier.Busy() == 0 && d.waiting.After(now) {
		waiting = "until " + d.waiting.Format("15:04:05")
	}
	d.tally.hosts(d.frontier.Busy(), d.frontier.Hosts(), waiting)
	if now.Sub(d.counted) < recount {
		return nil
	}
	d.counted = now
	n, _, err := d.archive.Waiting(ctx)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("count what waits: %w", err)
	}
	d.tally.queued(n)
	if err := d.frontier.Trim(ctx, now); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// checkLimits stops the crawl when one of its limits is reached.
func (d *dispatcher) checkLimits(now time.Time) {
	if d.stopping != "" {
		return
	}
	counts := d.tally.counts()
	switch {
	case d.cfg.Time > 0 && now.Sub(d.began) >= time.Duration(d.cfg.Time):
		d.stop(store.RunLimited, "the time limit of "+d.cfg.Time.String()+" is reached")
	case d.cfg.Size > 0 && counts.Bytes >= int64(d.cfg.Size):
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

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
