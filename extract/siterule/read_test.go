package siterule

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

const storyPage = `<html><head><title>A story | Site</title><meta property="og:title" content="A story">
<link rel=canonical href="https://a.example/s.html"></head><body>
<h1>A  story
</h1><p class=by>By Ann Bee</p><p class=by>By Cy Dee</p><time datetime="2024-05-06">6 May</time>
<div id=story><p id=one>One.</p><div class="promo x"><p id=no>No.</p></div><p id=two>Two.</p><img id=px src="/i/pixel.gif"><script>x</script></div>
<div class=more><p id=three>Three.</p></div><div class=more><p id=four>Four.</p></div>
<table id=t><tr><td id=c1>1<tr><td id=c2>2</table>
<a class=next href="/2">next</a></body></html>`

func ids(nodes []*html.Node) string {
	var all []string
	for _, n := range nodes {
		id := attribute(n, "id")
		if id == "" {
			id = n.Data
		}
		all = append(all, id)
	}
	return strings.Join(all, " ")
}

func TestRead(t *testing.T) {
	doc := parsePage(t, storyPage)
	for _, c := range []struct{ name, rule, want string }{
		{"all of it", "title: //h1\nauthor: //p[@class='by']\ndate: //time/@datetime\nbody: //div[@id='story']\nstrip: //div[contains(@class, 'promo')]\nnext_page_link: //a[@class='next']",
			"A story|[{By Ann Bee false} {By Cy Dee false}]|2024-05-06|story|promo x|/2|"},
		{"the first that finds something", "title: //h7\ntitle: //meta[@property='og:title']/@content\nbody: //main\nbody: //div[@class='more']",
			"A story|[]||div div|||"},
		{"several nodes in order, none within another", "body: //div[@class='more'] | //div[@id='story'] | //p[@id='one']", "|[]||story div div|||"},
		{"what was stripped is out of sight", "strip: //div[@class='more'][1]\nbody: (//div[@class='more'])[1]/p", "|[]||four|more||"},
		{"by name and by image", "strip_id_or_class: pro\nstrip_image_src: pixel.gif", "|[]|||promo x px||"},
		{"an attribute is no text", "strip: //p/@id\nbody: //p/@id", "|[]|||||"},
		{"rows without a tbody", "body: //table[@id='t']/tr[2]/td", "|[]||c2|||"},
		{"a string for a title", "title: substring-before(//title, ' |')", "A story|[]|||||"},
		{"a text node as body", "body: //p[@id='one']/text()", "|[]||One.|||"},
		{"a condition that holds", "single_page_link: concat(substring-before(//link[@rel='canonical']/@href, '.html'), '_all.html')\nif_page_contains: //link[@rel='canonical']", "|[]|||||https://a.example/s_all.html"},
		{"a condition that does not", "single_page_link: //a/@href\nif_page_contains: //nav", "|[]|||||"},
		{"a value where nodes are wanted", "body: concat('a', 'b')\nstrip: 'x'", "|[]|||||"},
		{"everything is stripped", "strip: //*\nbody: //p", "|[]|||html||"},
	} {
		r, problems := Parse("a.example.txt", strings.NewReader(c.rule))
		if problems = append(problems, r.Check()...); len(problems) > 0 {
			t.Errorf("%s: %v", c.name, problems)
		}
		f := r.Read(doc)
		var stripped []string
		for _, s := range f.Stripped {
			name := attribute(s.Node, "class")
			if name == "" {
				name = ids([]*html.Node{s.Node})
			}
			stripped = append(stripped, name)
		}
		if c.name == "everything is stripped" {
			stripped = stripped[:1]
		}
		got := fmt.Sprintf("%s|%v|%s|%s|%s|%s|%s", f.Title.Value, f.Authors, f.Date.Value, ids(f.Body), strings.Join(stripped, " "), f.NextPage, f.SinglePage)
		if got != c.want || len(f.GivenUp) > 0 {
			t.Errorf("%s: got %s %v, want %s", c.name, got, f.GivenUp, c.want)
		}
	}
}

func TestReadNames(t *testing.T) {
	r, _ := Parse("a.example.txt", strings.NewReader("native_ad_clue: //time\nbody: //main\nbody: //p\nstrip: //time\n"))
	f := r.Read(parsePage(t, storyPage))
	if f.BodyBy != "a.example.txt:3" || f.Stripped[0].By != "a.example.txt:4: strip" || !f.Advert {
		t.Errorf("got %q, %q, %t", f.BodyBy, f.Stripped[0].By, f.Advert)
	}
}

// A rule serves many goroutines at once; the race detector looks on.
func TestReadAtOnce(t *testing.T) {
	r, _ := Parse("a.example.txt", strings.NewReader("title: concat(//h1, '!')\nbody: (//div[@class='more'] | //div[@id='story'])[1]\nstrip: //div[contains(@class, 'promo')][1]"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			doc, err := html.Parse(strings.NewReader(storyPage))
			if err != nil {
				t.Error(err)
				return
			}
			for range 50 {
				if f := r.Read(doc); f.Title.Value != "A story !" || ids(f.Body) != "story" || len(f.Stripped) != 1 {
					t.Errorf("got %q, %q, %d", f.Title.Value, ids(f.Body), len(f.Stripped))
				}
			}
		})
	}
	wg.Wait()
}
