package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"stet/crawler/fetch"
	"stet/crawler/frontier"
	"stet/crawler/robots"
	"stet/crawler/weburl"
	"stet/store"
)

const (
	// robotsLifetime is how long a robots.txt is used (RFC 9309, section 2.4).
	robotsLifetime = 24 * time.Hour
	// robotsSize is how much of a robots.txt is read (RFC 9309, section 2.5).
	robotsSize = 500 << 10
	// robotsHops is how many redirects of robots.txt are followed (RFC 9309,
	// section 2.3.1.2).
	robotsHops = 5
	// gateSize bounds how many parsed files are held in memory.
	gateSize = 2000
)

// gate holds the parsed robots.txt of the origins in turn.
type gate struct {
	mu       sync.Mutex
	rules    map[string]ruling // by origin
	failures map[string]int    // asked in vain in a row, by origin
}

// ruling is what an origin's robots.txt says until it expires.
type ruling struct {
	file    *robots.File
	expires time.Time
	verdict string // rules, allow-all, disallow-all
	reason  string
}

// closed says that nothing may be fetched until the ruling expires.
func (r ruling) closed() bool { return r.verdict == "disallow-all" }

func newGate() *gate { return &gate{rules: map[string]ruling{}, failures: map[string]int{}} }

func (g *gate) get(origin string, now time.Time) (ruling, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, ok := g.rules[origin]
	return r, ok && now.Before(r.expires)
}

func (g *gate) put(origin string, r ruling) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.rules) >= gateSize {
		for o := range g.rules { // any one: it is read from the archive again
			delete(g.rules, o)
			break
		}
	}
	g.rules[origin] = r
}

// failed counts that robots.txt was asked for in vain, and says how long to
// wait before it is asked for again; ok ends the count.
func (g *gate) failed(origin string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := g.failures[origin]
	g.failures[origin] = n + 1
	if n >= len(retryWaits) {
		return robotsRetry
	}
	return retryWait(n)
}

func (g *gate) ok(origin string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.failures, origin)
}

// robotsRules finds the ruling for an origin: in memory, in the archive, or
// not at all, in which case robots.txt has to be asked for.
func (c *crawl) robotsRules(ctx context.Context, origin string, now time.Time) (ruling, bool, error) {
	if r, ok := c.gate.get(origin, now); ok {
		return r, true, nil
	}
	kept, err := c.archive.Robots(ctx, origin)
	if errors.Is(err, store.ErrNotFound) || err == nil && !now.Before(kept.ExpiresAt) {
		return ruling{}, false, nil
	}
	if err != nil {
		return ruling{}, false, fmt.Errorf("robots.txt of %s: %w", origin, err)
	}
	r := ruleOn(kept)
	c.gate.put(origin, r)
	return r, true, nil
}

// ruleOn parses a kept robots.txt.
func ruleOn(r store.Robots) ruling {
	out := ruling{expires: r.ExpiresAt, verdict: r.Verdict, reason: r.Reason}
	switch r.Verdict {
	case "allow-all":
		out.file = robots.AllowAll()
	case "disallow-all":
		out.file = robots.DisallowAll()
	default:
		out.file = robots.Parse(r.Body)
	}
	return out
}

// askRobots fetches robots.txt of an origin and keeps the answer. It returns
// the ruling and when the request was sent; unanswered says that no answer
// came, which closes the origin for a while.
func (c *crawl) askRobots(ctx context.Context, t frontier.Turn, u weburl.URL) (r ruling, started time.Time, unanswered, err error) {
	origin := u.Origin()
	a := c.fetchRobots(ctx, u)
	kept, started, unanswered := a.Robots, a.sent, a.err
	if ctx.Err() != nil {
		return ruling{}, started, nil, nil
	}
	if unanswered != nil {
		kept = closeAll(kept, "robots.txt: "+unanswered.Error())
	}
	if kept.Verdict == "disallow-all" {
		kept.ExpiresAt = kept.FetchedAt.Add(max(a.wait, c.gate.failed(origin)))
	} else {
		c.gate.ok(origin)
	}
	if err := c.archive.SaveRobots(ctx, t.Lease, kept); err != nil {
		return ruling{}, started, nil, fmt.Errorf("keep robots.txt of %s: %w", origin, err)
	}
	r = ruleOn(kept)
	c.gate.put(origin, r)
	c.log.Info("robots", "url", origin+"/robots.txt", "status", kept.Status, "verdict", kept.Verdict, "reason", kept.Reason)
	return r, started, unanswered, nil
}

