package siterule

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The library evaluates one expression after the other rightly but for these
// forms, which are common in rules (tried against libxml2, see
// testdata/xpath.txt):
//
//	a | b            not in document order, and in quadratic time
//	(a | b)[1]       counts within each of the two
//	//p[x][1]        counts within the page, not within each parent
//	a/following::b[1], a/preceding-sibling::b[position() < 3]
//	                 counts wrongly
//	id('x'), string-length()
//	                 not known
//
// So an expression is taken apart before it is handed on: at | first, then
// into the steps of a path. Steps with a predicate that counts are walked
// here, from each node that the steps before gave; all others, and what stands
// within predicates, is the library's. (Within predicates it miscounts four forms
// that no rule of a sample of 69 files has; testdata/xpath.txt names them.)

// A program is an expression ready to be evaluated: paths, of which the nodes
// are joined, or one that gives a string, a number or a truth value.
type program struct {
	paths []path
	value *compiled
}

// A path is a row of parts, each evaluated from the nodes of the one before.
type path struct {
	parts []part
}

// A part is one of the three: several steps that the library walks, one that
// is walked here, or an expression in parentheses.
type part struct {
	plain *compiled
	step  *step
	group *program
	preds []predicate // of step and group: these count
}

// A step goes from one node to others that then are counted.
type step struct {
	deep    bool      // from all descendants of the node too: // stands before it
	base    *compiled // axis::test and the predicates before the first that counts
	reverse bool      // the axis counts backwards
}

// maxExpression bounds what is parsed; the longest of the public collection
// has about 1,000 bytes.
const maxExpression = 16 << 10

// maxNesting bounds parentheses within parentheses.
const maxNesting = 20

func compile(text string) (*program, error) {
	if len(text) > maxExpression {
		return nil, fmt.Errorf("longer than %d bytes", maxExpression)
	}
	return compileAt(text, 0)
}

func compileAt(text string, depth int) (*program, error) {
	if depth > maxNesting {
		return nil, errors.New("too many parentheses")
	}
	text = known(strings.TrimSpace(text))
	s, err := scan(text)
	if err != nil {
		return nil, err
	}
	if !s.isPath {
		c, err := newCompiled(text)
		return &program{value: c}, err
	}
	p := &program{}
	for _, branch := range s.branches {
		one, err := compilePath(branch, depth)
		if err != nil {
			return nil, err
		}
		p.paths = append(p.paths, one)
	}
	return p, nil
}

var (
	idCall   = regexp.MustCompile(`(^|[\s(|])id\(\s*('[^']*'|"[^"]*")\s*\)`)
	noLength = regexp.MustCompile(`string-length\(\s*\)`)
)

// known writes what the library does not know in words that it does.
func known(text string) string {
	if strings.Contains(text, "id(") {
		text = idCall.ReplaceAllString(text, "${1}//*[@id=$2]")
	}
	if strings.Contains(text, "string-length(") {
		text = noLength.ReplaceAllString(text, "string-length(.)")
	}
	return text
}

// scanned is an expression as seen from outside its parentheses and brackets.
type scanned struct {
	branches []string // the parts between |
	isPath   bool     // it gives nodes
}

// operators between two values: what has one outside of parentheses and
// brackets gives no nodes.
var operators = regexp.MustCompile(`(?:^|[\s)\]'"])(?:and|or|div|mod)(?:[\s('"]|$)`)

