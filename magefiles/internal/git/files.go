package git

import (
	"context"
	"strings"
)

// File is a file of a tree.
type File struct {
	Mode string // as Git has it: 100644, 100755, 120000
	Hash string // of the content
	Path string // relative to the tree
}

// Files lists the files of the tree with the given hash, those of its directories too.
func (r *Repo) Files(ctx context.Context, tree string) ([]File, error) {
	out, err := r.git(ctx, "ls-tree", "-r", "-z", tree)
	if err != nil {
		return nil, r.explain(err)
	}
	var files []File
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		about, path, found := strings.Cut(entry, "\t") // "100644 blob <hash>\t<path>"
		if fields := strings.Fields(about); found && len(fields) == 3 {
			files = append(files, File{Mode: fields[0], Hash: fields[2], Path: path})
		}
	}
	return files, nil
}

// Content returns the content of a file with the given hash.
func (r *Repo) Content(ctx context.Context, file string) (string, error) {
	return r.git(ctx, "cat-file", "blob", file)
}
