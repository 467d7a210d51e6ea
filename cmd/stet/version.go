package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"stet/extract"
	"stet/store/sqlite"
)

func versionVerb(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "version [--json]",
		Short:       "print the versions of the program and its formats",
		Long:        "Print the version of the program, of its extractor and of the archives it\nwrites, and the Go version it was built with.",
		Example:     "stet version",
		Annotations: exits(done, misused),
		Args:        noArgs,
	}
	asJSON := jsonFlag(cmd, "one JSON object")
	cmd.RunE = func(*cobra.Command, []string) error { return printVersion(c, *asJSON) }
	return cmd
}

func printVersion(c *console, asJSON bool) error {
	v := struct {
		Version   string `json:"version"`
		Extractor string `json:"extractor"`
		Archive   int    `json:"archive_format"`
		Go        string `json:"go"`
		Platform  string `json:"platform"`
	}{programVersion(), extract.Version, sqlite.Format(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if asJSON {
		return json.NewEncoder(c.out).Encode(v)
	}
	_, err := fmt.Fprintf(c.out, "stet %s\nextractor %s\narchive format %d\n%s %s\n",
		v.Version, v.Extractor, v.Archive, v.Go, v.Platform)
	return err
}

// programVersion is the version of the module, or of the commit it was built
// from.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	if info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// madeBy is how the program signs an archive.
func madeBy() string { return "stet " + programVersion() }
