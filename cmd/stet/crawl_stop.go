package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// grace is how long what is in flight may take after the first Ctrl-C.
const grace = 5 * time.Second

// brakes end a crawl: softly with the first of stopSignals, at once with the
// second or after the grace. A third one kills the process, as it would
// have done without us.
type brakes struct {
	stop    chan struct{} // closed for the soft end
	soften  func()        // closes stop
	release func()        // gives the signals back
}

// stopSignals are what ends a verb: Ctrl-C, SIGTERM, and SIGHUP of a terminal
// that is closed, unless nohup has asked for that to be ignored.
func stopSignals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// withBrakes takes over the signals. say tells the user what happens.
func withBrakes(ctx context.Context, say func(string)) (context.Context, *brakes) {
	ctx, cancel := context.WithCancel(ctx)
	b := &brakes{stop: make(chan struct{})}
	b.soften = sync.OnceFunc(func() { close(b.stop) })
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals()...)
	released := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer signal.Stop(signals)
		select {
		case <-released:
			return
		case <-signals:
		}
		b.soften()
		say("finishing what is in flight; once more to stop at once")
		select {
		case <-released:
			return
		case <-signals:
		case <-time.After(grace):
		}
		cancel()
	})
	b.release = sync.OnceFunc(func() {
		close(released)
		wg.Wait()
		cancel()
	})
	return ctx, b
}
