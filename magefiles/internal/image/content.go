package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// Content is everything of the repository that decides what an image holds.
type Content struct {
	Context git.Tree   // of the directory with the Dockerfile
	Shared  []git.Tree // directories that are copied into every context, each under its own name
	Args    []string   // build arguments, as NAME=value
	// Platforms that the image is for, as linux/arm64; none: the builder's own.
	Platforms []string
	// Base is the digest of a base image that has moved since the image was built, if that is a reason to build it anew.
	Base string
}

// hash returns one hash for all of it, as it is now and as it is committed; "" where the context does not exist. With
// nothing but a context it is the hash of the context's Git tree.
func (c Content) hash() (now, committed string) {
	if len(c.Shared) == 0 && len(c.Args) == 0 && len(c.Platforms) == 0 && c.Base == "" {
		return c.Context.Hash, c.Context.Committed
	}
	present, past := []string{c.Context.Hash}, []string{c.Context.Committed}
	for _, shared := range c.Shared {
		present = append(present, shared.Name()+" "+shared.Hash)
		past = append(past, shared.Name()+" "+shared.Committed)
	}
	sum := func(parts []string) string {
		if parts[0] == "" {
			return ""
		}
		parts = append(parts, c.Args...)
		for _, platform := range c.Platforms {
			parts = append(parts, "platform "+platform)
		}
		if c.Base != "" {
			parts = append(parts, "base "+c.Base)
		}
		digest := sha256.Sum256([]byte(strings.Join(parts, "\n")))
		return hex.EncodeToString(digest[:])
	}
	return sum(present), sum(past)
}

// Dirty reports whether any of it is not committed.
func (c Content) Dirty() bool {
	now, committed := c.hash()
	return now != committed
}

// Tag names the content: "t" and 12 hex digits of its hash, and for what is not committed "-dirty-" and 8 digits of what
// it would be. The letter keeps YAML from reading a number.
func (c Content) Tag() string {
	const none = "000000000000"
	now, committed := c.hash()
	if now == committed {
		return "t" + digits(committed, none, 12)
	}
	return "t" + digits(committed, none, 12) + dirtyMark + digits(now, none, 8)
}

func digits(hash, none string, length int) string {
	if len(hash) < length {
		hash = none
	}
	return hash[:length]
}

// export writes the content to the directory that the image is built from.
func (c Content) export(ctx context.Context, repo *git.Repo, dir string) error {
	if err := repo.Export(ctx, c.Context, dir); err != nil {
		return err
	}
	for _, shared := range c.Shared {
		target := filepath.Join(dir, shared.Name())
		if _, err := os.Lstat(target); err == nil {
			return exit.Input("the context has a %s of its own, and %s (image.shared) would be copied over it: rename one", shared.Name(), shared.Name())
		}
		if err := os.Mkdir(target, 0o755); err != nil { // #nosec G301 -- part of an image
			return err
		}
		if err := repo.Export(ctx, shared, target); err != nil {
			return err
		}
	}
	return nil
}
