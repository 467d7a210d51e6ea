package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/net/http/httpguts"

	"stet/crawler"
)

// settings are the flags of crawl, and the keys of a job file.
type settings struct {
	crawler.Config
	SeedFile string `toml:"seed-file"`
	Archive  string `toml:"archive"`
	LogFile  string `toml:"log"`
	Rules    string `toml:"rules"`
	JSON     bool   `toml:"json"`
	Quiet    bool   `toml:"quiet"`
	Verbose  bool   `toml:"verbose"`

	jobFile string
	passing bool   // the archive is thrown away at the end
	bare    string // the first seed that was given without a scheme
}

// scopes are the values of --scope.
var scopes = []string{
	string(crawler.ScopePage), string(crawler.ScopePrefix), string(crawler.ScopeHost),
	string(crawler.ScopeDomain), string(crawler.ScopeAny),
}

// bind makes the settings flags of a verb.
func (s *settings) bind(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	s.Scope = crawler.ScopeHost
	s.Archive = "archive.db"

	fs.StringVar(&s.SeedFile, "seed-file", "", "read more seeds from `FILE`, one a line; - is standard input")
	fs.StringVar(&s.jobFile, "job-file", "", "read settings from `FILE` (TOML, the keys are these flags); flags win")
	fs.StringVar(&s.Job, "job", "", "`NAME` of the job: the same name resumes (default made from seeds and scope)")
	fs.StringVarP(&s.Archive, "archive", "a", s.Archive, "the archive `FILE`")
	group(fs, "What", "seed-file", "job-file", "job", "archive")

	fs.Var(scopeValue{&s.Scope}, "scope", "how far links are followed: "+strings.Join(scopes, ", "))
	fs.StringArrayVar(&s.Include, "include", nil, "of the links in scope follow only those that match this `REGEX`; may be repeated")
	fs.StringArrayVar(&s.Exclude, "exclude", nil, "never follow links that match this `REGEX`; may be repeated")
	fs.Var(optional[int]{&s.Depth, parseCount}, "depth", "follow links at most `N` steps from a seed (default no limit)")
	group(fs, "How far", "scope", "include", "exclude", "depth")

	fs.IntVar(&s.Limit, "limit", 0, "end this run after `N` pages; 0 for no limit")
	fs.Var(&s.Time, "time-limit", "end this run after this `TIME` (90s, 2h)")
	fs.Var(&s.Size, "size-limit", "end this run after receiving this `SIZE` (500MB, 2GiB)")
	fs.Var(&s.PageSize, "page-size", fmt.Sprintf("cut a page at this `SIZE` (default %v)", crawler.Size(crawler.DefaultPageSize)))
	group(fs, "Limits", "limit", "time-limit", "size-limit", "page-size")

	fs.Var(optional[crawler.Duration]{&s.Delay, parseDuration}, "delay", fmt.Sprintf("wait this `TIME` between two requests to a host (default %v)", crawler.DefaultDelay))
	fs.IntVar(&s.Workers, "workers", 0, fmt.Sprintf("have at most `N` pages in flight, one a host (default %d)", crawler.DefaultWorkers))
	fs.Var(optional[int]{&s.Retries, parseCount}, "retries", fmt.Sprintf("try a page `N` times more after a 5xx, a timeout or a reset (default %d)", crawler.DefaultRetries))
	fs.Var(&s.MaxWait, "max-wait", fmt.Sprintf("end when nothing is due within this `TIME` (default %s)", strings.TrimSuffix(fmt.Sprint(crawler.DefaultMaxWait), "0s")))
	fs.StringVar(&s.UserAgent, "user-agent", "", "send this `NAME` as User-Agent; robots.txt is still read as "+crawler.Product)
	fs.StringVar(&s.Contact, "contact", "", "tell the sites this `ADDRESS` or URL")
	fs.BoolVar(&s.IgnoreRobots, "ignore-robots", false, "do not ask robots.txt; the archive records that")
	group(fs, "Politeness", "delay", "workers", "retries", "max-wait", "user-agent", "contact", "ignore-robots")

	fs.StringArrayVar(&s.Header, "header", nil, "send this `HEADER` (\"Name: value\") to the hosts of the seeds; may be repeated")
	fs.StringVar(&s.Proxy, "proxy", "", "connect through this `URL`: http://host:port or socks5://host:port")
	fs.StringArrayVar(&s.AllowNetwork, "allow-network", nil, "private addresses that may be asked, as a `CIDR`; may be repeated")
	group(fs, "Connections", "header", "proxy", "allow-network")

	fs.BoolVar(&s.JSON, "json", false, "print one JSON object a page to standard output")
	fs.BoolVarP(&s.Quiet, "quiet", "q", false, "print nothing but errors")
	fs.BoolVarP(&s.Verbose, "verbose", "v", false, "log each page to standard error")
	fs.StringVar(&s.LogFile, "log", "", "append a log of each page to this `FILE`, as JSON")
	group(fs, "Output", "json", "quiet", "verbose", "log")

	rulesFlag(fs, &s.Rules)
	fs.BoolVar(&s.NoLearn, "no-learn", false, "clean each page by itself, without what its site's other pages tell")
	group(fs, "Articles", "rules", "no-learn")

	complete(cmd, "scope", scopes)
	for _, unset := range []string{"time-limit", "size-limit", "page-size", "max-wait"} {
		fs.Lookup(unset).DefValue = "" // 0 would be shown as a default, which it is not
	}
}

