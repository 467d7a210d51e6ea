package main

import (
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Titles, addresses and texts come from strangers. Before they reach a
// terminal they lose everything that is not text: escape sequences (which can
// rename the window, write into the clipboard or hide a line), control
// characters, and the marks that turn the direction of what follows.

// sequences are whole control sequences of ECMA-48 and xterm: left without their escape
// character they would stand there as litter.
var sequences = regexp.MustCompile(`\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|\x1b[@-Z\\^_a-z]`)

// clean makes one line of s: sequences and controls gone, white space folded.
func clean(s string) string {
	return strings.Join(strings.Fields(cleanText(s)), " ")
}

// cleanText does the same but keeps lines and tabs.
func cleanText(s string) string {
	if strings.ContainsAny(s, "\x1b\u009b") {
		s = sequences.ReplaceAllString(s, "")
	}
	return strings.Map(printable, s)
}

// printable gives the rune to print for r, or -1 for none.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\u2028' || r == '\u2029' || r == '\u0085': // line and paragraph separators
		return '\n'
	case unicode.IsControl(r), turns(r):
		return -1
	}
	return r
}

// turns says whether a rune embeds, overrides or isolates a direction of
// writing (UAX #9), or is one of the invisible tag characters. The plain marks
// LRM, RLM and ALM change nothing but themselves and stay.
func turns(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' ||
		r >= '\u2066' && r <= '\u2069' ||
		r >= 0xe0000 && r <= 0xe007f
}

// plainWriter passes UTF-8 text on with the controls left out. It keeps a
// character that is cut at the end of a write for the next one.
type plainWriter struct {
	w    io.Writer
	rest []byte
}

func (p *plainWriter) Write(b []byte) (int, error) {
	all := append(p.rest, b...)
	whole := len(all)
	for i := 1; i <= min(utf8.UTFMax-1, len(all)); i++ {
		tail := all[len(all)-i:]
		if utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= i
			}
			break
		}
	}
	p.rest = append([]byte(nil), all[whole:]...)
	text := strings.ToValidUTF8(string(all[:whole]), "\ufffd")
	if _, err := io.WriteString(p.w, strings.Map(printable, text)); err != nil {
		return 0, err
	}
	return len(b), nil
}
