package extract

import (
	"net/url"

	"golang.org/x/net/html"

	"stet/extract/siterule"
)

// siteRuleSource is the source of metadata that a site rule found.
const siteRuleSource = "site-rule"

// ruleFor gives the site rule for a page, nil if there is none.
func (x *Extractor) ruleFor(p Page, text []byte) *siterule.Rule {
	if x.config.Rules == nil {
		return nil
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return x.config.Rules.For(hostOf(p.URL))
	}
	return x.config.Rules.ForPage(u.Host, text)
}

// A ruling is what the site rule says about a page.
type ruling struct {
	rule  *siterule.Rule
	found siterule.Findings
	roots []int32 // the items that hold the story
	note  string  // for the document's reason
}

// ruling reads the page by its site rule; nil if there is none.
func newRuling(rule *siterule.Rule, root *html.Node) *ruling {
	if rule == nil {
		return nil
	}
	return &ruling{rule: rule, found: rule.Read(root)}
}

// metadata puts what the rule found in the place of what the page was
// understood to say. A rule that does not know the site (global.txt) only fills
// gaps.
func (g *ruling) metadata(m *metadata, p Page) {
	f := &g.found
	if t := f.Title; t.Value != "" && (!t.Generic || m.Title == "") {
		m.Title, m.Sources["title"] = t.Value, siteRuleSource
	}
	if names := g.names(); len(names) > 0 && (!f.Authors[0].Generic || len(m.Authors) == 0) {
		m.Authors, m.Sources["authors"] = names, siteRuleSource
	}
	if t := f.Date; t.Value != "" && (!t.Generic || m.PublishedAt == "") {
		order := dateOrderOf(m.Language, hostOf(p.URL))
		if st, ok := parseMachineDate(clip(t.Value, 120), order); ok && st.exists() {
			m.PublishedAt, m.Sources["published_at"] = st.String(), siteRuleSource
		}
	}
}

// names are the authors the rule found, a person each.
func (g *ruling) names() []string {
	var names []string
	for _, t := range g.found.Authors {
		for _, n := range cleanAuthors(t.Value, trustStated) {
			if !containsFold(names, n) && len(names) < maxAuthors {
				names = append(names, n)
			}
		}
	}
	return names
}

// links fills in the other addresses of the story.
func (g *ruling) links(d *Document, urls *resolver) {
	if next := g.found.NextPage; next != "" {
		d.NextPage = urls.resolveHTTP(next)
	}
	if single := g.found.SinglePage; single != "" {
		d.SinglePage = urls.resolveHTTP(single)
	}
}

// siteRule is the first stage: it cuts what the page's site rule strips, and
// fixes what the rule names as the body, so that no later stage takes it away
// as a whole. With prune: no nothing in it is taken away either, but for what
// is hidden.
func (t *tree) siteRule() {
	if t.ruling == nil {
		return
	}
	t.cutStripped()
	g := t.ruling
	t.findRoots()
	weight, images := int32(0), int32(0)
	for _, i := range g.roots {
		weight, images = weight+t.items[i].weight, images+t.items[i].images
	}
	switch {
	case len(g.roots) == 0 && g.rule.HasBody():
		g.note = "the site rule " + g.rule.Name + " found no story"
	case len(g.roots) > 0 && weight < least && images == 0:
		g.note = "the site rule " + g.found.BodyBy + " found a stub"
		g.roots = nil
	case len(g.roots) > 0:
		g.note = "body by the site rule " + g.found.BodyBy
		t.spareRoots()
	}
}

// guesses says whether the story may be looked for without the rule.
func (g *ruling) guesses() bool { return g == nil || g.rule.Autodetect || !g.rule.HasBody() }

// open says whether the story may come from elsewhere than the page's markup:
// not if a rule has named it, or forbidden to guess.
func (g *ruling) open() bool { return g == nil || len(g.roots) == 0 && g.guesses() }

func (t *tree) cutStripped() {
	if len(t.ruling.found.Stripped) == 0 {
		return
	}
	by := make(map[*html.Node]string, len(t.ruling.found.Stripped))
	for _, s := range t.ruling.found.Stripped {
		by[s.Node] = s.By
	}
	for i := int32(1); i < int32(len(t.items)); {
		if rule := by[t.items[i].node]; rule != "" {
			t.cut(i, stageSiteRule, rule)
			i = t.items[i].end
			continue
		}
		i++
	}
}

// findRoots finds the items of the nodes that the rule names. A node without an
// item (a script, a frame) holds nothing that could be kept.
func (t *tree) findRoots() {
	g := t.ruling
	if len(g.found.Body) == 0 {
		return
	}
	wanted := make(map[*html.Node]bool, len(g.found.Body))
	for _, n := range g.found.Body {
		wanted[n] = true
	}
	for i := int32(0); i < int32(len(t.items)); {
		it := &t.items[i]
		switch {
		case it.state == cut:
			i = it.end
		case wanted[it.node]:
			g.roots = append(g.roots, i)
			i = it.end
		case i == 0 && it.node.Parent != nil && wanted[it.node.Parent]: // the html element
			g.roots = append(g.roots, i)
			i = it.end
		default:
			i++
		}
	}
}

// How far an item is spared.
const (
	spareNot   uint8 = iota
	spareShown       // cut only if it is hidden
	spareFully
)

func (t *tree) spareRoots() {
	for _, root := range t.ruling.roots {
		if !t.ruling.rule.Prune {
			for i := root; i < t.items[root].end; i++ {
				t.items[i].spared = spareShown
			}
		}
		for i := root; i >= 0; i = t.items[i].parent {
			t.items[i].spared = spareFully
		}
	}
}

// chooseRuled keeps what the site rule names, and nothing else; without a body
// and without leave to guess, nothing. It reports whether it has chosen.
func (t *tree) chooseRuled() bool {
	g := t.ruling
	if g == nil || len(g.roots) == 0 && g.guesses() {
		return false
	}
	t.keepOnly(g.roots)
	if g.rule.Prune && len(g.roots) > 0 {
		t.asks()
		t.boxes()
	}
	t.tables()
	return true
}

// keepOnly keeps what is live under the given items, which are the story.
func (t *tree) keepOnly(roots []int32) {
	for i := range t.items {
		if t.items[i].state == kept {
			t.items[i].state = live
		}
	}
	for _, root := range roots {
		t.keep(root)
	}
	t.story = t.around(roots)
}

// keep marks what is live under item i as part of the story.
func (t *tree) keep(i int32) {
	for end := t.items[i].end; i < end; {
		it := &t.items[i]
		if it.state == cut {
			i = it.end
			continue
		}
		it.state = kept
		i++
	}
}

// around is the smallest item that holds all of the given ones.
func (t *tree) around(items []int32) int32 {
	if len(items) == 0 {
		return 0
	}
	c, last := items[0], items[len(items)-1]
	for c > 0 && last >= t.items[c].end {
		c = t.items[c].parent
	}
	return max(c, 0)
}

// reason adds what is to be said of the rule to a document's reason.
func (g *ruling) reason(d *Document) {
	if g == nil {
		return
	}
	if len(g.roots) > 0 {
		d.BodyRule = g.found.BodyBy
	}
	d.note(g.note)
	if g.found.Advert {
		d.note("the site rule calls it an advertisement")
	}
	for _, p := range g.found.GivenUp {
		d.note(p.String())
	}
}
