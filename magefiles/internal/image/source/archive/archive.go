// Package archive reads an image from the archive that docker save and podman save write.
package archive

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/process"
)

// Image is an image that an engine writes as an archive. Every engine can do that, whatever store it has. It always writes
// the whole image. Each wanted layer is written to a file, and can be read once all of it has arrived.
type Image struct {
	known   source.About
	scratch string                                        // the directory below which layers are kept
	save    func(ctx context.Context, to io.Writer) error // writes the archive

	dir     string                    // of the layers' files
	arrived map[v1.Hash]chan struct{} // of those that are wanted, by their diffIDs: closed when they can be read
	ended   chan struct{}             // closed when no more comes
	err     error                     // why not; to be read when ended is closed
	raw     []byte                    // the configuration, which comes last; likewise
	stop    context.CancelFunc
}

// Opener has an engine save an image.
func Opener(engine *engine.CLI, hub, reference string, image engine.Inspected) source.Opener {
	return source.Opener{
		Name: engine.Program + " save", Notice: "the engine saves the whole image",
		Open: func(context.Context) (source.Image, error) {
			return New(aboutInspected(image), engine.Scratch, func(ctx context.Context, to io.Writer) error {
				return engine.Run.Run(ctx, process.Cmd{Name: engine.Program, Args: []string{"save", reference}, Prefix: hub, Env: engine.Env, Stdout: to})
			}), nil
		},
	}
}

// New returns an image that save writes as an archive. Layers are kept in a directory below scratch.
func New(known source.About, scratch string, save func(ctx context.Context, to io.Writer) error) source.Arriving {
	return &Image{known: known, scratch: scratch, save: save}
}

// About tells what the engine said of the image.
func (s *Image) About() source.About { return s.known }

// Begin starts to take what the engine saves. The engine is stopped when the image is closed.
func (s *Image) Begin(ctx context.Context, wanted func(index int) bool) (err error) {
	if s.dir, err = os.MkdirTemp(s.scratch, "saved-"); err != nil {
		return &source.ReadError{Err: err}
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return &source.ReadError{Err: err}
	}
	s.arrived, s.ended = map[v1.Hash]chan struct{}{}, make(chan struct{})
	for i, diffID := range s.known.DiffIDs {
		if wanted(i) {
			s.arrived[diffID] = make(chan struct{})
		}
	}
	ctx, s.stop = context.WithCancel(ctx)
	written := make(chan error, 1)
	go func() {
		err := s.save(ctx, writer)
		_ = writer.Close()
		written <- err
	}()
	go func() {
		defer close(s.ended)
		err := s.receive(reader)
		_, _ = io.Copy(io.Discard, reader) // let the engine finish writing, so that its own error is seen
		_ = reader.Close()
		if err = cmp.Or(<-written, err); err != nil {
			s.err = &source.ReadError{Err: fmt.Errorf("reading what the engine saved: %w", err)}
		}
	}()
	return nil
}

// Ready waits until a wanted layer has arrived.
func (s *Image) Ready(ctx context.Context, index int) error {
	arrived := s.arrived[s.known.DiffIDs[index]]
	select {
	case <-arrived:
		return nil
	case <-s.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.err == nil && !closed(arrived) {
		return &source.ReadError{Err: fmt.Errorf("the engine saved no layer %s", s.known.DiffIDs[index])}
	}
	return s.err
}

// Configuration waits until all has arrived: the configuration comes last.
func (s *Image) Configuration(ctx context.Context) ([]byte, error) {
	select {
	case <-s.ended:
		return s.raw, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the engine's work, and removes what has arrived.
func (s *Image) Close() error {
	if s.stop == nil {
		return nil
	}
	s.stop()
	<-s.ended
	return os.RemoveAll(s.dir)
}

// WriteLayer writes a layer that has arrived, decompressed if the engine saved it compressed.
func (s *Image) WriteLayer(ctx context.Context, index int, w io.Writer) error {
	file, err := os.Open(s.file(s.known.DiffIDs[index]))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	plain, err := decompressed(bufio.NewReaderSize(readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return file.Read(p)
	}), 1<<20))
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	_, err = io.Copy(w, plain) //#nosec G110 -- an image that the operator built
	return err
}

func (s *Image) file(diffID v1.Hash) string { return filepath.Join(s.dir, diffID.Hex) }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// aboutInspected takes what the engine says: the configuration comes only with the archive.
func aboutInspected(i engine.Inspected) source.About {
	return source.About{DiffIDs: i.DiffIDs, Labels: i.Labels, Platform: v1.Platform{OS: i.OS, Architecture: i.Architecture}}
}
