package crawltest

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/tools/txtar"
)

// Site is a site file, parsed, and handlers of the test's own. It may be
// served several times; the state of a sequence belongs to the server.
type Site struct {
	hosts    []string             // in the order they are first named
	answers  map[string][]*answer // by "METHOD URL"
	prefixes []string             // those keys that end in *, longest first
	handlers map[string]http.Handler
}

// answer is one section.
type answer struct {
	id            int // its place in the file
	status        int
	header        http.Header
	body          string // as in the file, headers and escapes removed
	hold          string
	conditions    []condition
	charset       string
	coding        string
	repeat        int
	unconditional bool
	raw           []step // not nil for a raw answer
}

// condition holds if the request's header contains text, or, if absent, does
// not exist.
type condition struct {
	name, text string
	absent     bool
}

// step is one line of a raw answer.
type step struct {
	verb string // write, hold, repeat, endless, stall, reset
	text string
	n    int
}

// Parse reads a site file.
func Parse(text string) (*Site, error) {
	s := &Site{answers: map[string][]*answer{}, handlers: map[string]http.Handler{}}
	for i, f := range txtar.Parse([]byte(text)).Files {
		if err := s.add(i, f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("section %q: %w", f.Name, err)
		}
	}
	slices.SortFunc(s.prefixes, func(a, b string) int { return len(b) - len(a) })
	return s, nil
}

// Handle lets a handler of the test's own answer what the file does not, for
// one host, which need not be in the file.
func (s *Site) Handle(host string, h http.Handler) {
	s.addHost(host)
	s.handlers[host] = h
}

// Hosts gives the names of the site's hosts in the order of the file.
func (s *Site) Hosts() []string { return slices.Clone(s.hosts) }

func (s *Site) addHost(name string) {
	if !slices.Contains(s.hosts, name) {
		s.hosts = append(s.hosts, name)
	}
}

func (s *Site) add(id int, title, data string) error {
	line, options, err := splitOptions(title)
	if err != nil {
		return err
	}
	method, rawURL, ok := strings.Cut(line, " ")
	if !ok || method == "" || strings.ToUpper(method) != method {
		return fmt.Errorf("want METHOD URL, got %q", line)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	if u.Scheme != "http" || u.Host == "" || u.Path == "" {
		return fmt.Errorf("want http://host/path, got %q", rawURL)
	}
	a := &answer{id: id, status: http.StatusOK, header: http.Header{}, repeat: 1}
	if err := a.parse(options, data); err != nil {
		return err
	}
	s.addHost(u.Host)
	key := method + " " + rawURL
	if prefix, ok := strings.CutSuffix(key, "*"); ok && s.answers[key] == nil {
		s.prefixes = append(s.prefixes, prefix)
	}
	s.answers[key] = append(s.answers[key], a)
	return nil
}

// splitOptions parts "GET http://a.test/ [status 404] [hold x]".
func splitOptions(title string) (line string, options []string, err error) {
	line, rest, _ := strings.Cut(title, " [")
	for rest != "" {
		o, more, ok := strings.Cut(rest, "]")
		if !ok {
			return "", nil, fmt.Errorf("option [%s has no end", rest)
		}
		options = append(options, strings.TrimSpace(o))
		more = strings.TrimSpace(more)
		if more != "" && more[0] != '[' {
			return "", nil, fmt.Errorf("text between options: %q", more)
		}
		rest = strings.TrimPrefix(more, "[")
	}
	return strings.TrimSpace(line), options, nil
}

func (a *answer) parse(options []string, data string) error {
	var inBytes, raw bool
	for _, o := range options {
		switch o {
		case "bytes":
			inBytes = true
		case "raw":
			raw = true
		case "unconditional":
			a.unconditional = true
		default:
			if err := a.option(o); err != nil {
				return err
			}
		}
	}
	if raw {
		return a.parseRaw(data)
	}
	for strings.HasPrefix(data, "> ") {
		line, rest, _ := strings.Cut(data, "\n")
		name, value, ok := strings.Cut(line[2:], ":")
		if !ok {
			return fmt.Errorf("header line %q has no colon", line)
		}
		a.header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		data = rest
	}
	if inBytes {
		var err error
		if data, err = unescape(strings.ReplaceAll(data, "\n", "")); err != nil {
			return err
		}
	}
	a.body = data
	_, err := a.render(strings.NewReplacer()) // so that mistakes show early
	return err
}

func (a *answer) option(o string) error {
	name, value, _ := strings.Cut(o, " ")
	value = strings.TrimSpace(value)
	var err error
	switch name {
	case "status":
		a.status, err = strconv.Atoi(value)
		if err == nil && (a.status < 200 || a.status > 999) {
			err = fmt.Errorf("status %d is none", a.status)
		}
	case "repeat":
		a.repeat, err = strconv.Atoi(value)
	case "hold":
		if a.hold = value; value == "" {
			err = fmt.Errorf("hold needs a name")
		}
	case "charset":
		a.charset = value
	case "encode":
		a.coding = value
	case "if":
		a.conditions = append(a.conditions, parseCondition(value))
	default:
		err = fmt.Errorf("unknown option [%s]", o)
	}
	return err
}

func parseCondition(s string) condition {
	if name, ok := strings.CutPrefix(s, "!"); ok {
		return condition{name: textproto.CanonicalMIMEHeaderKey(name), absent: true}
	}
	name, text, _ := strings.Cut(s, ":")
	return condition{name: textproto.CanonicalMIMEHeaderKey(name), text: strings.TrimSpace(text)}
}

func (c condition) holds(h http.Header) bool {
	values := h.Values(c.name)
	if c.absent {
		return len(values) == 0
	}
	return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, c.text) })
}

