package siterule

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// maxFile is the size of the longest file that is read: the longest of the
// public collection has 20 kB.
const maxFile = 1 << 20

// Parse reads one file. The expressions are compiled when they are first
// needed; [Rule.Check] says which of them cannot be.
func Parse(name string, r io.Reader) (*Rule, []Problem) {
	p := parser{rule: &Rule{Name: name, Prune: true, Autodetect: true, told: map[string]bool{}}}
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		p.problems = append(p.problems, Problem{File: name, Reason: "read: " + err.Error()})
	case len(data) > maxFile:
		p.problems = append(p.problems, Problem{File: name, Reason: fmt.Sprintf("longer than %d bytes: this is no file of rules", maxFile)})
		return p.rule, p.problems
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		p.line++
		p.text = strings.TrimSpace(string(line))
		if p.text != "" && p.text[0] != '#' {
			p.read()
		}
	}
	p.pair()
	return p.rule, p.problems
}

type parser struct {
	rule     *Rule
	problems []Problem
	line     int
	text     string // the line
	links    *[]link
	finds    []found // find_string and replace_string, in order
}

// found is a find_string, or the replace_string that belongs to one.
type found struct {
	text
	isReplace bool
	whole     string // the line
}

func (p *parser) problem(format string, args ...any) {
	p.problems = append(p.problems, Problem{p.rule.Name, p.line, p.text, fmt.Sprintf(format, args...)})
}

// read reads one line that is no comment.
func (p *parser) read() {
	if name, arg, value, ok := withArgument(p.text); ok {
		p.withArgument(name, arg, value)
		return
	}
	name, value, ok := strings.Cut(p.text, ":")
	if !ok {
		p.problem("no directive")
		return
	}
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
	switch name {
	case "find_string", "replace_string":
		p.finds = append(p.finds, found{p.value(value), name == "replace_string", p.text})
		return
	}
	if value == "" {
		if p.known(name) {
			return // the empty lines of a form that was not filled in
		}
		p.problem("unknown directive %q", name)
		return
	}
	p.directive(name, value)
}

// withArgument takes a line of the form name(argument): value apart. The
// argument may hold anything, also colons and parentheses.
func withArgument(line string) (name, arg, value string, ok bool) {
	for _, name := range []string{"replace_string", "http_header", "wrap_in", "move_into"} {
		if len(line) <= len(name) || !strings.EqualFold(line[:len(name)], name) || line[len(name)] != '(' {
			continue
		}
		arg, value, ok := strings.Cut(line[len(name)+1:], "):")
		return name, arg, strings.TrimSpace(value), ok
	}
	return "", "", "", false
}

func (p *parser) withArgument(name, arg, value string) {
	switch {
	case name == "replace_string" && arg != "":
		p.finds = append(p.finds, found{p.value(arg), false, p.text}, found{p.value(value), true, p.text})
	case name == "http_header":
		p.rule.Headers = append(p.rule.Headers, Header{strings.TrimSpace(arg), value})
		p.ignore("no header is sent for a rule: a crawl says who it is")
	case name == "replace_string":
		p.problem("nothing to be found")
	default:
		p.ignore("elements are not moved")
	}
}

func (p *parser) ignore(reason string) {
	p.rule.Ignored = append(p.rule.Ignored, Problem{p.rule.Name, p.line, p.text, reason})
}

// ignored are the directives that are read and not acted upon, and why.
var ignored = map[string]string{
	"requires_login": "no one logs in", "login_uri": "no one logs in", "login_username_field": "no one logs in",
	"login_password_field": "no one logs in", "login_extra_fields": "no one logs in", "not_logged_in_xpath": "no one logs in",
	"parser": "every page is read as browsers do", "tidy": "every page is read as browsers do",
	"single_page_link_in_feed": "no feed is read for articles",
	"post_strip_attr":          "attributes outside of the allow list are never kept",
	"strip_comments":           "comments are never kept",
	"src_lazy_load_attr":       "pictures that are loaded late are found without",
	"insert_detected_image":    "the picture of a page is kept beside its text",
	"convert_double_br_tags":   "an empty line ends a paragraph",
	"dissolve":                 "elements are not moved", "footnotes": "elements are not moved",
	"move_into": "elements are not moved", "wrap_in": "elements are not moved",
	"skip_id_or_class": "nothing is skipped", "autodetect_next_page": "the next page is always looked for",
	"strip_attr": "attributes outside of the allow list are never kept",
}

