package siterule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/antchfx/xpath"
	"golang.org/x/net/html"
)

// An expression is one of a file, compiled when it is first needed.
type expression struct {
	file string
	line int
	text string
	// generic says that it is not of the site's own file.
	generic bool

	once sync.Once
	prog *program
	err  error
}

func (e *expression) program() (*program, error) {
	e.once.Do(func() { e.prog, e.err = compile(e.text) })
	return e.prog, e.err
}

// where names the expression: "example.org.txt:12".
func (e *expression) where() string { return fmt.Sprintf("%s:%d", e.file, e.line) }

// compiled is an expression of the library. The library changes it while it is
// evaluated, so each use takes one of its own out of a pool.
type compiled struct {
	text string
	pool sync.Pool // of *xpath.Expr
}

var rootPath = &compiled{text: "/"}

func newCompiled(text string) (*compiled, error) {
	e, err := compileOne(text)
	if err != nil {
		return nil, err
	}
	// The library reads as much as is an expression and is silent about the
	// rest; within parentheses it is not.
	if _, err := compileOne("(" + text + ")"); err != nil {
		return nil, err
	}
	c := &compiled{text: text}
	c.pool.Put(e)
	return c, nil
}

// compileOne turns the library's panics into errors.
func compileOne(text string) (e *xpath.Expr, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, err = nil, fmt.Errorf("not an expression: %v", p)
		}
	}()
	if strings.ContainsRune(text, 0) {
		return nil, fmt.Errorf("not an expression: a NUL in it") // the library would end there
	}
	return xpath.Compile(text)
}

// eval gives a string, a float64, a bool, or []ref. It may panic.
func (c *compiled) eval(p *page, from ref) any {
	if c == rootPath {
		return []ref{{p.root, -1}}
	}
	e, _ := c.pool.Get().(*xpath.Expr)
	if e == nil {
		var err error
		if e, err = compileOne(c.text); err != nil {
			panic(err) // it was compiled before
		}
	}
	v := e.Evaluate(&navigator{page: p, ref: from})
	it, ok := v.(*xpath.NodeIterator)
	if !ok {
		c.pool.Put(e)
		return v
	}
	var nodes []ref
	for it.MoveNext() {
		p.spend(1)
		nodes = append(nodes, it.Current().(*navigator).ref)
	}
	c.pool.Put(e) // not after a panic: who knows what state it is in
	return nodes
}

// nodes is eval for what gives nodes; another value is none.
func (c *compiled) nodes(p *page, from ref) []ref {
	nodes, _ := c.eval(p, from).([]ref)
	return nodes
}

// evaluate runs a program on a page: a string, a float64, a bool, or []ref in
// document order. An expression that takes too long, or that brings the
// library down, is an error.
func (e *expression) evaluate(p *page) (v any, err error) {
	prog, err := e.program()
	if err != nil {
		return nil, err
	}
	all := p.steps
	p.steps = min(all, expressionSteps)
	began := p.steps
	defer func() {
		used := began - max(p.steps, 0)
		p.steps = all - used
		switch r := recover().(type) {
		case nil:
		case overrun:
			v, err = nil, fmt.Errorf("given up: the page is too large for it")
		default:
			v, err = nil, fmt.Errorf("given up: %v", r)
		}
	}()
	if prog.value != nil {
		return prog.value.eval(p, ref{p.root, -1}), nil
	}
	return prog.nodes(p, ref{p.root, -1}), nil
}

func (g *program) nodes(p *page, from ref) []ref {
	var all []ref
	for _, one := range g.paths {
		all = append(all, one.nodes(p, from)...)
	}
	return p.sorted(all)
}

func (one path) nodes(p *page, from ref) []ref {
	at := []ref{from}
	for _, q := range one.parts {
		var next []ref
		for _, n := range at {
			next = append(next, q.nodes(p, n)...)
		}
		if len(at) > 1 {
			next = p.sorted(next)
		}
		at = next
	}
	return at
}

func (q *part) nodes(p *page, from ref) []ref {
	switch {
	case q.plain != nil:
		return q.plain.nodes(p, from)
	case q.group != nil:
		return filter(p, q.group.nodes(p, from), q.preds)
	case !q.step.deep:
		return q.step.nodes(p, from, q.preds)
	}
	var all []ref
	for n := from.node; n != nil && from.attr < 0; n = p.next(n, from.node) {
		if n.FirstChild != nil || n.Type == html.ElementNode && len(n.Attr) > 0 {
			all = append(all, q.step.nodes(p, ref{n, -1}, q.preds)...)
		}
	}
	return p.sorted(all)
}

func (s *step) nodes(p *page, from ref, preds []predicate) []ref {
	nodes := s.base.nodes(p, from)
	if len(nodes) > 1 {
		nodes = p.sorted(nodes)
	}
	if s.reverse {
		slices.Reverse(nodes)
	}
	return filter(p, nodes, preds)
}

// sorted is the nodes in document order, each once.
func (p *page) sorted(nodes []ref) []ref {
	if len(nodes) < 2 {
		return nodes
	}
	p.spend(4 * len(nodes))
	type placed struct {
		ref
		at int32
	}
	list := make([]placed, len(nodes))
	for i, n := range nodes {
		list[i] = placed{n, p.number(n.node)}
	}
	order := func(a, b placed) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.attr, b.attr)) }
	if !slices.IsSortedFunc(list, order) {
		slices.SortFunc(list, order)
	}
	for i := range list {
		nodes[i] = list[i].ref
	}
	return slices.Compact(nodes)
}

// filter keeps the nodes for which the predicates hold, one predicate after
// the other, each counting what the one before left.
func filter(p *page, nodes []ref, preds []predicate) []ref {
	for i := range preds {
		q := &preds[i]
		switch {
		case q.last:
			nodes = nodes[max(0, len(nodes)-1):]
		case q.plain == nil && q.names == nil:
			if q.number < 1 || q.number > len(nodes) {
				return nil
			}
			nodes = nodes[q.number-1 : q.number]
		default:
			nodes = q.filter(p, nodes)
		}
	}
	return nodes
}

func (q *predicate) filter(p *page, nodes []ref) []ref {
	var kept []ref
	for i, n := range nodes {
		c := q.plain
		if c == nil {
			p.spend(200) // about the time of compiling it
			e, err := newCompiled(q.at(i+1, len(nodes)))
			if err != nil {
				panic(err)
			}
			c = e
		}
		if holds(c.eval(p, n), i+1) {
			kept = append(kept, n)
		}
	}
	return kept
}

// holds tells whether the value of a predicate keeps the i-th node.
func holds(v any, i int) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v == float64(i)
	case string:
		return v != ""
	case []ref:
		return len(v) > 0
	}
	return false
}
