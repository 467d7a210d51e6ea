package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	lib "modernc.org/sqlite/lib"

	"stet/store"
)

// Open opens the archive at path, and creates it if it does not exist and o
// allows. A file that is no archive is left as it is (store.ErrNotArchive), so
// is an archive that a newer version made (*store.NewerError).
func Open(ctx context.Context, path string, o Options) (*Archive, error) {
	a, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return a, nil
}

func open(ctx context.Context, path string, o Options) (*Archive, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	steps := o.migrations
	if steps == nil {
		steps = migrations()
	}
	if err := makeIfMissing(ctx, path, o, steps); err != nil {
		return nil, explain(path, err)
	}
	if err := probe(ctx, path, len(steps)); err != nil {
		return nil, err
	}
	a := &Archive{path: path, readOnly: o.ReadOnly, madeBy: o.MadeBy, hash: o.hash, crawls: map[*crawl]bool{}}
	if a.hash == nil {
		a.hash = sha256Key
	}
	if a.compressor, err = newCompressor(); err != nil {
		return nil, err
	}
	if o.ReadOnly {
		err = a.openReadOnly(ctx, len(steps))
	} else {
		err = a.openWritable(ctx, steps)
	}
	if err != nil {
		return nil, errors.Join(a.explain(err), a.Close())
	}
	return a, nil
}

// makeIfMissing creates the archive where there is no file or an empty one.
func makeIfMissing(ctx context.Context, path string, o Options, steps []string) error {
	fi, err := os.Stat(path)
	mayMake := !o.ReadOnly && !o.MustExist
	switch {
	case errors.Is(err, fs.ErrNotExist) && mayMake:
		return createAside(ctx, path, o, steps)
	case err != nil:
		return err
	case !fi.Mode().IsRegular():
		return fmt.Errorf("%w: it is no regular file", store.ErrNotArchive)
	case fi.Size() > 0:
		return nil
	case !mayMake:
		return fmt.Errorf("%w: the file is empty", store.ErrNotArchive)
	}
	return create(ctx, path, o, steps)
}

// createAside makes a new archive under another name and gives it its own only
// when it is whole: whoever finds a file at path finds an archive. Two
// processes may do so at once: one of them wins, both go on with its file.
func createAside(ctx context.Context, path string, o Options, steps []string) error {
	aside := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.new-%d-%d", filepath.Base(path), os.Getpid(), time.Now().UnixNano()))
	f, err := os.OpenFile(aside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err // the name is none that anyone asked for
	}
	if err != nil {
		return err
	}
	defer os.Remove(aside)
	if err := f.Close(); err != nil {
		return err
	}
	if err := create(ctx, aside, o, steps); err != nil {
		return err
	}
	err = os.Link(aside, path)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was first
	}
	if err != nil { // a file system without links
		if _, statErr := os.Stat(path); statErr == nil {
			return nil
		}
		err = os.Rename(aside, path)
	}
	return err
}

// create makes an archive out of an empty file, in one transaction and without
// a log. If another process did so meanwhile it is left as it is.
func create(ctx context.Context, path string, o Options, steps []string) error {
	size := o.pageSize
	if size == 0 {
		size = pageSize
	}
	db := sql.OpenDB(newConnector(path, params{mode: "rw", pragmas: []pragma{
		{"page_size", fmt.Sprint(size)}, {"journal_mode", "delete"}, {"synchronous", "3"},
	}}))
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := migrate(ctx, conn, steps, 0, o.MadeBy); err != nil {
		return err
	}
	// From now on it is in WAL mode; without a log there is nothing to wait for.
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = wal"); err != nil {
		return err
	}
	return errors.Join(conn.Close(), db.Close())
}

// probe reads what a file is without touching it and its directory: it takes
// no lock, reads no log and makes no files (immutable=1). Only where a log
// stands beside a file that makes no sense without it (a crash while the log
// was moved into the file) it is read with its log.
func probe(ctx context.Context, path string, known int) error {
	err := probeWith(ctx, path, params{mode: "ro", immutable: true}, known)
	if code(err)&0xff == lib.SQLITE_CORRUPT && fileSize(path+"-wal") > 0 {
		err = probeWith(ctx, path, params{mode: "ro"}, known)
	}
	switch code(err) & 0xff {
	case lib.SQLITE_NOTADB:
		err = fmt.Errorf("%w: it is no SQLite database", store.ErrNotArchive)
	case lib.SQLITE_CORRUPT:
		err = fmt.Errorf("it is damaged: %w", err)
	}
	return err
}

