// Package secretdir knows where a repository keeps its secrets, so that nothing of them becomes part of an image or of a chart. Paths come
// in, relative to the repository's root, with slashes. It does no I/O. Packages config, chart, git and hub call it.
//
//	secretdir.Reaches("secrets/old") // true
//	secretdir.Fitting([]string{"hubs/{hub}/secret.yaml"}).Hold("hubs/course/secret.yaml") // true
package secretdir

import (
	"path"
	"strings"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/spelling"
)

// Places are all places of secrets: the directory Name, and what layout.secrets names elsewhere.
type Places struct {
	patterns []string
	fit      func(file string) bool
}

// Fitting returns the places of a repository whose files of secret values these patterns of layout.secrets fit.
func Fitting(patterns []string) Places { return Places{patterns, layout.Fitting(patterns)} }

// Globs are patterns of path.Match for the files elsewhere.
func (p Places) Globs() []string {
	var globs []string
	for _, pattern := range p.patterns {
		globs = append(globs, layout.Glob(pattern))
	}
	return globs
}

// Hold reports whether a file lies in one of the places, or in Git's own directory.
func (p Places) Hold(file string) bool { return Reaches(file) || p.named(file) }

// Count reports whether a file in one of the places holds something secret.
func (p Places) Count(file string) bool {
	if Reaches(file) {
		return Counts(file)
	}
	return p.named(file)
}

// named reports whether layout.secrets names a file.
func (p Places) named(file string) bool { return p.fit != nil && p.fit(file) }

// Name is the directory of secret values and credentials.
const Name = "secrets"

// Example shows what secret values look like, and holds none.
const Example = "example.yaml"

// Counts reports whether a file of the directory holds something secret: all but the example, what Git or SOPS reads, and what people do.
func Counts(file string) bool {
	name := path.Base(file)
	return name != Example && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "README")
}

// Reaches reports whether a directory is the one of secrets or Git's own, lies in one of them, or holds them. A disk may not tell capital
// from small letters, so those do not count.
func Reaches(dir string) bool {
	dir = path.Clean(dir)
	if dir == "." {
		return true
	}
	first, _, _ := strings.Cut(dir, "/")
	first = spelling.Folded(first)
	return first == Name || first == ".git"
}
