// Package crawler runs a crawl: it takes targets from the frontier, asks
// robots.txt, fetches, extracts, finds links and records each page in the
// archive, whole or not at all.
//
// It does not parse flags, print, or know which database keeps the archive.
//
// Start with [Run]. The way of one page, from its turn to its record, stands
// in visit.go; dispatch.go decides who takes a turn and when the crawl ends.
//
// One goroutine owns the frontier and hands turns to the workers. It never
// waits for the archive: what the frontier wants of it is done by errands, and
// what was committed comes back through an inbox. Who starts a goroutine waits
// for it, and all of them end before Run returns.
package crawler
