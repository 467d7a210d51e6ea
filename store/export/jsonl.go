package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// JSONL is one JSON object a line (https://jsonlines.org): UTF-8, every field
// in every line, null where absent.
var JSONL = Format{
	Name:       "jsonl",
	Extensions: []string{".jsonl", ".ndjson", ".json"},
	New:        func(w io.Writer) Encoder { return newJSONL(w) },
}

type jsonl struct {
	w    io.Writer
	line bytes.Buffer
	enc  *json.Encoder
}

func newJSONL(w io.Writer) *jsonl {
	e := &jsonl{w: w}
	e.enc = json.NewEncoder(&e.line)
	e.enc.SetEscapeHTML(false) // < and > are plain in JSON, and articles are full of them
	return e
}

// Encode writes one line in one write.
func (e *jsonl) Encode(r *Record) error {
	e.line.Reset()
	before := byte('{')
	for _, f := range fields {
		e.line.WriteByte(before)
		before = ','
		fmt.Fprintf(&e.line, "%q:", f.name)
		if err := e.enc.Encode(f.value(r)); err != nil {
			return fmt.Errorf("encode %s of %s: %w", f.name, r.URL, err)
		}
		e.line.Truncate(e.line.Len() - 1) // the line end that json.Encoder adds
	}
	e.line.WriteString("}\n")
	_, err := e.w.Write(e.line.Bytes())
	return err
}

// Close does nothing: the last line is already whole.
func (e *jsonl) Close() error { return nil }
