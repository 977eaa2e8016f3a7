package chart

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// largestChart is more than helm unpacks of a chart: 100 MiB, in MaxDecompressedChartSize of its source.
const largestChart = 128 << 20

// MayHaveCRDs reports whether a chart, or one of those in it, may have a directory crds, which helm makes all of before anything else. Only
// helm knows which charts count; what cannot be read may have one.
func MayHaveCRDs(dir string) bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return true
	}
	defer func() { _ = root.Close() }()
	found := errors.New("found")
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "crds", strings.HasSuffix(name, ".tgz") && packsCRDs(root, name):
			return found
		}
		return nil
	}) != nil
}

// packsCRDs reports whether a file of a packed chart lies in crds, or is a packed chart itself.
func packsCRDs(root *os.Root, name string) bool {
	file, err := root.Open(name)
	if err != nil {
		return true
	}
	defer func() { _ = file.Close() }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return true
	}
	archive := tar.NewReader(io.LimitReader(unpacked, largestChart))
	for {
		header, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			return false
		case err != nil, strings.Contains(header.Name, "crds"), strings.HasSuffix(header.Name, ".tgz"):
			return true
		}
	}
}
