package weburl

import (
	"strings"
	"testing"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// oracle is the library, with today's path percent-encode set.
var oracle = whatwg.NewParser(whatwg.WithPathPercentEncodeSet(whatwg.PathPercentEncodeSet.Set('^')))

// TestFastPathAgrees holds that what the fast path takes is what the slow one
// and the library make of it, and that it does take the common links.
func TestFastPathAgrees(t *testing.T) {
	taken := 0
	for _, c := range parseCases {
		if checkFast(t, URL{}, c.in) {
			taken++
		}
	}
	for _, b := range resolveCases {
		base, _ := Parse(b.base)
		for _, c := range b.refs {
			if checkFast(t, base, c.ref) {
				taken++
			}
		}
	}
	if taken < 60 {
		t.Errorf("the fast path takes %d of the cases", taken)
	}
	base, err := Parse(benchBase)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links[:6] {
		if !checkFast(t, base, l.ref) {
			t.Errorf("the fast path does not take %q", l.ref)
		}
	}
}

// checkFast compares the fast path, where it takes a reference, with the rest.
func checkFast(t *testing.T, base URL, ref string) bool {
	t.Helper()
	fast, ok := fastAbsolute(ref)
	if !ok {
		fast, ok = base.fastRelative(ref)
	}
	if !ok {
		return false
	}
	slow, err := parse(base, ref)
	if err != nil || slow != fast {
		t.Errorf("%q on %q: fast %+v, slow %+v (%v)", ref, base, fast, slow, err)
	}
	lib, err := oracle.ParseRef(base.String(), ref)
	if (err != nil || lib.Href(false) != fast.String()) && !strings.Contains(fast.Host(), "-") { // "-1" is a number to it
		t.Errorf("%q on %q: fast %q, library %q (%v)", ref, base, fast, lib, err)
	}
	return true
}

// checkLibrary compares with the library wherever it is known to be right.
func checkLibrary(t *testing.T, base URL, ref string) {
	t.Helper()
	if len(base.String())+len(ref) > 2000 {
		return
	}
	ours, err := base.Resolve(ref)
	lib, libErr := oracle.ParseRef(base.String(), ref)
	switch {
	case err != nil && libErr != nil:
		return
	case err == nil && libErr == nil && lib.Hostname() == ours.Hostname():
		if lib.Href(false) != ours.String() && !strings.Contains(ref, " ") { // spaces that end an opaque path
			t.Errorf("%q on %q: ours %q, library %q", ref, base, ours, lib.Href(false))
		}
	case !excused(base.String() + ref):
		t.Errorf("%q on %q: ours %q (%v), library %q (%v)", ref, base, ours, err, lib, libErr)
	}
}

// excused says that a host may be one the library gets wrong: numbers with a
// sign or beyond 64 bits, two pairs of brackets, punycode, domains that are not
// letters.
func excused(s string) bool {
	s = strings.ToLower(s)
	for _, r := range s {
		if r >= utf8.RuneSelf {
			return true
		}
	}
	return strings.Contains(s, "xn") || strings.Contains(s, "0x") || strings.ContainsAny(s, "+-%[\t\r\n")
}

func FuzzResolve(f *testing.F) {
	for _, c := range parseCases {
		f.Add("http://h/a/b?c#d", c.in)
	}
	for _, b := range resolveCases {
		for _, c := range b.refs {
			f.Add(b.base, c.ref)
		}
	}
	f.Fuzz(func(t *testing.T, rawBase, ref string) {
		base, _ := Parse(rawBase)
		checkFast(t, base, ref)
		checkLibrary(t, base, ref)
		u, err := base.Resolve(ref)
		if err != nil {
			if !u.IsZero() {
				t.Errorf("%q on %q: %v and yet %+v", ref, base, err, u)
			}
			return
		}
		checkURL(t, u)
	})
}

// checkURL holds what is true of every URL.
func checkURL(t *testing.T, u URL) {
	t.Helper()
	for _, v := range []URL{u, u.Fetchable()} {
		if again, err := Parse(v.String()); err != nil || again != v {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", v, again, err, v)
		}
		if s := split(v.String()); s != v {
			t.Errorf("split(%q) = %+v; want %+v", v, s, v)
		}
	}
	if f := u.Fetchable(); f.HasUserInfo() || f.Fragment() != "" || f.Host() != u.Host() || f.Path() != u.Path() || f.Query() != u.Query() {
		t.Errorf("Fetchable of %q is %q", u, f)
	}
	if u.IsHTTP() && (u.Host() == "" || !strings.HasPrefix(u.Path(), "/") || u.Site() == "" && strings.Trim(u.Hostname(), ".") != "") {
		t.Errorf("%q has host %q, path %q, site %q", u, u.Host(), u.Path(), u.Site())
	}
	for _, c := range []byte(u.String()) {
		if c < ' ' || c > '~' {
			t.Errorf("%q holds %q", u, c)
		}
	}
	checkKey(t, u.String())
	_ = u.SURT()
	_ = u.Origin()
}

func FuzzKey(f *testing.F) {
	for _, c := range keyCases {
		f.Add(c.in)
	}
	f.Fuzz(checkKey)
}

// checkKey holds what is true of every key.
func checkKey(t *testing.T, raw string) {
	t.Helper()
	key := Key(raw)
	if again := Key(key); again != key {
		t.Errorf("Key(%q) = %q, and the key of that %q", raw, key, again)
	}
	u, err := Parse(raw)
	if err != nil {
		if key != raw {
			t.Errorf("Key(%q) = %q; want it unchanged", raw, key)
		}
		return
	}
	k, err := Parse(key)
	if err != nil || k.Host() != u.Host() || k.Scheme() != u.Scheme() || k.HasUserInfo() || k.Fragment() != "" {
		t.Errorf("Key(%q) = %q: %+v, %v", raw, key, k, err)
	}
}

func FuzzSite(f *testing.F) {
	for _, c := range siteCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		site := Site(in)
		if again := Site(site); again != site {
			t.Errorf("Site(%q) = %q, and the site of that %q", in, site, again)
		}
	})
}
