package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"stet/store"
	"stet/store/sqlite"
)

// archiveFlag adds --archive to a verb.
func archiveFlag(cmd *cobra.Command) *string {
	return cmd.Flags().StringP("archive", "a", "archive.db", "the archive `FILE`")
}

// openToRead opens an archive that must be there, and does not change it.
func openToRead(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: true, MustExist: true, MadeBy: madeBy()})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hinted(fmt.Errorf("no archive at %s", path),
			"stet crawl URL makes one; --archive FILE names another")
	}
	if err != nil {
		return nil, err // it names the file
	}
	return st, nil
}

// openToSearch opens an archive that must be there, and may bring its search
// index up to date if it can be written.
//
// If it can only be read, as on a full or a read-only disk, it says so: what
// is not in the index yet is not found.
func openToSearch(ctx context.Context, c *console, path string) (store.Store, error) {
	writable, unwritable := sqlite.Open(ctx, path, sqlite.Options{MustExist: true, MadeBy: madeBy()})
	if unwritable == nil {
		return writable, nil
	}
	st, err := openToRead(ctx, path)
	if err == nil {
		fmt.Fprintf(c.err, "stet: articles crawled since the last search are not found, as the search index cannot be written: %s\n", clean(cause(unwritable)))
	}
	return st, err
}

// cause gives the plain reason behind an error of the archive.
func cause(err error) string {
	switch {
	case statusOf(err) == full:
		return "no space left on the disk"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	return err.Error()
}

// openToCrawl opens an archive for a crawl, and makes it if it is not there.
func openToCrawl(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{MadeBy: madeBy()})
	if err != nil {
		return nil, err // it names the file
	}
	return st, nil
}
