package dev

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/toolchain"
)

// PinTools writes which tools are taken ready-made, by the digests that their images have now.
func PinTools(ctx context.Context, s *session.Session) error {
	text, err := s.Tools.ReadyMade(ctx, toolchain.Publisher)
	if err != nil {
		return err
	}
	file := filepath.Join(s.Config.Root, "magefiles", "tools", toolchain.ReadyMadeFile)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil { // #nosec G306 -- a file of the repository
		return err
	}
	s.Console.Result("%d tools are pinned in magefiles/tools/%s", strings.Count(text, "\n")-1, toolchain.ReadyMadeFile)
	return nil
}
