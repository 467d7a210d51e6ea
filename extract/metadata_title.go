package extract

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// The title is found by votes. Each place that gives a title (h1, OpenGraph,
// JSON-LD, …) votes for what it says as a whole and, with less weight, for
// what is left without a part that names the site or a section ("… | Site",
// "Politics: …"). Votes for the same letters and digits add up; the spelling
// on the page is kept. A part that is known to be the site's name never wins.
//
// Weights of the sources: on pages of 800 sites the heading alone is right for
// 65 to 90 %, OpenGraph for 50 to 70 %, JSON-LD for 25 to 70 %.
const (
	weightH1        = 8
	weightFirstH1   = 3.0
	weightOneOfH1s  = 1.6
	weightOpenGraph = 2.0
	weightLD        = 2.0
	weightMeta      = 1.5
	weightProp      = 2.0
	weightElement   = 1.5
	weightTwitter   = 0.8
	weightHeading   = 0.7
	// weightAgreed is for a lesser heading that says just what the page's head
	// says, where the h1 stands in a breadcrumb or names the section.
	weightAgreed = 9
)

// titleVote is one string with what speaks for it.
type titleVote struct {
	key    string // letters and digits in lower case
	text   string
	source string
	weight float64 // of all votes for key
	best   float64 // of the vote whose text is kept
	whole  bool    // a source says just this
}

type titleElection struct {
	votes []titleVote
	sites []string // bare names of the site
	graph string   // what OpenGraph says, bare, without a kicker before a bar
}

const titleMaxLen = 400

// bareText keeps letters and digits, in lower case.
func bareText(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			c := byte(r)
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			if c >= 'a' && c <= 'z' || isDigit(c) {
				b = append(b, c)
			}
		case unicode.IsLetter(r), unicode.IsNumber(r):
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return string(b)
}

// tidy makes a line of what an attribute or JSON says: entities that were
// escaped twice, tags, white space, soft hyphens.
func tidy(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if strings.IndexByte(s, '<') >= 0 {
		s = dropTags(s)
	}
	return foldSpace(s)
}

