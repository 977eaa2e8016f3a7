package ui

import "hub-ops/magefiles/internal/ui/live"

// Bytes writes a number of bytes with three digits at the most, in powers of 1000: "1.6 GB".
func Bytes(n int64) string { return live.Bytes(n) }
