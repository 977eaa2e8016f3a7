package session

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// watch gives a run at a terminal its live view. What that leaves out goes to the run's log; where there can be no log, there are all lines.
func (s *Session) watch(stdout, stderr *os.File) {
	log, err := openLog(filepath.Join(s.Config.CacheDir, kept))
	if err != nil {
		s.Console.Problem("", "there is no log of this run, so all lines are here: %v", err)
		return
	}
	fd := int(stderr.Fd())
	s.Console.Watched(ui.Terminal{
		UTF8: s.Config.UTF8, Results: term.IsTerminal(int(stdout.Fd())), Log: log, LogName: log.Name(),
		Size: func() (columns, lines int) {
			const usualColumns, usualLines = 80, 24 // where a terminal does not say
			if columns, lines, err := term.GetSize(fd); err == nil {
				return cmp.Or(columns, usualColumns), cmp.Or(lines, usualLines)
			}
			return usualColumns, usualLines
		},
		Front: func() bool {
			group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
			return err != nil || group == syscall.Getpgrp()
		},
	})
	s.OnClose(func() { s.Console.Finish(nil) })
}

// mostLogs is how many runs at a time have a log of their own.
const mostLogs = 9

// openLog opens the log of this run: last.log, or the next of its kind while another run writes to that. Nobody else can read it. The targets of one
// command line share it.
func openLog(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	name := "last.log"
	for i := 2; ; i++ {
		file, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600) // #nosec G304 -- in the run's own cache
		if err != nil {
			return nil, err
		}
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return file, beginLog(file)
		}
		_ = file.Close() // nothing was written
		if i > mostLogs {
			return nil, fmt.Errorf("%d other runs write to theirs: %w", mostLogs, err)
		}
		name = fmt.Sprintf("last-%d.log", i)
	}
}

// beginLog empties a log that another process has left, and writes which one has this.
func beginLog(file *os.File) error {
	if err := file.Chmod(0o600); err != nil {
		return err
	}
	head := "# " + process.Itself() + "\n"
	before := make([]byte, len(head))
	if n, _ := file.ReadAt(before, 0); string(before[:n]) == head {
		_, err := file.Seek(0, io.SeekEnd)
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := io.WriteString(file, head)
	return err
}
