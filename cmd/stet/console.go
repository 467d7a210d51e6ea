package main

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/term"
)

// console is what the command sees of the world outside: its three streams,
// what they are connected to, and its environment.
type console struct {
	in          io.Reader
	out         *bufio.Writer // standard output; flushed by run
	err         io.Writer
	outTerminal bool
	errTerminal bool
	color       bool       // styles may be used on terminals
	width       func() int // columns of the terminal; 80 if unknown
	getenv      func(string) string
}

// systemConsole is the console of this process.
func systemConsole() *console {
	return &console{
		in:          os.Stdin,
		out:         bufio.NewWriter(os.Stdout),
		err:         os.Stderr,
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		color:       os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", // https://no-color.org
		width:       terminalWidth,
		getenv:      os.Getenv,
	}
}

func terminalWidth() int {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// moves says whether lines on standard error can be drawn anew.
func (c *console) moves() bool { return c.errTerminal && c.getenv("TERM") != "dumb" }

// foreign is standard output for bytes that come from pages: on a terminal
// they lose what could drive it.
func (c *console) foreign() io.Writer {
	if c.outTerminal {
		return &plainWriter{w: c.out}
	}
	return c.out
}

// style gives the styles for standard output.
func (c *console) style() style { return style{on: c.color && c.outTerminal} }

// errStyle gives the styles for standard error.
func (c *console) errStyle() style { return style{on: c.color && c.errTerminal} }

// style marks words for a reader, or leaves them as they are.
type style struct{ on bool }

// The SGR codes of ECMA-48 that every terminal knows.
func (s style) bold(t string) string { return s.sgr("1", t) }
func (s style) dim(t string) string  { return s.sgr("2", t) }
func (s style) red(t string) string  { return s.sgr("31", t) }

// struck is what was crossed out: dim where a terminal cannot strike.
func (s style) struck(t string) string { return s.sgr("2;9", t) }

func (s style) sgr(code, t string) string {
	if !s.on || t == "" {
		return t
	}
	return "\x1b[" + code + "m" + t + "\x1b[0m"
}
