package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"stet/crawler/fetch"
	"stet/crawler/frontier"
	"stet/crawler/weburl"
	"stet/store"
)

// maxHops is how many redirects in a row are followed; browsers stop at 20.
const maxHops = 20

// visit takes one target through the house: robots, fetch, capture, extract,
// links, record. An error is one of the archive, never one of the page.
func (c *crawl) visit(ctx context.Context, t frontier.Turn) (ended, error) {
	e := ended{turn: t, delay: t.Delay, next: time.Now()}
	v := &store.Visit{Lease: t.Lease, Target: t.Target, Started: e.next, NextAllowedAt: e.next, Delay: t.Delay}
	u, err := weburl.Parse(t.Target.URL)
	if err != nil { // written by another version: it was parsed before it was enqueued
		v.State, v.Class, v.Reason = store.StateFailed, "bad-url", err.Error()
		return c.record(ctx, e, v)
	}

	var learnt lecture
	allowed, asked, err := c.allowed(ctx, t, u, v)
	if err != nil {
		return e, err
	}
	if ctx.Err() != nil {
		c.leave(ctx, v, u)
		return e, nil
	}
	if asked { // robots.txt took this turn; the target is the host's next
		c.pause(v, u, 0)
		e.delay, e.next = v.Delay, v.NextAllowedAt
		return e, nil
	}
	if allowed {
		response, err := c.fetch(ctx, u, c.request(t.Target))
		if ctx.Err() != nil {
			c.leave(ctx, v, u)
			return e, nil
		}
		c.rest(v, u, response, err)
		if err != nil {
			c.refused(v, u, err)
		} else {
			c.gate.ok(u.Origin())
			c.answered(v, response)
			if learnt, err = c.read(ctx, v, u); err != nil {
				return ended{}, err
			}
		}
	}
	if e, err = c.record(ctx, e, v); err != nil || e.visit == nil {
		return e, err
	}
	again, err := c.learn(ctx, learnt)
	if err == nil && len(again) > 0 {
		err = c.cleanSome(ctx, again)
	}
	if err != nil && ctx.Err() != nil {
		err = nil // the page is recorded; the next run goes on with the rest
	}
	return e, err
}

// record hands a visit to the archive and ends its turn.
func (c *crawl) record(ctx context.Context, e ended, v *store.Visit) (ended, error) {
	e.delay, e.next = v.Delay, v.NextAllowedAt
	c.log.Info("visit", "url", v.Target.URL, "state", v.State, "status", v.Status, "bytes", v.Bytes,
		"took", v.Took, "reason", v.Reason)
	if err := c.archive.Record(ctx, v); err != nil {
		if ctx.Err() != nil {
			return e, nil
		}
		return ended{}, fmt.Errorf("record %s: %w", v.Target.URL, err)
	}
	e.visit, e.bytes = v, v.Bytes
	return e, nil
}

// leave ends a turn that was cut short: the target is due as before, and the
// host is left alone for as long as after any request, also by the next run.
func (c *crawl) leave(ctx context.Context, v *store.Visit, u weburl.URL) {
	v.Took = time.Since(v.Started)
	c.pause(v, u, v.Took)
	// An archive that fails says so by itself; the run is ending anyway.
	_ = c.archive.Release(context.WithoutCancel(ctx), v.Lease, v.NextAllowedAt)
}

// allowed asks the origin's robots.txt about a target. Where the file has to
// be fetched first, that takes the turn: asked is then true.
func (c *crawl) allowed(ctx context.Context, t frontier.Turn, u weburl.URL, v *store.Visit) (ok, asked bool, err error) {
	if c.cfg.IgnoreRobots {
		return true, false, nil
	}
	rules, known, err := c.robotsRules(ctx, u.Origin(), v.Started)
	if err != nil {
		return false, false, err
	}
	if !known {
		var unanswered error
		rules, v.Started, unanswered, err = c.askRobots(ctx, t, u)
		v.Took = time.Since(v.Started)
		if err != nil || ctx.Err() != nil || !rules.closed() {
			return false, true, err
		}
		// The origin is closed, and that was the visit.
		if unanswered != nil && !unresolved(unanswered) {
			c.refused(v, u, unanswered)
			v.Reason = "robots.txt: " + v.Reason
		} else {
			c.closed(v, rules)
		}
		c.pause(v, u, 0)
		return false, false, nil
	}
	if rules.closed() {
		c.closed(v, rules)
		return false, false, nil
	}
	allowed, rule := rules.file.Match(Product, u.String())
	if !allowed {
		v.State, v.Class = store.StateExcluded, "robots"
		v.Reason = fmt.Sprintf("robots.txt line %d: %s", rule.Line, rule.Text)
	}
	return allowed, false, nil
}

