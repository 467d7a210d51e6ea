package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"path"
	"time"
)

//go:embed migration/*.sql
var migrationFiles embed.FS

// migrations gives the texts that lead from nothing to format 1, from there to
// format 2, and so on. One that is released is never edited. Archives that
// cannot be written are read in the format they are in: what a later format
// added counts as absent.
func migrations() []string {
	var steps []string
	for n := 1; ; n++ {
		b, err := migrationFiles.ReadFile(path.Join("migration", fmt.Sprintf("%04d.sql", n)))
		if err != nil {
			return steps // the numbers end here
		}
		steps = append(steps, string(b))
	}
}

// migrate brings an archive from one format to the newest in one transaction:
// it is whole in the old format or whole in the new one. If another process
// did so meanwhile nothing is done.
func migrate(ctx context.Context, conn *sql.Conn, steps []string, from int, madeBy string) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// Its own error tells nothing new: a full disk has rolled back already.
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	now, err := userVersion(ctx, conn)
	if err != nil {
		return err
	}
	if now != from {
		_, err := conn.ExecContext(ctx, "COMMIT")
		return err
	}
	if from > 0 {
		if err := refuseHeld(ctx, conn); err != nil {
			return err
		}
	}
	for n := from; n < len(steps); n++ {
		if _, err := conn.ExecContext(ctx, steps[n]); err != nil {
			return fmt.Errorf("bring the archive to format %d: %w", n+1, err)
		}
	}
	if err := setFormat(ctx, conn, from, len(steps), madeBy); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}

// setFormat writes down which format the archive has now.
func setFormat(ctx context.Context, conn *sql.Conn, from, to int, madeBy string) error {
	if madeBy == "" {
		madeBy = "stet"
	}
	pragmas := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, to)
	if _, err := conn.ExecContext(ctx, pragmas); err != nil {
		return err
	}
	if from == 0 {
		_, err := conn.ExecContext(ctx, `INSERT INTO archive (id, format, made_by, created_at) VALUES (1, ?, ?, ?)`,
			to, madeBy, stamp(time.Now()))
		return err
	}
	_, err := conn.ExecContext(ctx, `UPDATE archive SET format = ?, made_by = ?`, to, madeBy)
	return err
}

// refuseHeld refuses to change an archive under a running crawl.
func refuseHeld(ctx context.Context, q querier) error {
	var owner, until text
	if err := q.QueryRowContext(ctx, "SELECT crawl_owner, crawl_until FROM archive").Scan(&owner, &until); err != nil {
		return err
	}
	return heldBy(string(owner), until.time(), time.Now())
}
