package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// CSV is RFC 4180 in UTF-8 without a byte order mark: a header line, records
// ended by CRLF, fields quoted where they must be. Lists are JSON arrays.
//
// Line ends inside a text stay as they are in the archive, so that text_digest
// is still the digest of the text; encoding/csv would turn them into CRLF.
var CSV = Format{
	Name:       "csv",
	Extensions: []string{".csv"},
	New:        func(w io.Writer) Encoder { return &csv{w: w} },
}

type csv struct {
	w      io.Writer
	line   bytes.Buffer
	headed bool
}

// Encode writes one record, after the header if it is the first.
func (e *csv) Encode(r *Record) error {
	if err := e.head(); err != nil {
		return err
	}
	e.line.Reset()
	for i, f := range fields {
		if i > 0 {
			e.line.WriteByte(',')
		}
		s, err := cell(f.value(r))
		if err != nil {
			return fmt.Errorf("encode %s of %s: %w", f.name, r.URL, err)
		}
		quote(&e.line, s)
	}
	e.line.WriteString("\r\n")
	_, err := e.w.Write(e.line.Bytes())
	return err
}

// Close makes sure that even an empty dataset names its columns.
func (e *csv) Close() error { return e.head() }

func (e *csv) head() error {
	if e.headed {
		return nil
	}
	e.headed = true
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	_, err := io.WriteString(e.w, strings.Join(names, ",")+"\r\n")
	return err
}

// cell gives a value as text.
func cell(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// quote writes a field, in double quotes where RFC 4180 2.6 wants them.
// Leading and trailing blanks are quoted too: some readers cut them otherwise.
func quote(b *bytes.Buffer, s string) {
	if !strings.ContainsAny(s, "\",\r\n") && s == strings.TrimSpace(s) {
		b.WriteString(s)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.ReplaceAll(s, `"`, `""`))
	b.WriteByte('"')
}
