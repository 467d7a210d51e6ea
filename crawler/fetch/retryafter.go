package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxRetryAfter is the longest wait that RetryAfter gives.
const MaxRetryAfter = 24 * time.Hour

// RetryAfter reads Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP
// date. What is negative, in the past by more than clocks differ, or no such
// value is not given; what is absurdly long is cut to MaxRetryAfter.
//
//	120                            2 min
//	0                              0
//	99999999999999999999           24 h
//	-5, soon, 1.5                  not given
//	Wed, 21 Oct 2015 07:28:00 GMT  until then; 0 if it has just passed
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if strings.Trim(v, "0123456789") == "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n > int64(MaxRetryAfter/time.Second) {
			return MaxRetryAfter, true
		}
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(v)
	if err != nil || at.Before(now.Add(-time.Hour)) {
		return 0, false
	}
	return min(max(at.Sub(now), 0), MaxRetryAfter), true
}
