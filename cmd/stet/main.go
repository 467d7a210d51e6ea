package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A reader that goes away (stet list | head) gives EPIPE, which ends the
	// command quietly, instead of a signal that would also end a crawl.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(context.Background(), os.Args[1:], systemConsole()))
}

// run executes one command line and gives its exit status.
func run(ctx context.Context, args []string, c *console) int {
	root := newRoot(c)
	root.SetArgs(args)
	err := unknownVerb(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if flushed := c.out.Flush(); err == nil {
		err = flushed
	}
	return c.report(err)
}

// interruptible gives a context that ends with one of stopSignals, for verbs
// that have nothing to finish first.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, stopSignals()...)
}
