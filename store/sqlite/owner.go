package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"stet/store"
)

// An owner is "host:pid" or, where /proc tells more, "host:pid:start:place".
// start is the time the process began in clock ticks since the machine did
// (field 22 of /proc/PID/stat, proc(5)), so that another process that got the
// same number later is not taken for it. place names the run of the machine
// and the PID name space: numbers of one place say nothing about another, even
// if both have the same host name.

// Owner names this process.
func Owner() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	// No colon can be in a host name; if one is, it would shift the fields.
	host = strings.ReplaceAll(host, ":", "-")
	name := host + ":" + strconv.Itoa(os.Getpid())
	start, place := processStart(os.Getpid()), processPlace()
	if start == "" || place == "" {
		return name
	}
	return name + ":" + start + ":" + place
}

// heldBy is a *store.HeldError if the owner of a lease still lives.
func heldBy(owner string, until, now time.Time) error {
	if owner == "" || !now.Before(until) || processDead(owner) {
		return nil
	}
	name := owner
	if f := strings.Split(owner, ":"); len(f) == 4 {
		name = f[0] + ":" + f[1]
	}
	return &store.HeldError{Owner: name, Until: until}
}

// processDead says whether an owner is known to have ended. It is not known of
// a process on another machine or in another PID name space, or of a name that
// [Owner] did not make.
func processDead(owner string) bool {
	f := strings.Split(owner, ":")
	host, err := os.Hostname()
	if err != nil || len(f) != 4 || f[0] != strings.ReplaceAll(host, ":", "-") || f[3] != processPlace() {
		return false
	}
	pid, err := strconv.Atoi(f[1])
	if err != nil || pid <= 0 {
		return false
	}
	return !processRuns(pid, f[2])
}

// processRuns says whether the process that began at start still runs.
func processRuns(pid int, start string) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	if errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH) {
		return false
	}
	now := processStart(pid)
	return now == "" || now == start // "": another user's, or just gone; it will be seen the next time
}

// processStart is when a process began, "" if the system does not say or the
// process is a zombie, which does nothing any more.
func processStart(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The second field is the name in brackets and may hold anything.
	s := string(b)
	f := strings.Fields(s[strings.LastIndexByte(s, ')')+1:])
	const state, startTime = 0, 19 // fields 3 and 22 of proc(5), counted from the third
	if len(f) <= startTime {
		return ""
	}
	if f[state] == "Z" || f[state] == "X" {
		return "ended"
	}
	return f[startTime]
}

// processPlace names the run of this machine and the PID name space.
func processPlace() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	space, err := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	if err != nil {
		return ""
	}
	number := strings.Trim(strings.TrimPrefix(space, "pid:"), "[]")
	return strings.TrimSpace(string(boot)) + "/" + number
}
