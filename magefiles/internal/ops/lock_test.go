package ops

import (
	"runtime"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"hub-ops/magefiles/internal/config"
)

func TestCheckoutStaysLockedThroughGarbageCollection(t *testing.T) {
	s := &Session{Config: &config.Config{Root: t.TempDir(), CacheDir: t.TempDir()}}
	if err := s.lockCheckout(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // finalizers run in a goroutine of their own
	}
	if free, err := flock.New(checkout.held.Path()).TryLock(); err != nil || free {
		t.Errorf("free: %v, %v", free, err)
	}
	if err := s.lockCheckout(); err != nil {
		t.Errorf("the second target of a run: %v", err)
	}
}
