//go:build race

package proof

// raceFlag builds stet with the race detector when the tests run under it.
var raceFlag = []string{"-race"}
