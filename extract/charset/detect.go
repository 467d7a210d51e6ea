package charset

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// Detection compares, over the same bytes, how likely each encoding makes
// them: the sum of the logarithms of the characters' probabilities in running
// text. The probabilities are rough: a few classes per language, filled from
// the lists of frequent characters. It is the method of unigram models for
// byte sequences (Li & Momoi, "A composite approach to language/encoding
// detection", 2001), with two-byte characters as the unit where they are one.

// Costs in natural logarithms, common to all models.
const (
	costASCII   = -3.0  // an ASCII byte that stands for itself
	costBroken  = -20.0 // bytes that mean nothing in the encoding
	costControl = -14.0
	costSymbol  = -9.5 // a symbol nobody uses in prose
	costQuote   = -5.0 // typographic quotes, dashes, no-break space …
)

// plausible is the mean per byte beyond ASCII from which on the bytes look
// like language. Real text of the languages above lies at -3 to -4.5.
const plausible = -4.6

// convincing is the mean from which on a declaration is not questioned.
const convincing = -3.3

const sampleLimit = 4 << 10

// sample is the part of the bytes that detection looks at: runs of bytes
// beyond ASCII with the words around them.
type sample struct {
	b    []byte
	high int // bytes of 0x80 and above
}

func sampleOf(body []byte) sample {
	s := sample{b: make([]byte, 0, min(len(body), sampleLimit))}
	for i := 0; i < len(body) && len(s.b) < sampleLimit; {
		n := asciiPrefix(body[i:])
		if i += n; i >= len(body) {
			break
		}
		start := i
		for k := 0; k < 12 && start > 0 && n > 0 && isLetter(body[start-1]); k, n = k+1, n-1 {
			start--
		}
		end := i
		for last := i; end < len(body) && end-last <= 12 && len(s.b)+end-start < sampleLimit; end++ {
			if body[end] >= 0x80 {
				s.high++
				last = end
			} else if end-last > 1 && !isLetter(body[end]) {
				break
			}
		}
		s.b = append(append(s.b, body[start:end]...), ' ')
		i = max(end, i+1)
	}
	return s
}

// detect finds the encoding that explains the sample best, and by how much it
// does so better than the declared one. The margin is 0 if the best is not
// plausible as language. meta, if not nil, has a little credit.
func (s sample) detect(declared, meta *legacy) (best *legacy, margin float64) {
	if s.high == 0 {
		return encodingByName("windows-1252"), 0
	}
	own := 0.0
	if declared != nil {
		if own = s.declaredScore(declared); own == unknown || s.perByte(own) >= convincing {
			return declared, 0
		}
	}
	top := unknown
	for _, m := range models() {
		score := m.score(s.b) + m.credit
		if m.enc == meta {
			score += 10
		}
		if score > top {
			best, top = m.enc, score
		}
	}
	if declared == nil || s.perByte(top) < plausible {
		return best, 0
	}
	return best, top - own
}

// unknown is the score of an encoding there is no model for.
const unknown = -1e18

// perByte is the mean score of a byte beyond ASCII.
func (s sample) perByte(score float64) float64 {
	return (score - float64(len(s.b)-s.high)*costASCII) / float64(s.high)
}

// declaredScore is how well an encoding explains the sample at best.
func (s sample) declaredScore(enc *legacy) float64 {
	top := unknown
	for _, m := range models() {
		switch {
		case m.enc == enc, m.enc.decodeName() == enc.decodeName():
			top = max(top, m.score(s.b))
		case enc.kind == kindSingle && m.letters != nil:
			own := model{enc: enc, letters: m.letters, latin: m.latin, table: costTableOf(enc, m.letters)}
			top = max(top, own.score(s.b))
		}
	}
	return top
}

// decodeName is the same for encodings with the same decoder.
func (e *legacy) decodeName() string {
	if e.name == "gb18030" {
		return "GBK"
	}
	return e.name
}

