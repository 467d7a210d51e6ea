package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// boilerNames are words of class and id attributes that name a part of a page
// beside the story, with the rule they stand for. Two words together are
// written with a space. They are matched word by word, never as substrings:
// "download" has no "ad" in it.
var boilerNames = map[string]string{
	// ways around the site
	"nav": "navigation", "navbar": "navigation", "navigation": "navigation", "navi": "navigation",
	"menu": "navigation", "submenu": "navigation", "megamenu": "navigation", "topnav": "navigation", "subnav": "navigation",
	"breadcrumb": "navigation", "breadcrumbs": "navigation", "crumbs": "navigation", "crumb": "navigation",
	"pagination": "navigation", "pager": "navigation", "paginator": "navigation", "paging": "navigation",
	"skip link": "navigation", "skiplink": "navigation", "sitemap": "navigation", "toolbar": "navigation",
	"prev next": "navigation", "topbar": "navigation", "masthead": "navigation", "tabbar": "navigation",
	"footer": "footer", "footnav": "footer", "colophon": "footer",
	"sidebar": "sidebar", "sidebars": "sidebar", "side bar": "sidebar", "rail": "sidebar", "rightrail": "sidebar", "sidecol": "sidebar", "offcanvas": "sidebar", "off canvas": "sidebar",
	// asking the reader for something
	"cookie": "consent", "cookies": "consent", "cookiebar": "consent", "gdpr": "consent", "consent": "consent",
	"onetrust": "consent", "cookiebot": "consent", "cookieconsent": "consent", "cybotcookiebotdialog": "consent", "didomi": "consent", "truste": "consent",
	"login": "login", "signin": "login", "sign in": "login", "log in": "login", "loginbox": "login", "registration": "login",
	"signup": "newsletter", "sign up": "newsletter", "newsletter": "newsletter", "newsletters": "newsletter",
	"subscribe": "newsletter", "subscription": "newsletter", "subscriptions": "newsletter", "subscribebox": "newsletter",
	"optin": "newsletter", "mailchimp": "newsletter", "mc4wp": "newsletter", "nl signup": "newsletter",
	"donate": "donation", "donation": "donation", "donations": "donation", "fundraising": "donation", "support us": "donation", "supportus": "donation",
	"popup": "popup", "popups": "popup", "popin": "popup", "modal": "popup", "modals": "popup", "lightbox": "popup", "interstitial": "popup", "toast": "popup", "snackbar": "popup",
	"share": "share", "shares": "share", "sharing": "share", "sharebar": "share", "sharethis": "share", "sharedaddy": "share", "sharebuttons": "share",
	"addthis": "share", "addtoany": "share", "social": "share", "socials": "share", "socialshare": "share", "socialmedia": "share", "follow us": "share", "followus": "share", "follow": "share", "bdsharebuttonbox": "share", "bdshare": "share", "shareaholic": "share",
	// other pages
	"related": "related", "relatedposts": "related", "recommended": "related", "recommendation": "related", "recommendations": "related", "recommend": "related",
	"recirc": "related", "recirculation": "related", "readmore": "related", "read more": "related", "read next": "related", "readnext": "related", "read also": "related", "also read": "related",
	"more from": "related", "more stories": "related", "morestories": "related", "more news": "related", "more articles": "related", "more on": "related",
	"most read": "related", "mostread": "related", "most popular": "related", "mostpopular": "related", "popular": "related", "trending": "related", "most viewed": "related", "most recent": "related",
	"you may": "related", "also like": "related", "see also": "related", "seealso": "related", "up next": "related", "upnext": "related",
	"next article": "related", "next post": "related", "previous post": "related", "post navigation": "related", "post nav": "related", "editors picks": "related",
	"outbrain": "related", "taboola": "related", "zergnet": "related", "revcontent": "related", "mgid": "related", "similar": "related", "teasers": "related", "latest news": "related", "recent posts": "related", "top stories": "related", "hotnews": "related", "ranking": "related",
	// advertising
	"ad": "advertising", "ads": "advertising", "adv": "advertising", "advert": "advertising", "adverts": "advertising", "advertisement": "advertising", "advertisements": "advertising", "advertising": "advertising", "advertorial": "advertising",
	"adsense": "advertising", "adsbygoogle": "advertising", "adslot": "advertising", "adunit": "advertising", "adbox": "advertising", "adwrap": "advertising", "adcontainer": "advertising", "googlead": "advertising", "adblock": "advertising",
	"sponsor": "advertising", "sponsored": "advertising", "sponsors": "advertising", "banner": "advertising", "banners": "advertising", "dfp": "advertising", "gpt": "advertising", "leaderboard": "advertising", "skyscraper": "advertising",
	"promo": "promotion", "promos": "promotion", "promotion": "promotion", "promotions": "promotion", "promobox": "promotion", "promoted": "promotion", "cta": "promotion", "upsell": "promotion", "affiliate": "promotion",
	"werbung": "advertising", "anzeige": "advertising", "anzeigen": "advertising", "publicidad": "advertising", "publicite": "advertising", "reklama": "advertising",
	// readers' words
	"comment": "comments", "comments": "comments", "commentlist": "comments", "disqus": "comments", "respond": "comments", "livefyre": "comments", "replies": "comments", "commentform": "comments", "pinglist": "comments", "cmt": "comments", "cmts": "comments",
	// about the story
	"tagcloud": "tags", "taglist": "tags", "tag list": "tags", "tag cloud": "tags", "post tags": "tags", "entry tags": "tags", "article tags": "tags", "tags": "tags", "topics": "tags", "keywords": "tags", "cat links": "tags", "tags links": "tags",
	"author bio": "author", "author box": "author", "authorbox": "author", "authorbio": "author", "about author": "author", "about the author": "author", "author info": "author", "author card": "author", "author profile": "author", "author description": "author", "author about": "author", "bio": "author", "post author": "author", "byline": "byline", "bylines": "byline",
	"entry meta": "byline", "post meta": "byline", "article meta": "byline", "postmeta": "byline", "post info": "byline", "timestamp": "byline", "dateline author": "byline",
	"photo credit": "credit", "image credit": "credit", "credit": "credit", "credits": "credit", "copyright": "copyright",
	"sr only": "unseen", "screen reader": "unseen", "visually hidden": "unseen", "visuallyhidden": "unseen", "offscreen": "unseen", "screenreader": "unseen", "assistive text": "unseen",
	"widget": "widget", "widgets": "widget", "tooltip": "widget", "playlist": "widget", "player": "widget", "countdown": "widget",
	"rating": "tools", "ratings": "tools", "postmetadata": "byline",
	"print link": "tools", "print button": "tools", "font size": "tools", "fontsize": "tools", "text size": "tools", "article tools": "tools", "article actions": "tools", "post actions": "tools", "toolbox": "tools", "utility": "tools", "utilities": "tools",
}

