//go:build !linux

package run

import "syscall"

// withParent: only Linux tells a process that its parent has died.
func withParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr { return attributes }
