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
func openToSearch(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{MustExist: true, MadeBy: madeBy()})
	if err == nil {
		return st, nil
	}
	return openToRead(ctx, path) // it may be on a read-only disk; or this says what is wrong
}

// openToCrawl opens an archive for a crawl, and makes it if it is not there.
func openToCrawl(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{MadeBy: madeBy()})
	if err != nil {
		return nil, err // it names the file
	}
	return st, nil
}
