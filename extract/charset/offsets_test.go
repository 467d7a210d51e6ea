package charset

import "testing"

// FuzzOffsets checks that every encoding, one character at a time, reads as
// it does all at once, and that offsets fall where characters begin.
func FuzzOffsets(f *testing.F) {
	f.Add([]byte("a\x00b\xe9\xff"))
	f.Add([]byte("\x1b$B$3$s\x1b(B \x1b$B\x1b$B$\x1b"))
	f.Add([]byte("\x3d\xd8\x00\xde\x3d\xd8a\x00x"))
	f.Add([]byte("\x88\x62\x8f\xa2\xaf\x81\x30\x89\x38\x8e\xb1\x81"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, enc := range encodings() {
			text, name := finish(enc, body)
			if _, n := byteOrderMark(body); n > 0 || enc.stepper() == nil {
				continue
			}
			at := make([]int, len(text)+1)
			for i := range at {
				at[i] = i
			}
			raw, last := Offsets(body, name, text, at), 0
			if raw[0] != 0 || raw[len(text)] < 0 {
				t.Fatalf("%s: %q: the ends are at %d and %d", name, body, raw[0], raw[len(text)])
			}
			for i, n := range raw {
				if n < 0 {
					continue
				}
				if n < last {
					t.Fatalf("%s: %q: offset %d is at %d, before %d", name, body, i, n, last)
				}
				last = n
			}
		}
	})
}
