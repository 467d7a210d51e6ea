package demosite

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync"
	"text/template"
)

//go:embed article words layout
var files embed.FS

// Edition is one of the two editions, each on a host of its own.
type Edition int

// The editions.
const (
	English Edition = iota
	Chinese
)

func (e Edition) String() string { return [...]string{"English", "Chinese"}[e] }

func (e Edition) other() Edition { return 1 - e }

// lang is the language of the edition's own pages.
func (e Edition) lang() string { return [...]string{"en", "zh-Hans"}[e] }

// Epochs is how many states the site has: 0 as it was first published, 1 with
// reports revised and one withdrawn.
const Epochs = 2

// Site is the demonstration site. Its methods may be called at once from
// several goroutines.
type Site struct {
	articles [2][]*article // newest first
	words    map[string]map[string]string
	people   map[string]people
	tmpl     *template.Template

	mu      sync.RWMutex
	epoch   int
	origins [2]string
	maps    [Epochs][2]map[string]*page
}

// people holds what a language edition knows of persons.
type people struct {
	Bios     map[string]string `json:"bios"`
	Comments [][2]string       `json:"comments"`
	Popular  []string          `json:"popular"`
}

// New builds the site from the files in the binary. Until [Site.Serve] or
// [Site.SetOrigin] says otherwise its addresses are http://en.lantern.example
// and http://zh.lantern.example.
func New() *Site {
	s, err := load(files)
	if err != nil {
		panic("demosite: " + err.Error()) // the files are part of the binary
	}
	return s
}

func load(fsys fs.FS) (*Site, error) {
	s := &Site{
		words:   map[string]map[string]string{},
		origins: [2]string{"http://en.lantern.example", "http://zh.lantern.example"},
	}
	for _, lang := range []string{"en", "zh-Hans", "zh-Hant"} {
		if err := readJSON(fsys, "words/"+lang+".json", s.words, lang); err != nil {
			return nil, err
		}
	}
	b, err := fs.ReadFile(fsys, "words/people.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &s.people); err != nil {
		return nil, fmt.Errorf("people.json: %w", err)
	}
	for e, dir := range []string{"article/en", "article/zh"} {
		if s.articles[e], err = loadArticles(fsys, dir); err != nil {
			return nil, err
		}
	}
	if s.tmpl, err = template.New("").Funcs(functions).ParseFS(fsys, "layout/*"); err != nil {
		return nil, err
	}
	for epoch := range Epochs {
		for _, e := range []Edition{English, Chinese} {
			s.maps[epoch][e] = s.build(e, epoch)
		}
	}
	return s, nil
}

func readJSON(fsys fs.FS, name string, into map[string]map[string]string, key string) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	into[key] = m
	return nil
}

func loadArticles(fsys fs.FS, dir string) ([]*article, error) {
	names, err := fs.Glob(fsys, dir+"/*.txt")
	if err != nil {
		return nil, err
	}
	var all []*article
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		a, err := parseArticle(name, string(b))
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b *article) int {
		return strings.Compare(b.head["published"], a.head["published"])
	})
	return all, nil
}

// SetEpoch puts the site into an epoch: 0 as first published; 1 with two
// reports revised (three pages: one of them in both editions) and one
// withdrawn, which answers 410.
func (s *Site) SetEpoch(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch = min(max(n, 0), Epochs-1)
}

// Epoch is the present epoch.
func (s *Site) Epoch() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.epoch
}

// SetOrigin tells where an edition is served, for example
// http://127.0.0.1:8080. [Site.Serve] does it by itself.
func (s *Site) SetOrigin(e Edition, origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.origins[e] = strings.TrimSuffix(origin, "/")
}

// Origin is where an edition is served, without a slash at the end.
func (s *Site) Origin(e Edition) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.origins[e]
}

// pages are all the pages of an edition in the present epoch, by path.
func (s *Site) pages(e Edition) map[string]*page {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.maps[s.epoch][e]
}

func keys[V any](m map[string]V) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