// scan parts an expression at its outer |.
func scan(text string) (scanned, error) {
	var s scanned
	var outer strings.Builder // what is outside
	from := 0
	err := eachOuter(text, func(i int, c byte) {
		outer.WriteByte(c)
		if c == '|' {
			s.branches = append(s.branches, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	})
	if err != nil {
		return s, err
	}
	s.branches = append(s.branches, strings.TrimSpace(text[from:]))
	o := outer.String()
	s.isPath = !strings.ContainsAny(o, "=<>+!") && !operators.MatchString(o)
	if strings.Contains(o, ",") {
		return s, errors.New("a comma outside of parentheses")
	}
	for _, b := range s.branches {
		if b == "" {
			return s, errors.New("an empty expression")
		}
		s.isPath = s.isPath && startsPath(b)
	}
	return s, nil
}

// startsPath tells whether an expression can be a path: it is no literal, no
// number and no call of a function. A node test looks like a call but is none.
func startsPath(s string) bool {
	switch c := s[0]; {
	case c == '\'', c == '"', c == '-', c == '$', c >= '0' && c <= '9':
		return false
	case c == '.' && len(s) > 1 && s[1] >= '0' && s[1] <= '9':
		return false
	}
	name := s[:len(s)-len(strings.TrimLeft(s, nameBytes))]
	if name == "" || !strings.HasPrefix(strings.TrimSpace(s[len(name):]), "(") {
		return true
	}
	switch name {
	case "text", "node", "comment", "processing-instruction":
		return true
	}
	return false
}

const nameBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// eachOuter calls do for the bytes outside of quotes, parentheses and
// brackets; the opening ones are outside.
func eachOuter(text string, do func(i int, c byte)) error {
	var stack []byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		if len(stack) == 0 {
			do(i, c)
		}
		switch c {
		case '\'', '"':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return fmt.Errorf("the quote %c is not closed", c)
			}
			i += end + 1
		case '(':
			stack = append(stack, ')')
		case '[':
			stack = append(stack, ']')
		case ')', ']':
			if len(stack) == 0 || stack[len(stack)-1] != c {
				return fmt.Errorf("%c closes nothing", c)
			}
			stack = stack[:len(stack)-1]
		}
	}
	if len(stack) > 0 {
		return fmt.Errorf("%c is missing", stack[len(stack)-1])
	}
	return nil
}

// rawStep is one step of a path as written.
type rawStep struct {
	slash string // "", "/" or "//" before it
	test  string // axis and node test, or an expression in parentheses
	preds []string
}

func (s rawStep) String() string {
	return s.slash + s.test + strings.Join(s.preds, "")
}

// cutSteps parts a path at its slashes.
func cutSteps(text string) ([]rawStep, error) {
	var steps []rawStep
	slash, from, after := "", 0, -1 // after: just past the last slash
	add := func(to int) error {
		raw := strings.TrimSpace(text[from:to])
		if raw == "" {
			if len(steps) > 0 || slash != "" {
				return errors.New("a step is missing")
			}
			return nil
		}
		s, err := cutPredicates(slash, raw)
		steps = append(steps, s)
		return err
	}
	var failed error
	err := eachOuter(text, func(i int, c byte) {
		if c != '/' || failed != nil {
			return
		}
		if i == after && slash == "/" && strings.TrimSpace(text[from:i]) == "" {
			slash, from, after = "//", i+1, i+1
			return
		}
		failed = add(i)
		slash, from, after = "/", i+1, i+1
	})
	if err == nil {
		err = failed
	}
	if err == nil {
		err = add(len(text))
	}
	return withBodies(steps), err
}

// cutPredicates parts test[a][b].
func cutPredicates(slash, raw string) (rawStep, error) {
	s := rawStep{slash: slash}
	first := -1
	var opens []int
	err := eachOuter(raw, func(i int, c byte) {
		if c == '[' {
			opens = append(opens, i)
			if first < 0 {
				first = i
			}
		}
	})
	if err != nil || first < 0 {
		s.test = raw
		return s, err
	}
	s.test = strings.TrimSpace(raw[:first])
	opens = append(opens, len(raw))
	for i := range opens[:len(opens)-1] {
		p := strings.TrimSpace(raw[opens[i]:opens[i+1]])
		if !strings.HasSuffix(p, "]") {
			return s, fmt.Errorf("%q after a predicate", p[strings.LastIndexByte(p, ']')+1:])
		}
		s.preds = append(s.preds, p)
	}
	return s, nil
}

// withBodies leads from a table to its rows by way of its bodies, which the
// readers that rules are written for do not add to a page and browsers do.
func withBodies(steps []rawStep) []rawStep {
	for i := 1; i < len(steps); i++ {
		if steps[i].slash == "/" && steps[i].test == "tr" && steps[i-1].test == "table" {
			steps = append(steps[:i], append([]rawStep{{slash: "/", test: "*"}}, steps[i:]...)...)
		}
	}
	return steps
}

// compilePath joins the steps that the library walks, and makes a part of each
// other.
func compilePath(text string, depth int) (path, error) {
	var p path
	if text == "/" {
		return path{[]part{{plain: rootPath}}}, nil
	}
	steps, err := cutSteps(text)
	if err != nil {
		return p, err
	}
	var run []rawStep
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		c, err := newCompiled(joined(run, len(p.parts) > 0))
		p.parts = append(p.parts, part{plain: c})
		run = nil
		return err
	}
	for i, s := range steps {
		own, err := s.part(i == 0, depth)
		if err != nil {
			return p, err
		}
		if own == nil {
			run = append(run, s)
			continue
		}
		if i == 0 && s.slash != "" {
			p.parts = append(p.parts, part{plain: rootPath})
		}
		if err := flush(); err != nil {
			return p, err
		}
		p.parts = append(p.parts, *own)
	}
	return p, flush()
}

