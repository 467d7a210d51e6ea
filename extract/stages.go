package extract

// A stage looks at the tree and marks what it cuts or keeps.
type stage struct {
	name string
	run  func(*tree)
}

const stageSiteRule = "site rule"

// stages is what happens to the tree of a page, in this order.
var stages = []stage{
	{stageSiteRule, (*tree).siteRule},
	{"template", (*tree).cutRepeats},
	{"prune", (*tree).prune},
	{"comments", (*tree).cutComments},
	{"headed", (*tree).cutHeaded},
	{"teasers", (*tree).cutTeasers},
	{"choose", (*tree).choose},
}
