package helm

import (
	"context"

	"hub-ops/magefiles/internal/chart"
)

// hubChart is the name of the public chart of JupyterHub: z2jh.jupyter.org.
const hubChart = "jupyterhub"

// HubVersion returns the version of JupyterHub that a chart of the repository brings: the appVersion of the chart jupyterhub, which it is, has or
// depends on, to any depth. What is not here is fetched. It is "" for a chart that brings none, or that does not say.
func (d *Dependencies) HubVersion(ctx context.Context, hubName string, tree *chart.Tree) (string, error) {
	if tree.Chart.Name == hubChart && !tree.IsPublished() {
		return tree.Chart.AppVersion, nil
	}
	for _, part := range tree.Parts {
		for _, need := range part.Needs {
			version, err := d.hubVersionOf(ctx, hubName, need, part.File)
			if version != "" || err != nil {
				return version, err
			}
		}
	}
	return d.hubVersionWithin(ctx, tree)
}

func (d *Dependencies) hubVersionOf(ctx context.Context, hubName string, need chart.Need, file string) (string, error) {
	switch {
	case need.Local != nil:
		return d.HubVersion(ctx, hubName, need.Local)
	case need.Name != hubChart:
		return "", nil
	}
	got, _, err := d.get(ctx, hubName, need, file)
	if err != nil {
		return "", err
	}
	packed, _ := chart.Unpacked(got.content)
	return packed.AppVersion, nil
}

// hubVersionWithin looks at the charts that lie in a tree: as Git holds them.
func (d *Dependencies) hubVersionWithin(ctx context.Context, tree *chart.Tree) (string, error) {
	if tree.IsPublished() {
		return "", nil
	}
	for _, part := range tree.Parts {
		for _, vendored := range part.Vendored {
			if vendored.Name == hubChart {
				return d.Charts.AppVersion(ctx, vendored)
			}
		}
	}
	return "", nil
}
