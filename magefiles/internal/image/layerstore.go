package image

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vbatts/tar-split/tar/storage"
)

// layerStore reads an image from the files of a Docker engine on this machine. The engine keeps a layer unpacked, and
// beside it what is needed to pack it again, byte for byte (tar-split). Reading both is several times faster than
// docker save, and layers that nobody asks for cost nothing. The layout is that of moby's layer and image stores;
// every layer's hash is checked when it is read, so that another layout can fail but not mislead.
type layerStore struct {
	raw    []byte // the image's configuration
	known  about
	layers []storedLayer
}

// storedLayer is a layer on disk.
type storedLayer struct {
	meta string // directory of tar-split.json.gz
	diff string // directory of the files
}

// storageDrivers keep a layer's files in <root>/<driver>/<id>/diff.
var storageDrivers = []string{"overlay2", "fuse-overlayfs"}

// openLayerStore opens the image with the given ID, as sha256:<hex>. It fails where the store cannot be read: the
// engine is on another machine, belongs to another user, or keeps its layers in another way.
func openLayerStore(root, driver, imageID string) (*layerStore, error) {
	if !slices.Contains(storageDrivers, driver) {
		return nil, fmt.Errorf("storage driver %q keeps layers in another way", driver)
	}
	images := filepath.Join(root, "image", driver)
	digits := strings.TrimPrefix(imageID, "sha256:")
	raw, err := os.ReadFile(filepath.Join(images, "imagedb", "content", "sha256", filepath.Base(digits))) // #nosec G304 -- of the engine's own store
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != digits {
		return nil, errors.New("the image's configuration is not what its ID says")
	}
	store := &layerStore{raw: raw}
	if store.known, err = aboutOf(raw); err != nil {
		return nil, err
	}
	var chain string
	for _, diffID := range store.known.diffIDs {
		chain = chainID(chain, diffID.String())
		meta := filepath.Join(images, "layerdb", "sha256", strings.TrimPrefix(chain, "sha256:"))
		cacheID, err := os.ReadFile(filepath.Join(meta, "cache-id")) // #nosec G304 -- of the engine's own store
		if err != nil {
			return nil, err
		}
		diff := filepath.Join(root, driver, filepath.Base(string(cacheID)), "diff")
		if _, err := os.Stat(diff); err != nil {
			return nil, err
		}
		store.layers = append(store.layers, storedLayer{meta: meta, diff: diff})
	}
	return store, nil
}

// chainID names a layer together with all below it: opencontainers/image-spec, config.md, "Layer ChainID".
func chainID(parent, diffID string) string {
	if parent == "" {
		return diffID
	}
	sum := sha256.Sum256([]byte(parent + " " + diffID))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (s *layerStore) about() about { return s.known }

func (s *layerStore) configuration() []byte { return s.raw }

func (s *layerStore) ready(context.Context, int) error { return nil }

func (s *layerStore) close() error { return nil }

// writeLayer packs the layer again, exactly as it was.
func (s *layerStore) writeLayer(ctx context.Context, index int, w io.Writer) error {
	layer := s.layers[index]
	file, err := os.Open(filepath.Join(layer.meta, "tar-split.json.gz"))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return err
	}
	files, entries := storage.NewPathFileGetter(layer.diff), storage.NewJSONUnpacker(unzipped)
	for ctx.Err() == nil {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = writeEntry(files, entry, w)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// writeEntry writes what lies between the files, or a file. tar-split's own way checks a sum of each file, too, which
// takes as long as the hash of the whole layer that is checked anyway.
func writeEntry(files storage.FileGetter, entry *storage.Entry, w io.Writer) error {
	if entry.Type == storage.SegmentType {
		_, err := w.Write(entry.Payload)
		return err
	}
	if entry.Size == 0 {
		return nil
	}
	file, err := files.Get(entry.GetName())
	if err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}
