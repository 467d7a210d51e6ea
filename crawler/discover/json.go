package discover

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// parseJSONFeed reads a JSON Feed (https://www.jsonfeed.org/version/1.1/), item
// by item, so that what comes before a mistake is kept.
func parseJSONFeed(s *source) *Feed {
	f := &Feed{}
	d := json.NewDecoder(s)
	if _, err := d.Token(); err != nil { // the "{" that was seen
		return f
	}
	for d.More() && !f.Truncated {
		key, err := d.Token()
		if err != nil {
			s.note(err)
			return f
		}
		if name, _ := key.(string); name == "items" {
			err = eachOf(d, func() error { return f.jsonItem(d) })
		} else {
			err = f.member(d, name)
		}
		if err != nil {
			s.note(err)
			return f
		}
	}
	return f
}

// eachOf calls f before each element of a list that comes next.
func eachOf(d *json.Decoder, f func() error) error {
	t, err := d.Token()
	if err != nil {
		return unexpected(err)
	}
	if t != json.Delim('[') {
		return fmt.Errorf("a list was awaited, not %v", t)
	}
	for d.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return unexpected(err)
}

// member reads a member of the feed. Only texts count; lists and objects are
// passed over without being held in memory.
func (f *Feed) member(d *json.Decoder, name string) error {
	s, err := textValue(d)
	if err != nil {
		return err
	}
	switch name {
	case "version":
		if strings.Contains(s, "jsonfeed.org/version/") {
			f.Format = "json"
		}
	case "title":
		f.Title = words(s)
	case "home_page_url":
		f.Home = address(s)
	case "feed_url":
		f.Self = address(s)
	case "next_url":
		f.Next = address(s)
	case "language":
		f.Language = words(s)
	}
	return nil
}

// textValue reads the value that comes next: a text or a number, "" for others.
func textValue(d *json.Decoder) (string, error) {
	for deep, out := 0, ""; ; {
		t, err := d.Token()
		if err != nil {
			return "", unexpected(err)
		}
		switch v := t.(type) {
		case json.Delim:
			if v == '[' || v == '{' {
				deep++
			} else {
				deep--
			}
		case string:
			if deep == 0 {
				out = v
			}
		case float64:
			if deep == 0 {
				out = strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		if deep == 0 {
			return out, nil
		}
	}
}

// members reads an object, calling f with the name and text of each member.
// Where something else stands it is passed over.
func members(d *json.Decoder, f func(name, text string)) error {
	t, err := d.Token()
	if err != nil {
		return unexpected(err)
	}
	if t == json.Delim('[') {
		return skipList(d)
	}
	if t != json.Delim('{') {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return unexpected(err)
		}
		value, err := textValue(d)
		if err != nil {
			return err
		}
		name, _ := key.(string) // it is one, or that was an error
		f(name, value)
	}
	_, err = d.Token()
	return unexpected(err)
}

// skipList passes over the rest of a list that was begun.
func skipList(d *json.Decoder) error {
	for d.More() {
		if _, err := textValue(d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (f *Feed) jsonItem(d *json.Decoder) error {
	var it Item
	var url, external string
	err := members(d, func(name, s string) {
		switch name {
		case "id": // version 1 has numbers
			it.ID = address(s)
		case "url":
			url = address(s)
		case "external_url":
			external = address(s)
		case "title":
			it.Title = words(s)
		case "date_published":
			it.Published = parseDate(s)
		case "date_modified":
			it.Updated = parseDate(s)
		}
	})
	if err != nil {
		return err
	}
	for _, u := range []string{url, it.ID, external} {
		if u != "" && len(u) <= maxText && (u == url || isHTTP(u)) {
			it.URL = u
			break
		}
	}
	if it.URL != "" || it.ID != "" {
		f.add(it)
	}
	return nil
}

// Posts is one page of the posts that the REST interface of WordPress lists.
type Posts struct {
	Posts     []Post
	Truncated bool   // beyond MaxBytes or MaxItems
	Broken    string // why the list ended before its end
}

// Post is one of them.
type Post struct {
	URL      string
	Modified time.Time
}

// ParsePosts reads an answer of wp/v2/posts
// (https://developer.wordpress.org/rest-api/reference/posts/). An error is
// ErrNotPosts, or that of r if nothing could be read.
func ParsePosts(r io.Reader) (*Posts, error) {
	s := open(r)
	p := &Posts{}
	d := json.NewDecoder(s)
	if first(s) != '[' {
		if s.err != nil {
			return nil, s.err
		}
		return nil, ErrNotPosts
	}
	s.note(eachOf(d, func() error { return p.post(d) }))
	if s.err != nil && len(p.Posts) == 0 {
		return nil, ErrNotPosts
	}
	if s.err != nil {
		p.Broken = s.err.Error()
	}
	p.Truncated = p.Truncated || s.truncated()
	return p, nil
}

func (p *Posts) post(d *json.Decoder) error {
	var it Post
	var published time.Time
	err := members(d, func(name, s string) {
		switch name {
		case "link":
			it.URL = address(s)
		case "modified_gmt":
			it.Modified = parseDate(s)
		case "date_gmt":
			published = parseDate(s)
		}
	})
	if it.Modified.IsZero() {
		it.Modified = published
	}
	switch {
	case err != nil:
		return err
	case !isHTTP(it.URL) || len(it.URL) > maxText:
	case len(p.Posts) >= MaxItems:
		p.Truncated = true
	default:
		p.Posts = append(p.Posts, it)
	}
	return nil
}
