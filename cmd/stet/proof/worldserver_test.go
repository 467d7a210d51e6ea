package proof

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// worldServer is a running world: generated sites and traps on loopback.
type worldServer struct {
	t          testing.TB
	port       int
	dir        string // of its seeds, truth and access log
	cmd        *exec.Cmd
	logSeen    int64
	sourceCode string
}

func (w *worldServer) seeds() string { return filepath.Join(w.dir, "seeds.txt") }
func (w *worldServer) truth() string { return filepath.Join(w.dir, "truth.jsonl") }
func (w *worldServer) log() string   { return filepath.Join(w.dir, "access.log") }

// startWorld serves a world until the test is over.
func startWorld(t testing.TB, args ...string) *worldServer {
	t.Helper()
	src := shared(t, "world")
	program := build(t, "world", src, ".")
	w := &worldServer{t: t, dir: t.TempDir(), sourceCode: src}
	for range 5 {
		w.port = freePort(t)
		w.cmd = exec.Command(program, append(args, "-port", strconv.Itoa(w.port),
			"-seeds", w.seeds(), "-truth", w.truth(), "-log", w.log())...)
		if err := w.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		gone := make(chan struct{})
		go func() { w.cmd.Wait(); close(gone) }()
		if w.answers(gone) {
			t.Cleanup(func() {
				w.cmd.Process.Signal(os.Interrupt)
				<-gone
			})
			return w
		}
	}
	t.Fatal("the world does not start")
	return nil
}

// answers waits until the world listens, false if it ended instead (its port
// was taken meanwhile).
func (w *worldServer) answers(gone chan struct{}) bool {
	for {
		if _, err := get(w.control("stats")); err == nil {
			return true
		}
		select {
		case <-gone:
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (w *worldServer) control(what string) string {
	return fmt.Sprintf("http://127.0.0.1:%d/%s", w.port, what)
}

func get(url string) (string, error) {
	res, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

// freePort finds a port below the range the system gives to clients.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10000 + rand.IntN(20000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

// hit is one request of the access log.
type hit struct {
	host, target string
	status       int
	flag         byte // R closed by robots.txt, H a trap, - an ordinary site
}

// hits gives the requests answered since the last call.
func (w *worldServer) hits() []hit {
	w.t.Helper()
	if _, err := get(w.control("flush")); err != nil {
		w.t.Fatal(err)
	}
	f, err := os.Open(w.log())
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(w.logSeen, io.SeekStart); err != nil {
		w.t.Fatal(err)
	}
	var hs []hit
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return hs
		}
		w.logSeen += int64(len(line))
		c := strings.Split(line, "\t")
		if len(c) < 9 || c[0][0] == '#' || c[3] == "A" {
			continue
		}
		status, _ := strconv.Atoi(c[5]) // 0 for what was never answered
		hs = append(hs, hit{host: c[2], target: c[8], status: status, flag: c[3][0]})
	}
}

// repeats counts the pages answered with 200 more often than once, and the
// robots.txt asked for more often than once.
func repeats(hs []hit) (pages, robots int) {
	seen := map[string]int{}
	for _, h := range hs {
		if h.target == "/robots.txt" || h.status == 200 {
			seen[h.host+" "+h.target]++
		}
	}
	for k, n := range seen {
		if strings.HasSuffix(k, " /robots.txt") {
			robots += n - 1
		} else {
			pages += n - 1
		}
	}
	return pages, robots
}

// audit lets the world's own judge read the access log.
func (w *worldServer) audit(args ...string) string {
	w.t.Helper()
	if _, err := get(w.control("flush")); err != nil {
		w.t.Fatal(err)
	}
	e := run(w.t, time.Minute, build(w.t, "audit", w.sourceCode, "./audit"), append(args, w.log())...)
	if e.code != 0 {
		w.t.Fatalf("audit: %s", e.tail())
	}
	return e.stdout
}

// truth is what is true of one article of the world.
type truth struct {
	URL, Title, Author, Date, Lang, Charset string
	Theme                                   int
	Text                                    string
	Pages                                   []string // of a many-page article
	PageTexts                               []string `json:"page_texts"`
	Links                                   []string
}

// wholeText is the text of all pages of the article.
func (a truth) wholeText() string {
	if len(a.PageTexts) > 0 {
		return strings.Join(a.PageTexts, "\n")
	}
	return a.Text
}

func (w *worldServer) articles() []truth {
	w.t.Helper()
	f, err := os.Open(w.truth())
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	var list []truth
	for d := json.NewDecoder(bufio.NewReader(f)); d.More(); {
		var a truth
		if err := d.Decode(&a); err != nil {
			w.t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}
