// Package storetest is the contract of package store as a test suite: every
// archive passes [Run].
//
// It knows nothing of how an archive is kept. What belongs to one kind of
// archive only (files, crashes, full disks) is tested beside that archive.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
)

// Run tests an archive. Open gives a new, empty one; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(*fixture)
	}{
		{"empty", testEmpty},
		{"begin", testBegin},
		{"resume", testResume},
		{"died at the end", testDiedAtTheEnd},
		{"take over", testTakeOver},
		{"renew", testRenew},
		{"finish", testFinish},
		{"close with a crawl open", testCloseOpen},
		{"enqueue", testEnqueue},
		{"enqueue in a new round", testEnqueueNewRound},
		{"enqueue by another job", testEnqueueOtherJob},
		{"enqueue many", testEnqueueMany},
		{"claim", testClaim},
		{"due", testDue},
		{"release", testRelease},
		{"stale lease", testStaleLease},
		{"roots", testRoots},
		{"waiting", testWaiting},
		{"robots", testRobots},
		{"article", testArticle},
		{"other pages", testOtherPages},
		{"retry", testRetry},
		{"unchanged", testUnchanged},
		{"revisions", testRevisions},
		{"same body twice", testSameBody},
		{"validators", testValidators},
		{"error answers", testErrorAnswers},
		{"redirect", testRedirect},
		{"another spelling", testMoved},
		{"cut and encoded bodies", testDamagedBodies},
		{"recorded twice", testRecordedTwice},
		{"refused visits", testRefused},
		{"committed", testCommitted},
		{"text is made clean", testClean},
		{"counts", testCounts},
		{"filter", testFilter},
		{"kinds with a text", testKinds},
		{"entries while writing", testEntriesWhileWriting},
		{"links", testLinks},
		{"trace", testTrace},
		{"links not followed", testNotFollowed},
		{"many links not followed", testManyNotFollowed},
		{"stats", testStats},
		{"search", testSearch},
		{"search Chinese", testSearchChinese},
		{"search takes any input", testSearchAnything},
		{"search follows revisions", testSearchRevisions},
		{"templates", testTemplates},
		{"read anew", testReread},
		{"source", testSource},
		{"parts", testParts},
		{"contexts", testContexts},
		{"all at once", testAllAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := open(t)
			t.Cleanup(func() {
				if err := st.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.test(&fixture{T: t, ctx: t.Context(), st: st, now: Day})
		})
	}
}

// Day is when the suite's crawls begin.
var Day = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fixture is one archive under test.
type fixture struct {
	*testing.T
	ctx context.Context
	st  store.Store
	now time.Time
}

