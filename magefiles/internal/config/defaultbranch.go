package config

import (
	"os"
	"path/filepath"
	"strings"
)

// clonedDefault returns the default branch of origin that a clone has noted when it was made, as git clone does; "" if there is no such
// note. It is read before anybody can be asked, to keep credentials from other branches; that the branch is still the default one,
// package connect asks.
func clonedDefault(root string) string {
	for dir := root; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil && dir != filepath.Dir(dir) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, ".git", "refs", "remotes", "origin", "HEAD")) // #nosec G304 -- Git's
		branch, noted := strings.CutPrefix(strings.TrimSpace(string(content)), "ref: refs/remotes/origin/")
		if err != nil || !noted {
			return ""
		}
		return branch
	}
}
