package sqlite

import "sync"

// The sizes of the tables, 16 bytes a slot: 4 MiB and 1 MiB of memory. The
// links that every page of a site repeats come back at once after they were
// pushed out, so larger tables gain nothing on them.
const (
	targetSlots  = 1 << 18
	refusedSlots = 1 << 16
)

// seen remembers keys that are known to be in this round already, or to have
// been refused, so that the same menu links need not be looked up for every
// page. It forgets, but never says yes wrongly: a slot holds 128 bits of the
// key's SHA-256, and only what is committed is added.
type seen struct {
	mu    sync.Mutex
	slots []hashes
}

// hashes are the two hashes of a key, see keyHash.
type hashes struct{ kept, other int64 }

// keyed is what was found, with the hashes of its key.
type keyed interface{ both() hashes }

func (h hashes) both() hashes { return h }

func newSeen(slots int) *seen { return &seen{slots: make([]hashes, slots)} }

func (s *seen) slot(h hashes) *hashes {
	return &s.slots[uint64(h.kept)%uint64(len(s.slots))]
}

// unknown keeps those of all that s does not know for sure.
func unknown[T keyed](s *seen, all []T) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := all[:0]
	for _, t := range all {
		if h := t.both(); *s.slot(h) != h {
			out = append(out, t)
		}
	}
	return out
}

// remember adds what was committed.
func remember[T keyed](s *seen, all []T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range all {
		h := t.both()
		*s.slot(h) = h
	}
}
