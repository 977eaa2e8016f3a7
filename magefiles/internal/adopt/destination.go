package adopt

import (
	"path"
	"strings"
)

// Destination returns the directory that this project's magefiles are copied to: magefiles, or one beside the repository's own, whose
// targets then stay as they are.
func Destination(r Repository) string {
	beside := "magefiles"
	for _, name := range r.Names {
		switch {
		case strings.HasPrefix(name, "magefiles/"):
			beside = "magefiles/hub-ops"
		case path.Dir(name) == "." && path.Ext(name) == ".go" && isMagefile(r.Read(name)):
			return "hub-ops" // with a directory magefiles, Mage would pass over it
		}
	}
	return beside
}

// isMagefile reports whether Mage reads a file of Go.
func isMagefile(content []byte) bool {
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "package ") {
			return false
		}
		if line == "//go:build mage" || line == "// +build mage" {
			return true
		}
	}
	return false
}

// Up returns the way from a directory in the repository to its top: ../.. for two names.
func Up(dir string) string {
	return strings.TrimSuffix(strings.Repeat("../", strings.Count(dir, "/")+1), "/")
}
