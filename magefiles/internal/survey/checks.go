package survey

import (
	"context"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/check"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/plan"
)

// Check returns what an image must be able to do, and whether a check.yaml says so.
func (v *Survey) Check(image hub.Image) (wanted check.Check, is bool) {
	wanted, is = v.checks[image.ID()]
	return wanted, is
}

// readChecks reads the check.yaml of each image, as Git holds it. Bad input is one that is wrong, or that another clone would not have.
func (s *Surveyor) readChecks(ctx context.Context, v *Survey) error {
	files, err := s.to.Files(ctx)
	if err != nil {
		return err
	}
	v.checks = map[string]check.Check{}
	names := map[string]string{} // by the IDs of images
	var all []string
	for _, h := range v.Hubs {
		for _, image := range h.Built() {
			name := path.Join(image.Dir, check.File)
			if _, known := names[image.ID()]; known {
				continue
			}
			_, missing := os.Lstat(filepath.Join(s.session.Config.Root, filepath.FromSlash(name)))
			switch {
			case len(files.Lost(name)) > 0:
				return exit.Input("%s: HEAD has it, and it was deleted here", name).Try("run 'git restore %s', or 'git rm %s' if it is to go", name, name)
			case files.IsLink(name):
				return exit.Input("%s is a link: Git holds where it leads, and not what the image must be able to do", name).Try("copy the file here")
			case files.Has(name):
				names[image.ID()], all = name, append(all, name)
			case missing == nil:
				return exit.Input("%s: ignored by Git, so nobody else has it", name).Try("take it out of .gitignore, or remove it")
			}
		}
	}
	contents, err := files.Read(ctx, all...)
	if err != nil {
		return err
	}
	for id, name := range names {
		if v.checks[id], err = check.Parse(name, contents[name]); err != nil {
			return err
		}
	}
	return nil
}

// checkedBy asks the registry by which check.yaml an image was checked. It decides whether an image is checked again, and no more.
func checkedBy(ctx context.Context, images registry.Registry, fact *plan.ImageFacts, wanted check.Check) plan.Checked {
	label, err := images.Label(ctx, fact.Name, fact.Tag, content.LabelCheck)
	switch {
	case err != nil:
		return plan.CheckUnknown
	case label == wanted.Digest:
		return plan.CheckSame
	}
	return plan.CheckOther
}
