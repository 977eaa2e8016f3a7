//go:build !linux

package process

import "time"

// Started is zero: only Linux tells when a process began, and only there is a sandbox.
func Started() time.Time { return time.Time{} }

// begun is when this process began; the system does not say.
func begun() string { return "" }
