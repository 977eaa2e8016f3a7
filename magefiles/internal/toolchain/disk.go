package toolchain

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/exit"
)

// gigabytes is what the build of a module takes of the disk at its height: sources, what is compiled of them, as much again where go works, and the
// tools. Measured are cluster, containerd and cni; the others are their sources, which are measured, and 0.9 MB for each package.
var gigabytes = map[string]float64{
	"cluster": 9.5, "containerd": 1.5, "cni": 0.3, "buildkit": 2, "cosign": 3.7, "sops": 2.3, "golangci-lint": 1.6, "helm3": 2.1, "helmfile": 5.4, "hugo": 1.3,
	"distribution": 2.3, "crane": 0.4, "rootlesskit": 0.5, "runc": 0.3,
}

// clients are the tools of cluster that every deploy needs, and what these need together without the others.
var clients = []string{"helm", "kubectl"}

const (
	withClients = 3.0 // gigabytes of clients alone
	otherModule = 1.0 // of a module that is not listed
	readyTool   = 0.2 // of a tool that is taken ready-made
)

// Beside is something else that is made in the cache, beside tools.
type Beside struct {
	What      string
	Gigabytes float64
	whole     float64 // what it needs where nothing of it is there; 0: Gigabytes
}

// CheckDisk says in one line what it needs of the disk to build the tools that are missing, and to make something beside them. It returns an error if
// there is less. What has had room in this run is not asked for again: whoever knows of several builds asks before the first.
func (b *Box) CheckDisk(names []string, beside ...Beside) error {
	_, missing, err := b.paths(names)
	if err != nil {
		return nil //nolint:nilerr // the build tells which pin cannot be read, and whoever starts a node plays it then
	}
	return b.checkMissing(missing, beside...)
}

// checkMissing does so for tools by their modules, some of which need not be built.
func (b *Box) checkMissing(missing map[string][]binary, beside ...Beside) error {
	pinned, err := readReadyMade(b.Modules)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	var needs []Beside
	for _, module := range slices.Sorted(maps.Keys(missing)) {
		var built []binary
		for _, wanted := range missing[module] {
			if _, taken := of(pinned, wanted); taken {
				needs = append(needs, Beside{What: wanted.String(), Gigabytes: readyTool})
			} else {
				built = append(built, wanted)
			}
		}
		if len(built) > 0 {
			needs = append(needs, b.restOf(module, built))
		}
	}
	return b.checkDisk(slices.Concat(needs, beside)...)
}

// needsOf is what the build of some tools of a module needs.
func needsOf(module string, binaries []binary) Beside {
	needs, listed := gigabytes[module]
	if !listed {
		needs = otherModule
	}
	if !slices.ContainsFunc(binaries, func(b binary) bool { return !slices.Contains(clients, b.Name) }) {
		needs = withClients
	}
	return Beside{What: "tools of " + module, Gigabytes: needs}
}

// restOf is half of that if such a build was begun here before: much of it is there.
func (b *Box) restOf(module string, binaries []binary) Beside {
	needs := needsOf(module, binaries)
	needs.whole = needs.Gigabytes
	if there(b.lockFile(module)) && there(b.compiled()) {
		needs.Gigabytes /= 2
	}
	return needs
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// checkDisk returns an error if all of that would fill the disk.
func (b *Box) checkDisk(all ...Beside) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	all = slices.DeleteFunc(all, func(one Beside) bool { return b.counted[one.What] >= max(one.whole, one.Gigabytes) })
	free, known := b.freeOf(b.Cache)
	if len(all) == 0 || !known {
		return nil
	}
	sum, parts := 0.0, make([]string, 0, len(all))
	for _, one := range all {
		sum += one.Gigabytes
		parts = append(parts, fmt.Sprintf("%s %.1f", one.What, one.Gigabytes))
	}
	text := fmt.Sprintf("building needs about %.1f GB of disk in %s, which has %.1f: %s", sum, b.Cache, free, strings.Join(parts, ", "))
	if free < sum {
		return exit.Errorf(exit.Setup, "%s", text).Try("free some, or set HUBOPS_CACHE to a directory on another disk")
	}
	b.Console.Info("", "%s", text)
	if b.counted == nil {
		b.counted = map[string]float64{}
	}
	for _, one := range all {
		b.counted[one.What] = max(one.whole, one.Gigabytes)
	}
	return nil
}

// freeOf asks the disk of a directory.
func (b *Box) freeOf(dir string) (gigabytes float64, known bool) {
	if b.free != nil {
		return b.free(dir)
	}
	return freeGigabytes(dir)
}

// freeGigabytes returns how much of a directory's disk this user can fill, and whether that can be told. The directory need not be there yet.
func freeGigabytes(dir string) (float64, bool) {
	info, err := os.Stat(dir)
	for errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		info, err = os.Stat(dir)
	}
	var disk unix.Statfs_t
	if err != nil || !info.IsDir() || unix.Statfs(dir, &disk) != nil {
		return 0, false
	}
	return float64(disk.Bavail) * float64(disk.Bsize) / 1e9, true
}
