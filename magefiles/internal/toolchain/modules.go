package toolchain

import (
	"io/fs"
	"os"
	"path/filepath"

	pinned "hub-ops/magefiles/tools"
)

// Modules returns the modules that tools are built from: those of the directory or, if that is "", those that are in this program.
func Modules(dir string) fs.FS {
	if dir == "" {
		return pinned.Modules
	}
	return os.DirFS(dir)
}

// WriteModule writes a tool's module to a directory of its own, in which go can build what the module requires.
func (b *Box) WriteModule(name, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, ending := range []string{".mod", ".sum"} {
		content, err := fs.ReadFile(b.Modules, name+ending)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "go"+ending), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
