package sqlite

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"stet/store"
)

func packWith(t *testing.T, dict, body []byte) []byte {
	t.Helper()
	e, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(0, dict))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	return e.EncodeAll(body, nil)
}

// TestKeyHash pins the hash: it is in every archive for ever. The values are
// those of sha256sum.
func TestKeyHash(t *testing.T) {
	for _, x := range []struct {
		key         string
		n           int
		kept, other uint64
	}{
		{"https://example.org/", 0, 0x8198d1bac40a1033, 0x653a78e48800cefc},
		{"", 0, 0xe3b0c44298fc1c14, 0x9afbf4c8996fb924},
	} {
		kept, other := sha256Key(x.key, x.n)
		if uint64(kept) != x.kept || uint64(other) != x.other {
			t.Errorf("hash of %q, %d: got %x %x, want %x %x", x.key, x.n, uint64(kept), uint64(other), x.kept, x.other)
		}
	}
	long := strings.Repeat("x", 1000)
	a, _ := sha256Key(long, 1)
	b, _ := sha256Key(long+"\n1", 0)
	if c, _ := sha256Key(long, 0); a != b || a == c {
		t.Errorf("hash of a long key: %x, %x, %x", a, b, c)
	}
}

func TestSeen(t *testing.T) {
	const slots = 1 << 8
	s := newSeen(slots)
	at := func(kept, other int64) hashes { return hashes{kept, other} }
	if got := unknown(s, []hashes{at(1, 2), at(1, 2)}); len(got) != 2 {
		t.Errorf("an empty table knows something: %v", got)
	}
	remember(s, []hashes{at(1, 2), at(-5, 7)})
	if got := unknown(s, []hashes{at(1, 2), at(-5, 7), at(1, 3), at(1+slots, 2)}); len(got) != 2 || got[0] != at(1, 3) || got[1] != at(1+slots, 2) {
		t.Errorf("got %v, want those with another hash", got)
	}
	remember(s, []hashes{at(1+slots, 2)})
	if got := unknown(s, []hashes{at(1, 2)}); len(got) != 1 {
		t.Error("what was pushed out is still known")
	}
}

// TestSeenAfterFailure: targets of a group that failed are not taken for known.
func TestSeenAfterFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := a.Begin(t.Context(), store.BeginCrawl{Job: "x", Now: day})
	if err != nil {
		t.Fatal(err)
	}
	bad := newTarget("a.example", 2)
	bad.FoundOn = 999 // there is no such target: the foreign key refuses it
	if _, err := c.Enqueue(t.Context(), []store.NewTarget{newTarget("a.example", 1), bad}); err == nil {
		t.Fatal("a target found on a page that is not there: got no error")
	}
	in := c.(*crawl)
	if got := unknown(in.known, []hashed{hashOf(in, newTarget("a.example", 1))}); len(got) != 1 {
		t.Error("a target whose group was rolled back is taken for known")
	}
	wholesome(t, a)
}

func hashOf(c *crawl, t store.NewTarget) hashed {
	h := hashed{NewTarget: t}
	h.kept, h.other = c.a.hash(t.Key, 0)
	return h
}

