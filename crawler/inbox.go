package crawler

import "sync"

// inbox carries things from one goroutine to another. Who puts never waits.
type inbox[T any] struct {
	full chan struct{} // holds a token while there is something to take

	mu    sync.Mutex
	items []T
}

func newInbox[T any]() *inbox[T] { return &inbox[T]{full: make(chan struct{}, 1)} }

func (b *inbox[T]) put(items ...T) {
	b.mu.Lock()
	b.items = append(b.items, items...)
	b.mu.Unlock()
	select {
	case b.full <- struct{}{}:
	default:
	}
}

func (b *inbox[T]) take() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	items := b.items
	b.items = nil
	return items
}
