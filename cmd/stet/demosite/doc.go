// Package demosite is a small invented news site in two editions, English and
// Chinese, that the binary serves to itself: what "stet demo" crawls, and what
// the end-to-end tests crawl.
//
// Its pages are of the kind that made the project necessary. Around each
// report, and inside it, stand a subscribe box, the promotion of a
// circumvention program, "Google Ads 1", a shopping charity, a box of tool
// downloads, a donation popup in full sentences, related posts, share rows,
// comments, a cookie banner. There are four layouts (an article element with
// JSON-LD, div soup with hashed class names and no machine metadata, tables of
// 2009, a WordPress block theme with OpenGraph and microdata), pages in UTF-8,
// GBK, Big5 and windows-1252, lists, a soft 404, redirects, duplicates, a PDF.
// The newspaper, its people and its places do not exist.
//
// [Site.Truth] says for every URL what a reader should get: which lines are
// the report's and which sentences must not be kept.
//
// Start with [New] and [Site.Serve]. The package listens on loopback only, and
// every host outside that its pages name ends in .example.
package demosite