func (a *answer) parseRaw(data string) error {
	a.raw = []step{}
	for line := range strings.Lines(data) {
		st, err := parseStep(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return err
		}
		a.raw = append(a.raw, st)
	}
	return nil
}

func parseStep(line string) (step, error) {
	command, ok := strings.CutPrefix(line, "@")
	if !ok {
		text, err := unescape(line)
		return step{verb: "write", text: text}, err
	}
	st := step{}
	var rest string
	st.verb, rest, _ = strings.Cut(command, " ")
	switch st.verb {
	case "hold":
		if st.text = rest; rest == "" {
			return st, fmt.Errorf("@hold needs a name")
		}
	case "stall", "reset":
	case "repeat", "endless":
		if st.verb == "repeat" {
			var err error
			var n string
			n, rest, _ = strings.Cut(rest, " ")
			if st.n, err = strconv.Atoi(n); err != nil {
				return st, err
			}
		}
		text, err := unescape(rest)
		if text == "" && err == nil {
			err = fmt.Errorf("@%s needs a text", st.verb)
		}
		st.text = text
		return st, err
	default:
		return st, fmt.Errorf("unknown step @%s", st.verb)
	}
	return st, nil
}

// unescape reads the escapes of a Go string; quotes need none.
func unescape(s string) (string, error) {
	var b strings.Builder
	for s != "" {
		r, multibyte, rest, err := strconv.UnquoteChar(s, 0)
		if err != nil {
			return "", fmt.Errorf("bad escape in %q", s)
		}
		if multibyte {
			b.WriteRune(r)
		} else {
			b.WriteByte(byte(r))
		}
		s = rest
	}
	return b.String(), nil
}

// render gives the body as it goes over the wire, names replaced.
func (a *answer) render(names *strings.Replacer) ([]byte, error) {
	text := strings.Repeat(names.Replace(a.body), a.repeat)
	if a.charset != "" {
		e, err := htmlindex.Get(a.charset)
		if err != nil {
			return nil, fmt.Errorf("charset %q: %w", a.charset, err)
		}
		if text, err = e.NewEncoder().String(text); err != nil {
			return nil, fmt.Errorf("body in %s: %w", a.charset, err)
		}
	}
	return Encode(a.coding, []byte(text))
}

// Encode compresses a body with a content coding: gzip, deflate (raw, as many
// servers send it), br or zstd; the empty one leaves it as it is.
func Encode(coding string, body []byte) ([]byte, error) {
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "":
		return body, nil
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w, err = flate.NewWriter(&b, flate.DefaultCompression)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	default:
		return nil, fmt.Errorf("unknown content coding %q", coding)
	}
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// mediaType is the Content-Type of a section that does not say it.
func (a *answer) mediaType() string {
	charset := a.charset
	if charset == "" {
		charset = "utf-8"
	}
	if strings.HasPrefix(strings.TrimSpace(a.body), "<") {
		return "text/html; charset=" + charset
	}
	return "text/plain; charset=" + charset
}
