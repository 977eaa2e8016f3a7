package git

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// CryptKeys returns the keys that git-crypt unlocked this clone with, as it keeps them; none where it is locked.
func (r *Repo) CryptKeys(ctx context.Context) ([][]byte, error) {
	own, err := r.git(ctx, "rev-parse", "--git-path", "git-crypt/keys") // of this working tree
	if err != nil {
		return nil, err
	}
	dir := strings.TrimSuffix(own, "\n")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(r.dir, dir)
	}
	var keys [][]byte
	for _, dir := range []string{dir, filepath.Join(r.shared(), "git-crypt", "keys")} {
		files, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, file := range files {
			key, err := os.ReadFile(filepath.Join(dir, file.Name())) // #nosec G304 -- the clone's own
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
	}
	return slices.CompactFunc(keys, bytes.Equal), nil
}
