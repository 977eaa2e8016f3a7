// Package version says which hub-ops this program is. A call of "mage version" prints it.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// stamp is the commit that this program was compiled from, with "-dirty" where files were modified, as "git describe --always --dirty
// --abbrev=40" has it. The linker writes it, because Go records no commit of a program that mage compiles:
// -ldflags "-X hub-ops/magefiles/internal/version.stamp=…". "mage dev:release" does so.
var stamp string

// module is this module, where another one imports it.
const module = "hub-ops"

// Text returns the commit, whether files were modified, and what compiled them, in one line.
func Text() string {
	return fmt.Sprintf("hub-ops %s, %s, %s/%s", source(stamp, Imported()), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// Commit returns the commit, "" if it is not known or files were modified: nobody else could get what runs here.
func Commit() string {
	if commit, modified := strings.CutSuffix(stamp, "-dirty"); !modified {
		return commit
	}
	return ""
}

// Short returns what tells versions of hub-ops apart: the abbreviated commit, or the version of the imported module; "" if neither is known, or
// files were modified.
func Short() string { return short(Commit(), Imported()) }

func short(commit, imported string) string {
	const length = 12
	if commit != "" {
		return commit[:min(len(commit), length)]
	}
	return imported
}

func source(stamp, imported string) string {
	commit, modified := strings.CutSuffix(stamp, "-dirty")
	switch {
	case modified:
		return commit + ", modified"
	case commit != "":
		return commit + ", not modified"
	case imported != "":
		return imported
	}
	return "of a commit that was not recorded when it was compiled"
}

// Imported returns the version of this module in a program that was compiled from somebody else's magefile, "" in our own.
func Imported() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, needed := range info.Deps {
		if needed.Path == module && strings.HasPrefix(needed.Version, "v") {
			return needed.Version
		}
	}
	return ""
}
