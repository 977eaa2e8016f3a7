package newhub

import (
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/spelling"
)

// Taken is what has names already.
type Taken struct {
	Hubs    []string            // of the repository
	Images  []string            // of all hubs, as a registry has them
	Entries map[string][]string // what lies in each directory, on the disk or in Git, in which the hub is to have something
}

// Check refuses names that something has, in this or another spelling: what differs in its letters' case or in _ and - alone is one file on
// some disks, and one name to people. roots are paths as Roots returns them.
func (t Taken) Check(hubs, roots []string) error {
	for _, name := range hubs {
		if other := like(name, t.Hubs); other != "" {
			return exit.Input("hub %s exists%s: nothing was written", name, spelt(name, other)).Try("give the new one another name")
		}
		if other := like(name, t.Images); other != "" {
			return exit.Input("an image is called %s already%s: nothing was written", other, spelt(name, other)).Try("give the new hub another name")
		}
	}
	for _, root := range roots {
		dir, base := path.Split(root)
		if other := like(base, t.Entries[path.Clean(dir)]); other != "" {
			return exit.Input("%s is there%s: nothing was written", root, spelt(base, other)).Try("give the hub another name, or move that away and commit")
		}
	}
	return nil
}

// like returns what has a name, or one that is spelt like it.
func like(name string, names []string) string {
	if slices.Contains(names, name) {
		return name
	}
	at := slices.IndexFunc(names, func(other string) bool { return spelling.Folded(other) == spelling.Folded(name) })
	if at < 0 {
		return ""
	}
	return names[at]
}

func spelt(name, other string) string {
	if name == other {
		return ""
	}
	return ", as " + strings.TrimSuffix(other, "/")
}
