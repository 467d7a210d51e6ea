package fetch

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// What is asked for when the request does not say.
const (
	defaultAgent  = "stet/1"
	defaultAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	encodings     = "gzip, br, zstd"
)

// framing headers belong to the connection; net/http or Fetch writes them.
var framing = []string{
	"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// checkHeaders copies the extra headers with their origins in one spelling. Its
// errors name a header, never a value.
func checkHeaders(by map[string]http.Header) (map[string]http.Header, error) {
	out := make(map[string]http.Header, len(by))
	for raw, headers := range by {
		origin, err := originOf(raw)
		if err != nil {
			return nil, fmt.Errorf("headers for an origin: %w", err)
		}
		if out[origin] == nil {
			out[origin] = http.Header{}
		}
		for name, values := range headers {
			if err := checkHeader(name, values); err != nil {
				return nil, err
			}
			name = http.CanonicalHeaderKey(name)
			out[origin][name] = append(out[origin][name], values...)
		}
	}
	return out, nil
}

func checkHeader(name string, values []string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("%q is not the name of a header", name)
	}
	for _, f := range framing {
		if strings.EqualFold(name, f) {
			return fmt.Errorf("header %s cannot be set", f)
		}
	}
	for _, v := range values {
		if !httpguts.ValidHeaderFieldValue(v) {
			return fmt.Errorf("header %s: its value has characters that cannot be sent", name)
		}
	}
	return nil
}

// headerFor makes the headers that every origin gets.
func (f *Fetcher) headerFor(r *Request) http.Header {
	h := http.Header{
		"User-Agent":      {f.cfg.UserAgent},
		"Accept":          {orElse(r.Accept, defaultAccept)},
		"Accept-Encoding": {encodings},
	}
	// Validators come from earlier answers: what cannot be sent back is left out.
	if r.ETag != "" && httpguts.ValidHeaderFieldValue(r.ETag) {
		h["If-None-Match"] = []string{r.ETag}
	}
	if r.LastModified != "" && httpguts.ValidHeaderFieldValue(r.LastModified) {
		h["If-Modified-Since"] = []string{r.LastModified}
	}
	return h
}

// addFor adds the extra headers of one origin; they replace ours.
func (f *Fetcher) addFor(origin string, h http.Header) http.Header {
	extra := f.headers[origin]
	out := make(http.Header, len(h)+len(extra)+1)
	for name, values := range h {
		out[name] = values
	}
	for name, values := range extra {
		out[name] = values
	}
	return out
}

// secretWords mark headers whose value opens something.
var secretWords = []string{"auth", "cookie", "token", "key", "secret", "session", "passw", "credential"}

// Withheld stands in Response.RequestHeader for a value that is a secret.
const Withheld = "(withheld)"

// recordOf is what may be kept of the headers sent: all, with Host, and the
// user's secrets by name only. A request header goes into the archive, and
// archives are given away.
func (f *Fetcher) recordOf(origin, host string, sent http.Header) http.Header {
	out := make(http.Header, len(sent)+1)
	for name, values := range sent {
		out[name] = values
		if _, own := f.headers[origin][name]; own && isSecret(name) {
			out[name] = []string{Withheld}
		}
	}
	out["Host"] = []string{host}
	return out
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
