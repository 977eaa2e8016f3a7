package origin

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
)

// VouchedElsewhere returns why what the checkout says of the signature of an image that is built elsewhere does not count: who signs it, or
// that nobody need. It counts if the default branch says the same of an image of that repository at origin, or the branch that owns the hub.
// It returns "" if it counts, or if the checkout says nothing.
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
	of := make([]string, len(branches))
	for i, branch := range branches {
		parts := layout.Parts{Images: branch.Images.For(name).Layout.Images, Cluster: o.session.Config.For(name).Layout.Cluster}
		if saysElsewhere(parts, names, image) {
			return "", nil
		}
		of[i] = "origin/" + branch.Branch
	}
	return config.File + " of " + strings.Join(of, " and of ") + " does not say the same", nil
}

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
