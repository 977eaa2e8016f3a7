package image

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/stream"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// arrival is a blob that an engine hands over: it is sent on while it arrives, and again from its file if that fails.
type arrival struct {
	*growing
	started time.Time
	diffID  func() (v1.Hash, error) // of the layer that it is, once it has arrived
	sentOn  func() error            // sends it on, once, and says what became of that
	sum     hash.Hash               // of what has arrived; guarded by mu
}

func newArrival(path string) (*arrival, error) {
	file, err := newGrowing(path)
	a := &arrival{growing: file, started: time.Now(), sum: sha256.New()}
	a.diffID = sync.OnceValues(a.unpack)
	a.sentOn = func() error { return nil }
	return a, err
}

// Write appends to the blob.
func (a *arrival) Write(p []byte) (int, error) {
	a.mu.Lock()
	_, _ = a.sum.Write(p)
	a.mu.Unlock()
	return a.growing.Write(p)
}

// end says that it has arrived, and should have the digest. The first end counts.
func (a *arrival) end(digest string) error {
	a.mu.Lock()
	got := hashOf(a.sum).String()
	a.mu.Unlock()
	var err error
	if got != digest {
		err = fmt.Errorf("what arrived is %s, not %s", got, digest)
	}
	a.growing.end(err)
	_, err = a.whole()
	return err
}

// fail says that no more will come. To whom it is sent on that is no error that another try could mend.
func (a *arrival) fail(why string) { a.growing.end(errors.New("the engine broke off: " + why)) }

// Compressed reads the blob from its beginning, and waits for what has not arrived.
func (a *arrival) Compressed() (io.ReadCloser, error) {
	return &following{growing: a.growing}, nil
}

// Uncompressed reads the layer unpacked.
func (a *arrival) Uncompressed() (io.ReadCloser, error) {
	return decompressed(bufio.NewReaderSize(&following{growing: a.growing}, 1<<20))
}

// DiffID is the hash of the layer unpacked. It waits until all has arrived.
func (a *arrival) DiffID() (v1.Hash, error) { return a.diffID() }

func (a *arrival) unpack() (v1.Hash, error) {
	content, err := a.Uncompressed()
	if err != nil {
		return v1.Hash{}, err
	}
	diffID, _, err := v1.SHA256(content)
	return diffID, errors.Join(err, content.Close())
}

// Digest is stream.ErrNotComputed before all has arrived; then go-containerregistry streams it.
func (a *arrival) Digest() (v1.Hash, error) {
	if whole, _ := a.whole(); !whole {
		return v1.Hash{}, stream.ErrNotComputed
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return hashOf(a.sum), nil
}

// Size is in bytes, compressed; stream.ErrNotComputed before all has arrived.
func (a *arrival) Size() (int64, error) {
	if _, err := a.Digest(); err != nil {
		return 0, err
	}
	return a.size, nil
}

// MediaType is what engines give a layer.
func (a *arrival) MediaType() (types.MediaType, error) { return types.DockerLayer, nil }
