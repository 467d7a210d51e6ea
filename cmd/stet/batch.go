package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"stet/crawler/weburl"
	"stet/extract"
	"stet/extract/template"
)

// task is one line of the input of extract --batch.
type task struct {
	ID   json.RawMessage `json:"id"` // as it came: text or number
	URL  string          `json:"url"`
	Path string          `json:"html_path"`
}

// answer is one line of its output.
type answer struct {
	ID       json.RawMessage `json:"id"`
	Text     string          `json:"text"`
	Title    string          `json:"title"`
	Authors  []string        `json:"authors"`
	Author   string          `json:"author"` // the authors, joined by "; "
	Date     string          `json:"date"`   // the day of publication
	Language string          `json:"language"`
	Links    []string        `json:"links"` // those in the article's text
	Kind     string          `json:"kind"`
}

// refusal is the answer to a line that could not be done.
type refusal struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// longestLine is more than any list of pages needs in a line.
const longestLine = 1 << 20

// batchMemory is for all cores at once: see tuneMemory.
const batchMemory = 512 << 20

// batch reads tasks and writes their answers in the same order. With learn it
// reads them twice: first to learn what the pages of each site repeat.
func batch(ctx context.Context, c *console, workers int, cfg extract.Config, learn bool) error {
	tuneMemory(batchMemory, c.getenv)
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	in, templates := c.in, map[string]*template.Template(nil)
	if learn {
		spool, err := os.CreateTemp("", "stet-batch-")
		if err != nil {
			return fmt.Errorf("keep the list of pages: %w", err)
		}
		defer os.Remove(spool.Name()) // in the folder for such files: no harm if it stays
		defer spool.Close()
		if templates, err = learnSites(ctx, io.TeeReader(c.in, spool), workers, cfg); err != nil {
			return err
		}
		if _, err := spool.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the list of pages again: %w", err)
		}
		in = spool
	}
	refused := 0
	enc := jsonLines(c.foreign())
	err := inOrder(ctx, in, workers, cfg, func(x *extract.Extractor, number int, line []byte) any {
		return solve(x, templates, number, line)
	}, func(a any) error {
		if _, bad := a.(refusal); bad {
			refused++
		}
		return enc.Encode(a)
	})
	if err != nil {
		return err
	}
	if refused > 0 {
		return &fault{status: partly, err: fmt.Errorf("%s could not be done", counted(refused, "line")),
			hint: "their answers have an error field"}
	}
	return nil
}

// learnSites learns what the articles of each site repeat.
func learnSites(ctx context.Context, in io.Reader, workers int, cfg extract.Config) (map[string]*template.Template, error) {
	learners := map[string]*template.Learner{}
	err := inOrder(ctx, in, workers, cfg, func(x *extract.Extractor, number int, line []byte) *extract.Document {
		_, d, _ := extracted(x, nil, line) // what cannot be done is said the second time
		return d
	}, func(d *extract.Document) error {
		if d == nil || d.Article == nil {
			return nil
		}
		site := siteOf(d.URL)
		if learners[site] == nil {
			learners[site] = &template.Learner{}
		}
		learners[site].Add(d.Lines) // copies are not counted
		return nil
	})
	templates := map[string]*template.Template{}
	for site, l := range learners {
		templates[site] = l.Template()
	}
	return templates, err
}

// siteOf is the site a URL belongs to, as the archive sees it.
func siteOf(raw string) string {
	u, err := weburl.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Site()
}