// robotsAnswer is what became of asking for a robots.txt.
type robotsAnswer struct {
	store.Robots
	sent time.Time     // when the last request was written
	wait time.Duration // what the site asked for
	err  error         // no answer came
}

// fetchRobots asks for robots.txt and reads the answer as RFC 9309 section
// 2.3.1 says: 2xx are rules, 4xx closes nothing, 5xx and no answer close
// everything until it is asked again. 429 is read as 5xx: the site asks for
// fewer requests, not for more. A redirect to what may not be asked is one to
// nowhere.
func (c *crawl) fetchRobots(ctx context.Context, u weburl.URL) robotsAnswer {
	out := robotsAnswer{Robots: store.Robots{Origin: u.Origin()}, sent: time.Now()}
	u, err := u.Resolve("/robots.txt")
	if err != nil { // it is shorter than most that can be resolved
		out.err = err
		return out
	}
	for hop := 0; ; hop++ {
		r, err := c.fetch(ctx, u, fetch.Request{URL: u.String(), Accept: "text/plain,*/*;q=0.5", MaxBody: robotsSize})
		out.FetchedAt = time.Now()
		out.ExpiresAt = out.FetchedAt.Add(robotsLifetime)
		if fe := (*fetch.Error)(nil); hop > 0 && errors.As(err, &fe) && (fe.Class == fetch.Blocked || fe.Class == fetch.BadURL) {
			out.Robots = openAll(out.Robots, "robots.txt redirects to what may not be asked")
			return out
		}
		if err != nil {
			out.sent, out.err = out.FetchedAt, err
			return out
		}
		out.sent, out.Status = r.Started.Add(r.Sent), r.Status
		if judge(r.Status).state != store.StateRedirected || r.Location == "" {
			out.wait, _ = fetch.RetryAfter(r.Header, time.Now())
			out.Robots = readRobots(out.Robots, r)
			return out
		}
		next, err := u.Resolve(weburl.EscapeForeign(r.Location))
		if err != nil || hop >= robotsHops {
			out.Robots = openAll(out.Robots, fmt.Sprintf("robots.txt redirects too often or nowhere (%d hops)", hop+1))
			return out
		}
		u = next
	}
}

// readRobots reads an answer that is no redirect.
func readRobots(out store.Robots, r fetch.Response) store.Robots {
	switch {
	case r.Status >= 200 && r.Status < 300:
		if r.Encoded || r.Truncated == fetch.TruncatedDisconnect || r.Truncated == fetch.TruncatedTime {
			return closeAll(out, "robots.txt arrived broken")
		}
		out.Body, out.Verdict = r.Body, "rules"
		return out
	case r.Status == http.StatusTooManyRequests || r.Status >= 500:
		return closeAll(out, fmt.Sprintf("robots.txt answered %d", r.Status))
	}
	return openAll(out, fmt.Sprintf("robots.txt answered %d", r.Status))
}

func openAll(r store.Robots, why string) store.Robots {
	r.Verdict, r.Reason = "allow-all", why+": nothing is closed"
	return r
}

// robotsRetry is how soon a robots.txt that could not be had several times in
// a row is asked for again. Nothing of the origin is fetched before.
const robotsRetry = 10 * time.Minute

func closeAll(r store.Robots, why string) store.Robots {
	r.Verdict, r.Reason = "disallow-all", why+": everything is closed until it is asked again"
	return r
}
