package build

import (
	"context"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/process"
)

// buildFor starts a build by an engine, and looks at the platform of what it made. The classic builder's cache does not know platforms: of an
// image that is built on nothing it returns one for another platform, if that was built before. Such a build is done again without the
// cache. A Dockerfile can name a platform itself; then that is what it makes.
func buildFor(ctx context.Context, c *engine.CLI, b Build, args []string) error {
	if err := c.Start(ctx, b.Hub, process.Quote(c.Program, args...), args...); err != nil {
		return err
	}
	image, err := c.Inspect(ctx, b.Reference)
	if err != nil {
		return err
	}
	wanted, made := b.Content.BuiltFor()[0], image.OS+"/"+image.Architecture
	if made == wanted || strings.HasPrefix(wanted, made+"/") {
		return nil
	}
	c.Run.Log.Line(b.Hub, "the image is for "+made+" and not for "+wanted+": built again without the engine's cache")
	args = slices.Insert(slices.Clone(args), 1, "--no-cache")
	return c.Start(ctx, b.Hub, process.Quote(c.Program, args...), args...)
}
