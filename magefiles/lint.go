//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Lint finds mistakes without running anything.
type Lint mg.Namespace

// All checks the hubs, then the Go code.
func (Lint) All(ctx context.Context) error { return ops.Do(ctx, ops.LintAll) }

// Hubs checks Dockerfiles, charts, values and secrets: what is not pinned, in plain text, or the same for two hubs.
// Each finding has its file and line. hubops.yaml can allow one by its name (lint.allow).
func (Lint) Hubs(ctx context.Context) error { return ops.Do(ctx, ops.LintHubs) }

// Go runs golangci-lint over the Go code.
func (Lint) Go(ctx context.Context) error { return ops.Do(ctx, ops.LintGo) }
