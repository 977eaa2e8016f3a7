package process

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks is the number of clock ticks in a second in the process table, on every architecture that Go runs on: proc(5), sysconf(3).
const ticks = 100

// Started returns when this process began, to a hundredth of a second; zero if the system does not say.
func Started() time.Time {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return time.Time{}
	}
	uptime, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return time.Time{}
	}
	return started(string(stat), string(uptime), time.Now())
}

// begun is when this process began, as the system counts; "" if it does not say.
func begun() string {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return ""
	}
	return ticksIn(string(stat))
}

// ticksIn is the 22nd field of stat, in ticks since the system began.
func ticksIn(stat string) string {
	_, rest, _ := strings.Cut(stat[strings.LastIndexByte(stat, ')')+1:], " ") // the program's name can hold anything
	fields := strings.Fields(rest)
	if len(fields) < 20 {
		return ""
	}
	return fields[19]
}

// started reads stat, and the first field of uptime, in seconds.
func started(stat, uptime string, now time.Time) time.Time {
	up := strings.Fields(uptime)
	if len(up) == 0 {
		return time.Time{}
	}
	begun, err := strconv.ParseFloat(ticksIn(stat), 64)
	if err != nil {
		return time.Time{}
	}
	since, err := strconv.ParseFloat(up[0], 64)
	if err != nil {
		return time.Time{}
	}
	return now.Add(-time.Duration((since - begun/ticks) * float64(time.Second)))
}
