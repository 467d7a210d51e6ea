package crawler

import (
	"errors"
	"testing"
	"time"

	"stet/crawler/fetch"
	"stet/crawler/weburl"
	"stet/store"
)

// A name that does not exist is asked for three times; one that cannot be
// looked up now is asked for again, however often that was so, and the waits
// grow until the run ends with it still to be visited.
func TestNamesThatFail(t *testing.T) {
	u, err := weburl.Parse("http://a.test/")
	if err != nil {
		t.Fatal(err)
	}
	c := &crawl{gate: newGate(), retries: 4}
	for attempts, want := range []store.State{store.StateDiscovered, store.StateDiscovered, store.StateFailed} {
		v := &store.Visit{Target: store.Target{Attempts: attempts}}
		c.refused(v, u, &fetch.Error{Class: fetch.DNSNotFound, Err: errors.New("no such host")})
		if v.State != want || v.RetryAt.IsZero() != (want == store.StateFailed) || v.Postponed {
			t.Errorf("unknown name, try %d: got %s, again %v, want %s", attempts+1, v.State, v.RetryAt, want)
		}
	}
	var wait time.Duration
	for n := range 50 {
		v := &store.Visit{Target: store.Target{Attempts: 7}}
		c.refused(v, u, &fetch.Error{Class: fetch.DNS, Retry: true, Err: errors.New("server misbehaving")})
		last := wait
		wait = time.Until(v.RetryAt).Round(time.Second)
		if v.State != store.StateDiscovered || !v.Postponed || wait < last {
			t.Errorf("name server fails, time %d: got %s, postponed %v, in %v after %v, want it put off ever longer",
				n+1, v.State, v.Postponed, wait, last)
		}
	}
	if wait <= DefaultMaxWait {
		t.Errorf("name server fails 50 times: got a wait of %v, want more than a run waits for", wait)
	}
	c.gate.ok(u.Origin())
	v := &store.Visit{}
	c.refused(v, u, errors.New("something else"))
	if v.State != store.StateFailed || v.Class != "error" {
		t.Errorf("an error of no known kind: got %s (%s), want failed (error)", v.State, v.Class)
	}
}
