package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"stet/crawler"
	"stet/store"
)

func crawlVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "crawl [URL…] [FLAGS]",
		Short: "crawl sites into an archive",
		Long: `Crawl from the given URLs, and keep every page with its clean article in the
archive. A URL without a scheme is https.

Links are followed within --scope: page (the seeds alone), prefix (the seed's
folder), host (the default), domain (all hosts of the registrable domain), any.
robots.txt is obeyed, a host is asked one thing at a time, and never more often
than --delay, its own Crawl-delay and its answer time allow.

Ctrl-C finishes what is in flight and ends; a second one ends at once. The same
command again goes on where it ended, also after a crash or a power cut. Once
nothing is left to visit, the same command asks every page anew and keeps what
changed.

A page has failed when there was no answer, or an error of the server (5xx), and
the retries are used up. A 404 is an answer.

A job file holds the same settings, in TOML; paths in it start at its folder:

  seeds   = ["https://example.org/news/"]
  scope   = "prefix"
  exclude = ["/tag/", "[?]print="]
  depth   = 3
  delay   = "2s"
  archive = "news.db"`,
		Example: `stet crawl https://example.org/
stet crawl example.org/news/ --scope prefix --depth 2 --limit 500
stet crawl --seed-file seeds.txt --scope page --archive pages.db
stet crawl --job-file news.toml --time-limit 2h --quiet
stet crawl example.org --json | jq -r 'select(.state == "failed") | .url'
stet crawl http://example.onion/ --proxy socks5://127.0.0.1:9050`,
		Annotations: exits(done, failed, misused, partly, held, full, newer, interrupted),
	}
	s := new(settings)
	s.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := s.load(cmd.Flags(), args, c.in); err != nil {
			return err
		}
		return crawl(cmd.Context(), c, s, resumeCommand(os.Args[1:]))
	}
	return cmd
}

// crawl runs the crawl and tells of it. again is the command that resumes it.
func crawl(ctx context.Context, c *console, s *settings, again string) error {
	if err := checkFolder(s.Archive); err != nil {
		return err
	}
	rules, err := loadRules(c, s.Rules, s.Quiet)
	if err != nil {
		return err
	}
	s.Extract.Rules = rules
	tuneMemory(crawlMemory, c.getenv)
	st, err := openToCrawl(ctx, s.Archive)
	if err != nil {
		return err
	}
	err = crawlInto(ctx, c, st, s, again)
	if closed := st.Close(); err == nil && closed != nil {
		err = fmt.Errorf("close the archive %s: %w", s.Archive, closed)
	}
	return err
}

func crawlInto(ctx context.Context, c *console, st store.Store, s *settings, again string) error {
	lost := newLosses()
	show := newDisplay(c, s, lost)
	log, closeLog, err := openLog(s, show)
	if err != nil {
		return err
	}
	defer closeLog()
	ctx, b := withBrakes(ctx, show.say)
	defer b.release()
	pages := newPages(c, s.JSON, lost, b.soften)

	cfg := s.Config
	cfg.Stop, cfg.Log, cfg.MadeBy = b.stop, log, madeBy()
	cfg.Page, cfg.Progress = pages.add, show.progress
	show.begin()
	sum, err := crawler.Run(ctx, st, cfg)
	show.end()
	return ended(c, s, sum, pages, again, err)
}

// ended tells how the crawl ended and chooses the exit status.
func ended(c *console, s *settings, sum crawler.Summary, pages *pages, again string, err error) error {
	stopped := sum.Run.State == store.RunInterrupted
	if err != nil && !(stopped && errors.Is(err, context.Canceled)) {
		return err
	}
	if !s.Quiet {
		to := io.Writer(c.out)
		if s.JSON {
			to = c.err // standard output is for the pages
		}
		archive := s.Archive
		if s.passing {
			archive = ""
		}
		tell(to, telling{sum, archive, pages.lost, s.bare, again})
	}
	switch {
	case pages.err != nil && statusOf(pages.err) != done:
		return fmt.Errorf("print the pages: %w", pages.err)
	case stopped:
		return silent(interrupted)
	case sum.Failures > 0:
		return silent(partly)
	}
	return nil
}

// checkFolder refuses an archive in a folder that is not there: it would only
// be noticed as an error of the database.
func checkFolder(archive string) error {
	folder := filepath.Dir(archive)
	info, err := os.Stat(folder)
	if err != nil {
		return usage("--archive %s: %s: %w", archive, folder, withoutPath(err))
	}
	if !info.IsDir() {
		return usage("--archive %s: %s is not a folder", archive, folder)
	}
	return nil
}

// crawlMemory is where the garbage collector begins to work harder: a crawl of
// any length is to stay below 150 MB, and SQLite's memory is not counted.
const crawlMemory = 88 << 20

// tuneMemory lets the heap grow to five times what is alive before it is
// collected (GOGC=400): a parsed page is garbage as soon as it is recorded.
// Extracting 1,651 pages took 8.7 s of CPU with it, 11.8 s without. The limit
// keeps that from costing memory where much is alive. GOGC and GOMEMLIMIT win.
func tuneMemory(limit int64, getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// openLog gives the logger that --verbose and --log ask for, or nil.
func openLog(s *settings, show *display) (*slog.Logger, func(), error) {
	if s.LogFile != "" {
		f, err := os.OpenFile(s.LogFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
		if err != nil {
			return nil, nil, usage("--log %s: %w", s.LogFile, withoutPath(err))
		}
		to := slog.Handler(slog.NewJSONHandler(f, nil))
		if s.Verbose {
			to = slog.NewMultiHandler(to, slog.NewTextHandler(show, nil))
		}
		return slog.New(to), func() { f.Close() }, nil // a log that cannot be closed has been written all the same
	}
	if s.Verbose {
		return slog.New(slog.NewTextHandler(show, nil)), func() {}, nil
	}
	return nil, func() {}, nil
}
