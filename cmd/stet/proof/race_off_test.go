//go:build !race

package proof

var raceFlag []string
