package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// statusKey and groupKey are where a verb keeps its exit statuses and a flag
// the heading it stands under.
const (
	statusKey = "stet.statuses"
	groupKey  = "stet.group"
)

// exits notes which statuses a verb leaves with.
func exits(which ...int) map[string]string {
	return map[string]string{statusKey: statuses(which...)}
}

// group puts flags under a heading of the help.
func group(fs *pflag.FlagSet, heading string, names ...string) {
	for _, n := range names {
		fs.Lookup(n).Annotations = map[string][]string{groupKey: {heading}}
	}
}

// printHelp prints the help of a verb, or of stet.
func printHelp(c *console, cmd *cobra.Command, chapters []chapter) {
	w, s := c.out, c.style()
	width := 80
	if c.outTerminal {
		width = min(c.width(), 100)
	}
	long := cmd.Long
	if long == "" {
		long = cmd.Short
	}
	fmt.Fprintf(w, "%s\n", strings.TrimSpace(long))
	fmt.Fprintf(w, "\n%s\n  %s\n", s.bold("Usage:"), useLine(cmd))
	switch {
	case !cmd.HasParent():
		printChapters(w, s, chapters)
	case cmd.HasSubCommands():
		printSubverbs(w, s, cmd)
	}
	printFlags(w, s, cmd.LocalFlags(), width)
	if cmd.Example != "" {
		fmt.Fprintf(w, "\n%s\n%s\n", s.bold("Examples:"), indent(cmd.Example))
	}
	if st := cmd.Annotations[statusKey]; st != "" {
		fmt.Fprintf(w, "\n%s\n%s", s.bold("Exit status:"), st)
	}
}

func useLine(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return strings.TrimSuffix(cmd.CommandPath(), cmd.Name()) + cmd.Use
	}
	return "stet VERB [ARGUMENTS] [FLAGS]"
}

func printChapters(w io.Writer, s style, chapters []chapter) {
	for _, ch := range chapters {
		fmt.Fprintf(w, "\n%s\n", s.bold(ch.title+":"))
		for _, v := range ch.verbs {
			fmt.Fprintf(w, "  %-11s %s\n", v.Name(), v.Short)
		}
	}
	fmt.Fprintln(w, "\nstet help VERB explains a verb, with examples.")
}

// printSubverbs lists what a verb parts into.
func printSubverbs(w io.Writer, s style, cmd *cobra.Command) {
	fmt.Fprintf(w, "\n%s\n", s.bold("Verbs:"))
	for _, v := range cmd.Commands() {
		fmt.Fprintf(w, "  %-17s %s\n", cmd.Name()+" "+v.Name(), v.Short)
	}
	fmt.Fprintf(w, "\nstet help %s VERB explains each.\n", cmd.Name())
}

// printFlags prints the flags under their headings, in order of appearance.
func printFlags(w io.Writer, s style, all *pflag.FlagSet, width int) {
	var headings []string
	sets := map[string]*pflag.FlagSet{}
	all.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" { // whoever reads this knows --help
			return
		}
		h := headingOf(f)
		if sets[h] == nil {
			headings = append(headings, h)
			sets[h] = pflag.NewFlagSet(h, pflag.ContinueOnError)
			sets[h].SortFlags = false
		}
		sets[h].AddFlag(f)
	})
	for _, h := range headings {
		fmt.Fprintf(w, "\n%s\n%s", s.bold(h+":"), sets[h].FlagUsagesWrapped(width))
	}
}

func headingOf(f *pflag.Flag) string {
	if h := f.Annotations[groupKey]; len(h) > 0 {
		return h[0]
	}
	return "Flags"
}

// indent sets every line two columns in.
func indent(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight("  "+strings.TrimSpace(l), " ")
	}
	return strings.Join(lines, "\n")
}
