package git

import (
	"bytes"
	"context"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/secretdir"
)

// shortestSecret is how many bytes say something.
const shortestSecret = 12

// largestHashed is how many bytes a file may have that Contents reads from the disk.
const largestHashed = 5 << 20

// Secrets returns the hashes of what the files contain that lie where secrets do, each with a file that has it: as HEAD has them, as git add
// would take them now, and as they lie on the disk, where a filter may have decrypted them. Files that Git ignores count, those that say
// next to nothing do not: many files have "{}" in them.
func (s *Snapshot) Secrets(ctx context.Context, places secretdir.Places) (map[string]string, error) {
	found := map[string]string{}
	names := slices.DeleteFunc(slices.Clone(s.names), func(name string) bool { return !places.Count(name) })
	if err := s.hashWhatCan(ctx, names); err != nil {
		return nil, err
	}
	for _, e := range s.find(names) {
		for _, hash := range []string{e.committed, e.hash} {
			if hash != "" && e.mode != Link {
				found[hash] = e.name
			}
		}
	}
	return found, s.addDisk(found, places)
}

// hashWhatCan hashes files as git add would take them, but for those that it cannot take here: without the program that encrypts them, say.
// Then a copy is known by what lies on the disk.
func (s *Snapshot) hashWhatCan(ctx context.Context, names []string) error {
	if _, err := s.Uncommitted(ctx, names...); err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	for _, name := range names {
		_, _ = s.Uncommitted(ctx, name)
	}
	return ctx.Err()
}

// addDisk adds the files as they lie on the disk.
func (s *Snapshot) addDisk(found map[string]string, places secretdir.Places) error {
	root, err := os.OpenRoot(s.repo.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	length := s.hashLength()
	add := func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !places.Count(name) {
			return nil //nolint:nilerr // there is no such directory, or it cannot be read: then nobody copies it either
		}
		if info, err := entry.Info(); err != nil || info.Size() > largestHashed {
			return nil //nolint:nilerr // likewise, and no file of secrets is as large
		}
		content, err := root.ReadFile(filepath.FromSlash(name))
		switch {
		case err != nil:
		case len(bytes.TrimSpace(content)) < shortestSecret:
			delete(found, hashOf(content, length))
		default:
			found[hashOf(content, length)] = name
		}
		return nil
	}
	starts := []string{secretdir.Name}
	for _, glob := range places.Globs() {
		files, err := fs.Glob(root.FS(), glob)
		if err != nil {
			return err
		}
		starts = append(starts, files...)
	}
	for _, start := range starts {
		if err := fs.WalkDir(root.FS(), start, add); err != nil {
			return err
		}
	}
	return nil
}

// hashLength is the number of digits in the hashes of the repository.
func (s *Snapshot) hashLength() int {
	for _, e := range s.entries {
		if e.committed != "" {
			return len(e.committed)
		}
	}
	return 40
}

// hashOf names a content as Git does.
func hashOf(content []byte, length int) string {
	sum := objectHash(strings.Repeat("0", length), int64(len(content)))
	_, _ = sum.Write(content)
	return hex.EncodeToString(sum.Sum(nil))
}

// Hashes returns the hashes of what files contain, as git add would take them, by name.
func (s *Snapshot) Hashes(ctx context.Context, names ...string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.find(names)
	if err := s.hash(ctx, entries); err != nil {
		return nil, err
	}
	found := make(map[string]string, len(entries))
	for _, e := range entries {
		found[e.name] = e.hash
	}
	return found, nil
}
