package release

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/kube/manifest"
)

// uninstall removes a release and keeps its claims. helm deletes whatever a revision's manifest does not annotate to be
// kept, and a JupyterHub's database (hub-db-dir) is not: so the annotation is put into the manifest that helm has kept.
func (r *Releases) uninstall(ctx context.Context, name string, revision int) error {
	client, err := r.to.Helm(ctx)
	if err != nil {
		return err
	}
	if err := r.keepClaims(ctx, name, revision); err != nil {
		return err
	}
	return client.Uninstall(ctx, name, r.session.Config.For(name).Timeout)
}

// keepClaims writes into the manifest of a revision that its claims are to be kept.
func (r *Releases) keepClaims(ctx context.Context, name string, revision int) error {
	stored, err := r.stored(ctx, name, revision)
	if err != nil {
		return err
	}
	objects, err := manifest.Parse(stored.Manifest, name)
	if err != nil {
		return fmt.Errorf("hub %s: %w", name, err)
	}
	claims := manifest.Claims(objects)
	if len(claims) == 0 {
		return nil
	}
	if stored.Manifest, err = manifest.KeepClaims(objects); err != nil {
		return err
	}
	data, err := stored.Encode()
	if err != nil {
		return err
	}
	if err := r.kube.SetStored(ctx, name, revision, data, ""); err != nil {
		return err
	}
	r.session.Console.Info(name, "kept: claim %s", strings.Join(claims, ", "))
	return nil
}
