package git

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Tree is the content of a directory.
type Tree struct {
	Hash      string // of the directory as it is now; "" if it holds no file that Git tracks or could track
	Committed string // of the directory in HEAD; "" if it is not there
	object    string // that Git keeps the directory as, as it is now; "" if there is none
	past      string // likewise, as it is in HEAD
	path      string // of the directory
}

// Path returns the path of the directory, relative to the repository's root.
func (t Tree) Path() string { return t.path }

// Name returns the last element of the path.
func (t Tree) Name() string { return path.Base(t.path) }

// Object returns the name of Git's own object, also where Hash was made of some of its files.
func (t Tree) Object() string { return t.object }

// CommittedObject is Object for the directory in HEAD.
func (t Tree) CommittedObject() string { return t.past }

// Dirty reports whether the directory has changes that are not committed.
func (t Tree) Dirty() bool { return t.Hash != t.Committed }

// Trees returns the tree of each directory in parent (relative to Dir), by name. For a clean working tree it takes
// two git calls, however many directories there are.
func (r *Repo) Trees(ctx context.Context, parent string) (map[string]Tree, error) {
	return named(r.trees(ctx, parent))
}

// TreesBelow is Trees for directories at any depth, by their paths.
func (r *Repo) TreesBelow(ctx context.Context, parent string) (map[string]Tree, error) {
	return r.trees(ctx, parent, recursive)
}

// TreesAt returns the tree of each directory in parent, by name, as a commit has them.
func (r *Repo) TreesAt(ctx context.Context, commit, parent string) (map[string]Tree, error) {
	return named(r.treesAt(ctx, commit, parent))
}

// TreesBelowAt is TreesAt for directories at any depth, by their paths.
func (r *Repo) TreesBelowAt(ctx context.Context, commit, parent string) (map[string]Tree, error) {
	return r.treesAt(ctx, commit, parent, recursive)
}

// recursive is git ls-tree's option for directories at any depth.
const recursive = "-r"

func (r *Repo) trees(ctx context.Context, parent string, options ...string) (map[string]Tree, error) {
	committed, err := r.list(ctx, "HEAD", parent, options...)
	if err != nil {
		return nil, err
	}
	changed, err := r.Changed(ctx, parent)
	if err != nil {
		return nil, err
	}
	present := committed
	if len(changed) > 0 {
		root, err := r.writeWorkingTree(ctx, parent)
		if err != nil {
			return nil, err
		}
		if present, err = r.list(ctx, root, parent, options...); err != nil {
			return nil, err
		}
	}
	trees := map[string]Tree{}
	for _, dirs := range []map[string]string{committed, present} {
		for dir := range dirs {
			trees[dir] = Tree{Hash: present[dir], Committed: committed[dir], object: present[dir], past: committed[dir], path: dir}
		}
	}
	return trees, nil
}

func (r *Repo) treesAt(ctx context.Context, commit, parent string, options ...string) (map[string]Tree, error) {
	hashes, err := r.list(ctx, commit, parent, options...)
	if err != nil {
		return nil, err
	}
	trees := map[string]Tree{}
	for dir, hash := range hashes {
		trees[dir] = Tree{Hash: hash, Committed: hash, object: hash, past: hash, path: dir}
	}
	return trees, nil
}

// named gives trees by the last elements of their paths.
func named(trees map[string]Tree, err error) (map[string]Tree, error) {
	byName := map[string]Tree{}
	for dir, tree := range trees {
		byName[path.Base(dir)] = tree
	}
	return byName, err
}

// writeWorkingTree writes what the working tree holds below parent as a Git tree, over what HEAD holds, and returns its
// hash. Index and objects are the scratch directory's: the repository is only read.
func (r *Repo) writeWorkingTree(ctx context.Context, parent string) (string, error) {
	if _, err := r.indexed(ctx, "read-tree", "HEAD"); err != nil {
		return "", err
	}
	if err := r.markLeftOut(ctx); err != nil {
		return "", err
	}
	add := []string{"add", "--all", "--", parent}
	if _, err := os.Stat(filepath.Join(r.dir, parent)); err != nil {
		add = []string{"rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", parent}
	}
	if _, err := r.indexed(ctx, append([]string{"-c", "core.safecrlf=false"}, add...)...); err != nil { // which would refuse what it converts
		return "", err
	}
	tree, err := r.indexed(ctx, "write-tree")
	return strings.TrimSpace(tree), err
}

// list returns the hash of each directory in parent, in the given commit or tree, by its path.
func (r *Repo) list(ctx context.Context, treeish, parent string, options ...string) (map[string]string, error) {
	out, err := r.git(ctx, append(append([]string{"ls-tree", "-d", "-z"}, options...), treeish, "--", parent+"/")...)
	if err != nil {
		return nil, r.explain(err)
	}
	hashes := map[string]string{}
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		mode, name, found := strings.Cut(entry, "\t") // "040000 tree <hash>\t<path>"
		dir := path.Clean(name)                       // "." is where hubs lie below the top of a clone
		if fields := strings.Fields(mode); found && len(fields) == 3 && dir != path.Clean(parent) && dir != "." {
			hashes[dir] = fields[2]
		}
	}
	return hashes, nil
}
