// Package store holds the words of the archive and the contract every archive
// keeps: [Store] for reading, [Crawl] for the one crawl that writes.
//
// It holds no code that touches a disk: package store/sqlite keeps the
// contract on SQLite, and package store/storetest is the contract as a test
// suite.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"stet/extract"
)

// State is what became of a target.
type State string

// The states of a target. A claim lives only in the memory of the process
// that holds the host's lease, so that what was claimed at a crash is simply
// due again; StateClaimed is how such a target is shown, never how it is kept.
const (
	StateDiscovered State = "discovered" // known, not yet visited, or to be tried again
	StateClaimed    State = "claimed"    // being visited now
	StateFetched    State = "fetched"    // answered and kept
	StateUnchanged  State = "unchanged"  // answered, the same as before
	StateRedirected State = "redirected" // points elsewhere
	StateExcluded   State = "excluded"   // not asked for: robots, a limit, a guard
	StateFailed     State = "failed"     // given up
	StateGone       State = "gone"       // 404 or 410
)

// Errors of an archive.
var (
	ErrNotFound = errors.New("not in the archive")
	// ErrStale says that another process has taken over the crawl: nothing
	// was written.
	ErrStale = errors.New("another process has taken over this crawl")
	// ErrFull says that the disk is full: what was committed is safe.
	ErrFull = errors.New("no space left for the archive")
	// ErrNotArchive says that a file is not a stet archive.
	ErrNotArchive = errors.New("not a stet archive")
)

// HeldError says who crawls into the archive now.
type HeldError struct {
	Owner string    // host name and process id
	Until time.Time // when the lease ends unless renewed
}

func (e *HeldError) Error() string { return "the archive is held by " + e.Owner }

// NewerError says that a newer version made the archive. It was not touched.
type NewerError struct {
	Format, Known int
	MadeBy        string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("archive format %d was made by %s; this version knows formats up to %d", e.Format, e.MadeBy, e.Known)
}

// Store is one archive, open for reading. All its methods may be called at
// once from several goroutines, also while a crawl writes.
type Store interface {
	Close() error

	// Begin takes the archive for one crawl, or says who holds it
	// (*HeldError). It continues the newest round of the job if targets of it
	// wait or if the process at it died, or else starts a new one.
	Begin(ctx context.Context, b BeginCrawl) (Crawl, error)

	// Entries gives the newest revision of each page that passes the filter,
	// in the order of their target ids.
	Entries(ctx context.Context, f Filter) iter.Seq2[Entry, error]
	// Entry gives the newest revision of the page at a URL (any spelling
	// with the same key), or ErrNotFound.
	Entry(ctx context.Context, key string) (Entry, error)
	// Links gives all links of the newest revision of a page, in order.
	Links(ctx context.Context, key string) ([]extract.Link, error)
	// Body gives the stored bytes of the newest capture of a URL.
	Body(ctx context.Context, key string) (Capture, error)
	// Source gives the capture, with its bytes, that the newest revision of the
	// article at a URL was read from, or ErrNotFound if there is no article. It
	// is not that of Body where an error has been answered since. Of an article
	// of several pages it is that of the first.
	Source(ctx context.Context, key string) (Capture, error)
	// Templates gives what was learnt of each site with a template, most pages
	// first, without its Learner.
	Templates(ctx context.Context) ([]SiteTemplate, error)
	// Template gives the template of a site that was learnt of so many pages,
	// or, for 0, the newest; ErrNotFound if there is none.
	Template(ctx context.Context, site string, pages int) (SiteTemplate, error)
	// Trace gives everything the archive knows of one URL. For a URL that is
	// no target it still tells where it was refused and lists the pages that
	// link to it, or ErrNotFound.
	Trace(ctx context.Context, key, url string) (Trace, error)
	// Stats counts what the archive holds.
	Stats(ctx context.Context) (Stats, error)
	// Runs gives the newest runs first.
	Runs(ctx context.Context, limit int) ([]Run, error)
	// Search gives the best hits of a full-text query, best first, after
	// bringing the index up to date.
	Search(ctx context.Context, q Query) ([]Hit, error)
	// Check looks for damage: the file's structure, payloads against their
	// digests, rows that point nowhere, the search index.
	Check(ctx context.Context) ([]Finding, error)
}

