package session

import (
	"runtime"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"hub-ops/magefiles/internal/config"
)

func TestCheckoutStaysLockedThroughGarbageCollection(t *testing.T) {
	s := &Session{Config: &config.Config{Root: t.TempDir(), CacheDir: t.TempDir()}}
	if err := s.LockCheckout(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // finalizers run in a goroutine of their own
	}
	name := s.checkout.held.Path()
	if free, err := flock.New(name).TryLock(); err != nil || free {
		t.Errorf("free: %v, %v", free, err)
	}
	if err := s.LockCheckout(); err != nil {
		t.Errorf("the second target of a run: %v", err)
	}
	s.Close()
	if free, err := flock.New(name).TryLock(); err != nil || !free {
		t.Errorf("free after the session is closed: %v, %v", free, err)
	}
}
