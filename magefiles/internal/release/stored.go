package release

import (
	"context"
	"slices"
	"strconv"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/process"
)

// stored reads what helm keeps of a revision.
func (r *Releases) stored(ctx context.Context, name string, revision int) (history.Stored, error) {
	_, stored, err := r.kept(ctx, name, revision)
	return stored, err
}

// kept is stored with the Secret itself, which setKept writes back. If that is damaged, the error names the Secret to restore.
func (r *Releases) kept(ctx context.Context, name string, revision int) (kube.Stored, history.Stored, error) {
	kept, err := r.kube.Stored(ctx, name, revision)
	if err != nil {
		return kept, history.Stored{}, err
	}
	stored, err := history.Decode(kept.Data)
	if err != nil {
		secret := history.SecretName(name, revision)
		err = exit.Errorf(exit.Helm, "what helm keeps of revision %d of hub %s (secret %s) cannot be read: %w", revision, name, secret, err).
			Try("restore that secret, or delete it: %s", process.Quote("kubectl", "--context", r.kube.Context, "--namespace", name, "delete", "secret", secret))
	}
	return kept, stored, err
}

// setKept writes back what was read by kept. status is the revision's new one, "" if it stays.
func (r *Releases) setKept(ctx context.Context, name string, revision int, kept kube.Stored, stored history.Stored, status string) (err error) {
	if kept.Data, err = stored.Encode(); err != nil {
		return err
	}
	return r.kube.SetStored(ctx, name, revision, kept, status)
}

// manifest reads the objects of a revision; revision 0 has none. It masks every value that was given to the revision from now
// on: a value that was changed since is no longer in the repository, but may still be valid elsewhere.
func (r *Releases) manifest(ctx context.Context, name string, revision int) ([]manifest.Object, error) {
	if revision == 0 {
		return nil, nil
	}
	stored, err := r.stored(ctx, name, revision)
	if err != nil {
		return nil, err
	}
	settings := r.session.Config.For(name)
	r.session.Run.Redact.AddValues(stored.SecretValues(append(append([]string{}, settings.NamePaths...), settings.TagPaths...))...)
	return manifest.Parse(stored.Manifest, name)
}

// maskValues masks the values of the newest revision: its pods may log them, and a diagnosis may quote that log.
func (r *Releases) maskValues(ctx context.Context, name string) error {
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	_, err = r.manifest(ctx, name, release.Newest().Number)
	return err
}

// keepRecord says that the newest revision, which a rollback has just made from an earlier one, is what the record says that helm
// has copied to it. Otherwise the plan would take it for a revision that was made by hand. A record that was not about the earlier
// revision either stays a copy.
func (r *Releases) keepRecord(ctx context.Context, name string, from int) error {
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(release.Revisions, func(r history.Revision) bool { return r.Number == from })
	if at < 0 || !release.Revisions[at].Own() {
		return nil
	}
	newest := release.Newest().Number
	return r.kube.LabelStored(ctx, name, newest, map[string]string{history.RevisionLabel: strconv.Itoa(newest)})
}