// BeginCrawl says which crawl is to begin.
type BeginCrawl struct {
	Job    string        // name of the job: the same name resumes
	Config string        // the whole configuration, as JSON, for the record
	Owner  string        // who: unique per process; the store names this process if empty
	TTL    time.Duration // how long the lease lasts without Renew; 30 s if 0
	Now    time.Time
	MadeBy string // program and version

	// Committed is called from the writer's goroutine with the visits of each
	// group, in order, once they are safely in the archive. It must not call
	// the Crawl.
	Committed func([]*Visit)
}

// Crawl is the writing half of an archive, held by one running crawl. Its
// methods may be called from several goroutines. Every write names the epoch
// of its lease and is refused with ErrStale once somebody else holds it.
//
// A crawl looks at no clock: it is as late as the latest time it was told of
// (by Begin, ClaimHosts, Due, Renew, or a visit's Started and Took). What is
// newly found is due from then on.
//
// Text is kept as valid UTF-8 without NUL: other bytes become U+FFFD.
type Crawl interface {
	// Run is the run that Begin started, with its counts as last committed;
	// Resumed says whether its round had begun earlier.
	Run() Run
	Resumed() bool

	// Roots gives the URLs of depth 0 of this job: its seeds and where they
	// redirected to.
	Roots(ctx context.Context) ([]string, error)

	// Enqueue adds targets (durably, when it returns) and says how many were
	// new to this round. A target of an earlier round becomes due again.
	Enqueue(ctx context.Context, ts []NewTarget) (int, error)

	// ClaimHosts leases up to limit hosts that have due targets of this job
	// and are leased by nobody, the longest ready first. Hosts that become
	// ready within horizon of now are given too.
	ClaimHosts(ctx context.Context, now time.Time, horizon time.Duration, limit int) ([]Host, error)
	// Due gives up to limit targets of a leased host that are due at now, by
	// priority, then age. Targets whose visits are recorded but not yet
	// committed may be among them.
	Due(ctx context.Context, l Lease, now time.Time, limit int) ([]Target, error)
	// Release gives a host back, not to be asked before next. Its targets that
	// were not recorded are due as before. It may be leased again after the
	// next commit.
	Release(ctx context.Context, l Lease, next time.Time) error
	// Renew prolongs the crawl's lease and those of all its hosts.
	Renew(ctx context.Context, now time.Time) error

	// Record queues a visit for the writer and waits while the queue is full.
	// It and all that came of it are committed together, in groups; the first
	// error of the disk is returned by every later call. The visit belongs to
	// the archive from then on: Capture.Digest and Revised are set, Capture.Body
	// is let go, and State becomes StateUnchanged where the answer is that of the newest
	// capture.
	Record(ctx context.Context, v *Visit) error
	// Flush returns when everything recorded before it is committed.
	Flush(ctx context.Context) error

	// Robots gives the newest robots.txt kept of an origin
	// (scheme://host[:port]), or ErrNotFound.
	Robots(ctx context.Context, origin string) (Robots, error)
	// SaveRobots keeps a robots.txt; older ones stay as history. Robots sees
	// it at once, the disk has it with the next group.
	SaveRobots(ctx context.Context, l Lease, r Robots) error

	// Template gives what was learnt of a site (a registrable domain), with the
	// newest template made of it; nothing if nothing was.
	Template(ctx context.Context, site string) (SiteTemplate, error)
	// SaveTemplate keeps what was learnt of a site; the templates made before
	// stay. Template sees it at once, the disk has it with the next group.
	SaveTemplate(ctx context.Context, t SiteTemplate) error
	// Unsettled gives articles that were cleaned by a template of so many
	// pages (fewer than template.Settled), while their site has a newer one, in
	// the order of their targets, at most limit of them after the target given.
	// Articles of several pages are not among them (see Unjoined), nor those that
	// the newest template was said not to change (Settle).
	Unsettled(ctx context.Context, pages int, after int64, limit int) ([]Unsettled, error)
	// UnsettledOf gives those of some targets, whatever their template.
	UnsettledOf(ctx context.Context, targets []int64) ([]Unsettled, error)
	// Settle notes, with the next group, that the template of so many pages
	// would not change the articles of some targets. They still follow from the
	// template that cleaned them.
	Settle(ctx context.Context, targets []int64, pages int) error
	// Unjoined gives articles that name a next page and were not joined with
	// it, in the same order, and those of several pages of which one has another article
	// since, whose last page names a next one, or that a newer template of their
	// site may clean better. Those that were tried in vain (Reread.Refused)
	// come again when the page refused has another article.
	Unjoined(ctx context.Context, after int64, limit int) ([]Unsettled, error)
	// Reread keeps an article that was read anew from captures of the archive,
	// with the next group: as a new revision where the text or the metadata
	// differ from the newest. It is dropped where the article has been read from
	// another capture meanwhile. The later pages are no articles of their own
	// until the newest revision of the first is one that they are no part of.
	Reread(ctx context.Context, r Reread) error

	// Waiting says how many targets of this round are still to be visited and
	// when the first of them may be, counting all that was recorded before.
	Waiting(ctx context.Context) (n int, first time.Time, err error)

	// Finish writes how the run ended, and gives the archive back.
	Finish(ctx context.Context, now time.Time, state RunState, reason string) error
}

