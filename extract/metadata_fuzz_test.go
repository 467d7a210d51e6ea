package extract

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTitle: the winner is no longer than what was said, is tidy, and is never
// the site's name.
func FuzzTitle(f *testing.F) {
	f.Add("The bridge is open | Example News", "The bridge is open", "Town\x1fThe bridge is open\n")
	f.Add("大桥昨天通车_社会_新闻频道_某某网", "", "大桥昨天通车")
	f.Add("Example News - ", " | ", "a: b – c — d · e » f")
	f.Fuzz(func(t *testing.T, title, graph, heading string) {
		e := titleElection{sites: []string{"examplenews", "example"}}
		e.add(graph, "opengraph", weightOpenGraph)
		e.add(title, "html", weightElement)
		r := &metaReader{facts: &facts{title: title, text: []byte(heading)}}
		s := span{kind: spanHeading, start: 0, end: len(heading)}
		r.voteHeading(&e, &s, "html", weightH1)
		r.headSays(&e, &s)
		w := e.winner()
		if w.text != strings.TrimSpace(w.text) || strings.ContainsAny(w.text, "\n\x1f") || len(w.text) > titleMaxLen*3 || e.isSite(w.text) {
			t.Errorf("title %q, OpenGraph %q, heading %q: got %q", title, graph, heading, w.text)
		}
		for _, s := range []string{title, graph, heading} {
			parts, seps := splitTitle(s)
			if len(parts) != len(seps)+1 {
				t.Errorf("splitTitle(%q): %d parts, %d separators", s, len(parts), len(seps))
			}
		}
	})
}

// FuzzWesternDate: every byte of what is read stands somewhere in the text, in
// order, and the place of a date is within it.
func FuzzWesternDate(f *testing.F) {
	for _, s := range []string{"٣١ مايو ٢٠٢٤", "民國113年5月31日", "令和元年5月31日", "31 พ.ค. ๒๕๖๗ 15:20", "31 كانون الثاني 2024", "३१ मई २०२४", "２０２４年５月３１日"} {
		f.Add(s, "ar")
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		out, at := westernDate(s)
		if at == nil && out != s || at != nil && len(at) != len(out)+1 {
			t.Fatalf("westernDate(%q) = %q with %d places", s, out, len(at))
		}
		for i := range at {
			if at[i] < 0 || at[i] > len(s) || i > 0 && at[i] < at[i-1] {
				t.Fatalf("westernDate(%q) = %q: byte %d stands at %d", s, out, i, at[i])
			}
		}
		st, from, to, ok := locateDate(s, lang, orderDayFirst)
		if ok && (!st.exists() || from < 0 || to > len(s) || from > to) {
			t.Errorf("locateDate(%q) = %v at %d to %d", s, st, from, to)
		}
		if st, ok := parseMachineDate(s, orderUnknown); ok && !st.exists() {
			t.Errorf("parseMachineDate(%q) = %v", s, st)
		}
	})
}

// FuzzLinkHeaders: relations and languages are what stands in the header, and
// what is read as a language is read so again.
func FuzzLinkHeaders(f *testing.F) {
	f.Add(`<https://a.example/fr>; rel="alternate"; hreflang="fr", </b,c>; rel=next`, "pt_br")
	f.Add(`<<>>;;rel==,<`, "x-default")
	f.Fuzz(func(t *testing.T, header, lang string) {
		for _, l := range linkHeaders([]string{header}) {
			if !strings.Contains(header, l.href) || !strings.Contains(header, l.lang) {
				t.Errorf("%q: got %+v", header, l)
			}
		}
		if tag := hreflangTag(lang); tag != hreflangTag(tag) || !utf8.ValidString(tag) {
			t.Errorf("hreflangTag(%q) = %q, which reads as %q", lang, tag, hreflangTag(tag))
		}
	})
}
