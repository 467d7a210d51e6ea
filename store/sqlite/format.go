package sqlite

// Format is the newest archive format this version knows, which is the one it
// writes.
func Format() int { return len(migrations()) }
