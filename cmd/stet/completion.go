package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func completionVerb(c *console) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "print a script that completes stet's verbs and flags",
		Long:  "Print a script that lets a shell complete verbs, flags and their values. SHELL\nis " + strings.Join(shells, ", ") + ".",
		Example: `source <(stet completion bash)
stet completion zsh > "${fpath[1]}/_stet"
stet completion fish > ~/.config/fish/completions/stet.fish`,
		Annotations: exits(done, misused),
		ValidArgs:   shells,
		Args:        oneArg("SHELL"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		root := cmd.Root()
		switch slices.Index(shells, args[0]) {
		case 0:
			return root.GenBashCompletionV2(c.out, true)
		case 1:
			return root.GenZshCompletion(c.out)
		case 2:
			return root.GenFishCompletion(c.out, true)
		case 3:
			return root.GenPowerShellCompletionWithDesc(c.out)
		}
		return usage("completion knows %s, not %q", strings.Join(shells, ", "), args[0])
	}
	return cmd
}
