package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"stet/extract"
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

// batch reads tasks and writes their answers in the same order. At most twice
// as many pages as workers are in memory, whatever the length of the input.
func batch(ctx context.Context, c *console, workers int, cfg extract.Config) error {
	tuneMemory(batchMemory, c.getenv)
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type pending struct {
		line   []byte
		number int
		answer chan any
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	inOrder := make(chan pending, workers)
	work := make(chan pending)
	g, ctx := errgroup.WithContext(ctx)
	// Nobody waits for the reader after Ctrl-C: it may wait for a line that
	// never comes.
	read := make(chan error, 1)
	go func() {
		read <- eachLine(c.in, func(number int, line []byte) error {
			p := pending{line, number, make(chan any, 1)}
			for _, to := range []chan pending{inOrder, work} {
				select {
				case to <- p:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
		close(inOrder)
		close(work)
	}()
	for range workers {
		x := extract.New(cfg)
		g.Go(func() error {
			for {
				p, ok, err := received(ctx, work)
				if !ok {
					return err
				}
				p.answer <- solve(x, p.number, p.line)
			}
		})
	}
	refused := 0
	g.Go(func() error {
		enc := jsonLines(c.foreign())
		for {
			p, ok, err := received(ctx, inOrder)
			if !ok {
				return err
			}
			a, _, err := received(ctx, p.answer)
			if err != nil {
				return err
			}
			if _, bad := a.(refusal); bad {
				refused++
			}
			if err := enc.Encode(a); err != nil {
				return err
			}
		}
	})
	if err := g.Wait(); err != nil {
		return err
	}
	if err := <-read; err != nil {
		return err
	}
	if refused > 0 {
		return &fault{status: partly, err: fmt.Errorf("%s could not be done", counted(refused, "line")),
			hint: "their answers have an error field"}
	}
	return nil
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

// solve does one task. A page that brings the extractor down is an answer like
// any other: thousands of others wait behind it.
func solve(x *extract.Extractor, number int, line []byte) (a any) {
	t := task{ID: json.RawMessage("null")}
	defer func() {
		if p := recover(); p != nil {
			a = refusal{t.ID, fmt.Sprintf("line %d: the extractor failed: %v", number, p)}
		}
	}()
	if err := json.Unmarshal(line, &t); err != nil {
		return refusal{t.ID, fmt.Sprintf("line %d: not a task: %v", number, err)}
	}
	if t.Path == "" {
		return refusal{t.ID, fmt.Sprintf("line %d: no html_path", number)}
	}
	body, err := readPage(t.Path)
	if err != nil {
		return refusal{t.ID, fmt.Sprintf("line %d: read %s: %v", number, t.Path, withoutPath(err))}
	}
	return newAnswer(t.ID, x.Extract(extract.Page{URL: t.URL, Body: body}))
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
