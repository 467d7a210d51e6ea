package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
)

// The tests of crashes run this test binary again as a child.
const childEnv = "STET_TEST_CHILD"

func TestMain(m *testing.M) {
	switch mode, path, _ := strings.Cut(os.Getenv(childEnv), " "); mode {
	case "crawl":
		exit(crawlChild(path, os.Stdout))
	case "hold":
		exit(holdChild(path))
	case "fill":
		exit(fillChild(path))
	}
	os.Exit(m.Run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(t testing.TB, mode, path string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+mode+" "+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// crashPages is the size of the site that the children crawl: page n links to
// 2n and 2n+1.
const crashPages = 1500

func crashURL(n int) string  { return fmt.Sprintf("https://crash.example/page/%d", n) }
func crashBody(n int) string { return strings.Repeat(fmt.Sprintf("page %d. ", n), 300+n%700) }

func crashTarget(n int) store.NewTarget {
	return store.NewTarget{URL: crashURL(n), Key: crashURL(n), Host: "crash.example", Site: "crash.example", Via: "link"}
}

// crawlChild crawls until nothing is left and prints each page once it is
// committed.
func crawlChild(path string, out io.Writer) error {
	ctx := context.Background()
	a, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	c, err := a.Begin(ctx, store.BeginCrawl{Job: "crash", Now: time.Now(), Committed: func(vs []*store.Visit) {
		var b bytes.Buffer
		for _, v := range vs {
			fmt.Fprintln(&b, v.Target.URL)
		}
		out.Write(b.Bytes())
	}})
	if err != nil {
		return err
	}
	if _, err := c.Enqueue(ctx, []store.NewTarget{crashTarget(1)}); err != nil {
		return err
	}
	for {
		hosts, err := c.ClaimHosts(ctx, time.Now(), time.Hour, 1)
		if err != nil {
			return err
		}
		if len(hosts) == 0 {
			return c.Finish(ctx, time.Now(), store.RunFinished, "")
		}
		if err := crawlHost(ctx, c, hosts[0].Lease); err != nil {
			return err
		}
	}
}

func crawlHost(ctx context.Context, c store.Crawl, l store.Lease) error {
	for {
		if err := c.Flush(ctx); err != nil {
			return err
		}
		ts, err := c.Due(ctx, l, time.Now().Add(time.Hour), 70)
		if err != nil || len(ts) == 0 {
			return errors.Join(err, c.Release(ctx, l, time.Time{}), c.Flush(ctx))
		}
		for _, t := range ts {
			if err := c.Record(ctx, crashVisit(l, t)); err != nil {
				return err
			}
		}
	}
}

func crashVisit(l store.Lease, t store.Target) *store.Visit {
	var n int
	fmt.Sscanf(t.URL, "https://crash.example/page/%d", &n)
	v := &store.Visit{Lease: l, Target: t, Started: time.Now(), State: store.StateFetched, Status: 200, Fetched: true,
		Capture: answer(t.URL, []byte(crashBody(n))),
		Document: &extract.Document{Kind: extract.KindArticle, Links: []extract.Link{{URL: crashURL(n + 1), Place: extract.PlaceBody}},
			Article: &extract.Article{Title: fmt.Sprint("Page ", n), Text: crashBody(n), HTML: "<p>"}}}
	for _, to := range []int{2 * n, 2*n + 1} {
		if to <= crashPages {
			v.Found = append(v.Found, crashTarget(to))
		}
	}
	return v
}

// TestKill kills crawls at random instants. What was told of as committed is
// there, the file is whole, the next crawl takes over at once, and in the end
// every page was kept once.
func TestKill(t *testing.T) {
	kills := 24
	if os.Getenv("STET_LONG") != "" {
		kills = 60
	}
	if testing.Short() {
		kills = 5
	}
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for done := 0; done < kills; {
		path := filepath.Join(t.TempDir(), "a.db")
		told := map[string]bool{}
		for round := 0; ; round++ {
			wait := time.Duration(r.IntN(120)) * time.Millisecond
			if r.IntN(4) == 0 {
				wait = time.Duration(r.IntN(20_000)) * time.Microsecond // while it opens
			}
			if done >= kills {
				wait = time.Minute
			}
			if finished := crawlAndKill(t, path, wait, told); finished {
				break
			}
			done++
			survived(t, path, told)
		}
		complete(t, path, told)
	}
}

// crawlAndKill runs a child and kills it after a while. It says whether the
// child came to its end before.
func crawlAndKill(t *testing.T, path string, wait time.Duration, told map[string]bool) bool {
	t.Helper()
	cmd := child(t, "crawl", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
	defer timer.Stop()
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what has no line end was not told in full
		}
		url := strings.TrimSuffix(line, "\n")
		if told[url] {
			t.Errorf("%s was told of twice", url)
		}
		told[url] = true
	}
	err = cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() == 1 {
		t.Fatalf("the child failed: %v", err)
	}
	return err == nil
}

// survived opens an archive after its crawl was killed.
func survived(t *testing.T, path string, told map[string]bool) {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && len(told) == 0 {
		return // killed before there was anything
	}
	a, err := Open(t.Context(), path, Options{MustExist: true})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer a.Close()
	wholesome(t, a)
	for url := range told {
		e, err := a.Entry(t.Context(), url)
		if err != nil {
			t.Fatalf("%s was told of as committed: %v", url, err)
		}
		if e.Revision != 1 {
			t.Errorf("%s has revision %d", url, e.Revision)
		}
	}
}

// complete looks at a crawl that came to its end.
func complete(t *testing.T, path string, told map[string]bool) {
	t.Helper()
	a, err := Open(t.Context(), path, Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	wholesome(t, a)
	for n := 1; n <= crashPages; n++ {
		b, err := a.Body(t.Context(), crashURL(n))
		if err != nil || string(b.Body) != crashBody(n) {
			t.Fatalf("page %d: %v, %d bytes, want %d", n, err, len(b.Body), len(crashBody(n)))
		}
	}
	s, err := a.Stats(t.Context())
	if err != nil || s.Articles != crashPages || s.Revisions != crashPages || s.Captures != crashPages || s.Targets[store.StateFetched] != crashPages {
		t.Errorf("%+v, %v, want %d pages, once each", s, err, crashPages)
	}
	var visits int
	if err := a.readers.QueryRow("SELECT count(*) FROM visit").Scan(&visits); err != nil || visits != crashPages {
		t.Errorf("%d visits, %v, want %d", visits, err, crashPages)
	}
	runs, err := a.Runs(t.Context(), 0)
	if err != nil || runs[0].State != store.RunFinished {
		t.Errorf("newest run %+v, %v", runs[0], err)
	}
	for _, r := range runs[1:] {
		if r.State != store.RunInterrupted || r.Round != 1 {
			t.Errorf("run %d is %s of round %d, want interrupted of round 1", r.ID, r.State, r.Round)
		}
	}
}

// wholesome fails if Check finds anything.
func wholesome(t testing.TB, a *Archive) {
	t.Helper()
	fs, err := a.Check(context.Background())
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	for _, f := range fs {
		if !f.OK {
			t.Errorf("check %s: %s", f.Check, f.Detail)
		}
	}
}

// holdChild begins a crawl and waits to be killed.
func holdChild(path string) error {
	a, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	if _, err := a.Begin(context.Background(), store.BeginCrawl{Job: "hold", Now: time.Now(), TTL: time.Hour}); err != nil {
		return err
	}
	fmt.Println("held by", Owner())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// TestTwoProcesses: one process crawls, another may read but not crawl. When
// the first is killed its lease is void at once, though it lasts an hour.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	cmd := child(t, "hold", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	owner := strings.TrimSpace(strings.TrimPrefix(line, "held by "))
	if processDead(owner) {
		t.Errorf("%s is said to be dead while it runs", owner)
	}
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	_, err = a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: time.Now()})
	var held *store.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("begin beside another process: got %v, want a HeldError", err)
	}
	if host, _ := os.Hostname(); held.Owner != fmt.Sprintf("%s:%d", host, cmd.Process.Pid) || time.Until(held.Until) < 50*time.Minute {
		t.Errorf("held by %q until %v, want host and process id for an hour", held.Owner, held.Until)
	}
	state := func(want store.RunState) {
		t.Helper()
		runs, err := a.Runs(t.Context(), 1)
		if err != nil || runs[0].State != want {
			t.Errorf("the other process's run is shown as %+v, %v, want %s", runs, err, want)
		}
	}
	state(store.RunRunning)

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	if !processDead(owner) {
		t.Errorf("%s is not known to be dead after it was killed", owner)
	}
	state(store.RunInterrupted)
	c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: time.Now()})
	if err != nil {
		t.Fatalf("begin after the holder was killed: %v", err)
	}
	if err := c.Finish(t.Context(), time.Now(), store.RunFinished, ""); err != nil {
		t.Error(err)
	}
}

