package image

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/semaphore"
)

// sender sends a layer while write writes it, and returns which one it was.
type sender func(ctx context.Context, write func(ctx context.Context, w io.Writer) error) (v1.Hash, error)

// worthSendingEarly is the size, in bytes, of a member that is sent while it arrives. Archives have small members that are
// no layers.
const worthSendingEarly = 4 << 20

// early are layers that are sent while the engine saves them. Which layer a member of the archive is shows when it has
// ended, so it is done where every layer is to be sent.
type early struct {
	turns *semaphore.Weighted

	mu    sync.Mutex
	begun []*progress
	sent  map[v1.Hash]*layer // by their diffIDs
}

func newEarly() *early {
	return &early{turns: semaphore.NewWeighted(layersAtOnce), sent: map[v1.Hash]*layer{}}
}

// sendEarly sends what write writes, and returns which layer that was.
func (t *transfer) sendEarly(ctx context.Context, write func(ctx context.Context, w io.Writer) error) (v1.Hash, error) {
	if err := t.early.turns.Acquire(ctx, 1); err != nil {
		return v1.Hash{}, err
	}
	defer t.early.turns.Release(1)
	packed := &layer{ctx: ctx, write: write, progress: t.early.begin(), compression: t.Compression}
	if err := t.remote.Upload(ctx, t.ref.Context(), packed); err != nil {
		return v1.Hash{}, err
	}
	diffID, err := packed.DiffID()
	t.early.mu.Lock()
	defer t.early.mu.Unlock()
	t.early.sent[diffID] = packed
	return diffID, err
}

func (e *early) begin() *progress {
	p := new(progress)
	p.begin()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begun = append(e.begun, p)
	return p
}

// layer returns a layer that was sent, or nil.
func (e *early) layer(diffID v1.Hash) *layer {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sent[diffID]
}

// all returns how far each is.
func (e *early) all() []*progress {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.begun)
}

// pass puts a member into a file, from which it is sent while it grows.
func (s *saved) pass(ctx context.Context, content io.Reader) error {
	member, err := newGrowing(filepath.Join(s.dir, fmt.Sprintf("member-%d", len(s.members))))
	if err != nil {
		return err
	}
	s.members = append(s.members, member)
	s.sending.Go(func() {
		diffID, err := s.send(ctx, func(ctx context.Context, w io.Writer) error {
			return writePlain(ctx, &following{growing: member}, w)
		})
		if err == nil {
			s.has(diffID)
			_ = os.Remove(member.file.Name())
			_ = member.file.Close() // or its room would stay taken
		} else if _, broken := member.whole(); broken == nil { // otherwise it is the engine that failed
			s.refuse(err)
		}
	})
	_, err = io.Copy(member, content)
	member.end(err)
	return err
}

// refuse ends the engine's work: a layer could not be sent.
func (s *saved) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = cmp.Or(s.refused, err)
	s.stop()
}
