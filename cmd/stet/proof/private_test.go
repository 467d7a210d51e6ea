package proof

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// private are the addresses to which the traps try to lead a crawler.
var private = []string{"10.0.0.1", "192.168.0.1", "192.168.1.1", "169.254.169.254"}

// luring are the traps that link or redirect to such addresses.
var luring = []string{"redirect-private", "odd-links", "dup-urls", "base-href", "redirect-cookies", "sitemap-traps", "canonical-other"}

// TestPrivateAddresses crawls these traps with --scope any, in a network
// namespace where the private addresses exist and somebody listens: nobody
// may come.
func TestPrivateAddresses(t *testing.T) {
	long(t)
	shared(t, "world")
	if os.Getenv("STET_PROOF_NAMESPACE") == "" {
		enterNamespace(t)
		return
	}
	var came atomic.Int64
	for _, port := range []string{"22", "25", "80"} {
		listen(t, "tcp", ":"+port, &came)
	}
	w := startWorld(t, "-hosts", "1", "-pages", "1")
	r := newReport(t, "private addresses: %d traps with --scope any, listeners at %v and loopback", len(luring), private)
	all, elsewhere := w.traps(), 0
	for _, name := range luring {
		x := all[name]
		w.hits()
		db := filepath.Join(t.TempDir(), name+".db")
		e := run(t, 3*time.Minute, stet(t), "crawl", "--delay", "0", "--scope", "any", "--limit", "300", "--archive", db, "--quiet", x.origin+"/")
		refused := openArchive(t, db).count(`SELECT count(*) FROM target WHERE class = 'blocked-address'`)
		r.line("  %-18s %d addresses refused; exit status %d after %.1f s", name, refused, e.code, e.took.Seconds())
		if e.code != 0 && e.code != 3 || e.late {
			t.Errorf("%s: exit status %d, want 0 or 3: %s", name, e.code, e.tail())
		}
		for _, h := range w.hits() {
			elsewhere += count("http://"+h.host != x.origin)
		}
	}
	r.check("private.connections", float64(came.Load()))
	r.check("private.other_origins", float64(elsewhere))
}

// enterNamespace runs the test that calls it once more where only lo exists.
func enterNamespace(t *testing.T) {
	if err := exec.Command("unshare", "-rn", "ip", "link", "set", "lo", "up").Run(); err != nil {
		t.Skipf("needs a network namespace of its own (unshare -rn and ip, of the packages util-linux and iproute2): %v", err)
	}
	script := "set -e; ip link set lo up; for a in $ADDRESSES; do ip address add $a/32 dev lo; done; exec \"$0\" \"$@\""
	cmd := exec.Command("unshare", "-rn", "sh", "-c", script, os.Args[0], "-test.v", "-test.run", "^"+t.Name()+"$")
	stet(t) // so that the modules are here: the namespace has no way to fetch them
	addresses := ""
	for _, a := range private {
		addresses += a + " "
	}
	cmd.Env = append(os.Environ(), "STET_PROOF_NAMESPACE=1", "ADDRESSES="+addresses)
	out, err := cmd.CombinedOutput()
	t.Logf("in a network namespace:\n%s", out)
	if err != nil {
		t.Error(err)
	}
}

// listen counts who connects to an address.
func listen(t *testing.T, network, address string, came *atomic.Int64) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			c.Close()
		}
	}()
}
