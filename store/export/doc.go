// Package export writes the pages of an archive as datasets.
//
// [Formats] lists what can be written; each format is one file of this
// package. [Write] streams the pages that pass a filter through an [Encoder]:
// it holds one page at a time, whatever the size of the archive. [ToFile] lets
// a file appear under its name only when it is whole.
//
// It does not choose or open the archive, and does not read flags.
//
// # The record
//
// Every format carries the same fields under the same names, in this order:
//
//	url, canonical_url, title, authors, published_at, modified_at, site_name,
//	language, description, section, tags, image, license, text, html,
//	markdown, word_count, captured_at, status, content_digest, text_digest,
//	revision, links, extractor, quality, kind
//
// They are those of the archive's articles view, with the Markdown rendered
// from the HTML, the links of the page, and its kind. A field that is absent
// is null in JSON and empty in CSV; a list is never absent, only empty. New
// fields are added at the end.
package export
