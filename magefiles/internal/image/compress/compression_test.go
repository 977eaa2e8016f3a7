package compress

import (
	"context"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// A connection that breaks off leaves a compressor in the middle of its work, and a bad network does so often.
func TestCompressionThatIsGivenUpLeavesNothing(t *testing.T) {
	for _, compression := range []Compression{Gzip, Zstd} {
		before := runtime.NumGoroutine()
		for range 10 {
			content := sourcetest.Layer(t, 5<<20)
			l := &layer{ctx: t.Context(), read: new(atomic.Int64), sent: new(atomic.Int64), compression: compression, write: func(_ context.Context, w io.Writer) error {
				_, err := w.Write(content)
				return err
			}}
			compressed, err := l.Compressed()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := compressed.Read(make([]byte, 1)); err != nil {
				t.Error(err)
			}
			_ = compressed.Close()
		}
		for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %d goroutines, %d before", compression, runtime.NumGoroutine(), before)
			}
		}
	}
}
