package bench

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// forgetPeak sets what peakMemory counts from to what is resident now: proc(5), clear_refs.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600)
}

// peakMemory is the most that this process had resident since then.
func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// watchChild returns the most memory, in bytes, that a child of this process which runs the program has resident, once stop is called: proc(5), VmHWM. It
// looks fifty times a second, because what wait(2) tells of a child begins with the memory of its parent.
func watchChild(ctx context.Context, program string) (stop func() int64) {
	ctx, cancel := context.WithCancel(ctx)
	result := make(chan int64)
	go func() {
		most := int64(0)
		for ctx.Err() == nil {
			most = max(most, childPeak(program))
			time.Sleep(20 * time.Millisecond)
		}
		result <- most
	}()
	return func() int64 { cancel(); return <-result }
}

func childPeak(program string) int64 {
	most := int64(0)
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status")) // #nosec G304 -- below /proc
		if err == nil && statusField(status, "PPid:") == int64(os.Getpid()) {
			most = max(most, statusField(status, "VmHWM:")<<10)
		}
	}
	return most
}

// statusField returns a number of a process's status; those of memory are in KiB.
func statusField(status []byte, field string) int64 {
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, field); found {
			number, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return number
		}
	}
	return 0
}
