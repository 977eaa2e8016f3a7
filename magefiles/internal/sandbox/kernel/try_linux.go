package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Try makes for a moment what a real node needs: namespaces, a bridge, mounts, and in dir an overlay of directories. The error is in words why
// this kernel does not give it. The namespaces are those of one thread, and end with it.
func Try(dir string) error { return onThread(func() error { return try(dir) }) }

// InNetwork does something in a network of its own, which ends with what was made in it.
func InNetwork(do func() error) error {
	return onThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("no network namespace can be made: %w", err)
		}
		return do()
	})
}

// onThread does something on a thread that is not used again.
func onThread(do func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		done <- do()
	}()
	return <-done
}

func try(dir string) error {
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("no namespaces can be made: %w", err)
	}
	if err := tryBridge(); err != nil {
		return fmt.Errorf("no bridge can be made: %w", err)
	}
	if err := tryOverlay(dir); err != nil {
		return err
	}
	// /proc is a mount everywhere, and can be told to keep what is mounted there to itself; the root directory of a chroot is none.
	if err := unix.Mount("", "/proc", "", unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mounts cannot be made private: %w", err)
	}
	if err := unix.Mount("tmpfs", "/proc", "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("nothing can be mounted: %w", err)
	}
	return nil
}

// tryBridge makes a bridge, which goes with the network: netdevice(7).
func tryBridge() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(socket) }()
	name := []byte("sandbox0\x00")
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCBRADDBR, uintptr(unsafe.Pointer(&name[0]))); errno != 0 { // #nosec G103 -- as the kernel takes it
		return errno
	}
	return nil
}

// tryOverlay makes an overlay of directories in dir, as a container's root is one. It is mounted nowhere: fsmount(2). A kernel that is older than
// that call, 5.2, is taken to be able to.
func tryOverlay(dir string) (err error) {
	dir = filepath.Join(dir, "overlay")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, name := range []string{"lower", "upper", "work"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
	}
	system, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if errors.Is(err, unix.ENOSYS) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("no overlayfs: %w", err)
	}
	defer func() { _ = unix.Close(system) }()
	for _, name := range []string{"lower", "upper", "work"} {
		if err := unix.FsconfigSetString(system, name+"dir", filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("no overlayfs in %s: %w", dir, err)
		}
	}
	if err := unix.FsconfigCreate(system); err != nil {
		return fmt.Errorf("no overlayfs in %s: %w", dir, err)
	}
	return nil
}
