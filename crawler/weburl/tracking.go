package weburl

import "strings"

// Parameters that say who sent a reader, or who the reader is, and never which
// page is meant. A name belongs here only if it is one program's own word for
// that: "ref", "source", "from", "share" and "cid" choose pages on some sites,
// and a page taken for another is lost, while one kept twice only costs space.
// Names are in lower case and compared so. The sources are the programs' own
// descriptions of their parameters.
var tracking = []string{
	// Google Analytics and Google Ads (utm_* is in trackingPrefixes)
	"_ga", "_gl", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "gad_source", "gad_campaignid",
	// Click ids of other networks: Meta, Microsoft, Yandex, X, TikTok, LinkedIn, Pinterest, Snap, Reddit, Impact, Zanox
	"fbclid", "msclkid", "yclid", "ymclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "epik",
	"sccid", "rdt_cid", "irclickid", "irgwc", "zanpid",
	// What Facebook, Instagram and X add when a link is shared
	"fb_action_ids", "fb_action_types", "igshid", "igsh", "ref_src", "ref_url", "__twitter_impression",
	// Mail: Mailchimp, HubSpot (hsa_* is in trackingPrefixes), Marketo, Vero, Omeda, Drip, MailerLite, dotdigital, Wicked Reports
	"mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "mkt_tok",
	"vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "__s", "ml_subscriber", "ml_subscriber_hash", "dm_i", "wickedid",
	// Analytics: Matomo and Piwik, AT Internet, Adobe, Webtrends, Mapp, comScore, Branch, Yahoo
	"mtm_campaign", "mtm_cid", "mtm_content", "mtm_group", "mtm_keyword", "mtm_kwd", "mtm_medium", "mtm_placement", "mtm_source",
	"matomo_campaign", "matomo_kwd", "matomo_keyword", "piwik_campaign", "piwik_kwd", "piwik_keyword",
	"pk_campaign", "pk_cid", "pk_content", "pk_keyword", "pk_kwd", "pk_medium", "pk_source",
	"xtor", "s_cid", "s_kwcid", "ef_id", "wt.mc_id", "wt.tsrc", "wt_mc", "wt_zmc",
	"ns_campaign", "ns_mchannel", "ns_source", "ns_linkname", "_branch_match_id", "_branch_referrer",
	"guccounter", "guce_referrer", "guce_referrer_sig",
	// WordPress: the same article with a comment form that answers one comment
	"replytocom",
}

var trackingPrefixes = []string{"utm_", "hsa_"}

// sessions are parameters that hold nothing but a visitor's session, whatever
// the value: servlets, PHP, ASP.NET, ColdFusion. ASPSESSIONID* is a prefix:
// classic ASP appends eight letters.
var sessions = []string{"jsessionid", "phpsessid", "asp.net_sessionid", "cfid", "cftoken"}

var sessionPrefixes = []string{"aspsessionid"}

// perhapsSessions are dropped only if the value looks like a session id: these
// names also stand for a story, a section or a site.
var perhapsSessions = []string{"sid", "sessid", "sessionid", "session_id"}

// looksLikeSession: 26 or more ASCII letters and digits and nothing else, four
// or more of each. 26 is PHP's shortest common id and 32 that of forums and
// servlets; shorter or with dashes are the ids that name content (an ObjectID
// has 24 digits, a UUID has dashes).
func looksLikeSession(v string) bool {
	digits, letters := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letters++
		default:
			return false
		}
	}
	return digits >= 4 && letters >= 4 && digits+letters >= 26
}

// isDropped says that a parameter ("name=value", escapes normal) has no place
// in a key.
func isDropped(p string) bool {
	k := kindOf(p)
	return k == trackingParam || k == sessionParam
}

type paramKind uint8

const (
	pageParam paramKind = iota // says which page is meant, for all we know
	trackingParam
	sessionParam
	perhapsSession
)

// kinds is the lists above in one.
var kinds = func() map[string]paramKind {
	m := make(map[string]paramKind)
	for kind, names := range map[paramKind][]string{
		trackingParam: tracking, sessionParam: sessions, perhapsSession: perhapsSessions,
	} {
		for _, n := range names {
			m[n] = kind
		}
	}
	return m
}()

func kindOf(p string) paramKind {
	var buf [longestName]byte
	name := lowerName(&buf, p)
	switch kind := kinds[string(name)]; {
	case kind == perhapsSession:
		if _, value, _ := strings.Cut(p, "="); looksLikeSession(value) {
			return sessionParam
		}
		return pageParam
	case kind != pageParam:
		return kind
	case hasAnyPrefix(name, trackingPrefixes):
		return trackingParam
	case hasAnyPrefix(name, sessionPrefixes):
		return sessionParam
	}
	return pageParam
}

const longestName = 32 // more than any name above

// lowerName is a parameter's name in lower case, cut where it is too long to
// be in a set (it still has its prefix). The buffer keeps it off the heap.
func lowerName(buf *[longestName]byte, p string) []byte {
	for i := range min(len(p), len(buf)) {
		c := p[i]
		switch {
		case c == '=':
			return buf[:i]
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		}
		buf[i] = c
	}
	return buf[:min(len(p), len(buf))]
}

func hasAnyPrefix(name []byte, prefixes []string) bool {
	for _, p := range prefixes {
		if len(name) >= len(p) && string(name[:len(p)]) == p {
			return true
		}
	}
	return false
}
