package process

import "syscall"

// withParent ends the process when this one dies, however it dies: a helm whose run was killed would work on while the
// next run already puts the release in order.
func withParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr {
	attributes.Pdeathsig = syscall.SIGTERM
	return attributes
}
