package extract

import "strings"

// Reason says in words why a block was cut, or what it was kept as.
func (b *Block) Reason() string {
	switch {
	case b.Caption:
		return "kept as the caption of a picture"
	case b.Kept:
		return "kept"
	case b.Stage == stageKind:
		return "would be the story, but the page is no article (" + b.Rule + ")"
	case b.Stage == stageSiteRule:
		return "a rule for this site takes it away (" + b.Rule + ")"
	}
	head, detail, detailed := strings.Cut(b.Rule, ": ")
	for _, w := range ruleWords {
		if w.rule != head || w.stage != "" && w.stage != b.Stage {
			continue
		}
		if detailed {
			return strings.ReplaceAll(w.words, "…", detail)
		}
		return w.words
	}
	return b.Stage + ": " + b.Rule
}

// ruleWords are all rules, each with what it means; the part of a rule after
// ": " takes the place of "…".
var ruleWords = []struct{ stage, rule, words string }{
	{"prune", "element", "a <…> element is not the story"},
	{"prune", "role", "its role is …"},
	{"prune", "name", "its class or id names it: …"},
	{"prune", "hidden", "hidden from readers"},
	{"prune", "permalink", "the mark of a link to a heading"},
	{"headed", "heading", "a box headed “…”"},
	{"headed", "button", "a box that ends in the button “…”"},
	{"headed", "form for an address", "a box with a form for an e-mail address"},
	{"teasers", "teaser", "the teaser of another story"},
	{"template", "site", "stands … of this site"},
	{stageChoose, ruleOutside, "outside the part of the page that holds the story"},
	{stageChoose, ruleTitle, "the title, which is kept as a field of its own"},
	{stageChoose, ruleNoImage, "the caption of a picture that is not kept"},
	{"asks", "phrase", "a box that asks the reader for something: “…”"},
	{"boxes", "links", "a box of links"},
	{"boxes", "one target", "a picture and a text that lead to one other site: an advertisement"},
	{"boxes", "teaser", "the teaser of another story"},
	{"trim", "phrase", "a line that says “…”"},
	{"trim", "notice", "a notice that begins “…”"},
	{"trim", "credit", "a credit: “…”"},
	{"trim", "author note", "a note about the author: “…”"},
	{"trim", "title", "the title, which is kept as a field of its own"},
	{"trim", "date", "a date above or below the story"},
	{"trim", "link", "a link above or below the story"},
	{"trim", "short", "a short line above or below the story, no sentence"},
	{"trim", "heading of nothing", "a heading with nothing below it"},
	{"trim", "ornament", "marks without a letter"},
	{"trim", "row of links", "a row of links"},
	{"comments", "names and dates of readers", "what readers wrote below the story"},
	{"trim", "the story goes on below", "a note that the story goes on below"},
	{"trim", "way to the page", "the way to this page through the site"},
	{"trim", "other languages", "the page in other languages"},
	{"trim", "figures above the story", "a figure above the story: reading time, readers"},
	{"trim", "the site's own voice", "the site speaks to its readers"},
	{"trim", "the site's own voice, above the story", "the site speaks to its readers, above the story"},
	{"trim", "the site's own voice, below the story", "the site speaks to its readers, below the story"},
	{"trim", "box with the site's own voice", "a box in which the site speaks to its readers"},
	{"trim", "beginning of another story", "the beginning of another story"},
	{"trim", "below the line that closes the story", "below the line that closes the story: its tags, its author, the comments"},
	{"trim", "below the story", "below the story, and not made as its paragraphs are"},
	{"trim", "another make, below the story", "below the last paragraph, and made otherwise"},
	{"trim", "link to another page of the site", "nothing but a link to another page of the site"},
	{stageData, ruleEmbedded, "the page's own data holds more of the story, and is taken instead"},
}

// StageWords says what a stage does; "" for a name that is none.
func StageWords(stage string) string {
	for _, w := range stageWords {
		if w.stage == stage {
			return w.words
		}
	}
	return ""
}

var stageWords = []struct{ stage, words string }{
	{stageSiteRule, "cuts what the rules for this site take away"},
	{"template", "cuts what the pages of the site repeat"},
	{"prune", "cuts what by its element, role, name or look is not the story"},
	{"comments", "cuts what readers wrote below the story"},
	{"headed", "cuts boxes whose first line or last button tells them"},
	{"teasers", "cuts teasers of other stories"},
	{stageChoose, "chooses the part of the page that holds the story"},
	{"asks", "cuts boxes in the story that ask the reader for something"},
	{"boxes", "cuts boxes in the story that lead away from it"},
	{"trim", "drops lines that are no part of the story"},
	{stageData, "takes the story from the page's data instead"},
	{stageKind, "judges whether the page is an article"},
}
