package sqlite

import (
	"context"
	"database/sql"
	"time"

	"stet/store"
)

// enqueueAtOnce bounds the targets of one transaction, and so the log.
const enqueueAtOnce = 10_000

// Enqueue adds targets. They are in the archive when it returns.
func (c *crawl) Enqueue(ctx context.Context, ts []store.NewTarget) (int, error) {
	total := 0
	for len(ts) > 0 {
		part := ts[:min(len(ts), enqueueAtOnce)]
		ts = ts[len(part):]
		n, err := c.enqueue(ctx, part)
		total += n
		if err != nil {
			return total, wrap("enqueue", err)
		}
	}
	return total, nil
}

func (c *crawl) enqueue(ctx context.Context, ts []store.NewTarget) (int, error) {
	hs := c.hash(ts, 0)
	now := stamp(c.now()).(string)
	n := 0
	err := c.do(ctx, func(g *group) error {
		for _, t := range hs {
			fresh, err := g.admit(t, now)
			if err != nil {
				return wrap(t.URL, err)
			}
			if fresh {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// ClaimHosts leases hosts, the longest ready first. The leases are kept in
// memory: this process holds the archive, so nobody else may lease.
func (c *crawl) ClaimHosts(ctx context.Context, now time.Time, horizon time.Duration, limit int) ([]store.Host, error) {
	c.told(now)
	if err := c.failure(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	leased := len(c.leases)
	c.mu.Unlock()
	rows, err := c.a.readers.QueryContext(ctx, `SELECT queue.host_id, host.name, coalesce(host.delay, 0), max(coalesce(host.next_allowed_at, ''), queue.ready_at), queue.pending
		FROM queue INDEXED BY queue_ready JOIN host ON host.id = queue.host_id
		WHERE queue.job_id = ?1 AND queue.pending > 0 AND queue.ready_at <= ?2
		ORDER BY queue.ready_at LIMIT ?3`, c.job, stamp(now.Add(horizon)), limit+leased)
	if err != nil {
		return nil, wrap("claim hosts", err)
	}
	defer rows.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	var hosts []store.Host
	for rows.Next() && len(hosts) < limit {
		var h store.Host
		var delay float64
		var next text
		if err := rows.Scan(&h.Lease.HostID, &h.Name, &delay, &next, &h.Pending); err != nil {
			return nil, wrap("claim hosts", err)
		}
		if c.leases[h.Lease.HostID] != nil {
			continue
		}
		h.Delay, h.NextAllowedAt = readSeconds(delay), next.time()
		hosts = append(hosts, h)
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("claim hosts", err)
	}
	for i := range hosts {
		hosts[i].Lease.Epoch = c.lease(hosts[i].Lease.HostID)
	}
	return hosts, nil
}

// lease notes that a host is being visited. Its epoch differs from that of
// every other lease of this archive, those of earlier crawls included.
func (c *crawl) lease(host int64) int64 {
	c.serial++
	epoch := c.epoch<<32 + c.serial
	c.leases[host] = &lease{epoch: epoch}
	return epoch
}

// holds says whether a lease is this crawl's, and still is.
func (c *crawl) holds(l store.Lease) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.leases[l.HostID]; h == nil || h.epoch != l.Epoch || h.released {
		return store.ErrStale
	}
	return nil
}

// Due gives the due targets of a host.
func (c *crawl) Due(ctx context.Context, l store.Lease, now time.Time, limit int) ([]store.Target, error) {
	c.told(now)
	if err := c.failure(); err != nil {
		return nil, err
	}
	if err := c.holds(l); err != nil {
		return nil, err
	}
	rows, err := c.a.readers.QueryContext(ctx, `SELECT target.id, target.url, target.key, target.depth, target.hops, target.attempts,
		  target.etag, target.last_modified, target.via, payload.digest
		FROM target INDEXED BY target_due
		LEFT JOIN capture ON capture.id = target.capture_id AND capture.status BETWEEN 200 AND 299 AND capture.truncated IS NULL
		LEFT JOIN payload ON payload.id = capture.payload_id
		WHERE target.host_id = ? AND target.job_id = ? AND target.due_at <= ?
		ORDER BY target.priority, target.due_at, target.id LIMIT ?`, l.HostID, c.job, stamp(now), limit)
	if err != nil {
		return nil, wrap("due targets", err)
	}
	defer rows.Close()
	var ts []store.Target
	for rows.Next() {
		t, err := scanTarget(rows)
		if err != nil {
			return nil, wrap("due targets", err)
		}
		ts = append(ts, t)
	}
	return ts, wrap("due targets", rows.Err())
}

func scanTarget(rows *sql.Rows) (store.Target, error) {
	var t store.Target
	var key, etag, modified, digest text
	err := rows.Scan(&t.ID, &t.URL, &key, &t.Depth, &t.Hops, &t.Attempts, &etag, &modified, &t.Via, &digest)
	t.Key, t.ETag, t.LastModified, t.LastDigest = string(key), string(etag), string(modified), string(digest)
	if t.Key == "" {
		t.Key = t.URL
	}
	return t, err
}

// Release gives a host back. The writer does so, after all that was recorded
// before.
func (c *crawl) Release(ctx context.Context, l store.Lease, next time.Time) error {
	if err := c.holds(l); err != nil {
		return err
	}
	c.setReleased(l.HostID, true)
	err := c.submit(ctx, item{
		apply: func(g *group) error { return g.release(l.HostID, next) },
		after: func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.leases, l.HostID)
		},
	})
	if err != nil {
		c.setReleased(l.HostID, false) // the caller still has it and may try again
	}
	return wrap("release", err)
}

func (c *crawl) setReleased(host int64, released bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.leases[host]; h != nil {
		h.released = released
	}
}

// release writes when a host may be asked again: not before next, nor before
// its first target is due.
func (g *group) release(host int64, next time.Time) error {
	if err := g.tx.exec(`UPDATE host SET next_allowed_at = max(coalesce(next_allowed_at, ''), ?1) WHERE id = ?2 AND ?1 IS NOT NULL`,
		stampUp(next), host); err != nil {
		return err
	}
	due, err := g.firstDue(host)
	if err != nil || due == "" {
		return err
	}
	return g.tx.exec(`UPDATE queue SET ready_at = max(?1, coalesce((SELECT next_allowed_at FROM host WHERE id = ?2), ''))
		WHERE job_id = ?3 AND host_id = ?2`, due, host, g.c.job)
}

// firstDue is when the first target of a host is due. The index is ordered by
// priority first, so each priority in use is asked for its first.
func (g *group) firstDue(host int64) (string, error) {
	first := ""
	for above := int64(-1 << 63); ; {
		var due string
		found, err := g.tx.row(`SELECT priority, due_at FROM target INDEXED BY target_due
			WHERE host_id = ? AND job_id = ? AND priority > ? AND due_at IS NOT NULL
			ORDER BY priority, due_at LIMIT 1`, []any{host, g.c.job, above}, &above, &due)
		if err != nil || !found {
			return first, err
		}
		first = earlier(first, due)
	}
}

// Waiting counts the targets that are still to be visited.
func (c *crawl) Waiting(ctx context.Context) (n int, first time.Time, err error) {
	if err := c.Flush(ctx); err != nil {
		return 0, time.Time{}, err
	}
	var ready text
	err = c.a.readers.QueryRowContext(ctx, `SELECT coalesce(sum(pending), 0), min(ready_at) FROM queue WHERE job_id = ? AND pending > 0`,
		c.job).Scan(&n, &ready)
	return n, ready.time(), wrap("count what waits", err)
}

// Roots gives the URLs of depth 0 of the job.
func (c *crawl) Roots(ctx context.Context) ([]string, error) {
	rows, err := c.a.readers.QueryContext(ctx, `SELECT url FROM target INDEXED BY target_root WHERE job_id = ? AND depth = 0 ORDER BY id`, c.job)
	if err != nil {
		return nil, wrap("read the seeds", err)
	}
	return stringsOf(rows)
}

// stringsOf reads a column of text.
func stringsOf(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s text
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, string(s))
	}
	return all, rows.Err()
}
