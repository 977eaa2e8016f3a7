package sandbox

import (
	"context"
	_ "embed" // for the program that starts runc
	"fmt"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/process"
)

// unfiltered is a program that starts a command without a filter of system calls.
//
//go:embed unfiltered/main.go
var unfiltered []byte

// runc returns the runc of the system, which can filter system calls, or the pinned one without a filter, because it has none. It lies in the
// sandbox's directory: a real node sees that, and of this machine not every directory that a PATH may name.
func (s *Sandbox) runc(ctx context.Context) (string, error) {
	own := s.path("oci/runc")               // runc itself, without root, keeps its state in a directory "runc" of the sandbox's
	if _, err := os.Stat(own); err == nil { // which a container may be about to run
		return own, nil
	}
	content, err := s.runcOf(ctx)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(own+".part", content, 0o700); err != nil { // #nosec G306 -- it is executed
		return "", err
	}
	return own, os.Rename(own+".part", own)
}

// runcOf returns the content of that program.
func (s *Sandbox) runcOf(ctx context.Context) ([]byte, error) {
	if system, err := process.LookPath("runc"); err == nil {
		return os.ReadFile(system) // #nosec G304 -- a program of this machine
	}
	tools, err := s.Tools.Ensure(ctx, "runc")
	if err != nil {
		return nil, err
	}
	source, program := s.path("unfiltered.go"), s.path("unfiltered")
	if err := os.WriteFile(source, unfiltered, 0o600); err != nil {
		return nil, err
	}
	args := []string{"build", "-trimpath", "-ldflags", "-s -w", "-o", program, source}
	if err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: s.Dir, Env: goEnvironment, Quiet: true}); err != nil {
		return nil, fmt.Errorf("compiling what goes before runc: %w", err)
	}
	// The shell passes on the environment unchanged.
	return fmt.Appendf(nil, "#!/bin/sh\n%s \"$@\" && exec %s \"$@\"\n", process.Quote(program), process.Quote(tools["runc"])), nil
}
