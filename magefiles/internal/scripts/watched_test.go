package scripts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// watched is a project in which targets run while everything that they could write to is watched.
type watched struct {
	t        *testing.T
	root     string
	home     string
	tmp      string
	memory   string // a directory in memory, for credentials
	env      []string
	canaries map[string]string // by where each was planted
	forms    []string          // in which a canary would show
}

func newWatched(t *testing.T) *watched {
	w := &watched{t: t, root: t.TempDir(), home: t.TempDir(), tmp: t.TempDir(), canaries: map[string]string{}}
	var err error
	if w.memory, err = os.MkdirTemp("/dev/shm", "hub-ops-test-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(w.memory) })
	w.env = append(stageEnv(), "XDG_RUNTIME_DIR="+w.memory, "PATH="+os.Getenv("PATH"), "HOME="+w.home, "TMPDIR="+w.tmp, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	return w
}

// write writes a file below root or home.
func (w *watched) write(dir, name, content string) {
	w.t.Helper()
	file := filepath.Join(dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o750), os.WriteFile(file, []byte(content), 0o600)); err != nil {
		w.t.Fatal(err)
	}
}

// command returns a command in the project's directory.
func (w *watched) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = w.root, w.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

func (w *watched) must(name string, args ...string) []byte {
	w.t.Helper()
	out, err := w.command(w.t.Context(), name, args...).Output()
	if err != nil {
		w.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// mage runs a target to its end, with -v, and further variables. It returns the exit code, and what was written.
func (w *watched) mage(args []string, env ...string) (int, string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := w.command(ctx, filepath.Join(stage.bin, "mage"), append([]string{"-v"}, args...)...)
	cmd.Env = append(cmd.Env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	stop := w.sample(cmd.Process.Pid)
	err := cmd.Wait()
	stop()
	if ctx.Err() != nil {
		w.t.Errorf("mage %s did not end:\n%s", strings.Join(args, " "), out.String())
	}
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return failed.ExitCode(), out.String()
	}
	return 0, out.String()
}

// sample looks at the arguments and the environment of every process, over and over, until it is stopped. Our own
// process, and the one that was given the secrets, may have them.
func (w *watched) sample(mage int) (stop func()) {
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
			files, _ := filepath.Glob("/proc/[0-9]*")
			for _, dir := range files {
				if pid := filepath.Base(dir); pid != strconv.Itoa(mage) && pid != strconv.Itoa(os.Getpid()) {
					w.inspect(dir)
				}
			}
		}
	})
	return func() { close(done); group.Wait() }
}

func (w *watched) inspect(dir string) {
	arguments, _ := os.ReadFile(filepath.Join(dir, "cmdline")) // gone meanwhile: nothing to see
	environment, _ := os.ReadFile(filepath.Join(dir, "environ"))
	if where := w.shown(string(arguments)); where != "" {
		w.t.Errorf("the arguments of a process show %s: %q", where, arguments)
	}
	program, _, _ := strings.Cut(string(arguments), "\x00")
	where := w.shown(string(environment))
	// Only sops needs a key of its own, and mage itself, before it is executed, is our own process's copy.
	if where == "" || filepath.Base(program) == "sops" || filepath.Base(program) == "mage" || strings.HasSuffix(program, ".test") {
		return
	}
	w.t.Errorf("the environment of %s shows %s", program, where)
}

// shown names the first canary that shows in the text, in any of its forms.
func (w *watched) shown(text string) string {
	for where, canary := range w.canaries {
		if strings.Contains(text, canary) {
			return where
		}
	}
	for _, form := range w.forms {
		if strings.Contains(text, form) {
			return "some form of a canary: " + form
		}
	}
	return ""
}

// listing is every file below a directory: name, mode, and a digest of the content.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		var content []byte
		if info.Mode().IsRegular() {
			if content, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		lines = append(lines, fmt.Sprintf("%s %s %x", name, info.Mode(), sha256.Sum256(content)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// remains lists the private directories that are still there, of whatever run.
func (w *watched) remains() []string {
	var found []string
	for _, parent := range []string{w.tmp, w.memory} {
		dirs, _ := filepath.Glob(filepath.Join(parent, "hub-ops-run-*"))
		found = append(found, dirs...)
	}
	return found
}

// hub writes a hub whose chart is one Secret of a value, and whatever else is given.
func (w *watched) hub(name string, files ...string) {
	w.write(w.root, "hub-charts/"+name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: 0.1.0\n")
	for i := 0; i < len(files); i += 2 {
		w.write(w.root, strings.ReplaceAll(files[i], "CHART", "hub-charts/"+name), files[i+1])
	}
}
