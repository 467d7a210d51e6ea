// Package crawler runs a crawl: it takes targets from the frontier, asks
// robots.txt, fetches, extracts, finds links and records each page in the
// archive, whole or not at all.
//
// It does not parse flags, print, or know which database keeps the archive.
package crawler
