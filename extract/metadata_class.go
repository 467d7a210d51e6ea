package extract

// classFlags is what the names of an element's class and id say about it.
type classFlags uint32

const (
	clsAuthor classFlags = 1 << iota
	clsByline
	clsDate
	clsModified
	clsComment
	clsRelated
	clsNav
	clsFooter
	clsCaption
	clsBio
	clsTitle
	clsStory // names the container of an article
	clsBuilder
	clsPublished
	clsPerson // tells that a name is near: "name", "person"
)

// flagsOfNames reads a class or id attribute. Names are split at everything
// that is no letter and at capitals: "post-author__name" and "PostAuthorName"
// are three words. Other words ("authorization", "dateline") do not match.
func flagsOfNames(s string) classFlags {
	var f classFlags
	var word [24]byte
	n, long := 0, false
	flush := func() {
		if n > 0 && !long {
			f |= flagsOfWord(word[:n])
		}
		n, long = 0, false
	}
	lower := false // the byte before was a small letter
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= 'A' && c <= 'Z':
			if lower {
				flush()
			}
			c |= 0x20
			lower = false
		default:
			flush()
			lower = false
			continue
		}
		if n == len(word) {
			long = true
			continue
		}
		word[n] = c
		n++
	}
	flush()
	if f&clsBuilder != 0 {
		f &^= clsRelated // page builders call every block a widget
	}
	return f
}

func flagsOfWord(w []byte) classFlags {
	switch string(w) {
	case "author", "authors", "autor", "autoren", "autore", "autori", "auteur", "auteurs", "autores", "writer", "writers",
		"journalist", "contributor", "contributors", "reporter", "verfasser", "redakteur", "forfatter", "kirjoittaja", "authorname",
		"postauthor", "articleauthor", "entryauthor", "authorlink", "writtenby", "avtor", "zuozhe", "bianji", "fn":
		return clsAuthor
	case "byline", "bylines", "articlebyline", "byauthor", "postedby", "signature", "firma", "authorbyline", "bylinename":
		return clsByline
	case "date", "dates", "datum", "fecha", "data", "pubdate", "publishdate", "publisheddate", "postdate", "entrydate", "datetime",
		"timestamp", "time", "publication", "pubtime", "publishtime", "dateline", "posted", "articledate", "datepublished",
		"releasedate", "createtime", "createdate", "dato", "paivays", "riqi", "shijian":
		return clsDate
	case "published", "publish":
		return clsDate | clsPublished
	case "updated", "update", "modified", "lastmod", "datemodified", "lastupdated", "updatetime", "aktualisiert":
		return clsDate | clsModified
	case "comment", "comments", "commentlist", "commentlisting", "commentaires", "commentaire", "comentarios", "kommentar", "kommentare", "disqus", "respond", "replies",
		"commentarea", "commentform", "pinglun", "reaction", "reactions", "reacties":
		return clsComment
	case "related", "recommended", "recommendation", "recommendations", "recommend", "teaser", "teasers", "popular", "trending",
		"mostread", "sidebar", "widget", "widgets", "similar", "latest", "recent", "promo", "promos", "outbrain", "taboola", "recirc",
		"recirculation", "readnext", "upnext", "sponsored", "relatedposts", "relatedarticles", "rail", "mostpopular", "aside",
		"crosslinks", "alsolike", "carousel", "relacionadas", "relacionados", "morenews", "newsletter", "advert", "advertisement", "tagged", "ticker", "suggested":
		return clsRelated
	case "nav", "navigation", "navbar", "masthead", "siteheader", "menu", "breadcrumb", "breadcrumbs", "topbar", "submenu", "dropdown", "pagination":
		return clsNav
	case "footer", "colophon", "copyright", "impressum", "sitefooter":
		return clsFooter
	case "caption", "credit", "credits", "photographer", "figcaption", "imagecaption", "mediacredit", "wpcaption", "photocredit", "bildnachweis":
		return clsCaption
	case "bio", "biography", "authorbio", "aboutauthor", "authorbox", "authorinfo":
		return clsBio
	case "title", "heading", "entrytitle", "posttitle", "articletitle", "headlines":
		return clsTitle
	case "name", "person", "vcard":
		return clsPerson
	case "elementor", "wpb", "vc", "avia", "fusion":
		return clsBuilder
	case "headline":
		return clsTitle | clsStory
	case "story", "article", "entry", "post", "news", "content", "card", "item", "meta", "section", "detail", "details":
		return clsStory
	}
	return 0
}
