package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// waymark tells the line that says where on the site the page is: "Home » World
// » Title". Its parts are parted by arrows or strokes and it ends in the title,
// or begins with a link or a word for the front page.
func (t *tree) waymark(l *storyLine) bool {
	if l.weight > 300 {
		return false
	}
	parts := 0
	last := 0
	for i, r := range l.text {
		switch r {
		case '>', '»', '›', '→', '▸', '▶', '＞', '/', '|', '·', '｜', '／', '\\':
			if before, _ := utf8.DecodeLastRuneInString(l.text[:i]); r < utf8.RuneSelf && r != '>' && before != ' ' {
				continue
			}
			parts++
			last = i + utf8.RuneLen(r)
			if parts == 1 && i > 60 {
				return false
			}
		}
	}
	if parts < 1 {
		return false
	}
	if title := squash(t.title); len(title) >= 8 && sameTitle(title, squash(l.text[last:])) {
		return true
	}
	head := l.plainText()
	return parts >= 2 && !endsSentence(l.text) && t.p.crumb.at(head) != ""
}

// tongues tells a line that offers the page in other languages.
func (t *tree) tongues(l *storyLine) bool {
	if l.weight > 120 || endsSentence(l.text) {
		return false
	}
	n := 0
	for _, part := range strings.FieldsFunc(l.text, func(r rune) bool { return strings.ContainsRune("·|/,、，:：｜／•", r) || unicode.IsSpace(r) }) {
		if t.p.language.at(plainLine(part)) != "" || t.p.language.in(plainLine(part)) != "" {
			n++
		}
	}
	return n >= 2
}

// labelled tells a line that is a label and a link to another page of the
// site: "Next up: Title", "Continue reading → Title", "(Background: Title)".
func (t *tree) labelled(l *storyLine) bool {
	if l.linked < 10 || l.linked*5 < l.weight*2 || l.weight-l.linked > 60 || l.weight > 400 || t.items[l.block].data || heading(t.items[l.block].tag) {
		return false
	}
	label, at := "", int32(-1)
	for i := l.from; i < l.to; i++ {
		it := &t.items[i]
		if it.form != formText || it.state == cut {
			continue
		}
		if it.inLink {
			if at < 0 {
				at = i
			}
			continue
		}
		if at < 0 {
			label += it.node.Data
		} else if strings.TrimFunc(it.node.Data, ornament) != "" {
			return false
		}
	}
	label = strings.TrimSpace(label)
	if at < 0 || !t.leadsOnSite(at, l.block) {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(label)
	return label != "" && strings.ContainsRune(":：|｜→»›▶▸>-–—－⇒", r)
}

// bareLabel tells a short line in brackets, or one without an end.
func bareLabel(s string) bool {
	_, ok := bracketed(s)
	return ok || !endsSentence(s)
}

// leadsOnSite tells whether the link around item i leads to another page of
// the same site.
func (t *tree) leadsOnSite(i, block int32) bool {
	for ; i >= block; i = t.items[i].parent {
		if target := attr(t.items[i].node, "href"); target != "" {
			if strings.HasPrefix(target, "#") {
				return false
			}
			return !isWeb(target) && !strings.HasPrefix(target, "//") || t.host != "" && strings.Contains(target, "://"+t.host+"/")
		}
	}
	return false
}

// trailsOff tells a text that ends in an ellipsis, as the beginnings of other
// stories do.
func trailsOff(s string) bool {
	s = strings.TrimRight(s, "])】） ")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...")
}

// sharing tells a line that offers to share or to print the page, and says
// nothing else: "Share: Facebook X Email", "【打印】【微信】【复制链接】".
func (t *tree) sharing(l *storyLine) bool {
	if l.weight > 160 || endsSentence(l.text) {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(l.text), func(r rune) bool { return ornament(r) && r != '-' })
	n := 0
	for i := 0; i < len(words); i++ {
		two := ""
		if i+1 < len(words) {
			two = words[i] + " " + words[i+1]
		}
		switch {
		case two != "" && t.p.share[two]:
			i++
		case !t.p.share[words[i]]:
			return false
		}
		n++
	}
	return n >= 3
}

// buttons tells a line of nothing but short words in brackets, two or more:
// "[Print] [Send to a friend]", "【打印】【发给朋友】【字号 大 中 小】".
func (l *storyLine) buttons() bool {
	n, rest := 0, strings.TrimSpace(l.text)
	for rest != "" {
		end, inside := "", ""
		switch {
		case strings.HasPrefix(rest, "【"):
			end = "】"
		case strings.HasPrefix(rest, "["):
			end = "]"
		default:
			return false
		}
		var ok bool
		if inside, rest, ok = strings.Cut(rest, end); !ok || len(inside) > 40 {
			return false
		}
		rest = strings.TrimSpace(rest)
		n++
	}
	return n >= 2
}
