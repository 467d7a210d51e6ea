package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// ToFile lets write fill a file that appears under its name only when it is
// whole and safely on the disk: it is written under a temporary name beside
// it, synced and renamed, and removed if anything fails. A file that is there
// already stays as it is until then, and is replaced. What is not a regular
// file (/dev/stdout, a named pipe) is written as it stands.
func ToFile(path string, write func(io.Writer) error) error {
	path = followed(path)
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return &fs.PathError{Op: "write", Path: path, Err: errors.New("is a folder")}
	}
	if err == nil && !info.Mode().IsRegular() {
		return toSpecial(path, write)
	}
	f, err := temporary(path)
	if err != nil {
		return err
	}
	if err := fill(f, write); err != nil {
		os.Remove(f.Name()) // the first error is the one that tells; a leftover is only litter
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// followed gives what a symbolic link points to, so that the file is replaced
// and not the link.
func followed(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path // not there yet
}

func toSpecial(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		f.Close() // write's error comes first
		return err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// temporary opens a new file beside path. It has the mode any new file of the
// user has, which os.CreateTemp's would not.
func temporary(path string) (*os.File, error) {
	for range 100 {
		name := fmt.Sprintf("%s.%08x.part", path, rand.Uint32())
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "create a temporary file for", Path: path, Err: fs.ErrExist}
}

// fill writes, syncs and closes the file.
func fill(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		f.Close() // the first error is the one that tells
		return err
	}
	return f.Close()
}

// syncFolder makes the rename last through a power cut. Systems that cannot
// sync a folder (Windows) keep the rename anyway.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // see above
	return d.Close()
}
