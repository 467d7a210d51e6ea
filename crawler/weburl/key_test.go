package weburl

import (
	"testing"
	"unsafe"
)

const (
	hex32 = "0123456789abcdef0123456789abcdef"
	php26 = "abcdefghijklmnopqrstuv0123"
)

var keyCases = []struct{ in, want string }{
	// nothing to do
	{"https://example.org/a/b.html", "https://example.org/a/b.html"},
	{"https://example.org/a/?b=c&d=e", "https://example.org/a/?b=c&d=e"},
	{"https://example.org/%E4%BD%A0?q=%E5%A5%BD", "https://example.org/%E4%BD%A0?q=%E5%A5%BD"},
	// what the standard settles
	{"HTTP://EXAMPLE.org:80", "http://example.org/"},
	{"https://example.org:443/./a/../b", "https://example.org/b"},
	{"https://u:p@example.org/a#top", "https://example.org/a"},
	{"https://例え.jp/", "https://xn--r8jz45g.jp/"},
	{"https://example.org/你好", "https://example.org/%E4%BD%A0%E5%A5%BD"},
	// percent-encoding
	{"https://h/%7euser/%41%2d%2E%5f", "https://h/~user/A-._"},
	{"https://h/a%2fb%3f%e4", "https://h/a%2Fb%3F%E4"},
	{"https://h/?%61=%7e%26", "https://h/?a=~%26"},
	{"https://h/100%", "https://h/100%"},
	{"https://h/%%32e%41", "https://h/%%32e%41"},
	{"https://h/?a=%41&b=%", "https://h/?a=A&b=%"},
	{"https://h/?b=%&a=1", "https://h/?a=1&b=%"},
	{"https://h/a%252e", "https://h/a%252e"},
	{"https://h/a+b?c+d", "https://h/a+b?c+d"},
	{"https://h/a%20b?c%20d", "https://h/a%20b?c%20d"},
	// the query
	{"https://h/?", "https://h/"},
	{"https://h/a?&&", "https://h/a"},
	{"https://h/?b=2&a=1", "https://h/?a=1&b=2"},
	{"https://h/?b=2&a=2&b=1&a=1", "https://h/?a=2&a=1&b=2&b=1"},
	{"https://h/?a=1&&b=2&", "https://h/?a=1&b=2"},
	{"https://h/?b&a=", "https://h/?a=&b"},
	{"https://h/?a=b=c", "https://h/?a=b=c"},
	{"https://h/?=x&a", "https://h/?=x&a"},
	{"https://h/?B=1&a=1", "https://h/?B=1&a=1"},
	{"https://h/?u=http://x/?y", "https://h/?u=http://x/?y"},
	// tracking
	{"https://h/a?utm_source=x&utm_medium=y&utm_anything=z", "https://h/a"},
	{"https://h/a?UTM_Source=x&id=1", "https://h/a?id=1"},
	{"https://h/a?utm%5Fsource=x&id=1", "https://h/a?id=1"},
	{"https://h/a?fbclid=1&gclid=2&dclid=3&msclkid=4&yclid=5&id=7", "https://h/a?id=7"},
	{"https://h/a?mc_cid=1&mc_eid=2&igshid=3&_ga=4&replytocom=12", "https://h/a"},
	{"https://h/a?fbclid", "https://h/a"},
	{"https://h/a?utm=1&myutm_source=2&gclidx=3", "https://h/a?gclidx=3&myutm_source=2&utm=1"},
	{"https://h/a?ref=x&source=y&from=z", "https://h/a?from=z&ref=x&source=y"},
	{"https://h/a?utm_source=x#utm_source=y", "https://h/a"},
	// sessions
	{"https://h/a;jsessionid=0A1B?x=1", "https://h/a?x=1"},
	{"https://h/a;JSESSIONID=0A1B.node1/b", "https://h/a/b"},
	{"https://h/a;v=1;jsessionid=2;w=3", "https://h/a;v=1;w=3"},
	{"https://h/a;jsessionid", "https://h/a;jsessionid"},
	{"https://h/a;v=1", "https://h/a;v=1"},
	{"https://h/.;jsessionid=1/..;jsessionid=1/", "https://h/.;jsessionid=1/..;jsessionid=1/"},
	{"https://h/;jsessionid=1", "https://h/"},
	{"https://h/a?jsessionid=1&PHPSESSID=2&ASPSESSIONIDQQABCDEF=3&ASP.NET_SessionId=4", "https://h/a"},
	{"https://h/a?sid=" + hex32, "https://h/a"},
	{"https://h/a?sessionid=" + php26 + "&b=1", "https://h/a?b=1"},
	{"https://h/a?sid=123", "https://h/a?sid=123"},
	{"https://h/a?sid=20240517123456789012345678", "https://h/a?sid=20240517123456789012345678"},
	{"https://h/a?sid=how-we-lost-the-0123-election-of-2024", "https://h/a?sid=how-we-lost-the-0123-election-of-2024"},
	{"https://h/a?sid=550e8400-e29b-41d4-a716-446655440000", "https://h/a?sid=550e8400-e29b-41d4-a716-446655440000"},
	{"https://h/a?sid=507f1f77bcf86cd799439011", "https://h/a?sid=507f1f77bcf86cd799439011"},
	{"https://h/a?id=" + hex32, "https://h/a?id=" + hex32},
	// not for http
	{"mailto:a@b?utm_source=x#f", "mailto:a@b?utm_source=x"},
	{"ftp://u@h/a?b=2&a=1#f", "ftp://h/a?b=2&a=1"},
	// no URL
	{"", ""},
	{"/a?utm_source=x", "/a?utm_source=x"},
	{"http://a b/", "http://a b/"},
}

