package sandbox

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// The programs of a sandbox are compiled once, also for those that start after it has ended. A copy belongs to one sandbox.
func TestProgramIsCompiledOnceForAllSandboxes(t *testing.T) {
	cache := t.TempDir()
	compiled := func() string {
		console := ui.New(io.Discard, io.Discard, false)
		run := &process.Runner{Env: os.Environ(), Log: console}
		box := &Sandbox{Dir: t.TempDir(), Run: run, Console: console, Tools: &toolchain.Box{Run: run, Console: console, Modules: toolchain.Modules(""), Cache: cache}}
		program, err := box.compile(t.Context(), "imageregistry", imageRegistry)
		if err != nil {
			t.Fatal(err)
		}
		return program
	}
	first := compiled()
	t.Setenv("PATH", t.TempDir())
	second := compiled()
	if first == second {
		t.Error("two sandboxes have the same file")
	}
	if err := os.Remove(first); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), second).CombinedOutput(); err == nil {
		t.Errorf("started without arguments: %s", out)
	} else if len(out) == 0 {
		t.Error("it does not run: ", err)
	}
}
