//go:build race

package extract

// slowdown is how much longer the race detector lets things take.
const slowdown = 10
