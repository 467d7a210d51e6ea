package crawler

import (
	"testing"

	"stet/store"
)

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		status int
		state  store.State
		retry  bool
	}{
		{200, store.StateFetched, false}, {203, store.StateFetched, false}, {204, store.StateFetched, false},
		{301, store.StateRedirected, false}, {302, store.StateRedirected, false}, {303, store.StateRedirected, false},
		{307, store.StateRedirected, false}, {308, store.StateRedirected, false},
		{300, store.StateFailed, false}, {304, store.StateUnchanged, false}, {305, store.StateFailed, false},
		{400, store.StateFailed, false}, {401, store.StateFailed, false}, {403, store.StateFailed, false},
		{404, store.StateGone, false}, {410, store.StateGone, false}, {451, store.StateFailed, false},
		{408, store.StateFailed, true}, {425, store.StateFailed, true}, {429, store.StateFailed, true},
		{500, store.StateFailed, true}, {502, store.StateFailed, true}, {503, store.StateFailed, true},
		{504, store.StateFailed, true}, {522, store.StateFailed, true}, {999, store.StateFailed, true},
	} {
		got := judge(c.status)
		if got.state != c.state || got.retry != c.retry {
			t.Errorf("status %d: got %s retry=%v, want %s retry=%v", c.status, got.state, got.retry, c.state, c.retry)
		}
	}
}
