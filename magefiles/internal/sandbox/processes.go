package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// programs are the names of what a sandbox runs. Each has a path in the sandbox's directory among its arguments, by which it is
// found again, even if the run that started it was killed before it could write anything down. rootlesskit starts itself as
// /proc/self/exe. Earlier versions served images by crane.
var programs = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kwok-controller", "kwokctl", "crane", "imageregistry", "buildkitd", "runc", "rootlesskit", "exe", "realnode", "containerd", "kubelet", "kube-proxy"}

// endProcesses ends the processes of the sandbox in dir: with SIGTERM, and after five seconds with SIGKILL.
func endProcesses(ctx context.Context, dir string) error {
	signal, started := syscall.SIGTERM, time.Now()
	for {
		pids, err := processes(dir)
		if err != nil || len(pids) == 0 {
			return err
		}
		if time.Since(started) > 5*time.Second {
			signal = syscall.SIGKILL
		}
		if time.Since(started) > 20*time.Second || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("processes of the sandbox do not end: %v", pids), ctx.Err())
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("ending process %d of the sandbox: %w", pid, err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// processes finds the processes of the sandbox in dir.
func processes(dir string) ([]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(errors.New("the sandbox needs Linux: /proc tells which processes belong to it"), err)
	}
	var found []int
	for _, file := range files {
		content, err := os.ReadFile(file) // #nosec G304 -- of the process table
		if err != nil {
			continue // it has ended meanwhile
		}
		arguments := strings.Split(string(bytes.TrimRight(content, "\x00")), "\x00")
		inside := func(argument string) bool { return strings.Contains(argument, dir+"/") }
		if !slices.Contains(programs, filepath.Base(arguments[0])) || !slices.ContainsFunc(arguments[1:], inside) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return nil, err
		}
		found = append(found, pid)
	}
	return found, nil
}
