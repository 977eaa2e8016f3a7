package toolchain

import (
	"os"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/exit"
)

// gigabytes is what the build of a module needs on disk at about: sources, what is compiled of them, and the tools. Measured is cluster alone, whose
// compiled packages are 2.7; the others are estimates by their number of packages. A module that is not here needs less than one.
var gigabytes = map[string]float64{"cluster": 5, "cosign": 2, "sops": 2, "golangci-lint": 2, "buildkit": 2, "helm3": 2, "helmfile": 4, "containerd": 2}

// checkDisk returns an error if a build would fill the disk.
func (b *Box) checkDisk(what string, binaries []binary) error {
	needs := gigabytes[binaries[0].Dir]
	if needs == 0 {
		needs = 1
	}
	if _, err := os.Stat(b.compiled()); err == nil {
		needs /= 2 // much of it is there already
	}
	free, known := freeGigabytes(b.Cache)
	if !known {
		return nil
	}
	return checkFree(what, b.Cache, free, needs)
}

func checkFree(what, dir string, free, needs float64) error {
	if free >= needs {
		return nil
	}
	return exit.Errorf(exit.Setup, "building %s needs about %.1f GB in %s, which has %.1f", what, needs, dir, free).
		Try("free some, or set HUBOPS_CACHE to a directory on another disk")
}

// freeGigabytes returns how much of a directory's disk this user can fill, and whether that can be told.
func freeGigabytes(dir string) (float64, bool) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, false
	}
	return float64(disk.Bavail) * float64(disk.Bsize) / 1e9, true
}
