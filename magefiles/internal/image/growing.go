package image

import (
	"errors"
	"io"
	"os"
	"sync"
)

// growing is a file that can be read from its beginning while it is written.
type growing struct {
	file *os.File

	mu    sync.Mutex
	grown *sync.Cond // size or ended has changed
	size  int64      // bytes
	ended bool
	err   error // why it did not become whole
}

func newGrowing(path string) (*growing, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- in our own directory
	g := &growing{file: file}
	g.grown = sync.NewCond(&g.mu)
	return g, err
}

// Write appends to the file.
func (g *growing) Write(p []byte) (int, error) {
	n, err := g.file.Write(p)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.size += int64(n)
	g.grown.Broadcast()
	return n, err
}

// end says that no more will come, and why it is not whole if it is not. The first end counts.
func (g *growing) end(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended {
		g.ended, g.err = true, err
	}
	g.grown.Broadcast()
}

// whole reports whether all of it is there; otherwise more may come, or an error says why not.
func (g *growing) whole() (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ended && g.err == nil, g.err
}

// following reads a growing file from its beginning, and waits for what is not there yet.
type following struct {
	*growing
	offset int64
	closed bool // guarded by mu
}

// Close ends a Read that waits, too: a request may be made again while the connection of the last one still reads.
func (f *following) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.grown.Broadcast()
	return nil
}

func (f *following) Read(p []byte) (int, error) {
	f.mu.Lock()
	for !f.closed && f.offset == f.size && !f.ended {
		f.grown.Wait()
	}
	if f.closed {
		f.mu.Unlock()
		return 0, io.ErrClosedPipe
	}
	there, err := f.size-f.offset, f.err
	f.mu.Unlock()
	if there == 0 {
		if err == nil {
			err = io.EOF
		}
		return 0, err
	}
	n, err := f.file.ReadAt(p[:min(int64(len(p)), there)], f.offset)
	f.offset += int64(n)
	if errors.Is(err, io.EOF) {
		err = nil // there is more by now, or the next call says so
	}
	return n, err
}
