//go:build !linux

package process

import "time"

// Started is zero: only Linux tells when a process began, and only there is a sandbox.
func Started() time.Time { return time.Time{} }
