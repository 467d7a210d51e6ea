package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stet/store/export"
)

// TestReadme runs the commands of the README's console blocks, in order and in
// one folder, and compares what they print with what stands there. Digits do
// not count: ports, times and sizes differ from run to run. A line "…" stands
// for the rest of a command's output. -update pastes the real output in, as
// many lines as stand there now; an empty sample takes all.
//
// The addresses in it are those of the demo site, with ports that it has not:
// in a command, they are replaced by the real ones.
func TestReadme(t *testing.T) {
	const name = "../../README.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var ports ports
	got := consoleBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		return rerun(t, block, &ports)
	})
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if g, w := comparable(got), comparable(string(text)); g != w {
		t.Errorf("the README shows other output than the commands print; -update pastes it in\n%s", firstDifference(g, w))
	}
}

// TestFieldsAreTold: the README and the help of export name every field of a
// record, in order.
func TestFieldsAreTold(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var header, help bytes.Buffer
	if err := export.CSV.New(&header).Close(); err != nil {
		t.Fatal(err)
	}
	c := terminal(&help, io.Discard)
	if status := run(context.Background(), []string{"help", "export"}, c); status != done {
		t.Fatalf("help export: status %d", status)
	}
	want := strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(header.String(), "\ufeff")), ",", ", ")
	for name, text := range map[string]string{"README": string(readme), "help of export": help.String()} {
		if got := strings.Join(strings.Fields(text), " "); !strings.Contains(got, want) {
			t.Errorf("the %s does not name the fields %s", name, want)
		}
	}
}

var consoleBlock = regexp.MustCompile("(?s)```console\n.*?```")

// rerun runs the commands of a block and gives it with their real output.
func rerun(t *testing.T, block string, ports *ports) string {
	t.Helper()
	var out strings.Builder
	lines := strings.Split(block, "\n")
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i])
		if i < len(lines)-1 {
			out.WriteByte('\n')
		}
		command, is := strings.CutPrefix(lines[i], "$ ")
		if !is {
			continue
		}
		from := i + 1
		for i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "$ ") && lines[i+1] != "```" {
			i++
		}
		out.WriteString(excerpt(runs(t, command, ports), lines[from:i+1]))
	}
	return out.String()
}

// excerpt gives as much of an output as the sample shows, and the blank lines
// that the sample has after it.
func excerpt(output string, sample []string) string {
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	if n := slices.Index(sample, "…"); n >= 0 && n < len(lines) {
		lines = append(lines[:n:n], "…")
	}
	for i := len(sample) - 1; i >= 0 && sample[i] == ""; i-- {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n") + "\n"
}

// runs gives what one command prints, on a terminal of 80 columns without
// colours.
func runs(t *testing.T, command string, ports *ports) string {
	t.Helper()
	words := strings.Fields(ports.real(command))
	if words[0] != "stet" {
		t.Fatalf("%q is not a command of stet: use another kind of block", command)
	}
	var out, errs bytes.Buffer
	c := terminal(&out, &errs)
	c.errTerminal, c.out = false, bufio.NewWriter(&out)
	if status := run(context.Background(), words[1:], c); status != done {
		t.Fatalf("%s: status %d: %s", command, status, errs.String())
	}
	ports.learn(errs.String() + out.String())
	said := progressLines.ReplaceAllString(errs.String(), "") // there are some on a slow machine
	return ports.shown(said + out.String())
}

// ports are those the demo site had when it was crawled.
type ports struct{ en, zh string }

var (
	enOrigin = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	zhOrigin = regexp.MustCompile(`127\.0\.0\.2:\d+`)
)

const shownEN, shownZH = "127.0.0.1:8001", "127.0.0.2:8002"

func (p *ports) learn(output string) {
	if p.en == "" {
		p.en, p.zh = enOrigin.FindString(output), zhOrigin.FindString(output)
	}
}

func (p *ports) real(command string) string {
	if p.en == "" {
		return command
	}
	return strings.NewReplacer(shownEN, p.en, shownZH, p.zh).Replace(command)
}

func (p *ports) shown(output string) string {
	return zhOrigin.ReplaceAllString(enOrigin.ReplaceAllString(output, shownEN), shownZH)
}

var progressLines = regexp.MustCompile(`(?m)^stet: \d+:\d\d:\d\d  .*\n`)

var (
	digits = regexp.MustCompile(`\d[\d,.]*`)
	unit   = regexp.MustCompile(`# (min # s|ms|s|B|kB|MB|GB)\b`)
	blanks = regexp.MustCompile(` +#`)
)

// comparable hides what differs from run to run: digits and units, and the
// order of the lines of a block, which is that in which two hosts answered.
func comparable(s string) string {
	return consoleBlock.ReplaceAllStringFunc(s, func(block string) string {
		block = strings.ReplaceAll(block, "under ", "")
		block = unit.ReplaceAllString(digits.ReplaceAllString(block, "#"), "# unit")
		lines := strings.Split(blanks.ReplaceAllString(block, " #"), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	})
}
