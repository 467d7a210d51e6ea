package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"stet/store"
)

// code is the extended result code of an SQLite error, 0 for another error.
func code(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// explain turns an error of SQLite into one of package store where there is a
// word for it.
func (a *Archive) explain(err error) error { return explain(a.path, err) }

func explain(path string, err error) error {
	switch c := code(err); {
	case err == nil, errors.Is(err, store.ErrFull):
		return err
	case c&0xff == lib.SQLITE_FULL, c&0xff == lib.SQLITE_IOERR && noSpace(filepath.Dir(path)):
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case c&0xff == lib.SQLITE_BUSY:
		return fmt.Errorf("another program is writing to the archive: %w", err)
	case c&0xff == lib.SQLITE_READONLY:
		return fmt.Errorf("the archive may not be written to: %w", fs.ErrPermission)
	}
	return err
}

// noSpace says whether dir takes no more bytes. Where the disk is full SQLite
// reports some failures (of the -shm file, of fsync, over quota) as mere I/O
// errors.
func noSpace(dir string) bool {
	f, err := os.CreateTemp(dir, ".stet-space-*")
	if err != nil {
		return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(make([]byte, 64<<10))
	err = errors.Join(err, f.Close())
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
