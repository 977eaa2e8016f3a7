package build

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/process"
)

// buildFor starts a build by an engine, and looks at the platform of what it made. The classic builder's cache does not know platforms: of an
// image that is built on nothing it returns one for another platform, if that was built before. Such a build is done again without the
// cache, and so is one whose cache was cleared away in the middle. A Dockerfile can name a platform itself; then that is what it makes.
func buildFor(ctx context.Context, c *engine.CLI, b Build, args []string) error {
	anew := slices.Insert(slices.Clone(args), 1, "--no-cache")
	err := c.Start(ctx, b.Hub, process.Quote(c.Program, args...), args...)
	if err != nil && ctx.Err() == nil && lostCache.MatchString(process.Output(err)) {
		c.Run.Log.Line(b.Hub, "what the build took from the engine's cache is no longer there: built again without the cache")
		return c.Start(ctx, b.Hub, process.Quote(c.Program, anew...), anew...)
	}
	if err != nil {
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
	return c.Start(ctx, b.Hub, process.Quote(c.Program, anew...), anew...)
}

// lostCache matches what Docker's classic builder says of an image of its cache that is removed while it builds: by a prune, or by the
// engine itself, which clears away a build that was given up (moby/moby issue 39547).
var lostCache = regexp.MustCompile(`(?m)(unable to find image "?|[Nn]o such image: |unknown parent image ID )sha256:[0-9a-f]{64}`)
