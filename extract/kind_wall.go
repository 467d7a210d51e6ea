package extract

import "strings"

// stubTeaser is the weight below which what a page with a paywall prompt
// shows is no story but the teaser of one: less than three of the shortest
// paragraphs. What holds more is read as an article with a mark, as all pages
// with known answers are that end in a prompt.
const stubTeaser = 3 * proseWeight

// walledProse is the most prose of a page that is searched for a prompt: a
// longer text is there to be read, whatever stands below it.
const walledProse = 3000

// paywallPrompt is what the page says where the rest of its text must be paid
// for, "" if it does not.
func (t *tree) paywallPrompt(m metadata, s *story) string {
	if s.prose >= walledProse || s.embedded || len(t.items) == 0 {
		return ""
	}
	from := max(0, t.items[t.story].parent)
	to := t.items[from].end
	for i := int32(0); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.state == cut && it.form != formText && hidden(it.node) {
			i = it.end // a prompt that is kept for when it is needed
			continue
		}
		i++
		if it.form != formText || len(it.node.Data) < 8 || len(it.node.Data) > 600 {
			continue
		}
		plain := plainLine(it.node.Data)
		said := t.p.wall.in(plain)
		// A label on a link is that of another story, unless it is all that
		// the link says and stands beside the text.
		if said == "" || it.inLink && (i <= from || i > to || len(plain) > len(said)+4) {
			continue
		}
		return said
	}
	if m.Paywalled == accessLocked || m.Paywalled == accessMetered {
		return "it states that it is not free"
	}
	return ""
}

// stub tells a page that shows hardly more than the prompt to pay or to log in.
func (t *tree) stub(m metadata, s *story) (Kind, string) {
	if t.prompt == "" || s.weight >= stubTeaser {
		return "", ""
	}
	if asksLogin(t.prompt) {
		return KindLogin, "the text ends where the page says: " + t.prompt
	}
	return KindPaywall, "the text ends where the page says: " + t.prompt
}

// shellWeight is the most that a page without its scripts says of itself.
const shellWeight = 400

// shell tells a page that asks for scripts instead of showing a text.
func (t *tree) shell(before seen, s *story) string {
	if before.scripts == 0 || s.weight >= shellWeight || before.weight >= 1500 {
		return ""
	}
	if before.mount && s.prose < 2*proseWeight {
		return "empty without scripts: the element they fill holds nothing"
	}
	text := strings.ToLower(t.allText(2000))
	if !strings.Contains(text, "javascript") && !strings.Contains(text, "脚本") {
		return ""
	}
	for _, p := range scriptPhrases {
		if strings.Contains(text, p) {
			return "it asks for scripts: " + p
		}
	}
	return ""
}

// scriptPhrases ask the reader to let scripts run.
var scriptPhrases = []string{"enable javascript", "javascript is disabled", "javascript is required", "javascript is not enabled", "javascript must be enabled", "requires javascript", "need javascript", "turn on javascript", "without javascript", "javascript enabled",
	"javascript aktivieren", "aktivieren sie javascript", "activer javascript", "activez javascript", "habilitar javascript", "active javascript", "attiva javascript", "включите javascript",
	"启用javascript", "启用 javascript", "啟用javascript", "啟用 javascript", "开启javascript", "开启 javascript", "不支持javascript", "不支持 javascript", "打开javascript", "javascriptを有効", "启用脚本", "开启脚本"}
