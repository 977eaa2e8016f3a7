// Package newhub decides what the files of a new hub are: its chart, its values, its Dockerfile and its secret values, with tokens of its own.
// The layout of the repository and what its other hubs have go in; files come out. It asks nobody and writes nothing: package ops/repository gathers the
// facts, and package newhub/place writes the files, all or none.
//
//	sites, err := newhub.Sites(settings, parts, "botany", "")
//	files, err := newhub.Fresh(sites, newhub.Standards{Dependency: d, Base: "quay.io/jupyter/minimal-notebook:python-3.12.9"}, tokens)
//	files, notes, err := newhub.Copied(source, target, held) // FROM=<hub>
package newhub

// File is one file of a new hub. Its path is relative to the repository's root, with slashes.
type File struct {
	Path       string
	Content    []byte
	Executable bool
	Secret     bool   // secret values in plain text: nobody writes them as they are
	Holds      string // in words, for the preview: no secret
}