// dropTags removes what looks like an element's tag.
func dropTags(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 >= len(s) {
			break
		}
		end := strings.IndexByte(s[i:], '>')
		if end < 0 || end > 300 || !(isLetter(s[i+1]) || s[i+1] == '/') {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		b.WriteString(s[:i])
		if i > 0 && !isSpaceByte(s[i-1]) && strings.HasPrefix(s[i:], "<br") {
			b.WriteByte(' ')
		}
		s = s[i+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// foldSpace folds white space of every kind and drops invisible characters.
func foldSpace(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		c := s[i]
		clean = c > ' ' && c < 0x7F || c == ' ' && i > 0 && s[i-1] != ' ' && i < len(s)-1
	}
	if clean {
		return s
	}
	b := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		switch {
		case r <= ' ', isWideSpace(r) && r != 0x200B && r != 0xFEFF:
			space = true
			continue
		case isInvisible(r):
			continue
		}
		if space && len(b) > 0 {
			b = append(b, ' ')
		}
		space = false
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// isInvisible: zero-width characters, bidirectional controls, the soft hyphen,
// C1 controls and DEL: they show nothing and spoil comparing and searching.
func isInvisible(r rune) bool {
	return r == 0xAD || r >= 0x7F && r < 0xA0 || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0xFEFF
}

// add takes the vote of one source and those for its parts.
func (e *titleElection) add(s, source string, weight float64) {
	s = trimSeparators(tidy(s))
	if s == "" || len(s) > titleMaxLen*3 || weight == 0 {
		return
	}
	parts, seps := splitTitle(s)
	from, to := e.withoutSite(parts)
	if from >= to {
		return // nothing but the site's name
	}
	if from > 0 || to < len(parts) {
		s = joinParts(parts, seps, from, to)
	}
	e.vote(s, source, weight)
	if v := e.find(bareText(s)); v != nil {
		v.whole = true
	}
	if source == "opengraph" {
		e.graph = bareText(s[strings.LastIndexByte(s, '|')+1:])
	}
	if to-from < 2 {
		return
	}
	for end, share := to-1, 1.0; end > from; end-- {
		share *= withoutLast(seps[end-1], parts[end], s)
		if share <= 0 {
			break
		}
		e.vote(joinParts(parts, seps, from, end), source, weight*share)
	}
	e.vote(joinParts(parts, seps, from+1, to), source, weight*withoutFirst(parts[from]))
}

// trimSeparators drops what parts a title from nothing: "Story -", "| Story".
func trimSeparators(s string) string {
	for _, sep := range titleSeparators {
		if sep = strings.TrimRight(sep, " "); len(sep) > 1 && sep[0] == ' ' {
			s = strings.TrimSuffix(s, sep)
		}
		if sep = strings.TrimLeft(sep, " "); sep != "" && sep != "_" && sep != "--" {
			s = strings.TrimPrefix(s, sep+" ")
		}
	}
	return strings.TrimSpace(s)
}

// withoutLast is how likely a last part is no part of the title: "|" parts off
// the site or section, a dash may belong to the sentence.
func withoutLast(sep, part, whole string) float64 {
	switch {
	case strings.ContainsAny(sep, "|") || strings.Contains(sep, "»") || strings.Contains(sep, "::") || strings.Contains(sep, "｜") || sep == "_":
		return 1.02
	case sep == ": ":
		return 0
	case len(part)*3 < len(whole) && strings.Count(part, " ") < 4:
		return 0.6
	}
	return 0.4
}

func withoutFirst(part string) float64 {
	switch {
	case len(part) < 40:
		return 0.45
	}
	return 0.2
}

func (e *titleElection) vote(text, source string, weight float64) {
	key := bareText(text)
	if key == "" || weight <= 0 || len(text) > titleMaxLen*3 {
		return
	}
	if v := e.find(key); v != nil {
		v.weight += weight
		if weight > v.best {
			v.text, v.source, v.best = text, source, weight
		}
		return
	}
	if len(e.votes) < 100 {
		e.votes = append(e.votes, titleVote{key: key, text: text, source: source, weight: weight, best: weight})
	}
}

func (e *titleElection) find(key string) *titleVote {
	for i := range e.votes {
		if e.votes[i].key == key {
			return &e.votes[i]
		}
	}
	return nil
}

// withoutSite is the range of parts that stand before or after the site's
// name. Exact names are looked for first, then parts that contain one.
func (e *titleElection) withoutSite(parts []string) (from, to int) {
	to = len(parts)
	if len(parts) == 1 {
		if e.isSite(parts[0]) {
			return 0, 0
		}
		return 0, 1
	}
	if e.isSite(parts[0]) {
		from = 1
	}
	for i := max(1, from); i < len(parts); i++ {
		if e.isSite(parts[i]) {
			return from, i
		}
	}
	for i := max(1, from); i < len(parts); i++ {
		if e.isLikeSite(parts[i]) {
			return from, i
		}
	}
	return from, to
}

// isSite says whether a string is a name of the site.
func (e *titleElection) isSite(part string) bool {
	key := bareText(part)
	return key != "" && contains(e.sites, key)
}

// isLikeSite adds forms of the name: "The Example Blog" for example, "Example"
// for theexample.org.
func (e *titleElection) isLikeSite(part string) bool {
	key := bareText(part)
	for _, site := range e.sites {
		if len(site) >= 4 && len(key) < 2*len(site)+6 && strings.Contains(key, site) && strings.Count(part, " ") < 4 {
			return true
		}
		if len(key) >= 4 && len(key)*2 > len(site) && strings.Contains(site, key) {
			return true
		}
	}
	return false
}

// winner is the title with most votes.
func (e *titleElection) winner() titleVote {
	e.credit()
	var best titleVote
	for _, v := range e.votes {
		if v.weight > best.weight+1e-9 {
			best = v
		}
	}
	return best
}

// credit gives the weight of cut-off titles ("Some words…") to the whole ones.
func (e *titleElection) credit() {
	for i := range e.votes {
		v := &e.votes[i]
		if !strings.HasSuffix(v.text, "…") && !strings.HasSuffix(v.text, "...") || len(v.key) < 16 {
			continue
		}
		for k := range e.votes {
			if w := &e.votes[k]; k != i && len(w.key) > len(v.key) && strings.HasPrefix(w.key, v.key) {
				w.weight += v.weight
				v.weight = 0
				break
			}
		}
	}
}

// titleSeparators part a title from site and section names.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " › ", " « ", " > ", " / ", " ~ ", " // ", " |", "| ", "｜", " － ", "－", "_", "|", ": ", " : ", "：", " ― ", "--", " — "}

// splitTitle cuts at separators; seps[i] stands between parts i and i+1.
func splitTitle(s string) (parts, seps []string) {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		// Separators begin with one of these bytes.
		if c != ' ' && c != '|' && c != '_' && c != ':' && c != '-' && c != 0xEF {
			i++
			continue
		}
		sep := separatorAt(s[i:])
		if sep == "" || i == 0 || i+len(sep) >= len(s) || len(parts) > 8 {
			i++
			continue
		}
		parts = append(parts, strings.TrimSpace(s[start:i]))
		seps = append(seps, sep)
		i += len(sep)
		start = i
	}
	return append(parts, strings.TrimSpace(s[start:])), seps
}

func separatorAt(s string) string {
	best := ""
	for _, sep := range titleSeparators {
		if len(sep) > len(best) && strings.HasPrefix(s, sep) {
			best = sep
		}
	}
	return best
}

func joinParts(parts, seps []string, from, to int) string {
	if from >= to {
		return ""
	}
	s := parts[from]
	for i := from + 1; i < to; i++ {
		s += seps[i-1] + parts[i]
	}
	return strings.TrimSpace(s)
}

// findTitle holds the election.
func (r *metaReader) findTitle() (title, source string) {
	e := titleElection{sites: r.siteKeys}
	f := r.facts
	e.add(r.ld.articleStr("headline"), "json-ld", weightLD)
	if r.ld.articleStr("headline") == "" {
		e.add(r.ld.articleStr("name"), "json-ld", weightLD)
	}
	e.add(f.meta("og:title"), "opengraph", weightOpenGraph)
	e.add(f.meta("twitter:title"), "meta", weightTwitter)
	e.add(f.meta("citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title", "headline", "article:title", "rnews:headline"), "meta", weightMeta)
	e.add(f.title, "html", weightElement)
	r.headings(&e)
	w := e.winner()
	if len(w.text) > titleMaxLen*2 {
		return "", ""
	}
	return w.text, w.source
}

// headings lets the headings vote. The only h1 weighs most; of several the
// first that has a word in common with what the head says. An h1 that leads to
// the front page is the site's name.
func (r *metaReader) headings(e *titleElection) {
	f := r.facts
	n, plain := 0, false
	for i := range f.spans {
		if s := &f.spans[i]; s.tag == atom.H1 && s.kind&spanHeading != 0 && !s.home && r.fitsTitle(s) && !e.isSite(f.spanText(s)) {
			if outside := s.zone&zoneOutside != 0; n == 0 {
				plain = !outside
			} else if plain && outside {
				continue // of a box after the story
			}
			n++
		}
	}
	agreed := r.agreedHeading(e)
	lesser, seen := r.lesserHeading(e, agreed)
	stated := strings.ToLower(f.title + " " + f.meta("og:title") + " " + r.ld.articleStr("headline"))
	left, first := 40, true
	for i := range f.spans {
		s := &f.spans[i]
		if i == lesser {
			e.vote(seen, "html", weightAgreed)
			continue
		}
		if left == 0 || s.home || !r.fitsTitle(s) {
			continue
		}
		switch {
		case s.prop == "headline" && s.tag != atom.H1:
			r.voteHeading(e, s, "microdata", weightProp)
		case s.kind&spanHeading == 0:
			continue
		case s.tag != atom.H1:
			r.voteHeading(e, s, "html", weightHeading)
		case lesser >= 0:
			r.voteHeading(e, s, "html", weightOneOfH1s)
		case i == agreed:
			r.voteHeading(e, s, "html", weightH1)
			first = false
		case agreed >= 0:
			r.voteHeading(e, s, "html", weightOneOfH1s)
		case !sharesWord(f.spanText(s), stated):
			r.voteHeading(e, s, "html", weightOneOfH1s)
		case n == 1:
			r.voteHeading(e, s, "html", weightH1)
		case first:
			r.voteHeading(e, s, "html", weightFirstH1)
			first = false
		default:
			r.voteHeading(e, s, "html", weightOneOfH1s)
		}
		left--
	}
}

// lesserHeading is the h2 that is the headline people see, and its words; -1
// if there is none. It says just what OpenGraph or JSON-LD says where the h1
// stands in a breadcrumb (search engines like that), or it is the longest part
// of the title element, where the h1 is missing, stands in a breadcrumb or is
// another part of it ("Section - Story"); without an h1 its first part will do.
func (r *metaReader) lesserHeading(e *titleElection, agreed int) (int, string) {
	f := r.facts
	h1, frame := -1, zone(zoneNav)
	for i := range f.spans {
		s := &f.spans[i]
		n := s.end - s.start
		if s.kind&spanHeading == 0 || n < 10 || n > titleMaxLen || s.zone&(zoneFooter|zoneComment|zoneHidden) != 0 {
			continue
		}
		if s.tag == atom.H1 {
			if !r.fitsTitle(s) {
				continue
			}
			if h1 < 0 || s.zone&zoneNav == 0 {
				h1, frame = i, s.zone|zoneNav
			}
			continue
		}
		if s.home || s.zone&(zoneOutside&^frame|zoneNav) != 0 {
			continue
		}
		trail := h1 >= 0 && f.spans[h1].zone&zoneNav != 0
		if h1 >= 0 && bareText(f.spanText(s)) == bareText(f.spanText(&f.spans[h1])) {
			return -1, "" // the headline stands twice
		}
		if text := r.headSays(e, s); trail && text != "" {
			return i, text
		}
		text := f.spanText(s)
		if h1 < 0 && r.firstPart(text) {
			return i, text
		}
		if (trail || h1 < 0 || agreed < 0 && r.namesPart(f.spanText(&f.spans[h1]))) && r.longestPart(text) {
			return i, text
		}
	}
	return -1, ""
}

// headSays gives a heading, or what follows the kicker in it, if it is all
// that OpenGraph or JSON-LD says. A heading in pieces that is so only as a
// whole is left out: its pieces are joined by nothing.
func (r *metaReader) headSays(e *titleElection, s *span) string {
	raw := strings.Trim(string(r.facts.text[s.start:min(s.end, len(r.facts.text))]), "\n\x1f ")
	text := foldSpace(raw[strings.LastIndexAny(raw, "\n\x1f")+1:])
	key := bareText(text)
	if v := e.find(key); len(key) > 11 && v != nil && v.whole && (v.source == "opengraph" || v.source == "json-ld") {
		return text
	}
	return ""
}

// longestPart says whether a text is the longest of several parts of the title
// element; namesPart whether it is one of the others.
func (r *metaReader) longestPart(s string) bool {
	key, longest, n := bareText(s), "", 0
	parts, _ := splitTitle(tidy(r.facts.title))
	for _, part := range parts {
		if k := bareText(part); len(k) > len(longest) {
			longest = k
		}
		n++
	}
	return n > 1 && len(key) > 11 && key == longest
}

// firstPart says whether a text is the first of several parts.
func (r *metaReader) firstPart(s string) bool {
	parts, seps := splitTitle(tidy(r.facts.title))
	key := bareText(s)
	return len(seps) > 0 && len(key) > 11 && key == bareText(parts[0])
}

func (r *metaReader) namesPart(s string) bool {
	parts, seps := splitTitle(tidy(r.facts.title))
	if len(seps) == 0 {
		return false
	}
	first, _ := splitTitle(s) // "News | Entry"
	for _, part := range parts {
		if k := bareText(part); k != "" && (k == bareText(s) || k == bareText(first[0])) {
			return !r.longestPart(part)
		}
	}
	return false
}

// agreedHeading is the first h1 that says just what OpenGraph or JSON-LD says,
// else the first that is what one of them or the title element begins with, -1
// if there is none.
func (r *metaReader) agreedHeading(e *titleElection) int {
	f, begins := r.facts, -1
	var leads []string
	for _, t := range [...]string{f.meta("og:title"), f.title} {
		if parts, _ := splitTitle(tidy(t)); len(parts) > 1 && !e.isSite(parts[0]) {
			leads = append(leads, bareText(parts[0]))
		}
	}
	for i := range f.spans {
		s := &f.spans[i]
		if s.tag != atom.H1 || s.kind&spanHeading == 0 || !r.fitsTitle(s) {
			continue
		}
		key := bareText(f.spanText(s))
		if v := e.find(key); v != nil && v.whole && (v.source == "opengraph" || v.source == "json-ld") {
			return i
		}
		if begins < 0 && len(key) > 11 && contains(leads, key) {
			begins = i
		}
	}
	return begins
}

// sharesWord says whether a word of four letters, or two characters in a row
// of a script without spaces, of s stands in low, which is in lower case.
func sharesWord(s, low string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		if word[0] < 0xE0 { // no Chinese, Japanese …
			if utf8.RuneCountInString(word) >= 4 && strings.Contains(low, word) {
				return true
			}
			continue
		}
		for i, prev := 0, -1; i < len(word); {
			_, size := utf8.DecodeRuneInString(word[i:])
			if prev >= 0 && strings.Contains(low, word[prev:i+size]) {
				return true
			}
			prev, i = i, i+size
		}
	}
	return strings.TrimSpace(low) == ""
}

// fitsTitle: a heading with text, outside of the page's frame.
func (r *metaReader) fitsTitle(s *span) bool {
	bad := zoneFooter | zoneComment | zoneHidden
	if s.tag != atom.H1 {
		bad |= zoneNav | zoneRelated | zoneAside
	} else if !r.navHeading {
		bad |= zoneNav
	}
	n := s.end - s.start
	return n > 1 && n < titleMaxLen && s.zone&bad == 0
}

// voteHeading: a heading often holds a kicker in an element of its own; both
// the whole and what follows the kicker stand for election.
func (r *metaReader) voteHeading(e *titleElection, s *span, source string, weight float64) {
	raw := r.facts.text[s.start:min(s.end, len(r.facts.text))]
	whole := foldSpace(plainText(raw))
	if e.isSite(whole) {
		return
	}
	if v := e.suffixOf(bareText(whole)); v != nil {
		v.weight += weight
		weight *= 0.4
	} else if v := e.longerThan(bareText(whole)); v != nil {
		v.weight += weight
	}
	if v := e.prefixOf(raw); v != nil {
		v.weight += weight
		weight *= 0.4
	}
	if v := e.find(bareText(whole)); v != nil && v.whole && inPieces(raw) {
		whole = v.text // pieces with nothing between them: the head's spelling has it
	}
	e.add(whole, source, weight)
	for _, cut := range [...]byte{edge, '\n'} {
		i := strings.IndexByte(string(raw), cut)
		if i > 0 && i < len(raw)-1 {
			if rest := strings.TrimLeft(foldSpace(plainText(raw[i+1:])), "-–—|:/·•. "); len(rest) > i {
				e.add(rest, source, weight*0.6)
			}
		}
	}
}

// inPieces says whether a heading has an edge with no space on either side.
func inPieces(raw []byte) bool {
	for i := 1; i < len(raw)-1; i++ {
		if raw[i] == edge && raw[i-1] > ' ' && raw[i+1] > ' ' {
			return true
		}
	}
	return false
}

// prefixOf finds the whole title that a heading begins with: in some pages the
// line of date and section stands in it as well.
func (e *titleElection) prefixOf(raw []byte) *titleVote {
	for i, c := range raw {
		if c != edge && c != '\n' || i == len(raw)-1 {
			continue
		}
		if v := e.find(bareText(foldSpace(plainText(raw[:i])))); v != nil && v.whole && len(v.key) > 11 && v.source == "opengraph" {
			return v
		}
	}
	return nil
}

// suffixOf finds a vote for the end of a heading: what stands before it is a
// kicker. (Of 17 such pages the shorter title was meant on 15.)
func (e *titleElection) suffixOf(key string) *titleVote {
	for i := range e.votes {
		v := &e.votes[i]
		if v.whole && (v.key == e.graph || e.graph != key) && v.weight >= weightMeta && len(v.key) > 8 && len(v.key) < len(key) && len(v.key)*5 >= len(key)*2 && strings.HasSuffix(key, v.key) {
			return v
		}
	}
	return nil
}

// longerThan finds the title that both OpenGraph and JSON-LD give and that a
// heading is the end of: the page shows the rest elsewhere.
func (e *titleElection) longerThan(key string) *titleVote {
	for i := range e.votes {
		v := &e.votes[i]
		if v.whole && v.weight >= weightOpenGraph+weightLD && len(key) > 8 && len(v.key) > len(key) && len(key)*5 >= len(v.key)*2 && strings.HasSuffix(v.key, key) {
			return v
		}
	}
	return nil
}
