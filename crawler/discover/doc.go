// Package discover reads what a site says of itself: site maps ([ParseSitemap]),
// feeds ([ParseFeed]), the posts of WordPress ([ParsePosts]) and Link headers
// ([ParseLinks]).
//
// Site maps and feeds are read as they are found, not as they should be: packed
// once, twice or under a wrong name, in another encoding than declared, cut off,
// with tags that do not match. Whatever could be read before something broke is
// given. What is read, and what is held in memory, is bounded ([MaxBytes],
// [MaxItems]); what goes beyond is left out, and Truncated says so.
//
// It does not fetch, and it does not judge: addresses are given as they are
// written, for the caller to resolve against the address of the file, and to
// follow or not.
//
//	m, err := discover.ParseSitemap(body)
//	for _, e := range m.URLs {
//		fmt.Println(e.Loc, e.LastMod)
//	}
package discover

import "errors"

const (
	// MaxBytes is how much of a file is read, unpacked. The protocol of
	// sitemaps.org allows 50 MB.
	MaxBytes = 64 << 20
	// MaxItems is how many addresses of a file are given. The protocol of
	// sitemaps.org allows 50,000.
	MaxItems = 100_000
	// maxText bounds one value, such as an address: browsers take 2 MB, but no
	// server answers to more than some thousands of bytes.
	maxText = 16 << 10
)

// Errors of files that are something else.
var (
	ErrNotSitemap = errors.New("not a site map")
	ErrNotFeed    = errors.New("not a feed")
	ErrNotPosts   = errors.New("not a list of posts")
)
