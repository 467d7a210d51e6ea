package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"stet/crawler/fetch"
	"stet/crawler/frontier"
	"stet/crawler/weburl"
	"stet/extract"
	"stet/store"
)

// The defaults of a Config.
const (
	DefaultDelay    = time.Second
	DefaultWorkers  = 64
	DefaultRetries  = 4
	DefaultMaxWait  = 5 * time.Minute
	DefaultPageSize = 32 << 20

	// leaseTime is how long the archive stays ours without a sign of life.
	leaseTime = 30 * time.Second
	// lastWords is how long a stopped crawl may take to write what it has.
	lastWords = 5 * time.Second
)

// Product is the name robots.txt files know us by.
const Product = "stet"

// crawl is one run under way.
type crawl struct {
	cfg     Config
	bounds  *Bounds
	store   store.Store
	archive store.Crawl
	fetcher *fetch.Fetcher
	extract *extract.Extractor
	lessons *lessons
	gate    *gate
	doors   *doors
	tally   *tally
	log     *slog.Logger

	delay   time.Duration
	retries int
	cpu     chan struct{} // one place per processor: pages extracted at once
	sent    atomic.Int64  // requests that count towards the limit
}

// Run crawls until nothing is left to visit, a limit is reached, cfg.Stop is
// closed or ctx ends. A page's failure is recorded in the archive; only a
// wrong configuration or the failure of the archive is an error.
//
// The same job (by name, or by seeds and bounds) continues where an earlier
// run of it ended; when that one had finished, a new round begins and asks of
// each page whether it has changed.
func Run(ctx context.Context, st store.Store, cfg Config) (Summary, error) {
	c, err := newCrawl(st, cfg)
	if err != nil {
		return Summary{}, err
	}
	defer c.fetcher.Close()
	began := time.Now()
	news := newInbox[[]*store.Visit]()
	if err := c.begin(ctx, began, news); err != nil {
		return Summary{}, err
	}
	var state store.RunState
	var reason string
	if err = c.seed(ctx); err == nil {
		state, reason, err = c.run(ctx, began, news)
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		state, reason, err = store.RunInterrupted, "stopped", nil
	}
	return c.finish(ctx, began, state, reason, err)
}

func newCrawl(st store.Store, cfg Config) (*crawl, error) {
	bounds, err := NewBounds(cfg)
	if err != nil {
		return nil, err
	}
	if len(cfg.Seeds) == 0 {
		return nil, fmt.Errorf("there is no seed to begin with")
	}
	c := &crawl{cfg: cfg, bounds: bounds, store: st, log: cfg.Log,
		extract: extract.New(cfg.Extract), lessons: newLessons(),
		gate: newGate(), doors: newDoors(),
		delay: DefaultDelay, retries: DefaultRetries,
		cpu: make(chan struct{}, runtime.GOMAXPROCS(0))}
	if cfg.Delay != nil {
		c.delay = time.Duration(*cfg.Delay)
	}
	if cfg.Retries != nil {
		c.retries = max(0, *cfg.Retries)
	}
	if c.cfg.Workers <= 0 {
		c.cfg.Workers = DefaultWorkers
	}
	if c.cfg.MaxWait <= 0 {
		c.cfg.MaxWait = Duration(max(DefaultMaxWait, 2*c.delay)) // or a long delay would end the run after a page
	}
	if c.cfg.PageSize <= 0 {
		c.cfg.PageSize = DefaultPageSize
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	fc, err := fetchConfig(c.cfg)
	if err != nil {
		return nil, err
	}
	if c.fetcher, err = fetch.New(fc); err != nil {
		return nil, err
	}
	return c, nil
}

// fetchConfig hands the fetcher what it needs: the seeds' origins may be
// private and get the extra headers.
func fetchConfig(cfg Config) (fetch.Config, error) {
	extra, err := parseHeaders(cfg.Header)
	if err != nil {
		return fetch.Config{}, err
	}
	fc := fetch.Config{
		UserAgent: UserAgent(cfg), Proxy: cfg.Proxy, MaxBody: int64(cfg.PageSize),
		AllowOrigins: map[string]bool{}, Header: map[string]http.Header{},
	}
	for _, s := range cfg.Seeds {
		u, err := ParseSeed(s)
		if err != nil {
			return fetch.Config{}, err
		}
		fc.AllowOrigins[u.Origin()] = true
		if len(extra) > 0 {
			fc.Header[u.Origin()] = extra
		}
	}
	for _, n := range cfg.AllowNetwork {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return fetch.Config{}, fmt.Errorf("allow-network %q is not a network such as 10.0.0.0/8", n)
		}
		fc.AllowNetworks = append(fc.AllowNetworks, p)
	}
	return fc, nil
}

