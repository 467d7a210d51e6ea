package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// walLimit is the size of the log from which the writer waits for readers to
// let go of it, so that it does not grow without bound.
const walLimit = 48 << 20

// writer is the archive's only writing connection. Its statements are prepared
// once and kept.
type writer struct {
	archive *Archive
	db      *sql.DB

	mu    sync.Mutex
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newWriter(ctx context.Context, a *Archive, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{archive: a, db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
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
// few thousand pages, but starts it anew only when no reader uses it. Waiting
// for them is tried when it has become long; where it fails (another program
// reads for minutes) the log grows on: that costs disk, not data.
func (w *writer) trimLog() {
	if size := w.archive.logBytes(); size > walLimit {
		_, _ = w.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	}
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
	_, _ = w.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	errs = append(errs, w.conn.Close(), w.db.Close())
	w.conn = nil
	return errors.Join(errs...)
}
