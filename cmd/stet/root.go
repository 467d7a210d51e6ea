package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// chapter is a part of the help with its verbs.
type chapter struct {
	title string
	verbs []*cobra.Command
}

// chapters are all verbs, in the order of the help.
func chapters(c *console) []chapter {
	return []chapter{
		{"Crawl", []*cobra.Command{crawlVerb(c), statusVerb(c)}},
		{"Look", []*cobra.Command{listVerb(c), showVerb(c), searchVerb(c), linksVerb(c), whyVerb(c), explainVerb(c), templateVerb(c), statsVerb(c)}},
		{"Take out", []*cobra.Command{exportVerb(c), extractVerb(c), rulesVerb(c)}},
		{"Rest", []*cobra.Command{demoVerb(c), doctorVerb(c), completionVerb(c), versionVerb(c)}},
	}
}

const tour = `stet crawls sites, keeps what they published, and turns every page into a
clean article in one archive file.

  stet crawl https://example.org/     keep a site in archive.db
  stet list                           what was kept
  stet show URL                       read an article
  stet export --output articles.csv   take it all out again
  stet demo                           try it without a network`

// newRoot builds the command.
func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:           "stet",
		Short:         "crawl sites and keep clean articles",
		Long:          tour,
		Args:          cobra.ArbitraryArgs, // unknownVerb has looked at them
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if asked, _ := cmd.Flags().GetBool("version"); asked {
				return printVersion(c, false)
			}
			return cmd.Help()
		},
	}
	root.Flags().Bool("version", false, "print the version")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpVerb())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &fault{status: misused, err: flagError(err), hint: flagHint(cmd)}
	})
	root.SetOut(c.out)
	root.SetErr(c.err)
	all := chapters(c)
	for _, ch := range all {
		for _, v := range ch.verbs {
			v.Flags().SortFlags = false
			root.AddCommand(v)
		}
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { printHelp(c, cmd, all) })
	return root
}

// flagHint says what to do about a wrong flag.
func flagHint(cmd *cobra.Command) string {
	hint := cmd.CommandPath() + " --help lists the flags"
	if cmd.Name() == "search" {
		hint += "; -- goes before words that begin with -"
	}
	return hint
}

// flagError says in our words what is wrong with a flag's value.
func flagError(err error) error {
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	cause := invalid.Unwrap()
	if _, number := errors.AsType[*strconv.NumError](cause); number {
		cause = fmt.Errorf("%q is not a number", invalid.GetValue())
	}
	return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, cause)
}

// unknownVerb refuses a first argument that is no verb. Left to cobra, a
// mistyped verb with a flag would be told off for the flag.
func unknownVerb(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return nil
	}
	word := args[0]
	switch word {
	case "help", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd:
		return nil
	}
	for _, v := range root.Commands() {
		if v.Name() == word {
			return nil
		}
	}
	return &fault{status: misused, err: fmt.Errorf("unknown verb %q", word), hint: verbHint(root, word)}
}

func verbHint(root *cobra.Command, word string) string {
	if strings.Contains(word, "://") {
		return "stet crawl " + word + " keeps that site"
	}
	root.SuggestionsMinimumDistance = 2
	if like := root.SuggestionsFor(word); len(like) > 0 {
		return "did you mean stet " + like[0] + "?"
	}
	return "stet help lists the verbs"
}

func helpVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: "explain a verb, with examples",
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return root.Help()
			}
			if err := unknownVerb(root, args); err != nil {
				return err
			}
			v, _, err := root.Find(args)
			if err != nil {
				return err
			}
			return v.Help()
		},
	}
}

// Arguments of verbs.

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no argument, got %q", cmd.Name(), args[0])
	}
	return nil
}

// oneArg wants exactly one argument of the given name.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return &fault{
			status: misused,
			err:    fmt.Errorf("%s needs one %s, got %d", cmd.Name(), name, len(args)),
			hint:   "stet " + cmd.Use,
		}
	}
}
