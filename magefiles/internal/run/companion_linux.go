package run

import "syscall"

// endWithUs makes the kernel end a process when this one dies, however it dies.
func endWithUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
