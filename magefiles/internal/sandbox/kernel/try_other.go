//go:build !linux

package kernel

import "errors"

var errNoLinux = errors.New("this machine has no Linux")

// Try returns that this is not Linux.
func Try(string) error { return errNoLinux }

// InNetwork returns that this is not Linux.
func InNetwork(func() error) error { return errNoLinux }
