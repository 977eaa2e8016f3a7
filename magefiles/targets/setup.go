package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ops/setup"
)

// Setup gets missing tools, and checks that engine, registry and cluster are there and let us in.
// Push and deploy begin with the part that each needs; NO_SETUP=1 leaves it out, and your own access is used as it is.
// It writes nothing to ~/.kube, ~/.docker or the configuration of gcloud.
func Setup(ctx context.Context) error {
	return run.Do(ctx, "setup", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, setupImages, setupCluster, setupHelm)
		return setup.End(ctx)
	})
}

// setupImages is the part of Setup that builds and pushes need.
func setupImages(ctx context.Context) error { return run.Do(ctx, "", setup.Images) }

// setupCluster is the part of Setup that a deploy needs.
func setupCluster(ctx context.Context) error { return run.Do(ctx, "", setup.Cluster) }

// setupClusterOf is the part of Setup that a target about one hub needs: no other cluster is asked, which may be away.
func setupClusterOf(ctx context.Context, hub string) error {
	return run.Do(ctx, "", func(ctx context.Context) error { return setup.ClusterOf(ctx, hub) })
}

// setupHelm is what remains.
func setupHelm(ctx context.Context) error { return run.Do(ctx, "", setup.Helm) }
