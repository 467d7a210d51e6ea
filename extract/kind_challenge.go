package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A betrayal is what betrays a bot challenge, and whose it is.
type betrayal struct{ mark, whose string }

// challengeTitles are what the titles of challenges begin with.
var challengeTitles = []betrayal{
	{"just a moment", "Cloudflare"}, {"attention required", "Cloudflare"}, {"checking your browser", "Cloudflare"}, {"checking if the site connection is secure", "Cloudflare"}, {"one more step", "Cloudflare"},
	{"making sure you're not a bot", "Anubis"}, {"oh noes!", "Anubis"}, {"ddos-guard", "DDoS-Guard"}, {"ddos protection", "a guard"},
	{"access denied", "a guard"}, {"access to this page has been denied", "HUMAN"}, {"pardon our interruption", "Imperva"},
	{"sucuri website firewall", "Sucuri"}, {"you are being redirected", "Sucuri"}, {"vercel security checkpoint", "Vercel"},
	{"human verification", "AWS WAF"}, {"are you a robot", "a guard"}, {"robot check", "a guard"}, {"robot or human", "a guard"}, {"bot verification", "a guard"},
	{"verify you are human", "a guard"}, {"verifying you are human", "a guard"}, {"security check", "a guard"}, {"establishing a secure connection", "a guard"},
	{"please wait... | ", "a guard"}, {"request rejected", "F5"}, {"captcha", "a guard"}, {"bitte bestätigen sie, dass sie kein", "a guard"}, {"sicherheitsüberprüfung", "a guard"},
	{"un instant", "Cloudflare"}, {"un momento", "Cloudflare"}, {"nur einen moment", "Cloudflare"}, {"один момент", "Cloudflare"}, {"しばらくお待ちください", "Cloudflare"},
	{"请稍候", "Cloudflare"}, {"请稍等", "a guard"}, {"請稍候", "Cloudflare"}, {"安全验证", "a guard"}, {"安全驗證", "a guard"}, {"人机验证", "a guard"}, {"人機驗證", "a guard"},
	{"访问验证", "a guard"}, {"滑动验证", "a guard"}, {"滑块验证", "a guard"}, {"验证码", "a guard"}, {"安全检查", "a guard"}, {"安全检测中", "a guard"}, {"安全检测", "a guard"}, {"安全验证中", "a guard"}, {"浏览器安全检查", "a guard"},
	{"正在验证", "a guard"}, {"正在进行安全验证", "a guard"}, {"正在检测您的浏览器", "a guard"}, {"百度安全验证", "Baidu"}, {"访问拦截", "a guard"}, {"网站防火墙", "SafeDog or BT"}, {"网站防护", "a guard"}, {"cc防护", "a guard"}, {"5秒盾", "a guard"}, {"宝塔防火墙", "BT"}, {"云锁", "Yunsuo"},
}

// challengeMarks are ids, addresses of scripts and words of scripts that
// stand on challenges and on no page that was let through. What guards put on
// every page (…/challenge-platform/scripts/jsd, sensors, widgets of forms) is
// not among them.
var challengeMarks = []betrayal{
	{"_cf_chl_opt", "Cloudflare"}, {"cf_chl_", "Cloudflare"}, {"/orchestrate/", "Cloudflare"}, {"cf-challenge", "Cloudflare"}, {"cf-browser-verification", "Cloudflare"}, {"challenge-form", "Cloudflare"}, {"cf-error-details", "Cloudflare"}, {"jschl-answer", "Cloudflare"},
	{"anubis_challenge", "Anubis"}, {"/.within.website/x/cmd/anubis", "Anubis"}, {"git.gammaspectra.live", "go-away"},
	{"captcha-delivery", "DataDome"}, {"px-captcha", "HUMAN"}, {"captcha.px-cdn", "HUMAN"}, {"captcha.px-cloud", "HUMAN"},
	{"distil_r_captcha", "Imperva"}, {"distilidentification", "Imperva"}, {"_incapsula_resource", "Imperva"}, {"incapsula incident", "Imperva"},
	{"sucuri_cloudproxy", "Sucuri"}, {"sgcaptcha", "SiteGround"}, {"/.well-known/ddos-guard/", "DDoS-Guard"}, {"ddos-guard", "DDoS-Guard"},
	{"sec-if-cpt-container", "Akamai"}, {"sec-cpt-if", "Akamai"}, {"/_sec/cp_challenge", "Akamai"}, {"bm-verify", "Akamai"},
	{"awswafcookiedomainlist", "AWS WAF"}, {"aws-waf-token", "AWS WAF"}, {"gokuprops", "AWS WAF"}, {"awswafintegration", "AWS WAF"},
	{"ips.js?kp_uidz", "Kasada"}, {"kpsdk", "Kasada"}, {"/tspd/", "F5"}, {"tspd_101", "F5"}, {"validate.perfdrive.com", "Radware"}, {"rbzns", "Reblaze"}, {"imunify360", "Imunify360"}, {"/_bot_challenge", "a guard"},
	{"acw_sc__v2", "Aliyun"}, {"acw_sc__v3", "Aliyun"}, {"aliyun_waf", "Aliyun"}, {"aliyunwaf_", "Aliyun"}, {"_waf_is_mobile", "Aliyun"}, {"__jsl_clearance", "Knownsec"}, {"jsl_clearance", "Knownsec"}, {"wzws-waf-cgi", "360"}, {"wzwschallenge", "360"}, {"yunsuo_session", "Yunsuo"}, {"safedog", "SafeDog"}, {"btwaf", "BT"}, {"/.safeline/", "SafeLine"}, {"safeline_bot_challenge", "SafeLine"}, {"$_ts=window['$_ts']", "Riversec"}, {"$_ts.nsd", "Riversec"}, {"__tst_status", "EdgeOne"}, {"eo_bot_ssid", "EdgeOne"}, {"tencenteowaf", "EdgeOne"}, {"wappass.baidu.com/static/captcha", "Baidu"}, {"hwwafsesid", "Huawei"}, {"turing.captcha", "Tencent"}, {"cdnfly", "Cdnfly"}, {"_guard/auto.js", "a guard"}, {"/_guard/", "a guard"}, {"goedge_waf", "GoEdge"},
}

// challengeStory is the most prose that a challenge holds to explain itself,
// titledStory that of one that has nothing but its title to be known by: a
// brief may have such a title too.
const (
	challengeStory = 1500
	titledStory    = 600
)

// challengeMark names what betrays a bot challenge.
func challengeMark(title, marks string, prose int32) string {
	for _, b := range challengeMarks {
		if strings.Contains(marks, b.mark) {
			return b.mark + " (" + b.whose + ")"
		}
	}
	for _, b := range challengeTitles {
		if rest, ok := strings.CutPrefix(title, b.mark); ok && prose < titledStory && b.ends(rest) {
			return "title " + b.mark + " (" + b.whose + ")"
		}
	}
	return ""
}

// ends tells whether a title may go on like this behind the words of a
// challenge: with the site's name, but where anybody may have written the
// words not with more of a sentence.
func (b betrayal) ends(rest string) bool {
	if len(rest) > 80 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
	return b.whose != "a guard" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
