//go:build linux

package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/dev/programs"
)

// A disk of this machine that is mounted below /usr, say, is no more the node's to write than /usr.
func TestWhatIsMountedInAReadOnlyDirectoryIsReadOnlyToo(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root)
	shown, root := t.TempDir(), t.TempDir()
	done := make(chan error, 1)
	go func() { done <- writeBelow(shown, root) }()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// writeBelow shows a directory, with a mount in it, below root, and tries to write there. Its thread, whose mounts are its own, ends with it.
func writeBelow(shown, root string) error {
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil && !errors.Is(err, unix.EINVAL) {
		return err
	}
	for _, dir := range []string{shown, filepath.Join(shown, "a disk")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, ""); err != nil {
			return err
		}
	}
	if err := bind(root, shown, unix.MS_RDONLY); err != nil {
		return err
	}
	for _, dir := range []string{shown, filepath.Join(shown, "a disk")} {
		if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o600); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(root, dir, "y"), nil, 0o600); !errors.Is(err, unix.EROFS) {
			return errors.Join(errors.New("the node writes to "+dir), err)
		}
	}
	return nil
}

func TestMountsBelowADirectoryAreFound(t *testing.T) {
	const table = `22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 8:2 / /usr rw - ext4 /dev/sda2 rw
31 30 8:3 / /usr/share/a\040disk rw - ext4 /dev/sda3 rw
32 31 0:9 / /usr/share/a\040disk rw - tmpfs none rw
33 22 8:4 / /usrlocal rw - ext4 /dev/sda4 rw

`
	if got := mountsBelow(table, "/usr"); !slices.Equal(got, []string{"/usr", "/usr/share/a disk"}) {
		t.Errorf("got %q", got)
	}
}
