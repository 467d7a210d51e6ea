package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"stet/crawler"
	"stet/store"
)

// telling is what the end of a crawl is told from.
type telling struct {
	sum     crawler.Summary
	archive string // "" if it is thrown away
	lost    *losses
	bare    string // the first seed that was given without a scheme
	again   string // the command that goes on; without it nothing is advised
}

// tell says at the end what was kept, what was not and why, and what to do
// next.
func tell(w io.Writer, t telling) {
	n := t.sum.Run.Counts
	fmt.Fprintf(w, "%s\n\n", ending(t.sum))
	if t.sum.Resumed {
		fmt.Fprintln(w, "This run went on with an earlier one.")
	}
	switch {
	case n.Pages == 0 && n.States[store.StateUnchanged] > 0:
		fmt.Fprintln(w, "No page was new.")
	case n.Pages == 0:
		fmt.Fprintln(w, "No page was kept.")
	case t.archive == "":
		fmt.Fprintf(w, "Kept %s, among them %s.\n", counted(n.Pages, "page"), counted(n.Articles, "new article"))
	default:
		fmt.Fprintf(w, "Kept %s in %s, among them %s.\n", counted(n.Pages, "page"), clean(t.archive), counted(n.Articles, "new article"))
	}
	tellOthers(w, n)
	fmt.Fprintf(w, "It took %s and %s.\n", span(t.sum.Elapsed), size(n.Bytes))
	tellLost(w, t.lost.tally())
	if t.sum.Left > 0 {
		fmt.Fprintf(w, "\nStill to visit: %s%s.\n", counted(t.sum.Left, "page"), due(t.sum))
	}
	if t.again != "" {
		tellNext(w, t)
	}
}

// ending is how the run ended, as a sentence.
func ending(s crawler.Summary) string {
	switch s.Run.State {
	case store.RunFinished:
		return "Done: nothing is left to visit."
	case store.RunInterrupted:
		return "Stopped. What was kept is safe."
	case store.RunLimited:
		if s.Run.Reason != "" {
			return "Ended: " + clean(s.Run.Reason) + "."
		}
		return "Ended by a limit."
	}
	return "Ended: " + string(s.Run.State) + "."
}

// tellOthers tells of pages that were answered but hold nothing new.
func tellOthers(w io.Writer, n store.Counts) {
	if same := n.States[store.StateUnchanged]; same > 0 {
		fmt.Fprintf(w, "%s had not changed.\n", counted(same, "page"))
	}
	if led := n.States[store.StateRedirected]; led > 0 {
		fmt.Fprintf(w, "%s led elsewhere.\n", counted(led, "address"))
	}
}

func tellLost(w io.Writer, lost map[string]int) {
	if len(lost) == 0 {
		return
	}
	fmt.Fprintf(w, "\nNot kept: %s\n", counted(total(lost), "page"))
	for _, class := range byCount(lost) {
		fmt.Fprintf(w, "%9s  %s\n", count(lost[class]), inWords(class))
	}
}

// due says when the first page that is left may be visited.
func due(s crawler.Summary) string {
	if s.NextDue.IsZero() || s.Run.FinishedAt.IsZero() {
		return ""
	}
	in := s.NextDue.Sub(s.Run.FinishedAt)
	if in < time.Second {
		return ""
	}
	return ", the first in " + span(in)
}

// advice is a command and what it is good for.
type advice struct{ command, what string }

func tellNext(w io.Writer, t telling) {
	where := ""
	if t.archive != "archive.db" {
		where = " --archive " + shellWord(t.archive)
	}
	var next []advice
	n := t.sum.Run.Counts
	kept := n.Pages + n.States[store.StateUnchanged]
	if kept > 0 {
		next = append(next, advice{"stet list" + where, "the articles"},
			advice{"stet export --output articles.jsonl" + where, "all of them, as a dataset"})
	}
	if url := t.lost.worst(); url != "" {
		next = append(next, advice{"stet why " + shellWord(clean(url)) + where, "why that page was not kept"})
	}
	if kept == 0 && t.bare != "" && t.lost.reached() {
		next = append(next, advice{"stet crawl " + shellWord("http://"+clean(t.bare)) + where, "if the site has no https"})
	}
	switch {
	case t.sum.Left > 0:
		next = append(next, advice{t.again, "goes on where this ended"})
	case kept == 0 && len(t.lost.tally()) > 0:
		next = append(next, advice{t.again, "tries again"})
	default:
		next = append(next, advice{t.again, "looks for what changed"})
	}
	fmt.Fprintf(w, "\nNext:\n")
	printAdvice(w, next)
}

// printAdvice aligns what the commands are good for, unless one is very long.
func printAdvice(w io.Writer, next []advice) {
	const longest = 60
	width := 0
	for _, a := range next {
		if n := uniseg.StringWidth(a.command); n <= longest {
			width = max(width, n)
		}
	}
	for _, a := range next {
		pad := strings.Repeat(" ", max(0, width-uniseg.StringWidth(a.command)))
		fmt.Fprintf(w, "  %s%s   %s\n", a.command, pad, a.what)
	}
}

// inWords says a class of failure for a reader.
func inWords(class string) string {
	if code, ok := strings.CutPrefix(class, "http-"); ok {
		if n, err := strconv.Atoi(code); err == nil && http.StatusText(n) != "" {
			return fmt.Sprintf("answered %d %s", n, http.StatusText(n))
		}
	}
	if text := classWords[class]; text != "" {
		return text
	}
	return clean(class)
}

// classWords are the classes of packages crawler and fetch.
var classWords = map[string]string{
	"robots":             "closed by robots.txt",
	"robots-unreachable": "robots.txt could not be had, so nothing may be asked",
	"dns-nxdomain":       "the host does not exist",
	"dns":                "the host's name could not be resolved",
	"connect-refused":    "the host refuses connections",
	"connect-timeout":    "no connection in time",
	"connect":            "the host cannot be reached",
	"tls":                "no secure connection",
	"header-timeout":     "no answer in time",
	"reset":              "the connection broke before the answer",
	"header-too-long":    "the answer's header is too long",
	"protocol":           "the answer is not HTTP",
	"blocked-address":    "at a private address",
	"bad-url":            "not an address that can be asked",
	"proxy":              "the proxy refused, or cannot be reached",
	"cut-off":            "cut off while it arrived",
	"too-long":           "longer than --page-size",
	"broken":             "arrived broken",
	"redirects":          "too many redirects",
	"bad-redirect":       "a redirect that leads nowhere",
	"error":              "another error",
}

// resumeCommand gives the command line again, as a shell would read it.
func resumeCommand(args []string) string {
	words := []string{"stet"}
	for _, a := range args {
		words = append(words, shellWord(clean(a)))
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word where a shell would not take it as it stands.
func shellWord(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