// closed puts a target off until its origin's robots.txt is asked again.
func (c *crawl) closed(v *store.Visit, rules ruling) {
	v.State, v.Class, v.Reason = store.StateDiscovered, "robots-unreachable", rules.reason
	v.RetryAt, v.Postponed = rules.expires, true
}

// request asks for a target, and whether it has changed since it was kept.
func (c *crawl) request(t store.Target) fetch.Request {
	return fetch.Request{URL: t.URL, ETag: t.ETag, LastModified: t.LastModified}
}

// hostDelay is the pause between two requests to an origin that the user and
// its robots.txt ask for.
func (c *crawl) hostDelay(u weburl.URL) time.Duration {
	if c.cfg.IgnoreRobots {
		return c.delay
	}
	if r, ok := c.gate.get(u.Origin(), time.Now()); ok {
		return max(c.delay, r.file.Delay(Product))
	}
	return c.delay
}

// pause notes until when the host is left alone: from the moment the request
// was written on, as long as was asked for or as long as the host needed to
// answer, whichever is longer.
func (c *crawl) pause(v *store.Visit, u weburl.URL, sent time.Duration) {
	delay := c.hostDelay(u)
	v.Delay = max(delay, v.Took)
	v.NextAllowedAt = v.Started.Add(max(sent+delay, v.Took))
}

// rest notes the request and until when its host is left alone.
func (c *crawl) rest(v *store.Visit, u weburl.URL, r fetch.Response, err error) {
	v.Fetched = true
	v.Took = time.Since(v.Started)
	if err == nil {
		v.Started, v.Took = r.Started, r.Took
	}
	sent := r.Sent
	if err != nil {
		sent = v.Took // it may have been written at the last moment
	}
	c.pause(v, u, sent)
	if wait, ok := fetch.RetryAfter(r.Header, time.Now()); ok {
		rested := v.Started.Add(v.Took + min(wait, longestPause))
		v.NextAllowedAt = later(v.NextAllowedAt, rested)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// refused takes in that no answer came.
func (c *crawl) refused(v *store.Visit, u weburl.URL, err error) {
	v.State, v.Class, v.Reason = store.StateFailed, "error", err.Error()
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return
	}
	v.Class = fe.Class
	switch {
	case fe.Class == fetch.DNSNotFound:
		c.tryAgain(v, min(c.retries, nameTries-1), 0, time.Now())
	case fe.Class == fetch.DNS: // as likely our own network as theirs
		v.State, v.Postponed = store.StateDiscovered, true
		v.RetryAt = time.Now().Add(c.gate.failed(u.Origin()))
	case fe.Class == "blocked-address", fe.Class == "bad-url":
		v.State, v.Fetched = store.StateExcluded, false
	case fe.Retry:
		c.again(v, 0, time.Now())
	}
}

// unresolved says that a name could not be looked up now.
func unresolved(err error) bool {
	var fe *fetch.Error
	return errors.As(err, &fe) && fe.Class == fetch.DNS
}

// answered takes in an answer: what it means, and its bytes as a capture.
func (c *crawl) answered(v *store.Visit, r fetch.Response) {
	verdict := judge(r.Status)
	v.Status, v.Bytes, v.State = r.Status, r.WireBytes, verdict.state
	c.validators(v, r)
	if verdict.state == store.StateUnchanged {
		v.Reason = "the site says it has not changed"
		return
	}
	v.Capture = capture(v, r)
	wait, asked := fetch.RetryAfter(r.Header, time.Now())
	switch {
	case verdict.retry:
		v.Class, v.Reason = fmt.Sprintf("http-%d", r.Status), fmt.Sprintf("answered %d", r.Status)
		if asked {
			v.Reason += fmt.Sprintf(", to be asked again in %s", wait.Round(time.Second))
		}
		c.again(v, wait, time.Now())
	case verdict.state != store.StateFetched:
		v.Class, v.Reason = fmt.Sprintf("http-%d", r.Status), fmt.Sprintf("answered %d", r.Status)
	case r.Truncated == "disconnect" || r.Truncated == "time":
		v.Class, v.Reason = "cut-off", "the body was cut off ("+r.Truncated+"); what arrived is kept"
		c.again(v, 0, time.Now())
	case r.Truncated != "":
		v.Class, v.Reason = "too-long", fmt.Sprintf("longer than %s: kept as far as that, not read", c.cfg.PageSize)
	case r.Broken != "":
		v.State, v.Class = store.StateFailed, "broken"
		v.Reason = "the body arrived broken (" + r.Broken + "); it is kept as it arrived"
	case v.Capture.Digest == v.Target.LastDigest:
		v.State, v.Reason = store.StateUnchanged, "the same bytes as before"
	}
}

// validators are those of a page that is kept; to be told that an error page
// has not changed is of no use.
func (c *crawl) validators(v *store.Visit, r fetch.Response) {
	if v.State == store.StateUnchanged || v.State == store.StateFetched && r.Broken == "" &&
		(r.Truncated == "" || r.Truncated == fetch.TruncatedLength) {
		v.ETag, v.LastModified = r.Header.Get("ETag"), r.Header.Get("Last-Modified")
	}
}

// capture keeps an answer with its bytes.
func capture(v *store.Visit, r fetch.Response) *store.Capture {
	sum := sha256.Sum256(r.Body)
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		media = "" // what was said stands in the headers
	}
	return &store.Capture{
		URL: v.Target.URL, CapturedAt: r.Started, Status: r.Status, Method: http.MethodGet, Proto: r.Proto,
		RemoteAddr: r.RemoteAddr, RequestHeader: r.RequestHeader, ResponseHeader: r.Header,
		MediaType: media, Body: r.Body, Encoded: r.Encoded, Digest: hex.EncodeToString(sum[:]),
		Truncated: r.Truncated, Broken: r.Broken,
	}
}

