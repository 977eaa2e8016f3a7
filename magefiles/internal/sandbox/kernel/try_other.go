//go:build !linux

package kernel

import "errors"

// Try returns that this is not Linux.
func Try(string, func() error) error { return errors.New("this machine has no Linux") }
