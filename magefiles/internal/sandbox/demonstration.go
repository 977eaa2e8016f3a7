package sandbox

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/process"
)

// demo is the demonstration project, the chart that its hubs depend on, and the program in their images. REGISTRY
// stands for the registry's address.
//
//go:embed all:demo
var demo embed.FS

// demoHubs are the hubs whose image contexts get the program.
var demoHubs = []string{"demo-hub", "demo-test"}

// Demonstration makes the demonstration project, a small Git repository with two hubs, in the sandbox's directory, and
// puts the chart that they depend on into the sandbox's registry. It returns the project's root; if it is there, it is
// left as it is.
func (s *Sandbox) Demonstration(ctx context.Context, state *State, helmClient *helm.Client) (string, error) {
	root := s.path("demonstration")
	if _, err := os.Stat(root); err == nil {
		return root, nil
	}
	part := root + ".part"
	if err := os.RemoveAll(part); err != nil {
		return "", err
	}
	if err := writeTree("demo/project", part, state.Registry); err != nil {
		return "", err
	}
	if err := s.addProgram(ctx, part); err != nil {
		return "", err
	}
	if err := s.commit(ctx, part); err != nil {
		return "", err
	}
	if err := s.publishChart(ctx, state, helmClient); err != nil {
		return "", err
	}
	return root, os.Rename(part, root)
}

// writeTree writes embedded files to dest.
func writeTree(from, dest, registry string) error {
	return fs.WalkDir(demo, from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dest, filepath.FromSlash(strings.TrimPrefix(name, from)))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		content, err := demo.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, []byte(strings.ReplaceAll(string(content), "REGISTRY", registry)), 0o600)
	})
}

// goEnvironment overrides the operator's settings of Go for what is compiled for the sandbox.
var goEnvironment = []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=", "GOFLAGS=", "GOWORK=off"}

// addProgram compiles the program that the demonstration's images hold: the same bytes each time, so that an image of
// a second run is the first run's.
func (s *Sandbox) addProgram(ctx context.Context, root string) error {
	source := s.path("hello.go")
	content, err := demo.ReadFile("demo/hello/main.go.txt")
	if err != nil {
		return err
	}
	if err := os.WriteFile(source, content, 0o600); err != nil {
		return err
	}
	for _, name := range demoHubs {
		args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", filepath.Join(root, "user-images", name, "hello"), source}
		err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: s.Dir, Env: goEnvironment, Quiet: true})
		if err != nil {
			return fmt.Errorf("compiling the demonstration's program: %w", err)
		}
	}
	return nil
}

// commit makes the project a Git repository with one commit, at a fixed date: the same commit each time.
func (s *Sandbox) commit(ctx context.Context, root string) error {
	const date = "2026-01-01T00:00:00Z"
	env := []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_AUTHOR_DATE=" + date, "GIT_COMMITTER_DATE=" + date,
		"GIT_AUTHOR_NAME=sandbox", "GIT_AUTHOR_EMAIL=sandbox@localhost", "GIT_COMMITTER_NAME=sandbox", "GIT_COMMITTER_EMAIL=sandbox@localhost",
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch", "master"}, {"add", "--all"}, {"commit", "--quiet", "--message", "two hubs"},
	} {
		if err := s.Run.Run(ctx, process.Cmd{Name: "git", Args: args, Dir: root, Env: env, Quiet: true}); err != nil {
			return fmt.Errorf("committing the demonstration project: %w", err)
		}
	}
	return nil
}

// publishChart packages the chart that the demonstration's hubs depend on, and pushes it to the sandbox's registry.
func (s *Sandbox) publishChart(ctx context.Context, state *State, helmClient *helm.Client) error {
	chart := s.path("classroom")
	if err := writeTree("demo/classroom", chart, state.Registry); err != nil {
		return err
	}
	if err := helmClient.Publish(ctx, chart, "oci://"+state.Registry+"/charts", s.Dir); err != nil {
		return fmt.Errorf("publishing the demonstration's chart: %w", err)
	}
	return nil
}