// model scores bytes under one encoding for the languages it is used for.
type model struct {
	enc    *legacy
	credit float64 // how common the encoding is, decides when there is little text
	// Two-byte encodings: the decoder and the cost of a character.
	pairs *pairDecoder
	cost  func(r rune, b []byte) float64
	// Single-byte encodings: the upper half and the cost of letters.
	table   *costTable
	letters map[rune]float64
	latin   bool
}

// models lists what detection knows, in order of preference when equal.
var models = sync.OnceValue(func() []model {
	list := []model{{enc: encodingByName("UTF-8")}}
	single := func(name, letters string, latin bool, credit float64) {
		enc := encodingByName(name)
		list = append(list, model{enc: enc, credit: credit, table: costTableOf(enc, letterCosts(letters)), letters: letterCosts(letters), latin: latin})
	}
	pair := func(name string, d pairDecoder, cost func(rune, []byte) float64) {
		list = append(list, model{enc: encodingByName(name), pairs: &d, cost: cost})
	}
	single("windows-1252", lettersWest, true, 4)
	pair("GBK", gb18030Decoder(), hanCost(rankOf(frequentHans), gbkLevel))
	pair("Big5", big5Decoder(), hanCost(rankOf(frequentHant()), big5Level))
	pair("Shift_JIS", sjisDecoder(), japaneseCost(sjisLevel))
	pair("EUC-JP", eucjpDecoder(), japaneseCost(eucLevel))
	pair("EUC-KR", euckrDecoder(), koreanCost(rankOf(frequentHangul)))
	single("windows-1251", lettersCyrillic, false, 0)
	single("KOI8-R", lettersCyrillic, false, 0)
	single("KOI8-U", lettersCyrillic, false, -2)
	single("IBM866", lettersCyrillic, false, -8)
	single("ISO-8859-5", lettersCyrillic, false, -4)
	single("x-mac-cyrillic", lettersCyrillic, false, -10)
	single("windows-1250", lettersCentral, true, 0)
	single("ISO-8859-2", lettersCentral, true, 0)
	single("windows-1254", lettersTurkish, true, 0)
	single("windows-1257", lettersBaltic, true, 0)
	single("windows-1253", lettersGreek, false, 0)
	single("windows-1255", lettersHebrew, false, 0)
	single("windows-1256", lettersArabic, false, 0)
	single("windows-874", lettersThai, false, 0)
	single("macintosh", lettersWest, true, -12)
	return list
})

// letterCosts gives the n-th most frequent letter -2.2 - n/9 : about what the
// letters of a text beyond ASCII show in Russian, Greek or French.
func letterCosts(letters string) map[rune]float64 {
	m := map[rune]float64{}
	n := 0
	for _, r := range letters {
		m[r] = -2.2 - float64(n)/9
		n++
	}
	return m
}

func rankOf(s string) map[rune]int {
	m := map[rune]int{}
	n := 0
	for _, r := range s {
		if _, ok := m[r]; !ok {
			m[r] = n
			n++
		}
	}
	return m
}

func (m model) score(b []byte) float64 {
	switch {
	case m.pairs != nil:
		return m.pairScore(b)
	case m.table != nil:
		return m.singleScore(b)
	}
	return utf8Score(b)
}

func utf8Score(b []byte) float64 {
	sum := 0.0
	for i := 0; i < len(b); {
		_, size := utf8.DecodeRune(b[i:])
		switch {
		case b[i] < 0x80:
			sum += costASCII
		case size == 1:
			sum += costBroken
		default:
			sum -= 5 // whatever it is: the form alone is unlikely by chance
		}
		i += size
	}
	return sum
}

func (m model) pairScore(b []byte) float64 {
	sum := 0.0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			sum += costASCII
			i++
			continue
		}
		r, size := m.pairs.next(b[i:])
		if r == utf8.RuneError {
			sum += costBroken
		} else {
			sum += m.cost(r, b[i:i+size])
		}
		i += size
	}
	return sum
}

