package history

import (
	"strconv"
	"time"
)

// TookLabel is the label that says how long a deploy took, until its pods had held, or it failed.
const TookLabel = "hub-ops.took"

// TookOf is how long a deploy took as the value of a label: seconds, as 41.3.
func TookOf(took time.Duration) string { return strconv.FormatFloat(took.Seconds(), 'f', 1, 64) }

// ReadTook reads what TookOf has written; 0 where nothing of that kind is recorded.
func ReadTook(label string) time.Duration {
	seconds, err := strconv.ParseFloat(label, 64)
	const week = 7 * 24 * 60 * 60
	if err != nil || !(seconds >= 0 && seconds <= week) { // which NaN is not either
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
