//go:build mage

// Package main holds the targets of hub-ops. Each is thin: what it does is in internal/ops.
package main

import (
	"context"

	"hub-ops/magefiles/internal/ops"
)

// Test runs go vet and all tests, with the race detector.
func Test(ctx context.Context) error { return ops.Do(ctx, ops.Test) }
