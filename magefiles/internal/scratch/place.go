package scratch

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"hub-ops/magefiles/internal/exit"
)

// place is the directory that this user has in one that all users may share. Nobody else can read it, write to it or rename it,
// so whatever is below it is this user's own.
type place struct {
	root *os.Root
	dir  string
}

// openPlace opens this user's directory in parent, and makes it if it is not there. It also sweeps it. Anybody may have made
// something of that name before: then a directory with a longer name is taken, so that nobody can stop a run.
func openPlace(parent string) (*place, error) {
	shared, err := os.OpenRoot(parent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = shared.Close() }()
	if info, err := shared.Stat("."); err != nil {
		return nil, err
	} else if info.Mode()&os.ModeSticky == 0 && info.Mode().Perm()&0o002 != 0 {
		return nil, exit.Errorf(exit.Setup, "every user may rename what is in %s", parent).Try("set TMPDIR to another directory, or run 'chmod +t %s'", parent)
	}
	base := fmt.Sprintf("hub-ops-%d", os.Geteuid())
	if err := shared.Mkdir(base, 0o700); err != nil && !os.IsExist(err) {
		return nil, err
	}
	entries, err := fs.ReadDir(shared.FS(), ".")
	if err != nil {
		return nil, err
	}
	var found *place
	for _, entry := range entries {
		if entry.Name() != base && !strings.HasPrefix(entry.Name(), base+"-") {
			continue
		}
		p := openOwn(shared, parent, entry.Name())
		if p == nil {
			continue
		}
		p.sweep()
		if found != nil {
			_ = p.root.Close()
			continue
		}
		found = p
	}
	if found != nil {
		return found, nil
	}
	name := base + "-" + rand.Text()
	if err := shared.Mkdir(name, 0o700); err != nil {
		return nil, err
	}
	if p := openOwn(shared, parent, name); p != nil {
		return p, nil
	}
	return nil, exit.Errorf(exit.Setup, "%s is not private to this user", filepath.Join(parent, name)).Try("set TMPDIR to another directory")
}

// openOwn opens a directory that is this user's alone, and no link to one. It returns nil for anything else.
func openOwn(shared *os.Root, parent, name string) *place {
	before, err := shared.Lstat(name)
	if err != nil || !before.IsDir() || before.Mode().Perm() != 0o700 || !isOwn(before) {
		return nil
	}
	root, err := shared.OpenRoot(name)
	if err != nil {
		return nil
	}
	if now, err := root.Stat("."); err != nil || !os.SameFile(before, now) {
		_ = root.Close()
		return nil
	}
	return &place{root: root, dir: filepath.Join(parent, name)}
}

func isOwn(info fs.FileInfo) bool {
	system, known := info.Sys().(*syscall.Stat_t)
	return known && int(system.Uid) == os.Geteuid()
}
