// Package sqlite keeps the contract of package store in one SQLite file.
//
// The file is in WAL mode with synchronous=FULL: what a call reported as
// committed survives a power cut. One connection writes, a few read. While
// the archive is open there are two more files beside it (-wal, -shm); after
// Close only the one file is left.
//
// It does not fetch, extract or decide what to visit. Nothing else in the same
// process may open and close the file by name while an archive is open: on
// Unix that drops the locks SQLite holds on it.
//
// Start with [Open]. The schema is in migration/*.sql; its names are public.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"stet/store"
)

// Options says how to open an archive. The zero value creates or opens it for
// reading and writing.
type Options struct {
	// ReadOnly opens an existing archive for reading: it works where nothing
	// may be written, and the search index is then not brought up to date.
	ReadOnly bool
	// MustExist refuses to create an archive.
	MustExist bool
	// MadeBy names the program and its version, for the record.
	MadeBy string

	pageSize   int      // of a new file; 0 for the default
	migrations []string // in place of the ones built in
	hash       keyHash  // in place of sha256Key
}

// Archive is an archive in one SQLite file. It implements [store.Store].
type Archive struct {
	path     string
	format   int // older than the newest only where the archive is read-only
	readOnly bool
	madeBy   string
	hash     keyHash

	compressor *zstd.Encoder

	readers *sql.DB
	writer  *writer // nil where the archive is read-only

	mu     sync.Mutex
	crawls map[*crawl]bool // those not finished: one, and those it took over from
}

var _ store.Store = (*Archive)(nil)

// Close gives the archive back. A crawl that was not finished ends as
// interrupted.
func (a *Archive) Close() error {
	a.mu.Lock()
	open := slices.Collect(maps.Keys(a.crawls))
	a.mu.Unlock()
	var errs []error
	for _, c := range open {
		err := c.Finish(context.Background(), c.now(), store.RunInterrupted, "the archive was closed")
		if !errors.Is(err, store.ErrStale) { // it was taken over and has nothing to give back
			errs = append(errs, err)
		}
	}
	if a.readers != nil {
		errs = append(errs, a.readers.Close())
	}
	if a.writer != nil {
		errs = append(errs, a.writer.close())
	}
	return errors.Join(errs...)
}

// fileSize is the size of a file, 0 if there is none.
func fileSize(path string) int64 {
	fi, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return fi.Size()
}

// fileBytes is the size of the archive with its log.
func (a *Archive) fileBytes() int64 { return fileSize(a.path) + a.logBytes() }

// logBytes is the size of the log beside the file.
func (a *Archive) logBytes() int64 { return fileSize(a.path + "-wal") }

// timeLayout is RFC 3339 in UTC with milliseconds: text order is time order.
const timeLayout = "2006-01-02T15:04:05.000Z"

// stamp is a time as kept in the archive, nil for the zero time.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeLayout)
}

// stampUp is stamp rounded up to the next millisecond, for times before which
// something must not happen.
func stampUp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t.Add(time.Millisecond - time.Nanosecond))
}

// text is a text column that may be NULL, which reads as "".
type text string

// Scan reads a column.
func (t *text) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = ""
	case string:
		*t = text(v)
	case []byte:
		*t = text(v)
	default:
		*t = text(fmt.Sprint(v)) // a number, written by another hand
	}
	return nil
}

// time reads a time; what is absent or no time is the zero time.
func (t text) time() time.Time {
	v, err := time.Parse(time.RFC3339, string(t))
	if err != nil {
		return time.Time{}
	}
	return v
}

// null is s as an SQL value: NULL where it is empty.
func null(s string) any {
	if s == "" {
		return nil
	}
	return clean(s)
}

// seconds is a duration as kept in the archive.
func seconds(d time.Duration) float64 { return d.Seconds() }

// readSeconds reads a duration of the archive.
func readSeconds(f float64) time.Duration { return time.Duration(f * float64(time.Second)) }
