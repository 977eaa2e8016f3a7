// Package toolchain finds the programs that hub-ops starts: on PATH in a fitting version, or built from the modules of
// magefiles/tools, whose sums check every source file. Names go in, paths of programs come out. Package session holds the
// one Box of a run.
package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/mod/modfile"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// Box finds tools on PATH and in a cache, and builds those that are missing.
type Box struct {
	Run     *process.Runner
	Console *ui.Console
	Modules fs.FS  // of the tools, each as NAME.mod and NAME.sum: see Modules
	Cache   string // directory of the built binaries
	Frozen  bool   // build nothing: a missing tool is an error

	mu   sync.Mutex
	told map[string]bool // programs on PATH that were said not to fit
}

// Ensure returns the path of each named tool, by name, and builds what is missing. Tools of one module are built together, because
// they share most of their packages; at least two modules are built at a time, because linking uses only one core.
func (b *Box) Ensure(ctx context.Context, names ...string) (map[string]string, error) {
	paths, missing := map[string]string{}, map[string][]binary{}
	for _, name := range names {
		found, err := b.binary(tools[name])
		if err != nil {
			return nil, exit.With(exit.Setup, err)
		}
		paths[name] = found.path
		if !found.exists() {
			missing[found.Dir] = append(missing[found.Dir], found)
		}
	}
	if b.Frozen && len(missing) > 0 {
		return nil, notBuilt(missing)
	}
	if err := checkGo(missing); err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.NumCPU()/2))
	for _, module := range slices.Sorted(maps.Keys(missing)) {
		group.Go(func() error { return b.buildOnce(ctx, module, missing[module]) })
	}
	return paths, exit.With(exit.Setup, group.Wait())
}

func notBuilt(missing map[string][]binary) error {
	var names []string
	for _, binaries := range missing {
		for _, wanted := range binaries {
			names = append(names, wanted.Name)
		}
	}
	slices.Sort(names)
	return exit.Errorf(exit.Setup, "no %s that fits, on PATH or built", strings.Join(names, ", ")).Try("run 'mage setup', which builds what is missing")
}

// binary is a tool in the cache, built or not.
type binary struct {
	Tool
	version string
	path    string
}

func (b *Box) binary(tool Tool) (binary, error) {
	version, err := b.version(tool)
	return binary{tool, version, filepath.Join(b.Cache, "tools", tool.Name+"-"+version, tool.Name)}, err
}

func (b binary) exists() bool {
	_, err := os.Stat(b.path)
	return err == nil
}

func (b binary) String() string { return b.Name + " " + b.version }

// buildOnce builds the binaries of a module, unless another run does so meanwhile.
func (b *Box) buildOnce(ctx context.Context, module string, binaries []binary) error {
	dir := filepath.Join(b.Cache, "tools")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return exit.Errorf(exit.Setup, "no place for built tools: %w", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	lock := flock.New(filepath.Join(dir, "."+module+".lock"))
	if _, err := lock.TryLockContext(ctx, time.Second/2); err != nil {
		return fmt.Errorf("waiting for another build of %s: %w", module, err)
	}
	defer func() { _ = lock.Unlock() }()
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
	return b.build(ctx, module, part, binaries)
}

// build compiles to a private directory and renames the result, so that a binary in its place is always complete.
func (b *Box) build(ctx context.Context, module, part string, binaries []binary) error {
	source := filepath.Join(part, ".module")
	if err := b.WriteModule(module, source); err != nil {
		return err
	}
	start, names := time.Now(), make([]string, 0, len(binaries))
	args := []string{"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-tags", binaries[0].tags, "-ldflags", linkerFlags(binaries[0]), "-o", part + string(filepath.Separator)}
	for _, wanted := range binaries {
		names = append(names, wanted.String())
		args = append(args, wanted.Package)
	}
	what := strings.Join(names, ", ")
	b.Console.Info("", "building %s (once; kept in %s)", what, b.Cache)
	defer b.Console.Beat(20*time.Second, "building "+what)()
	err := b.Run.Run(ctx, process.Cmd{
		Name: "go", Args: args, Dir: source, Quiet: true,
		Env: []string{"CGO_ENABLED=" + map[bool]string{false: "0", true: "1"}[binaries[0].cgo], "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH="},
	})
	if err != nil {
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

// linkerFlags leaves out the debug information, and links in the version of Kubernetes.
func linkerFlags(tool binary) string {
	const strip = "-s -w"
	if !tool.stamp {
		return strip
	}
	major, rest, _ := strings.Cut(strings.TrimPrefix(tool.version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	const at = " -X k8s.io/component-base/version."
	return strip + at + "gitVersion=" + tool.version + at + "gitMajor=" + major + at + "gitMinor=" + minor
}

// commandName returns the name that go build gives the binary of a package: its last element, without a major version.
func commandName(pkg string) string {
	if base := path.Base(pkg); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(pkg))
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// version reads the pinned version from the tool's module.
func (b *Box) version(tool Tool) (string, error) {
	name := tool.Dir + ".mod"
	data, err := fs.ReadFile(b.Modules, name)
	if err != nil {
		return "", fmt.Errorf("reading the pin of %s: %w; HUBOPS_TOOLS names the directory of the modules of tools", tool.Name, err)
	}
	file, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return "", err
	}
	for _, require := range file.Require {
		if require.Mod.Path == tool.Module {
			return require.Mod.Version, nil
		}
	}
	return "", errors.New(name + " does not require " + tool.Module)
}
