package origin

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/layout"
)

// VouchedElsewhere returns why what the checkout says of the signature of an image that is built elsewhere does not count: who signs it, or
// that nobody need. It counts if the default branch says the same of an image of that repository at origin, or the branch that owns the hub; a
// file with a key has to hold the same there. It returns "" if it counts, or if the checkout says nothing.
func (o *Origin) VouchedElsewhere(ctx context.Context, name string, names layout.Names, image hub.Image) (why string, err error) {
	if image.SignedBy == "" && !image.Unsigned {
		return "", nil
	}
	said, err := o.owning(ctx)
	switch {
	case err != nil:
		return "", err
	case said.from == "": // the checkout is all there is
		return "", nil
	case len(said.branches) == 0:
		return said.from, nil
	}
	branches, err := said.of(name)
	if err != nil {
		return "", err
	}
	of, otherKey := make([]string, len(branches)), ""
	for i, branch := range branches {
		of[i] = "origin/" + branch.Branch
		parts := layout.Parts{Images: branch.Images.For(name).Layout.Images, Cluster: o.session.Config.For(name).Layout.Cluster}
		if !saysElsewhere(parts, names, image) {
			continue
		}
		same, err := o.sameKey(ctx, branch, image.SignedBy)
		if same || err != nil {
			return "", err
		}
		otherKey = image.SignedBy + " holds another key than at " + of[i]
	}
	if otherKey != "" {
		return otherKey, nil
	}
	return config.File + " of " + strings.Join(of, " and of ") + " does not say the same", nil
}

// sameKey reports whether a branch has the same key where the settings name a file of the repository: who changes what is in the file changes
// who signs.
func (o *Origin) sameKey(ctx context.Context, branch config.Published, setting string) (bool, error) {
	file := filepath.ToSlash(cosign.FileOfKey(setting))
	if file == "" || !filepath.IsLocal(file) {
		return true, nil // what is said is all, or the file is this machine's
	}
	repo, err := o.git(ctx)
	if err != nil {
		return false, err
	}
	there, err := repo.FileAt(ctx, branch.Commit, file)
	if err != nil {
		return false, exit.Errorf(exit.Setup, "reading %s of origin/%s: %w", file, branch.Branch, err).Try("run 'git fetch origin'")
	}
	here, err := os.ReadFile(filepath.Join(o.session.Config.Root, filepath.FromSlash(file)))
	if err != nil {
		return true, nil //nolint:nilerr // there is no key, and whoever wants it says so
	}
	return there != nil && bytes.Equal(lines(here), lines(there)), nil
}

// lines is a text whose lines end as Git keeps them.
func lines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// saysElsewhere reports whether the settings of a branch say the same of who signs an image.
func saysElsewhere(parts layout.Parts, names layout.Names, image hub.Image) bool {
	located, err := parts.Locate(names)
	if err != nil {
		return false // it has another layout
	}
	for _, one := range located.Images {
		if one.Key == image.Key && one.Name == image.Name && one.SignedBy == image.SignedBy && one.Unsigned == image.Unsigned {
			return true
		}
	}
	return false
}