// load completes the settings from the job file, the arguments and the seed
// file, and checks them. Nothing is touched.
func (s *settings) load(fs *pflag.FlagSet, args []string, stdin io.Reader) error {
	if s.jobFile != "" {
		if err := s.loadJob(fs); err != nil {
			return err
		}
	}
	seeds := args
	if s.SeedFile != "" {
		more, err := readSeeds(s.SeedFile, stdin)
		if err != nil {
			return err
		}
		seeds = append(slices.Clone(args), more...)
	}
	if len(seeds) > 0 {
		s.Seeds = seeds
	}
	if s.Archive == "" {
		return usage("--archive needs a file name")
	}
	if i := slices.IndexFunc(s.Seeds, func(seed string) bool { return !strings.Contains(seed, "://") }); i >= 0 {
		s.bare = s.Seeds[i]
	}
	return check(&s.Config)
}

// loadJob reads the job file. A flag that was given wins over its key: the
// file is read into the same variables, and the given flags are set again.
func (s *settings) loadJob(fs *pflag.FlagSet) error {
	type given struct {
		flag   *pflag.Flag
		values []string
	}
	var flags []given
	fs.Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = slices.Clone(list.GetSlice())
		}
		flags = append(flags, given{f, values})
	})
	if err := s.decodeJob(s.jobFile); err != nil {
		return err
	}
	for _, g := range flags {
		err := error(nil)
		if list, ok := g.flag.Value.(pflag.SliceValue); ok {
			err = list.Replace(g.values)
		} else {
			err = g.flag.Value.Set(g.values[0])
		}
		if err != nil {
			return usage("--%s: %w", g.flag.Name, err)
		}
	}
	return nil
}

// decodeJob reads a job file. Paths in it start at its own folder.
func (s *settings) decodeJob(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return usage("--job-file %s: %w", path, withoutPath(err))
	}
	archive := s.Archive
	s.Archive = ""
	meta, err := toml.Decode(string(text), s)
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		return &fault{status: misused, err: fmt.Errorf("%s:%d: %s", path, parse.Position.Line, parse.Message),
			hint: "a job file is TOML: a key, = and a value a line; stet help crawl shows one"}
	}
	if err != nil {
		return usage("%s%s", path, wrongType(err))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return &fault{status: misused, err: fmt.Errorf("%s:%d: unknown key %q", path, lineOf(string(text), key), key),
			hint: "the keys are the flags of stet crawl, without the dashes"}
	}
	folder := filepath.Dir(path)
	for _, p := range []*string{&s.SeedFile, &s.Archive, &s.LogFile, &s.Rules} {
		if *p != "" && *p != "-" && !filepath.IsAbs(*p) {
			*p = filepath.Join(folder, *p)
		}
	}
	if s.Archive == "" {
		s.Archive = archive
	}
	return nil
}

// typeError is how the TOML library says that a value has the wrong type.
var typeError = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]*)"\): incompatible types: .* destination has type (\w+)$`)

// wrongType says in our words, after the file's name, what is wrong with a
// value of a job file.
func wrongType(err error) string {
	m := typeError.FindStringSubmatch(err.Error())
	if m == nil {
		return ": " + strings.TrimPrefix(err.Error(), "toml: ")
	}
	want := map[string]string{"slice": "a list, such as [\"…\"]", "string": "a text in quotes", "integer": "a whole number",
		"boolean": "true or false"}[m[3]]
	if want == "" {
		want = m[3]
	}
	return fmt.Sprintf(":%s: %s must be %s", m[1], m[2], want)
}

// lineOf finds the line on which a key stands. The TOML library knows it, but
// does not tell.
func lineOf(text string, key toml.Key) int {
	name := regexp.QuoteMeta(key[len(key)-1])
	at := regexp.MustCompile(`^[\s\[]*(?:[\w-]+\.)*["']?` + name + `["']?\s*[]=.]`)
	for i, line := range strings.Split(text, "\n") {
		if at.MatchString(line) {
			return i + 1
		}
	}
	return 1 // written in a way that only the library understands
}

