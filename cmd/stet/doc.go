// Stet crawls sites, keeps what they published, and turns every page into a
// clean article in one archive file.
//
//	stet crawl https://example.org/
//	stet list
//	stet show https://example.org/2024/05/story
//
// # The tour
//
// This package is the front door. It is the only one that reads flags and the
// environment, prints, or ends the process; all it knows of crawling,
// extraction and archives is whom to ask.
//
//   - main.go runs one command line; exit.go turns an error into one line, a
//     hint and an exit status; root.go holds the table of verbs; help.go prints
//     their help.
//   - One file per verb: crawl.go (with crawl_settings.go for its flags and job
//     files, crawl_show.go for the display, crawl_stop.go for Ctrl-C,
//     crawl_tell.go for the summary), list.go, show.go, search.go, links.go,
//     why.go, explain.go (with explain_report.go for what it tells,
//     explain_print.go and explain_html.go for how), template.go, status.go, stats.go,
//     export.go, extract.go (with batch.go), rules.go, doctor.go, demo.go,
//     completion.go, version.go.
//   - What they share: console.go (the streams and what they are connected to),
//     open.go (which database keeps the archive), filter.go (--site, --language
//     and so on), page.go (URL arguments), clean.go (what strangers wrote, made
//     fit for a terminal), wrap.go, figures.go.
//   - demosite is the site that stet demo crawls.
//
// From here the house goes on through package crawler (a page from start to
// end is in its visit.go), extract (its list of stages) and store (the words
// of the archive).
//
// # Manners
//
// Standard output is what was asked for and nothing else; progress, hints and
// errors go to standard error. An error is one line "stet: …", and a hint
// where there is one. Colours and cursor movements are for terminals, and not
// with NO_COLOR. Text that comes from pages loses control characters and
// escape sequences before it is printed. A reader that goes away (| head) ends
// a command quietly.
package main
