package toolchain

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// ReadyMadeFile says which tools need not be built: a line for each, with its name, its version, an image by its digest, and the path of
// the program in it. It lies beside the modules of the tools.
const ReadyMadeFile = "images.sum"

// readyMade is a program that its project publishes in an image.
type readyMade struct {
	tool, version string
	image         name.Digest
	path          string // without a slash at its start
}

func (r readyMade) String() string {
	return r.tool + " " + r.version + " " + r.image.Name() + " " + r.path
}

// readReadyMade reads the file, which need not be there.
func readReadyMade(modules fs.FS) ([]readyMade, error) {
	data, err := fs.ReadFile(modules, ReadyMadeFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []readyMade
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		one, err := parseReadyMade(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", ReadyMadeFile, i+1, err)
		}
		all = append(all, one)
	}
	return all, nil
}

func parseReadyMade(line string) (readyMade, error) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return readyMade{}, errors.New("a line has a tool, its version, an image and a path")
	}
	if _, known := tools[fields[0]]; !known {
		return readyMade{}, fmt.Errorf("%q is no tool", fields[0])
	}
	image, err := name.NewDigest(fields[2])
	if err != nil {
		return readyMade{}, fmt.Errorf("%q is no image with its digest", fields[2])
	}
	return readyMade{fields[0], fields[1], image, strings.TrimPrefix(fields[3], "/")}, nil
}

// of returns the entry for a tool in its pinned version.
func of(all []readyMade, wanted binary) (readyMade, bool) {
	at := slices.IndexFunc(all, func(r readyMade) bool { return r.tool == wanted.Name && r.version == wanted.version })
	if at < 0 {
		return readyMade{}, false
	}
	return all[at], true
}
