package siterule

import (
	"os"
	"testing"
	"testing/fstest"
)

func TestFor(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"example.org.txt", ".example.org.txt", "sport.example.org.txt", ".live.example.org.txt",
		"münchen.example.txt", "WWW.Upper.example.txt", "README.md", "fingerprint.wordpress.com.txt"} {
		files[name] = &fstest.MapFile{Data: []byte("body: //article\n")}
	}
	files["alone.example.txt"] = &fstest.MapFile{Data: []byte("autodetect_on_failure: no\n")}
	files["sub/inner.example.txt"] = &fstest.MapFile{Data: []byte("body: //p\n")}
	without, problems, err := Load(files)
	if err != nil || len(problems) > 0 || len(without.All()) != 8 {
		t.Fatalf("got %d rules, %v, %v", len(without.All()), problems, err)
	}
	files["global.txt"] = &fstest.MapFile{Data: []byte("title: //h1\n")}
	with, _, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, want, global string }{
		{"example.org", "example.org.txt", "example.org.txt, global.txt"},
		{"www.example.org", "example.org.txt", "example.org.txt, global.txt"},
		{"WWW.EXAMPLE.ORG.", "example.org.txt", "example.org.txt, global.txt"},
		{"example.org:8080", "example.org.txt", "example.org.txt, global.txt"},
		{"news.example.org", ".example.org.txt", ".example.org.txt, global.txt"},
		{"a.b.example.org", ".example.org.txt", ".example.org.txt, global.txt"},
		{"sport.example.org", "sport.example.org.txt", "sport.example.org.txt, global.txt"},
		{"today.sport.example.org", ".example.org.txt", ".example.org.txt, global.txt"},
		{"live.example.org", ".example.org.txt", ".example.org.txt, global.txt"},
		{"now.live.example.org", ".live.example.org.txt", ".live.example.org.txt, global.txt"},
		{"notexample.org", "", "global.txt"},
		{"xn--mnchen-3ya.example", "münchen.example.txt", "münchen.example.txt, global.txt"},
		{"upper.example", "WWW.Upper.example.txt", "WWW.Upper.example.txt, global.txt"},
		{"alone.example", "alone.example.txt", "alone.example.txt"},
		{"inner.example", "", "global.txt"},
		{"", "", "global.txt"},
		{"[::1]:80", "", "global.txt"},
	} {
		if got := nameOf(without.For(c.host)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.host, got, c.want)
		}
		if got := nameOf(with.For(c.host)); got != c.global {
			t.Errorf("%q with global.txt: got %q, want %q", c.host, got, c.global)
		}
	}
	const made = `<head><meta content="WordPress 6.1" name='generator'>`
	for _, c := range []struct{ host, source, want string }{
		{"other.example", made, "global.txt, fingerprint.wordpress.com.txt"},
		{"example.org", made, "example.org.txt, global.txt, fingerprint.wordpress.com.txt"},
		{"alone.example", made, "alone.example.txt"},
		{"other.example", "<p>WordPress", "global.txt"},
	} {
		if got := nameOf(with.ForPage(c.host, []byte(c.source))); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.host, c.source, got, c.want)
		}
	}
	if got := nameOf(with.Only(with.All()[0]).For("any.example")); got != with.All()[0].Name+", global.txt" {
		t.Errorf("only one rule: got %q", got)
	}
	if (*Rules)(nil).For("a.example") != nil {
		t.Error("no rules gave a rule")
	}
}

func nameOf(r *Rule) string {
	if r == nil {
		return ""
	}
	return r.Name
}

func TestLoadSameHostTwice(t *testing.T) {
	rs, problems, err := Load(fstest.MapFS{"a.example.txt": {Data: []byte("body: //p")}, "www.a.example.txt": {Data: []byte("body: //div")}})
	if err != nil || len(problems) != 1 || problems[0].Line != 0 || rs.For("a.example").Name != "a.example.txt" {
		t.Errorf("got %v, %v", problems, err)
	}
}

func TestLoadMissingFolder(t *testing.T) {
	if _, _, err := Load(os.DirFS(t.TempDir() + "/none")); err == nil {
		t.Error("a folder that is not there: got no error")
	}
}
