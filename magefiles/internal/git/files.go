package git

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"
)

// File is a file of a tree.
type File struct {
	Mode string // as Git has it: one of the modes below
	Hash string // of the content
	Path string // relative to the tree
}

// Modes of a File.
const (
	Regular    = "100644"
	Executable = "100755"
	Link       = "120000" // its content is where it leads
	Submodule  = "160000" // its hash is a commit of another repository
)

// Files lists the files of the tree with the given hash, those of its directories too.
func (r *Repo) Files(ctx context.Context, tree string) ([]File, error) {
	out, err := r.git(ctx, "ls-tree", "-r", "-z", "--full-tree", tree)
	if err != nil {
		return nil, r.explain(err)
	}
	return parseFiles(out), nil
}

func parseFiles(listed string) []File {
	var files []File
	for entry := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		about, name, found := strings.Cut(entry, "\t") // "100644 blob <hash>\t<path>"
		if fields := strings.Fields(about); found && len(fields) == 3 {
			files = append(files, File{Mode: fields[0], Hash: fields[2], Path: name})
		}
	}
	return files
}

// Holding returns those of the directories that have one of the names in HEAD. It takes one git call.
func (r *Repo) Holding(ctx context.Context, dirs, names []string) (map[string]bool, error) {
	holding := map[string]bool{}
	if len(dirs) == 0 {
		return holding, nil
	}
	args := []string{"ls-tree", "-z", "HEAD", "--"}
	for _, dir := range dirs {
		for _, name := range names {
			args = append(args, dir+"/"+name)
		}
	}
	out, err := r.git(ctx, args...)
	if err != nil {
		return nil, r.explain(err)
	}
	for _, file := range parseFiles(out) {
		holding[path.Dir(file.Path)] = true
	}
	return holding, nil
}

// Content returns the content of a file with the given hash, as Git holds it.
func (r *Repo) Content(ctx context.Context, file string) (string, error) {
	var content bytes.Buffer
	err := r.Blobs(ctx, []File{{Hash: file}}, func(_ File, _ int64, blob io.Reader) error {
		_, err := content.ReadFrom(blob)
		return err
	})
	return content.String(), err
}
