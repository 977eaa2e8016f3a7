package tarsplit

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"hub-ops/magefiles/internal/image/engine"
)

// ShownFiles reads the files of a Docker engine through the engine, for users who may not read them: it creates a container
// of the image that mounts the layer's directory read-only, never starts it, and copies the files out (docker cp). Nothing
// else is mounted.
//
// Each layer has its own container, because an engine makes one copy out of a container at a time.
type ShownFiles struct {
	engine   *engine.CLI
	image    engine.Inspected
	sweeping sync.Once
	entries  shownEntries
	removing sync.WaitGroup // containers
}

// NewShownFiles returns the files of the engine that has an image, which is what its containers are made of.
func NewShownFiles(engine *engine.CLI, image engine.Inspected) *ShownFiles {
	return &ShownFiles{engine: engine, image: image}
}

// String says whose files they are, for people.
func (s *ShownFiles) String() string { return "its files as it shows them" }

// Where a container has what it shows.
const (
	shownRecipe = "/hub-ops/recipe"
	shownFolder = "/hub-ops/files"
)

// File opens a file.
func (s *ShownFiles) File(ctx context.Context, path string) (io.ReadCloser, error) {
	s.sweeping.Do(func() { s.sweep(ctx) })
	container, err := s.engine.Show(ctx, s.image, map[string]string{shownRecipe: path})
	if err != nil {
		return nil, err
	}
	content, err := s.copied(ctx, container)
	if err != nil {
		s.remove(ctx, container)
		return nil, err
	}
	return engine.WithEnd(content, func() {
		_ = content.Close()
		s.remove(ctx, container)
	}), nil
}

// copied opens the recipe in a container.
func (s *ShownFiles) copied(ctx context.Context, container string) (io.ReadCloser, error) {
	content := s.engine.CopyOut(ctx, container, shownRecipe)
	archive := tar.NewReader(content)
	if _, err := archive.Next(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading what the engine shows: %w", err), content.Close())
	}
	return engine.WithEnd(archive, func() { _ = content.Close() }), nil
}

func (s *ShownFiles) open(ctx context.Context, layer layerPlace) (from ingredients, err error) {
	container, err := s.engine.Show(ctx, s.image, map[string]string{shownRecipe: layer.recipe, shownFolder: layer.files})
	if err != nil {
		return from, err
	}
	defer func() {
		if err != nil {
			s.remove(ctx, container)
		}
	}()
	file, err := s.copied(ctx, container)
	if err != nil {
		return from, err
	}
	recipe, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return from, err
	}
	archive := s.engine.CopyOut(ctx, container, shownFolder)
	files := newFileStream(archive, "files", s.engine.Scratch)
	return ingredients{recipe: bytes.NewReader(recipe), files: files, close: func() error {
		defer s.remove(ctx, container)
		return errors.Join(files.close(), archive.Close())
	}}, nil
}

// remove removes a container in the background, also when the push was cancelled.
func (s *ShownFiles) remove(ctx context.Context, container string) {
	s.removing.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engine.AnswerTime)
		defer cancel()
		_ = s.engine.Remove(ctx, container) // if it stays, a later run sweeps it
	})
}

// leftBehind is the age of a container that no run reads any more: a run that was killed has left it.
const leftBehind = 24 * time.Hour

// sweep removes such containers in the background.
func (s *ShownFiles) sweep(ctx context.Context) {
	s.removing.Go(func() {
		made, _ := s.engine.Shown(ctx) // another run can do it
		for container, since := range made {
			if time.Since(since) > leftBehind {
				s.remove(ctx, container)
			}
		}
	})
}

// Close waits until the containers are removed.
func (s *ShownFiles) Close() error {
	s.removing.Wait()
	return nil
}
