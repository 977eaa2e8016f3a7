//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Build makes user images with Docker.
type Build mg.Namespace

// Hub builds the user image of one hub, unless the registry has that content.
func (Build) Hub(ctx context.Context, hub string) error { return ops.Do(ctx, ops.BuildHub(hub)) }

// All builds every user image whose content the registry does not have.
func (Build) All(ctx context.Context) error { return ops.Do(ctx, ops.BuildAll) }
