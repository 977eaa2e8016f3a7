package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hub-ops/magefiles/internal/process/processtest"
)

// findings are what went wrong while targets ran: with another exit code than expected, a secret that showed, a home that
// changed.
type findings struct {
	sync.Mutex
	codes, leaks, homes []string
	pages               bool // a report of a run with secrets was looked at
}

func (f *findings) add(to *[]string, format string, args ...any) {
	f.Lock()
	defer f.Unlock()
	*to = append(*to, fmt.Sprintf(format, args...))
}

// saw notes whether a page was about a project with secrets.
func (f *findings) saw(ours bool) {
	f.Lock()
	defer f.Unlock()
	f.pages = f.pages || ours
}

// watched is a project in which targets run while everything that they could write to is watched.
type watched struct {
	t        *testing.T
	found    *findings
	name     string // hubs begin with it
	bad      bool   // there are hubs that can only fail
	root     string
	home     string
	tmp      string
	memory   string // a directory in memory, for credentials
	env      []string
	canaries map[string]string // by where each was planted
	forms    []string          // in which a canary would show
	patience time.Duration     // after which the next run is killed
	needed   []string          // programs that may have a canary in their environment
}

func newWatched(t *testing.T, name string, found *findings) *watched {
	w := &watched{t: t, found: found, name: name, root: t.TempDir(), home: t.TempDir(), tmp: t.TempDir(), canaries: map[string]string{}}
	var err error
	if w.memory, err = os.MkdirTemp("/dev/shm", "hub-ops-test-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(w.memory) })
	// Only sops needs a key of its own, and mage itself, before it is executed, is a copy of our own process.
	w.needed = []string{"sops", "mage", filepath.Base(os.Args[0])}
	w.env = append(stageEnv(), "XDG_RUNTIME_DIR="+w.memory, "PATH="+stage.variable("PATH"), "HOME="+w.home, "TMPDIR="+w.tmp, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
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
func (w *watched) command(ctx context.Context, name string, args ...string) *processtest.Command {
	return processtest.New(ctx, w.root, w.env, name, args...)
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
	ctx, cancel := context.WithTimeout(w.t.Context(), 6*time.Minute)
	defer cancel()
	cmd, out := w.start(ctx, args, env...)
	err := cmd.Wait()
	if ctx.Err() != nil {
		w.found.add(&w.found.codes, "mage %s did not end:\n%s", strings.Join(args, " "), out)
	}
	code, _ := processtest.ExitCode(err)
	return code, out.String()
}

// start starts a target, whose output is collected.
func (w *watched) start(ctx context.Context, args []string, env ...string) (*processtest.Command, *output) {
	cmd := w.command(ctx, filepath.Join(stage.bin, "mage"), append([]string{"-v"}, args...)...)
	cmd.Env = append(cmd.Env, env...)
	out := new(output)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // what a killed run has started may hold the pipe
	if err := cmd.Start(); err != nil {
		w.found.add(&w.found.codes, "mage %s: %v", strings.Join(args, " "), err)
	}
	return cmd, out
}

// output is what a run writes; it can be read meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String returns what was written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// sample looks at the arguments and the environment of every process, over and over, until it is stopped. Each is looked
// at again while it is young, for it may be about to execute another program.
func (w *watched) sample() (stop func()) {
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		type sight struct {
			since     time.Time
			arguments string
		}
		seen := map[string]sight{}
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
			files, _ := filepath.Glob("/proc/[0-9]*")
			living := make(map[string]sight, len(files))
			for _, dir := range files {
				known, there := seen[dir]
				if !there {
					known.since = time.Now()
				}
				if there && time.Since(known.since) > time.Second {
					living[dir] = known
					continue
				}
				arguments, _ := os.ReadFile(filepath.Join(dir, "cmdline")) // gone meanwhile: nothing to see
				if len(arguments) > 0 && string(arguments) != known.arguments {
					known.arguments = string(arguments)
					w.inspect(dir, known.arguments)
				}
				living[dir] = known
			}
			seen = living
		}
	})
	return func() { close(done); group.Wait() }
}

func (w *watched) inspect(dir, arguments string) {
	environment, _ := os.ReadFile(filepath.Join(dir, "environ"))
	if where := w.shown(arguments); where != "" {
		w.found.add(&w.found.leaks, "the arguments of a process show %s: %q", where, arguments)
	}
	program, _, _ := strings.Cut(arguments, "\x00")
	if where := w.shown(string(environment)); where != "" && !slices.Contains(w.needed, filepath.Base(program)) {
		w.found.add(&w.found.leaks, "the environment of %q shows %s", arguments, where)
	}
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

// listing is every file below a directory, but for the documentation, which targets write: name, mode, and a digest of
// the content. What cannot be read is in it too.
func listing(dir string) []string {
	var lines []string
	_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			lines = append(lines, err.Error())
			return nil
		}
		if name == filepath.Join(dir, "docs") {
			return fs.SkipDir
		}
		info, err := entry.Info()
		if err != nil {
			lines = append(lines, err.Error())
			return nil
		}
		var content []byte
		if info.Mode().IsRegular() {
			if content, err = os.ReadFile(name); err != nil {
				lines = append(lines, err.Error())
			}
		}
		lines = append(lines, fmt.Sprintf("%s %s %x", name, info.Mode(), sha256.Sum256(content)))
		return nil
	})
	return lines
}

// remains lists the private directories that are still there, of whatever run.
func (w *watched) remains() []string {
	var found []string
	for _, parent := range []string{w.tmp, w.memory} {
		dirs, _ := filepath.Glob(filepath.Join(parent, "hub-ops-*", "*"))
		found = append(found, dirs...)
	}
	return found
}

// hub writes a hub whose chart is of the given files.
func (w *watched) hub(name string, files ...string) {
	name = w.name + "-" + name
	w.write(w.root, "hub-charts/"+name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: 0.1.0\n")
	for i := 0; i < len(files); i += 2 {
		w.write(w.root, strings.NewReplacer("CHART", "hub-charts/"+name, "HUB", name).Replace(files[i]), files[i+1])
	}
}
