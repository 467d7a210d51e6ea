package export_test

import (
	"bytes"
	gocsv "encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"stet/extract"
	"stet/store"
	"stet/store/export"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// records are one full page, one that needs every kind of quoting, and one
// that is no article.
func records(t *testing.T) []export.Record {
	t.Helper()
	entries := []store.Entry{{
		Article: extract.Article{
			URL: "https://news.example/2024/05/river", CanonicalURL: "https://news.example/river",
			Title: "The river & the town", Authors: []string{"Ada Moreau", "Li Wen"},
			PublishedAt: "2024-05-31T08:00:00+02:00", ModifiedAt: "2024-06-01", SiteName: "Example News",
			Language: "en", Description: "A flood.", Section: "Local", Tags: []string{"flood", "town"},
			Image: "https://news.example/r.jpg", License: "CC-BY-4.0",
			Text: "The river rose.\nThe town slept.", HTML: "<p>The <b>river</b> rose.</p><p>The town slept.</p>",
			WordCount: 6, Quality: 0.875,
		},
		Kind: "article", CapturedAt: time.Date(2024, 6, 2, 10, 20, 30, 456e6, time.FixedZone("", 7200)), Status: 200,
		ContentDigest: strings.Repeat("ab", 32), TextDigest: strings.Repeat("cd", 32), Revision: 2, Extractor: "stet/1",
	}, {
		Article: extract.Article{
			URL: "https://news.example/引号", Title: `Он сказал: "да", и ушёл`, Authors: []string{`O'Neil, "Kit"`},
			Language: "zh-Hans", Text: " 第一段，\r\n第二段", HTML: "<p>第一段，</p><p>第二段</p>", WordCount: 6, Quality: 1,
		},
		Kind: "article", Status: 200, Revision: 1,
	}, {
		Article: extract.Article{URL: "https://news.example/", Title: "Front page"}, Kind: "home", Status: 200,
	}}
	links := [][]extract.Link{{
		{URL: "https://source.example/report?a=1&b=2", Text: "the <report>", Rel: "nofollow", Place: extract.PlaceBody},
		{URL: "https://source.example/map", Text: "", Place: extract.PlaceBody},
	}, nil, nil}
	var all []export.Record
	for i, e := range entries {
		r, err := export.NewRecord(e, links[i])
		if err != nil {
			t.Fatalf("NewRecord(%s): %v", e.URL, err)
		}
		all = append(all, r)
	}
	return all
}

func encoded(t *testing.T, f export.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := f.New(&b)
	for _, r := range records(t) {
		if err := enc.Encode(&r); err != nil {
			t.Fatalf("%s: encode %s: %v", f.Name, r.URL, err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatalf("%s: close: %v", f.Name, err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for _, f := range export.Formats {
		got := encoded(t, f)
		golden := filepath.Join("testdata", "records."+f.Name)
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", f.Name, got, want)
		}
	}
}

// The same records must say the same in both formats, read by other programs.
func TestFormatsAgree(t *testing.T) {
	rows, err := gocsv.NewReader(bytes.NewReader(encoded(t, export.CSV))).ReadAll()
	if err != nil {
		t.Fatalf("encoding/csv cannot read it: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(encoded(t, export.JSONL))), "\n")
	if len(rows) != len(lines)+1 {
		t.Fatalf("got %d CSV rows and %d JSON lines", len(rows), len(lines))
	}
	for i, line := range lines {
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("line %d is not JSON: %v", i+1, err)
		}
		if len(m) != len(rows[0]) {
			t.Errorf("line %d: %d fields, the CSV header has %d", i+1, len(m), len(rows[0]))
		}
		for j, name := range rows[0] {
			if cell := rows[i+1][j]; !same(t, cell, m[name]) {
				t.Errorf("line %d, %s: CSV has %q, JSON has %s", i+1, name, cell, m[name])
			}
		}
	}
}

func same(t *testing.T, cell string, value json.RawMessage) bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		t.Fatalf("%s: %v", value, err)
	}
	switch v := v.(type) {
	case nil:
		return cell == ""
	case string:
		// encoding/csv reads CRLF inside a field as LF.
		return cell == strings.ReplaceAll(v, "\r\n", "\n")
	}
	var c any
	return json.Unmarshal([]byte(cell), &c) == nil && reflect.DeepEqual(c, v)
}

// The text must come out byte for byte, or its digest would be wrong.
func TestCSVKeepsLineEnds(t *testing.T) {
	got := string(encoded(t, export.CSV))
	for _, want := range []string{"\"The river rose.\nThe town slept.\"", "\" 第一段，\r\n第二段\""} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q\nwant it to hold %q", got, want)
		}
	}
}

func TestEmptyDataset(t *testing.T) {
	for _, tt := range []struct {
		format export.Format
		want   string
	}{{export.JSONL, ""}, {export.CSV, "url,canonical_url,title,"}} {
		var b bytes.Buffer
		if err := tt.format.New(&b).Close(); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", tt.format.Name, got, tt.want)
		}
	}
}

func TestFormatNames(t *testing.T) {
	for _, f := range export.Formats {
		if got, ok := export.Named(f.Name); !ok || got.Name != f.Name {
			t.Errorf("Named(%q): got %q, %v", f.Name, got.Name, ok)
		}
		for _, ext := range f.Extensions {
			if got, ok := export.ForExtension(ext); !ok || got.Name != f.Name {
				t.Errorf("ForExtension(%q): got %q, %v, want %q", ext, got.Name, ok, f.Name)
			}
		}
	}
	if got, ok := export.Named("xlsx"); ok {
		t.Errorf("Named(xlsx): got %q, want none", got.Name)
	}
	if got, want := export.Names(), []string{"jsonl", "csv"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Names: got %q, want %q", got, want)
	}
}

// fullDisk takes some bytes and then no more.
type fullDisk struct{ room int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(b []byte) (int, error) {
	if len(b) > d.room {
		return 0, errFull
	}
	d.room -= len(b)
	return len(b), nil
}

func TestWriteErrorsArrive(t *testing.T) {
	r := records(t)[0]
	for _, f := range export.Formats {
		for _, room := range []int{0, 10, 400} {
			if err := f.New(&fullDisk{room}).Encode(&r); !errors.Is(err, errFull) {
				t.Errorf("%s into %d bytes: got %v, want %v", f.Name, room, err, errFull)
			}
		}
	}
	if err := export.CSV.New(&fullDisk{}).Close(); !errors.Is(err, errFull) {
		t.Errorf("header of an empty file: got %v, want %v", err, errFull)
	}
}
