package toolchain

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/turn"
)

// buildOnce builds the binaries of a module, unless another run does so meanwhile.
func (b *Box) buildOnce(ctx context.Context, module string, binaries []binary) error {
	dir := filepath.Join(b.Cache, "tools")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return exit.Errorf(exit.Setup, "no place for built tools: %w", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	end, err := turn.Take(ctx, b.Console, b.lockFile(module), "builds tools of the module "+module)
	if err != nil {
		return err
	}
	defer end()
	binaries = slices.DeleteFunc(binaries, binary.exists)
	if len(binaries) == 0 {
		return nil
	}
	// This run holds the lock, so files that are there are left from a run that was killed.
	part := filepath.Join(dir, "."+module+".part")
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(part) }()
	if err := os.MkdirAll(part, 0o750); err != nil {
		return err
	}
	rest, err := b.takeReadyMade(ctx, part, binaries)
	if err != nil || len(rest) == 0 {
		return err
	}
	return b.build(ctx, module, part, rest)
}

// lockFile is locked while a module's tools are built, and stays.
func (b *Box) lockFile(module string) string {
	return filepath.Join(b.Cache, "tools", "."+module+".lock")
}

// build compiles to a private directory and renames the result, so that a binary in its place is always complete.
func (b *Box) build(ctx context.Context, module, part string, binaries []binary) error {
	if err := checkGo(binaries); err != nil {
		return err
	}
	source := filepath.Join(part, ".module")
	if err := b.WriteModule(module, source); err != nil {
		return err
	}
	if err := os.MkdirAll(workOf(source), 0o750); err != nil {
		return err
	}
	start, names, packages := time.Now(), make([]string, 0, len(binaries)), make([]string, 0, len(binaries))
	for _, wanted := range binaries {
		names, packages = append(names, wanted.String()), append(packages, wanted.Package)
	}
	what, flags := strings.Join(names, ", "), flagsOf(binaries)
	if err := b.checkDisk(needsOf(module, binaries)); err != nil { // unless it was counted: what was to be taken ready-made was not
		return err
	}
	b.Console.Info("", "building %s (once; kept in %s)", what, b.Cache)
	count := &compileCount{}
	defer b.Console.Progress(20*time.Second, "building "+what, count.String)()
	command := b.command(source, binaries[0])
	count.expect(b.stale(ctx, command, flags, packages))
	command.Args = slices.Concat([]string{"build", "-v", "-o", part + string(filepath.Separator)}, flags, packages)
	runner := *b.Run
	runner.Log = count
	if err := runner.Run(ctx, command); err != nil {
		return fmt.Errorf("building %s: %w", what, err)
	}
	for _, built := range binaries {
		if err := os.MkdirAll(filepath.Dir(built.path), 0o750); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(part, commandName(built.Package)), built.path); err != nil {
			return err
		}
	}
	b.Console.Info("", "built %s in %s", what, time.Since(start).Round(time.Second))
	return nil
}

// flagsOf returns how the programs of a module are compiled together. Nobody debugs them, so the compiler is spared the debug information that the
// linker would leave out: a seventh of the processor time, a quarter of what is kept on disk, and the same binaries. Panics keep their lines.
func flagsOf(binaries []binary) []string {
	return []string{"-trimpath", "-buildvcs=false", "-mod=readonly", "-tags", binaries[0].tags, "-gcflags=all=-dwarf=false", "-ldflags", linkerFlags(binaries)}
}

// workOf is where go works on what it compiles in a directory: it needs as much disk there as what is compiled. What a build leaves that is killed is
// removed by the next one, which nothing in the system's directory for temporary files would be.
func workOf(source string) string { return filepath.Join(filepath.Dir(source), ".work") }

// command is go in the directory of a module. What users set for their own programs does not change the tools, and what a build needs beside
// them lies in directories that Clean removes.
func (b *Box) command(source string, tool binary) process.Cmd {
	command := process.Cmd{Name: "go", Dir: source, Env: []string{
		"CGO_ENABLED=" + map[bool]string{false: "0", true: "1"}[tool.cgo], "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH=",
		"GOTMPDIR=" + workOf(source), "GOCACHE=" + b.compiled(), "GOMODCACHE=" + b.sources(),
	}}
	if !slices.ContainsFunc(b.Run.Environment("go"), func(pair string) bool { return strings.HasPrefix(pair, "GOGC=") }) {
		// The compiler ends before its garbage matters: 576 packages of client-go take 75 s and not 88. Its largest process has 525 MB then, and
		// not 342; the linker has 1.9 GB either way.
		command.Env = append([]string{"GOGC=400"}, command.Env...)
	}
	return command
}

// linkerFlags leaves out the debug information, and links in the version of Kubernetes where one of the programs asks for it: the others do
// not read it.
func linkerFlags(binaries []binary) string {
	const strip = "-s -w"
	at := slices.IndexFunc(binaries, func(b binary) bool { return b.stamp })
	if at < 0 {
		return strip
	}
	version := binaries[at].version
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	const variable = " -X k8s.io/component-base/version."
	return strip + variable + "gitVersion=" + version + variable + "gitMajor=" + major + variable + "gitMinor=" + minor
}

// commandName returns the name that go build gives the binary of a package: its last element, without a major version.
func commandName(pkg string) string {
	if base := path.Base(pkg); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(pkg))
}

var majorVersion = regexp.MustCompile(`^v\d+$`)
