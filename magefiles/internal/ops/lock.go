package ops

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

var checkout struct {
	sync.Mutex
	held *flock.Flock // kept here: what nobody refers to is closed by the garbage collector, and with it the lock
}

// lockCheckout lets one run at a time change things from this checkout. The lock belongs to the process: all targets
// of a run share it, and the system frees it when the process ends, however it ends.
func (s *Session) lockCheckout() error {
	checkout.Lock()
	defer checkout.Unlock()
	if checkout.held != nil {
		return nil
	}
	dir := filepath.Join(s.Config.CacheDir, "locks")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("no place for the lock of this checkout: %w; set HUBOPS_CACHE to a directory that can be written", err))
	}
	name := filepath.Join(dir, fmt.Sprintf("%x", sha256.Sum256([]byte(s.Config.Root)))[:16])
	lock := flock.New(name)
	free, err := lock.TryLock()
	if err != nil {
		return exit.With(exit.Setup, fmt.Errorf("locking this checkout: %w; set HUBOPS_CACHE to a directory that can be written", err))
	}
	if !free {
		owner, _ := os.ReadFile(name) // #nosec G304 -- our own lock; it names the owner if it can
		return exit.With(exit.Setup, fmt.Errorf("another run works in this checkout (process %s): wait for it, or use a clone of its own", strings.TrimSpace(string(owner))))
	}
	checkout.held = lock
	return os.WriteFile(name, []byte(fmt.Sprintln(os.Getpid())), 0o600)
}
