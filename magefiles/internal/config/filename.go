package config

import (
	"os"
	"slices"

	"hub-ops/magefiles/internal/spelling"
)

// otherFormats are names that the settings file has in other projects.
var otherFormats = []string{"hubops.json", "hubops.toml"}

// checkName refuses a repository with a file that is nearly named as the settings are, which nobody would read.
func checkName(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil //nolint:nilerr // reading the file says what is wrong with the directory
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	near := spelling.Miss(File, names)
	for _, other := range otherFormats {
		if near == "" && slices.Contains(names, other) && !slices.Contains(names, File) {
			near = other
		}
	}
	if near != "" {
		return spelling.Unread(near, File)
	}
	return nil
}
