package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// ended is what is known of a process after its end.
type ended struct {
	stdout, stderr string
	code           int // -1 if it was killed
	late           bool
	took, cpu      time.Duration
	peak           int // most resident memory, MB
}

// run starts a program and waits for its end, or kills it with SIGKILL after
// patience. Peak memory is VmHWM as last seen: ru_maxrss would also count the
// memory of the process that forked it (exec(2) keeps the high-water mark).
func run(t testing.TB, patience time.Duration, name string, args ...string) ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	return wait(ctx, t, cmd)
}

func wait(ctx context.Context, t testing.TB, cmd *exec.Cmd) ended {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	peak := make(chan int)
	go watch(cmd.Process.Pid, done, peak)
	err := cmd.Wait()
	close(done)
	e := ended{took: time.Since(begin), peak: <-peak, late: ctx.Err() != nil}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		t.Fatal(err)
	}
	e.stdout, e.stderr = stdout.String(), stderr.String()
	e.code = cmd.ProcessState.ExitCode()
	e.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return e
}

// watch reads the most resident memory of a process until it is done.
func watch(pid int, done chan struct{}, peak chan int) {
	kb := 0
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		kb = max(kb, highWater(pid))
		select {
		case <-tick.C:
		case <-done:
			tick.Stop()
			peak <- (kb + 1023) / 1024
			return
		}
	}
}

// highWater is VmHWM of proc(5) in KB, 0 if it cannot be read any more.
func highWater(pid int) int {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(b), "VmHWM:")
	if !ok {
		return 0
	}
	kb := 0
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0
	}
	return kb
}

// panicked finds a stack trace in what a Go program wrote.
func (e ended) panicked() bool {
	return strings.Contains(e.stderr, "goroutine ") && (strings.Contains(e.stderr, "panic:") || strings.Contains(e.stderr, "fatal error:"))
}

// tail is the end of what a process said, for a message.
func (e ended) tail() string {
	s := strings.TrimSpace(e.stderr)
	if s == "" {
		s = strings.TrimSpace(e.stdout)
	}
	return s[max(0, len(s)-1000):]
}
