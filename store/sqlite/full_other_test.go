//go:build !linux

package sqlite

import "errors"

// fillChild needs a limit of the size of files.
func fillChild(string) error { return errors.New("only on Linux") }
