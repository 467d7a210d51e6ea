package fetch

import (
	"testing"
	"time"
)

// The rules of slowness, on a clock of their own.
func TestTooSlow(t *testing.T) {
	const kb = 1 << 10
	for _, c := range []struct {
		what string
		got  func(second int) int64 // bytes by then
		ends int                    // second of the cut, 0 if none within 250
	}{
		{"silence", func(int) int64 { return 0 }, 10},
		{"a stall", func(s int) int64 { return int64(min(s, 30)) * 100 * kb }, 40},
		{"a byte a second", func(s int) int64 { return int64(s) }, 20},
		{"2 KB a second", func(s int) int64 { return int64(s) * 2 * kb }, 20},
		{"9 KB a second", func(s int) int64 { return int64(s) * 9 * kb }, 20},
		{"11 KB a second", func(s int) int64 { return int64(s) * 11 * kb }, 180},
		{"1 MB a second", func(s int) int64 { return int64(s) << 20 }, 180},
		{"a burst, then a drip", func(s int) int64 { return 30<<20 + int64(s) }, 40},
		{"nothing for 9 s, then much, again and again", func(s int) int64 { return int64(s/9) << 20 }, 180},
	} {
		cfg := Config{}
		cfg.setDefaults()
		w := newWatch(&cfg, func(error) {})
		w.stop()
		start := time.Unix(1_700_000_000, 0)
		w.began, w.moved, w.since = start, start, start
		ends := 0
		for s := 1; s <= 250 && ends == 0; s++ {
			if w.tooSlow(start.Add(time.Duration(s)*time.Second), c.got(s)) {
				ends = s
			}
		}
		if ends != c.ends {
			t.Errorf("%s: cut after %d s, want %d", c.what, ends, c.ends)
		}
	}
}

func TestNoFloor(t *testing.T) {
	cfg := Config{MinSpeed: -1}
	cfg.setDefaults()
	w := newWatch(&cfg, func(error) {})
	w.stop()
	start := time.Unix(1_700_000_000, 0)
	w.began, w.moved, w.since = start, start, start
	for s := 1; s < 180; s++ {
		if w.tooSlow(start.Add(time.Duration(s)*time.Second), int64(s)) {
			t.Fatalf("no floor, a byte a second: cut after %d s, want 180", s)
		}
	}
}
