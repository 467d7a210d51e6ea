// Package fetch gets one URL: Colly behind one Fetch, with our own transport
// under it.
//
// Colly makes and sends the request: one synchronous collector without robots,
// cache, limits, cookies, redirects or parsing, called from as many goroutines
// as the crawl has workers. What Colly would change or lose is done beneath it,
// in a RoundTripper:
//
//   - path and query go out byte for byte as found (Colly parses a URL three
//     times and respells it);
//   - every address is checked where it is dialled, after the name is resolved;
//   - time and size are bounded: connecting, headers, silence, slowness, the
//     whole, header bytes, body bytes before and after decoding;
//   - content codings are removed here, and the raw bytes are kept when they
//     cannot be; a body that is cut, late or damaged is returned and marked.
//
// It does not follow redirects (each hop is a target of its own), wait between
// requests, read robots.txt, keep cookies, or look at the text. It does not
// retry either, but for one case that net/http sees to: a kept connection that
// the server had closed before it was asked again.
//
// Begin with New, then Fetch:
//
//	f, err := fetch.New(fetch.Config{UserAgent: "stet/1 (+https://example.org)"})
//	...
//	defer f.Close()
//	res, err := f.Fetch(ctx, fetch.Request{URL: "https://example.org/"})
//
// An error is always an *Error and means that no answer came. With a nil error
// there is a status, and Truncated, Encoded and Broken say whether the body can
// be trusted: only a body with Truncated == "" and Encoded == false is what the
// site published.
//
// One thing is beyond our reach: when a server sends bytes after the end of a
// chunked answer, net/http writes a line to the standard logger of package log.
// A program that owns its terminal should send that logger elsewhere.
package fetch
