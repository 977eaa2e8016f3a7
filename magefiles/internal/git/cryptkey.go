package git

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// CryptKey is the file in which an unlocked clone keeps git-crypt's key; "" if there is none.
func (r *Repo) CryptKey(ctx context.Context) (string, error) {
	out, err := r.git(ctx, "rev-parse", "--git-path", "git-crypt/keys/default")
	if err != nil {
		return "", r.explain(err)
	}
	file := strings.TrimSpace(out)
	if !filepath.IsAbs(file) {
		file = filepath.Join(r.dir, file)
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return "", nil //nolint:nilerr // a locked clone
	}
	return file, nil
}
