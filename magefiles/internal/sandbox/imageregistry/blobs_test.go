package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestBlobIsNotReadToTellItsSize(t *testing.T) {
	dir := t.TempDir()
	kept := newBlobs(dir)
	content := []byte("a layer")
	hash, _, err := v1.SHA256(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kept.Stat(t.Context(), "a", hash); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("before it comes: %v", err)
	}
	if err := kept.Put(t.Context(), "a", hash, io.NopCloser(bytes.NewReader(content))); err != nil {
		t.Fatal(err)
	}
	if size, err := kept.Stat(t.Context(), "another", hash); err != nil || size != int64(len(content)) {
		t.Errorf("got %d, %v", size, err)
	}
	// A terabyte of nothing takes no disk, and minutes to read.
	const terabyte = 1 << 40
	if err := os.Truncate(filepath.Join(dir, hash.Algorithm, hash.Hex), terabyte); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	told := make(chan int64)
	go func() {
		size, _ := kept.Stat(ctx, "a", hash)
		told <- size
	}()
	select {
	case size := <-told:
		if size != terabyte {
			t.Errorf("got %d", size)
		}
	case <-ctx.Done():
		t.Error("it is read")
	}
}
