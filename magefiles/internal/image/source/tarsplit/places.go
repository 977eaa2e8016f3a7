package tarsplit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
)

// storageDrivers keep each layer in its own directory, which the engine tells.
var storageDrivers = []string{"overlay", "overlay2", "fuse-overlayfs"}

// filesOf returns the directories of an image's layers, from the base up.
func filesOf(image engine.Inspected) ([]string, error) {
	if !slices.Contains(storageDrivers, image.Storage.Name) {
		return nil, fmt.Errorf("storage driver %q keeps layers in another way", image.Storage.Name)
	}
	dirs := []string{image.Storage.Data["UpperDir"]}
	if lower := image.Storage.Data["LowerDir"]; lower != "" {
		dirs = append(dirs, strings.Split(lower, ":")...)
	}
	if len(dirs) != len(image.DiffIDs) || dirs[0] == "" {
		return nil, errors.New("the engine does not tell where the image's layers are")
	}
	slices.Reverse(dirs)
	return dirs, nil
}

// Docker opens an image of a Docker engine whose directory is root.
func Docker(files Files, root string, image engine.Inspected) source.Opener {
	return storedOpener(files, image.ID, func() (places, error) { return dockerPlaces(root, image) })
}

// Podman opens an image of a podman whose directory is root.
func Podman(files Files, root string, image engine.Inspected) source.Opener {
	return storedOpener(files, image.ID, func() (places, error) { return podmanPlaces(root, image) })
}

// dockerPlaces follows the layout of moby's layer and image stores below the engine's root.
func dockerPlaces(root string, image engine.Inspected) (places, error) {
	dirs, err := filesOf(image)
	if err != nil {
		return places{}, err
	}
	images := filepath.Join(root, "image", image.Storage.Name)
	at := places{
		configuration: filepath.Join(images, "imagedb", "content", "sha256", strings.TrimPrefix(image.ID, "sha256:")),
		memory:        dockerMemory(filepath.Join(images, "distribution", "v2metadata-by-diffid", "sha256")),
	}
	var chain string
	for i, diffID := range image.DiffIDs {
		chain = chainID(chain, diffID.String())
		meta := filepath.Join(images, "layerdb", "sha256", strings.TrimPrefix(chain, "sha256:"))
		at.layers = append(at.layers, layerPlace{recipe: filepath.Join(meta, "tar-split.json.gz"), files: dirs[i]})
	}
	return at, nil
}

// chainID names a layer together with all below it: opencontainers/image-spec, config.md, "Layer ChainID".
func chainID(parent, diffID string) string {
	if parent == "" {
		return diffID
	}
	sum := sha256.Sum256([]byte(parent + " " + diffID))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// podmanPlaces follows the layout of containers/storage below its root. A layer of an additional read-only store has its
// recipe in that store.
func podmanPlaces(root string, image engine.Inspected) (places, error) {
	dirs, err := filesOf(image)
	if err != nil {
		return places{}, err
	}
	digits := strings.TrimPrefix(image.ID, "sha256:")
	name := "=" + base64.StdEncoding.EncodeToString([]byte("sha256:"+digits))
	at := places{
		configuration: filepath.Join(root, image.Storage.Name+"-images", digits, name),
		memory:        &podmanMemory{file: filepath.Join(root, image.Storage.Name+"-layers", "layers.json")},
	}
	for _, files := range dirs {
		layer := filepath.Dir(files) // <root>/<driver>/<id>
		recipe := filepath.Join(filepath.Dir(layer)+"-layers", filepath.Base(layer)+".tar-split.gz")
		at.layers = append(at.layers, layerPlace{recipe: recipe, files: files})
	}
	return at, nil
}
