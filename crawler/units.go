package crawler

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that reads "1s", "500ms", "2h" and plain
// seconds ("1.5") in flags, JSON and TOML.
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	v, err := time.ParseDuration(s)
	if err != nil {
		f, ferr := strconv.ParseFloat(s, 64)
		if ferr != nil {
			return fmt.Errorf("%q is not a duration such as 1s, 500ms or 2h", s)
		}
		v = time.Duration(f * float64(time.Second))
	}
	if v < 0 {
		return fmt.Errorf("a duration cannot be negative: %q", s)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes a duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Duration) String() string { return time.Duration(d).String() }

// Set and Type make it a flag.
func (d *Duration) Set(s string) error { return d.UnmarshalText([]byte(s)) }

// Type names the unit in the help.
func (d *Duration) Type() string { return "duration" }

// Size is a number of bytes that reads "500MB", "2GiB" and plain numbers.
type Size int64

var sizeUnits = []struct {
	suffix string
	bytes  float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
	{"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"t", 1e12}, {"b", 1}, {"", 1},
}

// UnmarshalText reads a size.
func (z *Size) UnmarshalText(b []byte) error {
	s := strings.ToLower(strings.TrimSpace(string(b)))
	for _, u := range sizeUnits {
		n, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
		if err != nil || f < 0 || f*u.bytes > 1<<62 {
			break
		}
		*z = Size(f * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is not a size such as 500MB or 2GiB", string(b))
}

// MarshalText writes a size in bytes.
func (z Size) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(z), 10), nil }

func (z Size) String() string {
	switch {
	case z == 0:
		return "0"
	case z%(1<<30) == 0:
		return strconv.FormatInt(int64(z>>30), 10) + "GiB"
	case z%(1<<20) == 0:
		return strconv.FormatInt(int64(z>>20), 10) + "MiB"
	}
	return strconv.FormatInt(int64(z), 10) + "B"
}

// Set and Type make it a flag.
func (z *Size) Set(s string) error { return z.UnmarshalText([]byte(s)) }

// Type names the unit in the help.
func (z *Size) Type() string { return "size" }
