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

// brakes end a crawl: softly with the first Ctrl-C or SIGTERM, at once with
// the second or after the grace. A third one kills the process, as it would
// have done without us.
type brakes struct {
	stop    chan struct{} // closed for the soft end
	soften  func()        // closes stop
	release func()        // gives the signals back
}

// withBrakes takes over the signals. say tells the user what happens.
func withBrakes(ctx context.Context, say func(string)) (context.Context, *brakes) {
	ctx, cancel := context.WithCancel(ctx)
	b := &brakes{stop: make(chan struct{})}
	b.soften = sync.OnceFunc(func() { close(b.stop) })
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
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
