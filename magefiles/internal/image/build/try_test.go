package build

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// root is an archive of a shell, and of programs with their libraries: no image of this machine has one.
func root(t *testing.T, names ...string) string {
	t.Helper()
	var packed bytes.Buffer
	archive, known := tar.NewWriter(&packed), map[string]bool{}
	add := func(from, to string) {
		content, err := os.ReadFile(from)
		if err == nil && !known[to] {
			known[to] = true
			err = archive.WriteHeader(&tar.Header{Name: strings.TrimPrefix(to, "/"), Mode: 0o755, Size: int64(len(content)), Typeflag: tar.TypeReg})
		} else {
			return
		}
		if _, writing := archive.Write(content); errors.Join(err, writing) != nil {
			t.Fatal(err, writing)
		}
	}
	for _, name := range names {
		program, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		add(program, "/bin/"+strings.Replace(name, "dash", "sh", 1))
		out, err := exec.CommandContext(t.Context(), "ldd", program).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, library := range regexp.MustCompile(`/\S+`).FindAllString(string(out), -1) {
			add(library, library)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// engines are those that a script can be tried with, and what their commands have beside.
var engines = map[string]struct {
	find    func(testing.TB, []string) (*engine.CLI, string)
	options []string
}{"docker": {sourcetest.Docker, nil}, "podman": {sourcetest.Podman, limits()}}

const withShell = "FROM scratch\nADD root.tar /\nENV PATH=/bin HOME=/home/a\nUSER 1000\n"

// A script runs as the image's user, by its entry point, without a network, and leaves no container: neither when it fails nor when its time is up,
// nor of a run that was killed long ago.
func TestTry(t *testing.T) {
	programs.Need(t.Context(), t, "dash")
	for name, by := range engines {
		t.Run(name, func(t *testing.T) {
			engine, _ := by.find(t, os.Environ())
			reference := sourcetest.Build(t, engine, withShell, map[string]string{"root.tar": root(t, "dash", "id", "sleep")})
			try := func(ctx context.Context, nonce, script string) (string, error) {
				var out bytes.Buffer
				err := tryIn(ctx, engine, Trial{Hub: "a", Reference: reference, Nonce: nonce, Script: script, Memory: 64 << 20}, &out, by.options...)
				return out.String(), err
			}
			out, err := try(t.Context(), name+"-one", "id -u; echo $HOME; for i in /sys/class/net/*; do echo $i; done; echo to stderr >&2; read -r line || echo no input")
			if err != nil || out != "1000\n/home/a\n/sys/class/net/lo\nno input\n" {
				t.Errorf("%q, %v", out, err)
			}
			named, err := idIn(t.Context(), engine, reference)
			if err != nil {
				t.Fatal(err)
			}
			for id, want := range map[string]error{named: nil, "sha256:" + strings.Repeat("0", 64): ErrAnother} {
				err := tryIn(t.Context(), engine, Trial{Hub: "a", Reference: reference, ID: id, Nonce: name + "-named", Script: "true", Memory: 64 << 20}, io.Discard, by.options...)
				if !errors.Is(err, want) {
					t.Errorf("%s: got %v", id, err)
				}
			}
			if _, err := try(t.Context(), name+"-fails", "exit 3"); err == nil || strings.Contains(err.Error(), "read -r") {
				t.Errorf("got %v", err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			if out, err := try(ctx, name+"-long", "trap 'exit 143' TERM; echo asleep; sleep 600 & wait"); err == nil || out != "asleep\n" {
				t.Errorf("%q, %v", out, err)
			}
			if _, err := engine.Output(t.Context(), slices.Concat([]string{"run", "--detach", "--label", tries, "--name", "hub-ops-try-100-" + name + "-old", "--network", "none"}, by.options, []string{reference, "/bin/sh", "-c", "sleep 600"})...); err != nil {
				t.Fatal(err)
			}
			if _, err := try(t.Context(), name+"-next", "true"); err != nil {
				t.Error(err)
			}
			left, err := engine.Output(t.Context(), "ps", "--all", "--format", "{{.Names}}")
			if err != nil || strings.Contains(left, "-"+name+"-") {
				t.Errorf("left: %q, %v", left, err)
			}
		})
	}
}

// Whoever asks is killed, and with it what holds the other end of the script's input: then the container ends.
func TestTryOfAKilledRun(t *testing.T) {
	programs.Need(t.Context(), t, "dash")
	for name, by := range engines {
		t.Run(name, func(t *testing.T) {
			engine, _ := by.find(t, os.Environ())
			reference := sourcetest.Build(t, engine, withShell, map[string]string{"root.tar": root(t, "dash", "sleep")})
			command := exec.CommandContext(t.Context(), name, slices.Concat([]string{"run", "--rm", "--interactive", "--name", "hub-ops-try-" + name + "-killed", "--network", "none"},
				by.options, []string{reference, "/bin/sh", "-c", watching + "trap 'exit 143' TERM; echo asleep; sleep 600 & wait"})...)
			held, end, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			said, err := command.StdoutPipe()
			command.Stdin = held
			if err = errors.Join(err, command.Start(), held.Close()); err != nil {
				t.Fatal(err)
			}
			if _, err := said.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(command.Process.Kill(), end.Close()); err != nil {
				t.Fatal(err)
			}
			_ = command.Wait() // it was killed
			left := ""
			for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
				if left, err = engine.Output(t.Context(), "ps", "--all", "--format", "{{.Names}}"); err == nil && !strings.Contains(left, "hub-ops-try-"+name) {
					return
				}
			}
			engine.End(t.Context(), "hub-ops-try-"+name+"-killed")
			t.Errorf("left: %q, %v", left, err)
		})
	}
}