// inOrder reads lines, works on them on several goroutines, each with an
// extractor of its own, and gives the results to take in the order of the
// lines. At most twice as many pages as workers are in memory, whatever the
// length of the input.
func inOrder[T any](ctx context.Context, in io.Reader, workers int, cfg extract.Config, work func(x *extract.Extractor, number int, line []byte) T, take func(T) error) error {
	type pending struct {
		line   []byte
		number int
		result chan T
	}
	ordered := make(chan pending, workers)
	open := make(chan pending)
	g, ctx := errgroup.WithContext(ctx)
	// Nobody waits for the reader after Ctrl-C: it may wait for a line that
	// never comes.
	read := make(chan error, 1)
	go func() {
		read <- eachLine(in, func(number int, line []byte) error {
			p := pending{line, number, make(chan T, 1)}
			for _, to := range []chan pending{ordered, open} {
				select {
				case to <- p:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
		close(ordered)
		close(open)
	}()
	for range workers {
		x := extract.New(cfg)
		g.Go(func() error {
			for {
				p, ok, err := received(ctx, open)
				if !ok {
					return err
				}
				p.result <- work(x, p.number, p.line)
			}
		})
	}
	g.Go(func() error {
		for {
			p, ok, err := received(ctx, ordered)
			if !ok {
				return err
			}
			r, _, err := received(ctx, p.result)
			if err != nil {
				return err
			}
			if err := take(r); err != nil {
				return err
			}
		}
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return <-read
}

// received gives what comes next; ok is false once the channel is closed or
// ctx has ended, which is the error then.
func received[T any](ctx context.Context, from <-chan T) (v T, ok bool, err error) {
	select {
	case v, ok = <-from:
		return v, ok, nil
	case <-ctx.Done():
		return v, false, ctx.Err()
	}
}

// byteOrderMark begins a file that some editors on Windows wrote.
var byteOrderMark = []byte("\ufeff")

// eachLine gives each line that is not blank, with its number.
func eachLine(r io.Reader, do func(number int, line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), longestLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.Clone(bytes.TrimPrefix(lines.Bytes(), byteOrderMark))
		if len(strings.TrimSpace(string(line))) == 0 {
			continue
		}
		if err := do(n, line); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d is longer than %s: is this a list of pages?", n+1, size(longestLine))
	}
	return lines.Err()
}

// solve does one task.
func solve(x *extract.Extractor, templates map[string]*template.Template, number int, line []byte) any {
	id, d, err := extracted(x, templates, line)
	if err != nil {
		return refusal{id, fmt.Sprintf("line %d: %v", number, err)}
	}
	return newAnswer(id, d)
}

// extracted reads the page of one task. A page that brings the extractor down
// is an error like any other: thousands of others wait behind it.
func extracted(x *extract.Extractor, templates map[string]*template.Template, line []byte) (id json.RawMessage, d *extract.Document, err error) {
	t := task{ID: json.RawMessage("null")}
	defer func() {
		if p := recover(); p != nil {
			id, d, err = t.ID, nil, fmt.Errorf("the extractor failed: %v", p)
		}
	}()
	if err := json.Unmarshal(line, &t); err != nil {
		return t.ID, nil, fmt.Errorf("not a task: %w", err)
	}
	if t.Path == "" {
		return t.ID, nil, errors.New("no html_path")
	}
	body, err := readPage(t.Path)
	if err != nil {
		return t.ID, nil, fmt.Errorf("read %s: %w", t.Path, withoutPath(err))
	}
	return t.ID, x.Extract(extract.Page{URL: t.URL, Body: body, Template: templates[siteOf(t.URL)]}), nil
}

func newAnswer(id json.RawMessage, d *extract.Document) answer {
	a := answer{ID: id, Title: d.Title, Language: d.Language, Kind: string(d.Kind), Authors: []string{}, Links: []string{}}
	if d.Article == nil {
		return a
	}
	a.Text, a.Title, a.Language = d.Article.Text, d.Article.Title, d.Article.Language
	a.Date = day(d.Article.PublishedAt)
	a.Author = strings.Join(d.Article.Authors, "; ")
	a.Authors = append(a.Authors, d.Article.Authors...)
	for _, l := range d.Links {
		if l.Place == extract.PlaceBody {
			a.Links = append(a.Links, l.URL)
		}
	}
	return a
}
