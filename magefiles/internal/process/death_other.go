//go:build !linux

package process

import "syscall"

// withParent does nothing: only Linux can end a process when its parent dies.
func withParent(attributes *syscall.SysProcAttr, _ syscall.Signal) *syscall.SysProcAttr {
	return attributes
}
