package ops

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// cleanUp removes what a failed upgrade has newly made. helm does so with --cleanup-on-fail when it fails by itself; when
// it is ended, versions 3 and 4 only record the failure.
func (d *deployment) cleanUp(ctx context.Context, name string) error {
	failed, before, err := d.helm.FailedRevision(ctx, name)
	if err != nil {
		return exit.With(exit.Helm, fmt.Errorf("looking for what the failed upgrade of hub %s has made: %w", name, err))
	}
	if failed == "" || before == "" {
		return nil // a first install: helm leaves it, and so it can be looked at
	}
	added, err := d.helm.Added(ctx, name, failed, before)
	if err != nil || added == "" {
		return err
	}
	removed, err := d.kube.RemoveNew(ctx, name, failed, added)
	if len(removed) > 0 {
		d.Console.Info(name, "removed what revision %s had newly made: %s", failed, strings.Join(removed, ", "))
	}
	return err
}
