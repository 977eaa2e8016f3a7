package session

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"hub-ops/magefiles/internal/exit"
)

// checkout is the lock of the working tree that a session runs in. Its zero value is free.
type checkout struct {
	mu   sync.Mutex
	held *flock.Flock
}

// LockCheckout lets one run at a time change things from this working tree. The lock lasts until the session is closed; the
// system frees it when the process ends, however it ends. A session can ask for it again and again.
func (s *Session) LockCheckout() error {
	s.checkout.mu.Lock()
	defer s.checkout.mu.Unlock()
	if s.checkout.held != nil {
		return nil
	}
	dir := filepath.Join(s.Config.CacheDir, "locks")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return exit.Errorf(exit.Setup, "no place for the lock of this checkout: %w", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	name := filepath.Join(dir, fmt.Sprintf("%x", sha256.Sum256([]byte(s.Config.Root)))[:16])
	lock := flock.New(name)
	free, err := lock.TryLock()
	if err != nil {
		return exit.Errorf(exit.Setup, "locking this checkout: %w", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	if !free {
		owner, _ := os.ReadFile(name) // #nosec G304 -- our own lock; it names the owner if it can
		return exit.Errorf(exit.Setup, "another run works in this checkout (process %s)", strings.TrimSpace(string(owner))).Try("wait for it, or use a clone of its own")
	}
	s.checkout.held = lock
	return os.WriteFile(name, []byte(fmt.Sprintln(os.Getpid())), 0o600)
}

func (c *checkout) unlock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != nil {
		_ = c.held.Close()
		c.held = nil
	}
}
