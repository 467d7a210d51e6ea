package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	sqlite "modernc.org/sqlite"
)

const (
	// applicationID marks the file as ours, in the header where file(1) and
	// others look: "stet" in ASCII.
	applicationID = 0x73746574
	// pageSize of a new archive. Recording a page costs the same with 4, 8 and
	// 16 KiB (within 3 %); a million targets cost 25, 30 and 30 µs each.
	pageSize = 4096
	// busyTimeout is how long a connection waits for another program that
	// writes, in milliseconds.
	busyTimeout = 30_000
	// readers is the number of connections that read at once.
	readers = 4
)

// pragma is a setting of a connection and what it must read back as.
type pragma struct{ name, value string }

// The settings that every connection has. A misspelt pragma is accepted
// without a word, so each is read back.
//
// mmap stays off: a read error in mapped memory kills the process, and mapped
// pages count as its memory. The caches are bounded (in KiB): 8 MiB for the
// writer, 1 MiB for each reader.
var (
	commonPragmas = []pragma{
		{"busy_timeout", strconv.Itoa(busyTimeout)},
		{"foreign_keys", "1"},
		{"trusted_schema", "0"}, // an archive may come from a stranger
		{"cell_size_check", "1"},
		{"mmap_size", "0"},
	}
	writerPragmas = join(commonPragmas, []pragma{
		{"journal_mode", "wal"},
		{"synchronous", "2"},
		{"cache_size", "-8192"},
		{"wal_autocheckpoint", "4000"},
		{"journal_size_limit", "16777216"},
	})
	readerPragmas = join(commonPragmas, []pragma{
		{"synchronous", "2"},
		{"cache_size", "-1024"},
		{"query_only", "1"},
	})
)

func join(lists ...[]pragma) []pragma {
	var all []pragma
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// params say how a connection is made.
type params struct {
	mode      string // ro or rw: never create
	immutable bool
	pragmas   []pragma
}

// connector opens connections to one file, all with the same settings, and
// checks them on each.
type connector struct {
	dsn     string
	pragmas []pragma
}

func newConnector(path string, p params) *connector {
	q := url.Values{"mode": {p.mode}, "_defensive": {"1"}, "_dqs": {"0"}, "_error_rc": {"1"}}
	if p.immutable {
		q.Set("immutable", "1")
	}
	for _, s := range p.pragmas {
		q.Add("_pragma", s.name+"("+s.value+")")
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return &connector{dsn: u.String(), pragmas: p.pragmas}
}

// Driver is SQLite's.
func (c *connector) Driver() driver.Driver { return &sqlite.Driver{} }

// Connect opens a connection and reads its settings back.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	for _, p := range c.pragmas {
		if err := verify(ctx, conn, p); err != nil {
			_ = conn.Close() // the first error says more
			return nil, err
		}
	}
	return conn, nil
}

// verify reads a setting back.
func verify(ctx context.Context, conn driver.Conn, p pragma) error {
	q, ok := conn.(driver.QueryerContext)
	if !ok {
		return fmt.Errorf("the driver's connection cannot be asked")
	}
	rows, err := q.QueryContext(ctx, "PRAGMA "+p.name, nil)
	if err != nil {
		return fmt.Errorf("read pragma %s: %w", p.name, err)
	}
	defer rows.Close()
	got := make([]driver.Value, len(rows.Columns()))
	if len(got) != 1 {
		return fmt.Errorf("pragma %s is unknown to SQLite", p.name)
	}
	if err := rows.Next(got); err != nil {
		return fmt.Errorf("read pragma %s: %w", p.name, err)
	}
	if s := fmt.Sprint(got[0]); s != p.value {
		return fmt.Errorf("pragma %s is %s, not %s", p.name, s, p.value)
	}
	return nil
}
