package weburl

import "testing"

func TestEscapeForeign(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"/a b?c=%20":        "/a b?c=%20",
		"/中":                "/中",
		"/\xd6\xd0?q=\xe9z": "/%D6%D0?q=%E9z",
		"/中\xff":            "/%E4%B8%AD%FF",
	} {
		if got := EscapeForeign(in); got != want {
			t.Errorf("EscapeForeign(%q) = %q, want %q", in, got, want)
		}
	}
}
