package ops

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
)

// uninstall removes a release and keeps its claims. helm deletes whatever a revision's manifest does not annotate to be
// kept, and a JupyterHub's database (hub-db-dir) is not: so the annotation is put into the manifest that helm has kept.
func (s *Session) uninstall(ctx context.Context, client *kube.Client, helmClient *helm.Client, name string, revision int) error {
	stored, err := storedRelease(ctx, client, name, revision)
	if err != nil {
		return err
	}
	objects, err := manifest.Parse(stored.Manifest)
	if err != nil {
		return fmt.Errorf("hub %s: %w", name, err)
	}
	if claims := manifest.Claims(objects); len(claims) > 0 {
		if stored.Manifest, err = manifest.KeepClaims(objects); err != nil {
			return err
		}
		data, err := stored.Encode()
		if err != nil {
			return err
		}
		if err := client.SetStored(ctx, name, revision, data, ""); err != nil {
			return err
		}
		s.Console.Info(name, "kept: claim %s", strings.Join(claims, ", "))
	}
	return helmClient.Uninstall(ctx, name, s.Config.For(name).Timeout)
}
