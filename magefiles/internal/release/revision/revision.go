// Package revision reads and changes what helm keeps of a release's revisions: the Secret of each. Package release calls it, and nobody
// else, for it asks neither whose a release is nor for the hub's lock.
//
//	revisions := revision.New(s, surveyor, client)
//	objects, err := revisions.Objects(ctx, h.At, 12)
package revision

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// Store is what helm keeps of the releases of a cluster.
type Store struct {
	session  *session.Session
	surveyor *survey.Surveyor
	kube     *kube.Client
}

// New returns what helm keeps in a cluster. Nothing is read yet.
func New(s *session.Session, surveyor *survey.Surveyor, client *kube.Client) *Store {
	return &Store{session: s, surveyor: surveyor, kube: client}
}

// Read reads what helm keeps of a revision.
func (s *Store) Read(ctx context.Context, at layout.Address, revision int) (history.Stored, error) {
	_, stored, err := s.Open(ctx, at, revision)
	return stored, err
}

// Open is Read with the Secret itself, which Save writes back. If that is damaged, the error names the Secret to restore.
func (s *Store) Open(ctx context.Context, at layout.Address, revision int) (kube.Stored, history.Stored, error) {
	kept, err := s.kube.Stored(ctx, at, revision)
	if err != nil {
		return kept, history.Stored{}, err
	}
	stored, err := history.Decode(kept.Data)
	if err != nil {
		secret := history.SecretName(at.Release, revision)
		err = exit.Errorf(exit.Helm, "what helm keeps of revision %d of hub %s (secret %s) cannot be read: %w", revision, at.Hub, secret, err).
			Try("restore that secret, or delete it: %s", process.Quote("kubectl", "--context", s.kube.Context, "--namespace", at.Namespace, "delete", "secret", secret))
	}
	return kept, stored, err
}

// Save writes back what was read by Open. status is the revision's new one, "" if it stays.
func (s *Store) Save(ctx context.Context, at layout.Address, revision int, kept kube.Stored, stored history.Stored, status string) (err error) {
	if kept.Data, err = stored.Encode(); err != nil {
		return err
	}
	return s.kube.SetStored(ctx, at, revision, kept, status)
}

// Objects reads the objects of a revision, hooks among them; revision 0 has none. It masks every value that was given to the revision from now
// on: a value that was changed since is no longer in the repository, but may still be valid elsewhere.
func (s *Store) Objects(ctx context.Context, at layout.Address, revision int) ([]manifest.Object, error) {
	if revision == 0 {
		return nil, nil
	}
	stored, err := s.Read(ctx, at, revision)
	if err != nil {
		return nil, err
	}
	s.Mask(ctx, at, stored.SecretValues(s.surveyor.ImagePaths(ctx, at.Hub))...)
	return stored.Objects(at.Namespace)
}

// Mask masks values that were given to a release, but for those that everybody can read in the hub's files of values.
func (s *Store) Mask(ctx context.Context, at layout.Address, values ...string) {
	public, readable := map[string]bool{}, history.Stored{Config: s.surveyor.PublicValues(ctx, at.Hub)}
	for _, value := range readable.SecretValues(nil) {
		public[value], public[strings.Trim(value, "/")] = true, true
	}
	s.session.Run.Redact.AddValues(slices.DeleteFunc(values, func(value string) bool { return public[value] })...)
}

// MaskNewest masks the values of the newest revision: its pods may log them, and a diagnosis may quote that log.
func (s *Store) MaskNewest(ctx context.Context, at layout.Address) error {
	release, err := s.kube.Release(ctx, at)
	if err != nil {
		return err
	}
	_, err = s.Objects(ctx, at, release.Newest().Number)
	return err
}

// KeepRecord says that the newest revision, which a rollback has just made from an earlier one, is what the record says that helm
// has copied to it. Otherwise the plan would take it for a revision that was made by hand. A record that was not about the earlier
// revision either stays a copy.
func (s *Store) KeepRecord(ctx context.Context, at layout.Address, from int) error {
	release, err := s.kube.Release(ctx, at)
	if err != nil {
		return err
	}
	place := slices.IndexFunc(release.Revisions, func(r history.Revision) bool { return r.Number == from })
	if place < 0 || !release.Revisions[place].Own() {
		return nil
	}
	newest := release.Newest().Number
	return s.kube.LabelStored(ctx, at, newest, map[string]string{history.RevisionLabel: strconv.Itoa(newest), history.SpawnLabel: history.None, history.TookLabel: history.None})
}
