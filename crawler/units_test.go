package crawler

import (
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"1s": time.Second, "500ms": 500 * time.Millisecond, "2h": 2 * time.Hour,
		"1.5": 1500 * time.Millisecond, " 3 ": 3 * time.Second, "0": 0,
	} {
		var d Duration
		if err := d.Set(in); err != nil || time.Duration(d) != want {
			t.Errorf("Duration %q: got %v, %v, want %v", in, d, err, want)
		}
	}
	for _, in := range []string{"", "soon", "-1s", "-2", "1 year"} {
		var d Duration
		if err := d.Set(in); err == nil {
			t.Errorf("Duration %q: got %v, want an error", in, d)
		}
	}
}

func TestSize(t *testing.T) {
	for in, want := range map[string]Size{
		"500MB": 500e6, "2GiB": 2 << 30, "1.5k": 1500, "10": 10, "7 MiB": 7 << 20, "3b": 3,
	} {
		var z Size
		if err := z.Set(in); err != nil || z != want {
			t.Errorf("Size %q: got %d, %v, want %d", in, z, err, want)
		}
	}
	for _, in := range []string{"", "big", "-1", "1e300GB", "5 apples"} {
		var z Size
		if err := z.Set(in); err == nil {
			t.Errorf("Size %q: got %d, want an error", in, z)
		}
	}
	for in, want := range map[Size]string{0: "0", 2 << 30: "2GiB", 3 << 20: "3MiB", 1500: "1500B"} {
		if got := in.String(); got != want {
			t.Errorf("Size %d: got %q, want %q", int64(in), got, want)
		}
	}
}

// What is written can be read back as the same value.
func TestUnitsRoundTrip(t *testing.T) {
	for _, in := range []Size{0, 1, 1 << 20, 123456789} {
		b, _ := in.MarshalText()
		var z Size
		if err := z.UnmarshalText(b); err != nil || z != in {
			t.Errorf("Size %d: written %q, read %d, %v", int64(in), b, int64(z), err)
		}
	}
	for _, in := range []Duration{0, Duration(time.Second), Duration(90 * time.Minute)} {
		b, _ := in.MarshalText()
		var d Duration
		if err := d.UnmarshalText(b); err != nil || d != in {
			t.Errorf("Duration %v: written %q, read %v, %v", in, b, d, err)
		}
	}
}

func TestRetryWaitGrowsAndIsBounded(t *testing.T) {
	last := time.Duration(0)
	for n := range 40 {
		w := retryWait(n)
		if w < last || w > longestRetry {
			t.Errorf("wait after failure %d: got %v after %v, want growing up to %v", n, w, last, longestRetry)
		}
		last = w
	}
	if last != longestRetry {
		t.Errorf("wait after 40 failures: got %v, want %v", last, longestRetry)
	}
}

func TestParseHeaders(t *testing.T) {
	h, err := parseHeaders([]string{"Cookie: a=b", "X-Two:  spaced  "})
	if err != nil || h.Get("Cookie") != "a=b" || h.Get("X-Two") != "spaced" {
		t.Errorf("headers: got %v, %v", h, err)
	}
	for _, bad := range []string{"", "no colon", ": v", "A B: v", "A: b\r\nC: d"} {
		if _, err := parseHeaders([]string{bad}); err == nil || !strings.Contains(err.Error(), "Name: value") {
			t.Errorf("header %q: got %v, want an error that shows the form", bad, err)
		}
	}
}
