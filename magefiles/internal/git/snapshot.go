package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/exit"
)

// Snapshot is what Git holds of the repository: HEAD, with the changes of the working tree that could be committed. What Git ignores
// is no part of it. Names are relative to the repository's root, with slashes. It is safe for several hubs at once.
type Snapshot struct {
	repo    *Repo
	names   []string // of all files and links, sorted
	entries map[string]*entry
	removed []string // what HEAD has, and this working tree no longer
	lost    []string // those of them that the index still has: nobody said that they are to go

	mu sync.Mutex // guards hash and content of the entries
}

// entry is a file, or a link.
type entry struct {
	name      string
	mode      string // as Git has it: Submodule for any repository of its own
	committed string // hash in HEAD; "" if HEAD lacks it
	tracked   bool   // HEAD or the index has it
	suspect   bool   // the working tree may hold other content than HEAD
	absent    string // why the working tree lacks it; "" if it has it

	hash    string // of the content now; "" until it is asked for
	content []byte // nil until it is asked for
}

// Snapshot looks at HEAD, at the index and at the working tree.
func (r *Repo) Snapshot(ctx context.Context) (*Snapshot, error) {
	s := &Snapshot{repo: r, entries: map[string]*entry{}}
	for _, look := range []func(context.Context) error{s.addCommitted, s.addChanged, s.addMarked} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	for name := range s.entries {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	slices.Sort(s.removed)
	slices.Sort(s.lost)
	return s, nil
}

func (s *Snapshot) addCommitted(ctx context.Context) error {
	out, err := s.repo.git(ctx, "ls-tree", "-r", "-z", "HEAD")
	if err != nil {
		return s.repo.explain(err)
	}
	for _, file := range parseFiles(out) {
		e := &entry{name: file.Path, mode: file.Mode, committed: file.Hash, tracked: true, hash: file.Hash}
		s.entries[file.Path] = e
	}
	return nil
}

// addChanged adds what git status tells.
func (s *Snapshot) addChanged(ctx context.Context) error {
	out, err := s.repo.status(ctx, "--no-renames", "--ignore-submodules=all", "--", ".")
	if err != nil {
		return s.repo.explain(err)
	}
	for line := range strings.SplitSeq(out, "\x00") { // "XY name": X of the index, Y of the working tree
		if len(line) < 4 {
			continue
		}
		name, inside := strings.CutPrefix(line[3:], s.repo.below)
		if !inside {
			continue
		}
		if err := s.suspect(name, line[:2] != "??"); err != nil {
			return err
		}
		if line[1] == 'D' && s.entries[name] == nil {
			s.lost = append(s.lost, name)
		}
	}
	return nil
}

// suspect notes that the working tree may hold something else under a name than HEAD.
func (s *Snapshot) suspect(name string, tracked bool) error {
	name, nested := strings.CutSuffix(name, "/")
	info, err := os.Lstat(filepath.Join(s.repo.dir, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() && !nested:
		if s.entries[name] != nil {
			s.removed = append(s.removed, name)
			delete(s.entries, name)
		}
		return nil
	case err != nil:
		return err
	}
	e := s.entries[name]
	if e == nil {
		e = &entry{name: name}
		s.entries[name] = e
	}
	e.mode, e.hash, e.suspect, e.tracked = Regular, "", true, e.tracked || tracked
	switch {
	case nested:
		e.mode = Submodule
	case info.Mode()&fs.ModeSymlink != 0:
		e.mode = Link
	case !info.Mode().IsRegular():
		delete(s.entries, name) // Git holds no sockets and no devices
	}
	return nil
}

// addMarked looks at the files that git status does not look at: those that a sparse checkout leaves out, and those that somebody
// marked so that Git does not see changes of them (git update-index --skip-worktree, --assume-unchanged).
func (s *Snapshot) addMarked(ctx context.Context) error {
	out, err := s.repo.git(ctx, "ls-files", "-z", "-v")
	if err != nil {
		return s.repo.explain(err)
	}
	for line := range strings.SplitSeq(out, "\x00") {
		tag, name, found := strings.Cut(line, " ")
		if !found || tag == "H" || s.entries[name] == nil {
			continue
		}
		if _, err := os.Lstat(filepath.Join(s.repo.dir, filepath.FromSlash(name))); err == nil {
			if err := s.suspect(name, true); err != nil {
				return err
			}
			continue
		}
		s.entries[name].absent = "HEAD has it, and this sparse checkout leaves it out"
		if strings.ToUpper(tag) != "S" {
			s.entries[name].absent = "HEAD has it, and it was deleted here"
		}
	}
	return nil
}

// Below lists the files and links in a directory and below it, sorted.
func (s *Snapshot) Below(dir string) []string {
	prefix := dir + "/"
	if dir == "." || dir == "" {
		return slices.Clip(s.names)
	}
	from, _ := slices.BinarySearch(s.names, prefix)
	to := from
	for to < len(s.names) && strings.HasPrefix(s.names[to], prefix) {
		to++
	}
	return s.names[from:to:to] // an append to it must not reach the names behind
}

// Has reports whether there is such a file or link.
func (s *Snapshot) Has(name string) bool { return s.entries[name] != nil }

// IsLink reports whether there is a link of that name.
func (s *Snapshot) IsLink(name string) bool {
	e := s.entries[name]
	return e != nil && e.mode == Link
}

// LinkOn returns the link among a name and the directories that it lies in, "" if there is none. What Git holds under such a name is where
// the link leads, or nothing.
func (s *Snapshot) LinkOn(name string) string {
	for at := range len(name) + 1 {
		if (at == len(name) || name[at] == '/') && s.IsLink(name[:at]) {
			return name[:at]
		}
	}
	return ""
}

// Tracked reports whether a commit or the index has the file: it is not merely there.
func (s *Snapshot) Tracked(name string) bool {
	e := s.entries[name]
	return e != nil && e.tracked
}

// Removed lists what HEAD has in a directory, or as that file, and this working tree no longer: it was deleted, and that is not
// committed.
func (s *Snapshot) Removed(name string) []string { return within(s.removed, name) }

// Lost lists those of Removed that were not deleted by git rm: nobody has told Git that they are to go.
func (s *Snapshot) Lost(name string) []string { return within(s.lost, name) }

func within(names []string, dir string) []string {
	var found []string
	for _, name := range names {
		if name == dir || dir == "." || strings.HasPrefix(name, dir+"/") {
			found = append(found, name)
		}
	}
	return found
}

// Check returns an error with exit.BadInput for the first of these that Git names and that cannot be read here: a sparse checkout
// leaves it out, or it is a repository of its own.
func (s *Snapshot) Check(names ...string) error {
	for _, name := range names {
		e := s.entries[name]
		switch {
		case e == nil:
		case e.absent != "":
			from := path.Dir(name)
			if from == "." {
				from = "/" + name
			}
			return exit.Input("%s: %s", name, e.absent).Try("run 'git sparse-checkout add %s', or 'git sparse-checkout disable'", from)
		case e.mode == Submodule:
			return exit.Input("%s is a Git repository of its own, or a submodule: this repository does not hold its files", name).Try("copy them here")
		}
	}
	return nil
}

// Uncommitted returns those of the files whose content is not committed.
func (s *Snapshot) Uncommitted(ctx context.Context, names ...string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.find(names)
	if err := s.hash(ctx, entries); err != nil {
		return nil, err
	}
	var changed []string
	for _, e := range entries {
		if e.hash != e.committed {
			changed = append(changed, e.name)
		}
	}
	return changed, nil
}

func (s *Snapshot) find(names []string) []*entry {
	var entries []*entry
	for _, name := range names {
		if e := s.entries[name]; e != nil {
			entries = append(entries, e)
		}
	}
	return entries
}

// Ignored lists the files in the directories that Git ignores.
func (s *Snapshot) Ignored(ctx context.Context, dirs ...string) ([]string, error) {
	out, err := s.repo.git(ctx, append([]string{"ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--"}, dirs...)...)
	if err != nil {
		return nil, fmt.Errorf("asking Git what it ignores: %w", err)
	}
	return strings.FieldsFunc(out, func(r rune) bool { return r == 0 }), nil
}