// singleScore adds to the letters' frequencies what holds of words: capitals
// stand in front, scripts do not mix, Latin letters with marks are rare among
// plain ones and symbols do not stand within words.
func (m model) singleScore(b []byte) float64 {
	sum := 0.0
	var prev byteClass
	for i, c := range b {
		if c < 0x80 {
			sum += costASCII
			next := byteClass(0)
			if isLetter(c) {
				next = classLetter
			}
			if !m.latin && next != 0 && prev&(classHigh|classLetter) == classHigh|classLetter {
				sum -= 3 // scripts mixed
			}
			prev = next
			continue
		}
		class := m.table.class[c-0x80]
		sum += m.table.cost[c-0x80]
		switch {
		case class&classUpper != 0 && prev&classLower != 0:
			sum -= 4 // a capital within a word
		case !m.latin && class&classLetter != 0 && prev == classLetter:
			sum -= 3
		}
		if m.latin {
			sum += latinContext(class, prev, i+1 < len(b) && isLetter(b[i+1]))
		}
		prev = class
	}
	return sum
}

// byteClass is what singleScore has to know of a character.
type byteClass uint8

const (
	classLetter byteClass = 1 << iota
	classLower            // beyond ASCII
	classUpper            // beyond ASCII
	classHigh             // beyond ASCII
	classWord             // a word of one letter
	classInner            // a mark that stands within words
)

// costTable is a single-byte encoding seen by one language's letters.
type costTable struct {
	cost  [128]float64
	class [128]byteClass
}

func costTableOf(enc *legacy, letters map[rune]float64) *costTable {
	t := &costTable{}
	for i := range t.cost {
		r, _ := utf8.DecodeRune(enc.decode([]byte{byte(0x80 + i)}))
		t.cost[i], t.class[i] = runeCost(r, letters), classOf(r)
	}
	return t
}

func classOf(r rune) byteClass {
	c := classHigh
	if unicode.IsLetter(r) {
		c |= classLetter
	}
	if unicode.IsLower(r) {
		c |= classLower
	}
	if unicode.IsUpper(r) {
		c |= classUpper
	}
	if isOneLetterWord(r) {
		c |= classWord
	}
	if r == '’' || r == '\u00AD' {
		c |= classInner
	}
	return c
}

func runeCost(r rune, letters map[rune]float64) float64 {
	cost, ok := letters[r]
	switch {
	case ok:
		return cost
	case r == utf8.RuneError:
		return costBroken
	case r < 0xA0:
		return costControl
	case isQuote(r):
		return costQuote
	}
	if cost, ok = letters[unicode.ToLower(r)]; ok {
		return cost - 2
	}
	return costSymbol
}

func latinContext(c, prev byteClass, nextLetter bool) float64 {
	letter, prevLetter := c&classLetter != 0, prev&classLetter != 0
	switch {
	case letter && prevLetter && prev&classHigh != 0:
		return -3 // two marked letters in a row
	case prev&classHigh != 0:
		return -1.5
	case letter && !prevLetter && !nextLetter && c&classWord == 0:
		return -2 // a marked letter alone
	case !letter && prevLetter && nextLetter && c&classInner == 0:
		return -2.5
	}
	return 0
}

// isOneLetterWord: French à, Italian è, Spanish and Catalan ó, Portuguese é.
func isOneLetterWord(r rune) bool {
	switch unicode.ToLower(r) {
	case 'à', 'á', 'è', 'é', 'ó':
		return true
	}
	return false
}

func isQuote(r rune) bool {
	switch r {
	case '“', '”', '„', '‘', '’', '‚', '«', '»', '–', '—', '…', '\u00A0', '\u00AD', '©', '®', '°', '§', '·', '•', '№', '€', '™':
		return true
	}
	return false
}

// level says how usual the block of a table is that a pair stands in.
type level uint8

const (
	levelMarks  level = iota // punctuation, kana, symbols
	levelFirst               // the standard's frequent characters
	levelSecond              // its rare ones
	levelOther               // extensions
)

