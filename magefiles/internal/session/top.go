package session

import (
	"os"
	"path/filepath"
)

// ofHubs are what marks a directory in a clone as the top of a repository of hubs; .git marks the clone's own.
var ofHubs = []string{"hubops.yaml", "hub-charts", ".git"}

// Top returns the top of the repository of hubs that a directory lies in: the nearest directory upwards that has settings or hubs, in a
// clone of one's own, or else the clone's top. Outside of a clone, and where the clone belongs to somebody else, whose settings are not
// to count, it is the directory itself.
func Top(dir string) string {
	clone := above(dir, ".git")
	if clone == "" || clone != dir && !sameOwner(clone, dir) {
		return dir
	}
	return above(dir, ofHubs...)
}

// above returns the nearest directory upwards that has one of the names, "" if there is none.
func above(dir string, names ...string) string {
	for {
		for _, name := range names {
			if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
				return dir
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// sameOwner reports whether two directories belong to the same user.
func sameOwner(one, other string) bool {
	var owners []int
	for _, dir := range []string{one, other} {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		owner, known := ownerOf(info)
		if !known {
			return false
		}
		owners = append(owners, owner)
	}
	return owners[0] == owners[1]
}
