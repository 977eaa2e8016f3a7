package ops

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/manifest"
)

// DiffHub shows what a deploy would change in the cluster, object by object; it changes nothing.
func DiffHub(name string) Verb {
	return func(ctx context.Context, s *Session) error {
		v, err := s.survey(ctx, name)
		if err != nil {
			return err
		}
		d := &deployment{Session: s, survey: v}
		if d.kube, d.helm, err = s.toolsFor(ctx, false); err != nil {
			return err
		}
		d.charts = d.chartsOf(d.helm)
		if err := s.askCluster(ctx, v, d.kube); err != nil {
			return err
		}
		u, err := d.prepare(ctx, v.hubs[0])
		if err != nil {
			return err
		}
		release := v.fleet.of(name)
		if release.Newest().Number == 0 {
			return exit.Input("hub %s was never deployed: all of it is new", name)
		}
		rendered, err := d.helm.DryRun(ctx, u.Upgrade)
		if err != nil {
			return err
		}
		before, err := s.manifestOf(ctx, d.kube, name, release.Newest().Number)
		if err != nil {
			return err
		}
		after, err := manifest.Parse(rendered.Manifest)
		if err != nil {
			return err
		}
		s.Console.Result("%s: %s", name, v.factsOf(name).Release)
		s.showDiff(before, after, func(line string) { s.Console.Result("%s", line) })
		return nil
	}
}
