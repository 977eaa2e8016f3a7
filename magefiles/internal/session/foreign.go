package session

import (
	"io/fs"
	"os"
	"strings"
	"syscall"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
)

// refuseForeign returns an error if another user of this machine can put programs, or answers, where this run looks for its own.
// The machine of a CI job is the job's alone, and caches there belong to whoever unpacked them.
func refuseForeign(settings *config.Config) error {
	if settings.Event.InCI() || inNamespace() {
		return nil
	}
	for _, place := range []struct{ dir, variable string }{{settings.CacheDir, "HUBOPS_CACHE"}, {settings.SandboxDir, "HUBOPS_SANDBOX_DIR"}} {
		info, err := os.Stat(place.dir)
		if err != nil {
			continue // what is not there, this run makes
		}
		if owner, known := ownerOf(info); known && owner != 0 && owner != os.Geteuid() {
			return exit.Errorf(exit.Setup, "%s belongs to another user of this machine (ID %d)", place.dir, owner).Try("set %s to a directory of your own", place.variable)
		}
		if info.Mode().Perm()&0o002 != 0 {
			return exit.Errorf(exit.Setup, "every user may write to %s", place.dir).Try("run 'chmod o-w %s', if you know what is in it, or set %s to a directory of your own", place.dir, place.variable)
		}
	}
	return nil
}

func ownerOf(info fs.FileInfo) (id int, known bool) {
	system, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(system.Uid), true
}

// inNamespace reports whether this is a user namespace of Linux's. There root's files seem to belong to somebody else:
// user_namespaces(7).
func inNamespace() bool {
	ids, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && strings.Join(strings.Fields(string(ids)), " ") != "0 0 4294967295"
}
