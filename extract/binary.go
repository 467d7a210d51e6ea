package extract

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
)

// format says what the bytes are: "" for HTML, else what to tell of them and
// of which kind they are. Bytes are believed before the content type: servers
// call PDF HTML and HTML JPEG.
func format(body []byte, contentType string) (Kind, string) {
	head := body[:min(len(body), 1024)]
	sniffed := http.DetectContentType(head)
	media, _, _ := mime.ParseMediaType(contentType)
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	switch {
	case len(bytes.TrimSpace(body[:min(len(body), 1<<16)])) == 0 && len(body) <= 1<<16:
		return KindEmpty, "no bytes but white space"
	case bytes.HasPrefix(trimmed, []byte("<?xml")) && !bytes.Contains(bytes.ToLower(head), []byte("<html")),
		bytes.HasPrefix(trimmed, []byte("<rss")), bytes.HasPrefix(trimmed, []byte("<feed")):
		return KindOther, "XML, not HTML"
	case looksHTML(trimmed):
		return "", ""
	case strings.HasPrefix(sniffed, "text/"):
		return textFormat(trimmed, media)
	case strings.HasPrefix(sniffed, "image/"), strings.HasPrefix(sniffed, "audio/"), strings.HasPrefix(sniffed, "video/"), strings.HasPrefix(sniffed, "font/"),
		strings.HasPrefix(sniffed, "application/") && sniffed != "application/octet-stream":
		return KindBinary, "the bytes are " + sniffed
	}
	if control := controlBytes(body[:min(len(body), 1<<16)]); control*50 > min(len(body), 1<<16) && !utf16Text(body) {
		return KindBinary, "the bytes are no text"
	}
	return textFormat(trimmed, media)
}

func looksHTML(head []byte) bool {
	low := bytes.ToLower(head[:min(len(head), 512)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<div", "<article", "<p>", "<p "} {
		if bytes.Contains(low, []byte(tag)) && (low[0] == '<' || tag[1] != 'p') {
			return true
		}
	}
	return false
}

// textFormat judges text without the marks of HTML at its head by its
// content type.
func textFormat(head []byte, media string) (Kind, string) {
	switch {
	case media == "" || media == "text/html" || media == "application/xhtml+xml":
		return "", ""
	case strings.HasSuffix(media, "json"), strings.HasSuffix(media, "xml"), media == "text/plain", media == "text/css", media == "text/csv", strings.Contains(media, "javascript"):
		return KindOther, "the content type is " + media
	case len(head) > 0 && head[0] == '<':
		return "", ""
	}
	return KindOther, "the content type is " + media
}

// controlBytes counts bytes that no text of any 8-bit or multi-byte charset
// holds: the C0 controls but white space and escape.
func controlBytes(b []byte) int {
	n := 0
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			n++
		}
	}
	return n
}

// utf16Text tells UTF-16 by its mark or by every second byte being zero.
func utf16Text(b []byte) bool {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return true
	}
	n := min(len(b), 512) &^ 1
	var zero [2]int
	for i := range n {
		if b[i] == 0 {
			zero[i&1]++
		}
	}
	return n > 0 && (zero[0] > n/3 && zero[1] == 0 || zero[1] > n/3 && zero[0] == 0)
}