// readSeeds reads a file of URLs, one a line. Blank lines are skipped, and what
// follows a # at the beginning of a line or after a blank.
func readSeeds(path string, stdin io.Reader) ([]string, error) {
	r := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usage("--seed-file %s: %w", path, withoutPath(err))
		}
		defer f.Close() // only read from
		r = f
	}
	var seeds []string
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := withoutComment(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if _, err := crawler.ParseSeed(line); err != nil {
			return nil, usage("%s:%d: %q is not an http or https URL", path, n, cut(line, 60))
		}
		seeds = append(seeds, line)
	}
	if err := lines.Err(); err != nil {
		return nil, usage("--seed-file %s: %w", path, withoutPath(err))
	}
	if len(seeds) == 0 {
		return nil, usage("--seed-file %s holds no URL", path)
	}
	return seeds, nil
}

// withoutComment gives what stands on a line before a comment.
func withoutComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return strings.TrimSpace(line)
}

// check completes the seeds and looks at every value, so that a mistake shows
// before anything is touched.
func check(c *crawler.Config) error {
	if len(c.Seeds) == 0 {
		return &fault{status: misused, err: errors.New("crawl needs a URL to begin with"),
			hint: "stet crawl https://example.org/, or --seed-file FILE"}
	}
	if _, err := crawler.NewBounds(*c); err != nil {
		return usage("%w", err)
	}
	// One spelling, so that with or without https:// it is the same job.
	seeds := make([]string, len(c.Seeds))
	for i, raw := range c.Seeds {
		u, err := crawler.ParseSeed(raw)
		if err != nil {
			return usage("%w", err)
		}
		seeds[i] = u.String()
	}
	c.Seeds = seeds
	for _, check := range []func(*crawler.Config) error{checkNumbers, checkIdentity, checkConnections} {
		if err := check(c); err != nil {
			return err
		}
	}
	return nil
}

func checkNumbers(c *crawler.Config) error {
	if err := checkCount("limit", c.Limit); err != nil {
		return err
	}
	if err := checkWorkers(c.Workers); err != nil {
		return err
	}
	if c.Retries != nil {
		return checkCount("retries", *c.Retries)
	}
	return nil
}

// mostWorkers bounds --workers: each worker costs memory before it has done
// anything, and with 100 million of them a crawl filled 24 GB.
const mostWorkers = 4096

func checkWorkers(n int) error {
	if n > mostWorkers {
		return usage("--workers can be %d at most, not %d", mostWorkers, n)
	}
	return checkCount("workers", n)
}

func checkIdentity(c *crawler.Config) error {
	if !httpguts.ValidHeaderFieldValue(c.UserAgent) || !httpguts.ValidHeaderFieldValue(c.Contact) {
		return usage("--user-agent %q or --contact %q holds a character that cannot be sent", c.UserAgent, c.Contact)
	}
	for _, h := range c.Header {
		name, value, ok := strings.Cut(h, ":")
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return usage("--header %q is not of the form \"Name: value\"", h)
		}
	}
	return nil
}

func checkConnections(c *crawler.Config) error {
	if c.Proxy != "" {
		u, err := url.Parse(c.Proxy)
		if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
			return usage("--proxy %q is not of the form http://host:port or socks5://host:port", c.Proxy)
		}
	}
	for i, n := range c.AllowNetwork {
		if a, err := netip.ParseAddr(n); err == nil {
			c.AllowNetwork[i] = netip.PrefixFrom(a, a.BitLen()).String()
			continue
		}
		if _, err := netip.ParsePrefix(n); err != nil {
			return usage("--allow-network %q is not a network such as 10.0.0.0/8", n)
		}
	}
	return nil
}

// scopeValue makes a scope a flag.
type scopeValue struct{ scope *crawler.Scope }

func (v scopeValue) String() string {
	if v.scope == nil {
		return ""
	}
	return string(*v.scope)
}
func (v scopeValue) Set(s string) error { *v.scope = crawler.Scope(s); return nil }
func (v scopeValue) Type() string       { return "SCOPE" }

// optional makes a flag of a setting that is nil when it was not given.
type optional[T any] struct {
	p     **T
	parse func(string) (T, error)
}

func (o optional[T]) String() string {
	if o.p == nil || *o.p == nil {
		return ""
	}
	return fmt.Sprint(**o.p)
}

func (o optional[T]) Set(s string) error {
	v, err := o.parse(s)
	if err != nil {
		return err
	}
	*o.p = &v
	return nil
}

func (o optional[T]) Type() string { return "" }

func parseCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return n, nil
}

func parseDuration(s string) (d crawler.Duration, err error) {
	err = d.Set(s)
	return d, err
}