// NewTarget is a URL that was found.
type NewTarget struct {
	URL      string // as found, without fragment and user info
	Key      string // weburl.Key of it
	Host     string // host[:port], the unit of politeness
	Site     string // registrable domain
	Depth    int    // links from a seed
	Priority int    // lower comes first
	Hops     int    // redirects that led to it in a row
	FoundOn  int64  // target id of the page it stood on, 0 for a seed or the visited page
	Via      string // how it was found: seed, link, redirect, refresh, canonical, next, …
}

// Refusal is a link that was found and not followed.
type Refusal struct {
	URL    string // as found, without fragment and user info
	Key    string // weburl.Key of it
	Via    string // how it was found: link, redirect, …; link if empty
	Reason string // why, for a reader: "outside the scope (host)"
}

// Host is a leased host.
type Host struct {
	Lease Lease
	Name  string
	Delay time.Duration // as last used
	// NextAllowedAt is when it may be asked and has something to be asked for.
	NextAllowedAt time.Time
	Pending       int // targets not yet visited, about
}

// Lease is the right to visit a host, until it ends or is taken over.
type Lease struct {
	HostID int64
	Epoch  int64
}

// Target is a URL to visit.
type Target struct {
	ID           int64
	URL, Key     string
	Depth        int
	Hops         int // redirects that led to it in a row
	Attempts     int // visits of this round that failed and may be tried again
	ETag         string
	LastModified string
	// LastDigest is the SHA-256 of the newest capture, for telling an
	// unchanged body; empty if there is none or it is that of an error or not
	// whole.
	LastDigest string
	Via        string
}

// Visit is one decision about one target, with all that came of it. It is
// committed whole or not at all.
type Visit struct {
	Lease   Lease
	Target  Target
	Started time.Time
	Took    time.Duration
	Status  int    // HTTP status, 0 if nothing was answered
	State   State  // what the target becomes
	Reason  string // why, for a reader: "robots.txt line 3: Disallow: /private/"
	Class   string // a short word for counting failures: timeout, http-503, robots, …
	Bytes   int64  // bytes received on the wire, as far as known
	Fetched bool   // whether a request was sent: then a visit row is kept

	// RetryAt is set when the target stays due: its state is then
	// StateDiscovered and its attempts grow by one unless Postponed.
	RetryAt   time.Time
	Postponed bool

	// MovedTo, with RetryAt, is where the site has the page under another
	// spelling with the same key: the target's URL from now on. Its hops grow
	// by one.
	MovedTo string

	// NextAllowedAt and Delay are the host's politeness after this visit.
	NextAllowedAt time.Time
	Delay         time.Duration

	// ETag and LastModified are for the next visit: those of the answer, empty
	// where it has none or is not worth to be compared with. They replace the
	// target's with a capture; without one (304) only where they are not empty.
	ETag, LastModified string

	Capture  *Capture          // nil when there was no body worth keeping
	Document *extract.Document // nil when nothing was extracted
	// TemplatePages is how many pages of the site the template was learnt from
	// that cleaned the article, 0 without one.
	TemplatePages int
	// Revised is set by the archive where a new revision of the article was kept.
	Revised bool
	Found   []NewTarget
	// Refused is what was found and not followed, of a visit that was sent.
	// The first refusal of a key by a job is kept; that of a key which is in
	// this round already, found where it could be followed, may be left out.
	Refused []Refusal
}