func gbkLevel(b []byte) level {
	switch lead, trail := b[0], b[min(1, len(b)-1)]; {
	case len(b) != 2 || trail < 0xA1:
		return levelOther
	case lead >= 0xA1 && lead <= 0xA9:
		return levelMarks
	case lead >= 0xB0 && lead <= 0xD7:
		return levelFirst
	case lead >= 0xD8 && lead <= 0xF7:
		return levelSecond
	}
	return levelOther
}

func big5Level(b []byte) level {
	switch lead := b[0]; {
	case len(b) != 2:
		return levelOther
	case lead >= 0xA1 && lead <= 0xA3:
		return levelMarks
	case lead >= 0xA4 && lead <= 0xC6:
		return levelFirst
	case lead >= 0xC9 && lead <= 0xF9:
		return levelSecond
	}
	return levelOther
}

func sjisLevel(b []byte) level {
	switch lead := b[0]; {
	case len(b) != 2:
		return levelOther
	case lead >= 0x81 && lead <= 0x84:
		return levelMarks
	case lead >= 0x88 && lead <= 0x98:
		return levelFirst
	case lead >= 0x99 && lead <= 0xEA:
		return levelSecond
	}
	return levelOther
}

func eucLevel(b []byte) level {
	switch lead := b[0]; {
	case len(b) != 2:
		return levelOther
	case lead >= 0xA1 && lead <= 0xA8:
		return levelMarks
	case lead >= 0xB0 && lead <= 0xCF:
		return levelFirst
	case lead >= 0xD0 && lead <= 0xF4:
		return levelSecond
	}
	return levelOther
}

// rankCost is the cost of the n-th most frequent Chinese character: the first
// hundred make half of a text, the first five hundred four fifths.
func rankCost(n int) float64 {
	if n < 100 {
		return -5.4
	}
	return -7.0
}

func hanCost(rank map[rune]int, levelOf func([]byte) level) func(rune, []byte) float64 {
	return func(r rune, b []byte) float64 {
		if n, ok := rank[r]; ok {
			return rankCost(n)
		}
		if isCJKMark(r) {
			return -5
		}
		switch levelOf(b) {
		case levelMarks:
			return -12
		case levelFirst:
			return -9.8
		case levelSecond:
			return -12.5
		}
		return -15.5
	}
}

func isCJKMark(r rune) bool {
	switch r {
	case '，', '。', '、', '：', '；', '！', '？', '（', '）', '“', '”', '《', '》', '「', '」', '\u3000', '—', '…', '·', '【', '】', '・', 'ー':
		return true
	}
	return false
}

func japaneseCost(levelOf func([]byte) level) func(rune, []byte) float64 {
	kanji, kana := rankOf(frequentJapaneseKanji), rankOf(frequentHiragana)
	return func(r rune, b []byte) float64 {
		if n, ok := kana[r]; ok {
			return -4 - float64(n)/16
		}
		if n, ok := kanji[r]; ok {
			return rankCost(n) - 0.4
		}
		switch {
		case isCJKMark(r):
			return -5
		case r >= 0x3040 && r <= 0x309F:
			return -8
		case r >= 0x30A0 && r <= 0x30FF:
			return -6.3
		case r >= 0xFF61 && r <= 0xFF9F: // half-width katakana: long out of use
			return -8.5 * float64(len(b))
		}
		switch levelOf(b) {
		case levelMarks:
			return -11
		case levelFirst:
			return -10
		case levelSecond:
			return -13.5
		}
		return -16
	}
}

func koreanCost(rank map[rune]int) func(rune, []byte) float64 {
	return func(r rune, b []byte) float64 {
		if n, ok := rank[r]; ok {
			return rankCost(n) + 0.2
		}
		switch {
		case isCJKMark(r):
			return -8
		case len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xC8 && b[1] >= 0xA1:
			return -8.8
		case r >= 0xAC00 && r <= 0xD7A3:
			return -13.5
		}
		return -13
	}
}
