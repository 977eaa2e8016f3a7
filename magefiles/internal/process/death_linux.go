package process

import "syscall"

// withParent makes the kernel send the process a signal when this one dies, even by SIGKILL. Otherwise a helm whose run was killed would
// go on while the next run already repairs the release.
func withParent(attributes *syscall.SysProcAttr, signal syscall.Signal) *syscall.SysProcAttr {
	attributes.Pdeathsig = signal
	return attributes
}
