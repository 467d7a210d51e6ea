package weburl

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestParse(t *testing.T) {
	for _, c := range parseCases {
		u, err := Parse(c.in)
		if u.String() != c.want || (err != nil) != (c.want == "") {
			t.Errorf("Parse(%q) = %q, %v; want %q", c.in, u, err, c.want)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, b := range resolveCases {
		base, _ := Parse(b.base) // one base is no URL: the zero URL then
		for _, c := range b.refs {
			u, err := base.Resolve(c.ref)
			if u.String() != c.want || (err != nil) != (c.want == "") {
				t.Errorf("Parse(%q).Resolve(%q) = %q, %v; want %q", b.base, c.ref, u, err, c.want)
			}
		}
	}
}

// results are all URLs of the tables.
func results(t testing.TB) []URL {
	var us []URL
	for _, c := range parseCases {
		if u, err := Parse(c.in); err == nil {
			us = append(us, u)
		}
	}
	for _, b := range resolveCases {
		base, _ := Parse(b.base)
		for _, c := range b.refs {
			if u, err := base.Resolve(c.ref); err == nil {
				us = append(us, u)
			}
		}
	}
	if len(us) < 250 {
		t.Fatalf("only %d of the cases parse", len(us))
	}
	return us
}

func TestSerialisedURLParsesToItself(t *testing.T) {
	for _, u := range results(t) {
		again, err := Parse(u.String())
		if err != nil || again != u {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", u, again, err, u)
		}
		if s := split(u.String()); s != u {
			t.Errorf("split(%q) = %+v; want %+v", u, s, u)
		}
	}
}

func TestParts(t *testing.T) {
	// href, scheme, hostname, port, host, path, query, fragment, origin
	for _, want := range [][]string{
		{"https://example.org/a/b?c=d#e", "https", "example.org", "", "example.org", "/a/b", "c=d", "e", "https://example.org"},
		{"http://u:p@example.org:8080/?#", "http", "example.org", "8080", "example.org:8080", "/", "", "", "http://example.org:8080"},
		{"http://u@[::1]/", "http", "[::1]", "", "[::1]", "/", "", "", "http://[::1]"},
		{"http://[::1]:81/a?b", "http", "[::1]", "81", "[::1]:81", "/a", "b", "", "http://[::1]:81"},
		{"ftp://h/x", "ftp", "h", "", "h", "/x", "", "", "ftp://h"},
		{"mailto:a@b?subject=c", "mailto", "", "", "", "a@b", "subject=c", "", "null"},
		{"x://h:1", "x", "h", "1", "h:1", "", "", "", "null"},
		{"x:/.//a:1?b", "x", "", "", "", "//a:1", "b", "", "null"},
		{"x:/a@b:1", "x", "", "", "", "/a@b:1", "", "", "null"},
		{"file:///a#b", "file", "", "", "", "/a", "", "b", "null"},
		{"blob:https://h:8080/x", "blob", "", "", "", "https://h:8080/x", "", "", "https://h:8080"},
		{"blob:mailto:a", "blob", "", "", "", "mailto:a", "", "", "null"},
	} {
		u, err := Parse(want[0])
		if err != nil {
			t.Errorf("Parse(%q): %v", want[0], err)
			continue
		}
		got := []string{u.String(), u.Scheme(), u.Hostname(), u.Port(), u.Host(), u.Path(), u.Query(), u.Fragment(), u.Origin()}
		if !slices.Equal(got, want) {
			t.Errorf("parts of %s:\ngot  %q\nwant %q", want[0], got, want)
		}
	}
}

func TestZeroURL(t *testing.T) {
	var u URL
	got := u.String() + u.Scheme() + u.Hostname() + u.Port() + u.Host() + u.Path() + u.Query() +
		u.Fragment() + u.Origin() + u.Fetchable().String() + u.Key() + u.SURT() + u.Site()
	if got != "" || u.IsHTTP() || u.HasUserInfo() || !u.IsZero() {
		t.Errorf("the zero URL says %q, http %v, user info %v, zero %v", got, u.IsHTTP(), u.HasUserInfo(), u.IsZero())
	}
	if r, err := u.Resolve("a"); err == nil {
		t.Errorf("the zero URL resolves a to %q; want an error", r)
	}
}

func TestIsHTTP(t *testing.T) {
	for in, want := range map[string]bool{
		"http://h/": true, "https://h/": true, "httpx://h/": false, "ftp://h/": false, "http+x://h": false,
		"ws://h/": false, "mailto:http": false, "file:///http": false,
	} {
		if u, err := Parse(in); err != nil || u.IsHTTP() != want {
			t.Errorf("Parse(%q).IsHTTP() = %v, %v; want %v", in, u.IsHTTP(), err, want)
		}
	}
}

func TestFetchable(t *testing.T) {
	for _, c := range []struct {
		in, want string
		userInfo bool
	}{
		{"http://h/a?b#c", "http://h/a?b", false},
		{"http://u:p@h:81/a?b#c", "http://h:81/a?b", true},
		{"http://u@h", "http://h/", true},
		{"http://:p@h/@", "http://h/@", true},
		{"http://h/a@b?c@d#e@f", "http://h/a@b?c@d", false},
		{"http://h/?#", "http://h/?", false},
		{"x://u@h/a#b", "x://h/a", true},
		{"mailto:a@b#c", "mailto:a@b", false},
		{"data:a  #b", "data:a %20", false},
	} {
		u, err := Parse(c.in)
		got := u.Fetchable()
		if err != nil || got.String() != c.want || u.HasUserInfo() != c.userInfo {
			t.Errorf("Parse(%q).Fetchable() = %q, user info %v, %v; want %q, %v", c.in, got, u.HasUserInfo(), err, c.want, c.userInfo)
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", got, again, err, got)
		}
	}
}

func TestResolveText(t *testing.T) {
	got, err := Resolve("https://h/a/b", "../c")
	if got != "https://h/c" || err != nil {
		t.Errorf("Resolve = %q, %v; want https://h/c", got, err)
	}
	if got, err := Resolve("b", "../c"); got != "" || err == nil {
		t.Errorf("Resolve on no base = %q, %v; want an error", got, err)
	}
}

func TestResolveIn(t *testing.T) {
	base, err := Parse("http://h/a?b")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		page      encoding.Encoding
		ref, want string
	}{
		{nil, "?q=中", "http://h/a?q=%E4%B8%AD"},
		{simplifiedchinese.GBK, "?q=中文&r=a b#中", "http://h/a?q=%D6%D0%CE%C4&r=a%20b#%E4%B8%AD"},
		{simplifiedchinese.GBK, "/中?x=1", "http://h/%E4%B8%AD?x=1"},
		{simplifiedchinese.GBK, "/中?中", "http://h/%E4%B8%AD?%D6%D0"},
		{simplifiedchinese.GBK, "#?中", "http://h/a?b#?%E4%B8%AD"},
		{simplifiedchinese.GBK, "https://i/?%25é", "https://i/?%25%A8%A6"},
		{japanese.ShiftJIS, "?ア", "http://h/a?%83A"},
		{charmap.Windows1252, "?中é", "http://h/a?%26%2320013%3B%E9"},
		{charmap.Windows1252, " HTTP:?é", "http://h/a?%E9"},
		{charmap.Windows1252, "mailto:a?é", "mailto:a?%C3%A9"},
		{charmap.Windows1252, "ws://h?é", "ws://h/?%C3%A9"},
		{unicode.UTF8, "?é", "http://h/a?%C3%A9"},
		{unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "?é", "http://h/a?%C3%A9"},
	} {
		u, err := base.ResolveIn(c.ref, c.page)
		if err != nil || u.String() != c.want {
			t.Errorf("ResolveIn(%q, %v) = %q, %v; want %q", c.ref, c.page, u, err, c.want)
		}
	}
}

func TestTooLong(t *testing.T) {
	base, err := Parse("https://h/a")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", MaxLen)
	for name, ref := range map[string]string{
		"path":             "/" + long,
		"relative":         long,
		"grows":            strings.Repeat("é", MaxLen/4),
		"fits without":     strings.Repeat("b", MaxLen-4),
		"absolute":         "https://h/" + long,
		"one byte, no '/'": "https://" + strings.Repeat("a.", MaxLen/2-5) + "aa",
		"plain host":       "//" + strings.Repeat("a", maxHost+1),
		"host":             "//" + strings.Repeat("a.", 3000) + "%41/",
		"host grows":       "//Ȧ" + strings.Repeat("7", maxHost-2),
		"segments":         "x:" + strings.Repeat("/", 20000),
		"segments grow":    "x:/" + strings.Repeat("\xa6", 3000),
		"data":             "data:" + long,
	} {
		if u, err := base.Resolve(ref); err == nil {
			t.Errorf("%s: a URL of %d bytes from a reference of %d; want an error", name, len(u.String()), len(ref))
		}
	}
	fits := "https://h/" + strings.Repeat("a", MaxLen-len("https://h/"))
	if u, err := Parse(fits); err != nil || len(u.String()) != MaxLen {
		t.Errorf("a URL of %d bytes: %v; want it to parse", len(fits), err)
	}
}

func TestErrorText(t *testing.T) {
	_, err := Parse("http://a b/")
	const want = `parse url "http://a b/": host has a character that is not allowed`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	base, _ := Parse("http://h/")
	_, err = base.Resolve("//h:x" + strings.Repeat("x", 500))
	var e *Error
	if !errors.As(err, &e) || e.Reason != "bad port" || len(err.Error()) > 300 ||
		!strings.HasSuffix(err.Error(), `against "http://h/": bad port`) {
		t.Errorf("got %v, want a short text about a bad port", err)
	}
}

func TestAllocations(t *testing.T) {
	base, err := Parse(benchBase)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links[:6] {
		most := 1.0
		if strings.HasPrefix(l.ref, "http") {
			most = 0
		}
		got := testing.AllocsPerRun(100, func() {
			if _, err := base.Resolve(l.ref); err != nil {
				t.Fatal(err)
			}
		})
		if got > most {
			t.Errorf("Resolve(%q) allocates %v times, want at most %v", l.ref, got, most)
		}
	}
}
