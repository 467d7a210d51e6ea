package sqlite

import "sync"

// seenSlots is the size of the table: 4 MiB of memory. The links that every
// page of a site repeats come back at once after they were pushed out, so a
// larger table gains nothing on them.
const seenSlots = 1 << 18

// seen remembers keys that are known to be in this round already, so that the
// same menu links need not be looked up for every page. It forgets, but never
// says yes wrongly: a slot holds 128 bits of the key's SHA-256, and only what
// is committed is added.
type seen struct {
	mu    sync.Mutex
	slots [][2]int64
}

func newSeen() *seen { return &seen{slots: make([][2]int64, seenSlots)} }

func (s *seen) slot(kept int64) *[2]int64 {
	return &s.slots[uint64(kept)%uint64(len(s.slots))]
}

// unknown keeps those targets of ts that are not known for sure.
func (s *seen) unknown(ts []hashed) []hashed {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ts[:0]
	for _, t := range ts {
		if *s.slot(t.kept) != [2]int64{t.kept, t.other} {
			out = append(out, t)
		}
	}
	return out
}

// add remembers targets that were committed.
func (s *seen) add(ts []hashed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range ts {
		*s.slot(t.kept) = [2]int64{t.kept, t.other}
	}
}
