package extract

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const sentence = "The council met on Tuesday, and after three hours it agreed, by nine votes to four, to rebuild the old mill."

func teasersHTML(n int) string {
	return strings.Repeat(`<div class="k"><h3><a href="/1">A mill for the valley, at last</a></h3><p>The mill that burned down will be built again, says the council, and the valley will have its own flour.</p></div>`, n)
}

// TestKind checks what pages are told to be.
func TestKind(t *testing.T) {
	story := "<h1>The mill</h1>" + strings.Repeat("<p>"+sentence+"</p>", 6)
	cases := []struct {
		name   string
		page   Page
		kind   Kind
		reason string // a part of it
	}{
		{"story", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title>" + story)}, KindArticle, "characters of text"},
		{"one paragraph is a story", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title><h1>The mill</h1><p>" + sentence + "</p>")}, KindArticle, ""},
		{"status", Page{URL: "https://a.example/1", Status: 404, Body: []byte(story)}, KindError, "status 404"},
		{"soft 404", Page{URL: "https://a.example/1", Status: 200, Body: []byte("<title>404 Not Found</title><h1>Not Found</h1><p>The page you want is not here, or not any more, and we are sorry.</p>")}, KindSoft404, "says"},
		{"soft 404 in Chinese", Page{URL: "https://a.example/1", Body: []byte(`<meta charset="utf-8"><title>页面不存在</title><p>抱歉，您访问的页面不存在，可能已被删除或改名，请返回首页。</p>`)}, KindSoft404, "页面不存在"},
		{"a story about a 404", Page{URL: "https://a.example/1", Body: []byte("<title>Why 404 pages are funny</title><h1>Why 404 pages are funny</h1>" + strings.Repeat("<p>"+sentence+"</p>", 14))}, KindArticle, ""},
		{"login", Page{URL: "https://a.example/m", Body: []byte(`<title>Please log in</title><form><input name=u><input type=password><button>Log in</button></form><p>You must be logged in to read this article.</p>`)}, KindLogin, "password"},
		{"a story with a login field", Page{URL: "https://a.example/1", Body: []byte(`<title>The mill</title><form><input type=password></form>` + story)}, KindArticle, ""},
		{"challenge", Page{URL: "https://a.example/1", Status: 200, Body: []byte(`<title>Just a moment...</title><body><div id="challenge-form"><p>Verifying that you are human, which may take a few seconds.</p></div>`)}, KindChallenge, "Cloudflare"},
		{"challenge with status 403", Page{URL: "https://a.example/1", Status: 403, Body: []byte(`<title>Attention Required! | Cloudflare</title><p>Sorry, you have been blocked.</p>`)}, KindChallenge, "attention"},
		{"Anubis", Page{URL: "https://a.example/1", Body: []byte(`<title>Making sure you're not a bot!</title><script id="anubis_challenge" type="application/json">{}</script><p>You are seeing this because the administrator has set up Anubis.</p>`)}, KindChallenge, "Anubis"},
		{"Cloudflare with status 200", Page{URL: "https://a.example/1", Body: []byte(`<title>a.example</title><script>(function(){window._cf_chl_opt={cvId:'3',cZone:'a.example'}})()</script><h2>a.example needs to review the security of your connection before proceeding.</h2>`)}, KindChallenge, "Cloudflare"},
		{"a brief that Cloudflare let through", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title><h1>The mill</h1><p>" + sentence + "</p><script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>")}, KindArticle, ""},
		{"DataDome", Page{URL: "https://a.example/1", Status: 403, Body: []byte(`<title>a.example</title><p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script><script src="https://ct.captcha-delivery.com/c.js"></script>`)}, KindChallenge, "DataDome"},
		{"HUMAN", Page{URL: "https://a.example/1", Body: []byte(`<title>Access to this page has been denied.</title><div class="px-captcha-container"><div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p></div>`)}, KindChallenge, "HUMAN"},
		{"Imperva", Page{URL: "https://a.example/1", Body: []byte(`<html><head><META NAME="robots" CONTENT="noindex,nofollow"><script src="/_Incapsula_Resource?SWJIYLWA=5074a744e2e3d891814e9a2dace20bd4,719d34d31c8e3a6e6fffd425f7e032f3"></script><body></body></html>`)}, KindChallenge, "Imperva"},
		{"Sucuri", Page{URL: "https://a.example/1", Body: []byte(`<html><title>You are being redirected...</title><noscript>Javascript is required. Please enable javascript before you are allowed to see this page.</noscript><script>var s={},u,c,U,r,i,l=0;sucuri_cloudproxy_js=''</script></html>`)}, KindChallenge, "Sucuri"},
		{"Akamai", Page{URL: "https://a.example/1", Body: []byte(`<html><head><title>&nbsp;</title><script src="/a/b/c?bm-verify=AAQAAAAJ"></script></head><body><div id="sec-if-cpt-container"></div></body></html>`)}, KindChallenge, "Akamai"},
		{"Akamai's refusal", Page{URL: "https://a.example/1", Status: 403, Body: []byte(`<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access "http&#58;&#47;&#47;a&#46;example" on this server.<P>Reference&#32;&#35;18&#46;abc</BODY></HTML>`)}, KindChallenge, "access denied"},
		{"AWS WAF", Page{URL: "https://a.example/1", Status: 202, Body: []byte(`<html><head><title></title></head><body><script>window.awsWafCookieDomainList=[];window.gokuProps={"key":"AQ"}</script><div id="challenge-container"></div></body></html>`)}, KindChallenge, "AWS WAF"},
		{"Riversec", Page{URL: "https://a.example/1", Status: 412, Body: []byte(`<html><head><meta charset="utf-8"><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=93821;</script></head><body></body></html>`)}, KindChallenge, "Riversec"},
		{"Knownsec", Page{URL: "https://a.example/1", Status: 521, Body: []byte(`<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1';location.href=location.pathname</script>`)}, KindChallenge, "Knownsec"},
		{"5 秒盾", Page{URL: "https://a.example/1", Body: []byte(`<meta charset="utf-8"><title>正在检测您的浏览器，请稍候</title><p>本站启用了防护，五秒后将自动跳转到您要访问的页面。</p><script src="/_guard/auto.js"></script>`)}, KindChallenge, "_guard"},
		{"a story about a challenge", Page{URL: "https://a.example/1", Body: []byte("<title>Access denied: how the mill lost its road</title><h1>Access denied</h1>" + strings.Repeat("<p>"+sentence+"</p>", 15))}, KindArticle, ""},
		{"a brief about a challenge", Page{URL: "https://a.example/1", Body: []byte("<title>Security check at the mill takes an hour</title><h1>Security check at the mill takes an hour</h1><p>" + sentence + "</p>")}, KindArticle, ""},
		{"a brief about a challenge in Chinese", Page{URL: "https://a.example/1", Body: []byte(`<meta charset="utf-8"><title>验证码为什么越来越难认</title><p>专家说，机器已经比人更会认字，所以验证码越来越难，而人还是得一个一个地点下去，直到点对为止。</p>`)}, KindArticle, ""},
		{"question and answers", Page{URL: "https://a.example/q/7/mill", Body: []byte(`<title>Who owns the mill?</title><div itemscope itemtype="https://schema.org/QAPage"><h1>Who owns the mill?</h1><div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question"><p>` + sentence + `</p></div><div itemprop="acceptedAnswer"><p>` + sentence + ` It is theirs.</p></div></div>`)}, KindForum, "QAPage"},
		{"a story about a forum", Page{URL: "https://a.example/forum/why-forums-last", Body: []byte("<title>Why forums last</title>" + story)}, KindArticle, ""},
		{"an announced show", Page{URL: "https://a.example/1", Body: []byte("<title>Town band, live updates from the mill</title><p>It begins at 20:15.</p>" + story)}, KindArticle, ""},
		{"a handbook's news", Page{URL: "https://docs.a.example/news/1", Body: []byte(`<title>The mill</title><meta name="generator" content="Docusaurus v3.1"><meta property="article:published_time" content="2024-02-01T10:00:00Z">` + story)}, KindArticle, ""},
		{"rustdoc", Page{URL: "https://a.example/mill/struct.Wheel.html", Body: []byte(`<title>Wheel in mill</title><meta name="generator" content="rustdoc"><h1>Struct Wheel</h1><p>` + sentence + `</p>`)}, KindDocumentation, "rustdoc"},
		{"a prompt kept for later", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title><h1>The mill</h1><p>" + sentence + `</p><div style="display:none"><p>Subscribe to continue reading</p></div>`)}, KindArticle, ""},
		{"another story's label", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title><main><article><h1>The mill</h1><p>" + sentence + `</p></article></main><ul><li><a href="/2">Subscriber exclusive: the weir</a></li></ul>`)}, KindArticle, ""},
		{"a story with a prompt", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title>" + story + `<p>Subscribe to continue reading</p>`)}, KindArticle, "paid for"},
		{"asks for scripts", Page{URL: "https://a.example/1", Body: []byte(`<title>The mill</title><p>This site is a programme that runs in your browser. Please enable JavaScript and load this page again.</p><script src=/app.js></script>`)}, KindShell, "javascript"},
		{"shell", Page{URL: "https://a.example/1", Body: []byte(`<title>App</title><body><div id=root></div><script src=/app.js></script>`)}, KindShell, "scripts"},
		{"story in noscript", Page{URL: "https://a.example/1", Body: []byte(`<title>The mill</title><body><div id=root></div><script src=/app.js></script><noscript>` + story + `</noscript>`)}, KindArticle, "noscript"},
		{"empty", Page{URL: "https://a.example/1", Body: []byte(" \n ")}, KindEmpty, "white space"},
		{"no text", Page{URL: "https://a.example/1", Body: []byte("<html><body><p></p></body></html>")}, KindEmpty, "0 characters"},
		{"list", Page{URL: "https://a.example/tag/mills/", Body: []byte("<title>Mills</title><h1>Mills</h1>" + teasersHTML(6))}, KindList, "links"},
		{"home", Page{URL: "https://a.example/", Body: []byte("<title>The Valley</title><h1>The Valley</h1>" + teasersHTML(6))}, KindHome, "root"},
		{"brief above teasers", Page{URL: "https://a.example/1", Body: []byte("<title>The mill</title><h1>The mill</h1><p>" + sentence + "</p><h2>More news</h2>" + teasersHTML(6))}, KindArticle, ""},
		{"consent", Page{URL: "https://a.example/1", Body: []byte(`<title>a.example</title><div role=dialog>` + strings.Repeat("<p>We and our partners store cookies on your device, with your consent, and read them again later.</p>", 8) + `<button>Accept</button></div>`)}, KindConsent, "consent"},
		{"PDF called HTML", Page{URL: "https://a.example/1", Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")}, KindBinary, "application/pdf"},
		{"JPEG called HTML", Page{URL: "https://a.example/1", Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + strings.Repeat("\x00", 90))}, KindBinary, "image/jpeg"},
		{"HTML called JPEG", Page{URL: "https://a.example/1", Header: http.Header{"Content-Type": {"image/jpeg"}}, Body: []byte("<!DOCTYPE html><html><title>The mill</title><body>" + story)}, KindArticle, ""},
		{"feed", Page{URL: "https://a.example/feed", Header: http.Header{"Content-Type": {"application/rss+xml"}}, Body: []byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>a</title></channel></rss>`)}, KindOther, "XML"},
		{"JSON", Page{URL: "https://a.example/api", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"a":1}`)}, KindOther, "json"},
		{"plain text", Page{URL: "https://a.example/robots.txt", Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("User-agent: *\nDisallow:\n")}, KindOther, "text/plain"},
	}
	x := New(Config{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := x.Extract(c.page)
			if d.Kind != c.kind || !strings.Contains(d.Reason, c.reason) {
				t.Errorf("got %s (%s), want %s (…%s…)", d.Kind, d.Reason, c.kind, c.reason)
			}
			if (d.Article != nil) != d.Kind.HasText() {
				t.Errorf("kind %s with article %v", d.Kind, d.Article)
			}
		})
	}
}

// TestFromHTML checks the convenience function and its error.
func TestFromHTML(t *testing.T) {
	a, err := FromHTML("https://a.example/1", []byte("<title>The mill</title><h1>The mill</h1><p>"+sentence+"</p>"))
	if err != nil || a.Text != sentence {
		t.Errorf("got %v, %v, want the sentence", a, err)
	}
	_, err = FromHTML("https://a.example/1", []byte("%PDF-1.7"))
	if !errors.Is(err, ErrNotArticle) || !strings.Contains(err.Error(), string(KindBinary)) {
		t.Errorf("PDF: got %v, want ErrNotArticle with the kind", err)
	}
}

// TestMarkdown checks headings, links, lists, tables and code.
func TestMarkdown(t *testing.T) {
	md, err := Markdown(`<h2>Rain</h2><p>It <em>rained</em>, <a href="https://a.example/">they say</a>.</p><ul><li>one</li></ul><table><thead><tr><th>Day</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table><pre><code>a
  b</code></pre>`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Rain", "*rained*", "[they say](https://a.example/)", "- one", "| Day |", "a\n  b"} {
		if !strings.Contains(md, want) {
			t.Errorf("got\n%s\nwant %q in it", md, want)
		}
	}
}

// TestCuts checks that what is cut is remembered, with stage and rule, only
// when asked for.
func TestCuts(t *testing.T) {
	body := []byte(`<title>The mill</title><nav><a href="/">Home page</a></nav><h1>The mill</h1><div class="entry-content"><p>` + sentence + `</p><div class="newsletter"><p>Sign up for our newsletter.</p></div><p>` + sentence + `</p></div>`)
	d := New(Config{Explain: true}).Extract(Page{URL: "https://a.example/1", Body: body})
	found := map[string]Cut{}
	for _, c := range d.Cuts() {
		found[c.Text] = c
	}
	nav := found["Home page"]
	if nav.Stage != "prune" || nav.Rule != "element: nav" || nav.Chars != 9 || nav.Path != "body > nav" {
		t.Errorf("nav: got %+v in %+v", nav, d.Cuts())
	}
	if c := found["Sign up for our newsletter."]; c.Rule != "name: newsletter" || !strings.HasSuffix(c.Path, "div.newsletter") {
		t.Errorf("newsletter: got %+v", c)
	}
	if c := found["The mill"]; c.Stage != "choose" || c.Rule != "title" {
		t.Errorf("title: got %+v", c)
	}
	if d := New(Config{}).Extract(Page{URL: "https://a.example/1", Body: body}); d.Blocks != nil {
		t.Errorf("without Explain: got %+v", d.Blocks)
	}
}
