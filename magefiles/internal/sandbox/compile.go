package sandbox

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// compile compiles one of the sandbox's own small programs, whose files lie in the directory of its name, and returns its path. It is kept in the
// cache, by what it is made from: linking takes a second. Each sandbox has a copy, whose path tells whose processes are its own.
func (s *Sandbox) compile(ctx context.Context, name string, files embed.FS) (string, error) {
	program, module := s.path(name), s.path(name+"-source")
	if err := s.Tools.WriteModule("crane", module); err != nil {
		return "", err
	}
	sources, err := writeSources(files, name, module)
	if err != nil {
		return "", err
	}
	key, err := keyOf(module)
	if err != nil {
		return "", err
	}
	kept := filepath.Join(s.Tools.Cache, "programs", name+"-"+key)
	if _, err := os.Stat(kept); err != nil {
		if err := s.compileTo(ctx, kept, module, sources); err != nil {
			return "", fmt.Errorf("compiling the sandbox's %s: %w", name, err)
		}
	}
	content, err := os.ReadFile(kept) // #nosec G304 G703 -- of the cache
	if err != nil {
		return "", err
	}
	return program, os.WriteFile(program, content, 0o700) // #nosec G306 G703 -- it is executed
}

// compileTo compiles a program with the module of crane, which has all that they import. A file in its place is complete.
func (s *Sandbox) compileTo(ctx context.Context, kept, module string, sources []string) error {
	if err := os.MkdirAll(filepath.Dir(kept), 0o750); err != nil {
		return err
	}
	made := filepath.Join(module, "program")
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", "-s -w -buildid=", "-o", made}, sources...)
	if err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: module, Env: goEnvironment, Quiet: true}); err != nil {
		return err
	}
	content, err := os.ReadFile(made) // #nosec G304 -- compiled just now
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(kept), ".part-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	_, err = part.Write(content)
	if err := errors.Join(err, part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), kept)
}

// writeSources writes the files of a program to a directory, and returns their paths.
func writeSources(files embed.FS, name, dir string) (sources []string, err error) {
	entries, err := files.ReadDir(name)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		content, err := files.ReadFile(name + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		source := filepath.Join(dir, entry.Name())
		if err := os.WriteFile(source, content, 0o600); err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// keyOf sums up what a program is made from: the files of a directory, and the version of Go.
func keyOf(dir string) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, runtime.Version(), runtime.GOARCH)
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name())) // #nosec G304 -- written just now
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", entry.Name(), len(content), content)
	}
	return fmt.Sprintf("%.6x", sum.Sum(nil)), err
}