// SiteTemplate is what was learnt of the pages of a site.
type SiteTemplate struct {
	Site    string
	MadeAt  time.Time
	Pages   int    // articles it was learnt from so far
	Learner []byte // how package extract/template keeps a Learner
	// Template is how it keeps the newest Template, of TemplatePages; empty if
	// none was made, or, for SaveTemplate, if no new one was.
	TemplatePages int
	Template      []byte
}

// Unsettled is an article that may be read anew.
type Unsettled struct {
	TargetID int64
	Key      string
	Site     string
	Capture  Capture // that it was read from, with its bytes
	// TemplatePages is how many pages the template was learnt from that cleaned
	// it.
	TemplatePages int
	NextPage      string // as the capture names it; only of Unjoined
	Joined        bool   // it is an article of several pages
}

// Reread is an article read anew.
type Reread struct {
	TargetID      int64
	CaptureID     int64
	Document      *extract.Document // nil: only that it was tried is kept
	TemplatePages int
	Parts         []Part // the pages it was joined from, the first included; none for an article of one page
	// Refused is the page that the last one names as the next and that turned
	// out to be none of the article: then Parts has at least the first page.
	Refused *Part
}

// Part is one page of an article of several.
type Part struct{ TargetID, CaptureID int64 }

// Capture is one answer of a server with its bytes.
type Capture struct {
	ID             int64
	TargetID       int64
	URL            string
	CapturedAt     time.Time
	Status         int
	Method         string
	Proto          string
	RemoteAddr     string
	RequestHeader  http.Header
	ResponseHeader http.Header
	MediaType      string
	// Body is the body with content codings removed, or, where Truncated or
	// Broken is set and they could not be removed, as it arrived.
	Body []byte
	// Encoded says that Body is still in the coding of its Content-Encoding.
	Encoded bool
	// Digest is the SHA-256 of Body in hex.
	Digest string
	// Truncated says why the body is not whole: "length", "time",
	// "disconnect", "" if it is whole. The words are those of WARC-Truncated.
	Truncated string
	// Broken says what was wrong with the body's coding, "" if nothing.
	Broken string
}

// Robots is one robots.txt as it was answered.
type Robots struct {
	Origin    string
	FetchedAt time.Time
	ExpiresAt time.Time
	Status    int    // 0 when nothing was answered
	Body      []byte // at most 500 KiB
	Verdict   string // rules, allow-all, disallow-all
	Reason    string
}

// RunState says how a run stands.
type RunState string

// The states of a run.
const (
	RunRunning     RunState = "running"
	RunFinished    RunState = "finished"    // nothing is left to visit
	RunLimited     RunState = "limited"     // ended by a limit; targets are left
	RunInterrupted RunState = "interrupted" // stopped by the user, or killed
	RunFailed      RunState = "failed"      // the store or the disk failed
)

