package fetch

import (
	"fmt"
	"net/netip"
)

// special lists the networks that are no place on the public Internet, from
// the IANA special-purpose address registries (RFC 6890 and its updates), and
// the metadata services of clouds that lie outside them or inside a local one. A user who names a host
// of his own as a seed may mean the local ones; the others he does not get by
// name: a name in foreign hands could point there.
var special = []struct {
	prefix netip.Prefix
	what   string
	local  bool
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "this network (RFC 791)", false},
	{netip.MustParsePrefix("10.0.0.0/8"), "private (RFC 1918)", true},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared by carriers (RFC 6598)", true},
	{netip.MustParsePrefix("100.100.100.200/32"), "a metadata service (Alibaba)", false},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback", true},
	{netip.MustParsePrefix("168.63.129.16/32"), "a metadata service (Azure)", false},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local (RFC 3927)", false},
	{netip.MustParsePrefix("172.16.0.0/12"), "private (RFC 1918)", true},
	{netip.MustParsePrefix("192.0.0.0/24"), "for protocols (RFC 6890)", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation (RFC 5737)", false},
	{netip.MustParsePrefix("192.88.99.0/24"), "the old 6to4 relay (RFC 7526)", false},
	{netip.MustParsePrefix("192.168.0.0/16"), "private (RFC 1918)", true},
	{netip.MustParsePrefix("198.18.0.0/15"), "for measurements (RFC 2544)", true},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation (RFC 5737)", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation (RFC 5737)", false},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast (RFC 5771)", false},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved or broadcast (RFC 1112)", false},

	{netip.MustParsePrefix("::/128"), "unspecified", false},
	{netip.MustParsePrefix("::1/128"), "loopback", true},
	{netip.MustParsePrefix("2001::/23"), "for protocols, Teredo among them (RFC 2928, 4380)", false},
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation (RFC 3849)", false},
	{netip.MustParsePrefix("3fff::/20"), "for documentation (RFC 9637)", false},
	{netip.MustParsePrefix("fc00::/7"), "private (RFC 4193)", true},
	{netip.MustParsePrefix("fd00:ec2::/32"), "a metadata service (AWS)", false},
	{netip.MustParsePrefix("fd20:ce::/32"), "a metadata service (Google)", false},
	{netip.MustParsePrefix("fe80::/10"), "link-local (RFC 4291)", false},
	{netip.MustParsePrefix("fec0::/10"), "site-local (RFC 3879)", false},
	{netip.MustParsePrefix("ff00::/8"), "multicast (RFC 4291)", false},
}

// Networks that carry an IPv4 address, and what of IPv6 is given out at all.
var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: in the last 4 bytes
	sixTo4 = netip.MustParsePrefix("2002::/16")    // RFC 3056: after the first 2 bytes
	global = netip.MustParsePrefix("2000::/3")     // RFC 4291 section 2.4
)

// permission is what the origin of a request may reach beyond the public
// Internet.
type permission struct {
	seed    bool       // the user typed this very origin
	literal netip.Addr // the address, where the origin is one
}

// addressAllowed says why a may not be dialled, "" if it may. The user's
// networks come first. A seed that is an address may reach that address and no
// other; a seed that is a name may reach local networks.
//
//	93.184.216.34              allowed
//	::ffff:127.0.0.1           refused: what is mapped is looked at
//	64:ff9b::5db8:d822         allowed, 64:ff9b::7f00:1 refused: likewise
//	127.0.0.1                  allowed for the seeds http://127.0.0.1:8900 and http://localhost:8900
//	169.254.169.254            refused for http://metadata.example, seed or not
func addressAllowed(a netip.Addr, p permission, networks []netip.Prefix) string {
	if a.Zone() != "" {
		return "it has a zone"
	}
	a = a.Unmap()
	for _, n := range networks {
		if n.Contains(a) {
			return ""
		}
	}
	why, local := refusal(a)
	if why == "" || p.seed && p.literal == a || p.seed && !p.literal.IsValid() && local {
		return ""
	}
	return why
}

func refusal(a netip.Addr) (why string, local bool) {
	if !a.IsValid() {
		return "it is no address", false
	}
	for _, s := range special {
		if !s.prefix.Contains(a) {
			continue
		}
		why, local = s.what, s.local
		if !local { // of two that hold it, the stricter counts
			return why, false
		}
	}
	if why != "" || a.Is4() {
		return why, local
	}
	b := a.As16()
	switch {
	case nat64.Contains(a):
		return embedded([4]byte(b[12:16]))
	case sixTo4.Contains(a):
		return embedded([4]byte(b[2:6]))
	case !global.Contains(a):
		return "not a global unicast address (RFC 4291)", false
	}
	return "", false
}

func embedded(b [4]byte) (string, bool) {
	v4 := netip.AddrFrom4(b)
	if why, _ := refusal(v4); why != "" {
		return fmt.Sprintf("it leads to %s: %s", v4, why), false
	}
	return "", false
}

// badPorts are the ports no browser asks over HTTP: other protocols listen
// there and could be made to act on what we send (WHATWG Fetch, "bad port").
var badPorts = map[uint16]bool{
	0: true, 1: true, 7: true, 9: true, 11: true, 13: true, 15: true, 17: true, 19: true, 20: true, 21: true, 22: true,
	23: true, 25: true, 37: true, 42: true, 43: true, 53: true, 69: true, 77: true, 79: true, 87: true, 95: true,
	101: true, 102: true, 103: true, 104: true, 109: true, 110: true, 111: true, 113: true, 115: true, 117: true,
	119: true, 123: true, 135: true, 137: true, 139: true, 143: true, 161: true, 179: true, 389: true, 427: true,
	465: true, 512: true, 513: true, 514: true, 515: true, 526: true, 530: true, 531: true, 532: true, 540: true,
	548: true, 554: true, 556: true, 563: true, 587: true, 601: true, 636: true, 989: true, 990: true, 993: true,
	995: true, 1719: true, 1720: true, 1723: true, 2049: true, 3659: true, 4045: true, 4190: true, 5060: true,
	5061: true, 6000: true, 6566: true, 6665: true, 6666: true, 6667: true, 6668: true, 6669: true, 6679: true,
	6697: true, 10080: true,
}
