package fetch

import (
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Addresses that must never be dialled for a page of the public web, in the
// spellings they are hidden in.
var refusedAddresses = []string{
	"0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.64.0.1",
	"100.100.100.200", "100.127.255.255", "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.255",
	"168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2", "169.254.255.255", "172.16.0.1", "172.17.0.1",
	"172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1",
	"192.168.0.1", "192.168.1.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
	"224.0.0.1", "224.0.0.251", "239.255.255.250", "240.0.0.1", "254.254.254.254", "255.255.255.255",
	"::", "::1", "::2", "::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "::ffff:0.0.0.0", "::ffff:127.0.0.1",
	"::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:192.168.1.1", "::ffff:100.64.0.1", "::ffff:0:127.0.0.1",
	"::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::0.0.0.0",
	"64:ff9b::192.168.0.1", "64:ff9b:1::8.8.8.8", "64:ff9b:1::10.0.0.1", "64:ff9b:0:0:0:1:808:808", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
	"2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2001:db8:ffff::", "2002::1", "2002:7f00:1::", "2002:a00:1::1",
	"2002:a9fe:a9fe::", "2002:c0a8:101::1", "2002:6440:1::", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1",
	"8000::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fd20:ce::254", "fdff:ffff::1", "fe00::1", "fe80::1", "fe80::1%eth0",
	"febf::1", "fec0::1", "feff::1", "ff00::1", "ff02::1", "ff0e::1", "2606:4700::1%eth0", "::1%lo",
}

var allowedAddresses = []string{
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "126.255.255.255",
	"128.0.0.1", "168.63.129.15", "169.253.255.255", "169.255.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
	"192.0.3.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "203.0.112.1", "203.0.114.1",
	"223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::5db8:d822", "2001:200::1", "2001:4860:4860::8888",
	"2002:808:808::1", "2400:cb00::1", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450::1", "3000::1", "3ffe::1",
}

func TestAddressAllowed(t *testing.T) {
	for _, s := range refusedAddresses {
		if why := addressAllowed(netip.MustParseAddr(s), permission{}, nil); why == "" {
			t.Errorf("address %s: got allowed, want refused", s)
		}
	}
	for _, s := range allowedAddresses {
		if why := addressAllowed(netip.MustParseAddr(s), permission{}, nil); why != "" {
			t.Errorf("address %s: got refused (%s), want allowed", s, why)
		}
	}
	if why := addressAllowed(netip.Addr{}, permission{}, nil); why == "" {
		t.Error("no address: got allowed, want refused")
	}
	t.Logf("%d refused, %d allowed", len(refusedAddresses), len(allowedAddresses))
}

func TestAddressAllowedToSeedsAndNetworks(t *testing.T) {
	name := permission{seed: true}
	literal := func(s string) permission { return permission{seed: true, literal: netip.MustParseAddr(s)} }
	home := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fe80::/10")}
	for _, c := range []struct {
		addr     string
		p        permission
		networks []netip.Prefix
		want     bool
	}{
		{"127.0.0.1", name, nil, true},
		{"::1", name, nil, true},
		{"192.168.1.1", name, nil, true},
		{"fd12::1", name, nil, true},
		{"198.18.0.9", name, nil, true},
		{"169.254.169.254", name, nil, false},
		{"fd00:ec2::254", name, nil, false},
		{"100.100.100.200", name, nil, false},
		{"168.63.129.16", name, nil, false},
		{"0.0.0.0", name, nil, false},
		{"224.0.0.1", name, nil, false},
		{"64:ff9b::127.0.0.1", name, nil, false},
		{"127.0.0.1", literal("127.0.0.1"), nil, true},
		{"::ffff:127.0.0.1", literal("127.0.0.1"), nil, true},
		{"169.254.169.254", literal("169.254.169.254"), nil, true},
		{"127.0.0.2", literal("127.0.0.1"), nil, false},
		{"127.0.0.1", permission{literal: netip.MustParseAddr("127.0.0.1")}, nil, false},
		{"10.1.2.3", permission{}, home, true},
		{"::ffff:10.1.2.3", permission{}, home, true},
		{"10.2.0.1", permission{}, home, false},
		{"fe80::1", permission{}, home, true},
		{"fe80::1%eth0", permission{}, home, false},
	} {
		why := addressAllowed(netip.MustParseAddr(c.addr), c.p, c.networks)
		if (why == "") != c.want {
			t.Errorf("%s with %+v and %v: got %q, want allowed %v", c.addr, c.p, c.networks, why, c.want)
		}
	}
}

// The same addresses through the real dial: none may get a packet. They are
// written into URLs, so what Colly's parser makes of them is tried too.
func TestDialRefuses(t *testing.T) {
	f := newFetcher(t, short())
	hosts := []string{
		"localhost", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "017700000001", "2130706433", "0", "0x0", "127.0.0.1.",
		"①②⑦.⓪.⓪.①", "%31%32%37.0.0.1", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "LOCALHOST", "169.254.43518",
	}
	for _, a := range refusedAddresses {
		if strings.Contains(a, "%") {
			continue // no URL can hold a zone
		}
		if strings.Contains(a, ":") {
			a = "[" + a + "]"
		}
		hosts = append(hosts, a)
	}
	for _, h := range hosts {
		for _, scheme := range []string{"http", "https"} {
			url := scheme + "://" + h + ":8099/latest/meta-data/"
			_, err := f.Fetch(t.Context(), Request{URL: url})
			wantError(t, url, err, Blocked, false)
		}
	}
	t.Logf("%d hosts", len(hosts))
}

func TestZonesAreNoURLs(t *testing.T) {
	f := newFetcher(t, short())
	for _, url := range []string{"http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1%25lo]/"} {
		_, err := f.Fetch(t.Context(), Request{URL: url})
		wantError(t, url, err, BadURL, false)
	}
}

func TestPortsOfOtherProtocols(t *testing.T) {
	f := newFetcher(t, short("http://127.0.0.1:25/"))
	for _, url := range []string{"http://example.org:22/", "https://example.org:25/", "http://example.org:6667/", "http://example.org:0/"} {
		_, err := f.Fetch(t.Context(), Request{URL: url})
		wantError(t, url, err, Blocked, false)
	}
	_, err := f.Fetch(t.Context(), Request{URL: "http://127.0.0.1:25/"}) // a seed: tried
	wantError(t, "port 25 of a seed", err, ConnectRefused, true)
}

// A permission is for one origin: scheme, host and port.
func TestSeedOpensItsOriginOnly(t *testing.T) {
	s := says(t, true, page("", "seed"))
	other := serveOn(t, "127.0.0.2:0", func(w io.Writer, _ string) bool { return false })
	f := newFetcher(t, short(s.origin+"/some/page?x"))
	if res, err := f.Fetch(t.Context(), Request{URL: s.origin + "/y"}); err != nil || string(res.Body) != "seed" {
		t.Errorf("the seed: got %q, %v", res.Body, err)
	}
	port := s.addr[strings.LastIndexByte(s.addr, ':')+1:]
	for _, url := range []string{other.origin, "https://" + s.addr, "http://127.0.0.2:" + port, "http://localhost:" + port, "http://[::ffff:127.0.0.1]:" + port} {
		_, err := f.Fetch(t.Context(), Request{URL: url})
		wantError(t, url, err, Blocked, false)
	}
	if n := other.connections(); n != 0 {
		t.Errorf("%d connections to the other server, want none", n)
	}
}

func TestAllowNetworks(t *testing.T) {
	s := says(t, true, page("", "x"))
	cfg := short()
	cfg.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/24")}
	f := newFetcher(t, cfg)
	if _, err := f.Fetch(t.Context(), Request{URL: s.origin}); err != nil {
		t.Errorf("Fetch(%s) with %v allowed: %v", s.origin, cfg.AllowNetworks, err)
	}
	_, err := f.Fetch(t.Context(), Request{URL: "http://127.0.1.1:8099/"})
	wantError(t, "127.0.1.1", err, Blocked, false)
}

// A name is judged by what it resolves to, each time it is dialled.
func TestNamesAreJudgedByTheirAddresses(t *testing.T) {
	s := says(t, false, page("", "inside"))
	port := s.addr[strings.LastIndexByte(s.addr, ':')+1:]
	cfg := short("http://mine.example:" + port)
	cfg.Resolver = resolver(t, map[string]string{
		"rebind.example.": "127.0.0.1", "mine.example.": "127.0.0.1", "meta.example.": "169.254.169.254", "any.example.": "0.0.0.0",
	})
	cfg.AllowOrigins["http://meta.example"] = true
	f := newFetcher(t, cfg)
	for _, c := range []struct {
		url, class string
		retry      bool
	}{
		{"http://rebind.example:" + port, Blocked, false},
		{"http://any.example:" + port, Blocked, false},
		{"http://meta.example", Blocked, false},
		{"http://nosuch.example/", DNSNotFound, false},
		{"http://broken.example/", DNS, true},
	} {
		_, err := f.Fetch(t.Context(), Request{URL: c.url})
		wantError(t, c.url, err, c.class, c.retry)
	}
	if n := s.connections(); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
	res, err := f.Fetch(t.Context(), Request{URL: "http://mine.example:" + port})
	if err != nil || string(res.Body) != "inside" {
		t.Errorf("a seed whose name leads home: got %q, %v", res.Body, err)
	}
}

// resolver asks a name server that knows the given names; "broken." fails.
func resolver(t *testing.T, names map[string]string) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := resolve(buf[:n], names); answer != nil {
				pc.WriteTo(answer, from)
			}
		}
	}()
	t.Cleanup(func() {
		pc.Close()
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func resolve(query []byte, names map[string]string) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := q.Name.String()
	m.Response, m.Authoritative, m.RecursionAvailable, m.Additionals = true, true, true, nil
	addr, known := names[name]
	switch {
	case strings.HasPrefix(name, "broken."):
		m.RCode = dnsmessage.RCodeServerFailure
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(addr).As4()},
		}}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	return out
}
