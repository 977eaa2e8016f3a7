package toolchain

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"hub-ops/magefiles/internal/process"
)

// fit says which versions of a program on PATH can be used instead of the pinned one.
type fit struct {
	ask         []string // arguments that make it print its version
	from, below string
}

// versionIn finds the version in a program's output. A helm built from its module prints v4.3; sops prints 3.13.3 without a letter.
var versionIn = regexp.MustCompile(`\d+\.\d+(\.\d+)?`)

// Find returns the path of a tool: the first of the names that is on PATH in a fitting version, or else the first name, built.
func (b *Box) Find(ctx context.Context, names ...string) (string, error) {
	for _, name := range names {
		if path := b.onPath(ctx, tools[name]); path != "" {
			return path, nil
		}
	}
	built, err := b.Pinned(ctx, names...)
	return built, orOnPath(err, tools[names[0]])
}

// Have returns the path of a tool as Find does, but builds nothing: "" if the tool would have to be built.
func (b *Box) Have(ctx context.Context, names ...string) string {
	for _, name := range names {
		if path := b.onPath(ctx, tools[name]); path != "" {
			return path
		}
		if found, err := b.binary(tools[name]); err == nil && found.exists() {
			return found.path
		}
	}
	return ""
}

// Unbuilt returns those of the tools that would have to be built.
func (b *Box) Unbuilt(names ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		found, err := b.binary(tools[name])
		return err == nil && found.exists()
	})
}

// Pinned returns the path of the first tool in the pinned version. It ignores PATH.
func (b *Box) Pinned(ctx context.Context, names ...string) (string, error) {
	paths, err := b.Ensure(ctx, names[0])
	return paths[names[0]], err
}

// onPath returns the program's path if there is one in a version that fits, and "" otherwise.
func (b *Box) onPath(ctx context.Context, tool Tool) string {
	path, err := process.LookPath(tool.Name)
	if err != nil || tool.path.from == "" {
		return ""
	}
	// Some programs ask the cluster when they print their version; give them none.
	out, err := b.Run.Output(ctx, process.Cmd{Name: path, Args: tool.path.ask, Env: []string{"KUBECONFIG=" + os.DevNull}})
	if strings.Contains(string(out), "-dispatcher") {
		return "" // gcloud's kubectl: it asks the cluster which kubectl to run, and writes what it learns to ~/.kube
	}
	version := "v" + versionIn.FindString(string(out))
	if err == nil && tool.path.accepts(version) {
		return path
	}
	b.tellUnfit(tool, path, version)
	return ""
}

// tellUnfit prints, once for each program, that the version on PATH is not used, and why.
func (b *Box) tellUnfit(tool Tool, path, version string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told[path] || version == "v" {
		return
	}
	if b.told == nil {
		b.told = map[string]bool{}
	}
	b.told[path] = true
	b.Console.Info("", "%s is %s, which is not from %s and below %s: it is not used", path, version, tool.path.from, tool.path.below)
}

func (f fit) accepts(version string) bool {
	return semver.Compare(version, f.from) >= 0 && semver.Compare(version, f.below) < 0
}
