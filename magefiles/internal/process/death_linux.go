package process

import "syscall"

// withParent makes the kernel end the process when this one dies, even by SIGKILL. Otherwise a helm whose run was killed would
// go on while the next run already repairs the release.
func withParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr {
	attributes.Pdeathsig = syscall.SIGTERM
	return attributes
}