// describing words at the head of a class name say how the element around is
// made (has-sidebar, category-newsletter), not what it is.
var describing = map[string]bool{
	"has": true, "have": true, "no": true, "not": true, "with": true, "w": true, "without": true, "category": true, "tag": true,
	"js": true, "is": true, "show": true, "hide": true, "enable": true, "enabled": true, "disable": true, "elementor": true,
	"format": true, "status": true, "type": true, "before": true, "after": true, "non": true, "under": true, "include": true, "includes": true,
}

// nameRule is the rule that the class and id of n match, or "".
func (t *tree) nameRule(n *html.Node) string {
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "class", "id", "data-component", "data-testid", "data-module", "data-type", "data-name":
		default:
			continue
		}
		rule, seen := t.names[a.Val]
		if !seen {
			rule = matchNames(a.Val)
			if t.names == nil {
				t.names = make(map[string]string, 64)
			}
			t.names[a.Val] = rule
		}
		if rule != "" {
			return rule
		}
	}
	return ""
}

// matchNames looks for a boilerplate name in the value of a class or id.
func matchNames(value string) string {
	if len(value) > 400 {
		value = value[:400]
	}
	for _, class := range strings.Fields(value) {
		if rule := matchName(class); rule != "" {
			return rule
		}
	}
	return ""
}

func matchName(class string) string {
	var space [12]string
	words := splitName(class, space[:0])
	for i, w := range words {
		if describing[w] {
			return ""
		}
		if rule := boilerNames[w]; rule != "" {
			if rule == "widget" && i > 0 {
				continue
			}
			return rule
		}
		if i+1 < len(words) {
			if rule := boilerNames[w+" "+words[i+1]]; rule != "" {
				return rule
			}
		}
	}
	return ""
}

// namedBy tells whether one of the words of some class names is in a set.
func namedBy(names string, set map[string]bool) bool {
	var space [12]string
	for _, name := range strings.Fields(names) {
		for _, w := range splitName(name, space[:0]) {
			if set[w] {
				return true
			}
		}
	}
	return false
}

// splitName splits a class name into lower-case words at punctuation and at
// the humps of camelCase.
func splitName(s string, words []string) []string {
	start := -1
	for i := 0; i <= len(s); i++ {
		var c byte
		if i < len(s) {
			c = s[i]
		}
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
		hump := letter && start >= 0 && c >= 'A' && c <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z'
		if start >= 0 && (!letter || hump) {
			words = append(words, strings.ToLower(s[start:i]))
			start = -1
			if len(words) == cap(words) {
				return words
			}
		}
		if letter && start < 0 {
			start = i
		}
	}
	return words
}
