package export

import (
	"io"
	"slices"
)

// Encoder writes records in one format. It buffers nothing that Close does not
// write out, and does not close what it writes to.
type Encoder interface {
	Encode(*Record) error
	// Close writes what the format needs at its end.
	Close() error
}

// Format is one way of writing records.
type Format struct {
	Name       string   // as given to --format
	Extensions []string // file names that ask for it, with the dot
	New        func(io.Writer) Encoder
}

// Formats are all formats, the default first.
var Formats = []Format{JSONL, CSV}

// Named gives the format of a name.
func Named(name string) (Format, bool) {
	return find(func(f Format) bool { return f.Name == name })
}

// ForExtension gives the format that a file name extension such as ".csv"
// asks for.
func ForExtension(ext string) (Format, bool) {
	return find(func(f Format) bool { return slices.Contains(f.Extensions, ext) })
}

// Names are the names of all formats.
func Names() []string {
	var names []string
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return names
}

func find(match func(Format) bool) (Format, bool) {
	i := slices.IndexFunc(Formats, match)
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}
