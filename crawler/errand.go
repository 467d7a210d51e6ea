package crawler

import (
	"context"
	"fmt"
	"time"

	"stet/crawler/frontier"
)

// errand is work at the archive that the dispatcher does not wait for. What it
// returns is called by the dispatcher when the errand is done.
type errand func(ctx context.Context) (then func(), err error)

// runErrands does errands one after another.
func (c *crawl) runErrands(ctx context.Context, errands *inbox[errand], done *inbox[func()]) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-errands.full:
		}
		for _, e := range errands.take() {
			then, err := e(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			done.put(then)
		}
	}
}

// order makes an errand of what the frontier wants.
func (d *dispatcher) order(o frontier.Order) errand {
	return func(ctx context.Context) (func(), error) {
		switch o.Do {
		case frontier.Claim:
			hs, err := d.archive.ClaimHosts(ctx, time.Now(), frontier.Horizon, o.Limit)
			if err != nil {
				return nil, fmt.Errorf("claim hosts: %w", err)
			}
			return func() { d.frontier.Claimed(hs, len(hs) == o.Limit) }, nil
		case frontier.Refill:
			ts, err := d.archive.Due(ctx, o.Lease, time.Now(), o.Limit)
			if err != nil {
				return nil, fmt.Errorf("due targets: %w", err)
			}
			return func() { d.frontier.Refilled(o, ts) }, nil
		}
		if err := d.archive.Release(ctx, o.Lease, o.Next); err != nil {
			return nil, fmt.Errorf("release a host: %w", err)
		}
		return func() {}, nil
	}
}

// flush has the writer commit what may bring new targets. What it brings comes
// through the inbox of committed visits.
func (d *dispatcher) flush(ctx context.Context) (func(), error) {
	if err := d.archive.Flush(ctx); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return func() {}, nil
}

// count has the queue counted.
func (d *dispatcher) count(ctx context.Context) (func(), error) {
	n, first, err := d.archive.Waiting(ctx)
	if err != nil {
		return nil, fmt.Errorf("count what waits: %w", err)
	}
	return func() {
		d.waiting, d.first, d.counted = n, first, time.Now()
		d.tally.queued(n)
	}, nil
}
