package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prune cuts what by its element, role, name or visibility is not the story.
func (t *tree) prune() {
	if len(t.items) == 0 {
		return
	}
	for i := int32(1); i < int32(len(t.items)); {
		it := &t.items[i]
		if it.form == formText || it.form == formBreak {
			i++
			continue
		}
		if rule := t.pruneRule(it); rule != "" {
			t.cut(i, "prune", rule)
			i = it.end
			continue
		}
		i++
	}
}

// pruneRule names the rule that takes the item away, or "".
func (t *tree) pruneRule(it *item) string {
	n := it.node
	page := &t.items[0]
	// What holds most of the page's paragraphs is never cut whole: names
	// lie, hidden stories are opened by scripts.
	most := it.prose*2 > page.prose && it.prose > 0
	if rule := elementRule(it); rule != "" && !most {
		return rule
	}
	if !most && hidden(n) {
		return "hidden"
	}
	if it.tag == atom.Body || it.tag == atom.Html || it.tag == atom.Main {
		return ""
	}
	rule := t.nameRule(n)
	if rule == "" {
		return ""
	}
	if rule == "comments" && it.tag != atom.Article {
		if page.prose-it.prose >= 2*proseWeight {
			return "name: " + rule
		}
		return ""
	}
	if most || it.prose*4 > page.prose && it.prose > 1000 {
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

// elementRule judges an item by its element and role.
func elementRule(it *item) string {
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
