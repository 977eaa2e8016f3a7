package release

import (
	"context"

	"golang.org/x/mod/semver"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/kube/manifest"
)

// validating is the first version of Kubernetes that has the parameter fieldValidation for good.
const validating = "v1.27.0"

// dryRunOnServer renders the upgrade, and finds out whether helm leaves it to the API server to compare the objects with its schemas. Where
// helm does so itself it does it here too, and in the upgrade.
func (d *deploy) dryRunOnServer(ctx context.Context) (rendered helm.Rendered, err error) {
	version, err := d.kube.Version(ctx)
	if err != nil {
		return rendered, err
	}
	d.upgrade.ServerValidates = semver.Compare(version, validating) >= 0
	if d.upgrade.ServerValidates {
		rendered, err = d.helm.DryRun(ctx, d.upgrade)
		if err == nil && d.serverValidates(rendered) {
			return rendered, nil
		}
		d.upgrade.ServerValidates = false
		if err != nil {
			return rendered, err
		}
	}
	return d.helm.DryRun(ctx, d.upgrade)
}

func (d *deploy) serverValidates(rendered helm.Rendered) bool {
	objects, err := rendered.Objects(d.hub.At.Namespace)
	return err == nil && manifest.ServerValidates(objects)
}