func probeWith(ctx context.Context, path string, p params, known int) error {
	db := sql.OpenDB(newConnector(path, p))
	defer db.Close()
	var id int
	if err := db.QueryRowContext(ctx, "SELECT * FROM pragma_application_id").Scan(&id); err != nil {
		return err
	}
	if id != applicationID {
		return fmt.Errorf("%w: it is another program's SQLite database", store.ErrNotArchive)
	}
	format, err := userVersion(ctx, db)
	if err != nil {
		return err
	}
	return checkFormat(ctx, db, format, known)
}

// querier is a connection or a pool.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// checkFormat refuses an archive of a newer format.
func checkFormat(ctx context.Context, q querier, format, known int) error {
	if format <= known {
		return nil
	}
	e := &store.NewerError{Format: format, Known: known, MadeBy: "a newer version"}
	var by string
	// The table may look different in that format: then the name stays vague.
	if q.QueryRowContext(ctx, "SELECT made_by FROM archive").Scan(&by) == nil && by != "" {
		e.MadeBy = by
	}
	return e
}

func (a *Archive) openWritable(ctx context.Context, steps []string) error {
	db := sql.OpenDB(newConnector(a.path, params{mode: "rw", pragmas: writerPragmas}))
	db.SetMaxOpenConns(1)
	w, err := newWriter(ctx, a, db)
	if err != nil {
		return errors.Join(notWritable(err), db.Close())
	}
	a.writer = w
	if err := w.write(func(tx) error { return nil }); err != nil {
		return notWritable(err)
	}
	format, err := userVersion(ctx, w.conn)
	if err != nil {
		return err
	}
	if err := checkFormat(ctx, w.conn, format, len(steps)); err != nil {
		return err
	}
	if format < len(steps) {
		if err := migrate(ctx, w.conn, steps, format, a.madeBy); err != nil {
			return err
		}
	}
	a.format = len(steps)
	return a.openReaders(ctx, params{mode: "rw", pragmas: readerPragmas})
}

// openReadOnly opens the archive for reading, in whatever format it is: it may
// lie where nothing can be written, or an older version may be at it.
func (a *Archive) openReadOnly(ctx context.Context, known int) error {
	if err := a.openOnlyReaders(ctx); err != nil {
		return err
	}
	format, err := userVersion(ctx, a.readers) // probe does not see what is only in the log yet
	if err != nil {
		return err
	}
	a.format = format
	return checkFormat(ctx, a.readers, format, known)
}

// openOnlyReaders opens the readers of an archive that has no writer here.
// Where its directory can be written, another process may be writing, and the
// readers take part in its log. Where it cannot (a read-only disk), nobody
// writes, and SQLite is told so, or else it would not read a file in WAL mode.
func (a *Archive) openOnlyReaders(ctx context.Context) error {
	err := a.openReaders(ctx, params{mode: "rw", pragmas: readerPragmas})
	if err == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	if c := code(err) & 0xff; c != lib.SQLITE_CANTOPEN && c != lib.SQLITE_READONLY && c != lib.SQLITE_IOERR {
		return err
	}
	if fileSize(a.path+"-wal") > 0 {
		return fmt.Errorf("its log %s-wal holds pages that are not in the file yet: copy both to where they can be written: %w", filepath.Base(a.path), err)
	}
	return a.openReaders(ctx, params{mode: "ro", immutable: true, pragmas: readerPragmas})
}

// openReaders opens the pool of readers and one connection of it.
func (a *Archive) openReaders(ctx context.Context, p params) error {
	db := sql.OpenDB(newConnector(a.path, p))
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM archive").Scan(&n); err != nil {
		return errors.Join(err, db.Close())
	}
	a.readers = db
	return nil
}

// notWritable says in words what SQLite means by an archive it cannot open for
// writing.
func notWritable(err error) error {
	if c := code(err) & 0xff; c == lib.SQLITE_READONLY || c == lib.SQLITE_CANTOPEN {
		return fmt.Errorf("it cannot be written: %w: %w", fs.ErrPermission, err)
	}
	return err
}

func userVersion(ctx context.Context, q querier) (int, error) {
	var v int
	err := q.QueryRowContext(ctx, "SELECT * FROM pragma_user_version").Scan(&v)
	return v, err
}
