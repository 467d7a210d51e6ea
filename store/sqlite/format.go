package sqlite

// formatRefused is the first format that keeps the links that were not
// followed.
const formatRefused = 2

// Format is the newest archive format this version knows, which is the one it
// writes.
func Format() int { return len(migrations()) }
