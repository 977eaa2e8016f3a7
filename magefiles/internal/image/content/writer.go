package content

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/git"
)

// written is the time of each file and directory of a build context, which COPY keeps: the same content makes the same layer. It is
// later than 1980, where the times of zip files begin.
var written = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// writer writes files to a directory, with modes and times that depend on nothing but the files.
type writer struct {
	dir  string
	root *os.Root        // nothing that is written can lead outside
	made map[string]bool // directories, by path
}

func newWriter(dir string) (*writer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &writer{dir: dir, root: root, made: map[string]bool{".": true}}, root.Chmod(".", 0o755) // the umask counts for nothing
}

// regular makes a file, has it filled, and sets its mode.
func (w *writer) regular(file git.File, fill func(*os.File) error) error {
	if err := w.parents(file.Path); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if file.Mode == git.Executable {
		mode = 0o755
	}
	made, err := w.root.OpenFile(file.Path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = fill(made)
	if err = errors.Join(err, made.Chmod(mode), made.Close()); err != nil {
		return err
	}
	return w.stamp(file.Path)
}

func (w *writer) link(name string, content io.Reader) error {
	leadsTo, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	if err := w.parents(name); err != nil {
		return err
	}
	if err := w.root.Symlink(string(leadsTo), name); err != nil {
		return err
	}
	return w.stamp(name)
}

// parents makes the directories above a file. One that is there and was not made here has another name.
func (w *writer) parents(name string) error {
	dir := path.Dir(name)
	if w.made[dir] {
		return nil
	}
	if err := w.parents(dir); err != nil {
		return err
	}
	if err := w.root.Mkdir(dir, 0o700); err != nil {
		return err
	}
	w.made[dir] = true
	return w.root.Chmod(dir, 0o755)
}

// stamp sets the time of a file, a link or a directory.
func (w *writer) stamp(name string) error {
	at := unix.NsecToTimespec(written.UnixNano())
	err := unix.UtimesNanoAt(unix.AT_FDCWD, filepath.Join(w.dir, name), []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW)
	return os.NewSyscallError("utimensat", err)
}

// close sets the times of directories, which each file in them changed.
func (w *writer) close() error {
	var errs []error
	for dir := range w.made {
		errs = append(errs, w.stamp(dir))
	}
	return errors.Join(append(errs, w.root.Close())...)
}
