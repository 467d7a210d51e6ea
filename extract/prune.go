package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prune cuts what by its element, role, visibility or name is not the story.
// Names come last: whether a name can be believed depends on how much of the
// page's text it would take.
func (t *tree) prune() {
	t.pruneBy(t.elementRule)
	t.pruneBy(t.hiddenRule)
	t.pruneBy(t.namedRule)
}

func (t *tree) pruneBy(ruleOf func(*item) string) {
	for i := int32(1); i < int32(len(t.items)); {
		it := &t.items[i]
		switch {
		case it.state == cut:
			i = it.end
			continue
		case it.form == formText || it.form == formBreak:
		default:
			if rule := ruleOf(it); rule != "" {
				t.cut(i, "prune", rule)
				i = it.end
				continue
			}
		}
		i++
	}
}

// most tells whether the item holds most of the page's paragraphs. It is then
// never cut whole: names lie, and hidden stories are opened by scripts.
func (t *tree) most(it *item) bool {
	return it.prose > 0 && it.prose*2 > t.items[0].prose
}

// spare tells whether an element that is by its nature beside the story can
// be spared although it holds most of the paragraphs: the main part of the
// page stands elsewhere.
func (t *tree) spare(it *item) bool {
	switch it.tag {
	case atom.Nav, atom.Footer, atom.Aside, atom.Menu, atom.Dialog:
		rest := t.items[0].weight - t.items[0].linked - (it.weight - it.linked)
		return rest >= least && it.prose < 1500
	}
	return attr(it.node, "role") == "dialog" && t.speaksOfConsent(it)
}

// speaksOfConsent tells whether an element is about storing data.
func (t *tree) speaksOfConsent(it *item) bool {
	for i := range t.items {
		if &t.items[i] == it {
			text := strings.ToLower(t.text(int32(i), 4000))
			return strings.Count(text, "cookie")+strings.Count(text, "consent")+strings.Count(text, "partners") >= 2
		}
	}
	return false
}

func (t *tree) hiddenRule(it *item) string {
	if it.tag == atom.A && it.weight > 0 && it.weight <= 2 && permalink(it.node) {
		return "permalink"
	}
	if it.tag == atom.P && attr(it.node, "aria-hidden") == "true" {
		return "" // veiled, not hidden: the look of a paywall
	}
	if !hidden(it.node) || t.most(it) {
		return ""
	}
	// A story whose paragraphs are hidden one by one until the reader has
	// subscribed is still the story.
	if it.prose > 0 && it.parent >= 0 {
		p := &t.items[it.parent]
		if p.controls == 0 || p.prose > 20*proseWeight {
			if t.most(p) && it.linked*4 < it.weight && it.controls == 0 {
				return ""
			}
		}
	}
	return "hidden"
}

// permalink tells the link by which a heading names its own address: a mark
// such as ¶ or # that leads into the page.
func permalink(n *html.Node) bool {
	if !strings.HasPrefix(attr(n, "href"), "#") || n.FirstChild == nil || n.FirstChild.NextSibling != nil || n.FirstChild.Type != html.TextNode {
		return false
	}
	switch strings.TrimSpace(n.FirstChild.Data) {
	case "¶", "#", "§", "🔗", "⚓", "∞":
		return true
	}
	return false
}

// namedRule judges an item by its class and id.
func (t *tree) namedRule(it *item) string {
	switch it.tag {
	case atom.Body, atom.Html, atom.Main:
		return ""
	}
	rule := t.nameRule(it.node)
	if rule == "" {
		return ""
	}
	page := &t.items[0]
	if rule == "comments" && it.tag != atom.Article {
		if page.prose-it.prose >= 2*proseWeight {
			return "name: " + rule
		}
		return ""
	}
	if t.most(it) || it.prose*4 > page.prose && it.prose > 1000 {
		return ""
	}
	if rule == "share" && t.quotes(it) {
		return ""
	}
	switch rule {
	case "credit", "copyright", "byline", "author", "tags", "unseen":
		if it.weight > 600 {
			return ""
		}
	}
	return "name: " + rule
}

// quotes tells whether there is a quotation in an item: what a story cites from
// social media is named like the buttons that share the story.
func (t *tree) quotes(it *item) bool {
	for c := it.node.FirstChild; c != nil; c = following(c, it.node) {
		if c.DataAtom == atom.Blockquote {
			return true
		}
	}
	return false
}

// elementRule judges an item by its element and role.
func (t *tree) elementRule(it *item) string {
	if t.most(it) && !t.spare(it) {
		return ""
	}
	switch it.tag {
	case atom.Nav, atom.Footer, atom.Aside, atom.Menu, atom.Dialog:
		return "element: " + it.node.Data
	case atom.Form:
		if it.controls > 0 && it.prose < 400 {
			return "element: form"
		}
	}
	switch role := attr(it.node, "role"); strings.ToLower(role) {
	case "":
	case "navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist", "banner":
		return "role: " + role
	}
	return ""
}

// hidden tells whether the page shows the element only when a script asks.
func hidden(n *html.Node) bool {
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "hidden":
			return !strings.EqualFold(a.Val, "until-found")
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		case "style":
			if hidingStyle(a.Val) {
				return true
			}
		}
	}
	return false
}

func hidingStyle(style string) bool {
	for decl := range strings.SplitSeq(style, ";") {
		k, v, _ := strings.Cut(decl, ":")
		v = strings.ToLower(strings.TrimSpace(v))
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "display":
			if strings.HasPrefix(v, "none") {
				return true
			}
		case "visibility":
			if strings.HasPrefix(v, "hidden") {
				return true
			}
		}
	}
	return false
}
