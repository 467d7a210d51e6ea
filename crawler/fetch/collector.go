package fetch

import (
	"context"
	"net/http"

	"github.com/gocolly/colly/v2"
)

// collector is the one Colly collector of a Fetcher.
//
// As of Colly 2.3: Init, unlike NewCollector, does not let COLLY_* environment
// variables change the settings. A collector's context serves all its
// requests, so each call gets a Clone, which shares everything but that; it
// takes about 10 µs with Colly's own work. With AllowURLRevisit and without
// limits, cache, robots and jar nothing is remembered of a request, so memory
// does not grow with their number. The client's timeout of 10 s is taken off:
// ours are finer.
type collector struct{ c *colly.Collector }

func newCollector(f *Fetcher) *collector {
	c := new(colly.Collector)
	c.Init()
	c.UserAgent = f.cfg.UserAgent
	c.AllowURLRevisit = true
	c.IgnoreRobotsTxt = true
	c.ParseHTTPErrorResponse = true // a status is an answer
	c.MaxBodySize = 0               // our transport bounds it, and hands Colly none
	c.DisableCookies()
	c.SetRequestTimeout(0)
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	c.WithTransport(exchange{f})
	return &collector{c}
}

// request lets Colly send one request. The answer is in the context's call.
func (c *collector) request(ctx context.Context, method, url string, h http.Header) error {
	one := c.c.Clone()
	one.Context = ctx
	return one.Request(method, url, nil, nil, h)
}
