package crawler

import (
	"context"
	"sync"

	"stet/crawler/fetch"
	"stet/crawler/weburl"
)

// doors lets one request at a time to each host. The frontier sees to that
// for the targets of a host; a robots.txt that redirects to another host comes
// from outside its turn.
type doors struct {
	mu   sync.Mutex
	shut map[string]chan struct{} // by host, closed when the door opens
}

func newDoors() *doors { return &doors{shut: map[string]chan struct{}{}} }

// enter waits until nobody asks the host, and shuts the door until leave.
func (d *doors) enter(ctx context.Context, host string) error {
	for {
		d.mu.Lock()
		shut := d.shut[host]
		if shut == nil {
			d.shut[host] = make(chan struct{})
		}
		d.mu.Unlock()
		if shut == nil {
			return nil
		}
		select {
		case <-shut:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (d *doors) leave(host string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.shut[host])
	delete(d.shut, host)
}

// fetch asks for one URL when nobody else asks its host.
func (c *crawl) fetch(ctx context.Context, u weburl.URL, r fetch.Request) (fetch.Response, error) {
	if err := c.doors.enter(ctx, u.Host()); err != nil {
		return fetch.Response{}, err
	}
	defer c.doors.leave(u.Host())
	return c.fetcher.Fetch(ctx, r)
}
