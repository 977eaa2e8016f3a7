//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// inNamespaces starts this program once more, with namespaces of its own. The kernel kills it when this process ends.
func inNamespaces(args ...string) (*os.Process, error) {
	return os.StartProcess("/proc/self/exe", append([]string{os.Args[0]}, args...), &os.ProcAttr{
		Files: []*os.File{nil, os.Stdout, os.Stderr},
		Sys: &syscall.SysProcAttr{
			Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
			Pdeathsig:  syscall.SIGKILL,
		},
	})
}

// inNetwork does something on a thread in another network namespace: sockets that are made there belong to it. The thread ends with it.
func inNetwork(namespace *os.File, do func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked, so that the thread is not used again
		if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- fmt.Errorf("entering the node's network: %w", err)
			return
		}
		done <- do()
	}()
	return <-done
}

// newRoot makes a root directory of the node's own, in memory, and moves into it. Whatever the node writes outside of the sandbox's directory,
// such as /var/lib/cni, /run/containerd, or the directory that a pod asks for on its node, goes there, and with it.
func newRoot(plan *Plan) error {
	if err := keepMounts(); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	root := filepath.Join(plan.Files, "root")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", root, "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mounting a root directory: %w", err)
	}
	for _, name := range plan.System {
		if err := show(root, "/"+name); err != nil {
			return err
		}
	}
	for _, dir := range plan.Tools {
		if err := bind(root, dir, unix.MS_RDONLY); err != nil {
			return err
		}
	}
	for _, dir := range []string{"/dev", plan.Dir, "/sys/fs/cgroup"} {
		if dir == "/sys/fs/cgroup" {
			if err := mountAt(root, "/sys", "sysfs", 0); err != nil {
				return err
			}
		}
		if err := bind(root, dir, 0); err != nil {
			return err
		}
	}
	if err := mountAt(root, "/proc", "proc", 0); err != nil {
		return err
	}
	for _, dir := range []string{"run", "tmp", "var", "root", ".old"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil { // #nosec G301 -- as everywhere
			return err
		}
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky); err != nil { // #nosec G302 -- as everywhere
		return err
	}
	if err := unix.PivotRoot(root, filepath.Join(root, ".old")); err != nil {
		return fmt.Errorf("changing the root directory: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := unix.Unmount("/.old", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leaving the machine's root directory: %w", err)
	}
	// Pods may ask for mounts that reach them later.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("sharing mounts inside: %w", err)
	}
	return errors.Join(os.Remove("/.old"), coverSysctls())
}

// keepMounts lets no mount from here on reach the machine. The root directory of a chroot may be no mount, and then has no such setting, nor can it
// be left: it is mounted anew. That is done on top of /proc, a mount that there certainly is, and which can be told first to keep that to itself.
func keepMounts() error {
	err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	if !errors.Is(err, unix.EINVAL) {
		return err
	}
	const place, root = "/proc", "/proc/root-directory"
	for _, mount := range []struct {
		from, to, kind string
		flags          uintptr
	}{{"", place, "", unix.MS_PRIVATE}, {"tmpfs", place, "tmpfs", 0}, {"/", root, "", unix.MS_BIND | unix.MS_REC}} {
		if mount.to == root {
			if err := os.Mkdir(root, 0o700); err != nil {
				return err
			}
		}
		if err := unix.Mount(mount.from, mount.to, mount.kind, mount.flags, ""); err != nil {
			return err
		}
	}
	if err := unix.Chroot(root); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
}

// show makes a directory of the system, or the link that it is, visible below root.
func show(root, name string) error {
	info, err := os.Lstat(name)
	if err != nil {
		return nil //nolint:nilerr // this machine does not have it
	}
	if info.Mode()&os.ModeSymlink != 0 {
		target, err := os.Readlink(name)
		if err != nil {
			return err
		}
		return os.Symlink(target, filepath.Join(root, name))
	}
	return bind(root, name, unix.MS_RDONLY)
}

// bind mounts a directory at its own path below root, with what is mounted in it.
func bind(root, dir string, flags uintptr) error {
	at := filepath.Join(root, dir)
	if err := os.MkdirAll(at, 0o755); err != nil { // #nosec G301 -- as everywhere
		return err
	}
	if err := unix.Mount(dir, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mounting %s: %w", dir, err)
	}
	if flags == 0 {
		return nil
	}
	return readOnly(at)
}

// readOnly makes a mount one that cannot be written to, and with it all that is mounted in it. Before Linux 5.12 each is told by itself.
func readOnly(at string) error {
	err := unix.MountSetattr(unix.AT_FDCWD, at, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
	if err == nil || !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM) { // filters of system calls refuse what they do not know
		return withPath(at, err)
	}
	content, err := os.ReadFile("/proc/thread-self/mountinfo")
	if err != nil {
		return err
	}
	for _, place := range mountsBelow(string(content), at) {
		var held unix.Statfs_t
		if err := unix.Statfs(place, &held); err != nil {
			return withPath(place, err)
		}
		const kept = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_NODIRATIME
		if err := unix.Mount("", place, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|uintptr(held.Flags&kept), ""); err != nil { // #nosec G115 -- bits
			return withPath(place, err)
		}
	}
	return nil
}

func withPath(at string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("mounting %s to be read only: %w", at, err)
}

// mountsBelow reads from a table of mounts those at a directory and below it, each once.
func mountsBelow(mountinfo, dir string) []string {
	var found []string
	for line := range strings.Lines(mountinfo) {
		fields := strings.Fields(line) // id, parent, device, root, place, …
		if len(fields) < 5 {
			continue
		}
		place := unescape.Replace(fields[4])
		if (place == dir || strings.HasPrefix(place, dir+"/")) && !slices.Contains(found, place) {
			found = append(found, place)
		}
	}
	return found
}

// unescape undoes how the kernel writes what would end a field.
var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

func mountAt(root, dir, kind string, flags uintptr) error {
	at := filepath.Join(root, dir)
	if err := os.MkdirAll(at, 0o755); err != nil { // #nosec G301 -- as everywhere
		return err
	}
	if err := unix.Mount(kind, at, kind, flags, ""); err != nil {
		return fmt.Errorf("mounting %s: %w", dir, err)
	}
	return nil
}

// sysctls are what a kubelet sets on its machine. Here it finds them set already, in files that lie over the kernel's: the machine
// keeps its own.
var sysctls = map[string]string{
	"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
	"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
}

func coverSysctls() error {
	for name, value := range sysctls {
		cover := filepath.Join("/run/sysctl", strings.ReplaceAll(name, "/", "."))
		if err := os.MkdirAll(filepath.Dir(cover), 0o755); err != nil { // #nosec G301 -- as everywhere
			return err
		}
		if err := os.WriteFile(cover, []byte(value+"\n"), 0o644); err != nil { // #nosec G306 -- as everywhere
			return err
		}
		if err := unix.Mount(cover, filepath.Join("/proc/sys", name), "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("covering %s: %w", name, err)
		}
	}
	return nil
}
