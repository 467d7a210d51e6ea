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
		return nil, opening(path, err)
	}
	return st, nil
}

// openToCrawl opens an archive for a crawl, and makes it if it is not there.
func openToCrawl(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{MadeBy: madeBy()})
	if err != nil {
		return nil, opening(path, err)
	}
	return st, nil
}

func opening(path string, err error) error {
	return fmt.Errorf("open the archive %s: %w", path, withoutPath(err))
}
