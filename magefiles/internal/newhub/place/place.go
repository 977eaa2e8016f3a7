// Package place writes the files of a new hub into a repository: all of them or none. A run that was killed in between leaves a record in Git's
// own directory, by which the next one takes back what there is. Files with their content go in. Package ops/repository calls it, and lets one run at a time
// do so in a checkout.
//
//	at := place.Open(root, gitDir, tracked)
//	gone, err := at.Recover()      // what a killed run has left
//	err = at.Write(files, roots)   // roots in the order in which they appear: what makes the hub last
package place

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// File is a file to write.
type File struct {
	Path    string // relative to the root, with slashes
	Content []byte
	Mode    fs.FileMode
}

// Place is a repository that new files are written to.
type Place struct {
	root    string
	stage   string // directory of our own: what is written before it gets its place
	tracked Tracked
}

// Tracked returns those of the names that Git has: somebody has taken them over.
type Tracked func(names []string) ([]string, error)

// Open returns the place of a repository. gitDir is Git's own directory of it, in which nothing becomes part of a commit.
func Open(root, gitDir string, tracked Tracked) *Place {
	return &Place{root: root, stage: filepath.Join(gitDir, "hub-ops-new"), tracked: tracked}
}

// record is what a run is about to put into its place: each file with its content and the time at which it was written, which it keeps there, and
// directories that were not there.
type record struct {
	Files map[string][]byte
	Times map[string]int64 // nanoseconds since 1970
	Roots []string
	Dirs  []string // above the roots
}

const recordName = "record.json"

// Write writes the files. roots are files and directories that are not there, and that all files are or lie in; they appear in that order, each at
// once. After an error nothing of them is there.
func (p *Place) Write(files []File, roots []string) (err error) {
	left := false // files of the hub, with the record of them
	defer func() {
		if !left {
			_ = os.RemoveAll(p.stage)
		}
	}()
	if err := os.MkdirAll(p.stage, 0o700); err != nil {
		return failed(p.stage, err)
	}
	plan, err := p.prepare(files, roots)
	if err != nil {
		return err
	}
	content, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	if err := p.write(recordName+".part", content, 0o600); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(p.stage, recordName+".part"), filepath.Join(p.stage, recordName)); err != nil {
		return failed(recordName, err)
	}
	for _, root := range roots {
		if err := p.move(root); err != nil {
			_, undone := p.undo(plan, nil) // Git has none of them yet
			left = undone != nil
			return errors.Join(failed(root, err), undone)
		}
	}
	// Until this is gone, the next run takes everything back.
	return os.Remove(filepath.Join(p.stage, recordName))
}

// prepare writes the files to the stage, and returns the record of them.
func (p *Place) prepare(files []File, roots []string) (record, error) {
	plan := record{Files: map[string][]byte{}, Times: map[string]int64{}, Roots: roots, Dirs: p.missing(roots)}
	for _, file := range files {
		name := filepath.Join("files", filepath.FromSlash(file.Path))
		if err := p.write(name, file.Content, file.Mode); err != nil {
			return plan, err
		}
		info, err := os.Lstat(filepath.Join(p.stage, name))
		if err != nil {
			return plan, failed(name, err)
		}
		plan.Files[file.Path], plan.Times[file.Path] = file.Content, info.ModTime().UnixNano()
	}
	return plan, nil
}

// write writes one file of the stage, and has it on the disk: a full one is told here.
func (p *Place) write(name string, content []byte, mode fs.FileMode) error {
	full := filepath.Join(p.stage, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { // #nosec G301 -- they become directories of the repository, below one that is private
		return failed(name, err)
	}
	file, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) // #nosec G304 -- our own directory
	if err != nil {
		return failed(name, err)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return failed(name, err)
	}
	return nil
}

func failed(name string, err error) error {
	return exit.Errorf(exit.Setup, "writing %s: %w: nothing of the hub was written", name, err).Try("mend that, and run it again")
}

// missing lists the directories above the roots that are not there, the outer ones first.
func (p *Place) missing(roots []string) (dirs []string) {
	for _, root := range roots {
		var above []string
		for dir := path.Dir(root); dir != "."; dir = path.Dir(dir) {
			if _, err := os.Lstat(filepath.Join(p.root, filepath.FromSlash(dir))); err != nil && !slices.Contains(dirs, dir) {
				above = append(above, dir)
			}
		}
		slices.Reverse(above)
		dirs = append(dirs, above...)
	}
	return dirs
}

// move puts a root into its place. What has come there meanwhile stays.
func (p *Place) move(root string) error {
	from, to := filepath.Join(p.stage, "files", filepath.FromSlash(root)), filepath.Join(p.root, filepath.FromSlash(root))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { // #nosec G301 -- a directory of the repository
		return err
	}
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return os.Link(from, to) // which replaces nothing
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to) // which replaces at most an empty directory
}

// Recover takes back what a run has written that was killed before all was in its place, and names it. What somebody has changed since stays.
func (p *Place) Recover() (gone []string, err error) {
	content, err := os.ReadFile(filepath.Join(p.stage, recordName))
	if errors.Is(err, fs.ErrNotExist) { // it was killed before it began, or never
		return nil, os.RemoveAll(p.stage)
	}
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "what a killed run has left in %s: %w", p.stage, err)
	}
	var plan record
	if err := json.Unmarshal(content, &plan); err != nil {
		return nil, exit.Errorf(exit.Setup, "%s: %w", filepath.Join(p.stage, recordName), err).Try("remove %s", p.stage)
	}
	tracked, err := p.tracked(slices.Collect(maps.Keys(plan.Files)))
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "asking Git what it has of the files that a killed run has left: %w", err)
	}
	if gone, err = p.undo(plan, tracked); err != nil {
		return gone, err
	}
	return gone, os.RemoveAll(p.stage)
}

// undo removes the files of a record that are as they were written, and then the directories that are empty and were not there. What Git has, which
// is tracked, and what somebody else has written, stays, though it be the same.
func (p *Place) undo(plan record, tracked []string) (gone []string, err error) {
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	dirs := slices.Clone(plan.Dirs)
	for name, content := range plan.Files {
		for dir := path.Dir(name); slices.ContainsFunc(plan.Roots, func(r string) bool { return dir == r || strings.HasPrefix(dir, r+"/") }); dir = path.Dir(dir) {
			dirs = append(dirs, dir)
		}
		file := filepath.FromSlash(name)
		info, err := root.Lstat(file)
		if err != nil || !info.Mode().IsRegular() || info.ModTime().UnixNano() != plan.Times[name] || slices.Contains(tracked, name) {
			continue
		}
		if now, err := root.ReadFile(file); err != nil || string(now) != string(content) {
			continue
		}
		if err := root.Remove(file); err != nil {
			return gone, exit.Errorf(exit.Setup, "taking back %s: %w", name, err).Try("remove it")
		}
		gone = append(gone, name)
	}
	slices.SortFunc(dirs, func(a, b string) int { return strings.Compare(b, a) }) // the inner ones first
	for _, dir := range slices.Compact(dirs) {
		if info, err := root.Lstat(filepath.FromSlash(dir)); err == nil && info.IsDir() {
			_ = root.Remove(filepath.FromSlash(dir)) // what holds something stays
		}
	}
	slices.Sort(gone)
	return gone, nil
}
