package fetch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

var (
	errNoHeader = errors.New("no header in time")
	errTooSlow  = errors.New("body too slow")
)

// watch ends an exchange that takes too long. One timer serves it: first for
// the time until the header is whole, then for a look at the body every tick.
//
// A body is cut when any of these holds:
//
//	nothing came for IdleTimeout
//	less than MinSpeed a second came in a whole SpeedWindow
//	it has taken Timeout in all
//
// So a page of a few hundred KB has the whole window however slow it is, a
// drip ends with the window, and a large quick download may take Timeout. A
// stall is seen up to one tick (an eighth of the shortest limit) late.
type watch struct {
	idle, window, whole, tick time.Duration
	minBytes                  int64        // in one window
	got                       atomic.Int64 // bytes so far, counted by the reader
	cancel                    context.CancelCauseFunc

	mu                  sync.Mutex
	timer               *time.Timer
	inBody, stopped     bool
	began, moved, since time.Time // body, last byte seen, window
	seen, before        int64     // bytes at the last look, at the window's start
}

func newWatch(cfg *Config, cancel context.CancelCauseFunc) *watch {
	w := &watch{
		idle: cfg.IdleTimeout, window: cfg.SpeedWindow, whole: cfg.Timeout,
		minBytes: int64(float64(cfg.MinSpeed) * cfg.SpeedWindow.Seconds()),
		tick:     max(min(cfg.IdleTimeout, cfg.SpeedWindow, cfg.Timeout)/8, time.Millisecond),
		cancel:   cancel,
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(2*cfg.ConnectTimeout+cfg.HeaderTimeout, w.look)
	return w
}

// body says that the header has come.
func (w *watch) body() {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inBody, w.began, w.moved, w.since = true, now, now, now
	w.timer.Reset(w.tick)
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.timer.Stop()
}

// look is run by the timer.
func (w *watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.stopped:
	case !w.inBody:
		w.cancel(errNoHeader)
	case w.tooSlow(time.Now(), w.got.Load()):
		w.cancel(errTooSlow)
	default:
		w.timer.Reset(w.tick)
	}
}

// tooSlow is asked at each tick, with the bytes that had come by then.
func (w *watch) tooSlow(now time.Time, got int64) bool {
	if got != w.seen {
		w.seen, w.moved = got, now
	}
	if now.Sub(w.moved) >= w.idle || now.Sub(w.began) >= w.whole {
		return true
	}
	if now.Sub(w.since) < w.window {
		return false
	}
	slow := got-w.before < w.minBytes
	w.since, w.before = now, got
	return slow
}