func parseHeaders(lines []string) (http.Header, error) {
	h := http.Header{}
	for _, l := range lines {
		name, value, ok := strings.Cut(l, ":")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(l, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("header %q is not of the form \"Name: value\"", l)
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h, nil
}

// UserAgent is the User-Agent a configuration sends.
func UserAgent(cfg Config) string {
	if cfg.UserAgent != "" {
		return cfg.UserAgent
	}
	if cfg.Contact != "" {
		return Product + "/1 (+" + cfg.Contact + ")"
	}
	return Product + "/1"
}

// JobName is the name of a configuration that has none: its first seed's host
// and a digest of what decides which pages it visits.
func JobName(cfg Config) string {
	if cfg.Job != "" {
		return cfg.Job
	}
	b, _ := json.Marshal(struct { // strings, ints and slices of them always marshal
		Seeds            []string
		Scope            Scope
		Include, Exclude []string
		Depth            *int
	}{cfg.Seeds, cfg.Scope, cfg.Include, cfg.Exclude, cfg.Depth})
	sum := sha256.Sum256(b)
	host := "crawl"
	if len(cfg.Seeds) > 0 {
		if u, err := ParseSeed(cfg.Seeds[0]); err == nil {
			host = u.Host()
		}
	}
	return host + "-" + hex.EncodeToString(sum[:4])
}

// withoutSecrets is a configuration fit for the record: user names, passwords
// and the values of headers are no one's business who reads the archive.
func withoutSecrets(cfg Config) Config {
	cfg.Seeds = slices.Clone(cfg.Seeds)
	for i, s := range cfg.Seeds {
		if u, err := ParseSeed(s); err == nil && strings.Contains(s, "@") {
			cfg.Seeds[i] = u.String()
		}
	}
	cfg.Header = slices.Clone(cfg.Header)
	for i, h := range cfg.Header {
		name, _, _ := strings.Cut(h, ":")
		cfg.Header[i] = name + ": " + fetch.Withheld
	}
	if at := strings.LastIndexByte(cfg.Proxy, '@'); at >= 0 {
		scheme, _, _ := strings.Cut(cfg.Proxy, "://")
		cfg.Proxy = scheme + "://" + cfg.Proxy[at+1:]
	}
	return cfg
}

// begin takes the archive.
func (c *crawl) begin(ctx context.Context, now time.Time, news *inbox[[]*store.Visit]) error {
	config, err := json.Marshal(withoutSecrets(c.cfg))
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	c.tally = newTally(now, c.cfg.Page)
	c.archive, err = c.store.Begin(ctx, store.BeginCrawl{
		Job: JobName(c.cfg), Config: string(config), TTL: leaseTime, Now: now, MadeBy: c.cfg.MadeBy,
		Committed: func(vs []*store.Visit) {
			c.tally.committed(vs)
			news.put(vs)
		},
	})
	if err != nil {
		return err
	}
	c.tally.run, c.tally.resumed = c.archive.Run(), c.archive.Resumed()
	return nil
}

// seed enqueues the seeds, and widens the bounds by where they redirected
// earlier.
func (c *crawl) seed(ctx context.Context) error {
	roots, err := c.archive.Roots(ctx)
	if err != nil {
		return err
	}
	for _, r := range roots {
		if u, err := weburl.Parse(r); err == nil {
			c.bounds.Add(u)
		}
	}
	var seeds []store.NewTarget
	for _, s := range c.cfg.Seeds {
		u, err := ParseSeed(s)
		if err != nil {
			return err
		}
		seeds = append(seeds, newTarget(u, "seed"))
	}
	_, err = c.archive.Enqueue(ctx, seeds)
	return err
}

func newTarget(u weburl.URL, via string) store.NewTarget {
	f := u.Fetchable()
	return store.NewTarget{URL: f.String(), Key: u.Key(), Host: u.Host(), Site: u.Site(), Via: via}
}

// ended is a turn that a worker has ended.
type ended struct {
	turn  frontier.Turn
	visit *store.Visit // nil: the target was not visited
	bytes int64        // received
	next  time.Time
	delay time.Duration
}

// run is the pool: one goroutine owns the frontier and hands turns to the
// workers; others keep the lease and tell the progress.
func (c *crawl) run(ctx context.Context, began time.Time, news *inbox[[]*store.Visit]) (store.RunState, string, error) {
	g, gctx := errgroup.WithContext(ctx)
	turns := make(chan frontier.Turn)
	ends := make(chan ended, c.cfg.Workers)
	aux, stopAux := context.WithCancel(gctx)
	for range c.cfg.Workers {
		g.Go(func() error { return c.work(gctx, turns, ends) })
	}
	errands, done := newInbox[errand](), newInbox[func()]()
	g.Go(func() error { return c.runErrands(aux, errands, done) })
	g.Go(func() error { return c.keepLease(aux) })
	g.Go(func() error { return c.tell(aux) })
	var state store.RunState
	var reason string
	g.Go(func() error {
		defer stopAux()
		defer close(turns)
		d := dispatcher{crawl: c, frontier: frontier.New(frontier.Config{}), began: began,
			turns: turns, ends: ends, committed: news, errands: errands, done: done}
		var err error
		if state, reason, err = d.dispatch(gctx); err != nil || state == store.RunInterrupted {
			return err
		}
		if err := c.settle(gctx); err != nil || !c.stopped() {
			return err
		}
		state, reason = store.RunInterrupted, "stopped by the user while articles were read anew"
		return nil
	})
	err := g.Wait()
	flushed := c.lastFlush(ctx)
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = flushed
	}
	return state, reason, err
}

// lastFlush commits what is recorded and learnt, also when the crawl was
// cancelled.
func (c *crawl) lastFlush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	return errors.Join(c.forgetLessons(ctx, true), c.archive.Flush(ctx))
}

