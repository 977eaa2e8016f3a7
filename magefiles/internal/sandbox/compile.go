package sandbox

import (
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// compile compiles one of the sandbox's own small programs, whose files lie in the directory of its name, and returns its path. It is
// compiled with the module of crane, which has all that they import.
func (s *Sandbox) compile(ctx context.Context, name string, files embed.FS) (string, error) {
	program, module := s.path(name), s.path(name+"-source")
	if err := s.Tools.WriteModule("crane", module); err != nil {
		return "", err
	}
	entries, err := files.ReadDir(name)
	if err != nil {
		return "", err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", "-s -w -buildid=", "-o", program}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		content, err := files.ReadFile(name + "/" + entry.Name())
		if err != nil {
			return "", err
		}
		source := filepath.Join(module, entry.Name())
		if err := os.WriteFile(source, content, 0o600); err != nil {
			return "", err
		}
		args = append(args, source)
	}
	if err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: module, Env: goEnvironment, Quiet: true}); err != nil {
		return "", fmt.Errorf("compiling the sandbox's %s: %w", name, err)
	}
	return program, nil
}
