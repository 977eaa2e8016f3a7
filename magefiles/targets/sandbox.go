package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ops/sandbox"
)

// Sandbox is a registry and a Kubernetes control plane on this machine.
type Sandbox mg.Namespace

// All starts the sandbox and takes a demonstration project through the whole pipeline.
// It builds, pushes, deploys and rolls out two hubs, prints their status, and leaves the sandbox up. The first run builds
// Kubernetes and Helm from their pinned modules, which takes several minutes.
func (Sandbox) All(ctx context.Context) error {
	return run.Do(ctx, "sandbox", func(ctx context.Context) error {
		return sandbox.Demonstrate(ctx, func(ctx context.Context) error {
			mg.SerialCtxDeps(run.Stages(ctx), Plan, Setup, Build.All, Push.All, Deploy.All, Status)
			return nil
		})
	})
}

// Up starts the sandbox; from then on every target works against it.
// SANDBOX=0 leaves it alone.
func (Sandbox) Up(ctx context.Context) error { return run.Do(ctx, "sandbox", sandbox.Up) }

// Down ends the sandbox and removes everything that belongs to it.
func (Sandbox) Down(ctx context.Context) error { return run.Do(ctx, "sandbox", sandbox.Down) }

// Clean gives back the disk that only the building of tools needed, several gigabytes.
// The tools stay. A tool that is wanted later is built from its start.
func (Sandbox) Clean(ctx context.Context) error { return run.Do(ctx, "sandbox", sandbox.Clean) }

// Image makes the image of the demonstration's JupyterHub, from Debian's packages, and keeps it.
// `mage sandbox` does that by itself where nodes are real; it takes some minutes, once.
func (Sandbox) Image(ctx context.Context) error { return run.Do(ctx, "sandbox", sandbox.Image) }

// Load puts an image of this machine's Docker or Podman into the sandbox's registry, where the real node looks before it asks the image's own.
// The image is named as charts name it, with its tag: so nothing of it comes from the internet.
func (Sandbox) Load(ctx context.Context, image string) error {
	return run.Do(ctx, "sandbox", func(ctx context.Context) error { return sandbox.Load(ctx, image) })
}

// Status prints whether the sandbox is up, and how to reach it.
func (Sandbox) Status(ctx context.Context) error { return run.Do(ctx, "sandbox", sandbox.Status) }
