package ops

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/process"
)

// check makes sure that an upgrade can work before anything is changed, and shows what it changes.
func (d *deployment) check(ctx context.Context, h hub.Hub, u helm.Upgrade, release kube.Release) error {
	// First, for helm says nothing to be understood of a release that it cannot read.
	before, err := d.manifestOf(ctx, d.kube, h.Name, release.Newest().Number)
	if err != nil {
		return err
	}
	rendered, err := d.helm.DryRun(ctx, u)
	if err != nil {
		return err
	}
	if rendered.Empty() {
		return exit.Input("the chart of hub %s renders nothing: a deploy would leave its release empty; is a condition false, or a values file missing? DEPLOY_CHECKS=0 deploys it all the same", h.Name)
	}
	if err := d.kube.Admit(ctx, h.Name, manifest.Split(rendered.Manifest)); err != nil {
		return err
	}
	after, err := manifest.Parse(rendered.Manifest)
	if err != nil {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w", h.Name, err))
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
	stored, err := storedRelease(ctx, client, name, revision)
	if err != nil {
		return nil, err
	}
	s.Run.Redact.AddValues(stored.SecretValues(append(append([]string{}, s.Config.NamePaths...), s.Config.TagPaths...))...)
	return manifest.Parse(stored.Manifest)
}

// storedRelease reads what helm keeps of a revision.
func storedRelease(ctx context.Context, client *kube.Client, name string, revision int) (helm.Stored, error) {
	data, err := client.Stored(ctx, name, revision)
	if err != nil {
		return helm.Stored{}, err
	}
	stored, err := helm.DecodeRelease(data)
	if err != nil {
		secret := kube.StoredName(name, revision)
		err = exit.With(exit.Helm, fmt.Errorf("what helm keeps of revision %d of hub %s (secret %s) cannot be read: %w; restore that secret, or delete it: %s",
			revision, name, secret, err, process.Quote("kubectl", "--context", client.Context, "--namespace", name, "delete", "secret", secret)))
	}
	return stored, err
}

// maskRelease makes secret what the newest revision was given: its pods may log it, and a diagnosis show that.
func (s *Session) maskRelease(ctx context.Context, client *kube.Client, name string) error {
	release, err := client.Release(ctx, name)
	if err != nil {
		return err
	}
	_, err = s.manifestOf(ctx, client, name, release.Newest().Number)
	return err
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
