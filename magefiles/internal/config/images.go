package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// platform is how one is written: opencontainers/image-spec, image-index.md.
var platform = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?$`)

// checkImages refuses what no builder could make sense of.
func (c *Config) checkImages() error {
	for _, arg := range c.BuildArgs {
		if name, _, found := strings.Cut(arg, "="); !found || name == "" || strings.HasPrefix(name, "-") {
			return exit.Input("image.build_args (IMAGE_BUILD_ARGS) has %q: it must be like NAME=value", arg)
		}
	}
	for _, dir := range c.Shared {
		if !filepath.IsLocal(dir) || dir == "." {
			return exit.Input("image.shared (IMAGE_SHARED) has %q: it must be a directory of this repository", dir)
		}
	}
	for _, name := range c.Platforms {
		if !platform.MatchString(name) {
			return exit.Input("image.platforms (IMAGE_PLATFORMS) has %q: it must be like linux/amd64", name)
		}
	}
	for _, what := range c.Attestations {
		if !slices.Contains([]string{"provenance", "sbom"}, what) {
			return exit.Input("image.attestations (IMAGE_ATTESTATIONS) has %q: it can be provenance or sbom", what)
		}
	}
	if !slices.Contains([]string{"gzip", "zstd"}, c.Compression) {
		return exit.Input("image.compression (COMPRESSION) is %q: it can be gzip or zstd", c.Compression)
	}
	return nil
}
