package dev

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// platforms are those that the program can be compiled for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"}

// checksums is the file of the checksums, as sha256sum reads it.
const checksums = "SHA256SUMS"

// Release compiles the commit that is checked out, for each platform of RELEASE_FOR, to a directory that is not there yet or empty. The files of the
// commit alone are compiled, in a directory of the run, with no setting of this machine's: the same commit and version of Go make the
// same bytes.
func Release(ctx context.Context, s *session.Session, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return exit.Input("%s is no empty directory", to).Try("name one that is not there yet")
	}
	for _, platform := range s.Config.ReleaseFor {
		if !slices.Contains(platforms, platform) {
			return exit.Input("RELEASE_FOR: %q is none of %s", platform, strings.Join(platforms, ", "))
		}
	}
	r := &release{Session: s, source: filepath.Join(s.Scratch, "source"), out: filepath.Join(s.Scratch, "release")}
	if err := r.checkOut(ctx); err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "compiling")()
	sums := new(strings.Builder)
	for _, platform := range s.Config.ReleaseFor {
		system, machine, _ := strings.Cut(platform, "/")
		name := strings.Join([]string{"hubs", system, machine}, "-")
		if err := r.compile(ctx, name, system, machine); err != nil {
			return exit.With(exit.Build, fmt.Errorf("compiling %s: %w", name, err))
		}
		sum, err := sumOf(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(sums, "%x  %s\n", sum, name)
	}
	if err := os.WriteFile(filepath.Join(r.out, checksums), []byte(sums.String()), 0o644); err != nil { // #nosec G306 -- for everybody
		return err
	}
	if err := os.CopyFS(to, os.DirFS(r.out)); err != nil {
		return err
	}
	s.Console.Result("%shub-ops %s is in %s", sums, r.commit, to)
	return nil
}

// release is one that is under way.
type release struct {
	*session.Session
	commit string
	source string // the files of the commit
	out    string // what is compiled
}

// checkOut writes the files of the commit, as the commit has them, whatever Git's settings on this machine do to line ends.
func (r *release) checkOut(ctx context.Context) error {
	changed, err := r.git(ctx, "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		r.Console.Problem("", "what is not committed is not in the release:\n%s", changed)
	}
	if r.commit, err = r.git(ctx, "rev-parse", "HEAD"); err != nil {
		return err
	}
	if _, err = r.git(ctx, "read-tree", r.commit); err != nil {
		return err
	}
	_, err = r.git(ctx, "-c", "core.autocrlf=false", "-c", "core.eol=lf", "checkout-index", "--all", "--prefix="+r.source+"/")
	return err
}

// git runs a command with an index of its own.
func (r *release) git(ctx context.Context, args ...string) (string, error) {
	cmd := process.Cmd{Name: "git", Args: args, Dir: r.Config.Root, Env: []string{"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0"}}
	if args[0] != "status" {
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+filepath.Join(r.Scratch, "index"))
	}
	out, err := r.Run.Output(ctx, cmd)
	return strings.TrimSpace(string(out)), err
}

// compile compiles the program for a platform. It is called hubs meanwhile, because mage writes that into the texts of -h.
func (r *release) compile(ctx context.Context, name, system, machine string) error {
	part := filepath.Join(r.Scratch, name, "hubs")
	if err := errors.Join(os.MkdirAll(filepath.Dir(part), 0o750), os.MkdirAll(r.out, 0o750)); err != nil {
		return err
	}
	r.Console.Info("", "compiling %s", name)
	// Without -buildid: on macOS, programs get their UUID from it.
	flags := "-s -w -X hub-ops/magefiles/internal/version.stamp=" + r.commit
	err := r.Run.Run(ctx, process.Cmd{
		Name: "go", Args: []string{"tool", "mage", "-compile", part, "-goos", system, "-goarch", machine, "-ldflags", flags}, Dir: r.source, Quiet: true,
		Env: []string{
			"CGO_ENABLED=0", "GOFLAGS=-trimpath -buildvcs=false -mod=readonly", "GOWORK=off", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOFIPS140=off", "GOOS=", "GOARCH=",
		},
	})
	if err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(r.out, name))
}

func sumOf(name string) ([]byte, error) {
	file, err := os.Open(name) // #nosec G304 -- what was just compiled
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return sum.Sum(nil), err
}