// yesNo are the directives with yes or no that are acted upon.
func (p *parser) yesNo(name string) *bool {
	switch name {
	case "prune":
		return &p.rule.Prune
	case "autodetect_on_failure":
		return &p.rule.Autodetect
	case "skip_json_ld":
		return &p.rule.SkipJSONLD
	}
	return nil
}

// list are the directives whose values are expressions.
func (p *parser) list(name string) *[]*expression {
	switch name {
	case "title":
		return &p.rule.title
	case "body":
		return &p.rule.body
	case "author":
		return &p.rule.author
	case "date":
		return &p.rule.date
	case "strip":
		return &p.rule.strip
	case "native_ad_clue":
		return &p.rule.advert
	}
	return nil
}

func (p *parser) known(name string) bool {
	switch name {
	case "strip_id_or_class", "strip_image_src", "single_page_link", "next_page_link", "if_page_contains", "test_url", "test_urls", "test_contains", "test_content":
		return true
	}
	return ignored[name] != "" || p.yesNo(name) != nil || p.list(name) != nil
}

func (p *parser) directive(name, value string) {
	if list := p.list(name); list != nil {
		*list = append(*list, p.expression(value))
		return
	}
	if flag := p.yesNo(name); flag != nil {
		p.flag(name, value, flag)
		return
	}
	switch name {
	case "strip_id_or_class":
		p.rule.names = append(p.rule.names, p.value(unquoted(value)))
	case "strip_image_src":
		p.rule.images = append(p.rule.images, p.value(unquoted(value)))
	case "single_page_link":
		p.links = &p.rule.single
		p.rule.single = append(p.rule.single, link{at: p.expression(value)})
	case "next_page_link":
		p.links = &p.rule.next
		p.rule.next = append(p.rule.next, link{at: p.expression(value)})
	case "if_page_contains":
		p.condition(value)
	case "test_url", "test_urls":
		p.rule.Tests = append(p.rule.Tests, Test{URL: value, Line: p.line})
	case "test_contains", "test_content":
		if n := len(p.rule.Tests); n > 0 {
			p.rule.Tests[n-1].Contains = append(p.rule.Tests[n-1].Contains, value)
			return
		}
		p.problem("no test_url before it")
	default:
		if reason := ignored[name]; reason != "" {
			p.ignore(reason)
			return
		}
		p.problem("unknown directive %q", name)
	}
}

// condition belongs to the link before it.
func (p *parser) condition(value string) {
	if p.links == nil {
		p.problem("no single_page_link or next_page_link before it")
		return
	}
	(*p.links)[len(*p.links)-1].when = p.expression(value)
}

func (p *parser) flag(name, value string, flag *bool) {
	switch strings.ToLower(value) {
	case "yes", "true":
		*flag = true
	case "no", "false":
		*flag = false
	default:
		p.problem("neither yes nor no")
		return
	}
	p.rule.told[name] = true
}

// unquoted drops all quotes, as every reader of the format does.
func unquoted(s string) string { return quotes.Replace(s) }

var quotes = strings.NewReplacer("'", "", `"`, "")

// pair makes pairs of find_string and replace_string: the n-th of the one with
// the n-th of the other, or, where there are more of one kind, those that
// follow each other.
func (p *parser) pair() {
	var finds, replaces []found
	for _, f := range p.finds {
		if f.isReplace {
			replaces = append(replaces, f)
		} else {
			finds = append(finds, f)
		}
	}
	if len(finds) == len(replaces) {
		for i, f := range finds {
			p.replacement(f, replaces[i])
		}
		return
	}
	for i := 0; i < len(p.finds); i++ {
		f := p.finds[i]
		if !f.isReplace && i+1 < len(p.finds) && p.finds[i+1].isReplace {
			p.replacement(f, p.finds[i+1])
			i++
			continue
		}
		p.line, p.text = f.line, f.whole
		p.problem("find_string and replace_string do not pair")
	}
}

func (p *parser) replacement(f, r found) {
	if f.value == "" {
		p.line, p.text = f.line, f.whole
		p.problem("nothing to be found")
		return
	}
	p.rule.replace = append(p.rule.replace, replacement{f.value, r.value})
}

func (p *parser) value(s string) text { return text{p.rule.Name, p.line, s} }

func (p *parser) expression(s string) *expression {
	return &expression{file: p.rule.Name, line: p.line, text: s}
}
