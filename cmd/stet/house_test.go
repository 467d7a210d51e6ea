package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// house is the floor plan of the README and who may import whom: for each
// room, the rooms of this module it may know; "x/..." is x and what is below
// it. A room that is not named here has not been planned.
var house = map[string][]string{
	"cmd/stet":          {"..."},
	"cmd/stet/demosite": {"extract"},
	"cmd/stet/proof":    {"..."},
	"crawler":           {"crawler/...", "extract", "extract/...", "store", "store/warc"},
	"crawler/crawltest": {},
	"crawler/discover":  {"crawler/weburl"},
	"crawler/fetch":     {"crawler/weburl"},
	"crawler/frontier":  {"store", "crawler/weburl"},
	"crawler/robots":    {"crawler/weburl"},
	"crawler/schedule":  {},
	"crawler/weburl":    {},
	"extract":           {"extract/...", "crawler/weburl"},
	"extract/charset":   {"extract/han"},
	"extract/han":       {},
	"extract/siterule":  {"crawler/weburl"},
	"extract/template":  {"crawler/weburl"},
	"store":             {"extract"},
	"store/export":      {"store", "extract", "crawler/weburl"},
	"store/sqlite":      {"store", "extract", "crawler/weburl"},
	"store/storetest":   {"store", "extract", "crawler/weburl"},
	"store/warc":        {"store", "extract", "crawler/weburl"},
}

// ownOf says which rooms alone may import a package or what is below it.
var ownOf = map[string][]string{
	"github.com/gocolly":            {"crawler/fetch"},
	"github.com/antchfx":            {"extract/siterule"},
	"github.com/go-shiori":          {"extract"},
	"modernc.org":                   {"store/sqlite"},
	"database/sql":                  {"store/sqlite"},
	"github.com/spf13":              {"cmd/stet"},
	"flag":                          {"cmd/stet"},
	"github.com/rogpeppe":           nil, // for tests
	"testing":                       {"crawler/crawltest", "store/storetest"},
	"stet/crawler/crawltest":        nil, // for tests
	"stet/store/storetest":          nil, // for tests
	"stet/cmd/stet/proof":           nil, // for tests
	"github.com/BurntSushi/toml":    {"cmd/stet"},
	"golang.org/x/net/publicsuffix": {"crawler/weburl"},
}

// without says which rooms must do without a function, or a whole package.
var without = map[string][]string{
	"os.Exit":      othersThan("cmd/stet"),
	"os.Getenv":    othersThan("cmd/stet"),
	"os.LookupEnv": othersThan("cmd/stet"),
	"os.Args":      othersThan("cmd/stet"),
	"os.Open":      pure,
	"os.ReadFile":  pure,
	"net.Dial":     pure,
	"http.Get":     othersThan(),
	// Time is an argument.
	"time.Now": {"extract", "extract/charset", "extract/han", "extract/siterule", "extract/template", "crawler/robots", "crawler/weburl", "crawler/frontier", "store", "store/export"},
}

// pure rooms work on values alone: no network and no disk.
var pure = []string{"extract", "extract/charset", "extract/han", "extract/siterule", "extract/template", "crawler/robots", "crawler/weburl", "crawler/frontier", "store"}

func othersThan(rooms ...string) []string {
	var others []string
	for room := range house {
		if !slices.Contains(rooms, room) && room != "cmd/stet/proof" {
			others = append(others, room)
		}
	}
	return others
}

// source is one file of the module that is no test.
type source struct {
	name, room string
	syntax     *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 2 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		all = append(all, source{filepath.ToSlash(rel), path.Dir(filepath.ToSlash(rel)), f})
		return err
	})
	if err != nil || len(all) < 10 {
		t.Fatalf("%d files read: %v", len(all), err)
	}
	return all
}

// planned says whether the room of the file is in the floor plan.
func (s source) planned() bool { _, ok := house[s.room]; return ok }

func (s source) imports(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, i := range s.syntax.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		paths = append(paths, p)
	}
	return paths
}

func TestWhoMayImportWhom(t *testing.T) {
	for _, s := range sources(t) {
		if !s.planned() {
			t.Errorf("%s: %s is not in the floor plan", s.name, s.room)
			continue
		}
		for _, imp := range s.imports(t) {
			if other, ours := strings.CutPrefix(imp, "stet/"); ours && !slices.ContainsFunc(house[s.room], covers(other)) {
				t.Errorf("%s imports %s; %s may import %v", s.name, imp, s.room, house[s.room])
			}
			for owned, rooms := range ownOf {
				if within(imp, owned) && !slices.Contains(rooms, s.room) {
					t.Errorf("%s imports %s; of what is not a test only %v may", s.name, imp, rooms)
				}
			}
		}
	}
}

// covers says whether an entry of the house covers a room.
func covers(room string) func(string) bool {
	return func(entry string) bool {
		if above, all := strings.CutSuffix(entry, "..."); all {
			return within(room, strings.TrimSuffix(above, "/"))
		}
		return entry == room
	}
}

func within(name, above string) bool {
	return above == "" || name == above || strings.HasPrefix(name, above+"/")
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		entry, room string
		want        bool
	}{
		{"...", "store/sqlite", true}, {"crawler/...", "crawler/fetch", true}, {"crawler/...", "crawler", true},
		{"crawler/...", "crawlers", false}, {"store", "store/sqlite", false}, {"store", "store", true},
	} {
		if got := covers(tt.room)(tt.entry); got != tt.want {
			t.Errorf("%q covers %q: got %v, want %v", tt.entry, tt.room, got, tt.want)
		}
	}
}

// Only cmd/stet reads flags and the environment, or ends the process; rooms
// that work on values alone look at neither disk nor clock.
func TestWhoMayCallWhat(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && slices.Contains(without[pkg.Name+"."+sel.Sel.Name], s.room) {
				t.Errorf("%s uses %s.%s, which %s does without", s.name, pkg.Name, sel.Sel.Name, s.room)
			}
			return true
		})
	}
}

// Nothing registers itself.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.name)
			}
		}
	}
}
