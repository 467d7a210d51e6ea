package fetch

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"", 0, false},
		{"120", 2 * time.Minute, true},
		{" 7 ", 7 * time.Second, true},
		{"0", 0, true},
		{"86400", 24 * time.Hour, true},
		{"86401", 24 * time.Hour, true},
		{"99999999999999999999", 24 * time.Hour, true},
		{"9223372036854775807", 24 * time.Hour, true},
		{"-5", 0, false},
		{"+5", 0, false},
		{"1.5", 0, false},
		{"soon", 0, false},
		{"12 monkeys", 0, false},
		{"Mon, 06 May 2024 12:00:03 GMT", 3 * time.Second, true},
		{"Monday, 06-May-24 12:01:00 GMT", time.Minute, true},
		{"Mon May  6 12:02:00 2024", 2 * time.Minute, true},
		{"Mon, 06 May 2024 11:59:00 GMT", 0, true},
		{"Mon, 06 May 2014 11:59:00 GMT", 0, false},
		{"Fri, 31 Dec 9999 23:59:59 GMT", 24 * time.Hour, true},
		{"Mon, 06 May 2024 12:00:03", 0, false},
	} {
		got, ok := RetryAfter(http.Header{"Retry-After": {c.in}}, now)
		if got != c.want || ok != c.ok {
			t.Errorf("RetryAfter(%q): got %v, %v; want %v, %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Mon, 06 May 2024 12:00:03 GMT")
	now := time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := RetryAfter(http.Header{"Retry-After": {s}}, now)
		if d < 0 || d > MaxRetryAfter || !ok && d != 0 {
			t.Errorf("RetryAfter(%q): got %v, %v", s, d, ok)
		}
	})
}
