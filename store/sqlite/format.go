package sqlite

// formatRefused is the first format that keeps the links that were not
// followed.
const formatRefused = 2

// formatTemplates is the first that keeps what the pages of a site have in
// common, the parts of articles, and signals, paywalls and translations.
const formatTemplates = 3

// Format is the newest archive format this version knows, which is the one it
// writes.
func Format() int { return len(migrations()) }
