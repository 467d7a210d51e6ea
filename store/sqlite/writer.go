package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

const (
	// walLimit is the size of the log from which the writer waits for readers
	// to let go of it, so that it does not grow without bound.
	walLimit = 32 << 20
	// walStep is how much it may grow before that is tried again in vain.
	walStep = 8 << 20
	// walWait is how long the writer waits then, in milliseconds. The reads of
	// this package take less.
	walWait = 500
)

// writer is the archive's only writing connection. Its statements are prepared
// once and kept.
type writer struct {
	archive *Archive
	db      *sql.DB

	mu    sync.Mutex
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	// trimAt is the size of the log from which it is to be emptied.
	trimAt int64
}

func newWriter(ctx context.Context, a *Archive, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{archive: a, db: db, conn: conn, stmts: map[string]*sql.Stmt{}, trimAt: walLimit}, nil
}

// tx is one write transaction. What it does is not interrupted by the context
// of a caller: a transaction is short, and a caller that has gone away must
// not undo the work of others.
type tx struct{ w *writer }

// write runs f in one transaction that sees no other writer from its first
// statement on (BEGIN IMMEDIATE). If f fails nothing of it stays.
func (w *writer) write(f func(t tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return errors.New("the archive is closed")
	}
	t := tx{w}
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return w.archive.explain(err)
	}
	err := f(t)
	if err == nil {
		err = t.exec("COMMIT")
	}
	if err != nil {
		// The rollback's own error tells nothing new: SQLite may have rolled
		// back already (disk full), and what is not committed never counts.
		_ = t.exec("ROLLBACK")
		return w.archive.explain(err)
	}
	w.trimLog()
	return nil
}

// trimLog keeps the log short. SQLite moves it into the file by itself every
// few thousand pages, but starts it anew only at a moment when no reader uses
// it, which may never come by chance. So from a certain size on the writer
// waits for that moment. Where it does not come (another program reads for
// minutes) the log grows on: that costs disk, not data.
func (w *writer) trimLog() {
	size := w.archive.logBytes()
	if size < w.trimAt {
		return
	}
	w.trimAt = walLimit
	if err := w.emptyLog(walWait); err != nil {
		w.trimAt = size + walStep
	}
}

// emptyLog moves the log into the file and makes it empty, waiting at most so
// many milliseconds for readers.
func (w *writer) emptyLog(wait int) error {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", wait)); err != nil {
		return err
	}
	var busy, pages, moved int
	err := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err == nil && busy != 0 {
		err = errors.New("the log is in use")
	}
	_, err2 := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout))
	return errors.Join(err, err2)
}

// stmt gives the prepared statement of a query.
func (t tx) stmt(query string) (*sql.Stmt, error) {
	if s := t.w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	t.w.stmts[query] = s
	return s, nil
}

// exec runs a statement.
func (t tx) exec(query string, args ...any) error {
	_, err := t.result(query, args...)
	return err
}

// insert runs an INSERT and gives the new row's id.
func (t tx) insert(query string, args ...any) (int64, error) {
	r, err := t.result(query, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func (t tx) result(query string, args ...any) (sql.Result, error) {
	s, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// row reads at most one row into dest and says whether there was one.
func (t tx) row(query string, args []any, dest ...any) (bool, error) {
	s, err := t.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(context.Background(), args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// close moves the log into the file and closes the connection.
func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return nil
	}
	var errs []error
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	// Another process that reads keeps it from emptying the log, which then
	// stays until that one closes: no error.
	_ = w.emptyLog(walWait)
	errs = append(errs, w.conn.Close(), w.db.Close())
	w.conn = nil
	return errors.Join(errs...)
}
