// Package siterule reads what people have written down per site: where on its
// pages the story stands, and what in it is none. The format is that of the
// FiveFilters collection of site patterns, a text file a site:
//
//	# a comment
//	title: //h1[@class='headline']
//	body: //div[@class='story'] | //div[@class='box facts']
//	body: //article
//	strip: //div[contains(@class, 'promo')]
//	strip_id_or_class: newsletter
//	prune: no
//	test_url: https://example.org/2024/05/story
//	test_contains: the first sentence of that story
//
// A line is a directive, a colon and a value; what is before the first colon
// is the directive, so "title://h1" is one too. Most values are XPath 1.0. A
// directive that stands several times gives alternatives, of which the first
// that finds something counts (title, body, author, date, single_page_link,
// next_page_link), or adds to the others (all that strip and replace).
//
// The file's name says which hosts it is for: example.org.txt for example.org
// and www.example.org; .example.org.txt for its other subdomains;
// sport.example.org.txt for this one. global.txt holds for every page, as an
// addition. See [Rules.For].
//
// A line that cannot be read is a [Problem]; the rest of its file works. What
// other readers do with a page and this one does not (logging in, headers of a
// request, wrapping elements) is read and listed in [Rule.Ignored].
//
// The package does not fetch, and never changes a page. Start with [Load],
// [Rules.For] and [Rule.Read].
package siterule

import "fmt"

// A Problem is a line that could not be read, or an expression that was given
// up on a page.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // 0 if it is about the whole file
	Text   string `json:"text"` // the line
	Reason string `json:"reason"`
}

func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Reason, p.Text)
}

// A Rule is what one file says, or several that hold for the same page. It is
// never changed after it was read, and safe for use by many goroutines.
type Rule struct {
	// Name is the name of the file.
	Name string
	// Prune says whether what looks like no part of the story may be cut from
	// the body that the rule names. It may unless the rule says no.
	Prune bool
	// Autodetect says whether the story is looked for in the ordinary way when
	// the rule finds none. It is unless the rule says no.
	Autodetect bool
	// SkipJSONLD says that the page's JSON-LD is not to be believed.
	SkipJSONLD bool
	// Headers are what the rule would have sent with a request.
	Headers []Header
	// Tests are the addresses and sentences the rule is to be tested with.
	Tests []Test
	// Ignored are the lines that ask for what this package does not do.
	Ignored []Problem

	title, body, author, date, strip, advert []*expression
	single, next                             []link
	names, images                            []text // of strip_id_or_class, strip_image_src
	replace                                  []replacement
	told                                     map[string]bool // of the directives with yes or no, those given
}

// Header is one header of a request.
type Header struct{ Name, Value string }

// Test is one test_url with its test_contains.
type Test struct {
	URL      string   `json:"url"`
	Contains []string `json:"contains,omitempty"`
	Line     int      `json:"line"`
}

// A link is where another page of the story may be found, if the page holds
// what when names.
type link struct{ at, when *expression }

// A text is a value that is no expression.
type text struct {
	file  string
	line  int
	value string
}

// where names the line: "example.org.txt:12".
func (t text) where() string { return fmt.Sprintf("%s:%d", t.file, t.line) }

type replacement struct{ find, replace string }

// HasBody says whether the rule names the body of the story.
func (r *Rule) HasBody() bool { return r != nil && len(r.body) > 0 }

// Check compiles every expression and returns those that cannot be.
func (r *Rule) Check() []Problem {
	var problems []Problem
	for e := range r.expressions {
		if _, err := e.program(); err != nil {
			problems = append(problems, Problem{e.file, e.line, e.text, err.Error()})
		}
	}
	return problems
}

func (r *Rule) expressions(yield func(*expression) bool) {
	for _, list := range [][]*expression{r.title, r.body, r.author, r.date, r.strip, r.advert} {
		for _, e := range list {
			if !yield(e) {
				return
			}
		}
	}
	for _, list := range [][]link{r.single, r.next} {
		for _, l := range list {
			if !yield(l.at) || l.when != nil && !yield(l.when) {
				return
			}
		}
	}
}
