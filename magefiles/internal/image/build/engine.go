package build

import (
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/engine"
)

// EngineOf returns the command of a builder that keeps images in an engine, and whether that is Podman. BuildKit alone keeps none, which is an error.
func EngineOf(builder Builder) (cli *engine.CLI, isPodman bool, err error) {
	switch b := builder.(type) {
	case *Docker:
		return &b.CLI, false, nil
	case *Podman:
		return &b.CLI, true, nil
	}
	return nil, false, exit.Errorf(exit.Setup, "%s keeps no images and runs no containers", builder).Try("install Docker or Podman, and set BUILDER=docker or BUILDER=podman")
}
