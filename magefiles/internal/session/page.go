package session

import (
	"errors"
	"os"
	"path/filepath"
)

// kept is the directory below the cache for what a run leaves behind for people: its log, and pages.
const kept = ".hub-ops"

// Page is where a page of that name is kept.
func (s *Session) Page(name string) string { return filepath.Join(s.Config.CacheDir, kept, name) }

// KeepPage writes a page where the run's log is, whole or not at all: another run may write its own, and a browser read it. Nobody else can read
// it. It returns the file.
func (s *Session) KeepPage(name, content string) (file string, err error) {
	file = s.Page(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	part, err := os.CreateTemp(filepath.Dir(file), name+".part-") // which only its owner can read
	if err != nil {
		return "", err
	}
	_, err = part.WriteString(content)
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(part.Name()))
	}
	return file, nil
}