// must ends the test on an error.
func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// equal compares what was got with what was wanted.
func equal[T any](f *fixture, what string, got, want T) {
	f.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	if g, w := fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", want); g != w {
		f.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// begin starts a crawl.
func (f *fixture) begin(job string) store.Crawl {
	f.Helper()
	c, err := f.st.Begin(f.ctx, store.BeginCrawl{Job: job, Config: `{"seeds":[]}`, Now: f.now, MadeBy: "test/1"})
	f.must(err)
	return c
}

// finish ends a crawl.
func (f *fixture) finish(c store.Crawl) {
	f.Helper()
	f.must(c.Finish(f.ctx, f.now, store.RunFinished, ""))
}

// healthy fails if the archive finds damage in itself.
func (f *fixture) healthy() {
	f.Helper()
	fs, err := f.st.Check(f.ctx)
	f.must(err)
	if len(fs) == 0 {
		f.Error("check found nothing to look at")
	}
	for _, x := range fs {
		if !x.OK {
			f.Errorf("check %s: %s", x.Check, x.Detail)
		}
	}
}

// target is a page of a host as it is found.
func target(host, path string) store.NewTarget {
	u := "https://" + host + path
	return store.NewTarget{URL: u, Key: u, Host: host, Site: host, Depth: 1, Via: "link"}
}

// enqueue adds targets and says how many were new.
func (f *fixture) enqueue(c store.Crawl, ts ...store.NewTarget) int {
	f.Helper()
	n, err := c.Enqueue(f.ctx, ts)
	f.must(err)
	return n
}

// claim leases up to n hosts that are ready now.
func (f *fixture) claim(c store.Crawl, n int) []store.Host {
	f.Helper()
	hs, err := c.ClaimHosts(f.ctx, f.now, 0, n)
	f.must(err)
	return hs
}

// due gives the targets of a host that are due now.
func (f *fixture) due(c store.Crawl, l store.Lease) []store.Target {
	f.Helper()
	ts, err := c.Due(f.ctx, l, f.now, 1000)
	f.must(err)
	return ts
}

// record keeps a visit and waits until it is committed.
func (f *fixture) record(c store.Crawl, v *store.Visit) {
	f.Helper()
	f.must(c.Record(f.ctx, v))
	f.must(c.Flush(f.ctx))
}

// one makes an archive's only target ready to be visited.
func (f *fixture) one(c store.Crawl, nt store.NewTarget) (store.Lease, store.Target) {
	f.Helper()
	f.enqueue(c, nt)
	hs := f.claim(c, 1)
	if len(hs) != 1 {
		f.Fatalf("claimed %d hosts, want 1", len(hs))
	}
	ts := f.due(c, hs[0].Lease)
	if len(ts) != 1 {
		f.Fatalf("%d targets due, want 1", len(ts))
	}
	return hs[0].Lease, ts[0]
}

// release gives a host back, at once.
func (f *fixture) release(c store.Crawl, l store.Lease) {
	f.Helper()
	f.must(c.Release(f.ctx, l, time.Time{}))
	f.must(c.Flush(f.ctx))
}

// fetched is a visit that was answered with a body.
func (f *fixture) fetched(l store.Lease, t store.Target, body string) *store.Visit {
	return &store.Visit{
		Lease: l, Target: t, Started: f.now, Took: 120 * time.Millisecond, Status: 200, State: store.StateFetched,
		Bytes: int64(len(body)), Fetched: true, NextAllowedAt: f.now.Add(time.Second), Delay: time.Second,
		Capture: &store.Capture{
			URL: t.URL, CapturedAt: f.now, Status: 200, Method: "GET", Proto: "HTTP/2.0", RemoteAddr: "192.0.2.7:443",
			RequestHeader:  http.Header{"User-Agent": {"test/1"}},
			ResponseHeader: http.Header{"Content-Type": {"text/html"}, "X-Two": {"a", "b"}},
			MediaType:      "text/html", Body: []byte(body),
		},
	}
}

// article makes a document of kind article for a visit.
func article(v *store.Visit, title, text string) *extract.Document {
	return &extract.Document{
		URL: v.Target.URL, Kind: extract.KindArticle, Reason: "it has a story", Charset: "UTF-8", Title: title,
		Article: &extract.Article{URL: v.Target.URL, Title: title, Text: text, HTML: "<p>" + text + "</p>", WordCount: 2, Quality: 0.5},
	}
}

// keep crawls one page with an article and gives the crawl's visit.
func (f *fixture) keep(c store.Crawl, nt store.NewTarget, title, text string) {
	f.Helper()
	l, t := f.one(c, nt)
	v := f.fetched(l, t, "<h1>"+title+"</h1>"+text)
	v.Document = article(v, title, text)
	f.record(c, v)
	f.release(c, l)
}

// entries reads all entries that pass a filter.
func (f *fixture) entries(filter store.Filter) []store.Entry {
	f.Helper()
	var all []store.Entry
	for e, err := range f.st.Entries(f.ctx, filter) {
		f.must(err)
		all = append(all, e)
	}
	return all
}

// titles are those of all entries that pass a filter.
func (f *fixture) titles(filter store.Filter) []string {
	f.Helper()
	all := []string{}
	for _, e := range f.entries(filter) {
		all = append(all, e.Title)
	}
	return all
}

func urls(ts []store.Target) []string {
	all := []string{}
	for _, t := range ts {
		all = append(all, t.URL)
	}
	return all
}

func names(hs []store.Host) []string {
	all := []string{}
	for _, h := range hs {
		all = append(all, h.Name)
	}
	return all
}

func digest(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}
