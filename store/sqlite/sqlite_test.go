package sqlite

import (
	"path/filepath"
	"testing"

	"stet/store"
	"stet/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return openTest(t, Options{}) })
}

// TestContractWithCollisions runs the contract with a hash that has four
// values: nearly every key must be placed anew.
func TestContractWithCollisions(t *testing.T) {
	if testing.Short() {
		t.Skip("the same again with colliding hashes: not with -short")
	}
	weak := func(key string, n int) (int64, int64) {
		kept, other := sha256Key(key, n)
		if n < 3 {
			kept &= 3
		}
		return kept, other
	}
	storetest.Run(t, func(t *testing.T) store.Store { return openTest(t, Options{hash: weak}) })
}

// openTest creates an archive; the test closes it.
func openTest(t testing.TB, o Options) *Archive {
	t.Helper()
	a, err := Open(t.Context(), filepath.Join(t.TempDir(), "archive.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
