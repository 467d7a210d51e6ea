package sqlite

import (
	"context"
	"time"

	"stet/store"
)

// Robots gives the newest robots.txt kept of an origin.
func (c *crawl) Robots(ctx context.Context, origin string) (store.Robots, error) {
	c.mu.Lock()
	waiting, ok := c.robots[origin]
	c.mu.Unlock()
	if ok {
		return *waiting, nil
	}
	r, err := c.a.robots(ctx, origin, time.Time{})
	return r, wrap("robots.txt of "+origin, err)
}

// robots gives the newest robots.txt of an origin that was fetched by a time,
// the newest of all if that is zero.
func (a *Archive) robots(ctx context.Context, origin string, by time.Time) (store.Robots, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT fetched_at, expires_at, coalesce(status, 0), verdict, reason, body
		FROM robots WHERE origin = ?1 AND (?2 IS NULL OR fetched_at <= ?2) ORDER BY id DESC LIMIT 1`, clean(origin), stamp(by))
	if err != nil {
		return store.Robots{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return store.Robots{}, err
		}
		return store.Robots{}, store.ErrNotFound
	}
	r := store.Robots{Origin: origin}
	var fetched, expires, reason text
	err = rows.Scan(&fetched, &expires, &r.Status, &r.Verdict, &reason, &r.Body)
	r.FetchedAt, r.ExpiresAt, r.Reason = fetched.time(), expires.time(), string(reason)
	return r, err
}

// SaveRobots keeps a robots.txt with the next group.
func (c *crawl) SaveRobots(ctx context.Context, l store.Lease, r store.Robots) error {
	if err := c.holds(l); err != nil {
		return wrap("keep robots.txt of "+r.Origin, err)
	}
	waiting := &r
	c.mu.Lock()
	c.robots[r.Origin] = waiting
	c.mu.Unlock()
	committed := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.robots[r.Origin] == waiting { // not saved anew meanwhile
			delete(c.robots, r.Origin)
		}
	}
	err := c.submit(ctx, item{
		bytes: int64(len(r.Body)),
		apply: func(g *group) error { return g.saveRobots(l.HostID, r) },
		after: committed,
	})
	if err != nil {
		committed()
	}
	return wrap("keep robots.txt of "+r.Origin, err)
}

func (g *group) saveRobots(host int64, r store.Robots) error {
	return g.tx.exec(`INSERT INTO robots (host_id, origin, fetched_at, expires_at, status, verdict, reason, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		host, clean(r.Origin), stamp(r.FetchedAt), stamp(r.ExpiresAt), numberOr(r.Status), clean(r.Verdict), null(r.Reason), r.Body)
}
