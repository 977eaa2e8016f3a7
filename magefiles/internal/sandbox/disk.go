package sandbox

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/sandbox/hubimage"
	"hub-ops/magefiles/internal/toolchain"
)

// checkDisk says what all that is built for a sandbox with such nodes needs of the disk, and returns an error if there is less. It comes before the
// first build. image is what is made beside the builds, or nil.
func (s *Sandbox) checkDisk(ctx context.Context, nodes nodes, image *hubimage.Image) error {
	tools := nodes.tools()
	if s.BuildKit {
		tools = append(tools, "buildkitd", "buildctl")
	}
	if s.needsRootless() && s.Tools.Have(ctx, "rootlesskit") == "" {
		tools = append(tools, "rootlesskit")
	}
	if (s.BuildKit || nodes.kind == Real) && !onPath("runc") {
		tools = append(tools, "runc")
	}
	err := s.Tools.CheckDisk(tools, besideOf(image)...)
	switch {
	case image != nil:
		return exit.Try(err, "SANDBOX_HUB=program needs less, for it makes no image of a JupyterHub")
	case nodes.kind == Real:
		return exit.Try(err, "SANDBOX_NODES=played needs less")
	}
	return err
}

// besideOf is what the making of the image needs.
func besideOf(image *hubimage.Image) []toolchain.Beside {
	if image == nil {
		return nil
	}
	return []toolchain.Beside{{What: "an image of a JupyterHub", Gigabytes: hubimage.Gigabytes}}
}
