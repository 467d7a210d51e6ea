package crawler

import (
	"log/slog"
	"time"

	"stet/extract"
	"stet/store"
)

// Config says what to crawl and how. Only Seeds is needed. Its JSON and TOML
// keys are the names of the command's flags.
type Config struct {
	Job      string   `json:"job,omitempty" toml:"job"`         // name; made from seeds and scope if empty
	Seeds    []string `json:"seeds" toml:"seeds"`               // where to begin
	Scope    Scope    `json:"scope,omitempty" toml:"scope"`     // how far links are followed; ScopeHost if empty
	Include  []string `json:"include,omitempty" toml:"include"` // regular expressions: of the links in scope, follow only these
	Exclude  []string `json:"exclude,omitempty" toml:"exclude"` // regular expressions: never follow these
	Depth    *int     `json:"depth,omitempty" toml:"depth"`     // links from a seed; nil for no limit
	Limit    int      `json:"limit,omitempty" toml:"limit"`     // pages of this run, 0 for no limit
	Time     Duration `json:"time-limit,omitempty" toml:"time-limit"`
	Size     Size     `json:"size-limit,omitempty" toml:"size-limit"` // bytes received in this run
	PageSize Size     `json:"page-size,omitempty" toml:"page-size"`   // bytes of one body, decoded; 32 MiB if 0

	Workers   int       `json:"workers,omitempty" toml:"workers"`   // pages in flight at once; 64 if 0
	Delay     *Duration `json:"delay,omitempty" toml:"delay"`       // between two requests to a host; 1 s if nil
	Retries   *int      `json:"retries,omitempty" toml:"retries"`   // of 5xx, timeouts and resets; 4 if nil
	MaxWait   Duration  `json:"max-wait,omitempty" toml:"max-wait"` // the run ends when nothing is due sooner; 5 min or two delays if 0
	UserAgent string    `json:"user-agent,omitempty" toml:"user-agent"`
	Contact   string    `json:"contact,omitempty" toml:"contact"` // an address or URL told to the sites
	Header    []string  `json:"header,omitempty" toml:"header"`   // "Name: value", sent to the seeds' origins only
	Proxy     string    `json:"proxy,omitempty" toml:"proxy"`     // http://host:port or socks5://host:port

	// NoLearn has each page cleaned by itself, without what the other pages of
	// its site tell.
	NoLearn bool `json:"no-learn,omitempty" toml:"no-learn"`

	IgnoreRobots bool     `json:"ignore-robots,omitempty" toml:"ignore-robots"`
	AllowNetwork []string `json:"allow-network,omitempty" toml:"allow-network"` // CIDRs that may be dialled although private

	// Extract says how pages are read.
	Extract extract.Config `json:"-" toml:"-"`

	// Stop, when closed, ends the run softly: what is in flight is finished
	// and recorded, nothing new begins. Cancelling the context ends it at once.
	Stop <-chan struct{} `json:"-" toml:"-"`
	// Page is called once for each page when it is safely in the archive, from
	// one goroutine.
	Page func(*store.Visit) `json:"-" toml:"-"`
	// Progress is called about once a second, from one goroutine.
	Progress func(Progress) `json:"-" toml:"-"`
	Log      *slog.Logger   `json:"-" toml:"-"` // discarded if nil
	MadeBy   string         `json:"-" toml:"-"` // program and version, for the record
}

// Progress is how a running crawl stands.
type Progress struct {
	Run       store.Run // its Counts are kept up to date
	Resumed   bool
	Elapsed   time.Duration
	Rate      float64 // pages per second over the last ten seconds
	HostsBusy int     // hosts being asked right now
	Hosts     int     // hosts in turn
	Queue     int     // targets still to be visited, as last counted
	Waiting   string  // what the crawl waits for, if it waits
}

// Summary is how a run ended.
type Summary struct {
	Run      store.Run
	Resumed  bool
	Elapsed  time.Duration
	Left     int       // targets still to be visited
	NextDue  time.Time // when the first of them may be visited
	Failures int       // pages given up in this run
}
