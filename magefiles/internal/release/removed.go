package release

import (
	"context"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/removed"
	"hub-ops/magefiles/internal/layout"
)

// outdated tells which objects, of the chart or of the release as it is, are of APIs that Kubernetes has removed and this cluster has no longer.
// helm only says that it knows no such kind. It returns refused, helm's error, where that is not why.
func (d *deploy) outdated(ctx context.Context, refused error) error {
	version, err := d.kube.Version(ctx)
	if err != nil {
		return refused
	}
	made, err := d.unknownOfChart(ctx)
	if err != nil { // helm has refused the release before it rendered the chart, perhaps
		made = nil
	}
	held, err := d.kube.Unknown(ctx, d.rendering.current)
	if err != nil {
		return refused
	}
	if why := tooOld(d.hub.At, version, made, held); why != nil {
		return why
	}
	return refused
}

// tooOld is the error of a chart that makes objects of APIs that are gone, or of a release that holds some; nil if neither does.
func tooOld(at layout.Address, version string, made, held []removed.Use) error {
	switch inChart, inRelease := removed.Sentence(made), removed.Sentence(held); {
	case inChart != "":
		return exit.Errorf(exit.Helm, "hub %s is %w than %s: %s", at.Hub, removed.ErrOutdated, version, inChart).Try("%s", removed.Remedy(made))
	case inRelease != "":
		return exit.Errorf(exit.Helm, "the release of hub %s was %w than %s, so helm cannot compare it: it holds objects of APIs that are gone: %s", at.Hub, removed.ErrOutdated, version, inRelease).
			Try("rewrite the record of the release with helm's plugin mapkubeapis: helm mapkubeapis %s --namespace %s", at.Release, at.Namespace)
	}
	return nil
}

// unknownOfChart is what is of a kind that the API server does not know, among what the chart makes, and says which chart does.
func (d *deploy) unknownOfChart(ctx context.Context) ([]removed.Use, error) {
	rendered, _, err := d.template(ctx)
	if err != nil {
		return nil, err
	}
	objects, err := rendered.Objects(d.hub.At.Namespace)
	if err != nil {
		return nil, err
	}
	uses, err := d.kube.Unknown(ctx, objects)
	for i := range uses {
		use := &uses[i]
		use.Chart, use.Release, use.Own = chart.PartAt(d.upgrade.Chart, use.Place)
		use.Own = use.Own && d.hub.Published == nil
	}
	return uses, err
}
