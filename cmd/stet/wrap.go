package main

import (
	"strings"

	"github.com/rivo/uniseg"
)

// wrap breaks a line where Unicode allows it (UAX #14), so that no line is
// wider than width columns; Chinese and Japanese characters take two (UAX
// #11). A word that is wider gets a line of its own.
func wrap(line string, width int) []string {
	if width <= 0 || uniseg.StringWidth(line) <= width {
		return []string{line}
	}
	var lines []string
	var now strings.Builder
	columns, state := 0, -1
	for rest := line; rest != ""; {
		var part string
		part, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if w := uniseg.StringWidth(strings.TrimRight(part, " ")); columns > 0 && columns+w > width {
			lines = append(lines, strings.TrimRight(now.String(), " "))
			now.Reset()
			columns = 0
		}
		now.WriteString(part)
		columns += uniseg.StringWidth(part)
	}
	return append(lines, strings.TrimRight(now.String(), " "))
}

// cut shortens a line to width columns, with "…" in place of what is missing.
func cut(line string, width int) string {
	if uniseg.StringWidth(line) <= width {
		return line
	}
	var b strings.Builder
	columns := 0
	for g := uniseg.NewGraphemes(line); g.Next(); {
		if columns+g.Width() > width-1 {
			break
		}
		columns += g.Width()
		b.WriteString(g.Str())
	}
	return b.String() + "…"
}