// joined writes steps as one expression; from a node, it must not begin at the
// root.
func joined(run []rawStep, fromNode bool) string {
	var b strings.Builder
	for i, s := range run {
		if i == 0 && fromNode {
			if s.slash == "//" {
				b.WriteString(".//")
			}
			s.slash = ""
		}
		b.WriteString(s.String())
	}
	return b.String()
}

// part is the step as a part of its own, nil if the library walks it.
func (s rawStep) part(first bool, depth int) (*part, error) {
	group := strings.HasPrefix(s.test, "(")
	count := -1 // the first predicate that counts
	for i, p := range s.preds {
		if counts(p) {
			count = i
			break
		}
	}
	switch {
	case group && !(first && s.slash == "" && strings.HasSuffix(s.test, ")")):
		return nil, nil // //(a|b): XPath 2
	case group && count < 0:
		count = len(s.preds)
	case !group && (count < 0 || count == 0 && len(s.preds) == 1 && !s.countsOddly()):
		return nil, nil
	}
	own := &part{}
	if group {
		inner, err := compileAt(s.test[1:len(s.test)-1], depth+1)
		if err != nil {
			return nil, err
		}
		if inner.value != nil {
			return nil, errors.New("a value where nodes are needed")
		}
		own.group, count = inner, 0
	} else {
		base, err := newCompiled(s.test + strings.Join(s.preds[:count], ""))
		if err != nil {
			return nil, err
		}
		own.step = &step{deep: s.slash == "//", base: base, reverse: isReverse(s.test)}
	}
	for _, text := range s.preds[count:] {
		p, err := newPredicate(text[1 : len(text)-1])
		if err != nil {
			return nil, err
		}
		own.preds = append(own.preds, p)
	}
	return own, nil
}

// countsOddly tells the axes on which the library does not count rightly.
func (s rawStep) countsOddly() bool {
	axis, _, ok := strings.Cut(s.test, "::")
	if !ok {
		return s.test == ".." || s.test == "."
	}
	return strings.TrimSpace(axis) != "child"
}

func isReverse(test string) bool {
	axis, _, _ := strings.Cut(test, "::")
	switch strings.TrimSpace(axis) {
	case "ancestor", "ancestor-or-self", "preceding", "preceding-sibling":
		return true
	}
	return false
}

// A predicate is a condition on a node and its place among others.
type predicate struct {
	number int       // the place, if that is all it asks for
	last   bool      // [last()]
	plain  *compiled // it does not count
	before []string  // the text around position() and last(), else
	names  []string  // which of the two stands after each
}

var placeCalls = regexp.MustCompile(`(position|last)\(\s*\)`)

// counts tells whether a predicate asks for the place of a node: it is a
// number, or speaks of position() or last() outside of inner brackets.
func counts(pred string) bool {
	inner := strings.TrimSpace(pred[1 : len(pred)-1])
	if _, err := strconv.ParseFloat(inner, 64); err == nil {
		return true
	}
	switch {
	case placeCalls.MatchString(inner):
		return true
	case strings.HasPrefix(inner, "count("), strings.HasPrefix(inner, "number("):
		return true // may be a number
	}
	return false
}

func newPredicate(text string) (predicate, error) {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil {
		return predicate{number: n}, nil
	}
	at := placeCalls.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		c, err := newCompiled(text)
		return predicate{plain: c}, err
	}
	if len(at) == 1 && at[0][2] == 0 && at[0][1] == len(text) && text[:4] == "last" {
		return predicate{last: true}, nil
	}
	p := predicate{}
	from := 0
	for _, m := range at {
		p.before = append(p.before, text[from:m[0]])
		p.names = append(p.names, text[m[2]:m[3]])
		from = m[1]
	}
	p.before = append(p.before, text[from:])
	_, err := newCompiled(p.at(1, 1)) // that it can be read at all
	return p, err
}

// at is the predicate for the i-th node of n.
func (p *predicate) at(i, n int) string {
	var b strings.Builder
	for j, name := range p.names {
		b.WriteString(p.before[j])
		if name == "last" {
			b.WriteString(strconv.Itoa(n))
		} else {
			b.WriteString(strconv.Itoa(i))
		}
	}
	b.WriteString(p.before[len(p.before)-1])
	return b.String()
}
