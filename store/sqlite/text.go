package sqlite

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// clean makes text fit for the archive: valid UTF-8 without NUL, at which
// other programs cut text off. Each byte that is neither becomes U+FFFD, as
// encoding/json has it.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == 0 {
			return utf8.RuneError
		}
		return r
	}, s)
}

// jsonText is v as JSON for a column, or NULL where it is empty. Text is kept
// readable: &, < and > stay as they are.
func jsonText[T any](v []T) any {
	if len(v) == 0 {
		return nil
	}
	return toJSON(v)
}

func toJSON(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "null" // cannot be: only strings, numbers, lists and maps of them come here
	}
	return dropNUL(strings.TrimSuffix(b.String(), "\n"))
}

// fromJSON reads a column of JSON; v stays as it is where there is none.
func fromJSON(s text, v any) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), v)
}

// dropNUL replaces the escape of NUL in JSON.
func dropNUL(s string) string {
	const escape = `\u0000`
	if !strings.Contains(s, escape) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], escape):
			b.WriteString("\uFFFD")
			i += len(escape) - 1
		case s[i] == '\\' && i+1 < len(s): // any other escape, `\\` among them
			b.WriteString(s[i : i+2])
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
