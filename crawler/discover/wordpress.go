package discover

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// apiRel is the relation by which WordPress names its REST interface
// (https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/).
const apiRel = "https://api.w.org/"

// WordPressAPI finds the root of the REST interface of WordPress in the Link
// headers of a page or in its head; "" if it names none. It is given as it is
// written.
func WordPressAPI(links []Link, page []byte) string {
	for _, l := range links {
		if l.Has(apiRel) {
			return l.URL
		}
	}
	at := bytes.Index(page, []byte(apiRel))
	if at < 0 {
		return ""
	}
	begin := bytes.LastIndexByte(page[:at], '<')
	if begin < 0 {
		return ""
	}
	m := newMarkup(open(bytes.NewReader(page[begin:min(len(page), begin+sniffed)])))
	if t := m.next(); t.kind == startTag && t.name == "link" && t.get("rel") == apiRel {
		return address(t.get("href"))
	}
	return ""
}

// postsPerPage is the most that WordPress gives at once.
const postsPerPage = 100

// PostsURL is where the REST interface at a root lists its posts, the newest
// first: page n, from 1. Where addresses are plain, its root is a query.
func PostsURL(root string, n int) string {
	root = strings.TrimSuffix(root, "/") + "/wp/v2/posts"
	mark := "?"
	if strings.Contains(root, "?") {
		mark = "&"
	}
	return root + mark + "per_page=" + strconv.Itoa(postsPerPage) + "&_fields=link,modified_gmt,date_gmt&page=" + strconv.Itoa(n)
}

// NextPosts is the page after one of PostsURL, as X-WP-TotalPages counts them
// or, without it, as rel=next says; "" after the last.
func NextPosts(current, totalPages string, links []Link) string {
	base, page, ok := strings.Cut(current, "&page=")
	n, err := strconv.Atoi(page)
	if !ok || err != nil || n < 1 {
		return ""
	}
	if total, err := strconv.Atoi(strings.TrimSpace(totalPages)); err == nil {
		if n >= total {
			return ""
		}
		return base + "&page=" + strconv.Itoa(n+1)
	}
	for _, l := range links {
		if l.Has("next") {
			return l.URL
		}
	}
	return ""
}

// pagedForm is an address that numbers its page as WordPress does.
var pagedForm = regexp.MustCompile(`^([^#]*(?:[?&]paged=|/page/))(\d{1,6})(&[^#]*|/?(?:\?[^#]*)?)$`)

// NextPaged is the page after one that numbers itself, as paged=N in its query
// or /page/N/ at the end of its path; "" if it does not.
func NextPaged(current string) string {
	m := pagedForm.FindStringSubmatch(current)
	if m == nil {
		return ""
	}
	return m[1] + strconv.Itoa(number(m[2])+1) + m[3]
}