// read extracts the page and finds its links, or follows a redirect. It gives
// what is to be learnt from the page once it is recorded.
func (c *crawl) read(ctx context.Context, v *store.Visit, u weburl.URL) (learnt lecture, err error) {
	if v.State == store.StateRedirected {
		c.redirect(v, u)
		return lecture{}, nil
	}
	capture := v.Capture
	switch {
	case v.State == store.StateUnchanged && v.Status == http.StatusNotModified:
		kept, err := c.store.Body(ctx, v.Target.Key)
		if errors.Is(err, store.ErrNotFound) || err == nil && judge(kept.Status).state != store.StateFetched {
			// It has nothing to be unchanged from: not asked with
			// validators, but answered as if.
			v.State, v.Class, v.Reason = store.StateFailed, "http-304", "answered 304 though nothing of it is kept"
			return lecture{}, nil
		}
		if err != nil {
			return lecture{}, fmt.Errorf("read back %s: %w", v.Target.URL, err)
		}
		if kept.Truncated != "" || kept.Broken != "" {
			return lecture{}, nil
		}
		capture = &kept
	case v.State != store.StateFetched && v.State != store.StateUnchanged, v.Class != "":
		return lecture{}, nil
	}
	l, err := c.lesson(ctx, u.Site())
	if err != nil {
		return lecture{}, err
	}
	t := l.template()
	// What was fetched is read, also while the crawl is being stopped.
	if v.Document, err = c.extracted(context.WithoutCancel(ctx), *capture, t); err != nil {
		return lecture{}, err
	}
	v.TemplatePages = t.Pages()
	c.links(v, v.Document)
	return c.lecture(v, u.Site(), l), nil
}

// redirect makes the place a redirect points to a target of its own.
func (c *crawl) redirect(v *store.Visit, u weburl.URL) {
	location := v.Capture.ResponseHeader.Get("Location")
	to, err := u.Resolve(weburl.EscapeForeign(location))
	switch {
	case strings.TrimSpace(location) == "":
		v.State, v.Class, v.Reason = store.StateFailed, "bad-redirect", fmt.Sprintf("answered %d without a Location", v.Status)
		return
	case err != nil || !to.IsHTTP():
		v.State, v.Class, v.Reason = store.StateFailed, "bad-redirect", fmt.Sprintf("answered %d to something that is no http URL", v.Status)
		return
	case v.Target.Hops+1 > maxHops:
		v.State, v.Class = store.StateFailed, "redirects"
		v.Reason = fmt.Sprintf("more than %d redirects in a row", maxHops)
		refuse(v, to, "redirect", v.Reason)
		return
	}
	v.Class, v.Reason = "", "redirects to "+to.Fetchable().String()
	if to.Key() == v.Target.Key {
		c.moved(v, to.Fetchable().String())
		return
	}
	follow := c.bounds.Follow
	if v.Target.Depth == 0 {
		c.bounds.Add(to)
		follow = c.bounds.FollowRoot
	}
	if ok, why := follow(to, v.Target.Depth); !ok {
		v.Reason += ", not followed: " + why
		refuse(v, to, "redirect", why)
		return
	}
	n := newTarget(to, "redirect")
	n.Depth, n.Hops, n.FoundOn, n.Priority = v.Target.Depth, v.Target.Hops+1, v.Target.ID, -1
	v.Found = append(v.Found, n)
}

// moved has a page asked for where the site has it, if that is another
// spelling of the same key: without a tracking parameter, with a session id.
func (c *crawl) moved(v *store.Visit, to string) {
	if to == v.Target.URL {
		v.Reason = "redirects to itself"
		return
	}
	v.State, v.MovedTo = store.StateDiscovered, to
	v.RetryAt, v.Postponed = v.NextAllowedAt, true
}
