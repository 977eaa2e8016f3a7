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
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

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

	mu      sync.Mutex
	told    map[string]bool    // programs on PATH that were said not to fit
	counted map[string]float64 // for what the disk had room, and the gigabytes of that from the beginning

	free func(dir string) (gigabytes float64, known bool) // of its disk; nil: freeGigabytes
}

// Ensure returns the path of each named tool, by name, and builds what is missing. Tools of one module are built together, because
// they share most of their packages; at least two modules are built at a time, because linking uses only one core.
func (b *Box) Ensure(ctx context.Context, names ...string) (map[string]string, error) {
	paths, missing, err := b.paths(names)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	if b.Frozen && len(missing) > 0 {
		return nil, notBuilt(missing)
	}
	if err := b.checkMissing(missing); err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.NumCPU()/2))
	for _, module := range slices.Sorted(maps.Keys(missing)) {
		group.Go(func() error { return b.buildOnce(ctx, module, missing[module]) })
	}
	return paths, exit.With(exit.Setup, group.Wait())
}

// paths returns the path of each named tool, and those that are not built, by their modules.
func (b *Box) paths(names []string) (paths map[string]string, missing map[string][]binary, err error) {
	paths, missing = map[string]string{}, map[string][]binary{}
	for _, name := range names {
		found, err := b.binary(tools[name])
		if err != nil {
			return nil, nil, err
		}
		paths[name] = found.path
		if !found.exists() {
			missing[found.Dir] = append(missing[found.Dir], found)
		}
	}
	return paths, missing, nil
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
