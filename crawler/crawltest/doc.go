// Package crawltest is a web site in a text file, for the tests of a crawler.
//
// A site file is a txtar archive (golang.org/x/tools/txtar): each section is
// one answer to one request. [Start] serves it on loopback, every host of the
// file on an address of its own, records every request, and stops with the
// test. [Generate] makes sites of any size for benchmarks, with their ground
// truth. It is meant for tests only; it never connects to anything, never
// sleeps, and does not speak TLS.
//
// # The format
//
// The text before the first section is a comment. A section begins with a line
//
//	-- METHOD URL [option] [option] … --
//
// and holds header lines, each with "> " before it, and then the body:
//
//	-- GET http://a.test/robots.txt --
//	User-agent: *
//	Disallow: /private/
//	-- GET http://a.test/old [status 301] --
//	> Location: http://a.test/new
//	-- GET http://a.test/new --
//	> ETag: "1"
//	<title>New</title><a href="http://b.test/">elsewhere</a>
//
// A URL is compared as it is sent, query included; one that ends in * stands
// for every URL that begins so and has no section of its own. A request that
// nothing matches is answered 404. HEAD is answered from GET, without the body,
// unless it has a section.
//
// Several sections of one request are answers to repeated visits, in order;
// the last one is repeated:
//
//	-- GET http://a.test/busy [status 503] --
//	> Retry-After: 1
//	-- GET http://a.test/busy --
//	at last
//
// A section with conditions is not one of that sequence: it answers whenever
// all its conditions hold, the first such section before the others:
//
//	-- GET http://a.test/wall [if Cookie: seen=1] --
//	come in
//	-- GET http://a.test/wall [status 302] --
//	> Set-Cookie: seen=1
//	> Location: /wall
//
// # Options
//
//	[status N]        the status; 200 if there is none
//	[hold NAME]       nothing is sent until the test calls Release(NAME)
//	[if NAME: TEXT]   only if that request header contains TEXT
//	[if !NAME]        only if the request does not have that header
//	[charset NAME]    the body is sent in that encoding (a WHATWG label)
//	[encode NAME]     gzip, deflate, br or zstd: compressed, with its header
//	[repeat N]        the body N times over
//	[bytes]           the body is written with escapes, see below
//	[unconditional]   never 304
//	[raw]             the whole answer, status line and all, see below
//
// A section with an ETag or a Last-Modified header answers 304 to a request
// that names them (RFC 9110, 13.1), unless it is [unconditional]. The media
// type, unless a header says it, is text/html for a body that begins with "<"
// and text/plain otherwise, in the charset of the section (utf-8 if none); an
// empty "> Content-Type:" leaves the header out.
//
// In a [bytes] body the escapes of a Go string (\r \n \x00 \u4e2d \\) stand for
// their bytes, and line ends stand for nothing. A [raw] section is the same for
// the whole answer as it goes over the wire, header lines included, after which
// the connection is closed; and lines that begin with @ are steps of their own:
//
//	-- GET http://a.test/short [raw] --
//	HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n
//	only the beginning
//	@hold rest
//	 and a little more
//	@reset
//
//	@hold NAME      wait for Release(NAME)
//	@repeat N TEXT  TEXT N times over
//	@endless TEXT   TEXT until the client has gone
//	@stall          nothing more, the connection open until the client has gone
//	@reset          the connection is reset, not closed
//
// # Names and addresses
//
// Each host listens on a loopback address of its own (127.0.0.2, 127.0.0.3, …;
// where the system has only 127.0.0.1, on a port of its own). In what is sent,
// "http://a.test" and "//a.test" become that address, so that links lead where
// they should; [Server.URL] does the same for a test's own URLs, and what is
// recorded has the names of the file. A client that asks by the names, through
// the server as its HTTP proxy ([Server.Proxy]) or with a dialer of its own, is
// sent the file as it stands.
package crawltest
