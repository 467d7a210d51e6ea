package demosite

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// Body is the story as the layout writes it, with the boxes inside it.
func (v *view) Body() (string, error) {
	var b strings.Builder
	for i, bl := range v.page.article.blocks(v.page.part, v.epoch) {
		s, err := v.block(i, bl)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (v *view) block(i int, b block) (string, error) {
	switch b.kind {
	case "box":
		return v.box(b.lines[0])
	case "p":
		return v.paragraph(b.lines[0]), nil
	case "h2":
		return v.heading(i, b.lines[0]), nil
	}
	s := map[string]func(block) string{
		"ul": v.listing, "ol": v.listing, "quote": quote, "table": table, "pre": code, "img": v.figure,
	}[b.kind](b)
	if name := map[string]string{"ul": "list", "ol": "list", "quote": "quote", "table": "table", "pre": "code", "img": "image"}[b.kind]; v.page.layout == "block" {
		s = fmt.Sprintf("<!-- wp:%s -->\n%s<!-- /wp:%s -->\n\n", name, s, name)
	}
	return s, nil
}

// paragraph: the old Chinese pages indent with two ideographic spaces and part
// with br, as such pages do.
func (v *view) paragraph(line string) string {
	text := inline(line)
	switch {
	case v.page.layout == "soup" && v.Chinese():
		return "　　" + text + "<br>\n<br>\n"
	case v.page.layout == "soup":
		return `<p class="` + hashed(71) + `">` + text + "</p>\n"
	case v.page.layout == "table" && v.Chinese():
		return "<P>　　" + text + "</P>\n"
	case v.page.layout == "table":
		return `<P ALIGN="justify"><FONT FACE="Verdana, Arial" SIZE="2">` + text + "</FONT></P>\n"
	case v.page.layout == "block":
		return "<!-- wp:paragraph -->\n<p>" + text + "</p>\n<!-- /wp:paragraph -->\n\n"
	}
	return "<p>" + text + "</p>\n"
}

func (v *view) heading(i int, line string) string {
	text := inline(line)
	switch v.page.layout {
	case "soup":
		return `<div class="` + hashed(72) + `"><b>` + text + "</b></div>\n"
	case "table":
		return `<P><FONT FACE="Verdana, Arial" SIZE="3"><B>` + text + "</B></FONT></P>\n"
	case "block":
		return "<!-- wp:heading -->\n<h2 class=\"wp-block-heading\">" + text + "</h2>\n<!-- /wp:heading -->\n\n"
	}
	return fmt.Sprintf("<h2 id=\"h-%d\">%s</h2>\n", i, text)
}

func (v *view) listing(b block) string {
	class := ""
	if v.page.layout == "block" {
		class = ` class="wp-block-list"`
	}
	var s strings.Builder
	fmt.Fprintf(&s, "<%s%s>\n", b.kind, class)
	for _, l := range b.lines {
		s.WriteString("<li>" + inline(l) + "</li>\n")
	}
	s.WriteString("</" + b.kind + ">\n")
	return s.String()
}

func quote(b block) string {
	return "<blockquote class=\"wp-block-quote\">\n<p>" + inline(strings.Join(b.lines, " ")) + "</p>\n</blockquote>\n"
}

func table(b block) string {
	var s strings.Builder
	s.WriteString("<figure class=\"wp-block-table\"><table>\n")
	for i, row := range b.lines {
		cell := "td"
		if i == 0 {
			cell = "th"
		}
		s.WriteString("<tr>")
		for _, c := range cells(row) {
			s.WriteString("<" + cell + ">" + inline(c) + "</" + cell + ">")
		}
		s.WriteString("</tr>\n")
	}
	s.WriteString("</table></figure>\n")
	return s.String()
}

func code(b block) string {
	return "<pre class=\"wp-block-code\"><code>" + html.EscapeString(strings.Join(b.lines, "\n")) + "</code></pre>\n"
}

func (v *view) figure(b block) string {
	f := list(b.lines[0], "|")
	return fmt.Sprintf("<figure class=\"wp-block-image size-large\"><img loading=\"lazy\" decoding=\"async\" width=\"1024\" height=\"683\" src=\"/media/%s\" alt=\"%s\"><figcaption class=\"wp-element-caption\">%s</figcaption></figure>\n",
		f[0], html.EscapeString(f[1]), html.EscapeString(f[2]))
}

// box writes a box of the site inside the story.
func (v *view) box(name string) (string, error) {
	var b bytes.Buffer
	err := v.site.tmpl.ExecuteTemplate(&b, v.page.layout+"-box", boxView{v, name})
	return b.String(), err
}

// boxView is a view that knows which box is meant.
type boxView struct {
	*view
	Box string
}

// Sentences are the words of the box, by key.
func (b boxView) Sentences() []string {
	return map[string][]string{
		"subscribe": {"subscribe_1", "subscribe_2"},
		"widget":    {"widget_1", "widget_2"},
		"charity":   {"charity_1"},
		"tools":     {"tools_1", "tools_2"},
		"donate":    {"donate_1", "donate_2"},
	}[b.Box]
}

// Button is the word on the box's button, by key; empty if it has none.
func (b boxView) Button() string {
	return map[string]string{
		"subscribe": "subscribe_button", "widget": "widget_button", "charity": "charity_button", "donate": "donate_button",
	}[b.Box]
}

// Target is where the box leads.
func (b boxView) Target() string {
	return map[string]string{
		"subscribe": "https://letter.lantern.example/join", "widget": "https://get.lighthouse-reader.example/",
		"charity": "https://driftwood.example/?partner=lantern", "donate": "https://gifts.lantern.example/now",
		"tools": "https://tools.lighthouse-reader.example/",
	}[b.Box]
}

// BoxOf lets a layout place a box around the story.
func (v *view) BoxOf(name string) (string, error) { return v.box(name) }