func TestOwner(t *testing.T) {
	me := Owner()
	f := strings.Split(me, ":")
	if len(f) != 4 {
		t.Skipf("the system does not tell when a process began: owner is %q", me)
	}
	if processDead(me) {
		t.Errorf("this process (%s) is said to be dead", me)
	}
	with := func(i int, s string) string {
		g := append([]string(nil), f...)
		g[i] = s
		return strings.Join(g, ":")
	}
	for owner, dead := range map[string]bool{
		with(2, "1"):            true,  // another process had this number before
		with(1, "4194305"):      true,  // above the largest number a process can have
		with(0, "another-host"): false, // who knows
		with(3, "other-boot/1"): false, // another machine, or another name space
		f[0] + ":4194305":       false, // from a system that does not tell
		"":                      false,
		"somebody":              false,
		with(1, "-1"):           false,
		with(1, "x"):            false,
	} {
		if got := processDead(owner); got != dead {
			t.Errorf("dead(%q) = %v, want %v", owner, got, dead)
		}
	}
	now := time.Now()
	if err := heldBy(me, now.Add(time.Second), now); err == nil {
		t.Error("held by this process: got no error")
	}
	for _, free := range []error{heldBy("", now.Add(time.Second), now), heldBy(me, now, now), heldBy(with(2, "1"), now.Add(time.Second), now)} {
		if free != nil {
			t.Errorf("an empty, ended or dead lease: got %v", free)
		}
	}
	var held *store.HeldError
	if err := heldBy("cluster node 7", now.Add(time.Second), now); !errors.As(err, &held) || held.Owner != "cluster node 7" {
		t.Errorf("an owner of another kind: got %v", err)
	}
}
