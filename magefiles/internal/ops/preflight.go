package ops

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/manifest"
)

// check makes sure that an upgrade can work before anything is changed, and shows what it changes.
func (d *deployment) check(ctx context.Context, h hub.Hub, u helm.Upgrade, release kube.Release) error {
	rendered, err := d.helm.DryRun(ctx, u)
	if err != nil {
		return err
	}
	if err := d.kube.Admit(ctx, h.Name, rendered); err != nil {
		return err
	}
	before, err := d.manifestOf(ctx, d.kube, h.Name, release.Newest().Number)
	if err != nil {
		return err
	}
	after, err := manifest.Parse(rendered)
	if err != nil {
		return err
	}
	d.showDiff(before, after, func(line string) { d.Console.Line(h.Name, line) })
	return nil
}

// manifestOf reads what a revision consists of; none is no object. Every value that was given to it is secret from now
// on: those that have since been changed are no longer in the repository, and may still work elsewhere.
func (s *Session) manifestOf(ctx context.Context, client *kube.Client, name string, revision int) ([]manifest.Object, error) {
	if revision == 0 {
		return nil, nil
	}
	data, err := client.Stored(ctx, name, revision)
	if err != nil {
		return nil, err
	}
	stored, err := helm.DecodeRelease(data)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %w", name, err)
	}
	s.Run.Redact.Add(stored.SecretValues(append(append([]string{}, s.Config.NamePaths...), s.Config.TagPaths...))...)
	return manifest.Parse(stored.Manifest)
}

// showDiff writes the differences of two manifests, and what they mean, without secret values.
func (s *Session) showDiff(before, after []manifest.Object, write func(line string)) {
	impact := manifest.Impact(before, after) // first: the diff masks what it shows
	changes := manifest.Diff(before, after)
	for _, change := range changes {
		if len(before) == 0 {
			break // all of it is new: the chart can be read in the repository
		}
		write(change.Action + " " + change.Object)
		if change.Action == "changed" {
			write(s.Run.Redact.Mask(change.Diff))
		}
	}
	switch {
	case len(before) == 0:
		write(fmt.Sprintf("first install: %d objects", len(after)))
	case len(changes) == 0:
		write("no object changes")
	default:
		write("for users: " + impact)
	}
}
