package crawler

import (
	"fmt"
	"net/http"
	"time"

	"stet/store"
)

// retryWaits are the waits before the second, third, … visit of a target that
// may answer later. Beyond them the last is doubled.
var retryWaits = [...]time.Duration{1 * time.Second, 3 * time.Second, 6 * time.Second, 12 * time.Second}

const (
	// longestRetry bounds the wait before a retry of our own making.
	longestRetry = time.Hour
	// longestPause bounds how long a Retry-After of one URL holds up its
	// whole host; the URL itself waits as long as it was told.
	longestPause = time.Minute
)

// retryWait is the wait after the n-th failed visit, n from 0.
func retryWait(n int) time.Duration {
	if n < len(retryWaits) {
		return retryWaits[n]
	}
	w := retryWaits[len(retryWaits)-1]
	for i := len(retryWaits) - 1; i < n && w < longestRetry; i++ {
		w *= 2
	}
	return min(w, longestRetry)
}

// verdict is what an HTTP status means for a target.
type verdict struct {
	state store.State
	retry bool // it may answer otherwise later
}

// judge reads a status (RFC 9110, section 15).
func judge(status int) verdict {
	switch {
	case status == http.StatusNotModified:
		return verdict{state: store.StateUnchanged}
	case status >= 200 && status < 300:
		return verdict{state: store.StateFetched}
	case status == http.StatusMovedPermanently, status == http.StatusFound, status == http.StatusSeeOther,
		status == http.StatusTemporaryRedirect, status == http.StatusPermanentRedirect:
		return verdict{state: store.StateRedirected}
	case status == http.StatusNotFound, status == http.StatusGone:
		return verdict{state: store.StateGone}
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly,
		status == http.StatusTooManyRequests, status >= 500:
		return verdict{state: store.StateFailed, retry: true}
	}
	return verdict{state: store.StateFailed}
}

// nameTries is how often a host whose name does not exist is asked for.
const nameTries = 3

// again turns a failed visit into one that is tried again, or, when the tries
// are used up, into a final failure. A wait the site asked for is obeyed.
func (c *crawl) again(v *store.Visit, asked time.Duration, now time.Time) {
	c.tryAgain(v, c.retries, asked, now)
}

func (c *crawl) tryAgain(v *store.Visit, retries int, asked time.Duration, now time.Time) {
	tries := v.Target.Attempts + 1
	if tries > retries {
		v.State = store.StateFailed
		if tries > 1 {
			v.Reason += fmt.Sprintf("; given up after %d tries", tries)
		}
		return
	}
	v.State = store.StateDiscovered
	v.RetryAt = now.Add(max(asked, retryWait(v.Target.Attempts)))
	v.Reason += fmt.Sprintf("; try %d of %d", tries, retries+1)
}