func TestSpaced(t *testing.T) {
	for in, want := range map[string]string{
		"":              "",
		"plain ASCII":   "plain ASCII",
		"Ünïcode":       "Ünïcode",
		"习近平":           " 习  近  平 ",
		"在2023年":        " 在 2023 年 ",
		"ＡＢＣ！":          "ABC!",
		"カー":            " カ  ー ",
		"한글":            " 한  글 ",
		"𫟼":             " u2b7fc ",
		"ㄅ":             " ㄅ ",
		"“quoted” – ok": "“quoted” – ok",
		"😀":             "😀",
	} {
		if in == "𫟼" { // U+2B7FC? written by its number only from Extension E on
			want = " " + single([]rune(in)[0]) + " "
		}
		if got := spaced(in); got != want {
			t.Errorf("spaced(%q) = %q, want %q", in, got, want)
		}
	}
	if got := single(0x2B820); got != "u2b820" {
		t.Errorf("the first character of Extension E is written %q", got)
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"":                     nil,
		"Hello, World-2":       {"hello", "world", "2"},
		"Café E\u0301cole":     {"cafe", "ecole"},
		"习近平 said":             {"习", "近", "平", "said"},
		"a中b":                  {"a", "中", "b"},
		"ＡＢ１":                  {"ab1"},
		"don't":                {"don", "t"},
		"\u0301\u0301 x\u0301": {"x"},
	} {
		var got []string
		words(in, func(w word) bool {
			got = append(got, w.folded)
			return true
		})
		if !slices.Equal(got, want) {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]string{
		"a b":               `"a" AND "b"`,
		`"a b" c*`:          `"a b" AND "c "*`,
		"习近平":               `" 习  近  平 "`,
		"“a b”「中」":          `"a b" AND " 中 "`,
		`a"b c"d`:           `"a" AND "b c" AND "d"`,
		`"never closed`:     `"never closed"`,
		"AND (OR) NOT":      `"AND" AND "(OR)" AND "NOT"`,
		`"" * ! ""*`:        "",
		"a\x00b":            `"a` + "\uFFFD" + `b"`,
		`pre* "in a ro"*`:   `"pre "* AND "in a ro "*`,
		"a　b":               `"a" AND "b"`,
		`say "he*llo" wo*r`: `"say" AND "he llo" AND "wo r"`,
	} {
		if got := match(parseQuery(in)); got != want {
			t.Errorf("query %q is read as %s, want %s", in, got, want)
		}
	}
	if n := len(parseQuery(strings.Repeat("a ", 1000))); n != queryTerms {
		t.Errorf("%d terms of 1,000, want %d", n, queryTerms)
	}
	if got := parseQuery(strings.Repeat("中", 5000)); len(got) != 1 || !utf8.ValidString(got[0].text) {
		t.Errorf("a very long query is cut within a character")
	}
}

func TestSnippet(t *testing.T) {
	terms := parseQuery(`fox "brown bear"`)
	for in, want := range map[string]string{
		"":                              "",
		"no match at all":               "no match at all",
		"The FOX.":                      "The \x01FOX\x02.",
		"a brown bear and a brown\nfox": "a \x01brown bear\x02 and a brown \x01fox\x02",
		"fox fox":                       "\x01fox\x02 \x01fox\x02",
		"\x01fox\x02":                   "\x01fox\x02",
	} {
		if got := snippet(in, terms); got != want {
			t.Errorf("snippet(%q) = %q, want %q", in, got, want)
		}
	}
	// The passage with both terms, not the first with one.
	s := "fox " + strings.Repeat("word ", 200) + "here a brown bear met the fox at last " + strings.Repeat("word ", 200)
	if got := snippet(s, terms); !strings.Contains(got, "here a \x01brown bear\x02 met the \x01fox\x02 at last") {
		t.Errorf("the best passage is %q", got)
	}
	// Chinese is twice as wide.
	s = strings.Repeat("字", 1000) + "狐" + strings.Repeat("字", 1000)
	got := snippet(s, parseQuery("狐"))
	if w := columnsOf(strings.Trim(got, "…")); !strings.Contains(got, "字\x01狐\x02字") || w < snippetColumns-10 || w > snippetColumns+10 {
		t.Errorf("a Chinese passage is %d columns wide: %q", w, got)
	}
	if got := snippet(strings.Repeat("x", 2<<20)+" fox", terms); len(got) > 1000 {
		t.Errorf("a word of 2 MB gives a snippet of %d bytes", len(got))
	}
}

func FuzzQuery(f *testing.F) {
	for _, q := range []string{`a "b c" d*`, "习近平 “改革”", "\x00\xff\"*(", "NEAR(a b)", "ＡＢ e\u0301"} {
		f.Add(q, "some text with 习近平 and a b c")
	}
	a, err := Open(f.Context(), filepath.Join(f.TempDir(), "a.db"), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { a.Close() })
	f.Fuzz(func(t *testing.T, q, s string) {
		if _, err := a.Search(t.Context(), store.Query{Text: q}); err != nil {
			t.Errorf("search %q: %v", q, err)
		}
		terms := parseQuery(q)
		got := snippet(clean(s), terms)
		if n, m := strings.Count(got, markStart), strings.Count(got, markEnd); n != m || !utf8.ValidString(got) {
			t.Errorf("snippet(%q, %q) = %q: %d marks open, %d close", s, q, got, n, m)
		}
		m := marked(clean(s), terms)
		if plain := strings.NewReplacer(markStart, "", markEnd, "").Replace(m); plain != unmarked(clean(s)) && !strings.ContainsAny(s, markStart+markEnd) {
			t.Errorf("marked(%q, %q) = %q changes the text", s, q, m)
		}
	})
}

// TestIndexFindsWhatSnippetMarks compares our cutting of words with that of
// the index: what the index finds, the snippet marks.
func TestIndexFindsWhatSnippetMarks(t *testing.T) {
	a, c := openBench(t, Options{})
	r := rand.New(rand.NewPCG(3, 4))
	letters := []rune("aEé習中のカ한ñßıİ9٣-'. ـxﬁΣςſµ½ⅷ")
	var texts []string
	var ts []store.NewTarget
	for n := range 60 {
		var b strings.Builder
		for range 40 {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		texts = append(texts, b.String())
		ts = append(ts, newTarget("w.example", n))
	}
	if _, err := c.Enqueue(t.Context(), ts); err != nil {
		t.Fatal(err)
	}
	l := lead(t, c)
	due, err := c.Due(t.Context(), l, day, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i, target := range due {
		_, d := page("w.example", i)
		d.Article.Text, d.Article.Title, d.Article.Authors = texts[i], "T", nil
		v := &store.Visit{Lease: l, Target: target, Started: day, State: store.StateFetched, Status: 200, Fetched: true, Capture: answer(target.URL, []byte(texts[i])), Document: d}
		if err := c.Record(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	wrong, asked := 0, 0
	for range 300 {
		s := []rune(texts[r.IntN(len(texts))])
		at := r.IntN(len(s) - 4)
		q := strings.TrimSpace(string(s[at : at+1+r.IntN(4)]))
		hits, err := a.Search(t.Context(), store.Query{Text: q, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			asked++
			if !strings.Contains(h.Snippet, markStart) {
				wrong++
				t.Logf("%q is found in %q but not marked", q, h.Entry.Text)
			}
		}
	}
	if asked == 0 || wrong > 0 {
		t.Errorf("%d of %d hits are not marked", wrong, asked)
	}
}

// FuzzText: what goes through the archive as JSON comes back clean and is
// otherwise the same.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\x00b", `\u0000`, `\\u0000`, "\\\x00", "\xff", "<&>\u2028", "習"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var back []string
		if err := fromJSON(text(toJSON([]string{s})), &back); err != nil || back[0] != clean(s) {
			t.Errorf("%q as JSON comes back as %q, %v, want %q", s, back, err, clean(s))
		}
		if c := clean(s); !utf8.ValidString(c) || strings.Contains(c, "\x00") || clean(c) != c {
			t.Errorf("clean(%q) = %q", s, c)
		}
	})
}

// FuzzUnpack: a damaged payload is an error, whatever it holds.
func FuzzUnpack(f *testing.F) {
	a := openTest(f, Options{})
	f.Cleanup(func() { a.Close() })
	body := []byte(strings.Repeat("a body that is kept; ", 50))
	f.Add(a.compress(body), []byte(nil), int64(len(body)))
	f.Add(a.compress(nil), []byte("dictionary"), int64(0))
	f.Add([]byte("\x28\xb5\x2f\xfd\xa4\xff\xff\xff\xff"), []byte{}, int64(1<<40))
	digest := digestOf(body)
	f.Fuzz(func(t *testing.T, packed, dictionary []byte, size int64) {
		if size > 1<<20 && size <= sizeMost {
			size %= 1 << 20 // memory for the fuzzer's sake
		}
		got, err := unpack(packed, dictionary, size, digest)
		if err == nil && string(got) != string(body) {
			t.Errorf("%x unpacks to %q, which has not the digest it was kept with", packed, got)
		}
	})
}