// work is one worker.
func (c *crawl) work(ctx context.Context, turns <-chan frontier.Turn, ends chan<- ended) error {
	for t := range turns {
		e, err := c.visit(ctx, t)
		if err != nil {
			return err
		}
		select {
		case ends <- e:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// keepLease gives signs of life.
func (c *crawl) keepLease(ctx context.Context) error {
	tick := time.NewTicker(leaseTime / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if err := c.archive.Renew(ctx, now); err != nil && ctx.Err() == nil {
				return fmt.Errorf("renew the lease: %w", err)
			}
		}
	}
}

// tell reports the progress once a second.
func (c *crawl) tell(ctx context.Context) error {
	if c.cfg.Progress == nil {
		return nil
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			c.cfg.Progress(c.tally.progress(now))
		}
	}
}

// finish writes how the run ended and gives the archive back.
func (c *crawl) finish(ctx context.Context, began time.Time, state store.RunState, reason string, cause error) (Summary, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	if cause != nil {
		state, reason = store.RunFailed, cause.Error()
	}
	now := time.Now()
	left, first, err := c.archive.Waiting(ctx)
	if cause == nil {
		cause = err
	}
	if err := c.archive.Finish(ctx, now, state, reason); err != nil && cause == nil {
		cause = fmt.Errorf("finish the run: %w", err)
	}
	p := c.tally.progress(now)
	p.Run.State, p.Run.Reason, p.Run.FinishedAt = state, reason, now
	p.Run.Counts.Articles = c.archive.Run().Counts.Articles // pages of one article are one by now
	return Summary{Run: p.Run, Resumed: p.Resumed, Elapsed: now.Sub(began), Left: left, NextDue: first,
		Failures: p.Run.Counts.States[store.StateFailed]}, cause
}
