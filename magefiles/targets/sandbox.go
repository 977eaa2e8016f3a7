package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Sandbox is a registry and a Kubernetes control plane on this machine.
type Sandbox mg.Namespace

// All starts the sandbox and takes a demonstration project through the whole pipeline.
// It builds, pushes, deploys and rolls out two hubs, prints their status, and leaves the sandbox up. The first run builds
// Kubernetes and Helm from their pinned modules, which takes several minutes.
func (Sandbox) All(ctx context.Context) error {
	return ops.Do(ctx, "sandbox", func(ctx context.Context) error {
		return ops.Demonstrate(ctx, func(ctx context.Context) error {
			mg.SerialCtxDeps(ops.Stages(ctx), Plan, Setup, Build.All, Push.All, Deploy.All, Status)
			return nil
		})
	})
}

// Up starts the sandbox; from then on every target works against it.
// SANDBOX=0 leaves it alone.
func (Sandbox) Up(ctx context.Context) error { return ops.Do(ctx, "sandbox", ops.SandboxUp) }

// Down ends the sandbox and removes everything that belongs to it.
func (Sandbox) Down(ctx context.Context) error { return ops.Do(ctx, "sandbox", ops.SandboxDown) }

// Clean gives back the disk that only the building of tools needed, several gigabytes.
// The tools stay. A tool that is wanted later is built from its start.
func (Sandbox) Clean(ctx context.Context) error { return ops.Do(ctx, "sandbox", ops.SandboxClean) }

// Image makes the image of the demonstration's JupyterHub, from Debian's packages, and keeps it.
// `mage sandbox` does that by itself where nodes are real; it takes some minutes, once.
func (Sandbox) Image(ctx context.Context) error { return ops.Do(ctx, "sandbox", ops.SandboxImage) }

// Status prints whether the sandbox is up, and how to reach it.
func (Sandbox) Status(ctx context.Context) error { return ops.Do(ctx, "sandbox", ops.SandboxStatus) }
