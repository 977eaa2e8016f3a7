package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// IgnoreFile lists the files of a build context that builders leave out: docs.docker.com/build/concepts/context.
const IgnoreFile = ".dockerignore"

// Sifted returns the tree of a build context with hashes over the files that builders see. A context without a
// .dockerignore keeps the hashes that Git gives it.
func Sifted(ctx context.Context, repo *git.Repo, tree git.Tree) (git.Tree, error) {
	now, err := sift(ctx, repo, tree, tree.Hash)
	if err != nil {
		return tree, err
	}
	committed := now
	if tree.Dirty() {
		if committed, err = sift(ctx, repo, tree, tree.Committed); err != nil {
			return tree, err
		}
	}
	tree.Hash, tree.Committed = now, committed
	return tree, nil
}

func sift(ctx context.Context, repo *git.Repo, tree git.Tree, hash string) (string, error) {
	if hash == "" {
		return "", nil
	}
	files, err := repo.Files(ctx, hash)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(files, func(file git.File) bool { return file.Path == IgnoreFile })
	if at < 0 {
		return hash, nil
	}
	content, err := repo.Content(ctx, files[at].Hash)
	if err != nil {
		return "", err
	}
	seen, err := withoutIgnored(files, content)
	if err != nil {
		return "", exit.Input("%s/%s: %w", tree.Path(), IgnoreFile, err)
	}
	sum := sha256.New()
	for _, file := range seen {
		_, _ = fmt.Fprintf(sum, "%s %s %s\x00", file.Mode, file.Hash, file.Path)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// withoutIgnored leaves out the files that the patterns match. It keeps the Dockerfile always, because builders read it even if a
// pattern matches it.
func withoutIgnored(files []git.File, patterns string) ([]git.File, error) {
	lines, err := ignorefile.ReadAll(strings.NewReader(patterns))
	if err != nil {
		return nil, err
	}
	matcher, err := patternmatcher.New(lines)
	if err != nil {
		return nil, err
	}
	var seen []git.File
	for _, file := range files {
		ignored, err := matcher.MatchesOrParentMatches(file.Path)
		if err != nil {
			return nil, err
		}
		if !ignored || file.Path == "Dockerfile" {
			seen = append(seen, file)
		}
	}
	return seen, nil
}
