package release

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/admission"
	"hub-ops/magefiles/internal/kube/manifest"
)

// checkUpgrade checks that the upgrade can work before anything is changed, and shows what it would change.
func (d *deploy) checkUpgrade(ctx context.Context) error {
	if !d.settings.Checks {
		return nil
	}
	name := d.hub.Name
	// Read the release first: helm's own message about a release that it cannot read says nothing useful.
	before, err := d.manifest(ctx, name, d.release.Newest().Number)
	if err != nil {
		return err
	}
	rendered, err := d.helm.DryRun(ctx, d.upgrade)
	if err != nil {
		return err
	}
	if rendered.Empty() {
		return exit.Input("the chart of hub %s renders nothing: a deploy would leave its release empty", name).
			Try("is a condition false, or a values file missing? DEPLOY_CHECKS=0 deploys it all the same")
	}
	after, err := manifest.Parse(rendered.Manifest, name)
	if err != nil {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w", name, err))
	}
	if err := admission.Check(ctx, d.kube.Server, name, after); err != nil {
		return err
	}
	d.showDiff(before, after, func(line string) { d.session.Console.Line(name, line) })
	return nil
}

// checkNotEmpty refuses a release that holds no object at all.
func (d *deploy) checkNotEmpty(ctx context.Context) error {
	empty, err := d.helm.Empty(ctx, d.hub.Name)
	if err == nil && !empty {
		return nil
	}
	return exit.With(exit.Helm, errors.Join(exit.Errorf(exit.Helm, "the chart of hub %s renders nothing: its release is empty now", d.hub.Name).Try("is a condition false, or a values file missing?"), err))
}
