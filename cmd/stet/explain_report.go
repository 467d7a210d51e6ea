package main

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stet/extract"
)

// report is what explain tells of a page, as --json prints it.
type report struct {
	URL         string  `json:"url"`
	CapturedAt  *string `json:"captured_at"`
	Bytes       int     `json:"bytes"`
	Digest      string  `json:"content_digest"`
	Charset     string  `json:"charset"`
	Truncated   string  `json:"truncated,omitempty"`
	Extractor   string  `json:"extractor"`
	Kind        string  `json:"kind"`
	Reason      string  `json:"reason"`
	AsArchived  *bool   `json:"as_archived"`       // whether the archive's article has the same text
	PartOf      string  `json:"part_of,omitempty"` // the first page of the article it is a later page of
	Pages       int     `json:"pages,omitempty"`   // that the archive's article was joined from
	Title       string  `json:"title"`
	Language    string  `json:"language"`
	Text        string  `json:"text"`
	Fields      []field `json:"fields"`
	KeptChars   int     `json:"kept_characters"`
	Chars       int     `json:"characters"`
	KeptBlocks  int     `json:"kept_blocks"`
	Stages      []tally `json:"stages"`
	Unplaced    int     `json:"unplaced_blocks"`
	Blocks      []block `json:"blocks"`
	capturedFor string
}

// field is a field of the metadata, where it came from, and what the page says
// of it.
type field struct {
	Name   string          `json:"field"`
	Value  string          `json:"value"` // "" if the page does not say it, or not clearly
	Source string          `json:"source"`
	Claims []extract.Claim `json:"claims"`
}

// tally is what one stage cut.
type tally struct {
	Stage  string `json:"stage"`
	Does   string `json:"does"`
	Chars  int    `json:"characters"`
	Blocks int    `json:"blocks"`
}

// block is a block with its number in the page and why it was cut in words.
type block struct {
	Number int `json:"number"` // from 1
	extract.Block
	Why string `json:"why"`
}

func newReport(s studied, d *extract.Document) *report {
	r := &report{
		URL: s.page.URL, Bytes: len(s.page.Body), Digest: digest(s.page.Body), Charset: d.Charset, Truncated: s.truncated,
		Extractor: extract.Version, Kind: string(d.Kind), Reason: d.Reason, Title: d.Title, Language: d.Language,
		Fields: []field{}, Stages: []tally{}, Blocks: []block{}, PartOf: s.partOf, Pages: s.pages,
	}
	if !s.capturedAt.IsZero() {
		at := s.capturedAt.UTC().Format(time.RFC3339)
		r.CapturedAt, r.capturedFor = &at, when(s.capturedAt)
	}
	if d.Article != nil {
		r.Text = d.Article.Text
		r.Fields = fieldsOf(d)
	}
	if s.archived != "" { // also where this version makes no article of the page
		same := s.archived == r.Text
		r.AsArchived = &same
	}
	for i, b := range d.Blocks {
		r.add(block{i + 1, b, b.Reason()})
	}
	slices.SortStableFunc(r.Stages, func(a, b tally) int { return cmp.Compare(b.Chars, a.Chars) })
	return r
}

func (r *report) add(b block) {
	n := utf8.RuneCountInString(b.Text)
	r.Blocks = append(r.Blocks, b)
	r.Chars += n
	if !b.Raw.Known() {
		r.Unplaced++
	}
	if b.Kept {
		r.KeptChars += n
		r.KeptBlocks++
		return
	}
	i := slices.IndexFunc(r.Stages, func(t tally) bool { return t.Stage == b.Stage })
	if i < 0 {
		i = len(r.Stages)
		r.Stages = append(r.Stages, tally{Stage: b.Stage, Does: extract.StageWords(b.Stage)})
	}
	r.Stages[i].Chars += n
	r.Stages[i].Blocks++
}

// fieldsOf lists the metadata of an article in the order of the export.
func fieldsOf(d *extract.Document) []field {
	a := d.Article
	fields := []field{
		{Name: "title", Value: a.Title}, {Name: "authors", Value: strings.Join(a.Authors, "; ")},
		{Name: "published_at", Value: a.PublishedAt}, {Name: "modified_at", Value: a.ModifiedAt},
		{Name: "site_name", Value: a.SiteName}, {Name: "language", Value: a.Language},
		{Name: "description", Value: a.Description}, {Name: "section", Value: a.Section},
		{Name: "tags", Value: strings.Join(a.Tags, "; ")}, {Name: "canonical_url", Value: a.CanonicalURL},
		{Name: "image", Value: a.Image}, {Name: "license", Value: a.License},
	}
	for i := range fields {
		f := &fields[i]
		f.Source = a.Sources[f.Name]
		if f.Value != "" && f.Source == "" {
			f.Source = "detected" // the language, of a page that does not state it
		}
		f.Claims = []extract.Claim{}
		for _, c := range d.Claims {
			if c.Field == f.Name {
				f.Claims = append(f.Claims, c)
			}
		}
	}
	return fields
}

// run is blocks that stand one after the other and went, or stayed, together.
type blockRun struct {
	Blocks []block
	Chars  int
}

func (r blockRun) First() block { return r.Blocks[0] }
func (r blockRun) Last() block  { return r.Blocks[len(r.Blocks)-1] }

// runs puts the blocks of one cut together. Each kept block is a run of its own.
func (r *report) runs() []blockRun {
	var runs []blockRun
	for _, b := range r.Blocks {
		n := len(runs)
		if n == 0 || b.Kept || !together(runs[n-1].First(), b) {
			runs = append(runs, blockRun{})
			n++
		}
		runs[n-1].Blocks = append(runs[n-1].Blocks, b)
		runs[n-1].Chars += utf8.RuneCountInString(b.Text)
	}
	return runs
}

// together tells whether a rule took two blocks in one element.
func together(a, b block) bool {
	return !a.Kept && !b.Kept && a.Stage == b.Stage && a.Rule == b.Rule && a.Box == b.Box
}

// where is a range of bytes in words.
func where(s extract.Span) string {
	if !s.Known() {
		return "no place known"
	}
	return "bytes " + count(s.Start) + "–" + count(s.End)
}