// Run is one execution of a job. Several runs may share a round: a round ends
// when nothing is left to visit.
type Run struct {
	ID         int64     `json:"id"`
	Job        string    `json:"job"`
	Round      int       `json:"round"`
	State      RunState  `json:"state"`
	Reason     string    `json:"reason,omitempty"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Config     string    `json:"-"`
	MadeBy     string    `json:"made_by"`
	Counts     Counts    `json:"counts"`
}

// Counts are the figures of a run.
type Counts struct {
	Visits     int            `json:"visits"`   // requests answered or failed
	Pages      int            `json:"pages"`    // fetched, and new or changed
	Articles   int            `json:"articles"` // new article revisions; the pages of one article are one
	Bytes      int64          `json:"bytes"`
	States     map[State]int  `json:"states,omitempty"`
	Reasons    map[string]int `json:"reasons,omitempty"` // by Visit.Class
	Discovered int            `json:"discovered"`
}

// Filter chooses entries. The zero value chooses every page that carries a
// text: articles, and threads of forums, live blogs and documentation.
type Filter struct {
	Site     string // registrable domain or host name
	Language string // a BCP 47 prefix: zh matches zh-Hans
	After    string // published on or after this day, YYYY-MM-DD
	Before   string // published before this day
	Kind     string // a kind of page; every kind with a text if empty; "any" for all
	Limit    int    // 0 for all
}

// Entry is a page of the archive: its newest article revision with its
// provenance. For a page that is not an article the text is empty.
type Entry struct {
	extract.Article
	Kind          string    `json:"kind"`
	CapturedAt    time.Time `json:"captured_at"`
	Status        int       `json:"status"`
	ContentDigest string    `json:"content_digest"`
	TextDigest    string    `json:"text_digest"`
	Revision      int       `json:"revision"`
	Extractor     string    `json:"extractor"`

	TargetID int64 `json:"-"`
	// Site is the registrable domain, TemplatePages of how many of its pages
	// the template was learnt that cleaned the article; 0 without one.
	Site          string `json:"-"`
	TemplatePages int    `json:"-"`
	// Parts are the URLs of the pages that an article of several was joined
	// from, in order; PartOf is that of the first, of a later page.
	Parts  []string `json:"-"`
	PartOf string   `json:"-"`
}

// Trace is all the archive knows of one URL.
type Trace struct {
	URL       string
	TargetID  int64 // 0 if it is no target
	State     State
	Reason    string
	Via       string
	Depth     int
	Attempts  int
	Parts     []string // URLs of the pages that the article was joined from, in order
	PartOf    string   // URL of the first page of the article that this is a later page of
	FoundOn   string   // URL of the page it was first found on
	FoundAt   time.Time
	DueAt     time.Time // zero when nothing more is planned
	Job       string
	JobConfig string
	Robots    *Robots // the one that applied, nil if none was asked for
	Visits    []VisitRow
	Revisions []Revision
	LinkedBy  []string // pages that link to it, at most 20
	// Refused tells where links to it were not followed: the first time of each
	// job, the oldest first. A target may have been refused elsewhere, too.
	Refused []RefusalRow
}

// RefusalRow is a refusal as kept.
type RefusalRow struct {
	FoundOn   string // URL of the page it was found on
	FoundAt   time.Time
	Via       string
	Depth     int // links from a seed
	Reason    string
	Job       string
	JobConfig string
}

// VisitRow is one visit as kept.
type VisitRow struct {
	Run       int64
	Started   time.Time
	Took      time.Duration
	Status    int
	State     State
	Reason    string
	Bytes     int64
	Digest    string
	MediaType string
	Truncated string
	Kind      string
	KindWhy   string
}

// Revision is one version of an article's text or metadata.
type Revision struct {
	Number     int
	CapturedAt time.Time
	Title      string
	TextDigest string
	Extractor  string
}

// Stats counts an archive.
type Stats struct {
	Targets    map[State]int  `json:"targets"`
	Kinds      map[string]int `json:"kinds"`
	Languages  map[string]int `json:"languages"`
	Sites      []SiteCount    `json:"sites"` // most articles first, at most 50
	SitesTotal int            `json:"sites_total"`
	Articles   int            `json:"articles"`
	Revisions  int            `json:"revisions"`
	Captures   int            `json:"captures"`
	Links      int            `json:"links"`         // of the newest revisions
	Words      int64          `json:"words"`         // of the same
	BodyBytes  int64          `json:"body_bytes"`    // as fetched
	Stored     int64          `json:"stored_bytes"`  // the same, compressed
	FileBytes  int64          `json:"archive_bytes"` // the file with its log
	Reasons    map[string]int `json:"reasons"`       // why targets were not kept
	First      time.Time      `json:"first_capture,omitzero"`
	Last       time.Time      `json:"last_capture,omitzero"`
	Refused    map[string]int `json:"refused"` // links not followed where they were found first, by reason
}

// SiteCount counts one site.
type SiteCount struct {
	Site     string `json:"site"`
	Pages    int    `json:"pages"`
	Articles int    `json:"articles"`
}

// Query is a full-text query.
type Query struct {
	Text   string
	Filter Filter
	Limit  int // 20 if 0
}

// Hit is one result of a search.
type Hit struct {
	Entry   Entry
	Snippet string // a passage of the text, the words found between \x01 and \x02
	Title   string // the title, marked alike
	Score   float64
}

// Finding is one thing found by Check.
type Finding struct {
	Check  string `json:"check"`  // integrity, payload, orphan, index, …
	OK     bool   `json:"ok"`     //
	Detail string `json:"detail"` // what was looked at, or what is wrong
}
