package crawler

import (
	"sync"

	"stet/store"
)

// inbox carries committed visits from the writer to the dispatcher. The
// writer never waits.
type inbox struct {
	full chan struct{} // holds a token while there is something to take

	mu     sync.Mutex
	visits []*store.Visit
}

func newInbox() *inbox { return &inbox{full: make(chan struct{}, 1)} }

func (b *inbox) put(vs []*store.Visit) {
	b.mu.Lock()
	b.visits = append(b.visits, vs...)
	b.mu.Unlock()
	select {
	case b.full <- struct{}{}:
	default:
	}
}

func (b *inbox) take() []*store.Visit {
	b.mu.Lock()
	defer b.mu.Unlock()
	vs := b.visits
	b.visits = nil
	return vs
}