func TestKey(t *testing.T) {
	for _, c := range keyCases {
		if got := Key(c.in); got != c.want {
			t.Errorf("Key(%q) = %q, want %q", c.in, got, c.want)
		}
		checkKey(t, c.in)
	}
	for _, c := range parseCases {
		checkKey(t, c.in)
	}
}

// TestKeyKeepsPagesApart holds what must never become one key.
func TestKeyKeepsPagesApart(t *testing.T) {
	for _, c := range [][2]string{
		{"http://h/a", "http://h/A"},
		{"http://h/a", "http://h/a/"},
		{"http://h/a", "https://h/a"},
		{"http://h/a", "http://www.h/a"},
		{"http://h/a", "http://h:8080/a"},
		{"http://h/a", "http://h./a"},
		{"http://h/a/b", "http://h/a//b"},
		{"http://h/a/b", "http://h/a%2Fb"},
		{"http://h/?id=1", "http://h/?id=2"},
		{"http://h/?id=1", "http://h/?ID=1"},
		{"http://h/?id=1&id=2", "http://h/?id=2&id=1"},
		{"http://h/?a", "http://h/?a="},
		{"http://h/?a=b&c", "http://h/?a=b%26c"},
		{"http://h/?a+b", "http://h/?a%20b"},
		{"http://h/?sid=1", "http://h/?sid=2"},
		{"http://h/?p=1", "http://h/"},
		{"http://h/index.html", "http://h/"},
		{"http://h/100%", "http://h/100%25"},
	} {
		if a, b := Key(c[0]), Key(c[1]); a == b {
			t.Errorf("Key(%q) = Key(%q) = %q; want two keys", c[0], c[1], a)
		}
	}
}

func TestKeyOfPlainURLIsItself(t *testing.T) {
	for _, in := range []string{
		"https://example.org/a/b.html",
		"https://example.org/%E4%BD%A0/?ID=7&a=1&a=0&b=%20#top",
	} {
		u, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		key := u.Key()
		if unsafe.StringData(key) != unsafe.StringData(u.String()) {
			t.Errorf("Key of %q is a copy: %q", in, key)
		}
		if n := testing.AllocsPerRun(100, func() { _ = u.Key() }); n != 0 {
			t.Errorf("Key of %q allocates %v times", in, n)
		}
	}
}

func TestSURT(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"http://example.org", "org,example)/"},
		{"https://www.Example.org/Path/Page.HTML?B=2&a=1#f", "org,example)/path/page.html?a=1&b=2"},
		{"http://www2.example.org/", "org,example)/"},
		{"http://www.org/", "org)/"},
		{"http://www/", "www)/"},
		{"http://wwwx.org/", "org,wwwx)/"},
		{"http://a.b.example.co.uk:8080/x", "uk,co,example,b,a:8080)/x"},
		{"https://u:p@example.org:443/x", "org,example)/x"},
		{"http://example.org./", "org,example)/"},
		{"http://192.168.1.254/info/", "254,1,168,192)/info"},
		{"http://[2001:DB8::1.2.3.4]/", "[2001:db8::102:304])/"},
		{"http://example.org//a//b//", "org,example)/a/b"},
		{"http://example.org/a/?", "org,example)/a"},
		{"http://example.org/?b&a&&c=1", "org,example)/?a&b&c=1"},
		{"http://example.org/%E4%BD%A0", "org,example)/%e4%bd%a0"},
		{"http://例え.jp/", "jp,xn--r8jz45g)/"},
		{"http://example.org/a;jsessionid=" + hex32, "org,example)/a"},
		{"http://example.org/a?x=1&PHPSESSID=" + hex32, "org,example)/a?x=1"},
		{"http://example.org/a?sid=" + hex32 + "&utm_source=x", "org,example)/a?utm_source=x"},
		{"ftp://example.org/A", "org,example)/a"},
		{"mailto:A@b", "mailto:A@b"},
		{"no url", "no url"},
	} {
		if got := SURT(c.in); got != c.want {
			t.Errorf("SURT(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

var siteCases = []struct{ in, want string }{
	{"https://news.bbc.co.uk/a", "bbc.co.uk"},
	{"https://example.org", "example.org"},
	{"http://a.b.example.org:8080/", "example.org"},
	{"https://alice.github.io/", "alice.github.io"},
	{"https://www.alice.github.io/", "alice.github.io"},
	{"https://github.io/", "github.io"},
	{"https://co.uk/", "co.uk"},
	{"https://a.b.ck/", "a.b.ck"},
	{"https://x.www.ck/", "www.ck"},
	{"https://www.例え.jp/", "xn--r8jz45g.jp"},
	{"https://www.食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn"},
	{"http://127.0.0.1:8080/", "127.0.0.1"},
	{"http://0x7f.1/", "127.0.0.1"},
	{"http://[::1]:80/", "[::1]"},
	{"http://localhost/", "localhost"},
	{"http://a.localhost/", "a.localhost"},
	{"http://www.example.org./", "example.org"},
	{"http://a.unlisted-tld/", "a.unlisted-tld"},
	{"www.example.org", "example.org"},
	{"WWW.Example.org:8080", "example.org"},
	{"[::1]:8080", "[::1]"},
	{"mailto:a@b.org", ""},
	{"example.org/a", ""},
	{"x://a.example.org/", ""},
	{"ftp://a.example.org/", "example.org"},
	{"file:///a", ""},
	{"", ""},
	{"a b", ""},
	{"http://a..b/", "a..b"},
}

func TestSite(t *testing.T) {
	for _, c := range siteCases {
		if got := Site(c.in); got != c.want {
			t.Errorf("Site(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
