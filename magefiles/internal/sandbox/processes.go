package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// started are the names of what a sandbox runs. Each has a path in the sandbox's directory among its arguments, by which it is
// found again, even if the run that started it was killed before it could write anything down. rootlesskit starts itself as
// /proc/self/exe. Earlier versions served images by crane.
var started = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kwok-controller", "kwokctl", "crane", "imageregistry", "buildkitd", "runc", "rootlesskit", "exe", "realnode", "containerd", "kubelet", "kube-proxy"}

// endProcesses ends the processes of the sandbox in dir: with SIGTERM, and after five seconds with SIGKILL.
func endProcesses(ctx context.Context, dir string) error {
	signal, start := syscall.SIGTERM, time.Now()
	for {
		pids, err := processes(dir)
		if err != nil || len(pids) == 0 {
			return err
		}
		if time.Since(start) > 5*time.Second {
			signal = syscall.SIGKILL
		}
		if time.Since(start) > 20*time.Second || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("processes of the sandbox do not end: %v", slices.Sorted(maps.Keys(pids))), ctx.Err())
		}
		for pid := range pids {
			if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("ending process %d of the sandbox: %w", pid, err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// processes finds the processes of the sandbox in dir: the names of their programs, by their IDs.
func processes(dir string) (map[int]string, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(errors.New("the sandbox needs Linux: /proc tells which processes belong to it"), err)
	}
	found := map[int]string{}
	for _, file := range files {
		content, err := os.ReadFile(file) // #nosec G304 -- of the process table
		if err != nil {
			continue // it has ended meanwhile
		}
		arguments := strings.Split(string(bytes.TrimRight(content, "\x00")), "\x00")
		program := filepath.Base(arguments[0])
		inside := func(argument string) bool { return names(argument, dir) }
		if !slices.Contains(started, program) || !slices.ContainsFunc(arguments[1:], inside) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return nil, err
		}
		ours, err := sees(filepath.Dir(file), dir)
		if err != nil {
			return nil, exit.Errorf(exit.Setup, "nobody knows whether process %d, %s, is of the sandbox in %s: %w", pid, program, dir, err).Try("run this with the rights that the sandbox was started with, or end the process")
		}
		if !ours {
			continue
		}
		found[pid] = program
	}
	return found, nil
}

// names reports whether an argument names a path in dir: by itself, as the value of an option, in a URL, or in a list. In the midst of another path,
// the same text is another directory.
func names(argument, dir string) bool {
	for at := 0; ; at++ {
		next := strings.Index(argument[at:], dir+"/")
		if next < 0 {
			return false
		}
		if at += next; at == 0 || strings.IndexByte("=:/,", argument[at-1]) >= 0 {
			return true
		}
	}
}

// sees reports whether a process, by its directory in /proc, has the same directory at that path as this process. In a container or a chroot another
// one can have the path, and what cannot be known of somebody else's process is no sandbox of this user's. Of this user's own, which was started with
// more rights, it is an error. A directory that has been removed is known by what is left above it.
func sees(process, dir string) (bool, error) {
	ours, err := os.Stat(dir) // #nosec G703 -- of the sandbox
	if above := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && above != dir {
		return sees(process, above)
	}
	if err != nil {
		return false, nil //nolint:nilerr // a sandbox that this user cannot reach is not his
	}
	theirs, err := os.Stat(process + "/root" + dir) // #nosec G703 -- likewise
	if errors.Is(err, fs.ErrPermission) && isOwn(process) {
		return false, err
	}
	return err == nil && os.SameFile(ours, theirs), nil
}

// isOwn reports whether a process is this user's, by its directory in /proc.
func isOwn(process string) bool {
	var owner syscall.Stat_t
	return syscall.Stat(process, &owner) == nil && int(owner.Uid) == os.Geteuid()
}
